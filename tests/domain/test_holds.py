"""What stops what, cell by cell, and which of several holds is the reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import get_args

import pytest

from domain.holds import HOLDS, MATTERS, Matter, in_force, stopping
from schemas.facts import (
    BorrowerDeceased,
    CommandRefused,
    ContactRecorded,
    ContactResultPosted,
    ContactStopped,
    Fact,
    HoldEnded,
    HoldOpened,
    InboundContact,
    Parked,
    Paused,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.holds import SCOPE_OF, HoldKind, OpenableHold
from schemas.messages import EndHold, OpenHold, RecordContact
from schemas.steps import Wait
from tests.domain.casework import NOON, Life

# One row a hold, one column a matter: what the heads of collections and of legal affairs agreed on.
#             assessment dunning negotiation visit new_suit court_steps credit_report
TABLE: dict[HoldKind, str] = {
    "deceased":   "stops stops stops stops stops stops stops",
    "self_harm":  "stops stops stops stops stops stops stops",
    "minor":      "stops stops stops stops stops stops stops",
    "incapacity": "stops stops stops stops stops stops stops",
    "insolvency": "stops stops stops stops stops stops stops",
    "moratorium": "goes  stops stops stops stops stops stops",
    "military":   "goes  goes  goes  stops stops stops goes",
    "stopped":    "goes  stops stops stops stops goes goes",
    "represented": "goes  stops stops stops goes goes goes",
    "pause":      "stops stops stops stops stops stops stops",
    "identity_fraud": "stops stops stops stops stops stops stops",
    "dispute":    "goes  stops goes  stops stops goes stops",
    "complaint":  "goes  stops goes  stops stops goes goes",
    "hardship":   "goes  stops goes  stops stops stops goes",
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
        hold = stopping(life.case, "visit", NOON)
        assert hold is not None
        assert hold.row.kind == first


@pytest.mark.parametrize("kind", get_args(OpenableHold))
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


def test_a_moratorium_ends_by_itself_on_its_day() -> None:
    """Debt Respite Scheme (SI 2020/1311), 60 days: on the 60th nothing is asked for, and after it the case goes on."""
    life = Life()
    life.live(timedelta(days=1))
    ends = life.now + timedelta(days=60)
    life.command(OpenHold(by="legal", hold_kind="moratorium", reason="breathing_space", review_at=ends))
    rest = life.live(ends - timedelta(seconds=1) - life.now)
    assert (rest.kind, rest.why.rule, getattr(rest, "ask", None)) == ("wait", "hold.moratorium", None)
    assert getattr(rest, "until", None) == ends
    contacts = life.case.contacts_made
    life.live(timedelta(days=3))
    assert life.case.contacts_made > contacts


@pytest.mark.parametrize(
    ("kind", "review_at", "rule"),
    [
        ("moratorium", None, "hold.no_end"),
        ("identity_fraud", NOON + timedelta(days=3), "hold.no_review"),
        ("deceased", NOON + timedelta(days=3), "hold.no_review"),
        ("represented", NOON - timedelta(days=3), "hold.past"),
    ],
)
def test_a_hold_has_an_end_if_its_kind_has(kind: OpenableHold, review_at: datetime | None, rule: str) -> None:
    """A respite of debts needs its day, a death has none, and none lies in the past."""
    refused = Life().command(OpenHold(by="ops", hold_kind=kind, reason="told_us", review_at=review_at))
    assert isinstance(refused, CommandRefused)
    assert refused.rule == rule


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("minor", "guardian"),
        ("incapacity", "guardian"),
        ("represented", "represented"),
        ("identity_fraud", "identity_fraud"),
    ],
)
def test_a_person_is_asked_for_what_would_end_it(kind: OpenableHold, asked: str) -> None:
    """And the case is not contacted meanwhile."""
    life = Life()
    life.live(timedelta(days=1))
    made = life.case.contacts_made
    life.command(OpenHold(by="service", hold_kind=kind, reason="told_us"))
    rest = life.live(timedelta(days=20))
    assert isinstance(rest, Wait)
    assert rest.ask
    assert (rest.ask.kind, rest.ask.about) == (asked, "cmd-1")
    assert life.case.contacts_made == made


def test_service_in_the_forces_stops_the_suit_and_not_the_letters() -> None:
    """50 USC 3931: no default judgment before an affidavit; a reminder is none."""
    life = held("military")
    assert life.live(timedelta(days=5)).why.rule != "hold.military"
    assert life.case.contacts_made > 0
    assert stopping(life.case, "new_suit", NOON)


def test_an_estate_whose_executor_left_stops_again() -> None:
    """The hold was ended because somebody acted: with nobody left, nobody is contacted."""
    life = held("deceased")
    life.tell(RepresentativeNamed(party_id="EXEC-1", role="executor"))
    life.tell(HoldEnded(hold="deceased", reason="executor_named"))
    assert stopping(life.case, "dunning", NOON) is None
    life.tell(RepresentativeRemoved(party_id="EXEC-1", reason="withdrew"))
    hold = stopping(life.case, "dunning", NOON)
    assert hold
    assert hold.row.kind == "deceased"


def test_what_befalls_a_person_binds_every_loan_and_a_dispute_one() -> None:
    """Borrower-wide holds stand where the guard of every loan sees them."""
    life = held("hardship", "insolvency", "dispute", "complaint")
    assert {hold.kind for hold in life.case.standing.holds} == {"hardship", "insolvency"}
    assert {hold.kind for hold in life.case.holds} == {"dispute", "complaint"}


DANGER: list[Fact] = [
    ContactRecorded(collector="anna", result="self_harm"),
    ContactResultPosted(attempt="L1:1", result="self_harm"),
    InboundContact(inbound="IN-1", channel="reply", intent="self_harm"),
]


@pytest.mark.parametrize("told", DANGER, ids=lambda fact: fact.kind)
def test_a_word_of_self_harm_stops_all_loans_and_asks_a_supervisor(told: Fact) -> None:
    """Whoever heard it, by whatever way; on this debt at once, on all by the next decision, until somebody ends it."""
    life = Life()
    life.live(timedelta(days=1))
    made = life.case.contacts_made
    life.tell(told)
    assert all(stopping(life.case, matter, life.now) for matter in MATTERS)
    rest = life.live(timedelta(days=10))
    assert isinstance(rest, Wait)
    assert rest.ask
    (hold,) = life.case.standing.holds
    assert (hold.kind, life.case.holds) == ("self_harm", ())
    assert (rest.ask.kind, rest.ask.about, rest.why.rule) == ("self_harm", hold.hold, "hold.self_harm")
    assert life.case.contacts_made == made
    life.tell(told)
    assert life.case.standing.holds == (hold,)
    life.command(EndHold(by="boss", hold=hold.hold, reason="seen_to"))
    assert in_force(life.case, life.now) == ()


def test_a_word_of_self_harm_needs_no_check_of_identity() -> None:
    """What may be wrong about the person is put right later."""
    life = Life()
    assert life.command(RecordContact(by="anna", result="self_harm")).kind == "contact_recorded"
    assert isinstance(life.command(RecordContact(by="anna", result="distressed")), CommandRefused)


def test_a_borrower_in_danger_is_asked_for_before_all_else() -> None:
    """Whoever has the case otherwise."""
    life = Life()
    life.live(timedelta(days=1))
    life.tell(Parked(rule="outside.given_up", why="core banking failed"))
    life.tell(ContactRecorded(collector="anna", result="self_harm"))
    rest = life.live(timedelta(days=1))
    assert isinstance(rest, Wait)
    assert rest.ask
    assert rest.ask.kind == "self_harm"
