"""Contacts after payment: demands for what had been paid already, as far as the exports prove it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from audit.findings import AfterPayment
from audit.records import Contact, Payment, Quote
from domain.calendar import bank_date


class Payments:
    """The payments of a whole export, loan by loan."""

    def __init__(self, payments: Iterable[Payment]) -> None:
        self._of: defaultdict[str, list[Payment]] = defaultdict(list)
        for payment in payments:
            self._of[payment.loan_id].append(payment)
        for of_loan in self._of.values():
            of_loan.sort(key=lambda payment: (payment.posted_at, payment.transaction_id))

    def of(self, loan_id: str, currency: str) -> list[Payment]:
        """Payments and reversals of one loan in this currency, in the order in which the bank knew of them."""
        return [payment for payment in self._of.get(loan_id, ()) if payment.currency == currency]


class Quotes:
    """What the loans' arrears were, from an export of accounts."""

    def __init__(self, quotes: Iterable[Quote], bank_zone: str) -> None:
        self._bank_zone = bank_zone
        self._of: defaultdict[str, list[Quote]] = defaultdict(list)
        for quote in quotes:
            self._of[quote.loan_id].append(quote)
        for of_loan in self._of.values():
            of_loan.sort(key=_newest_and_hardest)

    def about(self, contact: Contact) -> Quote | None:
        """What a contact was about: as it says itself, else the newest figure if no other instalment can have fallen due.

        An instalment is overdue from the day after its own, on the bank's calendar.
        """
        if contact.asked is not None:
            return contact.asked
        known = self._of.get(contact.loan_id, [])
        place = bisect_right(known, contact.at, key=lambda quote: quote.as_of)
        if place == 0:
            return None
        quote = known[place - 1]
        today = bank_date(contact.at, self._bank_zone)
        last = quote.next_due_on or bank_date(quote.as_of, self._bank_zone)
        return quote if today <= last else None


def _newest_and_hardest(quote: Quote) -> tuple[datetime, Decimal, int, str]:
    """Of two figures of one moment, the larger, and the one that says less of the days that follow, proves less."""
    next_due_on = quote.next_due_on
    return (quote.as_of, quote.arrears, -(next_due_on.toordinal() if next_due_on else 0), quote.currency)


def about_money(contact: Contact, quotes: Quotes) -> Quote | None:
    """The arrears that a contact demanded; None if it demanded nothing, or nobody can say what."""
    quote = quotes.about(contact) if contact.purpose == "dunning" else None
    return quote if quote is not None and quote.arrears > 0 and quote.as_of <= contact.at else None


def after_payment(contact: Contact, quote: Quote, payments: Payments) -> AfterPayment | None:
    """The finding, if what `quote` says was owed had been covered before the contact by money that then stood."""
    of_loan = payments.of(contact.loan_id, quote.currency)
    known = [payment for payment in of_loan if payment.posted_at < contact.at]
    taken_back = {payment.reverses for payment in known if payment.reverses}
    standing = [
        payment
        for payment in known
        if payment.posted_at > quote.as_of and not payment.reverses and payment.transaction_id not in taken_back
    ]
    covered_at = _covered_at(quote, standing, _owed_again(quote, of_loan, known))
    if covered_at is None:
        return None
    ids = {payment.transaction_id for payment in standing}
    later = tuple(payment for payment in of_loan if payment.posted_at >= contact.at and payment.reverses in ids)
    return AfterPayment(contact, quote, tuple(standing), covered_at, later)


def _owed_again(quote: Quote, of_loan: Sequence[Payment], known: Sequence[Payment]) -> list[tuple[datetime, Decimal]]:
    """What was paid before the figure and taken back since made it larger: the whole of it, once, whatever the reversal's own
    amount says; that amount where the export does not have the payment."""
    since = {payment.transaction_id for payment in of_loan if payment.posted_at > quote.as_of}
    paid = {payment.transaction_id: payment.amount for payment in of_loan if not payment.reverses}
    again: dict[str, tuple[datetime, Decimal]] = {}
    for back in known:
        if back.reverses and back.posted_at > quote.as_of and back.reverses not in since:
            again.setdefault(back.reverses, (back.posted_at, paid.get(back.reverses, back.amount)))
    taken_before = {back.reverses for back in known if back.posted_at <= quote.as_of}
    return [moved for reversed_one, moved in again.items() if reversed_one not in taken_before]


def _covered_at(
    quote: Quote, standing: Sequence[Payment], owed_again: Sequence[tuple[datetime, Decimal]]
) -> datetime | None:
    """When the money was enough, and stayed so."""
    moves = [(p.posted_at, p.amount) for p in standing] + [(at, -amount) for at, amount in owed_again]
    left: Decimal = quote.arrears
    covered_at: datetime | None = None
    for at, amount in sorted(moves):
        left -= amount
        covered_at = (covered_at or at) if left <= 0 else None
    return covered_at
