"""Commands about one case: start, pay, reverse, pause, resume, record-contact, close, case."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table
from temporalio.client import Client

from operations import environment, sending, telling
from operations.commands.common import add, console, identifier, instant, messages
from operations.connect import connect
from operations.errors import UsageError
from operations.requests import CaseFile, read_case, read_file
from operations.starting import start_case, until_open, workflow_id
from schemas.contact import ContactResult
from schemas.loan import Language, PointKind, Product
from schemas.messages import CloseByBank, Command, CommandOutcome, Pause, RecordContact, Resume

Id = Annotated[str | None, Parameter(name="--id")]

_OPENING = 10.0
"""Seconds in which a worker that is there opens a case."""

_TONES = {"input": "cyan", "decision": "bold", "inert": "dim"}


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        "start",
        start,
        "start case.json",
        "start - < case.json",
        "start --loan-id LN-1 --borrower-id B-1 --overdue-since 2026-11-01 --zone Asia/Shanghai --point phone=B-1:phone",
        sort=10,
    )
    add(app, "pay", pay, "pay LN-1 1050.00", "pay LN-1 1050.00 --reference PAY-7 --value-date 2026-11-20", sort=11)
    add(app, "reverse", reverse, "reverse LN-1 --payment PAY-7", sort=12)
    add(app, "case", case, "case LN-1", "case LN-1 --lang zh-CN", sort=13)
    add(
        app,
        "pause",
        pause,
        "pause LN-1 --by ops-wang --reason complaint",
        "pause LN-1 --by ops-wang --reason hardship --until 2026-12-01T09:00:00+08:00",
        sort=14,
    )
    add(app, "resume", resume, "resume LN-1 --by ops-wang --reason complaint_answered", sort=15)
    add(
        app,
        "record-contact",
        record_contact,
        "record-contact LN-1 --by agent-7 --attempt LN-1:3 --result promised --identity-verified",
        "record-contact LN-1 --by agent-7 --result needs_time --identity-verified "
        '--quiet-until 2026-12-01T09:00:00+08:00 --note "wages come on the 30th"',
        sort=16,
    )
    add(app, "close", close, "close LN-1 --by ops-wang --reason sold", sort=17)


async def start(
    file: Path | None = None,
    *,
    loan_id: str | None = None,
    borrower_id: str | None = None,
    overdue_since: date | None = None,
    product: Product | None = None,
    currency: str | None = None,
    policy: str | None = None,
    credit_authorisation: str | None = None,
    opens_at: str | None = None,
    zone: str | None = None,
    point: tuple[str, ...] = (),
) -> int:
    """Start the case of an overdue loan. One that runs already is left alone.

    FILE holds a CollectionRequest as JSON (docs/integration.md); a part `personal` in it, with names and numbers, goes
    to the erasable tables and no further. Options stand over what the file says.

    Args:
        file: The JSON file; - for standard input.
        loan_id: The loan.
        borrower_id: Who owes.
        overdue_since: Due date of the oldest instalment left unpaid.
        product: Kind of loan.
        currency: ISO 4217, CNY by default.
        policy: A strategy's name, name@version or sha256.
        credit_authorisation: The borrower's consent to a bureau inquiry.
        opens_at: When the case is to open; time with zone.
        zone: Without a file: the borrower's IANA time zone.
        point: Without a file: the borrower's contact points, KIND=ID (phone, email, app, postal).
    """
    fields: dict[str, Any] = {
        "loan_id": loan_id,
        "borrower_id": borrower_id,
        "overdue_since": overdue_since.isoformat() if overdue_since else None,
        "product": product,
        "currency": currency,
        "policy": policy,
        "credit_authorisation": credit_authorisation,
        "opens_at": instant("--opens-at", opens_at).isoformat() if opens_at else None,
    }
    changes = {name: value for name, value in fields.items() if value is not None}
    given = _read(file, changes, zone, point)
    async with environment.session() as session:
        handle = await start_case(session.client, session.pool, given.request(), given.personal)
        later = given.opens_at is not None and given.opens_at > datetime.now(UTC)
        opened = later or await until_open(session.pool, given, _OPENING)
    console.print(f"case of loan [bold]{given.loan_id}[/]: workflow {handle.id}, run {handle.first_execution_run_id}")
    ui = session.variables.get("ARREARS_UI")
    if ui:
        console.print(f"{ui}/namespaces/{session.client.namespace}/workflows/{handle.id}")
    if not opened:
        messages.print("started, and not yet opened: is a worker running (`starter.py status`)?", style="yellow")
    return 0


def _read(file: Path | None, changes: dict[str, Any], zone: str | None, points: tuple[str, ...]) -> CaseFile:
    if file is not None:
        if zone or points:
            raise UsageError("--zone and --point are for a case without a file: put them into the file's parties")
        if str(file) == "-":
            return read_case(sys.stdin.read(), "standard input", changes)
        return read_file(file, changes)
    if not changes.get("borrower_id"):
        raise UsageError("nothing to start: name a FILE.json, or give --loan-id, --borrower-id and --overdue-since")
    party = {"party_id": changes["borrower_id"], "zone": zone, "contact_points": [_point(text) for text in points]}
    return read_case(json.dumps({"parties": [party]}), "the options", changes)


def _point(text: str) -> dict[str, str]:
    kind, equals, point_id = text.partition("=")
    if not equals:
        raise UsageError(f"--point {kind}: give it as KIND=ID, such as phone=B-1:phone")
    known: tuple[PointKind, ...] = ("phone", "email", "app", "postal")
    if kind not in known:
        raise UsageError(f"--point {kind}=...: the kind is one of {', '.join(known)}")
    return {"kind": kind, "contact_point_id": point_id}


async def pay(
    loan: str,
    amount: str,
    /,
    *,
    reference: str | None = None,
    value_date: date | None = None,
    currency: str | None = None,
) -> int:
    """Tell a running case that money arrived, as a payment system does.

    Args:
        loan: The loan's id.
        amount: How much, in the loan's currency.
        reference: The payment system's; the same reference is the same payment. Made up without one.
        value_date: From when it counts; the bank's today without one.
        currency: ISO 4217; the loan's own without one.
    """
    async with environment.session() as session:
        sent = await sending.pay(
            session.client,
            session.pool,
            identifier("LOAN", loan),
            amount,
            reference=reference,
            value_date=value_date,
            currency=currency,
        )
    console.print(
        f"payment [bold]{sent.reference}[/] of {sent.amount} {sent.currency}, value date {sent.value_date}, "
        f"signalled to {workflow_id(loan)}"
    )
    return 0


async def reverse(loan: str, /, *, payment: str, reference: str | None = None, value_date: date | None = None) -> int:
    """Tell a case that a payment was taken back in full. A case that had ended starts again and sees for itself.

    Args:
        loan: The loan's id.
        payment: Reference of the payment that was taken back.
        reference: The reversal's own; made from the payment's without one.
        value_date: From when it counts; the bank's today without one.
    """
    async with environment.session() as session:
        sent = await sending.reverse(
            session.client,
            session.pool,
            identifier("LOAN", loan),
            payment,
            reference=reference,
            value_date=value_date,
        )
    console.print(f"reversal [bold]{sent.reference}[/] of payment {sent.reverses} signalled to {workflow_id(loan)}")
    return 0


async def pause(loan: str, /, *, by: str, reason: str, until: str | None = None, id: Id = None) -> int:
    """Stop all contact on a case, until a time or until `resume`.

    Args:
        loan: The loan's id.
        by: Who commands it: an operator's id.
        reason: A code, such as complaint.
        until: Time with zone.
        id: The command's own id; the same again gives the same answer.
    """
    moment = instant("--until", until) if until else None
    return await _command(loan, "pause", sending.valid(Pause, by=by, reason=reason, until=moment), id)


async def resume(loan: str, /, *, by: str, reason: str, id: Id = None) -> int:
    """Let a paused, parked or handed-over case go on by itself.

    Args:
        loan: The loan's id.
        by: Who commands it: an operator's id.
        reason: A code, such as complaint_answered.
        id: The command's own id; the same again gives the same answer.
    """
    return await _command(loan, "resume", sending.valid(Resume, by=by, reason=reason), id)


async def record_contact(
    loan: str,
    /,
    *,
    by: str,
    result: ContactResult,
    attempt: str | None = None,
    identity_verified: bool = False,
    quiet_until: str | None = None,
    note: str | None = None,
    id: Id = None,
) -> int:
    """Record what came of a conversation with the borrower.

    Args:
        loan: The loan's id.
        by: The collector's id.
        result: What came of it.
        attempt: The contact that this answers; none for a call that came in.
        identity_verified: The right person was on the line.
        quiet_until: No contact before; time with zone.
        note: Free text; kept in the erasable tables, the ledger has its id alone.
        id: The command's own id; the same again gives the same answer.
    """
    update_id = id or sending.fresh_id()
    note_id = f"note:{update_id}"[:80] if note else None
    fields = sending.valid(
        RecordContact,
        by=by,
        result=result,
        attempt=attempt,
        identity_verified=identity_verified,
        quiet_until=instant("--quiet-until", quiet_until) if quiet_until else None,
        note_id=note_id,
    )
    if note and note_id:
        async with environment.ledger(environment.resolve(need=("database",))) as pool:
            await sending.keep_note(pool, identifier("LOAN", loan), note_id, note)
    return await _command(loan, "record_contact", fields, update_id)


async def close(loan: str, /, *, by: str, reason: str, id: Id = None) -> int:
    """End a case on the bank's behalf (sold, mistaken, settled elsewhere).

    Args:
        loan: The loan's id.
        by: Who commands it: an operator's id.
        reason: A code, such as sold.
        id: The command's own id; the same again gives the same answer.
    """
    return await _command(loan, "close_by_bank", sending.valid(CloseByBank, by=by, reason=reason), id)


async def _command(loan: str, update: sending.Update, command: Command, update_id: str | None) -> int:
    client = await connect(environment.resolve(need=("temporal",)))
    update_id, outcome = await sending.command(client, identifier("LOAN", loan), update, command, update_id)
    _show(update_id, outcome)
    return 0 if outcome.accepted else 1


def _show(update_id: str, outcome: CommandOutcome) -> None:
    if outcome.accepted:
        console.print(f"[green]accepted[/] as fact {outcome.seq} (id {update_id})")
    else:
        console.print(f"[red]refused[/] by {outcome.rule}: {escape(outcome.why)} (fact {outcome.seq}, id {update_id})")


async def case(loan: str, /, *, lang: Language = "en") -> int:
    """Tell a case's story in plain words, from the ledger: parties, money, every fact, what is next and why.

    Args:
        loan: The loan's id.
        lang: In which language.
    """
    variables = environment.resolve(need=("database",))
    client, pool_ready = await _client_if_any(variables), environment.ledger(variables)
    async with pool_ready as pool:
        told = await telling.story(client, pool, identifier("LOAN", loan), datetime.now(UTC), lang)
    show_story(told)
    return 0


async def _client_if_any(variables: dict[str, str]) -> Client | None:
    """The story is the ledger's: without a server it is told all the same."""
    if not any(name.startswith("TEMPORAL_") for name in variables):
        return None
    try:
        async with asyncio.timeout(5):
            return await connect(variables)
    except (UsageError, TimeoutError):
        messages.print("the Temporal server does not answer: this is what the ledger says", style="yellow")
        return None


def show_story(told: telling.Story) -> None:
    """Print a story."""
    console.print(f"[bold]{escape(told.title)}[/]")
    for part in (told.parties, told.money, told.transactions):
        _part(part)
    console.print(f"\n[bold]{escape(told.facts_heading)}[/]")
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(justify="right", style="dim")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for fact in told.facts:
        table.add_row(str(fact.seq), fact.at, f"[{_TONES[fact.tone]}]{escape(fact.text)}[/]")
    console.print(table, soft_wrap=False)
    _part(told.next)


def _part(part: telling.Part) -> None:
    console.print(f"\n[bold]{escape(part.heading)}[/]")
    for line in part.lines:
        console.print(f"  {escape(line)}")
