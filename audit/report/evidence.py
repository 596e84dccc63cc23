"""Findings as rows of cells: ids, codes, times and amounts, the same for files, terminal and page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from audit.findings import AfterPayment, Breach, Findings, Misjudged, RuleCount, by_rule, local, total
from audit.records import Contact, Payment
from domain.calendar import zone
from schemas.rulebook import Rule, RuleBase

Cell = str | int
Table = tuple[tuple[str, ...], list[tuple[Cell, ...]]]
"""Columns, and rows with a cell for each."""


def rules(findings: Findings) -> Table:
    """Every rule of the book, with what it found."""
    columns = ("rule", "strength", "in_force_from", "in_force_until", "contacts", "borrowers", "says", "source")
    return columns, [_rule(count) for count in by_rule(findings)]


def breaches(findings: Findings) -> Table:
    """A row for each contact and rule."""
    columns = (
        *("rule", "strength", "contact_id", "loan_id", "borrower_id", "role", "channel", "contact_point_id"),
        *("local_time", "zone", "purpose", "result", "verdict", "allowed_from", "released_by"),
        *("counted_before", "counted", "in_force_from", "in_force_until", "rule_says", "source"),
    )
    return columns, [_breach(breach) for breach in findings.breaches]


def after_payment(findings: Findings) -> Table:
    """A row for each contact that came after the money."""
    columns = (
        *("contact_id", "loan_id", "borrower_id", "role", "channel", "local_time", "zone"),
        *("arrears", "currency", "arrears_as_of", "paid", "covered_at", "minutes_after", "hours_after"),
        *("transactions", "reversed_later"),
    )
    return columns, [_after_payment(found, findings.bank_zone) for found in findings.after_payment]


def promises(findings: Findings) -> Table:
    """A row for each promise of which the incumbent says something else than the payments do."""
    columns = (
        *("promise_id", "loan_id", "made_at", "amount", "currency", "due_on", "claimed", "judged_at"),
        *("found", "why", "paid", "paid_by", "transactions"),
    )
    return columns, [_misjudged(found, findings.bank_zone) for found in findings.misjudged]


def hours(delay: timedelta) -> str:
    """A length of time in hours, to one decimal."""
    return f"{delay / timedelta(hours=1):.1f}"


def moment(at: datetime | None, where: str) -> str:
    """A moment with its offset on the clock of the IANA zone `where`, to the second; "" for none."""
    return at.astimezone(zone(where)).isoformat(sep=" ", timespec="seconds") if at else ""


def counted(breach: Breach) -> str:
    """The contacts that the rule counted before this one, with their local times and results."""
    return "; ".join(
        f"{earlier.contact_id} {local(earlier, earlier.at):%m-%d %H:%M} {earlier.result}" for earlier in breach.counted
    )


def rule_text(rule: Rule) -> str:
    """What a rule says: its kind, and whatever parameters rules of that kind have."""
    said = rule.model_dump(mode="json", exclude={*RuleBase.model_fields, "kind"})
    values = (f"{name} {_listed(value)}" for name, value in said.items() if value not in (None, [], ""))
    return ": ".join(filter(None, (rule.kind, "; ".join(values))))


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def money(amount: Decimal) -> str:
    """An amount with at least two decimals."""
    return f"{amount:.2f}" if amount == amount.quantize(Decimal("0.01")) else f"{amount}"


def _rule(count: RuleCount) -> tuple[Cell, ...]:
    rule = count.rule
    return (rule.id, rule.strength, *_in_force(rule), count.contacts, count.borrowers, rule_text(rule), rule.source)


def _in_force(rule: Rule) -> tuple[str, str]:
    return (f"{rule.effective_from}", f"{rule.effective_until or ''}")


def _breach(breach: Breach) -> tuple[Cell, ...]:
    contact, rule = breach.contact, breach.rule
    return (
        *(rule.id, rule.strength, contact.contact_id, contact.loan_id, contact.borrower_id, contact.role),
        *(contact.channel, contact.contact_point_id, _local(contact), contact.zone or ""),
        *(contact.purpose, contact.result, breach.verdict),
        *(_local(contact, breach.until) if breach.until else "", breach.release or ""),
        *(len(breach.counted), counted(breach), *_in_force(rule), rule_text(rule), rule.source),
    )


def _local(contact: Contact, at: datetime | None = None) -> str:
    return local(contact, at).isoformat(sep=" ", timespec="seconds")


def _after_payment(found: AfterPayment, bank_zone: str) -> tuple[Cell, ...]:
    contact, quote = found.contact, found.quote
    minutes = int(found.delay / timedelta(minutes=1))
    return (
        *(contact.contact_id, contact.loan_id, contact.borrower_id, contact.role, contact.channel),
        *(_local(contact), contact.zone or ""),
        *(money(quote.arrears), quote.currency, moment(quote.as_of, bank_zone), money(total(found.payments))),
        *(moment(found.covered_at, bank_zone), minutes, hours(found.delay)),
        *(ids(found.payments), ids(found.reversed_later)),
    )


def _misjudged(found: Misjudged, bank_zone: str) -> tuple[Cell, ...]:
    promise, fulfilment = found.promise, found.found
    return (
        *(promise.promise_id, promise.loan_id, moment(promise.made_at, bank_zone), money(promise.amount)),
        *(promise.currency, f"{promise.due_on}", promise.status, moment(promise.judged_at, bank_zone)),
        *(fulfilment.state, found.why, money(fulfilment.paid), f"{fulfilment.deadline}", ids(found.payments)),
    )


def ids(payments: Sequence[Payment]) -> str:
    """Their ids in a row."""
    return "; ".join(payment.transaction_id for payment in payments)
