"""The five exports while they are made: a row each time something happens, and beside them what is wrong on purpose."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.calendar import zone

BANK_ZONE = "Asia/Shanghai"

Row = dict[str, str]

COLUMNS: dict[str, tuple[str, ...]] = {
    "contacts": (
        *("contact_id", "loan_id", "borrower_id", "role", "channel", "contact_point_id", "at", "zone", "result"),
        *("duration_seconds", "purpose", "team", "template", "arrears_before", "arrears_as_of", "currency"),
    ),
    "payments": ("transaction_id", "loan_id", "amount", "currency", "posted_at", "value_date", "reverses"),
    "promises": (*("promise_id", "loan_id", "made_at", "amount", "currency", "due_on", "status", "judged_at"),),
    "events": ("borrower_id", "kind", "channel", "at", "ended_at"),
    "accounts": ("loan_id", "as_of", "arrears", "currency", "next_due_on"),
}


@dataclass
class Truth:
    """What is wrong: (contact, rule) of each breach, contacts after payment, (promise, why) of each misjudged promise."""

    breaches: set[tuple[str, str]] = field(default_factory=set)
    after_payment: set[str] = field(default_factory=set)
    misjudged: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Made:
    """The rows of each export by its name, and the truth about them."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    truth: Truth = field(default_factory=Truth)


@dataclass
class Borrower:
    """One borrower of the incumbent, with a loan, into whose rows things are written. `day`: midnight their story begins."""

    made: Made
    number: int
    day: datetime
    zone: str = BANK_ZONE

    @property
    def borrower_id(self) -> str:
        """Their id."""
        return f"B{self.number:06}"

    @property
    def loan_id(self) -> str:
        """The id of their first loan."""
        return f"L{self.number:06}"

    def at(self, clock: str, days: int = 0) -> datetime:
        """That time of day, so many days after the story's first, on the borrower's own clock."""
        wall = datetime.fromisoformat(f"{self.day:%Y-%m-%d}T{clock}") + timedelta(days=days)
        return wall.replace(tzinfo=self._clock)

    def contact(self, channel: str, at: datetime, *rules: str, **cells: str) -> str:
        """A contact, which breaks `rules`; answers its id."""
        rows = self.made.rows["contacts"]
        contact_id = f"C{len(rows) + 1:07}"
        kind = {"email": "email", "app_push": "app", "im": "im", "letter": "postal", "visit": "postal"}
        offset = f"{at.astimezone(zone(BANK_ZONE)):%Y-%m-%d %H:%M:%S+08:00}"
        rows.append(
            {
                "contact_id": contact_id,
                "loan_id": self.loan_id,
                "borrower_id": self.borrower_id,
                "role": "borrower",
                "channel": channel,
                "contact_point_id": f"{self.borrower_id}:{kind.get(channel, 'phone')}",
                # Half of the platforms write the borrower's own clock, half an offset.
                "at": f"{at:%Y-%m-%d %H:%M:%S}" if len(rows) % 2 else offset,
                "zone": self.zone,
                "purpose": "dunning",
                "result": "right_party" if channel.endswith("call") else "delivered",
                "team": "2" if channel == "visit" else "",
                **cells,
            }
        )
        self.made.truth.breaches |= {(contact_id, rule) for rule in rules}
        return contact_id

    def late_contact(self, channel: str, at: datetime, **cells: str) -> None:
        """A demand for what was paid before."""
        self.made.truth.after_payment.add(self.contact(channel, at, **cells))

    def pays(self, amount: str, at: datetime, value_date: str = "", reverses: str = "") -> str:
        """Money posted, or taken back; answers its id."""
        rows = self.made.rows["payments"]
        transaction_id = f"T{len(rows) + 1:07}"
        rows.append(
            {
                "transaction_id": transaction_id,
                "loan_id": self.loan_id,
                "amount": amount,
                "currency": "CNY",
                "posted_at": at.isoformat(),
                "value_date": value_date or f"{at:%Y-%m-%d}",
                "reverses": reverses,
            }
        )
        return transaction_id

    def promises(
        self, amount: str, at: datetime, due_on: datetime, status: str, judged: str = "", why: str = ""
    ) -> None:
        """A promise and what the incumbent says of it, which is wrong for the reason `why`."""
        rows = self.made.rows["promises"]
        promise_id = f"P{len(rows) + 1:07}"
        rows.append(
            {
                "promise_id": promise_id,
                "loan_id": self.loan_id,
                "made_at": at.isoformat(),
                "amount": amount,
                "currency": "CNY",
                "due_on": f"{due_on:%Y-%m-%d}",
                "status": status,
                "judged_at": judged,
            }
        )
        if why:
            self.made.truth.misjudged.add((promise_id, why))

    def event(self, kind: str, at: datetime, channel: str = "", ended_at: datetime | None = None) -> None:
        """What the borrower said, or what befell them."""
        ended = ended_at.isoformat() if ended_at else ""
        row = {
            "borrower_id": self.borrower_id,
            "kind": kind,
            "channel": channel,
            "at": at.isoformat(),
            "ended_at": ended,
        }
        self.made.rows["events"].append(row)

    def owes(self, arrears: str, at: datetime, next_due_on: str = "") -> None:
        """What core banking says of the loan."""
        row = {"loan_id": self.loan_id, "as_of": at.isoformat(), "arrears": arrears, "next_due_on": next_due_on}
        self.made.rows["accounts"].append({**row, "currency": "CNY"})

    @property
    def _clock(self) -> ZoneInfo:
        return zone(self.zone)


def write_exports(made: Made, folder: Path) -> dict[str, Path]:
    """The exports as CSV files in `folder`, made if need be; their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    return {name: _write(folder / f"{name}.csv", COLUMNS[name], rows) for name, rows in made.rows.items()}


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
