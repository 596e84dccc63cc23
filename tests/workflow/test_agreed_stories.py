"""What is agreed, waived and borne with, on the real server: who decided, what was said, what was left unsaid."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.case import Case
from schemas.facts import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    CaseClosed,
    CertificateIssued,
    CertificateVoided,
    HoldOpened,
    InterestCharged,
    OfferMade,
    WaiverBooked,
    WaiverReversed,
)
from schemas.ledger import RecordedFact
from tests.replay.replaying import replayer
from tests.workflow import agreed_stories
from tests.workflow.test_stories import contacts, first
from tests.workflow.world import World

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def lived(world: World, name: str) -> tuple[str, list[RecordedFact]]:
    """The story's outcome and facts; its history replays."""
    case = await agreed_stories.STORIES[name](world)
    await replayer().replay_workflow(await case.fetch_history())
    return (await case.result())["outcome"], await world.ledger(case)


async def test_who_pays_early_is_spared_some_interest(world: World) -> None:
    """Offered within the collector's row, one reminder the day before, the waiver after the money, and cured."""
    outcome, facts = await lived(world, "spared-some-interest-for-paying-early")
    assert outcome == "cured"
    assert first(facts, OfferMade).body.authority == "authority.7"
    made, kept, waived = first(facts, AgreementMade), first(facts, AgreementKept), first(facts, WaiverBooked)
    assert made.seq < kept.seq < waived.seq
    assert waived.body.amount == Decimal("5.00")
    after = [(a.proposal.template, a.proposal.purpose) for sent, a in contacts(facts) if sent.seq > made.seq]
    assert after == [("promise_reminder_sms", "reply")]


async def test_only_what_is_open_to_the_case_is_said_to_follow(world: World) -> None:
    """Four months late: reporting, a visit, the balance called due, a suit; of enforcement nobody speaks."""
    outcome, facts = await lived(world, "told-what-follows-and-pays")
    assert outcome == "cured"
    (call,) = [a.proposal for _, a in contacts(facts) if a.proposal.channel == "human_call"]
    assert call.consequences == ("credit_report", "visit", "acceleration", "suit")
    assert "rights" in call.talking_points


async def test_hardship_is_borne_with_until_its_review(world: World) -> None:
    """The evidence is on record; nothing is demanded before the review, and then a plan is paid off."""
    outcome, facts = await lived(world, "borne-with-in-hardship-and-pays-in-parts")
    assert outcome == "paid_off"
    held = first(facts, HoldOpened)
    assert (held.body.evidence, held.body.reason) == ("EV-2026-1", "unemployment")
    assert held.body.review_at - held.occurred_at >= timedelta(days=29)
    demanded = [s for s, a in contacts(facts) if a.proposal.purpose == "dunning" and s.seq > held.seq]
    assert all(sent.occurred_at >= held.body.review_at for sent in demanded)
    assert first(facts, AgreementMade).body.terms.kind == "plan"


async def test_principal_is_given_up_by_head_office_and_the_settlement_is_certified(world: World) -> None:
    """The row that decided is on record; the money, the waiver, the certificate, the end (先还后减, 结清证明)."""
    outcome, facts = await lived(world, "settled-by-head-office-and-certified")
    assert outcome == "settled"
    decided = first(facts, ApprovalDecided).body
    assert (decided.role, decided.authority) == ("head_office", "authority.20")
    order = [first(facts, kind).seq for kind in (AgreementMade, AgreementKept, WaiverBooked, CertificateIssued)]
    assert order == sorted(order)
    assert first(facts, CertificateIssued).body.reference


async def test_a_settlement_whose_money_is_taken_back_is_undone(world: World) -> None:
    """Core banking takes its waiver back, the settlement is broken, the certificate (结清证明) void; both books agree on the
    whole balance, and nothing is waived anew."""
    outcome, facts = await lived(world, "settled-and-the-money-taken-back")
    assert outcome == "paid_off"
    waived, back, broken = first(facts, WaiverBooked), first(facts, WaiverReversed), first(facts, AgreementBroken)
    voided, closed = first(facts, CertificateVoided), [fact.body for fact in facts if isinstance(fact.body, CaseClosed)]
    assert waived.seq < back.seq < broken.seq < voided.seq
    assert (back.body.reverses, back.body.amount) == (waived.body.reference, waived.body.amount)
    assert (broken.body.rule, voided.body.rule) == ("agreement.taken_back", "certificate.void")
    assert [body.outcome for body in closed] == ["settled", "paid_off"]
    assert sum(isinstance(fact.body, WaiverBooked) for fact in facts) == 1
    case = Case.fold(facts[0].body.request.loan_id, facts)  # pyright: ignore[reportAttributeAccessIssue]
    end = case.money(broken.occurred_at.date() + timedelta(days=60))
    assert (end.outstanding, end.waived, end.unapplied) == (0, 0, 0)


async def test_a_plan_at_a_rate_is_kept_to_the_end_and_certified(world: World) -> None:
    """Core banking charges each part's interest on its day; what was paid is the plan's total, nothing is left, nothing was
    too much, and the archive certifies it (结清证明)."""
    outcome, facts = await lived(world, "pays-a-plan-at-a-rate-and-is-certified")
    assert outcome == "paid_off"
    terms = first(facts, AgreementMade).body.terms
    assert terms.annual_percent == Decimal("7.2")
    assert len({part.amount for part in terms.parts[:-1]}) == 1
    charged = [fact.body for fact in facts if isinstance(fact.body, InterestCharged)]
    assert [body.amount for body in charged] == list(terms.interest)
    assert [body.value_date for body in charged] == [part.due_on for part in terms.parts]
    assert first(facts, AgreementKept).body.paid == terms.total
    assert first(facts, CertificateIssued).body.reference
    case = Case.fold(facts[0].body.request.loan_id, facts)  # pyright: ignore[reportAttributeAccessIssue]
    end = case.money(terms.last_day)
    assert (end.outstanding, end.unapplied) == (0, 0)
