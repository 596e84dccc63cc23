"""Accounts made up for tests: schedules, movements, contracts and rules, by hand and by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from hypothesis import strategies as st

from domain.money import Basis
from domain.money.standing import TAKES_BACK
from schemas.account import (
    COMPONENTS,
    AccountRules,
    AgreedPause,
    Allocation,
    Component,
    Contract,
    Designation,
    LateAllocation,
    MadeOf,
    RateCap,
    Waived,
)
from schemas.loan import Instalment, MovementKind, Transaction

FIRST_DUE = date(2026, 1, 10)

CONTRACT = Contract(
    signed_on=date(2025, 12, 10),
    annual_percent=Decimal(12),
    penalty_multiple=Decimal("1.5"),
    compounds=True,
    reference_percent=Decimal("3.10"),
)
"""12 % a year, half as much again once overdue: 0.05 % a night."""


def instalment(
    number: int, principal: str = "1000.00", interest: str = "50.00", fees: str = "0", due_on: date | None = None
) -> Instalment:
    """A monthly instalment, the first due on FIRST_DUE."""
    return Instalment(
        number=number,
        due_on=due_on or FIRST_DUE + timedelta(days=30 * (number - 1)),
        principal=Decimal(principal),
        interest=Decimal(interest),
        fees=Decimal(fees),
    )


def payment(
    reference: str,
    amount: str,
    on: date = FIRST_DUE,
    component: Component | None = None,
    instalment: int | None = None,
) -> Transaction:
    """A payment, and what it was said to be for."""
    meant = Designation(component=component, instalment=instalment) if component or instalment else None
    return Transaction(reference=reference, amount=Decimal(amount), value_date=on, designates=meant)


def after(days: int) -> date:
    """So many days after the first instalment was due."""
    return FIRST_DUE + timedelta(days=days)


CENTS = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)
SOME = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(-30, 200).map(after)
PERCENT = st.integers(0, 3600).map(lambda hundredths: Decimal(hundredths) / 100)


@st.composite
def schedules(draw: st.DrawFn) -> list[Instalment]:
    """Up to five instalments."""
    return [
        Instalment(number=n, due_on=after(30 * n), principal=draw(CENTS), interest=draw(CENTS), fees=draw(CENTS))
        for n in range(draw(st.integers(0, 5)))
    ]


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Contracts with default interest."""
    return Contract(
        signed_on=after(-30),
        annual_percent=draw(PERCENT),
        day_count=draw(st.sampled_from(["actual/360", "actual/365", "30/360"])),
        penalty_multiple=draw(st.integers(100, 200).map(lambda n: Decimal(n) / 100)),
        compounds=draw(st.booleans()),
    )


ORDERS = st.permutations(COMPONENTS).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> AccountRules:
    """Rules of every kind."""
    across: st.SearchStrategy[Literal["instalment", "component"]] = st.sampled_from(["instalment", "component"])
    late = LateAllocation(components=draw(ORDERS), across=draw(across), from_dpd=draw(st.integers(1, 120)))
    cap = RateCap(percent=draw(PERCENT), source="made up")
    return AccountRules(
        allocation=Allocation(components=draw(ORDERS), across=draw(across)),
        late=draw(st.sampled_from([None, late])),
        waived=draw(ORDERS),
        surplus=draw(st.sampled_from(["applied", "held"])),
        cure_tolerance=draw(st.sampled_from([Decimal(0), Decimal(10)])),
        rate_caps=draw(st.sampled_from([(), (cap,)])),
    )


@st.composite
def bases(draw: st.DrawFn) -> Basis:
    """Some with a contract, some with rules, some with both, some with a pause, some due as a whole."""
    starts = draw(DAYS)
    pause = AgreedPause(starts_on=starts, ends_on=starts + timedelta(days=draw(st.integers(0, 60))))
    return Basis(
        contract=draw(st.none() | contracts()),
        rules=draw(st.none() | rules()),
        pauses=draw(st.sampled_from([(), (pause,)])),
        whole_due_on=draw(st.none() | DAYS),
    )


TAKEN_BACK = st.sampled_from([*(f"p{n}" for n in range(7)), "w0", "w1", "w2", "w3", "b0", "b1"])
"""What a reversal may name: payments, waivers, reversals, and what is not there."""
_CHARGED: tuple[Component, ...] = ("fees", "costs")


@st.composite
def movements(draw: st.DrawFn) -> list[Transaction]:
    """Payments with and without a purpose, refunds, charges, waivers, reversals and charge-backs of some."""
    moved: list[Transaction] = []
    for n in range(draw(st.integers(0, 5))):
        purpose = draw(st.none() | st.sampled_from(COMPONENTS))
        meant = draw(st.none() | st.integers(1, 4))
        moved.append(payment(f"p{n}", str(draw(SOME)), draw(DAYS), purpose, meant))
    for n in range(draw(st.integers(0, 2))):
        kind: MovementKind = draw(st.sampled_from(TAKES_BACK))
        undone = draw(TAKEN_BACK)
        moved.append(
            Transaction(reference=f"b{n}", kind=kind, amount=Decimal(1), value_date=draw(DAYS), reverses=undone)
        )
    for n in range(draw(st.integers(0, 2))):
        of = draw(st.none() | st.integers(0, 6).map(lambda m: f"p{m}"))
        moved.append(
            Transaction(reference=f"r{n}", kind="refund", amount=draw(SOME), value_date=draw(DAYS), reverses=of)
        )
    for n in range(draw(st.integers(0, 2))):
        component: Component | None = draw(st.sampled_from(_CHARGED))
        moved.append(
            Transaction(reference=f"c{n}", kind="charge", amount=draw(SOME), value_date=draw(DAYS), component=component)
        )
    return moved + [draw(waivers(f"w{n}")) for n in range(draw(st.integers(0, 3)))]


@st.composite
def waivers(draw: st.DrawFn, reference: str) -> Transaction:
    """A waiver: of a sum, or of certain components, as agreed on some day before."""
    on = draw(DAYS)
    if draw(st.booleans()):
        return Transaction(reference=reference, kind="waiver", amount=draw(SOME), value_date=on)
    names = draw(st.lists(st.sampled_from(COMPONENTS), min_size=1, unique=True))
    parts = tuple(Waived(component=name, amount=draw(SOME)) for name in names)
    made_of = MadeOf(agreed_on=on - timedelta(days=draw(st.integers(0, 60))), components=parts)
    return Transaction(reference=reference, kind="waiver", amount=made_of.total, value_date=on, made_of=made_of)


def total(amounts: Sequence[Decimal]) -> Decimal:
    """Their sum."""
    return sum(amounts, Decimal(0))
