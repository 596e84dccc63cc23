"""How what is overdue grows, how old it is called, and what is quoted: rules by the names they have in law."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from amortization.schedule import amortization_schedule

from domain.money import Basis, above_cap, cap_percent, class_history, class_of, penalty_percent, position, quote
from schemas.account import AccountRules, AgreedPause, Classes, Contract, RateCap
from schemas.loan import Transaction
from simulation.schedule import instalments
from tests.domain.accountwork import CONTRACT, FIRST_DUE, after, instalment, payment, total

D = Decimal
ONE = [instalment(1)]
GROWS = Basis(contract=CONTRACT)


def with_terms(**changes: object) -> Basis:
    return Basis(contract=Contract.model_validate(CONTRACT.model_dump() | changes))


def test_yinfa_2003_251_penalty_is_half_as_much_again_on_principal() -> None:
    """银发[2003]251号: 12 % and half of it: 18 % a year, 0.05 % a night, from the day after it was due; unpaid interest
    compounds at the same rate, and neither of them bears interest itself."""
    assert penalty_percent(CONTRACT, AccountRules()) == 18
    assert position(ONE, [], FIRST_DUE, GROWS).outstanding == 1050
    now = position(ONE, [], after(30), GROWS)
    assert (now.of("penalty"), now.of("compound"), now.arrears) == (D("15.00"), D("0.75"), D("1065.75"))
    simple = position(ONE, [], after(30), with_terms(compounds=False))
    assert (simple.of("penalty"), simple.of("compound")) == (D("15.00"), 0)
    assert position(ONE, [], after(300), GROWS).of("penalty") == D("150.00"), "ten times the nights, ten times the sum"


def test_without_a_contract_or_a_rate_nothing_grows() -> None:
    """A bank that tells no terms is taken at its figures."""
    assert position(ONE, [], after(30)).arrears == 1050
    assert position(ONE, [], after(30), with_terms(penalty_multiple=None)).arrears == 1050


@pytest.mark.parametrize(("count", "penalty"), [("actual/360", "15.50"), ("actual/365", "15.29"), ("30/360", "15.00")])
def test_day_counts(count: str, penalty: str) -> None:
    """31 nights from 10 January to 10 February, of a year of 360 or 365 days, or one month of thirty."""
    now = position(ONE, [], date(2026, 2, 10), with_terms(day_count=count))
    assert now.of("penalty") == D(penalty)


def test_rounded_once_to_the_currencys_own_unit() -> None:
    """Halves away from zero, and looking every day changes nothing; yen have no cents."""
    small = [instalment(1, "33.00", "0")]
    assert position(small, [], after(1), GROWS).of("penalty") == D("0.02"), "0.0165"
    daily = [payment(f"p{n}", "0.01", after(n)) for n in range(1, 4)]
    assert position(small, daily, after(4), GROWS).outstanding == D("33.00") + D("0.07") - D("0.03")
    yen = position([instalment(1, "1000", "0")], [], after(3), Basis(contract=CONTRACT, currency="JPY"))
    assert yen.of("penalty") == 2, "1.5"


def test_interest_stops_on_the_principal_that_is_paid() -> None:
    """Ten nights on all of it, ten on what is left."""
    now = position(ONE, [payment("p", "555.25", after(10))], after(20), GROWS)
    # 5.00 and 0.25 had grown: 50.00 interest, 0.25 and 5.00 are paid, and 500.00 of principal.
    assert (now.rows[0].principal, now.of("penalty"), now.of("interest")) == (500, D("2.50"), 0)


def test_private_lending_art_25_four_times_the_lpr_at_signing() -> None:
    """Provisions on private lending, art. 25: the LPR of the day of signing, not of today; default interest included."""
    private = AccountRules(rate_caps=(RateCap(times_reference=D(4), source="private lending, art. 25"),))
    assert penalty_percent(CONTRACT, private) == D("12.40")
    unmeasured = CONTRACT.model_copy(update={"reference_percent": None})
    assert cap_percent(unmeasured, private) is None


def test_the_lowest_cap_holds() -> None:
    """法发[2017]22号: what a financial lender claims above 24 % a year is reducible. A strategy may bound the multiple."""
    dear = CONTRACT.model_copy(update={"annual_percent": D(20)})
    lender = RateCap(percent=D(24), source="法发[2017]22号")
    other = RateCap(percent=D(36), source="made up")
    assert penalty_percent(dear, AccountRules()) == 30
    assert penalty_percent(dear, AccountRules(rate_caps=(other, lender))) == 24
    assert penalty_percent(CONTRACT, AccountRules(most_penalty_multiple=D("1.3"))) == D("15.6")
    with pytest.raises(ValueError, match="either percent or times_reference"):
        RateCap(source="nothing")


def test_the_cap_counts_every_fee() -> None:
    """24 % of all together: interest and fees, default and compound interest; principal that was paid allows nothing more."""
    lender = AccountRules(rate_caps=(RateCap(percent=D(24), source="法发[2017]22号"),))
    basis = Basis(contract=CONTRACT.model_copy(update={"signed_on": after(-30)}), rules=lender)
    # 1,000.00 for 30 days at 24 % allow 20.00; 15.00 of interest and 6.00 of fees are 1.00 more.
    dear = [instalment(1, "1000.00", "15.00", "6.00")]
    assert above_cap(dear, [], FIRST_DUE, basis) == 1
    assert above_cap([instalment(1, "1000.00", "15.00")], [], FIRST_DUE, basis) == 0
    paid = [payment("p", "1021.00", FIRST_DUE)]
    assert above_cap(dear, paid, after(30), basis) == 1
    late = above_cap(dear, [], after(30), basis)
    # Sixty days allow 40.00; 21.00, and 15.00 with 0.23 of default and compound interest, are less.
    assert late == 0
    assert above_cap(dear, [], FIRST_DUE, GROWS) == 0, "no cap, nothing above it"


# --- days, tolerance, classes ---------------------------------------------------------------------------------------


def test_a_tolerance_counts_all_that_is_left_together() -> None:
    """Up to ten in all is not overdue; several small rests that are more together are, since the one that made them so."""
    tolerant = Basis(rules=AccountRules(cure_tolerance=D(10)))
    two = [instalment(1), instalment(2)]
    almost = position(two, [payment("p", "1040.00")], after(20), tolerant)
    assert (almost.arrears, almost.overdue, almost.days_past_due, almost.bucket) == (10, False, 0, "M0")
    more = position(two, [payment("p", "2089.99")], after(31), tolerant)
    assert (more.arrears, more.overdue_since) == (D("10.01"), after(30))
    whole = Basis(rules=tolerant.rules, whole_due_on=after(5))
    assert position(two, [payment("p", "2095.00")], after(31), whole).overdue, "a loan due as a whole wants it all"


def test_days_in_an_agreed_pause_do_not_count() -> None:
    """A holiday that the bank granted ages nobody; two that overlap are one, and interest runs on."""
    pauses = (
        AgreedPause(starts_on=after(11), ends_on=after(20)),
        AgreedPause(starts_on=after(16), ends_on=after(25)),
    )
    paused = Basis(contract=CONTRACT, pauses=pauses)
    days = [position(ONE, [], after(n), paused).days_past_due for n in (10, 11, 25, 26, 50)]
    assert days == [10, 10, 10, 11, 35]
    then = position(ONE, [], after(50), paused)
    assert (then.overdue_since, then.counted_from, then.bucket) == (FIRST_DUE, after(15), "M2")
    assert then.of("penalty") == D("25.00")
    with pytest.raises(ValueError, match="turn them round"):
        AgreedPause(starts_on=after(2), ends_on=after(1))


@pytest.mark.parametrize(
    ("days", "tier"),
    [(0, "pass"), (1, "special_mention"), (90, "special_mention"), (91, "substandard"), (270, "substandard"),
     (271, "doubtful"), (360, "doubtful"), (361, "loss")],
)  # fmt: skip
def test_classification_measures_2023_by_days(days: int, tier: str) -> None:
    """Measures for the risk classification of financial assets (2023, order 1): over 90, 270, 360 days."""
    assert class_of(days, Classes()) == tier


def test_the_history_of_classes_follows_the_money() -> None:
    """Down by time, up by a payment, down again when it is taken back; backdated money changes what was."""
    moved = [payment("p", "1050.00", after(120))]
    told = class_history(ONE, moved, after(150), Basis())
    assert [(item.since, item.tier) for item in told] == [
        (FIRST_DUE, "pass"),
        (after(1), "special_mention"),
        (after(91), "substandard"),
        (after(120), "pass"),
    ]
    earlier = class_history(ONE, [*moved, payment("q", "1050.00", after(30))], after(150), Basis())
    assert [item.tier for item in earlier] == ["pass", "special_mention", "pass"]


def test_classes_begin_one_after_the_other() -> None:
    """Anything else is a slip of the pen."""
    with pytest.raises(ValueError, match="later day than the one before"):
        Classes(substandard=200, doubtful=100)


# --- quotes ---------------------------------------------------------------------------------------------------------


def test_what_cures_rolls_back_and_pays_off() -> None:
    """Forty days late: the first instalment brings it from M2 to M1, both cure it, and who pays off owes no interest for
    time to come."""
    three = [instalment(1), instalment(2), instalment(3)]
    told = quote(three, [], after(40), Basis())
    assert (told.to_cure, told.to_roll_back, told.rolled_to, told.payoff) == (2100, 1050, "M1", 3150)
    grown = quote(three, [], after(40), GROWS)
    assert grown.to_cure == D("2100") + D("20.00") + D("1.00") + D("5.00") + D("0.25")
    # Art. 677 of the Civil Code: of the third instalment's 50.00, ten days of thirty have passed.
    assert grown.payoff == grown.to_cure + 1000 + D("16.67")


def test_after_the_last_bucket_only_a_lower_one_is_back() -> None:
    """A year late: from M6+ it takes three instalments to come to M6, not one."""
    many = [instalment(n) for n in range(1, 13)]
    told = quote(many, [], after(265), Basis())
    assert (told.position.bucket, told.rolled_to, told.to_roll_back) == ("M6+", "M6", 3150)


def test_a_quote_for_a_later_day_has_grown_by_then() -> None:
    """A night is 0.50 and 0.03, rounded once: each night's sum is the whole's."""
    sums = [quote(ONE, [], after(days), GROWS).payoff for days in (10, 11, 20)]
    assert sums == [D("1055.25"), D("1055.78"), D("1060.50")]


def test_nothing_to_cure_where_nothing_is_overdue() -> None:
    """And nothing to roll back."""
    told = quote(ONE, [payment("p", "1050.00")], after(5), Basis())
    assert (told.to_cure, told.to_roll_back, told.rolled_to, told.payoff) == (0, None, "M0", 0)


def test_what_is_to_be_given_back_is_no_part_of_what_pays_off() -> None:
    """A refund that is in the books before its payment takes from whatever money comes that day: it is asked for besides."""
    back = Transaction(reference="r", kind="refund", amount=D("30.00"), value_date=after(5))
    told = quote(ONE, [back], after(5), Basis())
    assert (told.to_cure, told.payoff) == (D("1080.00"), D("1080.00"))
    assert position(ONE, [back, payment("p", "1080.00", after(5))], after(5)).outstanding == 0


# --- an oracle from outside -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("principal", "percent", "months"), [(120_000, 12, 12), (50_000, 7, 36), (9_999, 18, 24)])
def test_an_annuity_paid_in_time_is_paid_off_with_its_balance(principal: int, percent: int, months: int) -> None:
    """The schedule of the `amortization` library, paid on each due date: what is left of the principal here is its balance to
    the cent, and so is what pays the loan off that day."""
    schedule = list(amortization_schedule(principal, percent / 100, months))
    contracted = [instalment(row.number, cents(row.principal), cents(row.interest)) for row in schedule]
    moved: list[Transaction] = []
    for row, due in zip(schedule, contracted, strict=True):
        moved.append(payment(f"p{row.number}", cents(row.amount), due.due_on))
        told = quote(contracted, moved, due.due_on, GROWS)
        assert (told.position.of("principal"), told.payoff) == (D(cents(row.balance)), D(cents(row.balance)))
        assert (told.to_cure, told.position.unapplied) == (0, 0)
    assert position(contracted, moved, contracted[-1].due_on, GROWS).outstanding == 0


def cents(amount: float) -> str:
    return f"{amount:.2f}"


def test_our_own_schedules_add_up() -> None:
    """Those of the simulated bank: principal to the cent."""
    made = instalments(D("9999.99"), 24, D("0.0075"), "CNY", 3, FIRST_DUE)
    assert total([i.principal for i in made]) == D("9999.99")
