"""A difference between core banking's figures and its books, as a person explained it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from schemas.facts import DifferenceExplained, ExplanationLapsed, ExplanationWithdrawn

if TYPE_CHECKING:
    from domain.case import Case


def _explained(case: Case, body: DifferenceExplained, at: datetime) -> Changes:
    left = tuple(a for a in case.approvals if a.approval != body.explanation)
    return {"explained": body, "approvals": left}


def _over(case: Case, body: ExplanationLapsed | ExplanationWithdrawn, at: datetime) -> Changes:
    left = tuple(a for a in case.approvals if a.approval != body.explanation)
    stays = case.explained if case.explained and case.explained.explanation != body.explanation else None
    return {"explained": stays, "approvals": left}


FOLDS: Folds = {DifferenceExplained: _explained, ExplanationLapsed: _over, ExplanationWithdrawn: _over}
