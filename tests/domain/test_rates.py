"""Plans at a rate: what their parts come to, which rate may be asked for, and that a kept one leaves nothing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from amortization.amount import calculate_amortization_amount
from amortization.schedule import amortization_schedule
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.artefacts import digest
from domain.disclosed import undisclosed
from domain.money import interest_of, level_shares, minor_unit
from domain.offering import equal_parts, proposals
from domain.stages.situation import Situation
from schemas.account import AccountRules, Contract, RateCap
from schemas.authority import PlanLimits
from schemas.facts import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalRequested,
    CertificateIssued,
    InterestCharged,
    OfferMade,
    WaiverBooked,
)
from schemas.messages import AcceptPlan, OfferPlan
from schemas.policy import Negotiation, Strategy
from schemas.terms import Covers, Part, PlanOffer, PlanTerms
from simulation.books import balance
from tests.domain.casework import Life, instalments, whole_strategy
from tests.domain.test_negotiation import refused

BEGUN = date(2026, 3, 22)
CONTRACT = Contract(signed_on=date(2026, 2, 10), annual_percent=Decimal(12), penalty_multiple=Decimal("1.5"))
PLAIN = Contract(signed_on=date(2026, 2, 10), annual_percent=Decimal(12))
CAP = RateCap(percent=Decimal(24), source="法发[2017]22号")

percents = st.decimals(0, 36, places=2)
amounts = st.decimals("10000.00", "500000.00", places=2)


def parts_of(total: Decimal, percent: Decimal, count: int, currency: str = "CNY") -> list[Decimal]:
    """What is to be paid a month, from a month after BEGUN on."""
    shares = equal_parts(total, count, date(2026, 4, 22), currency, percent)
    owed = [(part.due_on, part.amount) for part in shares]
    return [part.amount + more for part, more in zip(shares, interest_of(owed, percent, BEGUN, currency), strict=True)]


# --- arithmetic ------------------------------------------------------------------------------------------------------


@given(amounts, percents, st.integers(2, 60), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_parts_are_level_and_add_up(total: Decimal, percent: Decimal, count: int, currency: str) -> None:
    """Each share pays some of the debt off, together all of it; each part comes to the same, but for the last, which takes
    what rounding leaves: half a minor unit a month at most, and what that bears."""
    unit = minor_unit(currency)
    total = total.quantize(unit)
    shares = level_shares(
        total, percent, BEGUN, [p.due_on for p in equal_parts(total, count, BEGUN, currency)], currency
    )
    assert sum(shares) == total
    assert min(shares) > 0
    paid = parts_of(total, percent, count, currency)
    assert len(set(paid[:-1])) == 1
    assert all(one == one.quantize(unit) for one in paid)
    assert abs(paid[-1] - paid[0]) <= 3 * count * unit


@given(amounts, percents, st.decimals("0.5", 10, places=2), st.integers(2, 60))
def test_a_higher_rate_never_costs_less(total: Decimal, percent: Decimal, more: Decimal, count: int) -> None:
    """Interest is never negative, none at zero, and rises with the rate, but for the rounding of each part."""
    dear, cheap = (sum(parts_of(total, rate, count)) for rate in (percent + more, percent))
    assert dear >= cheap - count * Decimal("0.01")
    assert cheap >= total
    assert sum(parts_of(total, Decimal(0), count)) == total


@pytest.mark.parametrize(("principal", "percent", "months"), [(120_000, 12, 12), (50_000, 7, 36), (9_999, 18, 24)])
def test_monthly_parts_are_the_annuity_of_another_hand(principal: int, percent: int, months: int) -> None:
    """The schedule of the `amortization` library: the same part, and the same interest within it, to the cent of rounding."""
    level = Decimal(str(calculate_amortization_amount(principal, percent / 100, months)))
    theirs = list(amortization_schedule(principal, percent / 100, months))
    shares = equal_parts(Decimal(principal), months, date(2026, 4, 22), "CNY", Decimal(percent))
    interest = interest_of([(p.due_on, p.amount) for p in shares], Decimal(percent), BEGUN, "CNY")
    for part, more, row in zip(shares[:-1], interest, theirs, strict=False):
        assert abs(part.amount + more - level) <= Decimal("0.01"), "ours is rounded down, as parts without interest are"
        assert abs(more - Decimal(str(row.interest))) <= Decimal("0.02")


def test_interest_runs_on_what_is_left_for_the_days_in_between() -> None:
    """7.2 % a year are 6.00 a month on 1,000.00; half a month bears half, and what was paid off bears nothing more."""
    shares = [(date(2026, 4, 7), Decimal("400.00")), (date(2026, 5, 7), Decimal("600.00"))]
    assert interest_of(shares, Decimal("7.2"), BEGUN, "CNY") == (Decimal("3.00"), Decimal("3.60"))


def test_what_does_not_go_into_so_many_parts_is_an_error() -> None:
    """A part that pays nothing off is none."""
    with pytest.raises(ValueError, match=r"0\.05 CNY does not go into 6 parts"):
        equal_parts(Decimal("0.05"), 6, BEGUN, "CNY", Decimal(12))


# --- which rate ------------------------------------------------------------------------------------------------------


def strategy(percent: str = "0", rules: AccountRules | None = None, **plan: object) -> Strategy:
    """The whole strategy, whose plans bear so much a year."""
    policy = whole_strategy()
    assert policy.negotiation
    limits = {**policy.negotiation.plan.model_dump(), "annual_percent": percent, **plan}
    talks = {**policy.negotiation.model_dump(), "plan": limits, "certificate": True}
    return policy.model_copy(update={"negotiation": Negotiation.model_validate(talks), "account": rules})


def begun(percent: str = "7.2", contract: Contract | None = None, months: int = 3, **more: Any) -> Life:
    """Ten days after the first of so many instalments of 1,050.00."""
    life = Life(strategy=strategy(percent, **more))
    life.contract = contract
    life.schedule = instalments(months=months)
    life.live(timedelta(days=10))
    life.seen.clear()
    return life


def wanted(life: Life, count: int = 3, covers: Covers = "balance", percent: str | None = None) -> OfferPlan:
    """So many parts a month apart, over what is owed."""
    owed = life.case.money(life.today).outstanding if covers == "balance" else life.case.money(life.today).arrears
    each = (owed / count).quantize(Decimal("0.01"))
    amounts = [each] * (count - 1) + [owed - each * (count - 1)]
    days = [life.today + timedelta(days=30 * n) for n in range(1, count + 1)]
    parts = tuple(Part(amount=one, due_on=day) for one, day in zip(amounts, days, strict=True))
    rate = None if percent is None else Decimal(percent)
    return OfferPlan(by="anna", terms=PlanOffer(covers=covers, parts=parts, annual_percent=rate))


def planned(life: Life, offer: OfferPlan) -> PlanTerms:
    """The terms of the offer that was made."""
    made = life.command(offer)
    assert isinstance(made, OfferMade), made
    assert isinstance(made.terms, PlanTerms)
    return made.terms


def agreed(life: Life, offer: OfferPlan) -> PlanTerms:
    """The same, and accepted."""
    terms = planned(life, offer)
    assert life.case.offer
    word = AcceptPlan(
        by="anna", offer=life.case.offer.offer, terms_hash=life.case.offer.terms_hash, identity_verified=True
    )
    assert isinstance(life.command(word), AgreementMade)
    return terms


def test_without_a_rate_terms_are_what_they_were() -> None:
    """No field more, so that no hash of old terms and no digest of an old strategy changes."""
    terms = planned(life := begun("0"), wanted(life))
    assert {"annual_percent", "interest"}.isdisjoint(terms.model_dump())
    assert digest(strategy("0")) == digest(strategy())
    assert "annual_percent" not in PlanLimits().model_dump()


def test_a_plan_bears_the_strategys_rate() -> None:
    """7.2 % on 3,150.00 for 29 days of a 30/360 year, then on what is left: told part by part, and in the terms' hash."""
    terms = planned(life := begun(), wanted(life))
    assert terms.annual_percent == Decimal("7.2")
    assert [part.amount for part in terms.parts] == [Decimal("1068.27"), Decimal("1062.60"), Decimal("1056.09")]
    assert terms.interest == (Decimal("18.27"), Decimal("12.60"), Decimal("6.09"))
    assert (terms.plan_interest, terms.total) == (Decimal("36.96"), Decimal("3186.96"))
    assert life.case.offer
    assert life.case.offer.terms_hash != digest(terms.model_copy(update={"annual_percent": Decimal("7.1")}))


