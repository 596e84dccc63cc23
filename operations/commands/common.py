"""What commands share: consoles, examples in their help, a progress bar, and how expected failures end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import asyncpg
from cyclopts import App
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from temporalio.service import RPCError

from ledger.errors import LedgerError
from local.errors import StackError
from operations.errors import UsageError
from schemas.base import Identifier, Instant
from simulation.control import ControlError

_PIPE_WIDTH = 240  # a file or a program reads lines; only a terminal has an edge to fold them at

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
"""Results: what a pipe is to get."""
messages = Console(stderr=True, highlight=False, soft_wrap=True)
"""Progress and troubles: for the one who watches."""

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def add(app: App, name: str, command: Callable[..., Any], *examples: str, sort: int = 0) -> None:
    """Register a command with examples under its help; each a line as it is typed."""
    lines = "\n".join(f"python3 starter.py {example}" for example in examples)
    app.command(command, name=name, help_epilogue=f"Examples:\n\n```\n{lines}\n```", sort_key=sort)


def identifier(name: str, value: str) -> str:
    """An id as given on the command line. Raises UsageError for what cannot be one."""
    try:
        return _IDENTIFIER.validate_python(value)
    except ValidationError:
        raise UsageError(
            f"{name} is no id: up to 80 letters, digits and . _ : -, the first a letter or digit"
        ) from None


def instant(name: str, value: str) -> datetime:
    """A moment as given on the command line: ISO 8601 with its zone. Raises UsageError."""
    try:
        return _INSTANT.validate_python(value)
    except ValidationError:
        raise UsageError(f"{name}: give a time with its zone, such as 2026-11-22T09:30:00+08:00") from None


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
        case UsageError() | StackError() | LedgerError() | ControlError():
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
        case asyncpg.InterfaceError() | OSError():
            return f"a connection failed: {error}. See `starter.py status`", 2
        case _:
            return None
