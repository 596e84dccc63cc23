"""Commands about a case as a whole: start, case."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from domain.admission import faults
from operations import account_page, environment, telling
from operations.commands.begun import came_of
from operations.commands.common import Flag, add, identifier, instant
from operations.commands.connecting import client_if_any
from operations.commands.groups import CASES
from operations.commands.output import console, messages
from operations.errors import UsageError
from operations.requests import CaseFile, read_case, read_file
from operations.sending import ending, running
from operations.starting import start_case, without_address
from schemas.facts import BY_MONEY
from schemas.loan import Language, PointKind, PointUse, Product

_OPENING = 10.0
"""Seconds in which a worker that is there opens a case."""

_TONES = {"input": "cyan", "decision": "bold", "inert": "dim"}


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        CASES,
        "start",
        start,
        "start case.json",
        "start - < case.json",
        "start --loan-id LN-1 --borrower-id B-1 --overdue-since 2026-11-01 --zone Asia/Shanghai --point phone=B-1:phone",
        sort=1,
    )
    add(app, CASES, "case", case, "case LN-1", "case LN-1 --lang zh-CN", "case LN-1 --money --by 2026-12-31", sort=2)


async def start(
    file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
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
    """Start the case of an overdue loan. One that runs already is left alone; one that was closed is opened again only if
    money is owed again, else it is told how it ended.

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
        point: Without a file: the borrower's contact points, KIND=ID (phone, email, app, im, postal), or KIND/USE=ID where it
            is known what they are to them (home, work, mobile, other).
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
    if wrong := faults(given, datetime.now(UTC)):
        raise UsageError("; ".join(wrong))
    async with environment.session() as session:
        before = await running(session.client, given.loan_id)
        handle = await start_case(session.client, session.pool, given.request(), given.personal)
        later = given.opens_at is not None and given.opens_at > datetime.now(UTC)
        begun = "open" if later else await came_of(handle, session.pool, given, _OPENING)
        closed = await ending(session.pool, given.loan_id) if begun in ("closed", "looking") else None
        unreached = await without_address(session.pool, given)
    console.print(f"case of loan [bold]{given.loan_id}[/]: workflow {handle.id}, run {handle.first_execution_run_id}")
    ui = session.variables.get("ARREARS_UI")
    if ui:
        console.print(f"{ui}/namespaces/{session.client.namespace}/workflows/{handle.id}")
    if before:
        console.print(
            "it ran already and was left alone: nothing of this request was taken, but for its `personal` part"
        )
    if unreached:
        messages.print(
            f"the personal tables hold no number or address of {', '.join(unreached)}: nothing goes out by it. Give it in "
            "the part personal of a file, before the case is started (docs/integration.md)",
            style="yellow",
        )
    if begun == "not_opened":
        messages.print("started, and not yet opened: is a worker running (`starter.py status`)?", style="yellow")
    elif begun == "looking":
        messages.print(
            f"this episode was closed, {closed}; core banking has not said yet whether anything is owed again: "
            f"`starter.py case {given.loan_id}` tells later",
            style="yellow",
        )
    elif closed:
        again = "nothing is owed again" if closed.outcome in BY_MONEY else "a start does not undo what the bank ended"
        console.print(
            f"[bold]closed already[/], {escape(str(closed))}: {again}. If the loan fell overdue on another day since, "
            "start it with that day as overdue_since"
        )
    return 0


def _read(file: Path | None, changes: dict[str, Any], zone: str | None, points: tuple[str, ...]) -> CaseFile:
    if file is not None:
        if zone or points:
            raise UsageError("--zone and --point are for a case without a file: put them into the file's parties")
        if str(file) == "-":
            return read_case(sys.stdin.read().removeprefix("\ufeff"), "standard input", changes)
        if str(file).startswith("-"):
            raise UsageError(f"there is no option {file}: `starter.py start --help` lists them")
        return read_file(file, changes)
    if not changes.get("borrower_id"):
        raise UsageError("nothing to start: name a FILE.json, or give --loan-id, --borrower-id and --overdue-since")
    party = {"party_id": changes["borrower_id"], "zone": zone, "contact_points": [_point(text) for text in points]}
    return read_case(json.dumps({"parties": [party]}), "the options", changes)


def _point(text: str) -> dict[str, str]:
    said, equals, point_id = text.partition("=")
    kind, slash, use = said.partition("/")
    if not equals:
        raise UsageError(f"--point {said}: give it as KIND=ID, such as phone=B-1:phone")
    known = get_args(PointKind)
    if kind not in known:
        raise UsageError(f"--point {said}=...: the kind is one of {', '.join(known)}")
    if slash and use not in get_args(PointUse):
        raise UsageError(f"--point {said}=...: the use is one of {', '.join(get_args(PointUse))}")
    return {"kind": kind, "contact_point_id": point_id} | ({"use": use} if slash else {})


async def case(loan: str, /, *, lang: Language = "en", money: Flag = False, by: date | None = None) -> int:
    """Tell a case's story in plain words, from the ledger: parties, money, every fact, what is next and why.

    Args:
        loan: The loan's id.
        lang: In which language.
        money: Tell the account instead: each transaction and where every cent of it went, the position, the class, and what
            cures it, brings it back a bucket, and pays it off.
        by: With --money: what is to be paid by that day, too.
    """
    if by is not None and not money:
        raise UsageError("--by is for --money: what is to be paid by that day")
    variables = environment.resolve(need=("database",))
    client, pool_ready = await client_if_any(variables), environment.ledger(variables)
    async with pool_ready as pool:
        if money:
            page = await account_page.read(client, pool, identifier("LOAN", loan), datetime.now(UTC), by, lang)
            show_account(page)
            return 0
        told = await telling.story(client, pool, identifier("LOAN", loan), datetime.now(UTC), lang)
    show_story(told)
    return 0


def show_account(page: account_page.AccountPage) -> None:
    """Print an account."""
    console.print(f"[bold]{escape(page.title)}[/]")
    for part in page.parts:
        console.print(f"\n[bold]{escape(part.heading)}[/]")
        for line in part.lines:
            console.print(f"  {escape(line)}")


def show_story(told: telling.Story) -> None:
    """Print a story."""
    console.print(f"[bold]{escape(told.title)}[/]")
    for part in (told.parties, told.money, told.transactions, told.standing):
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
    if not part.lines:
        return
    console.print(f"\n[bold]{escape(part.heading)}[/]")
    for line in part.lines:
        console.print(f"  {escape(line)}")
