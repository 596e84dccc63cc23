"""The audit itself: exports and a rulebook in, findings out. Reads no clock and sends nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from audit.findings import Findings, local
from audit.guarding import Guard
from audit.paid import Payments, Quotes, about_money, after_payment
from audit.promises import Judge, Tolerance
from audit.records import Contact, Event, Payment, Promise, Quote
from audit.standing import Standings
from domain.artefacts import digest
from schemas.rulebook import Rulebook

Advance = Callable[[int], None]
_EVERY = 1000


@dataclass(frozen=True)
class Exports:
    """What was read. None: no such export was given, which is not the same as an empty one."""

    contacts: list[Contact]
    payments: list[Payment] | None = None
    promises: list[Promise] | None = None
    events: list[Event] | None = None
    accounts: list[Quote] | None = None


@dataclass(frozen=True)
class Terms:
    """By what is judged. `until`: up to when payments are known; by default to the last one that was posted."""

    bank_zone: str
    tolerance: Tolerance = field(default_factory=Tolerance)
    until: datetime | None = None


def audit(exports: Exports, rulebook: Rulebook, terms: Terms, advance: Advance = lambda _done: None) -> Findings:
    """Every contact put to the guard and held against the payments, every promise judged again.

    The same exports give the same findings in the same order, whatever the order of their rows. `advance` is called now and
    then with how many contacts are done.
    """
    findings = Findings(rulebook, digest(rulebook), terms.bank_zone)
    payments = Payments(exports.payments or ())
    _contacts(findings, exports, rulebook, payments, Quotes(exports.accounts or (), terms.bank_zone), advance)
    known = [payment.posted_at for payment in exports.payments or ()]
    findings.until = terms.until or max(known, default=None)
    if exports.promises and findings.until is not None:
        _promises(findings, exports.promises, Judge(payments, terms.tolerance, terms.bank_zone, findings.until))
    _sort(findings, rulebook)
    return findings


def _contacts(
    findings: Findings, exports: Exports, rulebook: Rulebook, payments: Payments, quotes: Quotes, advance: Advance
) -> None:
    guard = Guard(rulebook, with_events=exports.events is not None)
    standings = Standings(exports.events or ())
    by_borrower = _by_borrower(exports.contacts)
    for borrower_id, contacts in by_borrower.items():
        for contact, breaches, gaps in guard.judge(contacts, standings.of(borrower_id)):
            hour = local(contact).hour if contact.zone else None
            if hour is not None:
                findings.hours[hour] += 1
                findings.breached_hours[hour] += bool(breaches)
            findings.breaches += breaches
            findings.gaps.update(gaps)
            if exports.payments is not None:
                _paid(findings, contact, payments, quotes)
            findings.contacts += 1
            if findings.contacts % _EVERY == 0:
                advance(findings.contacts)
    findings.borrowers = len(by_borrower)
    findings.loans = len({contact.loan_id for contact in exports.contacts})
    findings.first_at = min((contact.at for contact in exports.contacts), default=None)
    findings.last_at = max((contact.at for contact in exports.contacts), default=None)


def _by_borrower(contacts: Iterable[Contact]) -> dict[str, list[Contact]]:
    grouped: defaultdict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        grouped[contact.borrower_id].append(contact)
    return grouped


def _paid(findings: Findings, contact: Contact, payments: Payments, quotes: Quotes) -> None:
    quote = about_money(contact, quotes)
    if quote is None:
        return
    findings.after_payment_judged += 1
    found = after_payment(contact, quote, payments)
    if found is not None:
        findings.after_payment.append(found)


def _promises(findings: Findings, promises: Iterable[Promise], judge: Judge) -> None:
    for promise in promises:
        judged = judge.judge(promise)
        if judged.state is None:
            findings.promises_open += 1
            continue
        findings.promises_judged[promise.status, judged.state] += 1
        if judged.misjudged is not None:
            findings.misjudged.append(judged.misjudged)


def _sort(findings: Findings, rulebook: Rulebook) -> None:
    order = {rule.id: number for number, rule in enumerate(rulebook.rules)}
    findings.breaches.sort(key=lambda b: (order[b.rule.id], b.contact.at, b.contact.contact_id))
    findings.after_payment.sort(key=lambda a: (a.contact.at, a.contact.contact_id))
    findings.misjudged.sort(key=lambda m: (m.promise.made_at, m.promise.promise_id))
