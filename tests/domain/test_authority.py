"""Who decides: the table of authority, the row that decided, what may be waived by whom, and what an offer is worth."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.authority import Matter, ruling
from domain.money import Owed
from domain.waivers import ORDER, made_of, owed_by_component
from domain.worth import present_value
from schemas.account import Component
from schemas.authority import AuthorityTable
from schemas.facts import (
    AgreementMade,
    ApprovalDecided,
    ApprovalRequested,
    CertificateIssued,
    OfferMade,
    OutsideFailed,
)
from schemas.messages import AcceptPlan, AcceptPromise, DecideApproval, OfferPlan
from schemas.policy import Prospect
from schemas.steps import Act, Done, IssueCertificate, Wait
from schemas.terms import Part, SettlementOffer, SettlementTerms
from tests.domain.casework import Life, whole_strategy
from tests.domain.test_negotiation import refused

TABLE = AuthorityTable.model_validate(
    {
        "roles": ["collector", "supervisor", "head_office"],
        "rows": [
            {"role": "collector", "kinds": ["promise", "plan"], "most_amount": "2000.00", "decides": True},
            {"role": "collector", "kinds": ["promise", "plan"], "asks": "supervisor"},
            {"role": "collector", "kinds": ["settlement"], "most_percent": 3, "buckets": ["M4"], "decides": True},
            {"role": "collector", "kinds": ["settlement"], "most_percent": 10, "asks": "supervisor"},
            {"role": "collector", "kinds": ["settlement"], "asks": "head_office"},
            {"role": "supervisor", "kinds": ["promise", "plan"], "decides": True},
            {"role": "supervisor", "kinds": ["settlement"], "most_percent": 10, "decides": True},
            {"role": "supervisor", "kinds": ["settlement"], "asks": "head_office"},
            {"role": "head_office", "decides": True},
        ],
    }
)


def begun(days: float = 100, **changes: Any) -> Life:
    """A case of three instalments of 1,000.00 and 50.00 interest, so many days on, under the table."""
    policy = whole_strategy()
    worth = Prospect.model_validate({"rate_percent": 6, "chance": {"low": 10, "medium": 40, "high": 80}, "months": 12})
    talks = policy.negotiation.model_copy(update={"worth": worth, **changes}) if policy.negotiation else None
    life = Life(strategy=policy.model_copy(update={"authority": TABLE, "negotiation": talks}))
    life.live(timedelta(days=days))
    return life


def settle(life: Life, waived: str, role: str | None = None, by: str = "anna") -> OfferPlan:
    """A settlement that waives so much of the balance."""
    amount = life.case.money(life.today).outstanding - Decimal(waived)
    terms = SettlementOffer(amount=amount, pay_by=life.today + timedelta(days=20))
    return OfferPlan(by=by, terms=terms, role=role)


@pytest.mark.parametrize(
    ("role", "waived", "row", "asks"),
    [
        ("collector", "90.00", "authority.3", None),  # 2.9 % in M4
        (None, "90.00", "authority.3", None),  # nobody said: the lowest
        ("collector", "150.00", "authority.4", "supervisor"),  # all of the interest
        ("collector", "150.01", "authority.5", "head_office"),  # a cent of the principal
        ("supervisor", "150.00", "authority.7", None),
        ("supervisor", "200.00", "authority.8", "head_office"),
        ("head_office", "1000.00", "authority.9", None),
    ],
)
def test_the_row_that_fits_first_decides_and_is_named(role: str, waived: str, row: str, asks: str | None) -> None:
    """In the offer, or in what is asked for."""
    life = begun()
    fact = life.command(settle(life, waived, role))
    assert isinstance(fact, ApprovalRequested if asks else OfferMade), fact
    assert fact.authority == row
    assert getattr(fact, "asks", None) == asks


def test_principal_is_waived_by_the_highest_role_alone() -> None:
    """A table that lets a lower one is no table; what a waiver is made of stands in its terms."""
    rows = [{"role": "supervisor", "waives": ["principal"], "decides": True}, {"role": "head_office", "decides": True}]
    with pytest.raises(ValidationError, match="principal is waived by head_office alone"):
        AuthorityTable.model_validate({"roles": ["supervisor", "head_office"], "rows": rows})
    life = begun()
    asked = life.command(settle(life, "200.00"))
    assert isinstance(asked, ApprovalRequested)
    assert isinstance(asked.terms, SettlementTerms)
    made = [(part.component, part.amount) for part in asked.terms.components]
    assert made == [("interest", Decimal("150.00")), ("principal", Decimal("50.00"))]


def test_an_approval_needs_the_role_that_was_asked_and_another_person() -> None:
    """Maker is not checker; a lower role, no role, and one that would have to ask itself are told so."""
    life = begun()
    asked = life.command(settle(life, "150.01"))
    assert isinstance(asked, ApprovalRequested)
    life.live(timedelta(minutes=1))
    waiting = life.step()
    assert isinstance(waiting, Wait)
    assert waiting.ask
    assert waiting.ask.role == "head_office"
    word = DecideApproval(by="boss", approval=asked.approval, approve=True, reason="fine", role="head_office")
    assert refused(life.command(word.model_copy(update={"role": None}))) == "approval.role"
    assert refused(life.command(word.model_copy(update={"role": "supervisor"}))) == "approval.role"
    assert refused(life.command(word.model_copy(update={"role": "janitor"}))) == "authority.unknown_role"
    assert refused(life.command(word.model_copy(update={"by": "anna"}))) == "approval.same_person"
    decided = life.command(word)
    assert isinstance(decided, ApprovalDecided)
    assert (decided.role, decided.authority) == ("head_office", "authority.9")
    life.live(timedelta(minutes=1))
    assert life.case.offer
    assert life.case.offer.approval == asked.approval


def test_the_limits_of_a_collector_do_not_bind_a_higher_role() -> None:
    """A promise for twenty days: the collector asks, the supervisor takes it."""
    life = begun(40)
    promise = AcceptPromise(
        by="anna", amount=Decimal("500.00"), pay_by=life.today + timedelta(days=20), identity_verified=True
    )
    asked = life.judge(promise)
    assert isinstance(asked, ApprovalRequested)
    assert (asked.limit, asked.asks, asked.authority) == ("limit.promise.days", "supervisor", "authority.2")
    taken = life.command(promise.model_copy(update={"role": "supervisor", "by": "boss"}))
    assert isinstance(taken, AgreementMade)
    assert taken.authority == "authority.6"
    assert refused(life.judge(promise.model_copy(update={"role": "janitor"}))) == "authority.unknown_role"


def test_whoever_approves_is_shown_what_the_offer_is_worth_against_going_on() -> None:
    """3,000.00 in twenty days at 6 % a year; 40 % of 3,150.00 in 360 days."""
    life = begun()
    asked = life.command(settle(life, "150.00"))
    assert isinstance(asked, ApprovalRequested)
    assert asked.worth
    assert asked.worth.offer == Decimal("2990.17")
    assert asked.worth.chance_percent in (10, 40, 80)
    expected = Decimal("3150.00") * asked.worth.chance_percent / 100 / (1 + Decimal("0.06") * 360 / 365)
    assert asked.worth.going_on == expected.quantize(Decimal("0.01"))


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 10**6)), min_size=1, max_size=6),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_money_later_is_worth_no_more_than_money_now(parts: list[tuple[int, int]], rate: int, more: int) -> None:
    """And less at a higher rate."""
    today = date(2026, 3, 12)
    agreed = [Part(amount=Decimal(cents) / 100, due_on=today + timedelta(days=days)) for days, cents in parts]
    whole = sum((part.amount for part in agreed), Decimal(0))
    worth = present_value(agreed, rate, today)
    assert Decimal(0) < worth <= whole
    assert present_value(agreed, rate + more, today) <= worth
    assert present_value(agreed, 0, today) == whole


@given(st.lists(st.tuples(*[st.integers(0, 10**5)] * 3), max_size=6), st.integers(0, 10**6))
def test_a_waiver_takes_penalties_and_fees_then_interest_then_principal(
    owed: list[tuple[int, int, int]], cents: int
) -> None:
    """Nothing of a component before all of the one before it; together no more than is owed."""
    sums = [tuple(Decimal(cents_of) / 100 for cents_of in each) for each in owed]
    rows = [Owed(n, date(2026, 3, 10), f, i, p, penalty=f) for n, (f, i, p) in enumerate(sums)]
    amount = Decimal(cents) / 100
    given_up = {part.component: part.amount for part in made_of(amount, rows)}
    components = owed_by_component(rows)
    assert sum(given_up.values(), Decimal(0)) == min(amount, sum(components.values(), Decimal(0)))
    names: list[Component] = list(ORDER)
    for before, after in pairwise(names):
        if given_up.get(after):
            assert given_up.get(before, Decimal(0)) == components[before]


@given(
    st.sampled_from(["promise", "plan", "settlement"]),
    st.integers(1, 10**7),
    st.integers(0, 100),
    st.sampled_from(["M0", "M1", "M4", "M6+"]),
    st.booleans(),
)
def test_every_matter_comes_to_somebody_who_decides(
    kind: Any, cents: int, percent: int, bucket: str, principal: bool
) -> None:
    """By asking upwards, and never in a circle; principal only at the top."""
    waived: list[Component] = ["interest", "principal"] if principal else ["interest"]
    components: frozenset[Component] = frozenset(waived if kind == "settlement" else ())
    matter = Matter(kind, Decimal(cents) / 100, Decimal(percent), bucket, components)
    role, found = TABLE.lowest, None
    for _ in TABLE.roles:
        found = ruling(TABLE, role, matter)
        assert found
        if found.asks is None:
            break
        role = found.asks
    assert found
    assert found.asks is None
    assert role == TABLE.highest or "principal" not in components


# --- the certificate ------------------------------------------------------------------------------------------------


def settled(failures: int = 0) -> Life:
    """A settlement that was accepted and paid, under a strategy that has it certified; the archive fails so often first."""
    life = begun(certificate=True)
    offered = life.command(settle(life, "90.00"))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    for _ in range(failures):
        life.tell(OutsideFailed(system="documents", code="timeout"))
    life.pay("3060.00")
    return life


def test_a_settlement_that_was_paid_is_certified_before_the_case_closes() -> None:
    """Once, after the waiver was booked (结清证明)."""
    life = settled()
    end = life.live(timedelta(hours=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    kinds = [fact.body.kind for fact in life.facts][-4:]
    assert kinds == ["agreement_kept", "waiver_booked", "certificate_issued", "case_closed"]
    asked = next(s.action for s in life.seen if isinstance(s, Act) and isinstance(s.action, IssueCertificate))
    assert (asked.paid, asked.waived) == (Decimal("3060.00"), Decimal("90.00"))


@pytest.mark.parametrize(("failures", "certified"), [(1, True), (9, False)])
def test_an_archive_that_fails_is_asked_again_and_holds_no_end_up(failures: int, certified: bool) -> None:
    """Tried while there is patience; then the case closes without."""
    life = settled(failures)
    end = life.live(timedelta(days=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    assert any(isinstance(fact.body, CertificateIssued) for fact in life.facts) == certified


# --- paying early --------------------------------------------------------------------------------------------------

INCENTIVE = {"until_dpd": 60, "most_fees_percent": 100, "most_interest_percent": 20, "pay_within_days": 7}


def early(life: Life, waived: str, days: int = 5) -> OfferPlan:
    """All that is overdue but so much, in so many days."""
    amount = life.case.money(life.today).arrears - Decimal(waived)
    terms = SettlementOffer(amount=amount, pay_by=life.today + timedelta(days=days), covers="arrears")
    return OfferPlan(by="anna", terms=terms)


def with_incentive(days: float = 10) -> Life:
    """The default strategy, with an incentive to pay early and no table of authority."""
    policy = whole_strategy()
    assert policy.negotiation
    talks = type(policy.negotiation).model_validate({**policy.negotiation.model_dump(), "incentive": INCENTIVE})
    life = Life(strategy=policy.model_copy(update={"negotiation": talks}))
    life.live(timedelta(days=days))
    return life


def test_who_pays_early_is_spared_some_interest_and_the_loan_goes_on() -> None:
    """Ten of the fifty of interest; the money first, then the waiver; then cured, and not settled (先还后减)."""
    life = with_incentive()
    offered = life.command(early(life, "10.00"))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    life.live(timedelta(days=2))
    assert life.case.money(life.today).waived == 0
    life.pay("1040.00")
    life.live(timedelta(hours=1))
    money = life.case.money(life.today)
    assert (money.arrears, money.waived, money.outstanding) == (Decimal(0), Decimal("10.00"), Decimal("2100.00"))
    assert life.case.cured_at
    life.pay("2100.00", "REST")
    end = life.live(timedelta(hours=1))
    assert isinstance(end, Done)
    assert end.outcome == "paid_off"


def test_an_incentive_that_comes_to_nothing_waives_nothing() -> None:
    """Paid in full before the day: nothing is left to waive, and the next instalment is not touched."""
    life = with_incentive()
    offered = life.command(early(life, "10.00"))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    life.pay("1050.00")
    life.live(timedelta(days=40))
    assert life.case.money(life.today).arrears == Decimal("1050.00")
    assert life.case.money(life.today).waived == 0


@pytest.mark.parametrize(
    ("waived", "days", "dpd", "rule"),
    [
        ("10.01", 5, 10, "limit.incentive.interest"),
        ("10.00", 8, 10, "limit.incentive.days"),
        ("10.00", 5, 61, "limit.incentive.until_dpd"),
        ("50.01", 5, 10, "incentive.principal"),
        ("0.00", 5, 10, "settlement.nothing_waived"),
    ],
)
def test_an_incentive_has_its_limits(waived: str, days: int, dpd: int, rule: str) -> None:
    """Above them somebody is asked; principal is no part of it."""
    life = with_incentive(dpd)
    fact = life.command(early(life, waived, days))
    assert (fact.limit if isinstance(fact, ApprovalRequested) else refused(fact)) == rule


def test_without_an_incentive_in_the_strategy_none_is_offered() -> None:
    """The default strategy has none."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=10))
    assert refused(life.command(early(life, "10.00"))) == "incentive.none"
