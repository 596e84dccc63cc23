"""The made-up book, and the file it is written to."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from domain.money import Basis, Position, position
from simulation.book import CHARACTERS, DEFAULT_SIZE, borrower_for, make_book
from simulation.book_csv import COLUMNS, OPTIONAL, REQUIRED, write_csv
from simulation.dealing import OF_FIRMS
from simulation.model import SimulatedLoan

TODAY = date(2026, 11, 22)
BOOK = make_book(7, DEFAULT_SIZE, TODAY)


def test_the_same_seed_makes_the_same_book():
    """And another seed another one."""
    assert make_book(7, DEFAULT_SIZE, TODAY) == BOOK
    assert make_book(8, DEFAULT_SIZE, TODAY) != BOOK


@pytest.mark.parametrize("seed", range(5))
def test_a_book_has_all_sorts(seed: int):
    """Every character, persons and firms, zones, languages, first and repeated, several loans of one borrower."""
    book = make_book(seed, DEFAULT_SIZE, TODAY)
    assert len(book.loans) == len(book.requests) == DEFAULT_SIZE >= 40
    assert {b.character for b in book.borrowers} == set(CHARACTERS)
    assert {"Asia/Shanghai", "Asia/Urumqi"} < {b.zone for b in book.borrowers}
    assert {p.kind for p in book.people} == {"person", "firm"}
    assert {p.language for p in book.people} == {"zh-CN", "en"}
    assert {p.role for p in book.people} == {"borrower", "guarantor", "emergency_contact"}
    assert {loan.previous_episodes > 0 for loan in book.loans} == {True, False}
    assert set(Counter(loan.borrower_id for loan in book.loans).values()) == {1, 2, 3}
    assert {request.credit_authorisation is None for request in book.requests} == {True, False}
    assert {loan.missing == () for loan in book.loans} == {True, False}
    assert {loan.write_off_after_days is None for loan in book.loans} == {True, False}


def test_some_agree_to_be_written_to_on_the_messenger():
    """Only who has bound it, and not all of them; firms have none."""
    book = make_book(3, 400, TODAY)
    bound = {p.party_id for p in book.people if p.value("im")}
    agree = {b.borrower_id for b in book.borrowers if b.opts_in}
    assert agree
    assert agree < bound
    assert {p.kind for p in book.people if p.value("im")} == {"person"}


def test_some_borrowers_fell_overdue_with_all_their_loans_on_one_day():
    """So that a message can speak of them together; others with one after the other. A guarantor can be written to."""
    book = make_book(3, 200, TODAY)
    days: dict[str, set[date]] = {}
    for request in book.requests:
        days.setdefault(request.borrower_id, set()).add(request.overdue_since)
    loans = Counter(loan.borrower_id for loan in book.loans)
    alike = {len(days[borrower]) == 1 for borrower, count in loans.items() if count > 1}
    assert alike == {True, False}
    assert all(p.value("postal") for p in book.people if p.role == "guarantor")


def test_firms_neither_fall_ill_nor_die():
    """They have a deck of their own."""
    firms = {p.party_id for p in make_book(3, 400, TODAY).people if p.kind == "firm"}
    characters = {b.character for b in make_book(3, 400, TODAY).borrowers if b.borrower_id in firms}
    assert characters == set(OF_FIRMS)


def position_of(loan: SimulatedLoan) -> Position:
    """What is owed of a loan of the book when it opens."""
    return position(loan.instalments, loan.transactions, TODAY, Basis(contract=loan.contract))


def test_claims_large_and_small():
    """Enough of both, so that some cases end in court and others with a person."""
    owed = [
        position(loan.instalments, loan.transactions, TODAY, Basis(contract=loan.contract)).outstanding
        for loan in BOOK.loans
    ]
    assert sum(amount >= 50_000 for amount in owed) >= 8
    assert sum(amount < 5_000 for amount in owed) >= 4


def test_every_loan_is_overdue_as_its_request_says():
    """1 to 100 days, 12 to 24 instalments, a positive sum; some end with the instalment that is overdue."""
    last = 0
    for loan, request in zip(BOOK.loans, BOOK.requests, strict=True):
        today = position_of(loan)
        assert today.overdue_since == request.overdue_since
        assert 1 <= today.days_past_due <= 100
        assert today.arrears > 0
        assert 12 <= len(loan.instalments) <= 24
        last += today.arrears == today.outstanding
    assert last > 0


def test_no_personal_datum_in_what_starts_a_case():
    """Requests and the bank's load hold ids and codes; names, numbers and addresses are in the records apart."""
    clear = "".join(request.model_dump_json() for request in BOOK.requests) + BOOK.load().model_dump_json()
    data = [person.name for person in BOOK.people]
    data += [detail.value for person in BOOK.people for detail in person.details]
    assert len(data) == len(set(data)), "two people share a name or an address"
    assert [datum for datum in data if datum in clear] == []


def test_big_books_have_no_doubles():
    """Names and numbers stay apart in a book of a thousand loans."""
    people = make_book(3, 1000, TODAY).people
    assert len({p.name for p in people}) == len({p.value("phone") for p in people}) == len(people)


def test_a_request_from_elsewhere_gets_a_borrower():
    """An imported loan behaves too, the same each time, in its own zone."""
    request = BOOK.requests[0]
    borrower = borrower_for(7, request)
    assert borrower == borrower_for(7, request)
    assert (borrower.borrower_id, borrower.zone) == (request.borrower_id, request.parties[0].zone)


def test_written_and_read_back(tmp_path: Path):
    """BOOK.csv has a row a loan, with its people."""
    assert write_csv(BOOK, tmp_path / "BOOK.csv") == len(BOOK.loans)
    with (tmp_path / "BOOK.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["loan_id"] for row in rows] == [loan.loan_id for loan in BOOK.loans]
    people = {person.party_id: person for person in BOOK.people}
    for row in rows:
        assert tuple(row) == COLUMNS
        assert row["name"] == people[row["borrower_id"]].name
        assert all(row[column] for column in REQUIRED)
        if row["guarantor_id"]:
            assert row["guarantor_phone"] == people[row["guarantor_id"]].value("phone")


def test_the_page_names_every_column():
    """docs/book.md describes the columns as they are, and which of them are required."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "book.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+)` \| (yes|no) \|", page, re.MULTILINE)
    assert [name for name, needed in described if needed == "yes"] == list(REQUIRED)
    assert [name for name, needed in described if needed == "no"] == list(OPTIONAL)
