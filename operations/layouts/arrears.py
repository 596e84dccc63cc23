"""The layout of our own: one row a loan, columns as `simulation.book_csv` lists them (docs/book.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Literal, get_args

from ledger.personal import PersonalPoint, PersonalRecord
from operations.layouts.base import Entry
from rows.cells import Cells
from schemas.loan import CollectionRequest, ContactPoint, Language, Party, PointKind, PointUse, Product, Role
from simulation.book import borrower_for, loan_for
from simulation.book_csv import OPTIONAL, REQUIRED
from simulation.model import SimulatedBorrower, SimulatedLoan

_Address = tuple[PointKind, str]
_KINDS: tuple[Literal["person", "firm"], ...] = ("person", "firm")


class ArrearsLayout:
    """Rows of overdue loans. `today` is the bank's date, before which every loan must have fallen overdue."""

    name = "arrears"
    required = REQUIRED
    optional = OPTIONAL
    never_read: frozenset[str] = frozenset()

    def __init__(self, today: date) -> None:
        self._today = today

    def entry(self, row: Mapping[str, str]) -> Entry:
        """The loan of a row. Raises BadRow."""
        cells = Cells(row)
        borrower_id = cells.identifier("borrower_id")
        kind = cells.one_of("kind", _KINDS, "person")
        zone = cells.zone("zone")
        language: Language = cells.one_of("language", get_args(Language), "zh-CN")
        own: tuple[_Address, ...] = (
            ("phone", cells.phone("phone")),
            ("email", cells.email("email")),
            ("app", cells.app_id("app_id")),
            ("postal", cells.text("postal", "a postal address") if cells.has("postal") else ""),
            ("im", cells.app_id("im_id")),
        )
        name = cells.text("name", "the borrower's name")
        named = [(*_party(borrower_id, "borrower", name, own, _use(cells, "phone_use")), kind)]
        for role in ("guarantor", "emergency_contact"):
            if cells.has(f"{role}_name") or cells.has(f"{role}_phone") or cells.has(f"{role}_id"):
                party_id = cells.identifier(f"{role}_id", default=f"{borrower_id}:{role[0].upper()}"[:64])
                if any(party_id == party.party_id for party, _, _ in named):
                    cells.wrong(f"{role}_id", "another id than that of the row's other parties")
                called = cells.text(f"{role}_name", "a name")
                reached: tuple[_Address, ...] = (("phone", cells.phone(f"{role}_phone")),)
                if role == "guarantor" and cells.has("guarantor_postal"):
                    reached = (*reached, ("postal", cells.text("guarantor_postal", "a postal address")))
                named.append((*_party(party_id, role, called, reached, _use(cells, f"{role}_phone_use")), "person"))
        fields = {
            "loan_id": cells.identifier("loan_id"),
            "borrower_id": borrower_id,
            "overdue_since": cells.past_date("overdue_since", self._today),
            "product": cells.one_of("product", get_args(Product), "consumer_loan"),
            "currency": cells.currency("currency", "CNY"),
            "policy": cells.code("policy"),
            "credit_authorisation": (
                cells.identifier("credit_authorisation") if cells.has("credit_authorisation") else None
            ),
        }
        previous = cells.whole("previous_episodes", 0, 1000, default=0)
        cells.done()
        parties = tuple(
            party.model_copy(update={"zone": zone, "language": language, "kind": kind}) for party, _, kind in named
        )
        request = CollectionRequest(parties=parties, **fields)
        return Entry(request, tuple(record for _, record, _ in named), partial(_account, request, previous))


def _use(cells: Cells, column: str) -> PointUse | None:
    """What a telephone number is to its party; None where the row does not say."""
    return cells.one_of(column, get_args(PointUse), "other") if cells.has(column) else None


def _party(
    party_id: str, role: Role, name: str, addresses: tuple[_Address, ...], phone_use: PointUse | None
) -> tuple[Party, PersonalRecord]:
    """A party by ids, and its personal record; contact points are named `{party_id}:{kind}`."""
    given: list[tuple[str, PointKind, str]] = [
        (f"{party_id}:{kind}", kind, value) for kind, value in addresses if value
    ]
    uses: dict[PointKind, PointUse | None] = {"phone": phone_use}
    points = tuple(ContactPoint(contact_point_id=point, kind=kind, use=uses.get(kind)) for point, kind, _ in given)
    values = tuple(PersonalPoint(contact_point_id=point, value=value) for point, _, value in given)
    party = Party(party_id=party_id, role=role, contact_points=points)
    return party, PersonalRecord(party_id=party_id, name=name, points=values)


def _account(request: CollectionRequest, previous: int, seed: int) -> tuple[SimulatedBorrower, SimulatedLoan]:
    return borrower_for(seed, request), loan_for(seed, request, previous)
