"""Money that moved: payments and reversals, each once whatever brought the news."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from schemas.facts import PaymentPosted, PaymentReversed
from schemas.loan import Transaction

if TYPE_CHECKING:
    from domain.case import Case


def _posted(case: Case, body: PaymentPosted, at: datetime) -> Changes:
    moved = Transaction(reference=body.reference, amount=body.amount, value_date=body.value_date)
    return {"transactions": together((moved,), case.transactions)}


def _reversed(case: Case, body: PaymentReversed, at: datetime) -> Changes:
    paid = next((t for t in case.transactions if _key(t) == ("payment", body.reverses)), None)
    moved = Transaction(
        reference=body.reference,
        kind="reversal",
        amount=paid.amount if paid else Decimal(0),
        value_date=body.value_date,
        reverses=body.reverses,
    )
    return {"transactions": together((moved,), case.transactions)}


def together(*sets: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    """All transactions, each once; of two records of one, that of the later set. A reversal may bear its payment's
    reference: they are two movements."""
    known = {_key(t): t for some in sets for t in some}
    return tuple(known[key] for key in sorted(known))


def _key(transaction: Transaction) -> tuple[str, str]:
    return (transaction.kind, transaction.reference)


FOLDS: Folds = {PaymentPosted: _posted, PaymentReversed: _reversed}
