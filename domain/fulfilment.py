"""Was an agreement kept, looking back on all that is known by now?

`domain.agreements` judges on a timer, with what the ledger knew that day. This looks back: payments that were posted later
and count from an earlier day, and payments that were taken back since, count as their value dates have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from domain.money import ZERO, position
from domain.money.standing import TAKES_BACK
from schemas.loan import Transaction
from schemas.terms import TermsBase

Fulfilled = Literal["kept", "partly", "broken"]


@dataclass(frozen=True)
class Fulfilment:
    """`paid` of `wanted` by the end of `deadline` (bank's calendar, tolerance included), in the loan's currency.

    `partly`: something was paid, and less than was agreed.
    """

    state: Fulfilled
    wanted: Decimal
    paid: Decimal
    deadline: date


def fulfilment(
    terms: TermsBase, before: Iterable[Transaction], transactions: Iterable[Transaction], latest: date | None = None
) -> Fulfilment:
    """How `terms` were met by `transactions`, of which the bank knew those in `before` when they were agreed.

    What is known before is no part of what was promised, and nor is that it was taken back since: that is owed again, and the
    promise stands for itself. Each part, with all before it, has to be covered by the end of
    its day and its days of tolerance, to within the tolerance of money. `latest`: count money until then instead.

    Raises ValueError for a payment that is not positive.
    """
    moved = tuple(transactions)
    known = (*before, *(item for item in moved if item.kind in TAKES_BACK))
    kept, due, paid = True, ZERO, ZERO
    deadline = terms.last_day
    for part in sorted(terms.parts, key=lambda part: part.due_on):
        due += part.amount
        deadline = latest or part.due_on + timedelta(days=terms.tolerance_days)
        paid = max(position((), moved, deadline).paid - position((), known, deadline).paid, ZERO)
        kept = kept and paid >= due - terms.tolerance_amount
    state: Fulfilled = "kept" if kept else "partly" if paid > ZERO else "broken"
    return Fulfilment(state, due, paid, deadline)
