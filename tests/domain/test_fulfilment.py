"""Looking back on an agreement with all that is known now."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment import fulfilment
from schemas.loan import Transaction
from schemas.terms import Part, PlanTerms, PromiseTerms

MARCH = date(2026, 3, 5)


def paid(reference: str, amount: str, on: int) -> Transaction:
    return Transaction(reference=reference, amount=Decimal(amount), value_date=date(2026, 3, on))


def reversal(of: str, on: int) -> Transaction:
    reference = f"{of}:back"
    return Transaction(
        reference=reference, kind="reversal", amount=Decimal(1), value_date=date(2026, 3, on), reverses=of
    )


def terms(days: int = 0) -> PromiseTerms:
    return PromiseTerms(parts=(Part(amount=Decimal("100.00"), due_on=MARCH),), tolerance_days=days)


def test_money_counts_by_its_value_date_within_the_days_of_tolerance():
    """The sixth is one day late."""
    moved = [paid("T", "100.00", 6)]
    assert fulfilment(terms(), (), moved).state == "broken"
    assert fulfilment(terms(days=1), (), moved).state == "kept"


def test_a_reversal_takes_money_back_from_its_own_value_date_on():
    """In time it undoes the payment; later it leaves what was kept."""
    payment = paid("T", "100.00", 3)
    assert fulfilment(terms(), (), [payment, reversal("T", 5)]).state == "broken"
    assert fulfilment(terms(), (), [payment, reversal("T", 9)]).state == "kept"


def test_what_was_known_before_is_no_part_of_it():
    """And taking it back afterwards does not make the promise worse than unpaid."""
    before = [paid("T0", "100.00", 1)]
    assert fulfilment(terms(), before, before).paid == 0
    after = fulfilment(terms(), before, [*before, reversal("T0", 4)])
    assert (after.state, after.paid) == ("broken", 0)


def test_what_was_paid_before_and_taken_back_since_breaks_no_promise():
    """The cheque of the week before came back; what was promised was paid all the same."""
    before = [paid("T0", "300.00", 1)]
    moved = [*before, paid("T1", "100.00", 4), reversal("T0", 4)]
    after = fulfilment(terms(), before, moved)
    assert (after.state, after.paid) == ("kept", Decimal("100.00"))
    assert fulfilment(terms(), before, [*moved, reversal("T1", 5)]).state == "broken"


def test_every_part_of_a_plan_has_to_be_covered_by_its_own_day():
    """All the money by the last day does not mend the first part."""
    parts = (Part(amount=Decimal(50), due_on=MARCH), Part(amount=Decimal(50), due_on=date(2026, 3, 9)))
    plan = PlanTerms(parts=parts)
    assert fulfilment(plan, (), [paid("T", "100.00", 9)]).state == "partly"
    assert fulfilment(plan, (), [paid("T", "50.00", 5), paid("U", "50.00", 9)]).state == "kept"


@given(
    amounts=st.lists(st.integers(1, 200), max_size=5),
    days=st.lists(st.integers(1, 9), min_size=5, max_size=5),
)
def test_more_money_never_makes_it_worse(amounts: list[int], days: list[int]):
    """Kept, partly, broken: one more payment moves up or leaves it."""
    moved = [paid(f"T{n}", str(amount), days[n]) for n, amount in enumerate(amounts)]
    order = ("broken", "partly", "kept")
    before = fulfilment(terms(), (), moved)
    after = fulfilment(terms(), (), [*moved, paid("more", "10", 5)])
    assert order.index(after.state) >= order.index(before.state)
    assert after.paid == before.paid + 10
