"""What commands share: examples in their help, a progress bar, and how expected failures end."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import asyncpg
from cyclopts import App, Group, Parameter, validators
from pydantic import TypeAdapter, ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from temporalio.service import RPCError

from domain.calendar import UnknownZone, zone
from ledger.errors import LedgerError
from local.errors import StackError
from operations.commands.output import messages
from operations.errors import UsageError
from rows.problems import FileError
from schemas.base import Code, Identifier, Instant
from simulation.control import ControlError

AS_TYPED = "python3 starter.py"
"""What a line begins with that is to be typed."""

Id = Annotated[str | None, Parameter(name="--id")]
"""A command's own id."""
Flag = Annotated[bool, Parameter(negative=())]
"""A switch that is off unless it is given."""

AtOnce = Annotated[int, Parameter(validator=validators.Number(gte=1))]
"""How many at a time."""

Days = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=3660))]
"""How far to look, in days: ten years at most."""

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
_CODE: TypeAdapter[str] = TypeAdapter(Code)
_SUCH_AS = "borrower_request"
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def add(app: App, group: Group, name: str, command: Callable[..., Any], *examples: str, sort: int = 0) -> None:
    """Register a command among those of its matter, with examples under its help; each a line as it is typed."""
    lines = "\n".join(f"{AS_TYPED} {example}" for example in examples)
    app.command(command, name=name, group=group, help_epilogue=f"Examples:\n\n```\n{lines}\n```", sort_key=sort)


def identifier(name: str, value: str) -> str:
    """An id as given on the command line. Raises UsageError for what cannot be one."""
    try:
        return _IDENTIFIER.validate_python(value)
    except ValidationError:
        raise UsageError(
            f"{name} is no id: up to 80 letters, digits and . _ : -, the first a letter or digit"
        ) from None


def code(name: str, value: str) -> str:
    """A code as given on the command line. Raises UsageError for free text."""
    try:
        return _CODE.validate_python(value)
    except ValidationError:
        raise UsageError(f"{name} is no code: small letters, digits and _ . -, such as {_SUCH_AS}") from None


def amount(name: str, value: str) -> Decimal:
    """A positive amount as given on the command line, in units of the loan's currency. Raises UsageError."""
    try:
        given = Decimal(value)
    except InvalidOperation:
        given = Decimal(0)
    if not given.is_finite() or given <= 0:
        raise UsageError(f"{name}: give a positive amount in the loan's currency, such as 1050.00")
    return given


def zone_name(name: str, value: str) -> str:
    """An IANA zone as given on the command line. Raises UsageError for one that the pinned zone data do not have."""
    try:
        zone(value)
    except UnknownZone:
        raise UsageError(f"{name}: give an IANA time zone, such as Asia/Shanghai") from None
    return value


def instant(name: str, value: str) -> datetime:
    """A moment as given on the command line: ISO 8601 with its zone. Raises UsageError."""
    try:
        return _INSTANT.validate_python(value)
    except ValidationError:
        raise UsageError(f"{name}: give a time with its zone, such as 2026-11-22T09:30:00+08:00") from None


def saying_id(id: str) -> None:
    """Say a command's id before it is given: whatever happens then, the very same can be given again."""
    messages.print(f"id {id}: the very same can be given again with --id {id}", style="dim")


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; call what it gives with how many of how many are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=messages, transient=True, disable=not messages.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def explain(error: BaseException) -> tuple[str, int] | None:
    """What to say for an expected failure, and the exit code; None for a defect, which deserves its traceback."""
    if isinstance(error, BaseExceptionGroup):
        return explain(error.exceptions[0])
    match error:
        case UsageError() | FileError() | StackError() | LedgerError() | ControlError():
            return str(error), 2
        case KeyboardInterrupt() | asyncio.CancelledError():
            return "interrupted", 130
        case RPCError():
            text = f"the Temporal server refused or did not answer: {error.message} ({error.status.name.lower()})"
            return f"{text}. See `starter.py status`", 2
        case asyncpg.UndefinedTableError():
            return "the ledger's database has no tables yet: `starter.py up` makes them", 2
        case asyncpg.PostgresError():
            return f"the ledger's database refused: {type(error).__name__} ({error.sqlstate})", 2
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG | errno.EIO):
            return f"cannot write: {error.strerror}", 2
        case asyncpg.InterfaceError() | OSError():
            return f"a connection failed: {error}. See `starter.py status`", 2
        case _:
            return None
