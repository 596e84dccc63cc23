"""The shape of the tables of folds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from domain.case import Case

Changes: TypeAlias = dict[str, object]
"""Names of a case's fields and their new values."""

Fold: TypeAlias = "Callable[[Case, Any, datetime], Changes]"
Folds: TypeAlias = "dict[type, Fold]"


def nothing(case: Case, body: object, at: datetime) -> Changes:
    """For facts that are kept for the record and change no case."""
    return {}
