"""Rules about whom a contact reaches: obligors, whoever acts for them, and people who owe nothing; and about who makes it."""

from __future__ import annotations

from typing import assert_never

from domain.calendar import local_date
from domain.conduct_question import Objection, Question, appointment_of, block
from schemas.holds import HoldKind
from schemas.representatives import RepresentativeRole
from schemas.rulebook import ListedAgency, Recipients, ThirdParty, ThroughRepresentative

ACTS_IN: dict[HoldKind, RepresentativeRole] = {
    "minor": "guardian",
    "incapacity": "guardian",
    "represented": "attorney",
}
"""Who acts for the borrower under each hold. Once such a person is named the hold may end, and the borrower is still spoken
for by them."""


def known_recipient(q: Question) -> bool:
    """Whether the loan knows this party in this role: nobody is contacted in a role that is not theirs.

    Where nothing is known of the loan's parties, what the proposal says is taken for true.
    """
    if q.proposal.role == "representative":
        return represents(q)
    roles = {each.role for each in q.facts.debt.parties if each.party_id == q.proposal.party_id}
    return not q.facts.debt.parties or q.proposal.role in roles


def represents(q: Question) -> bool:
    """Whether the recipient acts for the borrower."""
    return any(each.party_id == q.proposal.party_id for each in q.facts.standing.representatives)


def of_recipient(rule: ThroughRepresentative | Recipients | ThirdParty | ListedAgency, q: Question) -> Objection | None:
    """What a rule about recipients says against the contact."""
    role = q.proposal.role
    match rule:
        case ThroughRepresentative():
            theirs = role in ("borrower", "emergency_contact")
            acting = {each.role for each in q.facts.standing.representatives}
            named = any(ACTS_IN.get(kind) in acting for kind in rule.holds)
            return block("representative_named", theirs and (named or q.held(q.facts.standing.holds, rule.holds)))
        case Recipients():
            bound = not rule.purposes or q.proposal.purpose in rule.purposes
            return block("recipient_entitled", bound and role not in rule.roles)
        case ThirdParty():
            return _third_party(rule, q) if role in rule.roles else None
        case ListedAgency():
            return block("agency_listed", q.proposal.agency is not None and not _listed(q))
        case _:
            assert_never(rule)


def _listed(q: Question) -> bool:
    """Whether the agency is on the bank's list, on every clock, now and when a visit takes place."""
    entries = [(each.listed_from, each.listed_until) for each in q.agencies if each.agency == q.proposal.agency]
    days = {local_date(at, zone) for at in (q.at, *(appointment_of(q.proposal) or ())) for zone in q.zones}
    return all(any(first <= day and (last is None or day <= last) for first, last in entries) for day in days)


def _third_party(rule: ThirdParty, q: Question) -> Objection | None:
    party, facts = q.proposal.party_id, q.facts
    asked = {a.attempt for a in facts.attempts if a.party_id == party and a.attempt != q.proposal.attempt}
    if party in (*facts.standing.refused_by, *facts.debt.refused_by):
        return Objection("block", "party_willing")
    if q.proposal.purpose != "locate" or q.proposal.template not in rule.templates:
        return Objection("block", "locating_only")
    if facts.debt.failures < rule.failures:
        return Objection("block", "contact_lost")
    if max(len(asked), facts.debt.located.count(party)) >= rule.maximum:
        return Objection("block", "recipient_entitled")
    return None
