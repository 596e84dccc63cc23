"""What core banking is told to restrict on a loan, and what it is told to lift."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier
from schemas.facts.base import FactBase
from schemas.restrictions import Restriction, RestrictionChange


class RestrictionSet(FactBase):
    """Core banking took it: the restriction is in force, by this approval, or is lifted.

    `reason`: why it was asked for, or why it is lifted. `shadow`: decided and recorded only, nothing was sent.
    """

    kind: Literal["restriction_set"] = "restriction_set"
    restriction: Restriction
    change: RestrictionChange
    reason: Code
    approval: Identifier | None = None
    reference: Identifier | None = None
    shadow: bool = False


class RestrictionLiftAsked(FactBase):
    """Somebody decided that a restriction is to be lifted; core banking is told next."""

    kind: Literal["restriction_lift_asked"] = "restriction_lift_asked"
    restriction: Restriction
    reason: Code
    asked_by: Identifier
