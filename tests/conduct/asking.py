"""Questions under the shipped books at one moment, and small worlds in which a contact is reserved now and begun later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from policies.loader import HERE, load_rulebook
from schemas.contact import ContactProposal
from schemas.loan import CollectionRequest, Party
from schemas.rulebook import Rulebook
from tests.conduct.texts import listing
from tests.conduct.world import World
from tests.domain.guardwork import local

SHANGHAI, NEW_YORK, LONDON = "Asia/Shanghai", "America/New_York", "Europe/London"
NOON = local("2026-11-24T12:00", SHANGHAI)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PARTIES = tuple(
    Party.model_validate({"party_id": party, "role": role})
    for party, role in (("P-1", "borrower"), ("P-3", "guarantor"), ("P-4", "emergency_contact"))
)


def book(name: str) -> Rulebook:
    """A shipped one, with two agencies on the bank's list."""
    return listing(load_rulebook(HERE / "rulebooks" / f"{name}.yaml"))


def world(now: datetime = NOON, name: str = "cn") -> World:
    """A borrower with two loans, under a shipped book."""
    common = {"borrower_id": "B-1", "overdue_since": "2026-10-01", "parties": PARTIES}
    loans = (CollectionRequest.model_validate({"loan_id": loan} | common) for loan in ("L-1", "L-2"))
    made = World(now=now, requests=tuple(loans))
    made.enact(book(name))
    return made


def contact(attempt: str, zone: str = SHANGHAI, **changes: Any) -> ContactProposal:
    """An SMS to the borrower, unless it is told otherwise."""
    fields = {
        "attempt": attempt,
        "channel": "sms",
        "contact_point_id": "cp-1",
        "party_id": "P-1",
        "template": "reminder_sms",
        "zones": (zone,),
    }
    return ContactProposal.model_validate(fields | changes)


def sent(made: World, proposal: ContactProposal, at: datetime | None = None) -> tuple[str, ...]:
    """Reserved, begun and sent about the loan that the attempt's id begins with; else the rules that stopped it."""
    clock = at or made.now
    loan = proposal.attempt[:3]
    verdict = made.reserve(loan, proposal, clock)
    if verdict.verdict != "allow":
        return verdict.rules
    if not made.begin(proposal.attempt, clock):
        return ("released",)
    made.finish(proposal.attempt, "sent", clock)
    return ()
