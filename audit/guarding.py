"""Each contact put to the guard again, with what stood when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from audit.findings import Breach, Gap
from audit.proposing import OWN, attempt_of, party_of, proposal_of
from audit.records import Contact
from audit.standing import StandingInTime
from domain.artefacts import digest
from domain.calendar import observed
from domain.conduct import NO_ZONE, decide
from domain.conduct_timing import attempts_in_reach, talks_in_reach
from domain.debt_standing import FAILED
from schemas.contact import CONVERSATIONS, ConductFacts, ContactProposal, Conversation, Finding, PastAttempt
from schemas.debt import DebtStanding
from schemas.rulebook import (
    AttemptCap,
    AttemptGap,
    Consent,
    ConversationCap,
    ConversationPause,
    ListedAgency,
    PriorNotice,
    Rule,
    Rulebook,
    ThirdParty,
    VisitTeam,
)

COUNTED = timedelta(days=40)
"""How far back contacts are counted: longer than the period of any cap, as in the ledger."""
_DAY = timedelta(days=1)
UNKNOWN_PAST = 1000
"""Contacts in a row that may have failed before the export begins: nobody can prove that they did not."""


class Judged(NamedTuple):
    """One contact: the rules it breaks, and what kept the others from being judged."""

    contact: Contact
    breaches: tuple[Breach, ...]
    gaps: tuple[Gap, ...]


class Guard:
    """A rulebook, and what of it the exports allow to be judged.

    Without an export of events nobody knows who agreed to what, so consent is not judged; nor is that of others than the
    borrower, of whom no export tells it; nor the team of a visit where the export does not say how many went, nor a cap for
    points of some use by contacts that do not say which point they reached, nor agencies where the book has no list of them.
    What is not proven is no breach.
    """

    def __init__(self, rulebook: Rulebook, *, with_events: bool) -> None:
        self._rulebook, self._with_events = rulebook, with_events
        self._rules = {rule.id: rule for rule in rulebook.rules}
        self._digest = digest(rulebook)
        self._books: dict[tuple[type[Rule], ...], Rulebook] = {}
        self._by_use = tuple(rule for rule in rulebook.rules if isinstance(rule, AttemptCap) and rule.uses)
        self._caps_by_use = rulebook.model_copy(update={"rules": self._by_use})
        self._consenting = {
            channel for rule in rulebook.rules if isinstance(rule, Consent) for channel in rule.channels
        }
        # Texts of another system have names of their own: one that asks for the borrower is taken for one that may.
        locating = (rule.templates for rule in rulebook.rules if isinstance(rule, ThirdParty))
        self._locating = next((templates[0] for templates in locating if templates), None)
        self._listing = any(isinstance(rule, ListedAgency) for rule in rulebook.rules)
        self._reach = max((_reach(rule) for rule in rulebook.rules), default=_DAY)

    def judge(self, contacts: Iterable[Contact], standing: StandingInTime) -> Iterator[Judged]:
        """The contacts of one borrower, over all loans, in order of time; each is counted against the later ones."""
        past = _Past(self._reach)
        for contact in sorted(contacts, key=lambda contact: (contact.at, contact.contact_id)):
            past.forget(contact.at)
            facts = ConductFacts(
                standing=standing.before(contact.at),
                debt=DebtStanding(failures=past.failures.get(contact.loan_id, UNKNOWN_PAST)),
                loan_id=contact.loan_id,
                attempts=tuple(past.attempts),
                conversations=tuple(past.talks),
            )
            yield self._judge(contact, facts, past)
            past.add(contact)

    def _judge(self, contact: Contact, facts: ConductFacts, past: _Past) -> Judged:
        gaps: list[Gap] = []
        # No export tells which notices were given.
        unjudged: list[type[Rule]] = [PriorNotice]
        if contact.channel == "visit" and contact.team is None:
            gaps.append("no_team")
            unjudged.append(VisitTeam)
        if not self._with_events or contact.role not in OWN:
            unjudged.append(Consent)
            if contact.channel in self._consenting:
                gaps.append("others_consent" if self._with_events else "no_events")
        if not self._rulebook.agencies:
            unjudged.append(ListedAgency)
            if contact.agency and self._listing:
                gaps.append("no_list")
        proposal = proposal_of(contact, self._locating)
        verdict = decide(proposal, facts, contact.at, self._without(tuple(unjudged)), self._digest)
        found = [(finding, facts) for finding in verdict.findings]
        if NO_ZONE in verdict.rules:
            gaps.append("no_zone")
        if any(contact.channel in rule.channels for rule in self._by_use):
            if contact.use is None:
                gaps.append("no_use")
            else:
                told = facts.model_copy(update={"attempts": tuple(each for each in facts.attempts if each.use)})
                verdict = decide(proposal, told, contact.at, self._caps_by_use, self._digest)
                found += [(finding, told) for finding in verdict.findings]
        breaches: list[Breach] = []
        for finding, seen in found:
            rule = self._rules.get(finding.rule)
            if rule is not None:
                counted = past.counted(rule, finding, proposal, seen, contact.at)
                breaches.append(Breach(contact, rule, finding.verdict, finding.until, finding.release, counted))
        return Judged(contact, tuple(breaches), tuple(gaps))

    def _without(self, kinds: tuple[type[Rule], ...]) -> Rulebook:
        book = self._books.get(kinds)
        if book is None:
            left = (rule for rule in self._rulebook.rules if rule not in self._by_use)
            kept = tuple(rule for rule in left if not isinstance(rule, kinds))
            book = self._books[kinds] = self._rulebook.model_copy(update={"rules": kept})
        return book


def _reach(rule: Rule) -> timedelta:
    """How far back a rule may count contacts with the debtor: by dates, so a day more."""
    match rule:
        case AttemptCap() | ConversationPause():
            return min((rule.days + 1) * _DAY, COUNTED)
        case AttemptGap():
            return min(timedelta(minutes=rule.minutes), COUNTED)
        case _:
            return 2 * _DAY


@dataclass
class _Past:
    """What was done about one borrower before a contact, newest last. `talked`: the contacts that `talks` are.

    Somebody who is contacted two hundred times a day is what an audit is for: of the debtor's own contacts only those are
    kept that lie within `reach`. `failures`: of each loan, how many contacts in a row failed to reach the debtor, those
    counted whose result nobody knows.
    """

    reach: timedelta
    made: list[Contact] = field(default_factory=list)
    attempts: list[PastAttempt] = field(default_factory=list)
    talked: list[Contact] = field(default_factory=list)
    talks: list[Conversation] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    looked_at: datetime | None = None

    def add(self, contact: Contact) -> None:
        self.made.append(contact)
        self.attempts.append(attempt_of(contact))
        talked = contact.result in CONVERSATIONS
        if talked:
            self.talked.append(contact)
            self.talks.append(Conversation(loan_id=contact.loan_id, at=contact.at, party_id=party_of(contact)))
        if contact.role not in OWN:
            return
        if talked or contact.result == "answered":
            self.failures[contact.loan_id] = 0
        elif contact.result in FAILED or contact.result == "unknown":
            self.failures[contact.loan_id] = self.failures.get(contact.loan_id, UNKNOWN_PAST) + 1

    def forget(self, at: datetime) -> None:
        """What lies so far back that no rule counts it at `at`, or later; looked at once a day of the contacts'."""
        if self.looked_at is not None and at - self.looked_at < _DAY:
            return
        self.looked_at = at
        made = [
            (contact, attempt)
            for contact, attempt in zip(self.made, self.attempts, strict=True)
            if self._kept(contact, at)
        ]
        self.made, self.attempts = [contact for contact, _ in made], [attempt for _, attempt in made]
        talked = [
            (contact, talk) for contact, talk in zip(self.talked, self.talks, strict=True) if self._kept(contact, at)
        ]
        self.talked, self.talks = [contact for contact, _ in talked], [talk for _, talk in talked]

    def _kept(self, contact: Contact, at: datetime) -> bool:
        return contact.at >= at - (self.reach if contact.role in OWN else COUNTED)

    def counted(
        self, rule: Rule, finding: Finding, proposal: ContactProposal, facts: ConductFacts, at: datetime
    ) -> tuple[Contact, ...]:
        """The earlier contacts that `rule` counted against one at `at`."""
        zones, _ = observed(proposal.zones)
        match rule:
            case AttemptCap() | AttemptGap():
                near = {attempt.attempt for attempt in attempts_in_reach(rule, proposal, facts, at, zones)}
                return tuple(contact for contact in self.made if contact.contact_id in near)
            case ConversationCap() | ConversationPause():
                talks = talks_in_reach(rule, proposal, facts, at, zones)
                return tuple(c for c, talk in zip(self.talked, self.talks, strict=True) if talk in talks)
            case ThirdParty() if finding.release == "recipient_entitled":
                return tuple(contact for contact in self.made if party_of(contact) == proposal.party_id)
            case _:
                return ()
