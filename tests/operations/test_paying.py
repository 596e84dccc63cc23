"""Money as it is typed: what the ledger knows of the loan is held against it before anything is sent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from ledger.pool import Pool
from operations.errors import UsageError
from operations.paying import pay, reverse
from schemas.facts import AccountRead, PaymentPosted
from schemas.ledger import NewFact
from tests.domain.casework import Life
from tests.ledger.support import NOON, Desk, publish

PAID = PaymentPosted(reference="PAY-7", amount=Decimal("10.00"), currency="CNY", value_date=date(2026, 3, 2))


class Server:
    """Keeps what is sent, and says of every workflow that it runs."""

    status = WorkflowExecutionStatus.RUNNING

    def __init__(self) -> None:
        self.sent: list[Any] = []

    @property
    def client(self) -> Client:
        """Itself, where a client is wanted."""
        return cast(Client, self)

    def get_workflow_handle(self, _: str) -> Server:
        """Of any workflow."""
        return self

    async def describe(self) -> Server:
        """Running."""
        return self

    async def signal(self, _: str, told: object) -> None:
        """Kept."""
        self.sent.append(told)

    async def start_workflow(self, *_: object, start_signal_args: list[object], **__: object) -> Server:
        """A signal with a start, kept too."""
        self.sent.extend(start_signal_args)
        return self


async def has_paid(pool: Pool) -> None:
    """A loan in CNY, of which the ledger has a payment PAY-7."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(NewFact(fact_id="payment:PAY-7", occurred_at=NOON, source="payment_system", body=PAID))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"amount": "10.001"}, r"AMOUNT: 10\.001 is not in whole units of 0\.01 CNY"),
        ({"currency": "USD"}, r"--currency USD: this loan is in CNY"),
        ({"reference": "PAY-7", "amount": "11.00"}, r"--reference PAY-7 is another payment of this loan, 10\.00 CNY"),
        ({"reference": "PAY-7", "value_date": date(2026, 3, 3)}, r"--reference PAY-7 .* with value date 2026-03-02"),
    ],
)
async def test_what_the_case_could_not_take_is_not_sent(pool: Pool, given: dict[str, Any], said: str) -> None:
    """It would be kept as a message that nobody understands, while whoever typed it believed the money told."""
    await has_paid(pool)
    server = Server()
    with pytest.raises(UsageError, match=said):
        await pay(server.client, pool, "L-1", **{"amount": "10.00", **given})
    assert server.sent == []


async def test_the_same_payment_again_is_the_same(pool: Pool) -> None:
    """Without a value date it is that of the first time, whatever day it is now; one still to come is told of."""
    await has_paid(pool)
    server = Server()
    again = await pay(server.client, pool, "L-1", "10.00", reference="PAY-7")
    assert (again.before, again.signal.value_date, again.later) == (True, date(2026, 3, 2), False)
    other = await pay(server.client, pool, "L-1", "10.00", value_date=date(2199, 1, 1))
    assert (other.before, other.later) == (False, True)
    assert server.sent == [again.signal, other.signal]


async def test_a_value_date_before_the_loan_is_told_of(pool: Pool) -> None:
    """Before the contract was signed, or, where nobody knows when that was, before the first instalment was due."""
    await has_paid(pool)
    server = Server()
    assert (await pay(server.client, pool, "L-1", "10.00", value_date=date(1999, 1, 1))).no_loan_before is None
    read = Life("L-1")
    read.live(timedelta(days=0.2))
    account = next(fact.body for fact in read.facts if isinstance(fact.body, AccountRead))
    desk = await Desk.open(pool)
    await desk.tell(NewFact(fact_id="r-1", occurred_at=NOON, source="tests", body=account))
    first = min(one.due_on for one in account.account.instalments)
    early = await pay(server.client, pool, "L-1", "10.00", value_date=date(1999, 1, 1))
    assert (early.no_loan_before, early.later) == (first, False)
    assert (await pay(server.client, pool, "L-1", "10.00", value_date=first)).no_loan_before is None
    assert len(server.sent) == 3


async def test_a_payment_that_nobody_knows_is_taken_back_with_a_word(pool: Pool) -> None:
    """Signals come in any order, so it is sent; whoever mistyped the reference is told."""
    await has_paid(pool)
    server = Server()
    assert (await reverse(server.client, pool, "L-1", "PAY-7")).known
    assert not (await reverse(server.client, pool, "L-1", "PAY-8")).known
    assert [one.reverses for one in server.sent] == ["PAY-7", "PAY-8"]
