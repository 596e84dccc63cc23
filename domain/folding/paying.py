"""Money that moved: payments and reversals, each once whatever brought the news."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.folding.suing import interrupt
from domain.folding.table import Changes, Folds
from schemas.facts import InterestCharged, Parked, PaymentPosted, PaymentReversed, WaiverBooked, WaiverReversed
from schemas.loan import MovementKind, Transaction

if TYPE_CHECKING:
    from domain.case import Case


def _posted(case: Case, body: PaymentPosted, at: datetime) -> Changes:
    moved = Transaction(
        reference=body.reference, amount=body.amount, value_date=body.value_date, designates=body.designates
    )
    return {**_moved(case, moved), **interrupt(case, at, "payment")}


def _waived(case: Case, body: WaiverBooked, at: datetime) -> Changes:
    booked = body.model_dump(include={"reference", "amount", "value_date", "made_of"})
    waiver = Transaction(kind="waiver", **booked)
    settled = case.settled.booked_again(body.amount, body.value_date, body.reference) if case.settled else None
    failing = case.healed("core_banking")
    return {**_moved(case, waiver), "settled": settled, "failing": failing}


def _revived(case: Case, body: WaiverReversed, at: datetime) -> Changes:
    told = body.model_dump(include={"reference", "reverses", "amount", "value_date"})
    return {**_moved(case, Transaction(kind="reversal", **told)), "failing": case.healed("core_banking")}


def _charged(case: Case, body: InterestCharged, at: datetime) -> Changes:
    charge = Transaction(
        reference=body.reference,
        kind="charge",
        amount=body.amount,
        value_date=body.value_date,
        component="interest",
    )
    changes: Changes = {**_moved(case, charge), "failing": case.healed("core_banking")}
    if case.agreement and case.agreement.agreement == body.agreement:
        changes["agreement"] = case.agreement.charged_more(body.amount)
    elif case.settled and case.settled.agreement.agreement == body.agreement:
        more = case.settled.agreement.charged_more(body.amount)
        changes["settled"] = case.settled.model_copy(update={"agreement": more})
    return changes


def _reversed(case: Case, body: PaymentReversed, at: datetime) -> Changes:
    moved_first = _known(case, "payment", body.reverses) or _known(case, "waiver", body.reverses)
    moved = Transaction(
        reference=body.reference,
        kind="chargeback" if body.charged_back else "reversal",
        amount=moved_first.amount if moved_first else Decimal(0),
        value_date=body.value_date,
        reverses=body.reverses,
    )
    return {**contested(case, (moved,)), **_moved(case, moved)}


def _known(case: Case, kind: MovementKind, reference: str) -> Transaction | None:
    """The movement of this kind and reference, found in no time among many."""
    place = bisect_left(case.transactions, (kind, reference), key=_key)
    there = next(iter(case.transactions[place : place + 1]), None)
    return there if there and _key(there) == (kind, reference) else None


def contested(case: Case, moved: Iterable[Transaction]) -> Changes:
    """A payment that was charged back, and is news: its payer says that they did not pay, or not for this. Whether they owe,
    or somebody else's card was used, is for a person to find out before anything is demanded again."""
    known = set(map(_key, case.transactions))
    news = next((item for item in moved if item.kind == "chargeback" and _key(item) not in known), None)
    if news is None:
        return {}
    text = (
        f"the payment {news.reverses} was charged back: whoever paid it contests it. An operator is to look and resume"
    )
    return {"parked": Parked(rule="money.charged_back", why=text)}


def _moved(case: Case, moved: Transaction) -> Changes:
    """One more transaction, unless it is known; they are kept in order, so that a flood of them is folded in no time."""
    known = case.transactions
    place = bisect_left(known, _key(moved), key=_key)
    if place < len(known) and _key(known[place]) == _key(moved):
        return {}
    unread = case.unread if moved.reference in case.unread else tuple(sorted((*case.unread, moved.reference)))
    return {"transactions": (*known[:place], moved, *known[place:]), "unread": unread}


def together(*sets: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    """All transactions, each once; of two records of one, that of the later set. A reversal may bear its payment's
    reference: they are two movements."""
    known = {_key(t): t for some in sets for t in some}
    return tuple(known[key] for key in sorted(known))


def _key(transaction: Transaction) -> tuple[str, str]:
    return (transaction.kind, transaction.reference)


FOLDS: Folds = {
    PaymentPosted: _posted,
    PaymentReversed: _reversed,
    WaiverBooked: _waived,
    WaiverReversed: _revived,
    InterestCharged: _charged,
}
