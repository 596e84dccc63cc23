"""What stops what, cell by cell, and which of several holds is the reason."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest

from domain.holds import HOLDS, MATTERS, Matter, in_force, stopping
from schemas.facts import BorrowerDeceased, ContactStopped, Fact, HoldEnded, HoldOpened, Paused
from schemas.holds import SCOPE_OF, HoldKind
from tests.domain.casework import NOON, Life

# One row a hold, one column a matter: what the heads of collections and of legal affairs agreed on.
#             assessment dunning negotiation visit new_suit court_steps
TABLE: dict[HoldKind, str] = {
    "deceased":   "stops stops stops stops stops stops",
    "insolvency": "stops stops stops stops stops stops",
    "stopped":    "goes  stops stops stops stops goes",
    "pause":      "stops stops stops stops stops stops",
    "dispute":    "goes  stops goes  stops stops goes",
    "complaint":  "goes  stops goes  stops stops goes",
    "hardship":   "goes  stops goes  stops stops stops",
}  # fmt: skip
CELLS = [
    (kind, matter, verdict) for kind, row in TABLE.items() for matter, verdict in zip(MATTERS, row.split(), strict=True)
]


def opens(kind: HoldKind) -> Fact:
    """The fact that opens a hold of this kind."""
    match kind:
        case "deceased":
            return BorrowerDeceased()
        case "stopped":
            return ContactStopped(reason="borrower_request")
        case "pause":
            return Paused(reason="asked")
        case _:
            return HoldOpened(hold=f"h-{kind}", hold_kind=kind, reason="told_us")


def held(*kinds: HoldKind) -> Life:
    """A case with these holds."""
    life = Life()
    for kind in kinds:
        life.tell(opens(kind))
    return life


@pytest.mark.parametrize(("kind", "matter", "verdict"), CELLS)
def test_every_cell_of_the_table(kind: HoldKind, matter: Matter, verdict: str) -> None:
    """As agreed, and nothing else."""
    life = held(kind)
    assert (stopping(life.case, matter, NOON) is not None) == (verdict == "stops")


def test_every_kind_has_a_row_in_the_order_of_precedence() -> None:
    """Death first, a borrower's difficulties last; dunning comes after all of them."""
    assert [row.kind for row in HOLDS] == list(TABLE)
    assert set(SCOPE_OF) == set(TABLE)


PAIRS: list[tuple[HoldKind, HoldKind]] = list(combinations(TABLE, 2))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_holds_the_higher_is_the_reason(first: HoldKind, second: HoldKind) -> None:
    """Whichever came first in time."""
    for life in (held(first, second), held(second, first)):
        hold = stopping(life.case, "dunning", NOON)
        assert hold is not None
        assert hold.row.kind == first


@pytest.mark.parametrize("kind", ["dispute", "complaint", "hardship", "insolvency", "deceased"])
def test_a_hold_ends_when_a_person_says_so(kind: HoldKind) -> None:
    """By its id."""
    life = Life()
    life.tell(HoldOpened(hold="h-1", hold_kind=kind, reason="told_us"))
    assert [each.row.kind for each in in_force(life.case, NOON)] == [kind]
    life.tell(HoldEnded(hold="h-1", reason="answered"))
    assert in_force(life.case, NOON) == ()
    assert not life.case.standing.deceased


def test_a_hold_with_a_review_ends_by_itself_then() -> None:
    """Hardship is looked at again; if nobody does, it is over."""
    life = Life()
    review = NOON + timedelta(days=30)
    life.tell(HoldOpened(hold="h-1", hold_kind="hardship", reason="illness", review_at=review))
    assert stopping(life.case, "dunning", review - timedelta(seconds=1))
    assert stopping(life.case, "dunning", review) is None


def test_what_befalls_a_person_binds_every_loan_and_a_dispute_one() -> None:
    """Borrower-wide holds stand where the guard of every loan sees them."""
    life = held("hardship", "insolvency", "dispute", "complaint")
    assert {hold.kind for hold in life.case.standing.holds} == {"hardship", "insolvency"}
    assert {hold.kind for hold in life.case.holds} == {"dispute", "complaint"}
