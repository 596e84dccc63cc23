"""Builders for audits in tests: short records, and exports read from files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from audit.auditing import Exports, Terms, audit
from audit.exports import ACCOUNTS, CONTACTS, EVENTS_EXPORT, PAYMENTS, PROMISES, Clocks
from audit.findings import Findings
from audit.promises import Tolerance
from audit.reading import Source, read
from audit.records import Contact, Payment, Promise
from policies.loader import load_rulebook
from schemas.rulebook import Rulebook

RULEBOOK = load_rulebook(Path(__file__).parent / "rulebook.yaml")
BANK = "Asia/Shanghai"
CLOCKS = Clocks(BANK)


def moment(text: str) -> datetime:
    """`03-02 10:00` of 2026, in Beijing."""
    return datetime.fromisoformat(f"2026-{text}+08:00")


def contact(at: str, channel: Any = "human_call", id: str = "", **fields: Any) -> Contact:
    given: dict[str, Any] = {
        "contact_id": id or f"C:{at.replace(' ', 'T')}:{channel}",
        "loan_id": "L-1",
        "borrower_id": "B-1",
        "role": "borrower",
        "channel": channel,
        "contact_point_id": "B-1:phone",
        "at": moment(at),
        "zone": BANK,
        "result": "no_answer",
        "duration_seconds": 0,
        "purpose": "dunning",
        "team": None,
        "template": "none",
        "asked": None,
    }
    return Contact(**(given | fields))


def payment(id: str, amount: str, posted: str, value_date: str = "", reverses: str | None = None) -> Payment:
    valued = date.fromisoformat(f"2026-{value_date or posted[:5]}")
    return Payment(id, "L-1", Decimal(amount), "CNY", moment(posted), valued, reverses)


def promise(status: Any, judged: str = "", amount: str = "600.00") -> Promise:
    """Made on 2 March, due on 5 March."""
    judged_at = moment(judged) if judged else None
    return Promise("P-1", "L-1", moment("03-02 10:00"), Decimal(amount), "CNY", date(2026, 3, 5), status, judged_at)


def audited(
    *contacts: Contact,
    until: str = "",
    tolerance: Tolerance | None = None,
    rulebook: Rulebook = RULEBOOK,
    **others: Any,
) -> Findings:
    terms = Terms(BANK, tolerance or Tolerance(), moment(until) if until else None)
    return audit(Exports(list(contacts), **others), rulebook, terms)


def broken_rules(findings: Findings) -> list[tuple[str, str]]:
    return [(breach.contact.contact_id, breach.rule.id) for breach in findings.breaches]


def read_all(paths: dict[str, Path], folder: Path) -> tuple[Exports, Sequence[Source]]:
    """The five exports, read from files."""
    contacts, c = read(paths["contacts"], CONTACTS, CLOCKS, folder / "rejects.csv")
    payments, p = read(paths["payments"], PAYMENTS, CLOCKS, folder / "rejects.csv")
    promises, r = read(paths["promises"], PROMISES, CLOCKS, folder / "rejects.csv")
    events, e = read(paths["events"], EVENTS_EXPORT, CLOCKS, folder / "rejects.csv")
    accounts, a = read(paths["accounts"], ACCOUNTS, CLOCKS, folder / "rejects.csv")
    return Exports(contacts, payments, promises, events, accounts), (c, p, r, e, a)
