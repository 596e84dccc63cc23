"""Complaints: taken in, given more time, answered by somebody who has nothing to do with them."""

from __future__ import annotations

from domain.commands.table import Judges, Refused
from domain.complaints import involved, off_the_case, undecided
from domain.parts import Complaint
from domain.stages.situation import Situation
from schemas.facts import ComplaintDecided, ComplaintExtended, ComplaintOpened, Fact
from schemas.messages import (
    Command,
    DecideComplaint,
    ExtendComplaint,
    OpenComplaint,
    OpenHold,
    Pause,
    RecordContact,
    RecordCourtStep,
    RecordNotice,
    RecordVisit,
    SuspectRacket,
    TellCreditError,
)

TAKEN_FROM_ANYBODY = (
    *(RecordContact, RecordVisit, RecordCourtStep, RecordNotice, TellCreditError),
    *(OpenComplaint, OpenHold, Pause, SuspectRacket),
    *(ExtendComplaint, DecideComplaint),
)
"""What has happened is written down whoever tells it, and what protects the borrower is never refused. The last two have a
rule of their own about who may."""


def refuse_removed(s: Situation, command: Command) -> None:
    """Whoever is off the borrower's cases does nothing on them. Raises Refused."""
    if isinstance(command, TAKEN_FROM_ANYBODY) or command.by not in off_the_case(s.case):
        return
    why = f"{command.by} is complained of by this borrower and off all their loans: somebody else does this"
    raise Refused("complaint.removed", why)


def _open(s: Situation, command: OpenComplaint, command_id: str) -> Fact:
    received = command.received_at
    if received and received > s.now:
        raise Refused(
            "complaint.future",
            f"it would have come in at {received:%Y-%m-%d %H:%M}Z, which is not yet: give no time for now",
        )
    if command.by in command.against:
        raise Refused("complaint.own", f"{command.by} is complained of: somebody else takes the complaint in")
    return ComplaintOpened(
        complaint=command_id, taken_by=command.by, **command.model_dump(exclude={"by"}, exclude_unset=True)
    )


def _extend(s: Situation, command: ExtendComplaint, command_id: str) -> Fact:
    complaint = _open_one(s, command.complaint)
    if command.more_time == "complicated":
        if complaint.complicated:
            raise Refused("complaint.extended", "it is taken as complicated already: only somebody senior gives more")
    elif complaint.extended:
        raise Refused("complaint.extended", "somebody senior has given more time already: there is no more")
    elif not complaint.complicated:
        raise Refused("complaint.not_complicated", "only a complicated complaint is given more by somebody senior")
    elif command.asked_by in (None, command.by):
        raise Refused("complaint.senior", "somebody senior approves what another asked for: say who asked")
    if why := involved(s.case, complaint, command.by, s.elsewhere):
        raise Refused("complaint.involved", f"{why}: somebody uninvolved gives more time")
    return ComplaintExtended(
        complaint=complaint.complaint,
        more_time=command.more_time,
        reason=command.reason,
        approved_by=command.by,
        asked_by=command.asked_by,
    )


def _decide(s: Situation, command: DecideComplaint, command_id: str) -> Fact:
    complaint = _open_one(s, command.complaint)
    if why := involved(s.case, complaint, command.by, s.elsewhere):
        raise Refused("complaint.involved", f"{why}: somebody uninvolved decides")
    if command.outcome == "rejected" and command.correction:
        raise Refused("complaint.correction", "a complaint that is rejected corrects nothing: name no correction")
    return ComplaintDecided(decided_by=command.by, **command.model_dump(exclude={"by"}, exclude_unset=True))


def _open_one(s: Situation, complaint: str) -> Complaint:
    found = next((each for each in undecided(s.case) if each.complaint == complaint), None)
    if found is None:
        known = ", ".join(each.complaint for each in undecided(s.case)) or "none"
        raise Refused(
            "complaint.unknown", f"no complaint {complaint} waits for an answer on this case; waiting: {known}"
        )
    return found


JUDGES: Judges = {OpenComplaint: _open, ExtendComplaint: _extend, DecideComplaint: _decide}
