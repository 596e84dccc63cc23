"""Holds: opened and ended by people. Those that bind all of a borrower's loans are written to the borrower's stream."""

from __future__ import annotations

from datetime import timedelta

from domain.case import Case
from domain.commands.table import Judges, Refused
from domain.complaints import undecided
from domain.holds import in_force, row_of
from domain.stages.situation import Situation
from schemas.facts import (
    CollectorsCleared,
    CollectorsRemoved,
    ComplaintOpened,
    Fact,
    HoldEnded,
    HoldOpened,
    PartyRefused,
    RacketReviewed,
    RacketSuspected,
)
from schemas.holds import SCOPE_OF
from schemas.messages import EndHold, OpenHold


def _open(s: Situation, command: OpenHold, command_id: str) -> Fact:
    there = next((each for each in in_force(s.case, s.now) if each.row.kind == command.hold_kind), None)
    if there:
        raise Refused("hold.already", f"there is such a hold already ({there.hold}); end it first to change it")
    review_at, review = command.review_at, row_of(command.hold_kind).review
    if review_at and review_at <= s.now:
        raise Refused(
            "hold.past", f"its time would be {review_at:%Y-%m-%d %H:%M}Z, which is past; give a later one or none"
        )
    if review_at and review == "never":
        raise Refused("hold.no_review", f"a hold for '{command.hold_kind}' does not end by itself: give no time for it")
    if review_at is None and review == "must":
        raise Refused("hold.no_end", f"a hold for '{command.hold_kind}' ends on its day: give the time of that")
    if review_at is None and command.hold_kind == "hardship":
        review_at = s.now + timedelta(days=s.strategy.hardship_review_days)
    if command.hold_kind == "complaint":
        return ComplaintOpened(
            complaint=command_id, reason=command.reason, taken_by=command.by, evidence=command.evidence
        )
    return HoldOpened(
        hold=command_id,
        hold_kind=command.hold_kind,
        reason=command.reason,
        review_at=review_at,
        evidence=command.evidence,
    )


def _end(s: Situation, command: EndHold, command_id: str) -> Fact:
    there = next((each for each in in_force(s.case, s.now) if each.hold == command.hold), None)
    if there is None:
        known = ", ".join(each.hold for each in in_force(s.case, s.now)) or "none"
        raise Refused("hold.unknown", f"no hold {command.hold} is in force on this case; in force: {known}")
    if there.row.kind == "pause":
        raise Refused("hold.pause", "a pause is ended by `resume`")
    if there.row.kind == "stopped":
        raise Refused(
            "hold.stopped", "the borrower ends it: record that they allow contact (`starter.py fact ... allow`)"
        )
    if any(each.complaint == command.hold for each in undecided(s.case)):
        raise Refused("hold.is_complaint", "a complaint ends with its answer: decide it as upheld or rejected")
    return HoldEnded(hold=command.hold, reason=command.reason)


JUDGES: Judges = {OpenHold: _open, EndHold: _end}


_OF_THE_BORROWER = (PartyRefused, RacketSuspected, RacketReviewed, CollectorsRemoved, CollectorsCleared)


def binds_borrower(case: Case, fact: Fact) -> bool:
    """Whether a fact that a command caused, or a case decided, is the borrower's, and belongs into their stream."""
    if isinstance(fact, _OF_THE_BORROWER):
        return True
    if isinstance(fact, HoldOpened):
        return SCOPE_OF[fact.hold_kind] == "borrower"
    if isinstance(fact, HoldEnded):
        return fact.hold == "deceased" or any(hold.hold == fact.hold for hold in case.standing.holds)
    return False
