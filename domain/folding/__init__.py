"""How each fact changes a case: the cases of `Case.apply`, apart from the case itself.

Each module holds the facts of one matter, in a table from a fact's class to the function that answers the fields it
changes. Every kind of fact stands in exactly one table.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding import (
    assessing,
    complaining,
    contacting,
    hearing,
    holding,
    living,
    negotiating,
    paying,
    reconciling,
    reporting,
    restricting,
    suing,
)
from domain.folding.table import Changes, Folds
from schemas.facts import Fact

if TYPE_CHECKING:
    from domain.case import Case

FOLDS: Folds = {
    **living.FOLDS,
    **assessing.FOLDS,
    **contacting.FOLDS,
    **hearing.FOLDS,
    **paying.FOLDS,
    **negotiating.FOLDS,
    **suing.FOLDS,
    **holding.FOLDS,
    **complaining.FOLDS,
    **reporting.FOLDS,
    **restricting.FOLDS,
    **reconciling.FOLDS,
}


def changes(case: Case, body: Fact, at: datetime) -> Changes:
    """The fields of `case` that `body`, which happened `at`, changes."""
    return FOLDS[type(body)](case, body, at)
