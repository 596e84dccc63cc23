"""Reading books: every kind of wrong row is told by line and column, and never what stood in it."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from operations.layouts.arrears import ArrearsLayout
from operations.layouts.base import Entry
from rows.problems import BadRow, FileError, Problem
from rows.reading import REJECT_COLUMNS, BookFile, Row, count_lines, open_book
from rows.rejects import Rejects
from simulation.book import make_book
from simulation.book_csv import COLUMNS, REQUIRED, write_csv

TODAY = date(2026, 11, 22)
HEADER = "loan_id,borrower_id,name,overdue_since,zone,phone,postal,previous_episodes"
GOOD = "L-1,B-1,赵子虚,2026-10-01,Asia/Shanghai,+86 100 0000 0001,somewhere,0"
Write = Callable[[bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a book, text as UTF-8."""

    def written(content: bytes | str) -> Path:
        path = tmp_path / "book.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def read(path: Path) -> tuple[list[Entry], list[tuple[int, tuple[Problem, ...]]]]:
    """The loans of a book, and the line and problems of each bad row."""
    layout = ArrearsLayout(TODAY)
    good: list[Entry] = []
    bad: list[tuple[int, tuple[Problem, ...]]] = []
    with open_book(path, layout) as book:
        for item in book.rows():
            line, error = (item.line, None) if isinstance(item, Row) else item
            try:
                if error is not None:
                    raise error
                assert isinstance(item, Row)
                good.append(layout.entry(item.cells()))
            except BadRow as found:
                bad.append((line, found.problems))
    return good, bad


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("L-1,B-1,,2026-10-01,,,,", "name"),
        ("L 1,B-1,n,2026-10-01,,,,", "loan_id"),
        ("L-1,,n,2026-10-01,,,,", "borrower_id"),
        ("L-1,13812345678,n,2026-10-01,,,,", "borrower_id"),
        ("L-1,11010519491231002X,n,2026-10-01,,,,", "borrower_id"),
        ("L-1,B-1,n,01.10.2026,,,,", "overdue_since"),
        ("L-1,B-1,n,2026-02-30,,,,", "overdue_since"),
        ("L-1,B-1,n,2026-11-22,,,,", "overdue_since"),
        ("L-1,B-1,n,1950-01-01,,,,", "overdue_since"),
        ("L-1,B-1,n,,,,,", "overdue_since"),
        ("L-1,B-1,n,2026-10-01,Mars/Olympus,,,", "zone"),
        ("L-1,B-1,n,2026-10-01,,call me,,", "phone"),
        ("L-1,B-1,n,2026-10-01,,,,-1", "previous_episodes"),
        ("L-1,B-1,n,2026-10-01,,,,1.5", "previous_episodes"),
        ("L-1,B-1,n,2026-10-01", "row"),
        ("L-1,B-1,n,2026-10-01,,,,,", "row"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column_and_the_rest_goes_on(write: Write, row: str, column: str):
    """Line 3 is bad, lines 2 and 4 are taken."""
    good, bad = read(write(f"{HEADER}\n{GOOD}\n{row}\n{GOOD.replace('L-1', 'L-2')}\n"))
    assert [entry.request.loan_id for entry in good] == ["L-1", "L-2"]
    assert [(line, [problem.column for problem in problems]) for line, problems in bad] == [(3, [column])]


def test_all_problems_of_a_row_are_told_at_once_and_nothing_of_its_content(write: Write):
    """A message may be read by anybody; the row is somebody's."""
    _, bad = read(write(f"{HEADER}\nL-1,B-1,,gestern,Nirgendwo,geheim@x,,minus\n"))
    ((_, problems),) = bad
    assert [p.column for p in problems] == ["zone", "phone", "name", "overdue_since", "previous_episodes"]
    said = str(BadRow(*problems))
    assert not any(word in said for word in ("gestern", "Nirgendwo", "geheim", "minus"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_marks_and_line_ends_make_no_difference(write: Write, newline: str, mark: str):
    """Spreadsheets write both."""
    good, bad = read(write(f"{mark}{HEADER}{newline}{GOOD}{newline}"))
    assert (len(good), bad) == (1, [])


def test_a_quoted_newline_belongs_to_its_cell_and_lines_are_counted_on(write: Write):
    """The bad row after an address of three lines is told by the line it begins on."""
    address = '"1 Nowhere Lane\nExampleton\nEX1"'
    good, bad = read(write(f"{HEADER}\n{GOOD.replace('somewhere', address)}\nL-2,B-2,n,never,,,,\n"))
    (postal,) = [point.value for point in good[0].people[0].points if point.contact_point_id == "B-1:postal"]
    assert postal == "1 Nowhere Lane\nExampleton\nEX1"
    assert [line for line, _ in bad] == [5]


def test_bytes_that_are_no_utf8_spoil_their_row_alone(write: Write):
    """A name in GBK between two good rows."""
    path = write(
        f"{HEADER}\n{GOOD}\n".encode() + "L-2,B-2,赵,2026-10-01,,,,\n".encode("gbk") + b"L-3,B-3,n,2026-10-01,,,,\n"
    )
    good, bad = read(path)
    assert [entry.request.loan_id for entry in good] == ["L-1", "L-3"]
    assert bad == [(3, (Problem("name", "text in UTF-8"),))]


@pytest.mark.parametrize("rest", [1, 300], ids=["few rows after it", "many"])
def test_a_quotation_mark_never_closed_spoils_its_row_alone(write: Write, rest: int):
    """Nobody's loan is swallowed by another's address."""
    others = "".join(f"{GOOD.replace('L-1', f'L-{n}')}\n" for n in range(3, 3 + rest))
    good, bad = read(write(f'{HEADER}\n{GOOD}\nL-2,B-2,"n,2026-10-01,,,,\n{others}'))
    assert [entry.request.loan_id for entry in good] == ["L-1", *(f"L-{n}" for n in range(3, 3 + rest))]
    assert [(line, [p.column for p in problems]) for line, problems in bad] == [(3, ["row"])]


def test_a_null_character_spoils_its_row_alone(write: Write):
    """PostgreSQL could not store it."""
    good, bad = read(write(f"{HEADER}\n{GOOD}\nL-2,B-2,a\0b,2026-10-01,,,,\n{GOOD.replace('L-1', 'L-3')}\n"))
    assert [entry.request.loan_id for entry in good] == ["L-1", "L-3"]
    assert bad == [(3, (Problem("name", "text without the character U+0000"),))]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["empty", "overdue_since"]),
        (b"loan_id,name\n", ["borrower_id", "overdue_since"]),
        (b"loan_id;borrower_id;name;overdue_since\n", ["commas", "borrower_id"]),
        (b"loan_id,borrower_id,name,overdue_since,name\n", ["twice", "name"]),
        (HEADER.encode("utf-16"), ["UTF-16"]),
        (HEADER.encode("utf-16-le"), ["UTF-16"]),
        ("loan_id,borrower_id,姓名".encode("gbk"), ["UTF-8"]),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_why(write: Write, content: bytes, words: list[str]):
    """These end the command with code 2."""
    with pytest.raises(FileError) as caught:
        read(write(content))
    assert all(word in str(caught.value) for word in words)


def test_without_a_header_the_first_row_is_not_repeated(write: Write):
    """Its first line is somebody's data."""
    with pytest.raises(FileError) as caught:
        read(write(f"{GOOD}\n"))
    assert "赵子虚" not in str(caught.value)
    assert all(name in str(caught.value) for name in REQUIRED)


def test_no_file_says_so(tmp_path: Path):
    """A wrong path, and a folder."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileError, match="cannot read"):
            read(path)


def test_a_book_as_the_simulation_writes_it_is_taken_whole(tmp_path: Path):
    """Requests come out as they went in, and every number and address in the personal records."""
    book = make_book(11, 60, TODAY)
    write_csv(book, tmp_path / "book.csv")
    good, bad = read(tmp_path / "book.csv")
    assert bad == []
    assert tuple(entry.request for entry in good) == book.requests
    addresses = {d.contact_point_id: d.value for person in book.people for d in person.details}
    assert {p.contact_point_id: p.value for e in good for r in e.people for p in r.points} == addresses


def test_what_a_number_is_to_its_party_is_taken_in(write: Write):
    """None where the row does not say, and any other word is wrong."""
    header = f"{HEADER},phone_use,guarantor_name,guarantor_phone,guarantor_phone_use"
    others = "钱乌有,+86 100 0000 0002,work"
    good, bad = read(write(f"{header}\n{GOOD},mobile,{others}\n{GOOD.replace('L-1', 'L-2')},office,,,\n"))
    points = [point for party in good[0].request.parties for point in party.contact_points]
    assert [(point.kind, point.use) for point in points] == [("phone", "mobile"), ("postal", None), ("phone", "work")]
    assert [[problem.column for problem in problems] for _, problems in bad] == [["phone_use"]]


def test_rejects_hold_the_rows_as_they_stood_for_their_owner_alone(write: Write, tmp_path: Path):
    """They can be mended and imported again: the columns about the problem are skipped then."""
    path = write(f"{HEADER}\nL-1,B-1,n,never,,,,\n".encode() + b"L-2,B-2,\xff,2026-10-01,,,,\n")
    rejects = reject_all(path, tmp_path / "private" / "rejects.csv")
    assert stat.S_IMODE(rejects.path.stat().st_mode) == 0o600
    text = rejects.path.read_bytes()
    assert b"\xff" in text
    mended = write(text.replace(b"never", b"2026-10-01").replace(b"\xff", b"n"))
    good, bad = read(mended)
    assert [entry.request.loan_id for entry in good] == ["L-1", "L-2"]
    assert bad == []


def test_rejects_say_line_column_and_what_was_expected(write: Write, tmp_path: Path):
    """Beside the row itself."""
    rejects = reject_all(write(f"{HEADER}\nL-1,B-1,n,never,,,,\n"), tmp_path / "rejects.csv")
    with rejects.path.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert [row[name] for name in REJECT_COLUMNS[:2]] == ["2", "overdue_since"]
    assert row["reject_expected"].startswith("a date before 2026-11-22")
    assert str(rejects.first[0]).startswith("line 2, overdue_since: expected a date")


def test_no_rejects_no_file(write: Write, tmp_path: Path):
    """An empty file would look like trouble."""
    rejects = reject_all(write(f"{HEADER}\n{GOOD}\n"), tmp_path / "rejects.csv")
    assert not rejects.path.exists()


def test_a_rejects_file_may_replace_the_book_it_came_from(write: Write):
    """Importing a rejects file writes what is still wrong to the same place, after all has been read."""
    path = write(f"{HEADER}\nL-1,B-1,n,never,,,,\n{GOOD}\n")
    assert reject_all(path, path).count == 1
    _, bad = read(path)
    assert len(bad) == 1


@pytest.mark.parametrize(("text", "count"), [("h\n1\n2\n", 2), ("h\n1\n2", 2), ("h\n", 0), ("", 0)])
def test_lines_are_counted_for_the_progress_bar(write: Write, text: str, count: int):
    """With or without a newline at the end."""
    assert count_lines(write(text)) == count


def test_columns_are_those_that_the_simulation_documents():
    """One list for writer and reader."""
    layout = ArrearsLayout(TODAY)
    assert (*layout.required, *layout.optional) == COLUMNS


def reject_all(path: Path, to: Path) -> Rejects:
    """Read a book and write its rejects."""
    layout = ArrearsLayout(TODAY)
    with open_book(path, layout) as book:
        rejects = Rejects(to, book.columns)
        _reject(book, layout, rejects)
    rejects.close()
    return rejects


def _reject(book: BookFile, layout: ArrearsLayout, rejects: Rejects) -> None:
    for item in book.rows():
        assert isinstance(item, Row)
        try:
            layout.entry(item.cells())
        except BadRow as bad:
            rejects.add(item.line, bad.problems, item.raw)
