"""Promises judged again from the payments, beside what the incumbent says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from audit.findings import Misjudged, Why
from audit.paid import Payments
from audit.records import Payment, Promise
from domain.calendar import day_start
from domain.fulfilment import Fulfilled, Fulfilment, fulfilment
from schemas.loan import Transaction
from schemas.policy import PromiseLimits
from schemas.terms import Part, PromiseTerms


@dataclass(frozen=True)
class Tolerance:
    """How much less (in the loan's currency), and how many days later, still keeps a promise; as a strategy's promises."""

    amount: Decimal = PromiseLimits().tolerance_amount
    days: int = PromiseLimits().tolerance_days


@dataclass(frozen=True)
class PromiseJudged:
    """One promise: what the payments say (None while its time is not over), and the finding if the claim is another."""

    promise: Promise
    state: Fulfilled | None
    misjudged: Misjudged | None


class Judge:
    """Judges promises by payments that are known up to `until` (aware)."""

    def __init__(self, payments: Payments, tolerance: Tolerance, bank_zone: str, until: datetime) -> None:
        self._payments, self._tolerance, self._bank_zone, self._until = payments, tolerance, bank_zone, until

    def judge(self, promise: Promise) -> PromiseJudged:
        """What became of one promise."""
        look = _Look(promise, self._payments.of(promise.loan_id, promise.currency), self._tolerance, self._bank_zone)
        found = look.found()
        if self._until < look.over_at:
            return PromiseJudged(promise, None, None)
        why = _why(look, found)
        if why is None:
            return PromiseJudged(promise, found.state, None)
        return PromiseJudged(promise, found.state, Misjudged(promise, found, why, look.counted(found.deadline)))


class _Look:
    """One promise and the money of its loan, looked at in several ways."""

    def __init__(self, promise: Promise, payments: Sequence[Payment], tolerance: Tolerance, bank_zone: str) -> None:
        self.promise, self._payments = promise, payments
        self._terms = PromiseTerms(
            parts=(Part(amount=promise.amount, due_on=promise.due_on),),
            tolerance_amount=min(tolerance.amount, promise.amount),
            tolerance_days=tolerance.days,
        )
        self._before = _transactions(payment for payment in payments if payment.posted_at <= promise.made_at)
        self.over_at = day_start(promise.due_on + timedelta(days=tolerance.days + 1), bank_zone)

    def found(self) -> Fulfilment:
        """By all that is known now."""
        return self._fulfilment(self._payments)

    def known_when_judged(self) -> Fulfilment | None:
        """By what the bank knew when the incumbent judged; None if nobody says when that was."""
        at = self.promise.judged_at
        return None if at is None else self._fulfilment([p for p in self._payments if p.posted_at <= at])

    def as_if_never_reversed(self) -> Fulfilment:
        """As if what was paid since had stayed."""
        return self._fulfilment(
            [p for p in self._payments if p.posted_at <= self.promise.made_at or p.reverses is None]
        )

    def in_the_end(self) -> Fulfilment:
        """With money of any day."""
        return fulfilment(self._terms, self._before, _transactions(self._payments), latest=date.max)

    def counted(self, deadline: date) -> tuple[Payment, ...]:
        """The money since the promise that counts by the deadline, reversals included."""
        return tuple(p for p in self._payments if p.posted_at > self.promise.made_at and p.value_date <= deadline)

    def _fulfilment(self, payments: Iterable[Payment]) -> Fulfilment:
        return fulfilment(self._terms, self._before, _transactions(payments))


def _why(look: _Look, found: Fulfilment) -> Why | None:
    """Why the claim does not hold; None if it does. Partly kept is broken, for the agreement."""
    match look.promise.status:
        case "open":
            return "left_open"
        case "broken" if found.state == "kept":
            return _wrongly_broken(look)
        case "kept" if found.state != "kept":
            return _wrongly_kept(look, found)
        case _:
            return None


def _wrongly_broken(look: _Look) -> Why:
    known, judged_at = look.known_when_judged(), look.promise.judged_at
    if known is None or judged_at is None or known.state == "kept":
        return "overlooked"
    return "too_early" if judged_at < look.over_at else "backdated"


def _wrongly_kept(look: _Look, found: Fulfilment) -> Why:
    if look.as_if_never_reversed().state == "kept":
        return "reversed"
    if look.in_the_end().state == "kept":
        return "late"
    return "short" if found.paid else "unpaid"


def _transactions(payments: Iterable[Payment]) -> tuple[Transaction, ...]:
    return tuple(
        Transaction.model_construct(
            reference=payment.transaction_id,
            kind="reversal" if payment.reverses else "payment",
            amount=payment.amount,
            value_date=payment.value_date,
            reverses=payment.reverses,
        )
        for payment in payments
    )
