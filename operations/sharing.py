"""One payment of a borrower for several of their loans: shared as they say or as the law has it, told to each loan's case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
from temporalio.client import Client

from domain import artefacts, sharing
from domain.calendar import bank_date
from domain.case import Case
from domain.money import minor_unit
from ledger.artefacts import load_all
from ledger.borrowers import loans_of
from ledger.reading import facts
from operations.errors import UsageError
from operations.paying import begun_on
from operations.sending import fresh_id, valid, why_not_running
from operations.starting import workflow_id
from schemas.facts import PaymentPosted
from schemas.messages import PaymentPostedSignal
from schemas.policy import Strategy
from schemas.terms import Share, Shared

MOST_LOANS = 100
"""So many loans one payment is shared over: what a case is told has to fit into a message."""


@dataclass(frozen=True)
class Paid:
    """A payment as it comes: `amount` in `currency` (the loans' own if it is None), its id, from when it counts (the bank's
    today if it is None), and what the payer said is for which loan."""

    amount: Decimal
    payment: str
    currency: str | None = None
    value_date: date | None = None
    designated: Mapping[str, Decimal] | None = None


@dataclass(frozen=True)
class Plan:
    """What is told to which loan's case. `sharing`: how that came; None if the ledger has this payment already, and what it
    has is told again. `later`: the value date is still to come, on the bank's calendar. `no_loan_before`: the day from which
    a loan is known, of those where the value date is before it."""

    signals: Mapping[str, PaymentPostedSignal]
    sharing: sharing.Sharing | None
    later: bool = False
    no_loan_before: Mapping[str, date] = field(default_factory=dict)

    @property
    def again(self) -> bool:
        """Whether the payment had been told before."""
        return self.sharing is None


async def plan(pool: asyncpg.Pool, borrower_id: str, paid: Paid) -> Plan:
    """Share a payment over the open loans of a borrower. Nothing is sent.

    The same payment again is shared as it was the first time, whatever is owed by now.

    Raises:
        UsageError: the ledger knows no such borrower or no open loan of theirs in the currency; an account has not been
            read; what is designated does not fit; the id is another payment's.
    """
    loans = await loans_of(pool, borrower_id)
    if not loans:
        raise UsageError(f"the ledger knows no loan of a borrower {borrower_id}: check the id. Nothing was sent")
    streams = {loan: await facts(pool, f"loan:{loan}") for loan in loans}
    told = {
        loan: body
        for loan, recorded in streams.items()
        for body in (fact.body for fact in recorded)
        if isinstance(body, PaymentPosted) and body.reference == paid.payment
    }
    if told:
        return _again(told, paid)
    await load_all(pool)
    cases = [Case.fold(loan, streams[loan]) for loan, is_open in loans.items() if is_open]
    if booked := [case.loan_id for case in cases if any(t.reference == paid.payment for t in case.transactions)]:
        raise UsageError(
            f"core banking's books have {paid.payment} already, on {', '.join(booked)}: the cases know it. Nothing was sent"
        )
    currency = _currency(cases, borrower_id, paid.currency)
    open_in = [case for case in cases if case.request and case.request.currency == currency]
    _check(paid, currency, loans, [case.loan_id for case in open_in], borrower_id)
    if unread := [case.loan_id for case in open_in if case.account_as_of is None]:
        raise UsageError(
            f"the account of {', '.join(unread)} has not been read yet: what is owed is not known. Nothing was sent"
        )
    pinned: list[tuple[Case, Strategy]] = [(case, artefacts.policy(case.policy)) for case in open_in]
    today = bank_date(datetime.now(UTC), pinned[0][1].bank_zone)
    try:
        shared = sharing.share(paid.amount, pinned, max(today, paid.value_date or today), paid.designated, currency)
    except ValueError as error:
        raise UsageError(f"{error}. Nothing was sent") from None
    if len(shared.shares) > MOST_LOANS:
        raise UsageError(f"{len(shared.shares)} loans: share over {MOST_LOANS} at most. Nothing was sent")
    day = paid.value_date or today
    begun = {case.loan_id: begun_on(case) for case in open_in if case.loan_id in shared.shares}
    early = {loan: began for loan, began in begun.items() if began and day < began}
    return Plan(_signals(paid.payment, shared.shares, currency, day), shared, day > today, early)


async def send(client: Client, pool: asyncpg.Pool, plan: Plan, payment: str) -> tuple[str, ...]:
    """Tell each loan's case its part; answers the loans that were told.

    Before the first is told it is seen that a case of each runs.

    Raises:
        UsageError: no case of one of them runs, and nothing was sent; or one ended in that very moment.
    """
    waiting = [loan for loan in plan.signals if not await _has(pool, loan, payment)]
    for loan in waiting:
        if why := await why_not_running(client, pool, loan):
            raise UsageError(f"{why}. Nothing was sent")
    for loan in waiting:
        await client.get_workflow_handle(workflow_id(loan)).signal("payment_posted", plan.signals[loan])
    return tuple(waiting)


async def _has(pool: asyncpg.Pool, loan: str, payment: str) -> bool:
    return any(fact.fact_id == f"payment:{payment}" for fact in await facts(pool, f"loan:{loan}"))


def _again(told: Mapping[str, PaymentPosted], paid: Paid) -> Plan:
    """The payment as the ledger has it."""
    loan, first = next(iter(told.items()))
    if first.shared is None:
        raise UsageError(
            f"{paid.payment} was told before, as a payment of {first.amount:,} {first.currency} on {loan} alone: give "
            "another payment an id of its own with --reference. Nothing was sent"
        )
    shares = {share.loan_id: share.amount for share in first.shared.shares}
    total = sum(shares.values(), Decimal(0))
    if total != paid.amount or paid.currency not in (None, first.currency):
        raise UsageError(
            f"{paid.payment} was told before, as {total:,} {first.currency} over {', '.join(shares)}: give another payment "
            "an id of its own with --reference. Nothing was sent"
        )
    return Plan(_signals(paid.payment, shares, first.currency, first.value_date), None)


def _signals(
    payment: str, shares: Mapping[str, Decimal], currency: str, value_date: date
) -> dict[str, PaymentPostedSignal]:
    """One for each loan, under the payment's own id: so core banking's books may have it too, and it counts once."""
    now = datetime.now(UTC)
    shared = Shared(payment=payment, shares=tuple(Share(loan_id=loan, amount=part) for loan, part in shares.items()))
    return {
        loan: valid(
            PaymentPostedSignal,
            reference=payment,
            amount=str(part),
            currency=currency,
            value_date=value_date,
            posted_at=now,
            shared=shared,
        )
        for loan, part in shares.items()
    }


def _currency(cases: list[Case], borrower_id: str, wanted: str | None) -> str:
    """The currency of the debts that are paid: those of another are not of the same kind (art. 560)."""
    there = sorted({case.request.currency for case in cases if case.request})
    if not there:
        raise UsageError(f"borrower {borrower_id} has no open loan: there is nothing to pay. Nothing was sent")
    if wanted is None and len(there) > 1:
        raise UsageError(f"the open loans are in {', '.join(there)}: say in which the payment is (--currency)")
    if wanted is not None and wanted not in there:
        raise UsageError(f"--currency {wanted}: the open loans are in {', '.join(there)}. Nothing was sent")
    return wanted or there[0]


def _check(paid: Paid, currency: str, loans: Mapping[str, bool], payable: list[str], borrower_id: str) -> None:
    """Whether the amounts are sums of the currency, and each loan that was designated can be paid."""
    for amount in (paid.amount, *(paid.designated or {}).values()):
        if amount != amount.quantize(minor_unit(currency)):
            raise UsageError(f"{amount} is not in whole units of {minor_unit(currency)} {currency}. Nothing was sent")
    for loan in paid.designated or {}:
        if loan in payable:
            continue
        if loan not in loans:
            why = f"is no loan of borrower {borrower_id}"
        elif not loans[loan]:
            why = "is closed"
        else:
            why = f"is not in {currency}"
        raise UsageError(f"--for: {loan} {why}; open in {currency} are {', '.join(payable)}. Nothing was sent")


def made_up() -> str:
    """An id for a payment that has none."""
    return f"P-{fresh_id()[:12]}"
