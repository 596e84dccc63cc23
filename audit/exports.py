"""The five exports: which columns each has, and the record of a row. docs/audit.md tells an incumbent the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar, get_args

from audit.cells import ExportCells
from audit.records import CLAIMS, EVENTS, ROLES, USES, Contact, Event, EventKind, Payment, Promise, Quote
from schemas.contact import Channel, ContactResult, Purpose
from schemas.loan import PointUse

Record = TypeVar("Record")
Word = TypeVar("Word", bound=str)

CHANNELS: tuple[Channel, ...] = get_args(Channel)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
RESULTS: tuple[str, ...] = (*get_args(ContactResult), "unknown")
_CURRENCY = "CNY"
_DAY = 86_400


@dataclass(frozen=True)
class Clocks:
    """IANA zones: the bank's own, and the one of contacts that give none (None: those are not placed). `latest`: the moment
    (aware) after which nothing can have been; None: not asked."""

    bank: str
    contacts: str | None = None
    latest: datetime | None = None


@dataclass(frozen=True)
class Export(Generic[Record]):
    """One kind of file. `key`: the record's id, which no other row may have; None where rows have none.

    `read`: the record of a row's cells; its problems are remembered in them.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    read: Callable[[ExportCells, Clocks], Record]
    key: str | None = None
    never_read: frozenset[str] = frozenset()

    def record(self, row: Mapping[str, str], clocks: Clocks) -> Record:
        """The record of a row. Raises BadRow with every problem of it."""
        cells = ExportCells(row, clocks.bank, clocks.latest)
        record = self.read(cells, clocks)
        cells.done()
        return record


def _contact(cells: ExportCells, clocks: Clocks) -> Contact:
    zone = cells.zone("zone") or clocks.contacts
    loan_id = cells.identifier("loan_id")
    return Contact(
        contact_id=cells.identifier("contact_id"),
        loan_id=loan_id,
        borrower_id=cells.identifier("borrower_id"),
        role=cells.one_of("role", ROLES, "borrower"),
        channel=_channel(cells),
        contact_point_id=cells.identifier("contact_point_id"),
        at=cells.moment("at", zone),
        zone=zone,
        result=cells.one_of("result", RESULTS, "unknown"),
        duration_seconds=cells.whole("duration_seconds", 0, _DAY, default=0),
        purpose=cells.one_of("purpose", PURPOSES, "dunning"),
        team=cells.whole("team", 0, 100) if cells.has("team") else None,
        template=cells.identifier("template", default="none"),
        asked=_asked(cells, loan_id),
        party_id=cells.identifier("party_id") if cells.has("party_id") else None,
        use=_use(cells),
        agency=cells.identifier("agency") if cells.has("agency") else None,
    )


def _use(cells: ExportCells) -> PointUse | None:
    if not cells.has("contact_point_use"):
        return None
    use: PointUse = cells.one_of("contact_point_use", USES, "other")
    return use


def _one_of(cells: ExportCells, column: str, words: tuple[Word, ...]) -> Word:
    """One of `words`; an empty cell is wrong too."""
    if not cells.has(column):
        cells.wrong(column, f"one of {', '.join(words)}")
    return cells.one_of(column, words, words[0])


def _channel(cells: ExportCells) -> Channel:
    return _one_of(cells, "channel", CHANNELS)


def _asked(cells: ExportCells, loan_id: str) -> Quote | None:
    """The arrears that the contact was about; without the moment from which they are, nothing follows from them."""
    if not (cells.has("arrears_before") and cells.has("arrears_as_of")):
        return None
    arrears = cells.money("arrears_before", least=Decimal(0))
    return Quote(loan_id, cells.moment("arrears_as_of", cells.bank_zone), arrears, _currency(cells))


def _currency(cells: ExportCells) -> str:
    return cells.currency("currency", _CURRENCY)


def _payment(cells: ExportCells, _clocks: Clocks) -> Payment:
    reverses = cells.identifier("reverses") if cells.has("reverses") else None
    return Payment(
        transaction_id=cells.identifier("transaction_id"),
        loan_id=cells.identifier("loan_id"),
        amount=cells.money("amount", negative=reverses is not None),
        currency=_currency(cells),
        posted_at=cells.moment("posted_at", cells.bank_zone),
        value_date=cells.day("value_date"),
        reverses=reverses,
    )


def _promise(cells: ExportCells, _clocks: Clocks) -> Promise:
    made_at = cells.moment("made_at", cells.bank_zone)
    return Promise(
        promise_id=cells.identifier("promise_id"),
        loan_id=cells.identifier("loan_id"),
        made_at=made_at,
        amount=cells.money("amount"),
        currency=_currency(cells),
        due_on=cells.day("due_on"),
        status=_one_of(cells, "status", CLAIMS),
        judged_at=cells.moment("judged_at", cells.bank_zone) if cells.has("judged_at") else None,
    )


def _event(cells: ExportCells, _clocks: Clocks) -> Event:
    kind: EventKind = _one_of(cells, "kind", EVENTS)
    channel = _channel(cells) if kind in ("opt_out", "opt_in") else None
    at, ended_at = cells.since("at"), cells.until("ended_at")
    if ended_at is not None and ended_at < at:
        # A day that is both first and last: it was over before anybody can prove that it was known.
        ended_at = at
    return Event(
        borrower_id=cells.identifier("borrower_id"),
        kind=kind,
        channel=channel,
        at=at,
        ended_at=ended_at,
    )


def _quote(cells: ExportCells, _clocks: Clocks) -> Quote:
    return Quote(
        loan_id=cells.identifier("loan_id"),
        as_of=cells.moment("as_of", cells.bank_zone),
        arrears=cells.money("arrears", least=Decimal(0)),
        currency=_currency(cells),
        next_due_on=cells.day("next_due_on") if cells.has("next_due_on") else None,
    )


CONTACTS = Export(
    name="contacts",
    required=("contact_id", "loan_id", "borrower_id", "channel", "contact_point_id", "at"),
    optional=(
        *("role", "party_id", "zone", "result", "duration_seconds", "purpose", "team", "template"),
        *("arrears_before", "arrears_as_of", "currency", "contact_point_use", "agency"),
    ),
    read=_contact,
    key="contact_id",
    never_read=frozenset({"text", "name", "phone", "address", "note", "staff"}),
)
"""Of the columns that are never read, text and notes are personal; who called does not change what was called."""

PAYMENTS = Export(
    name="payments",
    required=("transaction_id", "loan_id", "amount", "posted_at", "value_date"),
    optional=("currency", "reverses"),
    read=_payment,
    key="transaction_id",
    never_read=frozenset({"payer", "name", "note"}),
)
PROMISES = Export(
    name="promises",
    required=("promise_id", "loan_id", "made_at", "amount", "due_on", "status"),
    optional=("currency", "judged_at"),
    read=_promise,
    key="promise_id",
    never_read=frozenset({"note", "staff"}),
)
EVENTS_EXPORT = Export(
    name="events",
    required=("borrower_id", "kind", "at"),
    optional=("channel", "ended_at"),
    read=_event,
    never_read=frozenset({"note"}),
)
ACCOUNTS = Export(
    name="accounts",
    required=("loan_id", "as_of", "arrears"),
    optional=("currency", "next_due_on"),
    read=_quote,
)
