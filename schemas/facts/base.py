"""What all facts share: how the ledger weighs them, and the words that more than one kind of fact uses."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.base import Recorded

Weight = Literal["input", "decision", "inert"]
Stage = Literal["assessment", "contact", "negotiation", "field_visit", "litigation"]
Outcome = Literal["cured", "paid_off", "settled", "sold", "extinguished", "closed_by_bank", "nothing_due"]
"""How a case ends. Written off is no end: the claim lives, and its case goes on."""
BY_MONEY: tuple[Outcome, ...] = ("cured", "paid_off", "settled", "nothing_due")
"""Ends that money made, and that money taken back undoes."""
HandledBy = Literal["robot", "collector", "law_firm"]


class FactBase(Recorded):
    """What all facts share: how the ledger weighs them."""

    weight: ClassVar[Weight] = "input"


class Decision(FactBase):
    """A fact that is ours: why, and by which rule."""

    weight: ClassVar[Weight] = "decision"
    rule: str
    why: str
