"""All commands on one app."""

from __future__ import annotations

from datetime import date

from cyclopts import App, CoercionError, CycloptsError, CycloptsPanel
from rich.panel import Panel

from operations.commands import (
    agreeing,
    auditing,
    book,
    cases,
    complaining,
    dossier,
    explaining,
    holding,
    money,
    people,
    policy,
    recording,
    reporting,
    representing,
    restricting,
    reviewing,
    stack,
    steering,
)
from operations.commands.output import Output

_ROOMS = (
    stack,
    book,
    auditing,
    cases,
    dossier,
    money,
    explaining,
    recording,
    reporting,
    representing,
    agreeing,
    holding,
    people,
    reviewing,
    complaining,
    restricting,
    steering,
    policy,
)


def build() -> App:
    """The app that `starter.py` runs."""
    app = App(
        name="starter.py",
        help="Arrears: each overdue loan is one durable workflow, every fact in an append-only ledger.\n\n"
        "Examples name the loan LN-1: ids are those you started cases with. `demo` ends with one of its own to copy, the "
        "Web UI (`up` prints its address) lists all. A command to a case ends with exit code 0 if its ledger accepted it, 1 "
        "if a rule of the case refused it, 2 if something has to be mended first.",
        help_format="markdown",
        version="0.1.0",
        suppress_keyboard_interrupt=False,
        console=Output(),
        error_console=Output(stderr=True),
        error_formatter=_mistyped,
    )
    for room in _ROOMS:
        room.register(app)
    return app


def _mistyped(error: CycloptsError) -> Panel:
    """The parser's own words, but for a date: an example is plainer than the name of its type."""
    if isinstance(error, CoercionError) and error.target_type is date and error.token is not None:
        error.msg = f'"{error.token.value}" is no date; give year, month and day, such as 2026-11-20.'
    return CycloptsPanel(error)
