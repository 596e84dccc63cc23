"""In which order money goes to what is owed: statutes by their articles, the payer's word, what comes too much or back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.money import Basis, Debt, across_debts, position, where_it_went
from schemas.account import AccountRules, Allocation, Designation, LateAllocation
from schemas.loan import Transaction
from tests.domain.accountwork import CONTRACT, FIRST_DUE, after, instalment, payment

D = Decimal
TWO = [instalment(1, fees="5.00"), instalment(2)]
CARD = Basis(
    rules=AccountRules(
        late=LateAllocation(
            from_dpd=91,
            across="component",
            components=("principal", "costs", "fees", "interest", "compound", "penalty"),
        )
    )
)


def charge(reference: str, amount: str, on: date, component: str = "costs") -> Transaction:
    return Transaction.model_validate(
        {"reference": reference, "kind": "charge", "amount": amount, "value_date": on, "component": component}
    )


def refund(amount: str, on: date, of: str | None = None) -> Transaction:
    return Transaction(reference=f"back-{amount}", kind="refund", amount=D(amount), value_date=on, reverses=of)


def test_civil_code_561_costs_then_interest_then_principal() -> None:
    """Costs of realising the claim come first, though they arose last; then interest, default interest among it; then
    principal."""
    moved = [charge("court-fee", "30.00", after(40)), payment("p", "100.00", after(40))]
    now = position(TWO, moved, after(40), Basis(contract=CONTRACT))
    # 40 nights at 0.05 %: 20.00 on 1,000.00 of principal, 1.00 on 50.00 of unpaid interest.
    assert (now.of("costs"), now.rows[0].fees, now.rows[0].interest) == (0, 0, 0)
    assert (now.rows[0].compound, now.rows[0].penalty, now.rows[0].principal) == (0, D("6.00"), D("1000.00"))


@pytest.mark.parametrize(("days", "first"), [(90, "interest"), (91, "principal")])
def test_a_card_pays_principal_first_from_day_91(days: int, first: str) -> None:
    """Up to the 90th day interest and fees come first, from the 91st on principal."""
    went = where_it_went(TWO, [payment("p", "60.00", after(days))], after(days), CARD)
    parts = {part.component: part.amount for part in went}
    assert parts == ({"fees": D(5), "interest": D(50), "principal": D(5)} if first == "interest" else {first: D(60)})


def test_late_principal_is_that_of_every_bill_before_any_interest() -> None:
    """Over all that is due, not bill by bill; so the oldest bill stays the oldest."""
    now = position(TWO, [payment("p", "2000.00", after(95))], after(95), CARD)
    assert (now.of("principal"), now.of("interest")) == (0, D(100))
    assert now.overdue_since == FIRST_DUE


def test_what_the_payer_says_comes_first() -> None:
    """Interest of the second instalment, as designated; the rest as always."""
    went = where_it_went(TWO, [payment("p", "70.00", after(31), "interest", 2)], after(31))
    assert [(part.number, part.component, part.amount) for part in went] == [
        (2, "interest", D(50)),
        (1, "fees", D(5)),
        (1, "interest", D(15)),
    ]


def test_a_designation_says_something() -> None:
    """Of a component, of an instalment, or of both."""
    with pytest.raises(ValueError, match="name a component or an instalment"):
        Designation()


def test_an_order_names_each_component_once() -> None:
    """Otherwise some money would go nowhere."""
    with pytest.raises(ValueError, match="name each component once"):
        Allocation(components=("interest", "principal"))


def test_a_surplus_may_be_held_until_it_is_due() -> None:
    """It pays nothing early, is off nobody's balance, and pays the next instalment on its day."""
    held = Basis(rules=AccountRules(surplus="held"))
    moved = [payment("p", "1100.00", after(0))]
    before = position(TWO, moved, after(29), held)
    assert (before.held, before.unapplied, before.outstanding, before.rows[1].total) == (45, 0, 1050, 1050)
    then = position(TWO, moved, after(30), held)
    assert (then.held, then.outstanding, then.rows[1].interest) == (0, 1005, 5)
    assert position(TWO, moved, after(29)).rows[1].total == 1005, "applied at once without that rule"


