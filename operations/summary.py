"""What became of a book, as a table: every figure out of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import asyncpg
from rich.console import Console
from rich.table import Table

from reports import book
from simulation.clock import CarryReport

_ENDED = {
    "cured": "arrears paid, the loan goes on",
    "paid_off": "everything paid",
    "nothing_due": "nothing was overdue when the account was read",
    "closed_by_bank": "ended by the bank",
}
_OPEN = {
    "person": "handed to a person",
    "contact": "still being contacted",
    "assessment": "still being assessed",
}


@dataclass(frozen=True)
class Summary:
    """Figures of a set of loans; see `reports.book` for each."""

    loans: int
    turns: list[book.Turn]
    money: list[book.Money]
    contacts: list[book.Contacts]
    after_payment: int

    @property
    def outcomes(self) -> dict[book.State, int]:
        """Loans by where they are."""
        return book.outcomes(self.turns)

    @property
    def collected(self) -> str:
        """Money that was paid and stands."""
        return " and ".join(f"{money(m.collected)} {m.currency}" for m in self.money) or "nothing"


async def summarise(pool: asyncpg.Pool, loans: Sequence[str]) -> Summary:
    """The figures of these loans as the ledger stands now."""
    return Summary(
        loans=len(loans),
        turns=await book.turns(pool, loans),
        money=await book.money(pool, loans),
        contacts=await book.contacts(pool, loans),
        after_payment=await book.contacts_after_payment(pool, loans),
    )


def show(console: Console, summary: Summary, title: str) -> None:
    """Print the table."""
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None, pad_edge=False)
    table.add_column(justify="left", style="cyan", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="left")
    _outcomes(table, summary)
    _money(table, summary)
    _contacts(table, summary)
    console.print(table)


def troubles(report: CarryReport) -> list[str]:
    """What did not go as it should while the book was carried, a line each."""
    lines = [f"{e.loan_id or e.borrower_id}: {e.code}: {e.detail}" for e in report.entries]
    if report.stalled:
        lines.append(f"borrowers given up on: {', '.join(report.stalled)}")
    return lines


def money(amount: Decimal) -> str:
    """With thousands and cents."""
    return f"{amount:,.2f}"


def _outcomes(table: Table, summary: Summary) -> None:
    table.add_row("Outcomes", f"{summary.loans}", "loans")
    for state, count in summary.outcomes.items():
        said = _ENDED.get(state) or _OPEN[state]
        table.add_row(f"  {state.replace('_', ' ')}", str(count), f"[dim]{said}")
    people = book.with_people(summary.turns)
    if people:
        table.add_row("With a person, why", str(sum(people.values())), "")
        for (rule, why), count in people.items():
            table.add_row(f"  {rule}", str(count), f"[dim]{_sentence(why, rule)}")


def _money(table: Table, summary: Summary) -> None:
    for m in summary.money:
        table.add_row(f"Money, {m.currency}", "", "")
        table.add_row(
            "  overdue at first", money(m.arrears), f"[dim]{m.loans} loans, as core banking told when first asked"
        )
        table.add_row(
            "  collected", money(m.collected), f"[dim]{m.payments} payments, instalments that fell due later too"
        )
        if m.taken_back:
            table.add_row("  taken back", money(m.taken_back), "[dim]returned debits, not counted as collected")


def _contacts(table: Table, summary: Summary) -> None:
    fates: dict[str, list[book.Contacts]] = {"made": [], "deferred": [], "refused": []}
    for contact in summary.contacts:
        fates.setdefault(contact.fate, []).append(contact)
    for fate, counted in fates.items():
        table.add_row(f"Contacts {fate}", str(sum(c.count for c in counted if c.reason is None)), "")
        for contact in counted:
            if contact.reason is not None:
                reason = contact.reason.replace("_", " ") if fate == "made" else contact.reason
                table.add_row(f"  {reason}", str(contact.count), "")
    said = "[dim]sent although nothing was overdue by all that the ledger knew then: must be 0"
    table.add_row("Contacts after a payment", str(summary.after_payment), said)


def _sentence(why: str, rule: str) -> str:
    if rule in ("contact_stopped", "borrower_deceased"):
        return "a fact about the borrower holds every loan of theirs" + (f" ({why.replace('_', ' ')})" if why else "")
    return why
