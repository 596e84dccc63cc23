"""How a debt stands for the guard: what was heard holds it, without anybody's command."""

from __future__ import annotations

from datetime import timedelta

from domain.debt_standing import fold_debt
from schemas.contact import ContactProposal, Recipient, Verdict
from schemas.debt import DebtStanding
from schemas.facts import (
    AttemptReserved,
    ContactResultPosted,
    Fact,
    HoldEnded,
    HoldOpened,
    InboundContact,
)
from schemas.holds import HoldKind
from tests.domain.casework import NOON, Life
from tests.policies.parties import Asking

CN = Asking("cn", NOON, "Asia/Shanghai")


def folded(*bodies: Fact) -> DebtStanding:
    """By the facts that a case was told."""
    life = Life()
    for body in bodies:
        life.tell(body)
    return fold_debt(life.facts)


def kinds(debt: DebtStanding) -> list[HoldKind]:
    return [hold.kind for hold in debt.holds]


def called(role: Recipient) -> AttemptReserved:
    """A call to somebody in this role."""
    proposal = ContactProposal(
        attempt="a1",
        channel="human_call",
        contact_point_id="cp-1",
        party_id="P-1",
        template="collector_call",
        role=role,
    )
    return AttemptReserved(proposal=proposal, verdict=Verdict(verdict="allow", rulebook="d"))


def test_distress_that_was_heard_is_looked_at_by_a_person_before_anything_is_demanded() -> None:
    """HOUSE.VULNERABLE: it is held on the debt, for nobody has said anything about the borrower's other loans yet."""
    distressed = ContactResultPosted(attempt="a1", result="distressed")
    debt = folded(called("borrower"), distressed)
    assert kinds(debt) == ["hardship"]
    assert CN.ask(debt={"holds": debt.holds}).verdict == "review"
    assert CN.ask(debt={"holds": debt.holds}, purpose="reply").verdict == "allow"
    ended = HoldEnded(hold=debt.holds[0].hold, reason="looked_at")
    assert kinds(folded(called("borrower"), distressed, ended)) == []


def test_a_guarantors_distress_is_not_the_debtors() -> None:
    """The case asks nobody to look at it, so the guard must not wait for it."""
    assert kinds(folded(called("guarantor"), ContactResultPosted(attempt="a1", result="distressed"))) == []


def test_a_dispute_after_one_whose_time_is_over_is_a_dispute() -> None:
    """The first was to be looked at again by a day that has passed; it stands in the list, and stops nothing."""
    disputes = InboundContact(inbound="in-1", channel="inbound_call", intent="disputes")
    over = HoldOpened(hold="H-1", hold_kind="dispute", reason="told_us", review_at=NOON - timedelta(days=1))
    assert folded(over, disputes).holds[0].hold == "H-1"
    assert kinds(folded(over, disputes)) == ["dispute", "dispute"]
    assert kinds(folded(disputes, disputes.model_copy(update={"inbound": "in-2"}))) == ["dispute"]
    life = Life()
    for body in (over, disputes):
        life.tell(body)
    assert [hold.kind for hold in life.case.holds] == ["dispute", "dispute"]