@pytest.mark.parametrize("percent", ["0", "3.6"])
def test_less_than_the_strategys_rate_is_a_concession(percent: str) -> None:
    """Somebody else approves it; the offer then bears that rate."""
    asked = (life := begun()).command(wanted(life, percent=percent))
    assert isinstance(asked, ApprovalRequested)
    assert asked.limit == "limit.plan.rate"
    assert isinstance(asked.terms, PlanTerms)
    assert (asked.terms.annual_percent or Decimal(0)) == Decimal(percent)


def test_more_than_the_strategys_rate_is_refused() -> None:
    """Nobody approves it."""
    life = begun()
    assert refused(life.command(wanted(life, percent="7.3"))) == "plan.rate"
    plain = begun("0")
    assert refused(plain.command(wanted(plain, percent="0.1"))) == "plan.rate"


def test_a_rate_above_the_cap_of_the_account_is_refused() -> None:
    """法发[2017]22号: 24 % a year; also where core banking tells no contract."""
    life = begun("30", rules=AccountRules(rate_caps=(CAP,)))
    assert refused(life.command(wanted(life))) == "plan.cap"


def test_all_that_is_charged_stays_within_the_cap() -> None:
    """法发[2017]22号: interest, fees and the plan's interest together. 150.00 of interest in the instalments leave no
    room under a cap of 12 % for a plan of 2 %, unless the 3,000.00 were owed for longer."""
    dear = PLAIN.model_copy(update={"signed_on": date(2026, 3, 1)})
    rules = AccountRules(rate_caps=(CAP.model_copy(update={"percent": Decimal(12)}),))
    tight = begun("2", dear, rules=rules)
    assert refused(tight.command(wanted(tight))) == "plan.cap"
    early = PLAIN.model_copy(update={"signed_on": date(2025, 9, 1)})
    roomy = begun("2", early, rules=rules)
    assert planned(roomy, wanted(roomy)).plan_interest > 0
    without = begun("0", dear, rules=rules)
    assert not planned(without, wanted(without)).interest, "a plan without interest lifts nothing"


