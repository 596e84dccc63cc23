"""Money that moved in a case, each transaction once, with the facts that tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from schemas.facts import AccountRead, InterestCharged, PaymentPosted, PaymentReversed, WaiverBooked, WaiverReversed
from schemas.ledger import RecordedFact
from schemas.loan import MovementKind

_TAKES_BACK: tuple[MovementKind, ...] = ("reversal", "chargeback")


@dataclass
class Movement:
    """Money that moved, was waived or charged, in the loan's currency; `seqs`: the facts that tell of it, the first first.

    `amount`: None for the taking back of something that no fact tells of.
    """

    reference: str
    kind: MovementKind
    amount: Decimal | None
    value_date: date
    reverses: str | None = None
    seqs: list[int] = field(default_factory=list)


def movements(facts: Iterable[RecordedFact]) -> list[Movement]:
    """Every transaction, by value date and reference: signalled, or read with the account at core banking."""
    found: dict[str, Movement] = {}
    for fact in facts:
        for told in _told(fact):
            found.setdefault(told.reference, told).seqs.append(fact.seq)
    for item in found.values():
        if item.kind in _TAKES_BACK and item.reverses in found:
            item.amount = found[item.reverses].amount
    return sorted(found.values(), key=lambda item: (item.value_date, item.reference))


def _told(fact: RecordedFact) -> Iterable[Movement]:
    match fact.body:
        case PaymentPosted() as paid:
            yield Movement(paid.reference, "payment", paid.amount, paid.value_date)
        case PaymentReversed() as back:
            kind: MovementKind = "chargeback" if back.charged_back else "reversal"
            yield Movement(back.reference, kind, None, back.value_date, back.reverses)
        case WaiverBooked() as waived:
            yield Movement(waived.reference, "waiver", waived.amount, waived.value_date)
        case WaiverReversed() as revived:
            yield Movement(revived.reference, "reversal", revived.amount, revived.value_date, revived.reverses)
        case InterestCharged() as charged:
            yield Movement(charged.reference, "charge", charged.amount, charged.value_date)
        case AccountRead(account=account):
            for item in account.transactions:
                amount = None if item.kind in _TAKES_BACK else item.amount
                yield Movement(item.reference, item.kind, amount, item.value_date, item.reverses)
        case _:
            pass
