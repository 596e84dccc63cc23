"""An ordinary suit, from its papers to enforcement, as one table: after which milestone what is done, or who is waited for.

A row says what follows a milestone: a contact that must be made, a step at court, a decision of ours, or a report to wait
for. A later lane (a payment order, a small claim, arbitration) is another table of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.case import Case
from schemas.court import CourtStep, Milestone, Reached

Does = Literal["papers", "demand", "step", "await", "effect", "recheck", "person"]


@dataclass(frozen=True)
class CourtRow:
    """After the milestone `after` (None: at the beginning): what is done, towards which milestones, in words."""

    after: Milestone | None
    does: Does
    towards: tuple[Milestone, ...]
    why: str
    step: CourtStep | None = None


ORDINARY_SUIT: tuple[CourtRow, ...] = (
    CourtRow(None, "papers", ("ready",), "the papers of the suit are made ready"),
    CourtRow("ready", "demand", ("demanded",), "a last demand, before a suit is brought"),
    CourtRow("demanded", "step", ("filed",), "the demand was not met: the suit is filed", "file"),
    CourtRow("filed", "await", ("accepted", "returned"), "the court is to accept the suit, or return it"),
    CourtRow("returned", "papers", ("filed",), "the suit came back for want of papers"),
    CourtRow("accepted", "await", ("judgment", "mediated", "dismissed"), "the court is to hear and decide it"),
    CourtRow("judgment", "effect", ("effective",), "the judgment takes effect if nobody appeals"),
    CourtRow("mediated", "effect", ("effective",), "what was settled before the court is given its time"),
    CourtRow(
        "effective",
        "step",
        ("enforcement_applied",),
        "it is in effect and not paid: enforcement is applied for",
        "apply_for_enforcement",
    ),
    CourtRow(
        "enforcement_applied",
        "await",
        ("enforced", "terminated"),
        "the court is to enforce, or to find nothing to enforce",
    ),
    CourtRow("enforced", "recheck", ("property_found",), "what was enforced does not cover it all", "check_property"),
    CourtRow(
        "terminated",
        "recheck",
        ("property_found",),
        "this enforcement ended for want of property, and the claim lives",
        "check_property",
    ),
    CourtRow(
        "property_found",
        "step",
        ("enforcement_applied",),
        "property was found: enforcement is applied for again",
        "apply_for_enforcement",
    ),
    CourtRow("dismissed", "person", (), "the suit was dismissed: a person decides what is left to do"),
)
"""Civil Procedure Law of China (2023): appeal art. 171, enforcement within two years art. 250. Payment of all that is due, or
a settlement that is kept, ends it at every row (`domain.ending`)."""

_TURNS: frozenset[Milestone] = frozenset(row.after for row in ORDINARY_SUIT if row.after)

OPEN_AT_COURT: tuple[Milestone, ...] = (
    "filed",
    "returned",
    "accepted",
    "mediated",
    "judgment",
    "effective",
    "enforcement_applied",
    "enforced",
    "terminated",
    "property_found",
)
"""Milestones at which something is pending at a court, and must be withdrawn or reported as satisfied before a case ends."""


def phase(case: Case) -> Reached | None:
    """The last milestone that the table knows a row for; None at the beginning, and again after a withdrawal."""
    last = next((r for r in reversed(case.court) if r.milestone in _TURNS or r.milestone == "withdrawn"), None)
    return None if last is None or last.milestone == "withdrawn" else last


def row_after(milestone: Milestone | None) -> CourtRow:
    """What follows a milestone."""
    return next(row for row in ORDINARY_SUIT if row.after == milestone)


def at_court(case: Case) -> bool:
    """Whether something is pending at a court."""
    last = next((r for r in reversed(case.court) if r.milestone not in ("demanded", "demand_arrived", "ready")), None)
    return last is not None and last.milestone in OPEN_AT_COURT


def court_reference(case: Case) -> str | None:
    """The court's own number of the case, the newest it gave."""
    return next((r.reference for r in reversed(case.court) if r.reference), None)
