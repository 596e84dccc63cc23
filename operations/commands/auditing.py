"""`audit`: what another system's exports say, before a bank runs Arrears."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter, validators
from rich.markup import escape

from audit import law
from audit.auditing import Exports, Terms, audit
from audit.exports import ACCOUNTS, CONTACTS, EVENTS_EXPORT, PAYMENTS, PROMISES, Clocks, Export, Record
from audit.findings import Findings
from audit.promises import Tolerance
from audit.reading import Source, read
from audit.report.files import make_folder, write_files
from audit.report.page import page, summary, unjudged
from audit.report.tables import tables
from audit.report.words import Words
from domain.calendar import UnknownZone
from domain.calendar import zone as calendar_zone
from domain.counting import counted
from operations.commands.common import AS_TYPED, add, instant
from operations.commands.groups import BOOKS
from operations.commands.output import console, messages
from operations.display import Bar, listed, say
from operations.errors import UsageError
from operations.phrases import en, zh
from policies.loader import PolicyError
from rows.reading import count_lines
from schemas.rulebook import Rulebook
from simulation.incumbent import make_exports, write_exports

_AHEAD = timedelta(days=1)
"""How far an export's clock may be ahead of ours: farther, and its year is mistyped."""
Natural = Annotated[int, Parameter(validator=validators.Number(gte=0))]

_USUAL = Tolerance()
_REJECTS_SHOWN = 10
_YEAR = 366
_EXAMPLE = (11, 400)
"""Seed and size of the example: every fault is in it, among ordinary days."""


def register(app: App) -> None:
    """Put the command on `app`."""
    add(
        app,
        BOOKS,
        "audit",
        audit_exports,
        "audit --example incumbent",
        "audit --contacts C.csv --rulebook cn",
        "audit --contacts C.csv --payments P.csv --promises R.csv --events E.csv --accounts A.csv --lang zh-CN",
        sort=3,
    )


def audit_exports(
    *,
    contacts: Path | None = None,
    payments: Path | None = None,
    promises: Path | None = None,
    events: Path | None = None,
    accounts: Path | None = None,
    rulebook: str = "cn",
    out: Path = Path("audit-report"),
    lang: Literal["en", "zh-CN"] = "en",
    zone: str | None = None,
    bank_zone: str = "Asia/Shanghai",
    tolerance_amount: str = str(_USUAL.amount),
    tolerance_days: Natural = _USUAL.days,
    until: str | None = None,
    example: Path | None = None,
) -> int:
    """Audit another system from its exports: breaches by rule, contacts after payment, misjudged promises.

    Sends nothing, and needs no server and no database. Writes a page, CSV files with the evidence, and the bad rows, which
    are left out. Ends with exit code 0 if nothing was found, 1 if something was, 2 if a file has to be mended first.

    Args:
        contacts: CSV of contacts that were made; docs/audit.md lists the columns of every file.
        payments: CSV of payments and reversals, for what follows from money.
        promises: CSV of promises and what the other system says of them; needs --payments.
        events: CSV of opt-outs, consents, stops, deaths and other holds on borrowers.
        accounts: CSV of arrears as core banking had them from time to time.
        rulebook: A rulebook that comes with Arrears, such as `cn`, or the path of a YAML file.
        out: The folder for the page and the files.
        lang: Language of the page and the tables.
        zone: IANA zone of contacts that give none.
        bank_zone: IANA zone of the bank's calendar and of times that give no offset.
        tolerance_amount: So much less still keeps a promise.
        tolerance_days: So many days later still keep it.
        until: Up to when payments are known, with its zone; by default to the last one.
        example: Write a small set of exports with every fault into this folder, and stop.
    """
    if example is not None:
        return _write_example(example)
    if contacts is None:
        raise UsageError("--contacts is missing: give the CSV of contacts, or --example FOLDER to try it first")
    if promises is not None and payments is None:
        raise UsageError("--promises needs --payments: a promise is judged by what was paid")
    began = time.monotonic()
    book = _rulebook(rulebook)
    latest = datetime.now(UTC) + _AHEAD
    clocks = Clocks(_known(bank_zone, "--bank-zone"), _known(zone, "--zone") if zone else None, latest)
    known = instant("--until", until) if until else None
    if known is not None and known > latest:
        raise UsageError(
            "--until: is still to come, and of payments to come nothing is known: give a time that is past"
        )
    terms = Terms(clocks.bank, _tolerance(tolerance_amount, tolerance_days), known)
    make_folder(out)
    exports, sources = _read_all(contacts, payments, promises, events, accounts, clocks, out / "rejects")
    if not exports.contacts:
        _tell_rejects(sources)
        raise UsageError(f"{contacts}: no contact could be read, so there is nothing to judge. See docs/audit.md")
    with Bar(messages, "contacts judged", len(exports.contacts)) as bar:
        findings = audit(exports, book, terms, bar.at)
    findings.sources = sources
    words = Words(lang, (zh if lang == "zh-CN" else en).CATALOGUE.word)
    paths = write_files(findings, page(findings, words, terms.tolerance), out)
    _tell(findings, words, paths)
    seconds = time.monotonic() - began
    rate = (
        f"{counted(findings.rows, 'row')} in {seconds:.1f} s: {findings.rows / max(seconds, 0.001):,.0f} rows a second"
    )
    say(console, rate, style="dim")
    return 1 if findings.found else 0


