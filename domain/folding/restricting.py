"""Restrictions on a loan, as core banking was told of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from domain.parts import Approval, Restricted
from schemas.facts import RestrictionLiftAsked, RestrictionSet

if TYPE_CHECKING:
    from domain.case import Case


def _set(case: Case, body: RestrictionSet, at: datetime) -> Changes:
    others = tuple(each for each in case.restrictions if each.restriction != body.restriction)
    if body.change == "imposed":
        imposed = Restricted(restriction=body.restriction, reason=body.reason, approval=body.approval, since=at)
        others = (*others, imposed)
    return {
        "restrictions": others,
        "restrictions_told": case.restrictions_told + 1,
        "approvals": _without_approved(case, body.restriction),
        "failing": case.healed("core_banking"),
    }


def _lift_asked(case: Case, body: RestrictionLiftAsked, at: datetime) -> Changes:
    there = (*case.restrictions, *case.restrictions_approved())
    others = tuple(each for each in case.restrictions if each.restriction != body.restriction)
    lifting = tuple(
        each.model_copy(update={"lifting": body.reason}) for each in there if each.restriction == body.restriction
    )
    return {"restrictions": (*others, *lifting), "approvals": _without_approved(case, body.restriction)}


def _without_approved(case: Case, restriction: str) -> tuple[Approval, ...]:
    return tuple(a for a in case.approvals if not (a.approved and a.subject == restriction))


FOLDS: Folds = {RestrictionSet: _set, RestrictionLiftAsked: _lift_asked}
