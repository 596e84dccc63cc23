"""What stops what: one table of holds in the order of precedence, and the holds that are in force on a case.

A hold stops some matters and leaves others. Reading the account, taking in payments and closing a paid case are stopped
by none. Court steps under way obey clocks of the law, which no dispute or complaint holds up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case import Case
from schemas.holds import SCOPE_OF, Hold, HoldKind
from schemas.steps import AskKind

Matter = Literal["assessment", "dunning", "negotiation", "visit", "new_suit", "court_steps"]
MATTERS: tuple[Matter, ...] = ("assessment", "dunning", "negotiation", "visit", "new_suit", "court_steps")


@dataclass(frozen=True)
class HoldRow:
    """One kind of hold: what it stops, what ends it, and what a person is asked for meanwhile."""

    kind: HoldKind
    stops: tuple[Matter, ...]
    ends_by: str
    why: str
    ask: AskKind


HOLDS: tuple[HoldRow, ...] = (
    HoldRow(
        "deceased",
        MATTERS,
        "a person, once a representative of the estate is named",
        "the borrower died: a person deals with the estate",
        "estate",
    ),
    HoldRow(
        "insolvency",
        MATTERS,
        "a person, once the proceedings are over or the stay is lifted",
        "the borrower is insolvent: a person files the claim and heeds the stay",
        "insolvency",
    ),
    HoldRow(
        "stopped",
        ("dunning", "negotiation", "visit", "new_suit"),
        "the borrower, who allows contact again",
        "the borrower is not to be contacted: a person decides",
        "stopped",
    ),
    HoldRow("pause", MATTERS, "its time, or `resume`", "paused by an operator", "pause"),
    HoldRow(
        "dispute",
        ("dunning", "visit", "new_suit"),
        "a person, who answers it",
        "the borrower disputes the debt: a person is to look into it",
        "dispute",
    ),
    HoldRow(
        "complaint",
        ("dunning", "visit", "new_suit"),
        "a person, who answers it",
        "the borrower complains: somebody uninvolved answers first",
        "complaint",
    ),
    HoldRow(
        "hardship",
        ("dunning", "visit", "new_suit", "court_steps"),
        "its review, or a person",
        "the borrower is in difficulty: nothing is demanded before a person has looked",
        "hardship",
    ),
)
"""In the order of precedence: of several that stop the same, the first is the reason. An agreement that is kept comes after
all of them and stops the same as hardship, and dunning comes last."""

WHILE_AGREED: tuple[Matter, ...] = ("dunning", "visit", "new_suit", "court_steps")
"""What an agreement stops while it is kept."""

_BY_KIND = {row.kind: row for row in HOLDS}


@dataclass(frozen=True)
class InForce:
    """A hold in force, with its row. `until`: when it ends, or is reviewed, by itself."""

    row: HoldRow
    hold: str
    reason: str
    until: datetime | None


def in_force(case: Case, now: datetime) -> tuple[InForce, ...]:
    """The holds in force on the case at `now`, the debt's and the borrower's, by precedence."""
    found = [_of(hold) for hold in (*case.standing.holds, *case.holds)]
    if case.standing.deceased and not any(each.row.kind == "deceased" for each in found):
        found.append(InForce(_BY_KIND["deceased"], "deceased", "reported", None))
    if case.standing.stopped:
        found.append(InForce(_BY_KIND["stopped"], "stopped", case.standing.stopped, None))
    if case.paused:
        found.append(InForce(_BY_KIND["pause"], "pause", case.paused.reason, case.paused.until))
    order = [row.kind for row in HOLDS]
    going = [each for each in found if each.until is None or now < each.until]
    return tuple(sorted(going, key=lambda each: order.index(each.row.kind)))


def stopping(case: Case, matter: Matter, now: datetime) -> InForce | None:
    """The first hold, by precedence, that stops `matter` on this case; None if none does."""
    return next((each for each in in_force(case, now) if matter in each.row.stops), None)


def binds(kind: HoldKind) -> str:
    """What a hold of this kind binds, in words."""
    return "all loans of the borrower" if SCOPE_OF[kind] == "borrower" else "this debt"


def _of(hold: Hold) -> InForce:
    return InForce(_BY_KIND[hold.kind], hold.hold, hold.reason, hold.review_at)
