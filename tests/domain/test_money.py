"""What is owed and since when, whatever the order in which payments, repeats and reversals arrive."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Basis, bucket, minor_unit, position, quantize
from schemas.account import AccountRules
from schemas.loan import Instalment, Transaction

FIRST_DUE = date(2026, 1, 10)


def instalment(number: int, principal: str = "100.00", interest: str = "10.00", fees: str = "0") -> Instalment:
    due_on = FIRST_DUE + timedelta(days=30 * (number - 1))
    return Instalment(
        number=number, due_on=due_on, principal=Decimal(principal), interest=Decimal(interest), fees=Decimal(fees)
    )


def payment(reference: str, amount: str, value_date: date = FIRST_DUE) -> Transaction:
    return Transaction(reference=reference, amount=Decimal(amount), value_date=value_date)


def reversal(reverses: str, value_date: date = FIRST_DUE) -> Transaction:
    return Transaction(
        reference=f"undo-{reverses}", kind="reversal", amount=Decimal(1), value_date=value_date, reverses=reverses
    )


THREE = [instalment(1, fees="5.00"), instalment(2), instalment(3)]


def test_due_today_is_overdue_tomorrow() -> None:
    """An instalment is due at the end of its day."""
    on_the_day = position(THREE, [], FIRST_DUE)
    assert (on_the_day.arrears, on_the_day.overdue_since, on_the_day.bucket) == (Decimal(0), None, "M0")
    assert on_the_day.next_due_on == FIRST_DUE
    day_after = position(THREE, [], FIRST_DUE + timedelta(days=1))
    assert (day_after.arrears, day_after.overdue_since) == (Decimal("115.00"), FIRST_DUE)
    assert (day_after.days_past_due, day_after.bucket) == (1, "M1")
    assert day_after.next_due_on == FIRST_DUE + timedelta(days=30)


def test_a_payment_takes_fees_then_interest_then_principal() -> None:
    """Civil Code art. 561: 12.50 pays the fees of 5 and 7.50 of the interest, and no principal."""
    first = position(THREE, [payment("p", "12.50")], FIRST_DUE).rows[0]
    assert (first.fees, first.interest, first.principal) == (Decimal(0), Decimal("2.50"), Decimal("100.00"))
    assert first.total == Decimal("102.50")


def test_the_oldest_instalment_is_paid_first() -> None:
    """What is left after the first instalment goes to the second, though it is not due yet."""
    after = position(list(reversed(THREE)), [payment("p", "120.00")], FIRST_DUE + timedelta(days=1))
    assert [row.total for row in after.rows] == [Decimal("0.00"), Decimal("105.00"), Decimal("110.00")]
    assert (after.arrears, after.overdue_since) == (Decimal(0), None)


def test_more_than_everything_is_unapplied() -> None:
    """An overpayment is kept apart: nothing goes below zero."""
    after = position(THREE, [payment("p", "400")], FIRST_DUE + timedelta(days=100))
    assert (after.outstanding, after.unapplied, after.paid) == (Decimal(0), Decimal("65.00"), Decimal("400"))


def test_a_payment_counts_from_its_value_date() -> None:
    """A payment with tomorrow's value date does not cure today; a backdated one cures the past."""
    pays = [payment("p", "115.00", FIRST_DUE + timedelta(days=5))]
    assert position(THREE, pays, FIRST_DUE + timedelta(days=4)).arrears == Decimal("115.00")
    assert position(THREE, pays, FIRST_DUE + timedelta(days=5)).arrears == 0


def test_a_reversal_restores_the_old_date() -> None:
    """A cure that is taken back leaves the loan overdue since the first day, from the reversal's value date
    on."""
    moves = [reversal("p", FIRST_DUE + timedelta(days=9)), payment("p", "115.00")]
    assert position(THREE, moves, FIRST_DUE + timedelta(days=8)).overdue_since is None
    back = position(THREE, moves, FIRST_DUE + timedelta(days=9))
    assert (back.overdue_since, back.days_past_due) == (FIRST_DUE, 9)


def test_a_reversal_of_an_unknown_payment_waits_for_it() -> None:
    """It takes nothing from others, and meets its payment when that arrives late."""
    early = [reversal("late"), payment("other", "10.00")]
    assert position(THREE, early, FIRST_DUE).paid == Decimal("10.00")
    assert position(THREE, [*early, payment("late", "50.00")], FIRST_DUE).paid == Decimal("10.00")


def test_a_payment_and_a_reversal_may_share_a_reference() -> None:
    """Some banks give the reversal the reference of the payment it takes back."""
    back = Transaction(reference="p", kind="reversal", amount=Decimal(1), value_date=FIRST_DUE, reverses="p")
    assert position(THREE, [payment("p", "50"), back], FIRST_DUE).paid == 0


def test_two_records_under_one_reference_are_judged_without_regard_to_order() -> None:
    """A feed and core banking may disagree: the earlier date stands, then the smaller amount."""
    one, other = payment("p", "50.00"), payment("p", "60.00")
    assert position(THREE, [one, other], FIRST_DUE) == position(THREE, [other, one], FIRST_DUE)
    assert position(THREE, [other, one], FIRST_DUE).paid == Decimal("50.00")


def test_nonsense_from_a_source_is_named() -> None:
    """A payment of nothing and a negative instalment are refused at the door, before any case holds them."""
    with pytest.raises(ValueError, match="payment p of nothing"):
        payment("p", "0")
    with pytest.raises(ValueError, match="interest"):
        instalment(4, interest="-1")


