"""What an audit finds, each with its evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from audit.reading import Source
from audit.records import Contact, Payment, Promise, Quote
from domain.calendar import zone
from domain.fulfilment import Fulfilment
from schemas.contact import Strength, VerdictKind
from schemas.rulebook import Rule, Rulebook

STRENGTHS: tuple[Strength, ...] = ("law", "regulation", "standard", "self_regulation", "presumption", "house")
"""From what binds most to what the house has chosen for itself."""

Why = Literal["too_early", "overlooked", "backdated", "reversed", "late", "short", "unpaid", "left_open"]
"""Why a claim about a promise does not hold:

too_early: called broken before its time, tolerance included, was over, and kept after that.
overlooked: called broken although enough had been posted.
backdated: called broken, and money posted after that counts from a day in time.
reversed: called kept on a payment that was taken back.
late: called kept on money that counts from a day after its time.
short, unpaid: called kept with too little, or nothing, paid.
left_open: still called open after its time.
"""

Gap = Literal["no_zone", "no_team", "no_use", "no_list", "no_events", "others_consent"]
"""What the exports do not say, so that some rule could not be judged: the zone of a contact, how many went on a visit,
what a number is to whoever was called, what borrowers agreed to, what others than the borrower did; or the rulebook, which
agencies are on the bank's list."""


@dataclass(frozen=True)
class Breach:
    """A contact that the guard would not have allowed, by one rule.

    Attributes:
        verdict: what the rule says; `until`, the first moment that it would have allowed, or `release`, the event that
            would have released it.
        counted: earlier contacts that the rule counts, in order of time.
    """

    contact: Contact
    rule: Rule
    verdict: VerdictKind
    until: datetime | None
    release: str | None
    counted: tuple[Contact, ...]


@dataclass(frozen=True)
class AfterPayment:
    """A demand made after the arrears it was about were covered.

    Attributes:
        quote: what was owed, and from when that figure is.
        payments: the money that came between then and the contact and stood when it was made.
        covered_at: when it was enough.
        reversed_later: those of `payments` that were taken back after the contact.
    """

    contact: Contact
    quote: Quote
    payments: tuple[Payment, ...]
    covered_at: datetime
    reversed_later: tuple[Payment, ...]

    @property
    def delay(self) -> timedelta:
        """How long the money had been there."""
        return self.contact.at - self.covered_at


@dataclass(frozen=True)
class Misjudged:
    """A promise of which the incumbent says something else than the payments do. `payments`: those that were counted."""

    promise: Promise
    found: Fulfilment
    why: Why
    payments: tuple[Payment, ...]


@dataclass
class Findings:
    """Everything that one audit found, in a stable order.

    Attributes:
        rulebook: the rules applied, `digest` its sha256. `bank_zone`: IANA zone of the bank's calendar.
        contacts: how many were judged; `hours` of them by hour on the clock of the one contacted.
        after_payment_judged: dunning contacts of which the exports say what they were about.
        promises_judged: by claim and outcome; `promises_open` are those whose time was not over.
        gaps: contacts that could not be judged by every rule, by reason.
        until: the moment up to which payments are known.
    """

    rulebook: Rulebook
    digest: str
    bank_zone: str
    sources: tuple[Source, ...] = ()
    contacts: int = 0
    loans: int = 0
    borrowers: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    until: datetime | None = None
    hours: Counter[int] = field(default_factory=Counter)
    breached_hours: Counter[int] = field(default_factory=Counter)
    gaps: Counter[Gap] = field(default_factory=Counter)
    breaches: list[Breach] = field(default_factory=list)
    after_payment: list[AfterPayment] = field(default_factory=list)
    after_payment_judged: int = 0
    misjudged: list[Misjudged] = field(default_factory=list)
    promises_judged: Counter[tuple[str, str]] = field(default_factory=Counter)
    promises_open: int = 0

    @property
    def found(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.breaches or self.after_payment or self.misjudged)

    @property
    def rows(self) -> int:
        """Rows read, of all files."""
        return sum(source.rows for source in self.sources)


@dataclass(frozen=True)
class RuleCount:
    """What one rule found. `contacts` of so many `borrowers`."""

    rule: Rule
    contacts: int
    borrowers: int


def by_rule(findings: Findings) -> list[RuleCount]:
    """Every rule of the book with its breaches, none included: what binds most first, then in the book's order."""
    contacts: Counter[str] = Counter(breach.rule.id for breach in findings.breaches)
    borrowers: Counter[str] = Counter(
        rule for rule, _ in {(breach.rule.id, breach.contact.borrower_id) for breach in findings.breaches}
    )
    rules = sorted(findings.rulebook.rules, key=lambda rule: STRENGTHS.index(rule.strength))
    return [RuleCount(rule, contacts[rule.id], borrowers[rule.id]) for rule in rules]


def local(contact: Contact, at: datetime | None = None) -> datetime:
    """The moment of a contact, or `at`, on the clock of the one contacted; in UTC if no zone is known."""
    moment = at or contact.at
    return moment.astimezone(zone(contact.zone)) if contact.zone else moment


def total(payments: tuple[Payment, ...]) -> Decimal:
    """All of them together."""
    return sum((payment.amount for payment in payments), Decimal(0))