def test_what_was_refunded_was_never_paid() -> None:
    """The newest payment by then gives it back; one that is named, that one; never more than was paid."""
    moved = [payment("old", "1055.00", after(0)), payment("new", "30.00", after(5)), payment("later", "1.00", after(9))]
    now = position(TWO, [*moved, refund("50.00", after(7))], after(9))
    assert (now.paid, now.rows[0].total) == (D("1036.00"), D("19.00"))
    named = position(TWO, [*moved, refund("500.00", after(7), "new")], after(9))
    assert (named.paid, named.rows[0].total) == (D("1056.00"), 0)
    assert position(TWO, [*moved, refund("50.00", after(7))], after(6)).paid == D("1085.00"), "from its own day on"


def test_a_charge_back_takes_the_payment_back() -> None:
    """In the account it is what a reversal is."""
    moved = [payment("p", "500.00"), payment("q", "20.00")]
    back = Transaction(reference="x", kind="chargeback", amount=D(500), value_date=after(3), reverses="p")
    assert position(TWO, [back, *moved], after(3)) == position(TWO, [moved[1]], after(3))


def test_a_charge_falls_due_when_it_is_booked_and_can_be_taken_back() -> None:
    """A late fee makes a loan overdue from its own day, not from the instalment's."""
    paid = [payment("p", "2105.00", after(0))]
    booked = charge("late-fee", "20.00", after(10), "fees")
    now = position(TWO, [*paid, booked], after(15))
    assert (now.arrears, now.overdue_since, now.days_past_due) == (20, after(10), 5)
    back = Transaction(reference="b", kind="reversal", amount=D(20), value_date=after(12), reverses="late-fee")
    assert position(TWO, [*paid, booked, back], after(15)).arrears == 0
    assert position(TWO, [payment("q", "2115.00"), booked], after(15)).arrears == 10, "money that was over covers it"


def test_a_waiver_gives_up_default_interest_first() -> None:
    """House rule of most banks: default and compound interest, then fees, interest, principal last."""
    waiver = Transaction(reference="w", kind="waiver", amount=D("22.00"), value_date=after(40))
    now = position(TWO, [waiver], after(40), Basis(contract=CONTRACT))
    # 20.00 and 5.00 had grown on principal, 1.00 and 0.25 on interest.
    assert (now.of("penalty"), now.of("compound"), now.of("fees")) == (D("3.00"), D("1.25"), D("5.00"))


# --- Civil Code of China art. 560 -----------------------------------------------------------------------------------


def debt(name: str, owed: str, due_on: date, secured: int = 0, percent: int = 5, arose_on: date = FIRST_DUE) -> Debt:
    return Debt(name, D(owed), due_on, arose_on, D(secured), D(percent))


DUE = date(2026, 3, 1)
TODAY = date(2026, 4, 1)


def test_civil_code_560_the_debtor_chooses() -> None:
    """The chosen one first, though it is not due; the rest as the statute has it."""
    debts = [debt("a", "100", DUE), debt("b", "50", date(2026, 9, 1))]
    assert across_debts(D(80), debts, TODAY, ["b"]) == {"a": 30, "b": 50}


@pytest.mark.parametrize(
    ("rule", "first", "other"),
    [
        ("due before not due", debt("a", "100", DUE, secured=90), debt("b", "100", date(2026, 9, 1))),
        ("least secured", debt("a", "100", DUE, secured=0, percent=3), debt("b", "100", DUE, secured=50, percent=9)),
        ("most burdensome", debt("a", "100", date(2026, 3, 2), percent=9), debt("b", "100", DUE, percent=3)),
        ("due first", debt("a", "100", date(2026, 2, 1)), debt("b", "100", DUE)),
    ],
)
def test_civil_code_560_without_a_choice(rule: str, first: Debt, other: Debt) -> None:
    """Each criterion decides only where those before it do not."""
    assert across_debts(D(60), [other, first], TODAY) == {"a": 60, "b": 0}, rule


def test_civil_code_560_equal_debts_in_proportion() -> None:
    """To the cent, and what does not divide goes to the first by id; more than all of them is left out."""
    debts = [debt("c", "100.00", DUE), debt("a", "100.00", DUE), debt("b", "100.00", DUE)]
    assert across_debts(D("100.00"), debts, TODAY) == {"a": D("33.34"), "b": D("33.33"), "c": D("33.33")}
    assert across_debts(D("400.00"), debts, TODAY) == {"a": 100, "b": 100, "c": 100}


def test_a_choice_that_is_not_there_is_named() -> None:
    """With what there is to choose from."""
    with pytest.raises(ValueError, match="chosen debts are not there: z; there are a"):
        across_debts(D(1), [debt("a", "1", DUE)], TODAY, ["z"])