@pytest.mark.parametrize(
    ("days", "name"),
    [(0, "M0"), (1, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3"), (150, "M5"), (151, "M6"), (180, "M6"),
     (181, "M6+"), (2000, "M6+")],
)  # fmt: skip
def test_buckets_have_thirty_days(days: int, name: str) -> None:
    """The edges of the ageing buckets."""
    assert bucket(days) == name


@pytest.mark.parametrize(
    ("currency", "unit", "rounded"),
    [("CNY", "0.01", "2.35"), ("JPY", "1", "2"), ("KWD", "0.001", "2.345"), ("CLF", "0.0001", "2.3450")],
)
def test_minor_units(currency: str, unit: str, rounded: str) -> None:
    """ISO 4217 exponents; halves round away from zero."""
    assert minor_unit(currency) == Decimal(unit)
    assert str(quantize(Decimal("2.345"), currency)) == rounded


CENTS = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(-30, 200).map(lambda days: FIRST_DUE + timedelta(days=days))


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Instalment], list[Transaction], date]:
    schedule = [
        Instalment(
            number=number,
            due_on=FIRST_DUE + timedelta(days=30 * number),
            principal=draw(CENTS),
            interest=draw(CENTS),
            fees=draw(CENTS),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    pays = [payment(f"p{n}", str(draw(CENTS) + Decimal("0.01")), draw(DAYS)) for n in range(draw(st.integers(0, 8)))]
    undone = draw(st.lists(st.integers(0, 9), max_size=4))
    moves = pays + [reversal(f"p{n}", draw(DAYS)) for n in undone]
    return schedule, moves, draw(DAYS)


@given(books(), st.data())
def test_no_order_or_repetition_changes_a_cent(
    book: tuple[list[Instalment], list[Transaction], date], data: st.DataObject
) -> None:
    """Any permutation of instalments and transactions, with any of them told again, is the same position."""
    schedule, moves, on = book
    repeated = moves + (data.draw(st.lists(st.sampled_from(moves))) if moves else [])
    shuffled = data.draw(st.permutations(repeated))
    assert position(data.draw(st.permutations(schedule)), shuffled, on) == position(schedule, moves, on)


@given(books())
def test_a_reversed_payment_never_was(book: tuple[list[Instalment], list[Transaction], date]) -> None:
    """Payments and their reversals together are the payments that were not reversed, once both dates have
    come."""
    schedule, moves, _on = book
    gone = {move.reverses for move in moves if move.kind == "reversal"}
    kept = [move for move in moves if move.kind == "payment" and move.reference not in gone]
    end = FIRST_DUE + timedelta(days=300)
    assert position(schedule, moves, end) == position(schedule, kept, end)


@given(books())
def test_the_parts_make_the_whole(book: tuple[list[Instalment], list[Transaction], date]) -> None:
    """What was contracted is what is owed and what was paid, to the cent, and no amount is negative."""
    schedule, moves, on = book
    now = position(schedule, moves, on)
    contracted = sum((i.principal + i.interest + i.fees for i in schedule), Decimal(0))
    assert contracted == now.outstanding + now.paid - now.unapplied
    assert now.outstanding == sum((row.total for row in now.rows), Decimal(0))
    assert now.arrears == sum((row.total for row in now.rows if row.due_on < on), Decimal(0))
    amounts = [now.arrears, now.outstanding, now.paid, now.unapplied]
    amounts += [part for row in now.rows for part in (row.fees, row.interest, row.principal)]
    assert min(amounts) >= 0
    assert now.unapplied == 0 or now.outstanding == 0
    assert (now.overdue_since is None) == (now.arrears == 0) == (now.days_past_due == 0)


@given(books())
def test_spreading_the_sum_is_spreading_payment_by_payment(
    book: tuple[list[Instalment], list[Transaction], date],
) -> None:
    """The waterfall over all payments at once agrees with one payment after the other in value-date order."""
    schedule, moves, on = book
    gone = {m.reverses for m in moves if m.kind == "reversal" and m.value_date <= on}
    pays = [m for m in moves if m.kind == "payment" and m.value_date <= on and m.reference not in gone]
    parts = [[i.fees, i.interest, i.principal] for i in sorted(schedule, key=lambda i: i.due_on)]
    for pay in sorted(pays, key=lambda p: (p.value_date, p.reference)):
        left = pay.amount
        for part in parts:
            for which in range(3):
                taken = min(left, part[which])
                part[which] -= taken
                left -= taken
    assert [[row.fees, row.interest, row.principal] for row in position(schedule, moves, on).rows] == parts


def test_a_waiver_is_of_what_is_due_before_what_is_not() -> None:
    """What is given up of the arrears is not spent on interest that nobody owes yet."""
    rules = AccountRules()
    schedule = (
        Instalment(number=1, due_on=date(2026, 3, 10), principal=Decimal(1000), interest=Decimal(50)),
        Instalment(number=2, due_on=date(2026, 4, 10), principal=Decimal(1000), interest=Decimal(50)),
    )
    paid = Transaction(reference="P", amount=Decimal(1045), value_date=date(2026, 3, 20))
    waived = Transaction(reference="W", kind="waiver", amount=Decimal(5), value_date=date(2026, 3, 20))
    money = position(schedule, (paid, waived), date(2026, 3, 21), Basis(rules=rules))
    assert (money.arrears, money.outstanding) == (0, 1050)
