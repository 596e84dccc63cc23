"""The UCI layout: what is derived, that it agrees with the file, and that personal traits count for nothing."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import bucket, position
from operations.layouts.base import Entry
from operations.layouts.uci import BILLS, PAID, STATUSES, TRAITS, Statements, UciLayout
from rows.reading import Row, open_book

BOOK = Path(__file__).parents[3] / "shared" / "data" / "credit_card_clients.csv"
TODAY = date(2026, 11, 22)
here = pytest.mark.skipif(not BOOK.exists(), reason=f"the UCI file is not at {BOOK}")


def entries(path: Path, today: date = TODAY) -> list[Entry]:
    """All overdue accounts; every row must be good."""
    layout = UciLayout(today)
    with open_book(path, layout) as book:
        found = [layout.entry(item.cells()) for item in book.rows() if isinstance(item, Row)]
    return [entry for entry in found if entry is not None]


@here
def test_all_overdue_accounts_are_found_and_no_row_is_bad():
    """3,368 of 15,000, amounts such as 1.00E+05 included."""
    layout = UciLayout(TODAY)
    with open_book(BOOK, layout) as book:
        rows = list(book.rows())
    assert len(rows) == 15_000
    assert len([e for r in rows if isinstance(r, Row) and (e := layout.entry(r.cells()))]) == 3_368


@here
@pytest.mark.parametrize("today", [TODAY, date(2027, 3, 1), date(2028, 2, 29), date(2027, 12, 31)])
def test_days_past_due_match_the_months_of_the_file(today: date):
    """On any book date: PAY_0 = n is the bucket Mn, the request names the day, and payments are the file's, all of them."""
    with BOOK.open(encoding="utf-8", newline="") as file:
        rows = {f"uci-{row['ID']}": row for row in csv.DictReader(file)}
    for entry in entries(BOOK, today):
        row = rows[entry.request.loan_id]
        _, loan = entry.account(1)
        now = position(loan.instalments, loan.transactions, today)
        months = int(row["PAY_0"])
        assert now.bucket == (f"M{months}" if months <= 6 else "M6+")
        assert (now.days_past_due + 29) // 30 == months
        assert now.overdue_since == entry.request.overdue_since
        assert now.paid == sum(Decimal(row[column]) for column in PAID)
        assert now.unapplied == 0
        assert all(t.value_date <= today for t in loan.transactions)
        bill = Decimal(row["BILL_AMT1"])
        assert now.outstanding == max(bill, now.arrears)


@given(day=st.dates(date(2024, 1, 1), date(2040, 1, 1)), number=st.integers(1, 30_000), months=st.integers(1, 9))
def test_a_month_past_due_is_a_bucket_on_any_day(day: date, number: int, months: int):
    """Short months, long months, leap years."""
    statements = Statements(number, (months,), (), (), defaulted=False)
    days = (day - statements.deadline(months - 1, day)).days
    assert (days + 29) // 30 == months
    assert bucket(days) == (f"M{months}" if months <= 6 else "M6+")


def test_personal_traits_influence_nothing(tmp_path: Path):
    """Two files that differ in the traits alone give the same requests, people, accounts and rejects; nothing reads them."""
    first = [file_row(n, pay=1 + n % 3) | dict.fromkeys(TRAITS, "1") for n in range(1, 40)]
    other = [row | {"SEX": "2", "EDUCATION": "not a number", "MARRIAGE": "", "AGE": "-9"} for row in first]
    made = [entries(written(tmp_path / f"{name}.csv", rows)) for name, rows in (("a", first), ("b", other))]
    assert len(made[0]) == 39
    for one, two in zip(*made, strict=True):
        assert (one.request, one.people, one.account(7)) == (two.request, two.people, two.account(7))


def test_personal_traits_do_not_even_reach_a_row(tmp_path: Path):
    """So not the rejects either."""
    path = written(tmp_path / "book.csv", [file_row(1, pay=1) | dict.fromkeys(TRAITS, "secret")])
    with open_book(path, UciLayout(TODAY)) as book:
        (row,) = book.rows()
    assert isinstance(row, Row)
    assert not TRAITS & set(row.columns)
    assert "secret" not in row.raw