def test_a_plan_bears_one_kind_of_interest() -> None:
    """Its own takes the place of default interest: that one stays besides is a fault of the strategy."""
    with pytest.raises(ValidationError, match="takes the place of default interest"):
        PlanLimits(annual_percent=Decimal(6), accrued="stays")


def test_what_is_proposed_is_level_at_the_rate() -> None:
    """Equal parts with the interest in them, as they are shown."""
    life = begun("12")
    found = proposals(Situation.of(life.case, life.strategy, life.law, life.now))
    plans = [one.offer for one in found if isinstance(one.offer, PlanOffer) and not one.down_payment]
    assert plans
    for offer in plans:
        terms = planned(life := begun("12"), OfferPlan(by="anna", terms=offer))
        assert len({part.amount for part in terms.parts[:-1]}) == 1
        assert terms.plan_interest > 0


# --- kept, broken, paid early ----------------------------------------------------------------------------------------


def told(life: Life, kind: type[Any]) -> list[Any]:
    """The facts of one kind."""
    return [fact.body for fact in life.facts if isinstance(fact.body, kind)]


def keep(life: Life, terms: PlanTerms, early: int = 0) -> None:
    """Pay each part on its day, or so many days before."""
    for number, part in enumerate(terms.parts):
        day = part.due_on - timedelta(days=early)
        life.live(timedelta(days=max((day - life.today).days, 0)))
        life.pay(str(part.amount), f"part{number}", on=life.today)
    life.live(timedelta(hours=1))


@given(
    contract=st.sampled_from([None, PLAIN, CONTRACT]),
    percent=st.sampled_from(["0.5", "7.2", "18", "24"]),
    count=st.integers(1, 6),
    early=st.integers(0, 5),
)
@settings(max_examples=25, deadline=None)
def test_a_kept_plan_over_the_balance_ends_with_nothing(
    contract: Contract | None, percent: str, count: int, early: int
) -> None:
    """Owed nothing, nothing paid too much, whatever grew meanwhile, and certified (结清证明)."""
    life = begun(percent, contract)
    terms = agreed(life, wanted(life, count))
    keep(life, terms, early)
    ended = life.case.money(life.today)
    assert (ended.outstanding, ended.unapplied) == (0, 0)
    assert ended.paid == terms.total
    assert life.case.outcome == "paid_off"
    assert len(told(life, AgreementKept)) == 1
    assert [body.agreement for body in told(life, CertificateIssued)] == [told(life, AgreementMade)[0].agreement]


