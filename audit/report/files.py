"""The findings as CSV files, whole."""

from __future__ import annotations

import csv
from pathlib import Path

from audit.findings import Findings
from audit.report import evidence
from rows.problems import FileError

PAGE = "audit.html"
_TABLES = {
    "rules.csv": evidence.rules,
    "breaches.csv": evidence.breaches,
    "after_payment.csv": evidence.after_payment,
    "promises.csv": evidence.promises,
}


def make_folder(folder: Path) -> None:
    """The folder of a report, for its owner alone: ids of borrowers are in it. Raises FileError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make the folder {folder}: {error.strerror}. Name another: --out FOLDER") from error


def write_files(findings: Findings, page: str, folder: Path) -> list[Path]:
    """Every table as a file in `folder`, and the page; answers their paths. Raises FileError."""
    try:
        written = [_write(folder / name, table(findings)) for name, table in _TABLES.items()]
        (folder / PAGE).write_text(page, encoding="utf-8")
    except OSError as error:
        raise FileError(f"cannot write into {folder}: {error.strerror}. Name another: --out FOLDER") from error
    return [*written, folder / PAGE]


def _write(path: Path, table: evidence.Table) -> Path:
    columns, rows = table
    # With a byte order mark: spreadsheets take a file without one for something else than UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path
