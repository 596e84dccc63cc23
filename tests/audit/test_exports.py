"""Exports read from files: what is wrong is told by line and column, and never what stood there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audit.exports import CONTACTS, EVENTS_EXPORT, PAYMENTS, PROMISES, Clocks, Export
from audit.reading import Source, read
from rows.problems import FileError
from tests.audit.auditwork import BANK, moment

CONTACT = "contact_id,loan_id,borrower_id,channel,contact_point_id,at,zone,team,arrears_before,arrears_as_of"
GOOD = "C-1,L-1,B-1,sms,B-1:phone,2026-03-02 10:00:00,Asia/Shanghai,,,"


def reading(folder: Path, export: Export[Any], text: str, clocks: Clocks | None = None) -> tuple[list[Any], Source]:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return read(path, export, clocks or Clocks(BANK), folder / "rejects.csv")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("C-2,L-1,B-1,telegram,B-1:phone,2026-03-02 10:00:00,Asia/Shanghai,,,", "channel"),
        ("C-2,L-1,B-1,,B-1:phone,2026-03-02 10:00:00,Asia/Shanghai,,,", "channel"),
        ("C-2,L-1,B-1,sms,13812345678,2026-03-02 10:00:00,Asia/Shanghai,,,", "contact_point_id"),
        ("C-2,L-1,11010519491231002X,sms,B-1:phone,2026-03-02 10:00:00,Asia/Shanghai,,,", "borrower_id"),
        ("C-2,L-1,B-1,sms,B-1:phone,02/03/2026 10:00,Asia/Shanghai,,,", "at"),
        ("C-2,L-1,B-1,sms,B-1:phone,2026-02-30 10:00:00,Asia/Shanghai,,,", "at"),
        ("C-2,L-1,B-1,sms,B-1:phone,2026-03-02 10:00:00,,,,", "at"),
        ("C-2,L-1,B-1,sms,B-1:phone,2026-03-02 10:00:00,Asia/Atlantis,,,", "zone"),
        ("C-2,L-1,B-1,visit,B-1:postal,2026-03-02 10:00:00,Asia/Shanghai,two,,", "team"),
        ('C-2,L-1,B-1,sms,B-1:phone,2026-03-02 10:00:00,Asia/Shanghai,,"1,000.00",2026-03-02 06:00', "arrears_before"),
        ("C-1,L-1,B-1,sms,B-1:phone,2026-03-02 11:00:00,Asia/Shanghai,,,", "contact_id"),
        ("C-2,L-1,B-1", "row"),
    ],
)
def test_a_bad_contact_is_told_by_line_and_column_and_the_rest_goes_on(tmp_path: Path, row: str, column: str):
    """Line 3 is bad, lines 2 and 4 are taken, and the rejects file has line 3 as it stood."""
    records, source = reading(tmp_path, CONTACTS, f"{CONTACT}\n{GOOD}\n{row}\n{GOOD.replace('C-1', 'C-3')}\n")
    assert [record.contact_id for record in records] == ["C-1", "C-3"]
    assert (source.rows, source.rejected, source.first[0].line) == (3, 1, 3)
    assert column in {told.problem.column for told in source.first}
    assert not any(cell in str(told) for told in source.first for cell in ("13812345678", "telegram", "1,000.00"))
    assert row.split(",")[0] in (tmp_path / "rejects.csv").read_text(encoding="utf-8")


def test_what_is_still_to_come_is_in_no_export(tmp_path: Path) -> None:
    """One posting of a mistyped year would end what is known then, and every open promise would have been broken; the end of
    a hold may be to come."""
    latest = datetime(2026, 3, 10, tzinfo=UTC)
    clocks = Clocks(BANK, latest=latest)
    columns = "transaction_id,loan_id,amount,posted_at,value_date"
    rows = ["T-1,L-1,1.00,2026-03-10 07:59,2026-03-10", "T-2,L-1,1.00,2099-03-10 07:59,2026-03-10"]
    records, source = reading(tmp_path, PAYMENTS, "\n".join([columns, *rows]), clocks)
    assert [record.transaction_id for record in records] == ["T-1"]
    (told,) = source.first
    assert (told.line, told.problem.column) == (3, "posted_at")
    assert "a time that is past" in str(told)
    holds = "borrower_id,kind,at,ended_at\nB-1,moratorium,2026-03-09 10:00,2026-06-01 10:00"
    assert len(reading(tmp_path, EVENTS_EXPORT, holds, clocks)[0]) == 1


def test_times_are_read_with_their_offset_or_on_the_clock_of_the_zone_beside_them(tmp_path: Path):
    """Ten o'clock in Urumqi is noon in Beijing."""
    rows = [
        "C-1,L-1,B-1,sms,B-1:phone,2026-03-02T10:00:00+08:00,Asia/Urumqi,,,",
        "C-2,L-1,B-1,sms,B-1:phone,2026-03-02 10:00,Asia/Urumqi,,,",
        "C-3,L-1,B-1,sms,B-1:phone,2026-03-02 10:00,,,,",
    ]
    records, source = reading(tmp_path, CONTACTS, "\n".join([CONTACT, *rows]), Clocks(BANK, "Asia/Tokyo"))
    assert source.rejected == 0
    assert [record.at for record in records] == [datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (2, 4, 1)]
    assert [record.zone for record in records] == ["Asia/Urumqi", "Asia/Urumqi", "Asia/Tokyo"]


