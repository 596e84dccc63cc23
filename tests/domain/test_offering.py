"""What may be offered: two or three plans that add up, are within what can be paid, and are allowed as they are shown."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain import limits
from domain.offering import LONGEST, MOST, Proposal, proposals
from domain.stages.situation import Situation
from schemas.facts import ContactRecorded, OfferMade
from schemas.means import Means
from schemas.messages import OfferPlan, RecordContact
from schemas.terms import PlanOffer, SettlementOffer, SettlementTerms
from tests.domain.casework import Life, instalments, whole_strategy
from tests.domain.test_negotiation import refused


def asked(life: Life, income: str, obligations: str = "0", living: str = "0") -> None:
    """A talk in which the borrower said what they have to pay with."""
    means = Means(income=Decimal(income), obligations=Decimal(obligations), living_minimum=Decimal(living))
    said = RecordContact(by="anna", result="right_party", identity_verified=True, wish="plan", means=means)
    assert isinstance(life.command(said), ContactRecorded)


def offered(life: Life) -> tuple[Proposal, ...]:
    """What may be offered now."""
    return proposals(Situation.of(life.case, life.strategy, life.law, life.now))


def made_of(life: Life, offer: SettlementOffer) -> dict[str, Decimal]:
    """Of what components its waiver is."""
    judged = limits.offer(Situation.of(life.case, life.strategy, life.law, life.now), offer)
    assert isinstance(judged, limits.Allowed)
    assert isinstance(judged.terms, SettlementTerms)
    return {part.component: part.amount for part in judged.terms.components}


def begun(days: float = 10, **changes: Any) -> Life:
    """Three instalments of 1,050.00, so many days after the first."""
    life = Life(strategy=whole_strategy(), **changes)
    life.live(timedelta(days=days))
    return life


def sizes(found: tuple[Proposal, ...]) -> list[tuple[int, str]]:
    """How many parts, over what."""
    return [(len(o.offer.parts), o.offer.covers) if isinstance(o.offer, PlanOffer) else (1, "settled") for o in found]


def test_they_come_from_what_can_be_paid_beside_the_instalments() -> None:
    """2,000 in, 500 out, 300 to live on: 1,200 a month, of which the next instalment takes 1,050."""
    life = begun()
    asked(life, "2000.00", "500.00", "300.00")
    found = offered(life)
    assert sizes(found) == [(7, "arrears"), (12, "arrears"), (7, "arrears")]
    assert [one.affordable for one in found] == [True, True, True]
    assert [one.down_payment for one in found] == [Decimal(0), Decimal(0), Decimal("210.00")]


def test_whoever_cannot_keep_up_is_offered_the_whole_balance_in_parts() -> None:
    """300 a month do not pay an instalment of 1,050: the contract is to be changed."""
    life = begun()
    asked(life, "800.00", "200.00", "300.00")
    assert sizes(offered(life))[0] == (11, "balance")


def test_late_debts_may_be_settled_too() -> None:
    """From ninety days past due, by as much as a collector may give up."""
    life = begun(100)
    asked(life, "1000.00")
    found = offered(life)
    settled = [one.offer.amount for one in found if isinstance(one.offer, SettlementOffer)]
    assert settled == [Decimal("3000.00")]


def owing(interest: str) -> Life:
    """A hundred days past due, three instalments of 1,000.00 principal and so much interest."""
    life = Life(strategy=whole_strategy())
    life.schedule = tuple(item.model_copy(update={"interest": Decimal(interest)}) for item in instalments(months=3))
    life.live(timedelta(days=100))
    return life


@pytest.mark.parametrize(
    ("interest", "waived"),
    [
        ("50.00", {"interest": Decimal("150.00")}),
        ("0.00", {"principal": Decimal("300.00")}),
        ("1000.00", {"interest": Decimal("600.00")}),
    ],
    ids=["all of the interest", "a tenth of the principal", "as much of the interest as a collector may"],
)
def test_a_settlement_gives_up_principal_only_where_there_is_nothing_else(
    interest: str, waived: dict[str, Decimal]
) -> None:
    """Penalty, fees and interest first, up to a tenth of it all."""
    life = owing(interest)
    offers = [one.offer for one in offered(life) if isinstance(one.offer, SettlementOffer)]
    assert [made_of(life, offer) for offer in offers] == [waived]


def test_without_an_answer_the_usual_lengths_are_offered() -> None:
    """And nobody says whether they can be paid."""
    found = offered(begun())
    assert [len(one.offer.parts) for one in found if isinstance(one.offer, PlanOffer)][:2] == [3, 6]
    assert {one.affordable for one in found} == {None}


def test_what_is_said_of_means_comes_from_a_talk_and_is_money_alone() -> None:
    """No field of a person is taken, not even by mistake."""
    life = begun()
    means = Means(income=Decimal(1000))
    assert refused(life.command(RecordContact(by="anna", result="no_answer", means=means))) == "record.means"
    for trait in ("age", "marital_status", "ethnicity", "health"):
        with pytest.raises(ValidationError, match="extra"):
            Means.model_validate({"income": "1000", trait: "x"})


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from([10, 70, 100]),
)
def test_every_one_of_them_is_accepted_as_it_is_shown(income: int, out: int, living: int, days: int) -> None:
    """Adds up to the cent, is no longer than five years, and may be offered; what is called affordable is."""
    life = begun(days)
    means = Means(income=Decimal(income) / 100, obligations=Decimal(out) / 100, living_minimum=Decimal(living) / 100)
    asked(life, str(means.income), str(means.obligations), str(means.living_minimum))
    found = offered(life)
    assert 1 <= len(found) <= MOST
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    s = Situation.of(life.case, life.strategy, life.law, life.now)
    for one in found:
        judged = limits.offer(s, one.offer)
        assert isinstance(judged, limits.Allowed)
        assert (judged.above is None) == (one.asks is None)
        if isinstance(one.offer, PlanOffer):
            assert len(one.offer.parts) <= LONGEST
            if one.affordable:
                assert max(part.amount for part in one.offer.parts[1:]) <= means.monthly
    first = next(one for one in found if one.asks is None)
    assert isinstance(life.command(OfferPlan(by="anna", terms=first.offer)), OfferMade)
