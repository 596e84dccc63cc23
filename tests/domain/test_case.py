"""The case is the fold of its facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case, OutOfOrder
from domain.folding import FOLDS
from schemas.contact import ContactProposal, Verdict
from schemas.facts import (
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    CommandRefused,
    ContactPointAdded,
    ContactPointInvalid,
    ContactResultPosted,
    EpisodeOpened,
    Fact,
    PaymentPosted,
    PaymentReversed,
    TakenOver,
)
from schemas.ledger import NewFact, RecordedFact
from tests.domain.casework import NOON, Life, request

PROPOSAL = ContactProposal(
    attempt="L1:1", channel="sms", contact_point_id="L1-phone", party_id="L1-P", template="reminder_sms"
)


def sent(life: Life) -> None:
    """One message goes out."""
    life.tell(AttemptReserved(proposal=PROPOSAL, verdict=Verdict(verdict="allow", rulebook="x")))
    life.tell(AttemptSending(attempt="L1:1"))
    life.tell(AttemptSent(attempt="L1:1"))


def test_a_fact_out_of_its_place_is_refused() -> None:
    """The ledger's order is the only one."""
    case = Life().case
    fact = NewFact(fact_id="x", occurred_at=NOON, source="test", body=TakenOver(epoch=2))
    with pytest.raises(OutOfOrder):
        case.apply(RecordedFact(**dict(fact), seq=7, hash="", epoch=1, recorded_at=NOON))


def test_every_kind_of_fact_says_what_it_changes() -> None:
    """In one table; a kind that stood in none would stop its case."""
    kinds = get_args(get_args(Fact)[0])
    assert set(FOLDS) == set(kinds)


def test_only_what_weighs_moves_the_decision_head() -> None:
    """A refused command is kept for the record and makes no decision stale."""
    life = Life()
    before = life.case.decision_head
    life.tell(CommandRefused(command="pause", rule="r", why="w"))
    assert life.case.decision_head == before
    assert life.case.head.seq == before + 1


def test_a_receipt_may_overtake_our_own_record_of_the_sending() -> None:
    """'undeliverable' before 'sent': the contact point is invalid all the same."""
    life = Life()
    life.tell(AttemptReserved(proposal=PROPOSAL, verdict=Verdict(verdict="allow", rulebook="x")))
    life.tell(AttemptSending(attempt="L1:1"))
    life.tell(ContactResultPosted(attempt="L1:1", result="undeliverable"))
    life.tell(AttemptSent(attempt="L1:1"))
    assert life.case.contacts[0].result == "undeliverable"
    assert life.case.invalid_points == ("L1-phone",)


@given(st.permutations(["delivered", "answered", "right_party"]))
def test_receipts_in_any_order_leave_the_word_that_tells_most(order: list[str]) -> None:
    """Gateways do not promise an order."""
    life = Life()
    sent(life)
    for result in order:
        life.tell(ContactResultPosted(attempt="L1:1", result=result))  # pyright: ignore[reportArgumentType]
    assert life.case.contacts[0].result == "right_party"


@given(st.permutations(range(6)))
def test_payments_and_reversals_in_any_order_give_the_same_money(order: list[int]) -> None:
    """To the cent, and the same transactions."""
    day = date(2026, 3, 12)
    facts = [
        PaymentPosted(reference=f"p{n}", amount=Decimal("10.01"), currency="CNY", value_date=day) for n in range(4)
    ]
    facts += [PaymentReversed(reference=f"r{n}", reverses=f"p{n}", value_date=day) for n in range(2)]
    life = Life()
    life.live(NOON)
    for index in order:
        life.tell(facts[index])
    money = life.case.money(day)
    assert money.paid == Decimal("20.02")


def test_a_new_number_is_used_first_and_an_invalid_one_never() -> None:
    """Contact points by id; the newest is the best known."""
    life = Life()
    party = life.case.borrower()
    assert party
    life.tell(ContactPointAdded(party_id=party.party_id, contact_point_id="new-phone", point_kind="phone"))
    assert life.case.points(party)[0].contact_point_id == "new-phone"
    life.tell(ContactPointInvalid(contact_point_id="new-phone"))
    assert "new-phone" not in [p.contact_point_id for p in life.case.points(party)]


def test_another_episode_begins_afresh_but_keeps_what_is_the_borrowers() -> None:
    """Ladder, assessment and holds start over; standing, known payments and wrong numbers stay."""
    life = Life()
    sent(life)
    life.tell(ContactPointInvalid(contact_point_id="L1-phone"))
    life.tell(EpisodeOpened(request=request("L1"), epoch=2, policy=life.case.policy))
    assert life.case.rung == 0
    assert life.case.contacts == ()
    assert life.case.invalid_points == ("L1-phone",)
    assert life.case.attempts == 1


def test_a_case_survives_its_own_json() -> None:
    """It is handed from run to run as JSON: nothing may be lost on the way."""
    life = Life()
    sent(life)
    assert Case.model_validate_json(life.case.model_dump_json()) == life.case
    assert Case.model_validate_json(life.case.model_dump_json()).digest() == life.case.digest()


def test_a_reversal_that_bears_its_payments_own_reference_takes_it_back() -> None:
    """Some systems number movements, some the payment: the two are kept apart by what they are."""
    day = date(2026, 3, 12)
    life = Life()
    life.live(NOON)
    life.tell(PaymentPosted(reference="P1", amount=Decimal("10.00"), currency="CNY", value_date=day))
    life.tell(PaymentReversed(reference="P1", reverses="P1", value_date=day))
    assert life.case.money(day).paid == 0
