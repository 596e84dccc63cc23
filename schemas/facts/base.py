"""What all facts share: how the ledger weighs them, and the words that more than one kind of fact uses."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.base import Recorded

Weight = Literal["input", "decision", "inert"]
Stage = Literal["assessment", "contact"]
Outcome = Literal["cured", "paid_off", "closed_by_bank", "nothing_due"]
HandledBy = Literal["robot", "collector"]


class FactBase(Recorded):
    """What all facts share: how the ledger weighs them."""

    weight: ClassVar[Weight] = "input"


class Decision(FactBase):
    """A fact that is ours: why, and by which rule."""

    weight: ClassVar[Weight] = "decision"
    rule: str
    why: str
