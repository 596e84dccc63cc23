"""Words of litigation: papers, steps that we take, milestones that are reached."""

from __future__ import annotations

from typing import Literal

from schemas.base import Amount, Code, Day, Identifier, Recorded

Piece = Literal["identity", "contract", "statements", "service_address"]
"""A paper that a court wants with a suit."""

PieceState = Literal["there", "missing", "requested"]

CourtStep = Literal["file", "apply_for_enforcement", "check_property", "withdraw"]
"""What is asked of a court, or of who acts there for the bank."""

Milestone = Literal[
    "ready",
    "demanded",
    "demand_arrived",
    "filed",
    "returned",
    "accepted",
    "mediated",
    "judgment",
    "dismissed",
    "effective",
    "enforcement_applied",
    "enforced",
    "terminated",
    "property_found",
    "withdrawn",
]
"""What has been reached. `accepted`: the case is filed with a number (立案); `terminated`: this enforcement has ended for
want of property (终结本次执行), and the claim lives."""

Reportable = Literal[
    "returned",
    "accepted",
    "mediated",
    "judgment",
    "dismissed",
    "enforced",
    "terminated",
    "property_found",
    "withdrawn",
]
"""What comes from a court, and not from ourselves."""

REACHED_BY: dict[CourtStep, Milestone] = {
    "file": "filed",
    "apply_for_enforcement": "enforcement_applied",
    "withdraw": "withdrawn",
}
"""The milestone that taking a step reaches; a property check reaches none by itself."""


COMES_AFTER: dict[Milestone, tuple[Milestone, ...]] = {
    "returned": ("filed",),
    "accepted": ("filed",),
    "judgment": ("accepted",),
    "mediated": ("filed", "accepted"),
    "dismissed": ("accepted",),
    "enforced": ("enforcement_applied",),
    "terminated": ("enforcement_applied",),
    "property_found": ("terminated", "enforced"),
    "withdrawn": ("filed",),
}
"""What a court can report only after one of these."""


class Reached(Recorded):
    """A milestone of a case: when, under which reference of the court, and what was awarded if it is a judgment."""

    milestone: Milestone
    on: Day
    reference: Identifier | None = None
    amount: Amount | None = None
    code: Code | None = None
