"""All commands on one app."""

from __future__ import annotations

from cyclopts import App

from operations.commands import book, cases, people, stack


def build() -> App:
    """The app that `starter.py` runs."""
    app = App(
        name="starter.py",
        help="Arrears: each overdue loan is one durable workflow, every fact in an append-only ledger.\n\n"
        "Examples name the loan LN-1: ids are those you started cases with. `demo` ends with one of its own to copy, the "
        "Web UI (`up` prints its address) lists all.",
        help_format="markdown",
        version="0.1.0",
        suppress_keyboard_interrupt=False,
    )
    for group in (stack, cases, people, book):
        group.register(app)
    return app
