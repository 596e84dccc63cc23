"""Money that arrived or was taken back, as it is typed: checked against what the ledger knows, then told to the case.

A payment system's own signals are not checked here: whatever comes from there is kept (`domain.feeds`). Who types can mend it
before it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import asyncpg
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.calendar import bank_date
from domain.case import Case
from domain.money import minor_unit
from ledger.reading import facts
from operations.errors import UsageError
from operations.sending import KnownLoan, fresh_id, known_loan, valid, why_not_running
from operations.starting import launch, workflow_id
from schemas.account import Designation
from schemas.facts import Fact, PaymentPosted, PaymentReversed
from schemas.messages import PaymentPostedSignal, PaymentReversedSignal

_SHOWN = 12
"""So many characters of an id that was made up."""


@dataclass(frozen=True)
class Paid:
    """A payment as it was told to its case. `before`: the ledger had it already. `later`: its value date is still to come, on
    the bank's calendar. `no_loan_before`: the day from which the loan is known, if the value date is before it."""

    signal: PaymentPostedSignal
    before: bool
    later: bool
    no_loan_before: date | None = None


@dataclass(frozen=True)
class Reversed:
    """A reversal as it was told. `before`: the ledger had it already. `known`: it has the payment that is taken back."""

    signal: PaymentReversedSignal
    before: bool
    known: bool


async def pay(
    client: Client,
    pool: asyncpg.Pool,
    loan_id: str,
    amount: str,
    *,
    reference: str | None = None,
    value_date: date | None = None,
    currency: str | None = None,
    designates: Designation | None = None,
) -> Paid:
    """Tell a running case that money arrived.

    `amount` is a decimal in text, in units of the currency. Without a reference one is made up; without a currency it is
    the loan's; without a value date that of the same payment before, or the bank's today.

    Raises:
        UsageError: no case of the loan runs, what was given is no payment of this loan, or its reference is another one's.
    """
    known = await known_loan(pool, loan_id)
    if known is None and (why := await why_not_running(client, pool, loan_id)):
        raise UsageError(f"{why}. Nothing was sent")
    if known is None and currency is None:
        raise UsageError(
            f"the case of loan {loan_id} is not open yet, so the ledger does not know its currency: give --currency"
        )
    now = datetime.now(UTC)
    reference = reference or f"P-{fresh_id()[:_SHOWN]}"
    recorded = await _recorded(pool, loan_id, f"payment:{reference}")
    before = recorded if isinstance(recorded, PaymentPosted) else None
    today = _today(now, known)
    signal = valid(
        PaymentPostedSignal,
        reference=reference,
        amount=amount,
        currency=currency or (known.request.currency if known else None),
        value_date=value_date or (before.value_date if before else today),
        posted_at=now,
        designates=designates,
    )
    _must_be_of(known, signal)
    if before is not None and _told_otherwise(before, signal):
        raise UsageError(
            f"--reference {reference} is another payment of this loan, {before.amount:f} {before.currency} with value date "
            f"{before.value_date}: give this one a reference of its own, or leave it out. Nothing was sent"
        )
    handle = client.get_workflow_handle(workflow_id(loan_id))
    try:
        await handle.signal("payment_posted", signal)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        if why := await why_not_running(client, pool, loan_id):
            raise UsageError(f"{why}. Nothing was sent") from None
        await handle.signal("payment_posted", signal)  # a case that has just been started
    began = begun_on(Case.fold(loan_id, await facts(pool, f"loan:{loan_id}")))
    return Paid(
        signal, before is not None, signal.value_date > today, began if began and signal.value_date < began else None
    )


def begun_on(case: Case) -> date | None:
    """The day on which the loan was there at the latest: its contract was signed, or, where that is not known, the first of
    its instalments that the ledger knows was due. None where neither is known."""
    if case.contract:
        return case.contract.signed_on
    return min((instalment.due_on for instalment in case.instalments), default=None)


async def reverse(
    client: Client,
    pool: asyncpg.Pool,
    loan_id: str,
    payment: str,
    *,
    reference: str | None = None,
    value_date: date | None = None,
    charged_back: bool = False,
) -> Reversed:
    """Tell a case that a payment was taken back in full; a case that had ended starts again and sees for itself.

    Raises:
        UsageError: the ledger has never had a case of this loan, what was given is no reversal, or its reference is another's
            reversal.
    """
    known = await known_loan(pool, loan_id)
    if known is None:
        raise UsageError(f"the ledger knows no loan {loan_id}: start its case first (`starter.py start`)")
    now = datetime.now(UTC)
    reference = reference or f"R-{payment}"[:80]
    recorded = await _recorded(pool, loan_id, f"reversal:{reference}")
    before = recorded if isinstance(recorded, PaymentReversed) else None
    signal = valid(
        PaymentReversedSignal,
        reference=reference,
        reverses=payment,
        value_date=value_date or (before.value_date if before else _today(now, known)),
        posted_at=now,
        charged_back=charged_back,
    )
    if before is not None and _taken_otherwise(before, signal):
        raise UsageError(
            f"--reference {reference} is another reversal of this loan, of {before.reverses} with value date "
            f"{before.value_date}: a payment is taken back once. Nothing was sent"
        )
    await launch(client, known.request, signal="payment_reversed", signal_args=[signal])
    case = Case.fold(loan_id, await facts(pool, f"loan:{loan_id}"))
    there = any(item.reference == payment and item.kind == "payment" for item in case.transactions)
    return Reversed(signal, before is not None, there)


def _must_be_of(known: KnownLoan | None, signal: PaymentPostedSignal) -> None:
    """The case would keep money in another currency as a message that it cannot understand: better said to who types it."""
    if known is not None and signal.currency != known.request.currency:
        raise UsageError(
            f"--currency {signal.currency}: this loan is in {known.request.currency}, and a payment is told in the loan's "
            "currency. Nothing was sent"
        )
    unit = minor_unit(signal.currency)
    if signal.amount % unit:
        raise UsageError(f"AMOUNT: {signal.amount} is not in whole units of {unit} {signal.currency}. Nothing was sent")


def _told_otherwise(before: PaymentPosted, now: PaymentPostedSignal) -> bool:
    return (before.amount, before.currency, before.value_date, before.designates) != (
        *(now.amount, now.currency, now.value_date, now.designates),
    )


def _taken_otherwise(before: PaymentReversed, now: PaymentReversedSignal) -> bool:
    return (before.reverses, before.value_date, before.charged_back) != (now.reverses, now.value_date, now.charged_back)


async def _recorded(pool: asyncpg.Pool, loan_id: str, fact_id: str) -> Fact | None:
    """What the loan's stream has under this id."""
    return next((f.body for f in await facts(pool, f"loan:{loan_id}") if f.fact_id == fact_id), None)


def _today(now: datetime, known: KnownLoan | None) -> date:
    return bank_date(now, known.bank_zone if known else "Asia/Shanghai")
