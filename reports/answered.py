"""Complaints and the clock by which each was to be answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from domain import artefacts
from domain.complaints import due_at
from domain.parts import Complaint
from reports.lives import Life, Note
from schemas.facts import ComplaintDecided, ComplaintExtended, ComplaintOpened


def complaints(lives: Iterable[Life], until: datetime) -> Counter[str]:
    """How many were `opened`, of these `complicated`; answered `in_time`, answered `late`, or `waiting` at `until` (aware),
    of which `overdue`; and of the answered how many were `upheld` and `rejected`.

    The clock is the one that ran when it was answered: more time that was given in time counts. Every strategy that the
    lives went by must be loaded, else UnknownArtefact is raised.
    """
    counted: Counter[str] = Counter()
    for life in lives:
        _count(counted, life.notes, until)
    return counted


def _count(counted: Counter[str], notes: Iterable[Note], until: datetime) -> None:
    waiting: dict[str, tuple[Complaint, str]] = {}
    late: set[str] = set()
    for note in notes:
        body = note.body
        if isinstance(body, ComplaintOpened):
            complaint = Complaint(
                complaint=body.complaint,
                reason=body.reason,
                taken_by=body.taken_by,
                against=body.against,
                complicated=body.complicated,
                received_at=body.received_at or note.at,
            )
            waiting[body.complaint] = complaint, note.policy
            counted["opened"] += 1
            continue
        if not isinstance(body, ComplaintExtended | ComplaintDecided) or body.complaint not in waiting:
            continue
        complaint, _ = waiting[body.complaint]
        if _ran_out(complaint, note.policy, note.at):
            late.add(complaint.complaint)
        if isinstance(body, ComplaintExtended):
            more = {"complicated": True} if body.more_time == "complicated" else {"extended": True}
            waiting[body.complaint] = complaint.model_copy(update=more), note.policy
            continue
        del waiting[body.complaint]
        counted.update(("late" if complaint.complaint in late else "in_time", body.outcome))
        counted["complicated"] += complaint.complicated
    for complaint, policy in waiting.values():
        counted["waiting"] += 1
        counted["overdue"] += complaint.complaint in late or _ran_out(complaint, policy, until)
        counted["complicated"] += complaint.complicated


def _ran_out(complaint: Complaint, policy: str, at: datetime) -> bool:
    return at >= due_at(complaint, artefacts.policy(policy))
