"""What became of a book, as tables: every figure out of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import asyncpg
from rich.console import Console
from rich.table import Table

from domain.counting import counted
from operations import tallied
from operations.tallied import money, words
from reports import book
from reports.flow import Flow, flow
from reports.lives import Lives, State, lives
from reports.tally import Tally, tally
from simulation.clock import CarryReport

_SAID: dict[State, str] = {
    "assessment": "still being assessed",
    "contact": "still being contacted",
    "negotiation": "an agreement is sought or being kept",
    "field_visit": "to be visited",
    "litigation": "at law",
    "held": "stopped by a hold: a dispute, a complaint, hardship, death, insolvency and the like",
    "person": "handed to a person",
    "watched": "arrears paid, the next instalment is watched",
    "cured": "arrears paid, the next instalments too; the loan goes on",
    "paid_off": "everything paid",
    "settled": "a settlement paid, the rest waived",
    "sold": "the debt was sold",
    "extinguished": "nothing is left to be claimed",
    "closed_by_bank": "ended by the bank",
    "nothing_due": "nothing was overdue when the account was read",
}


@dataclass(frozen=True)
class Summary:
    """Figures of a set of loans; see `reports` for each."""

    lives: Lives
    money: list[book.Money]
    contacts: list[book.Contacts]
    after_payment: int
    until: datetime

    @property
    def loans(self) -> int:
        """How many they are."""
        return len(self.lives.of)

    @property
    def outcomes(self) -> dict[State, int]:
        """Loans by where they are."""
        return book.outcomes(self.lives.turns)

    @property
    def flow(self) -> Flow:
        """How they went through the stages."""
        return flow(self.lives.of.values(), self.until)

    @cached_property
    def tally(self) -> Tally:
        """What came of agreements, approvals, complaints, visits and suits."""
        return tally(self.lives.of.values(), self.until)

    @property
    def collected(self) -> str:
        """Money that was paid and stands."""
        return " and ".join(f"{money(m.collected)} {m.currency}" for m in self.money) or "nothing"


async def summarise(pool: asyncpg.Pool, loans: Sequence[str], until: datetime | None = None) -> Summary:
    """The figures of these loans as the ledger stands now; stays in a stage are counted to `until` (aware)."""
    return Summary(
        lives=await lives(pool, loans),
        money=await book.money(pool, loans),
        contacts=await book.contacts(pool, loans),
        after_payment=await book.contacts_after_payment(pool, loans),
        until=until or datetime.now(UTC),
    )


def show(console: Console, summary: Summary, title: str) -> None:
    """Print the tables."""
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None, pad_edge=False)
    table.add_column(justify="left", style="cyan", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="left")
    _outcomes(table, summary)
    _money(table, summary)
    tallied.rows(table, summary.tally)
    _contacts(table, summary)
    console.print(table)
    console.print()
    console.print(stages(summary.flow, summary.money))


def stages(through: Flow, in_currency: Sequence[book.Money]) -> Table:
    """The flow as a table: how many came into each stage, how long they stayed (the median), what was paid there, where they
    went."""
    currency = in_currency[0].currency if len(in_currency) == 1 else ""
    table = Table(title="Through the stages", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("stage", style="cyan", no_wrap=True)
    for name in ("loans", "stay"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(f"paid, {currency}" if currency else "paid", justify="right", no_wrap=True)
    table.add_column("and then")
    for node in through.nodes:
        if node.stay is None:
            continue
        then = [f"{words(state)} {count}" for state, count in through.towards(node.state)]
        then += [f"[dim]still here {node.now}[/]"] if node.now else []
        table.add_row(
            words(node.state),
            str(node.loans),
            f"{node.stay.days} d" if node.stay.days else f"{node.stay.seconds // 3600} h",
            money(node.paid),
            ", ".join(then),
        )
    return table


def troubles(report: CarryReport) -> list[str]:
    """What did not go as it should while the book was carried, a line each."""
    lines = [f"{e.loan_id or e.borrower_id}: {e.code}: {e.detail}" for e in report.entries]
    if report.stalled:
        lines.append(f"borrowers given up on: {', '.join(report.stalled)}")
    return lines


def _outcomes(table: Table, summary: Summary) -> None:
    table.add_row("Outcomes", f"{summary.loans}", "loan" if summary.loans == 1 else "loans")
    for state, count in summary.outcomes.items():
        table.add_row(f"  {words(state)}", str(count), f"[dim]{_SAID[state]}")
    if summary.tally.written_off:
        said = "[dim]of these, off the bank's books: the claim lives, and its case went or goes on"
        table.add_row("  written off", str(summary.tally.written_off), said)
    people = book.with_people(summary.lives.turns)
    if people:
        table.add_row("Waiting for a person, why", str(sum(people.values())), "")
        for (rule, why), count in people.items():
            table.add_row(f"  {rule}", str(count), f"[dim]{why}")


def _money(table: Table, summary: Summary) -> None:
    for m in summary.money:
        table.add_row(f"Money, {m.currency}", "", "")
        table.add_row(
            "  overdue at first",
            money(m.arrears),
            f"[dim]{counted(m.loans, 'loan')}, as core banking told when first asked",
        )
        table.add_row(
            "  collected",
            money(m.collected),
            f"[dim]{counted(m.payments, 'payment')}, instalments that fell due later too",
        )
        if m.taken_back:
            table.add_row("  taken back", money(m.taken_back), "[dim]returned debits, not counted as collected")


def _contacts(table: Table, summary: Summary) -> None:
    fates: dict[str, list[book.Contacts]] = {"made": [], "deferred": [], "refused": []}
    for contact in summary.contacts:
        fates.setdefault(contact.fate, []).append(contact)
    for fate, told in fates.items():
        table.add_row(f"Contacts {fate}", str(sum(c.count for c in told if c.reason is None)), "")
        for contact in told:
            if contact.reason is not None:
                reason = contact.reason.replace("_", " ") if fate == "made" else contact.reason
                table.add_row(f"  {reason}", str(contact.count), "")
    tallied.reached(table, summary.tally)
    said = "[dim]sent although nothing was overdue by all that the ledger knew then, nor agreed and unpaid: must be 0"
    table.add_row("Contacts after a payment", str(summary.after_payment), said)
