"""The rows of a book's table that say what was agreed, asked for, answered and done: `reports.tally` in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rich.table import Table

from reports.tally import Tally
from reports.waivers import Authority, Waived

_SUITS = (
    "ready",
    "demanded",
    "filed",
    "accepted",
    "mediated",
    "judgment",
    "enforcement_applied",
    "enforced",
    "terminated",
)
_ENDED = {"kept": "kept", "partly": "kept in part", "broken": "broken", "replaced": "replaced", "running": "running"}


def money(amount: Decimal) -> str:
    """With thousands and cents."""
    return f"{amount:,.2f}"


def words(code: str) -> str:
    """A code as people write it."""
    return code.replace("_", " ")


def rows(table: Table, counted: Tally) -> None:
    """Put them into the table; a row of nothing is left out."""
    _agreements(table, counted)
    _waivers(table, counted)
    _complaints(table, counted.complaints)
    if counted.visits:
        made = counted.visits.total() - counted.visits["called_off"] - counted.visits["to_come"]
        table.add_row("Visits made", str(made), f"[dim]{_listed(counted.visits, tuple(counted.visits))}")
    if counted.suits:
        parts = _listed(counted.suits, _SUITS)
        table.add_row("Suits filed", str(counted.suits["filed"]), f"[dim]cases that came to: {parts}")
    if counted.holds:
        table.add_row("Holds", str(counted.holds.total()), f"[dim]{_listed(counted.holds, tuple(counted.holds))}")


def reached(table: Table, counted: Tally) -> None:
    """Of the contacts that were made: who else was spoken with, reminders, messages for several loans."""
    made = counted.reached
    if made.reminders:
        said = [f"before a part was due {made.reminders['before_due']}"] if made.reminders["before_due"] else []
        said += [f"of one that was missed {made.reminders['missed']}"] if made.reminders["missed"] else []
        table.add_row("Reminders of what was agreed", str(made.reminders.total()), f"[dim]{', '.join(said)}")
    if made.together:
        said = f"[dim]each counted once; they speak of {made.loans_together} debts together"
        table.add_row("Messages for several loans", str(made.together), said)
    if made.others:
        table.add_row(
            "Contacts with others", str(made.others.total()), f"[dim]{_listed(made.others, sorted(made.others))}"
        )


def _agreements(table: Table, counted: Tally) -> None:
    for kind, how in counted.agreements.items():
        parts = ", ".join(f"{said} {how[name]}" for name, said in _ENDED.items() if how[name])
        if kind == "promise" and (more := _listed(counted.promised, ("in_parts", "over_loans"), none="")):
            parts += f"; of these {more}"
        table.add_row(f"{kind.capitalize()}s", str(how["made"]), f"[dim]{parts}")
    if counted.approvals["asked"]:
        parts = _listed(counted.approvals, ("given", "refused", "lapsed"))
        table.add_row("Approvals asked", str(counted.approvals["asked"]), f"[dim]{parts}")


def _waivers(table: Table, counted: Tally) -> None:
    for currency, by_authority in counted.waivers.items():
        waived = sum((one.waived for one in by_authority.values()), Decimal(0))
        said = "[dim]in settlements, after the money had come; who decided:"
        table.add_row(f"Waived, {currency}", money(waived), said)
        for authority, one in by_authority.items():
            table.add_row(f"  {_by(authority)}", money(one.waived), f"[dim]{_of(one)}")


def _by(authority: Authority) -> str:
    return (
        f"{words(authority.by)}, row {authority.row.removeprefix('authority.')}"
        if authority.row
        else words(authority.by)
    )


def _of(one: Waived) -> str:
    return f"agreed {one.agreed}, to waive {money(one.granted)} if kept; booked {one.booked}"


def _complaints(table: Table, counted: Counter[str]) -> None:
    if not counted["opened"]:
        return
    names = {"in_time": "answered within their clocks", "late": "late", "waiting": "waiting", "overdue": "overdue"}
    said = ", ".join(f"{name} {counted[code]}" for code, name in names.items() if counted[code])
    more = _listed(counted, ("complicated", "upheld", "rejected"), none="")
    table.add_row("Complaints", str(counted["opened"]), f"[dim]{said}{f'; {more}' if more else ''}")


def _listed(counts: Counter[str], names: Sequence[str], none: str = "none") -> str:
    return ", ".join(f"{words(name)} {counts[name]}" for name in names if counts[name]) or none
