"""Restrictions: asked for by a person, so that somebody else approves; lifted by a person."""

from __future__ import annotations

from domain import restricting
from domain.commands.table import Judges, Refused
from domain.stages.situation import Situation, words
from schemas.facts import Fact, RestrictionLiftAsked
from schemas.messages import LiftRestriction, Restrict


def _restrict(s: Situation, command: Restrict, command_id: str) -> Fact:
    what = words(command.restriction)
    if s.case.account_as_of is None:
        raise Refused("account.unread", "the account has not been read yet: what is owed is not known. Try again then")
    if not s.money.overdue:
        raise Refused("restrict.nothing_due", "nothing is overdue: there is nothing to restrict")
    if command.restriction == "freeze" and s.case.request and s.case.request.product != "credit_card":
        raise Refused("restrict.no_limit", "only a credit card has a limit to freeze")
    if any(each.restriction == command.restriction for each in s.case.restrictions):
        raise Refused("restrict.already", f"the {what} is in force already")
    waiting = next((a for a in s.case.approvals if a.subject == command.restriction), None)
    if waiting:
        raise Refused("restrict.waiting", f"the {what} was asked for already: {waiting.approval}")
    why = f"a {what} is asked for ({words(command.reason)})"
    return restricting.request(s, command.restriction, command_id, command.by, command.reason, why)


def _lift(s: Situation, command: LiftRestriction, command_id: str) -> Fact:
    there = {each.restriction: each for each in (*s.case.restrictions_approved(), *s.case.restrictions)}
    found = there.get(command.restriction)
    if found is None:
        raise Refused("lift.nothing", f"no {words(command.restriction)} is in force on this case")
    if found.lifting:
        raise Refused("lift.already", f"the {words(command.restriction)} is being lifted already")
    return RestrictionLiftAsked(restriction=command.restriction, reason=command.reason, asked_by=command.by)


JUDGES: Judges = {Restrict: _restrict, LiftRestriction: _lift}
