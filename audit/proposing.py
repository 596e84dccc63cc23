"""A contact of another system as the guard is asked about it: who was reached in which role, and what counts later."""

from __future__ import annotations

from datetime import timedelta

from audit.records import Contact, PartyRole
from schemas.contact import ContactProposal, PastAttempt, Recipient

OWN: tuple[PartyRole, ...] = ("borrower", "representative")
"""The borrower, and who speaks for them: what the export of events tells is theirs."""


def proposal_of(contact: Contact, locating: str | None) -> ContactProposal:
    """The contact, as if it were about to be made. `locating`: the rulebook's own text that asks others for the borrower."""
    visit = contact.channel == "visit"
    return ContactProposal(
        attempt=contact.contact_id,
        channel=contact.channel,
        contact_point_id=contact.contact_point_id,
        party_id=party_of(contact),
        role=_recipient(contact.role),
        purpose=contact.purpose,
        template=locating if contact.purpose == "locate" and locating else contact.template,
        zones=(contact.zone,) if contact.zone else (),
        appointment=contact.at if visit else None,
        appointment_end=contact.at + timedelta(seconds=contact.duration_seconds) if visit else None,
        team=contact.team or 0,
        use=contact.use,
        agency=contact.agency,
    )


def attempt_of(contact: Contact) -> PastAttempt:
    """The contact, as it counts against later ones."""
    return PastAttempt(
        attempt=contact.contact_id,
        loan_id=contact.loan_id,
        channel=contact.channel,
        contact_point_id=contact.contact_point_id,
        at=contact.at,
        party_id=party_of(contact),
        use=contact.use,
    )


def party_of(contact: Contact) -> str:
    """Who was contacted. Others than the borrower are told apart by their own id, else by their number: two numbers of one
    guarantor are then two people, which finds less and makes nothing up."""
    if contact.role == "borrower":
        return contact.borrower_id
    return contact.party_id or contact.contact_point_id


def _recipient(role: PartyRole) -> Recipient:
    """Whoever is none of those whom the rules know owes nothing, as somebody named for emergencies does."""
    return "emergency_contact" if role == "other" else role
