"""What of a request cannot be: a case of it would wait for ever, count by no clock, or owe what nobody can pay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.calendar import UnknownZone, zone
from domain.money.currency import is_currency
from schemas.base import as_utc
from schemas.loan import CollectionRequest, Party

_FARTHEST_EAST = timedelta(hours=14)


def faults(request: CollectionRequest, now: datetime) -> tuple[str, ...]:
    """What is wrong with a request to open a case at `now` (aware), or at its `opens_at` if that is later; each with where
    it stands and how to mend it. None if it may be opened.

    Asked of a request before its episode is opened, and never again: an open case is carried on, whatever is asked since.
    """
    return (*_late(request, as_utc(now)), *faults_of_shape(request))


def faults_of_shape(request: CollectionRequest) -> tuple[str, ...]:
    """The same as far as no clock is needed to tell."""
    return (*_currency(request), *_parties(request.parties))


def _late(request: CollectionRequest, now: datetime) -> Iterator[str]:
    """A day that is still to come when the case opens, anywhere on earth."""
    opens_at = max(request.opens_at or now, now)
    if request.overdue_since > (opens_at + _FARTHEST_EAST).date():
        yield (
            f"overdue_since {request.overdue_since} is still to come: give the due date of the oldest instalment left "
            "unpaid, or with opens_at the moment from which the case may open"
        )


def _currency(request: CollectionRequest) -> Iterator[str]:
    if not is_currency(request.currency):
        yield f"currency {request.currency} is none of ISO 4217: give the loan's own, such as CNY"


def _parties(parties: tuple[Party, ...]) -> Iterator[str]:
    """A zone that there is none of would keep everything back without a word; of two parties under one id, one is lost."""
    seen: set[str] = set()
    for index, party in enumerate(parties):
        if party.party_id in seen:
            yield f"parties.{index}.party_id {party.party_id} stands there twice: keep one"
        seen.add(party.party_id)
        try:
            zone(party.zone or "UTC")
        except UnknownZone:
            yield (
                f"parties.{index}.zone: give an IANA time zone, such as Asia/Shanghai, or leave it out: without one "
                "nothing goes out"
            )
