"""BOOK.csv: a simulated book in the form that the importer reads (`docs/book.md`)."""

from __future__ import annotations

import csv
from pathlib import Path

from schemas.loan import Role
from simulation.book import SimulatedBook
from simulation.people import PersonalDetails

REQUIRED = ("loan_id", "borrower_id", "name", "overdue_since")
OPTIONAL = (
    "kind",
    "zone",
    "language",
    "phone",
    "phone_use",
    "email",
    "app_id",
    "im_id",
    "postal",
    "product",
    "currency",
    "previous_episodes",
    "credit_authorisation",
    "policy",
    "guarantor_id",
    "guarantor_name",
    "guarantor_phone",
    "guarantor_phone_use",
    "guarantor_postal",
    "emergency_contact_id",
    "emergency_contact_name",
    "emergency_contact_phone",
    "emergency_contact_phone_use",
)
COLUMNS: tuple[str, ...] = (*REQUIRED, *OPTIONAL)


def rows(book: SimulatedBook) -> list[dict[str, str]]:
    """One row a loan, every column of `COLUMNS`, "" where there is nothing to say."""
    people: dict[str, PersonalDetails] = {person.party_id: person for person in book.people}
    made: list[dict[str, str]] = []
    for request, loan in zip(book.requests, book.loans, strict=True):
        named: dict[Role, PersonalDetails] = {p.role: people[p.party_id] for p in request.parties}
        own = named["borrower"]
        row = dict.fromkeys(COLUMNS, "") | {
            "loan_id": request.loan_id,
            "borrower_id": request.borrower_id,
            "name": own.name,
            "overdue_since": request.overdue_since.isoformat(),
            "kind": own.kind,
            "zone": own.zone or "",
            "language": own.language,
            "phone": own.value("phone"),
            "email": own.value("email"),
            "app_id": own.value("app"),
            "im_id": own.value("im"),
            "postal": own.value("postal"),
            "product": request.product,
            "currency": request.currency,
            "previous_episodes": str(loan.previous_episodes),
            "credit_authorisation": request.credit_authorisation or "",
            "policy": request.policy or "",
        }
        for role in ("guarantor", "emergency_contact"):
            if role in named:
                other = named[role]
                row |= {
                    f"{role}_id": other.party_id,
                    f"{role}_name": other.name,
                    f"{role}_phone": other.value("phone"),
                }
        if "guarantor" in named:
            row["guarantor_postal"] = named["guarantor"].value("postal")
        made.append(row)
    return made


def write_csv(book: SimulatedBook, path: Path) -> int:
    """Write the book to `path`, UTF-8 with a header line; answers how many rows."""
    made = rows(book)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(made)
    return len(made)
