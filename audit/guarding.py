"""Each contact put to the guard again, with what stood when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from audit.findings import Breach, Gap
from audit.records import Contact
from audit.standing import StandingInTime
from domain.artefacts import digest
from domain.conduct import NO_ZONE, decide
from schemas.contact import (
    CONVERSATIONS,
    ConductFacts,
    ContactProposal,
    Conversation,
    Finding,
    PastAttempt,
    Verdict,
)
from schemas.rulebook import Consent, ConversationCap, ConversationPause, PriorNotice, Rule, Rulebook, VisitTeam

COUNTED = timedelta(days=40)
"""How far back contacts are counted: longer than the period of any cap, as in the ledger."""


_MOST = 200
"""No cap of a day, a week or a month is higher."""


class Judged(NamedTuple):
    """One contact: the rules it breaks, and what kept the others from being judged."""

    contact: Contact
    breaches: tuple[Breach, ...]
    gaps: tuple[Gap, ...]


class Guard:
    """A rulebook, and what of it the exports allow to be judged.

    Without an export of events nobody knows who agreed to what, so consent is not judged; nor is the team of a visit
    where the export does not say how many went. What is not proven is no breach.
    """

    def __init__(self, rulebook: Rulebook, *, with_events: bool) -> None:
        self._rules = {rule.id: rule for rule in rulebook.rules}
        self._digest = digest(rulebook)
        # No export tells which notices were given.
        self._unjudged: tuple[type[Rule], ...] = (PriorNotice,) if with_events else (Consent, PriorNotice)
        self._whole = _without(rulebook, self._unjudged)
        self._teamless = _without(rulebook, (*self._unjudged, VisitTeam))
        self._consenting = {
            channel for rule in rulebook.rules if isinstance(rule, Consent) for channel in rule.channels
        }
        # More of the same than any figure of any rule: whatever a rule counts at all then fails it.
        figures = (value for rule in rulebook.rules for _, value in rule if isinstance(value, int))
        self._many = 1 + min(max(figures, default=1), _MOST)

    def judge(self, contacts: Iterable[Contact], standing: StandingInTime) -> Iterator[Judged]:
        """The contacts of one borrower, over all loans, in order of time; each is counted against the later ones."""
        made: list[Contact] = []
        past: list[PastAttempt] = []
        talks: list[Conversation] = []
        first = 0
        for contact in sorted(contacts, key=lambda contact: (contact.at, contact.contact_id)):
            while first < len(past) and past[first].at < contact.at - COUNTED:
                first += 1
            facts = ConductFacts(
                standing=standing.before(contact.at),
                loan_id=contact.loan_id,
                attempts=tuple(past[first:]),
                conversations=tuple(talk for talk in talks if talk.at >= contact.at - COUNTED),
            )
            yield self._judge(contact, facts, made[first:])
            made.append(contact)
            past.append(_attempt(contact))
            if contact.result in CONVERSATIONS:
                talks.append(Conversation(loan_id=contact.loan_id, at=contact.at))

    def _judge(self, contact: Contact, facts: ConductFacts, made: Sequence[Contact]) -> Judged:
        teamless = contact.channel == "visit" and contact.team is None
        proposal = _proposal(contact)
        verdict = self._ask(self._teamless if teamless else self._whole, proposal, contact, facts)
        gaps: list[Gap] = []
        if teamless:
            gaps.append("no_team")
        if Consent in self._unjudged and contact.channel in self._consenting:
            gaps.append("no_events")
        breaches: list[Breach] = []
        for finding in verdict.findings:
            rule = self._rules.get(finding.rule)
            if rule is not None:
                counted = self._counted(rule, proposal, contact, facts, made)
                breaches.append(_breach(contact, rule, finding, counted))
            elif finding.rule == NO_ZONE:
                gaps.append("no_zone")
        return Judged(contact, tuple(breaches), tuple(gaps))

    def _ask(self, book: Rulebook, proposal: ContactProposal, contact: Contact, facts: ConductFacts) -> Verdict:
        return decide(proposal, facts, contact.at, book, self._digest)

    def _counted(
        self, rule: Rule, proposal: ContactProposal, contact: Contact, facts: ConductFacts, made: Sequence[Contact]
    ) -> tuple[Contact, ...]:
        """The earlier contacts that `rule` counts. The guard is asked, so that this holds for rules of any kind: would
        it fail if there had been this one alone, many times over?"""
        if isinstance(rule, ConversationCap | ConversationPause):
            since = contact.at - timedelta(days=getattr(rule, "days", 1))
            return tuple(earlier for earlier in made if earlier.result in CONVERSATIONS and earlier.at > since)
        alone = Rulebook.model_construct(name="", version="", clock_tolerance_seconds=0, rules=(rule,))

        def fails(attempts: tuple[PastAttempt, ...]) -> bool:
            asked = facts.model_copy(update={"attempts": attempts})
            return rule.id in self._ask(alone, proposal, contact, asked).rules

        if not facts.attempts or fails(()):
            return ()
        pairs = zip(made, facts.attempts, strict=True)
        return tuple(earlier for earlier, attempt in pairs if fails((attempt,) * self._many))


def _without(rulebook: Rulebook, kinds: tuple[type[Rule], ...]) -> Rulebook:
    kept = tuple(rule for rule in rulebook.rules if not isinstance(rule, kinds))
    return rulebook.model_copy(update={"rules": kept})


def _breach(contact: Contact, rule: Rule, finding: Finding, counted: tuple[Contact, ...]) -> Breach:
    return Breach(contact, rule, finding.verdict, finding.until, finding.release, counted)


def _attempt(contact: Contact) -> PastAttempt:
    return PastAttempt(
        attempt=contact.contact_id,
        loan_id=contact.loan_id,
        channel=contact.channel,
        contact_point_id=contact.contact_point_id,
        at=contact.at,
    )


def _proposal(contact: Contact) -> ContactProposal:
    visit = contact.channel == "visit"
    return ContactProposal(
        attempt=contact.contact_id,
        channel=contact.channel,
        contact_point_id=contact.contact_point_id,
        party_id=contact.borrower_id,
        purpose=contact.purpose,
        template=contact.template,
        zones=(contact.zone,) if contact.zone else (),
        appointment=contact.at if visit else None,
        appointment_end=contact.at + timedelta(seconds=contact.duration_seconds) if visit else None,
        team=contact.team or 0,
    )
