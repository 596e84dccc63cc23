"""Which facts are conversations with the borrower, as rules of conduct count them."""

from __future__ import annotations

from datetime import datetime

from schemas.contact import CONVERSATIONS, Conversation, VisitResult
from schemas.facts import ContactRecorded, ContactResultPosted, Fact, InboundContact, VisitReported

MET: tuple[VisitResult, ...] = ("met", "promised", "refused", "unsafe")
"""Results of a visit at which somebody was talked to."""

KINDS = (ContactResultPosted, ContactRecorded, VisitReported, InboundContact)
"""Facts that may be one."""


def conversation_of(fact: Fact, loan_id: str, at: datetime, party_id: str | None = None) -> Conversation | None:
    """The conversation about `loan_id` that a fact, which happened `at`, tells of; None if it tells of none.

    `party_id`: whom the attempt was for that the fact speaks of, where it speaks of one.

    A borrower who rings is talked to as well: it counts as a conversation, and as no attempt (12 CFR 1006.14(b)(2), where
    inbound calls are not counted as placed ones but as conversations).
    """
    match fact:
        case ContactResultPosted(result=result) | ContactRecorded(result=result):
            talked = result in CONVERSATIONS
        case VisitReported(result=met):
            talked = met in MET
        case InboundContact(channel=channel):
            talked = channel == "inbound_call"
        case _:
            talked = False
    return Conversation(loan_id=loan_id, at=at, party_id=party_id) if talked else None