@given(contract=st.sampled_from([None, CONTRACT]), count=st.integers(1, 4))
@settings(max_examples=10, deadline=None)
def test_a_kept_plan_over_the_arrears_cures(contract: Contract | None, count: int) -> None:
    """The instalments beside it paid as contracted, nothing is overdue and nothing was paid too much."""
    life = begun("12", contract, months=6)
    terms = agreed(life, wanted(life, count, "arrears"))
    due = sorted(
        [*((p.due_on, p.amount) for p in terms.parts), *((i.due_on, Decimal(1050)) for i in life.schedule[1:])]
    )
    for number, (day, amount) in enumerate(item for item in due if item[0] <= terms.last_day):
        life.live(timedelta(days=max((day - life.today).days, 0)))
        life.pay(str(amount), f"p{number}", on=life.today)
    life.live(timedelta(hours=1))
    assert told(life, AgreementKept)
    now = life.case.money(life.today)
    assert (now.arrears, now.unapplied) == (0, 0)
    assert life.case.cured_at


def test_interest_is_charged_part_by_part_as_it_falls_due() -> None:
    """Core banking's books say at any time what is left of the plan; the day's charge counts from the part's day."""
    life = begun()
    terms = agreed(life, wanted(life))
    keep(life, terms)
    charges = told(life, InterestCharged)
    assert [body.amount for body in charges] == list(terms.interest)
    assert [body.value_date for body in charges] == [part.due_on for part in terms.parts]
    assert len({body.reference for body in charges}) == 3


@pytest.mark.parametrize(("percent", "charges", "waives"), [("12", False, True), ("2", True, False)])
def test_default_interest_counts_towards_the_plans_own(percent: str, charges: bool, waives: bool) -> None:
    """At 18 % a year on what is overdue it outgrows a plan of 7.2 %, and what is more is waived; at 3 % it does not, and
    what is missing is charged. Either way the plan's interest, and no more, is paid for the time."""
    life = begun("7.2", CONTRACT.model_copy(update={"annual_percent": Decimal(percent)}))
    owed = life.case.money(life.today).outstanding
    terms = agreed(life, wanted(life))
    keep(life, terms)
    charged = sum(body.amount for body in told(life, InterestCharged))
    assert (charged > 0, bool(told(life, WaiverBooked))) == (charges, waives)
    assert charged < terms.plan_interest
    end = life.case.money(life.today)
    assert (end.paid - owed, end.outstanding, end.unapplied) == (terms.plan_interest, 0, 0)


@given(
    contract=st.sampled_from([None, PLAIN, CONTRACT]),
    percent=st.sampled_from(["0.5", "7.2", "24"]),
    early=st.integers(0, 9),
)
@settings(max_examples=15, deadline=None)
def test_the_simulated_banks_books_agree_on_every_day(contract: Contract | None, percent: str, early: int) -> None:
    """They are kept another way: an account on which charges are put compares without a difference."""
    life = begun(percent, contract)
    terms = agreed(life, wanted(life))
    keep(life, terms, early)
    for n in range((life.today - BEGUN).days + 1):
        day = BEGUN + timedelta(days=n)
        ours, theirs = life.case.money(day), balance(life.schedule, life.case.transactions, day, contract)
        assert (ours.arrears, ours.outstanding) == (theirs.arrears, theirs.outstanding)


def test_who_pays_the_debt_early_bears_no_interest_for_time_to_come() -> None:
    """Civil Code of China art. 677: for the time in which it was owed. The case ends, and nothing is charged after it."""
    life = begun()
    terms = agreed(life, wanted(life))
    life.live(timedelta(days=30))
    life.pay(str(terms.parts[0].amount), "first", on=life.today)
    life.live(timedelta(days=2))
    life.pay(str(life.case.money(life.today).outstanding), "rest", on=life.today)
    life.live(timedelta(days=60))
    assert life.case.outcome == "paid_off"
    assert [body.amount for body in told(life, InterestCharged)] == [terms.interest[0]]


def test_a_part_without_its_interest_breaks_the_plan() -> None:
    """Judged by what was agreed: the debt's share alone is less than that, and partly kept is not kept."""
    life = begun()
    terms = agreed(life, wanted(life))
    life.live(timedelta(days=30))
    life.pay(str(terms.parts[0].amount - terms.interest[0]), "short", on=life.today)
    life.live(timedelta(days=10))
    assert undisclosed(Situation.of(life.case, life.strategy, life.law, life.now)) == (), "it stood in the plan's terms"
    broken = told(life, AgreementBroken)
    assert [(body.due, body.due - body.paid) for body in broken] == [(terms.parts[0].amount, terms.interest[0])]
    life.live(timedelta(days=60))
    assert [body.amount for body in told(life, InterestCharged)] == [terms.interest[0]], (
        "nothing more once it is broken"
    )