def test_a_day_counts_from_its_end_and_ends_at_its_beginning(tmp_path: Path):
    """Nobody can prove that a death of the second was known before midnight."""
    text = (
        "borrower_id,kind,channel,at,ended_at\nB-1,deceased,,2026-03-02,\nB-1,opt_out,sms,2026-03-02 09:00,2026-03-09\n"
    )
    (death, opt_out), _ = reading(tmp_path, EVENTS_EXPORT, text)
    assert (death.at, death.ended_at) == (moment("03-03 00:00"), None)
    assert (opt_out.at, opt_out.ended_at, opt_out.channel) == (moment("03-02 09:00"), moment("03-09 00:00"), "sms")


def test_an_opt_out_without_a_channel_and_a_hold_on_one_debt_are_no_events(tmp_path: Path):
    """The rulebook speaks of what binds the borrower."""
    text = "borrower_id,kind,channel,at\nB-1,opt_out,,2026-03-02\nB-1,dispute,,2026-03-02\n"
    records, source = reading(tmp_path, EVENTS_EXPORT, text)
    assert records == []
    assert [told.problem.column for told in source.first] == ["channel", "kind"]


def test_a_reversal_is_read_whatever_its_sign(tmp_path: Path):
    """Core banking systems differ; a payment is positive in all of them."""
    header = "transaction_id,loan_id,amount,posted_at,value_date,reverses"
    rows = ["T-1,L-1,5.00,2026-03-02 10:00,2026-03-02,", "T-2,L-1,-5.00,2026-03-03 10:00,2026-03-03,T-1"]
    bad = "T-3,L-1,-5.00,2026-03-03 10:00,2026-03-03,"
    records, source = reading(tmp_path, PAYMENTS, "\n".join([header, *rows, bad]))
    assert [(record.amount, record.reverses) for record in records] == [(Decimal(5), None), (Decimal(5), "T-1")]
    assert [told.problem.column for told in source.first] == ["amount"]
    assert records[0].value_date == date(2026, 3, 2)


def test_a_file_without_a_required_column_is_no_export(tmp_path: Path):
    """Told by file, line and column."""
    with pytest.raises(FileError, match=r"line 1: the layout promises needs columns that are not there: status"):
        reading(tmp_path, PROMISES, "promise_id,loan_id,made_at,amount,due_on\n")


def test_personal_columns_are_never_read(tmp_path: Path):
    """Not even into the rejects file."""
    text = f"{CONTACT},text,name\n{GOOD},Dear Zhao,Zhao\n{GOOD},Dear Qian,Qian\n"
    _, source = reading(tmp_path, CONTACTS, text)
    rejects = (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert source.rejected == 1
    assert "C-1" in rejects
    assert "Qian" not in rejects