def _write_example(folder: Path) -> int:
    seed, size = _EXAMPLE
    made = make_exports(seed, size)
    there = [name for name in made.rows if (folder / f"{name}.csv").exists()]
    if there:
        raise UsageError(f"{folder} has {there[0]}.csv already: name another folder, nothing is overwritten")
    try:
        paths = write_exports(made, folder)
    except OSError as error:
        raise UsageError(f"cannot write into {folder}: {error.strerror}. Name another: --example FOLDER") from error
    for name, path in paths.items():
        say(console, f"  {name:<10}{len(made.rows[name]):>6,} rows  {escape(str(path))}")
    options = " ".join(f"--{name} {path}" for name, path in paths.items())
    say(console, "Audit them:")
    say(console, f"  {AS_TYPED} audit {escape(options)} --rulebook cn --out {escape(str(folder / 'report'))}")
    return 0


def _rulebook(name_or_path: str) -> Rulebook:
    try:
        return law.rulebook(name_or_path)
    except PolicyError as error:
        known = ", ".join(law.names())
        raise UsageError(f"--rulebook: {error}. Rulebooks that come with Arrears: {known}") from None


def _known(key: str, option: str) -> str:
    try:
        return calendar_zone(key).key
    except UnknownZone as error:
        raise UsageError(f"{option}: {error}") from None


def _tolerance(amount: str, days: int) -> Tolerance:
    try:
        given = Decimal(amount)
    except ArithmeticError:
        given = Decimal("NaN")
    if not given.is_finite() or given < 0:
        raise UsageError("--tolerance-amount: give an amount that is not negative, such as 1.00")
    if days > _YEAR:
        raise UsageError(f"--tolerance-days: at most {_YEAR}; a promise that may be so late is none")
    return Tolerance(given, days)


def _read_all(
    contacts: Path,
    payments: Path | None,
    promises: Path | None,
    events: Path | None,
    accounts: Path | None,
    clocks: Clocks,
    rejects: Path,
) -> tuple[Exports, tuple[Source, ...]]:
    sources: list[Source] = []

    def records(path: Path | None, export: Export[Record]) -> list[Record] | None:
        if path is None:
            return None
        kept, source = _read(path, export, clocks, rejects / f"{export.name}.csv")
        sources.append(source)
        return kept

    exports = Exports(
        contacts=records(contacts, CONTACTS) or [],
        payments=records(payments, PAYMENTS),
        promises=records(promises, PROMISES),
        events=records(events, EVENTS_EXPORT),
        accounts=records(accounts, ACCOUNTS),
    )
    return exports, tuple(sources)


def _read(path: Path, export: Export[Record], clocks: Clocks, rejects: Path) -> tuple[list[Record], Source]:
    if not path.is_file():
        raise UsageError(f"--{export.name}: no file {path}")
    if not (rejects.exists() and rejects.samefile(path)):
        with suppress(OSError):
            rejects.unlink(missing_ok=True)  # of an earlier audit
    with Bar(messages, f"{export.name} read", count_lines(path)) as bar:
        return read(path, export, clocks, rejects, bar.at)


def _tell(findings: Findings, words: Words, paths: list[Path]) -> None:
    for table in tables(findings, words):
        console.print(table)
        console.print()
    style = "bold red" if findings.found else "bold green"
    say(
        console,
        f"[{style}]{escape(summary(findings, words))}[/]",
    )
    for note in unjudged(findings, words):
        say(console, f"[yellow]{escape(note)}[/]")
    _tell_rejects(findings.sources)
    say(console, f"Page {escape(str(paths[-1]))}; files {escape(', '.join(path.name for path in paths[:-1]))}.")


def _tell_rejects(sources: tuple[Source, ...]) -> None:
    for source in sources:
        if not source.rejected:
            continue
        say(
            console,
            f"[bold red]{counted(source.rejected, 'row')} of {escape(source.file)} REJECTED, "
            "the others were judged.[/]",
        )
        lines = [str(one) for one in source.first]
        listed(console, "What was expected:", lines, _REJECTS_SHOWN, lambda n: f"… and {n:,} more")
        say(console, f"They are in {escape(str(source.rejects))}: mend them there, and audit again.")
