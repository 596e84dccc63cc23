"""A message of another case that covers the loan is one of its contacts, with whose it is and what became of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.dossier.contacts import Contact, contacts
from schemas.contact import ContactProposal, Verdict
from schemas.covering import Cover
from schemas.facts import (
    AttemptCovered,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    CoverEnded,
    Fact,
)
from schemas.ledger import RecordedFact

AT = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
WANTED = ContactProposal(
    attempt="L-1:1", channel="sms", contact_point_id="cp-1", party_id="B-1", template="reminder_sms", rung=1
)
COVER = Cover(
    loan_id="L-2",
    proposal=WANTED,
    arrears=Decimal("250.00"),
    currency="CNY",
    overdue_since=date(2027, 2, 1),
    days_past_due=28,
)
COVERED = AttemptCovered(attempt="L-1:1", by_loan="L-1", cover=COVER)


def told(*bodies: Fact) -> Contact:
    """The one contact that these facts tell of."""
    made = contacts(
        RecordedFact(
            fact_id=f"f{n}", occurred_at=AT, source="t", body=body, seq=n, hash=f"{n:064x}", epoch=1, recorded_at=AT
        )
        for n, body in enumerate(bodies, 1)
    ).made
    assert len(made) == 1
    return made[0]


@pytest.mark.parametrize(
    ("ended", "fate", "code"),
    [
        (CoverEnded(attempt="L-1:1", outcome="sent", gateway_reference="GW-1"), "covered", None),
        (CoverEnded(attempt="L-1:1", outcome="sent", shadow=True), "shadow", None),
        (CoverEnded(attempt="L-1:1", outcome="unknown", code="timeout"), "unknown", "timeout"),
        (CoverEnded(attempt="L-1:1", outcome="released", code="newer_facts"), "given_up", "newer_facts"),
    ],
)
def test_the_covered_loan_tells_whose_message_it_was_and_what_became_of_it(
    ended: CoverEnded, fate: str, code: str | None
) -> None:
    contact = told(COVERED, ended)
    assert (contact.attempt, contact.by_loan, contact.proposal, contact.seqs) == ("L-1:1", "L-1", WANTED, [1, 2])
    assert (contact.fate, contact.code, contact.gateway_reference) == (fate, code, ended.gateway_reference)


@pytest.mark.parametrize("left", [(COVER,), ()])
def test_the_sender_tells_which_loans_it_spoke_of(left: tuple[Cover, ...]) -> None:
    """Those that were left out before it went are not among them."""
    allowed = Verdict(verdict="allow", rulebook="0" * 64)
    contact = told(
        AttemptReserved(proposal=WANTED, verdict=allowed, covers=(COVER,)),
        AttemptSending(attempt="L-1:1", covers=left),
        AttemptSent(attempt="L-1:1"),
    )
    assert (contact.fate, contact.covers, contact.by_loan) == ("out", left, None)
