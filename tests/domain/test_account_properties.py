"""Whatever the contract and the rules: no order, repetition or splitting changes a cent, parts sum, nothing is negative, and
what was taken back never was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import Basis, class_history, class_of, position, quote, where_it_went
from schemas.account import COMPONENTS, Contract
from schemas.loan import Instalment, Transaction
from simulation.books import balance
from tests.domain.accountwork import DAYS, SOME, after, bases, contracts, movements, payment, schedules, total, waivers

LAST = date(2026, 12, 31)


@given(schedules(), movements(), bases(), DAYS, st.data())
def test_no_order_or_repetition_changes_a_cent(
    schedule: list[Instalment], moved: list[Transaction], basis: Basis, on: date, data: st.DataObject
) -> None:
    """Any permutation, with any of the facts told again, is the same position, and every cent went the same way."""
    again = moved + (data.draw(st.lists(st.sampled_from(moved))) if moved else [])
    shuffled, other = data.draw(st.permutations(again)), data.draw(st.permutations(schedule))
    assert position(other, shuffled, on, basis) == position(schedule, moved, on, basis)
    assert where_it_went(other, shuffled, on, basis) == where_it_went(schedule, moved, on, basis)


@given(schedules(), movements(), bases(), DAYS, st.data())
def test_a_payment_in_two_parts_is_the_same_payment(
    schedule: list[Instalment], moved: list[Transaction], basis: Basis, on: date, data: st.DataObject
) -> None:
    """Split a payment that nothing else names: the position is the same to the cent."""
    whole = payment("s", str(data.draw(SOME) + Decimal("0.01")), data.draw(DAYS))
    part = data.draw(st.integers(1, int(whole.amount * 100) - 1)) / Decimal(100)
    one = whole.model_copy(update={"amount": part})
    other = whole.model_copy(update={"amount": whole.amount - part, "reference": "s-2"})
    assert position(schedule, [*moved, one, other], on, basis) == position(schedule, [*moved, whole], on, basis)


@given(schedules(), movements(), bases(), DAYS)
def test_the_parts_make_the_whole(schedule: list[Instalment], moved: list[Transaction], basis: Basis, on: date) -> None:
    """Components, rows and totals agree; what was contracted and what has grown is what is owed and what was paid; nothing is
    negative; and of each payment, where it went adds up to what of it stands."""
    now = position(schedule, moved, on, basis)
    went = where_it_went(schedule, moved, on, basis)
    contracted = total([i.principal + i.interest + i.fees for i in schedule])
    charged = total([m.amount for m in moved if m.kind == "charge" and m.value_date <= on])
    grown = now.of("penalty") + now.of("compound")
    grown += total([part.amount for part in went if part.component in ("penalty", "compound")])
    assert contracted + charged + grown == now.outstanding + now.paid + now.waived - now.unapplied - now.held
    assert now.outstanding == total([row.total for row in now.rows]) == total([now.of(name) for name in COMPONENTS])
    assert now.arrears == total([row.total for row in now.rows if row.due_on < on])
    assert min([now.arrears, now.unapplied, now.held, now.paid, now.waived, now.days_past_due]) >= 0
    assert min((row.of(name) for row in now.rows for name in COMPONENTS), default=0) >= 0
    assert now.overdue == (now.arrears > basis.tolerance)
    assert total([part.amount for part in went]) == now.paid + now.waived
    assert min((part.amount for part in went), default=1) > 0
    assert total([part.amount for part in went if part.component is None]) == now.unapplied + now.held


@given(schedules(), movements(), bases())
def test_what_was_taken_back_never_was(schedule: list[Instalment], moved: list[Transaction], basis: Basis) -> None:
    """Once their dates have come, payments and waivers with their reversals and charge-backs are those that were not taken
    back: default interest, each component, class and all are restored exactly. What names a reversal takes nothing back."""
    gone = {m.reverses for m in moved if m.kind in ("reversal", "chargeback")}
    kept = [m for m in moved if m.kind not in ("reversal", "chargeback") and m.reference not in gone]
    assert position(schedule, moved, LAST, basis) == position(schedule, kept, LAST, basis)


@given(schedules(), movements(), bases(), DAYS)
def test_what_is_quoted_is_enough_and_the_least(
    schedule: list[Instalment], moved: list[Transaction], basis: Basis, on: date
) -> None:
    """Paid today, the sum that cures does, and the one that rolls back does, a cent less does not; and what pays the loan off
    does."""
    told = quote(schedule, moved, on, basis)

    def paying(amount: Decimal) -> tuple[bool, int]:
        then = position(schedule, [*moved, payment("q", str(amount), on)] if amount else moved, on, basis)
        return then.overdue, min((then.days_past_due + 29) // 30, 7)

    cent = Decimal("0.01")
    overdue, rank = paying(Decimal(0))
    assert paying(told.to_cure) == (False, 0)
    assert (told.to_cure == 0) == (not overdue)
    if told.to_cure:
        assert paying(told.to_cure - cent)[0]
    assert (told.to_roll_back is None) == (rank == 0)
    if told.to_roll_back is not None:
        assert told.to_roll_back <= told.to_cure
        assert paying(told.to_roll_back)[1] < rank
        assert paying(told.to_roll_back - cent)[1] == rank
    given_back = total([m.amount for m in moved if m.kind == "refund"])
    assert told.payoff <= told.position.outstanding + given_back
    if basis.contract is None or basis.whole_due_on:  # else interest for time to come is left, which nobody owes
        whole = [*moved, payment("q", str(told.payoff), on)] if told.payoff else moved
        then = position(schedule, whole, on, basis)
        assert then.outstanding == then.held


@settings(max_examples=40)
@given(schedules(), movements(), bases(), DAYS)
def test_the_history_of_classes_is_that_of_the_days(
    schedule: list[Instalment], moved: list[Transaction], basis: Basis, on: date
) -> None:
    """Of every day it says what the days past due of that day say."""
    told = class_history(schedule, moved, on, basis)
    if not schedule:
        assert told == ()
        return
    day = min(i.due_on for i in schedule)
    while day <= on:
        then = [item.tier for item in told if item.since <= day]
        wanted = class_of(position(schedule, moved, day, basis).days_past_due, basis.in_force.classes)
        assert then[-1:] == [wanted], day
        day += timedelta(days=1)


def without_default_interest(contract: Contract) -> Contract:
    return contract.model_copy(update={"penalty_multiple": None, "compounds": False})


@given(
    schedules(),
    movements(),
    st.none() | contracts() | contracts().map(without_default_interest),
    DAYS,
    st.sampled_from(["CNY", "JPY", "KWD"]),
)
def test_core_bankings_own_books_agree(
    schedule: list[Instalment], moved: list[Transaction], contract: Contract | None, on: date, currency: str
) -> None:
    """The simulated bank keeps its books night by night, and this package in one sweep: the same to the currency's smallest
    unit."""
    plain = [m.model_copy(update={"designates": None}) for m in moved if m.kind not in ("refund", "charge")]
    ours = position(schedule, plain, on, Basis(contract=contract, currency=currency))
    theirs = balance(schedule, plain, on, contract, currency)
    assert (ours.arrears, ours.outstanding) == (theirs.arrears, theirs.outstanding)
    assert (ours.overdue_since, ours.days_past_due) == (theirs.overdue_since, theirs.days_past_due)
    assert {name: ours.of(name) for name in COMPONENTS} == theirs.components


def test_core_bankings_own_books_agree_on_half_a_cent() -> None:
    """50.00 at 12 % times 1.3 for 33 days of 360 are exactly 0.715, which is rounded up however it is reckoned."""
    contract = Contract(signed_on=after(-30), annual_percent=Decimal(12), penalty_multiple=Decimal("1.3"))
    schedule = [Instalment(number=1, due_on=after(0), principal=Decimal("50.00"))]
    ours = position(schedule, [], after(33), Basis(contract=contract))
    assert ours.outstanding == balance(schedule, [], after(33), contract).outstanding == Decimal("50.72")


@given(schedules(), movements(), DAYS)
def test_without_contract_and_rules_one_pouring_is_enough(
    schedule: list[Instalment], moved: list[Transaction], on: date
) -> None:
    """All money poured over the instalments at once is each payment spread on its own day."""
    plain = [m.model_copy(update={"designates": None}) for m in moved if m.kind in ("payment", "reversal", "waiver")]
    now = position(schedule, plain, on)
    went = where_it_went(schedule, plain, on)
    for row in now.rows:
        contracted = next(i for i in schedule if i.number == row.number)
        taken = total([part.amount for part in went if part.component and part.number == row.number])
        assert contracted.principal + contracted.interest + contracted.fees == row.total + taken


@given(schedules(), movements(), bases(), st.data())
def test_a_waiver_that_was_taken_back_never_was(
    schedule: list[Instalment], moved: list[Transaction], basis: Basis, data: st.DataObject
) -> None:
    """Core banking takes a waiver back: whatever it was made of, and whichever payments it took the place of, each component
    of each row is owed as if it had never been booked, and every cent of the payments went as without it."""
    waiver = data.draw(waivers("taken-back"))
    back = Transaction(
        reference="back", kind="reversal", amount=waiver.amount, value_date=data.draw(DAYS), reverses=waiver.reference
    )
    told = data.draw(st.permutations([*moved, waiver, back, back]))
    assert position(schedule, told, LAST, basis) == position(schedule, moved, LAST, basis)
    assert where_it_went(schedule, told, LAST, basis) == where_it_went(schedule, moved, LAST, basis)


def test_a_reversal_of_a_reversal_takes_nothing_back() -> None:
    """What was taken back stays so until it is posted again; the bank's own books say the same."""
    schedule = [Instalment(number=1, due_on=after(0), principal=Decimal("50.00"))]
    paid = payment("p", "20.00", after(0))
    back = Transaction(reference="b", kind="reversal", amount=paid.amount, value_date=after(1), reverses="p")
    again = Transaction(reference="bb", kind="reversal", amount=paid.amount, value_date=after(2), reverses="b")
    for moved in ([paid, back, again], [again, back, paid]):
        assert position(schedule, moved, after(3)).outstanding == Decimal("50.00")
        assert balance(schedule, moved, after(3)).outstanding == Decimal("50.00")
