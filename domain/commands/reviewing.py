"""A person's word on contacts that a rule sends to review, and notices of law that were given elsewhere."""

from __future__ import annotations

from domain.commands.table import Judges, Refused
from domain.stages.situation import Situation
from schemas.facts import ContactReviewed, Fact, NoticeGiven
from schemas.messages import RecordNotice, ReviewContact
from schemas.rulebook import BorrowerHold, DebtHold, Rule, TimeBarred


def _review(s: Situation, command: ReviewContact, command_id: str) -> Fact:
    reviewed = [rule.id for rule in s.rulebook.rules if _sends_to_review(rule)]
    if command.rule not in reviewed:
        known = ", ".join(reviewed) or "none"
        raise Refused("review.unknown", f"{command.rule} sends nothing to review; rules that do: {known}")
    if command.until and command.until <= s.now:
        raise Refused("review.past", f"until {command.until:%Y-%m-%d %H:%M}Z is past; give a later time or none")
    return ContactReviewed(
        rule=command.rule,
        approved=command.approve,
        decided_by=command.by,
        reason=command.reason,
        until=command.until,
    )


def _notice(s: Situation, command: RecordNotice, command_id: str) -> Fact:
    return NoticeGiven(notice=command.notice, arrived=command.arrived, evidence=command.evidence)


def _sends_to_review(rule: Rule) -> bool:
    if isinstance(rule, BorrowerHold | DebtHold):
        return rule.verdict == "review"
    return isinstance(rule, TimeBarred) and bool(rule.acknowledging)


JUDGES: Judges = {ReviewContact: _review, RecordNotice: _notice}