def test_an_account_has_an_instalment_for_each_month_past_due():
    """Two months past due, 20,000 owed: two minimum payments of 2,000 and 1,800 are overdue, the rest is to come."""
    entry = UciLayout(TODAY).entry(
        file_row(3, pay=2, bills=(20_000, 18_000, 16_000, 0, 0, 0), paid=(500, 0, 700, 0, 0, 0))
    )
    assert entry is not None
    _, loan = entry.account(1)
    now = position(loan.instalments, loan.transactions, TODAY)
    assert [row.total for row in now.rows if row.due_on < TODAY] == [0, 1_800, 2_000]
    assert (now.arrears, now.outstanding) == (3_800, 20_000)
    assert sorted(t.amount for t in loan.transactions) == [500, 700]
    following = [i for i in loan.instalments if i.due_on > TODAY]
    assert len(following) == 12
    assert all(i.due_on - TODAY <= timedelta(days=370) for i in following)


def test_the_record_is_what_the_file_has():
    """Statuses as months past due, limit, spending and what was paid of the statements; up to the newest deadline."""
    row = file_row(3, pay=2, bills=(20_000, 18_000, 16_000, 0, 0, -500), paid=(500, 0, 700, 0, 0, 0)) | {"PAY_6": "-2"}
    entry = UciLayout(TODAY).entry(row)
    assert entry is not None
    record = entry.account(1)[1].behaviour
    assert record is not None
    assert record.as_of == TODAY - timedelta(days=5 + 3 % 18)
    assert record.months_past_due == (2, 1, 0, 0, 0, 0)
    assert (record.limit, record.spent_percent, record.paid_percent) == (50_000, 5, 2)
    assert record.external_score is None


def test_a_file_without_limits_has_a_record_all_the_same():
    """Of an account without statements, nothing is known of what was paid of them."""
    row = {c: v for c, v in file_row(3, pay=1, bills=(0,) * 6).items() if c != "LIMIT_BAL"}
    entry = UciLayout(TODAY).entry(row)
    assert entry is not None
    record = entry.account(1)[1].behaviour
    assert record is not None
    assert (record.limit, record.spent_percent, record.paid_percent) == (None, None, None)
    assert record.months_past_due == (1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("status", "count"),
    [((1, 0, 0, 0, 0, 0), 0), ((2, 2, 1, 0, 0, 0), 0), ((1, 0, 2, 0, 0, 1), 2), ((1, -1, 2, 2, 2, 2), 1)],
)
def test_earlier_delays_are_earlier_episodes(status: tuple[int, ...], count: int):
    """The present delay does not count, however long."""
    assert Statements(1, status, (), (), defaulted=False).previous_episodes == count


@pytest.mark.parametrize(("column", "value"), [("PAY_AMT3", "-5"), ("BILL_AMT1", "much"), ("PAY_0", "x"), ("ID", "")])
def test_a_bad_cell_is_named(tmp_path: Path, column: str, value: str):
    """Negative payments, words, empty ids."""
    layout = UciLayout(TODAY)
    path = written(tmp_path / "book.csv", [file_row(1, pay=1) | {column: value}])
    with open_book(path, layout) as book:
        (row,) = book.rows()
    assert isinstance(row, Row)
    with pytest.raises(Exception, match=column):
        layout.entry(row.cells())


def file_row(
    number: int, pay: int, bills: tuple[int, ...] = (9_000,) * 6, paid: tuple[int, ...] = (0,) * 6
) -> dict[str, str]:
    """A row of the file, so many months past due."""
    statuses = (pay, *(max(pay - month, 0) for month in range(1, 6)))
    cells = zip((*STATUSES, *BILLS, *PAID), (*statuses, *bills, *paid), strict=True)
    return {"ID": str(number), "LIMIT_BAL": "50000", "class": "1"} | {column: str(value) for column, value in cells}


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """The rows as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted({column for row in rows for column in row}))
        writer.writeheader()
        writer.writerows(rows)
    return path
