"""The cases that the articles on collecting tell of, on the real server: what was done, what was not, how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from domain.calendar import zone
from schemas.facts import (
    AgreementKept,
    AgreementMade,
    AttemptReserved,
    AttemptSent,
    ContactRecorded,
    CourtStepTaken,
    DocumentArrived,
    DocumentsRequested,
    StageEntered,
    VisitReported,
)
from schemas.ledger import RecordedFact
from tests.replay.replaying import replayer
from tests.workflow import stories
from tests.workflow.world import World

pytestmark = [pytest.mark.stack, pytest.mark.slow]

Handle = WorkflowHandle[Any, Any]


async def lived(world: World, name: str) -> tuple[str, list[RecordedFact]]:
    """The story's outcome and facts; its history replays."""
    case = await stories.STORIES[name](world)
    await replayer().replay_workflow(await case.fetch_history())
    return (await case.result())["outcome"], await world.ledger(case)


def entered(facts: list[RecordedFact]) -> list[str]:
    """The stages in their order."""
    return [fact.body.stage for fact in facts if isinstance(fact.body, StageEntered)]


def contacts(facts: list[RecordedFact]) -> list[tuple[RecordedFact, AttemptReserved]]:
    """What went out, and as what it was allowed."""
    allowed = {f.body.proposal.attempt: f.body for f in facts if isinstance(f.body, AttemptReserved)}
    return [(f, allowed[f.body.attempt]) for f in facts if isinstance(f.body, AttemptSent)]


def first(facts: list[RecordedFact], kind: type) -> Any:
    """The first fact of a kind."""
    return next(fact for fact in facts if isinstance(fact.body, kind))


async def test_a_borrower_fallen_ill_gets_a_plan_and_pays_it_off(world: World) -> None:
    """Sudden illness: heard, given parts, reminded of them and else left alone while paying, and the loan is paid off."""
    outcome, facts = await lived(world, "fallen-ill-and-pays-a-plan")
    assert outcome == "paid_off"
    assert entered(facts) == ["contact", "negotiation"]
    made = first(facts, AgreementMade)
    assert made.body.terms.kind == "plan"
    after = {allowed.proposal.template for sent, allowed in contacts(facts) if sent.seq > made.seq}
    assert after <= {"promise_reminder_sms"}
    assert first(facts, AgreementKept).seq > made.seq
    heard = first(facts, ContactRecorded).body
    assert heard.overdue_reason == "illness"


async def test_a_borrower_who_refuses_ends_in_court(world: World) -> None:
    """Two refusals are taken seriously: no more messages; suit, judgment, enforcement, money."""
    outcome, facts = await lived(world, "refuses-and-ends-in-court")
    assert outcome == "paid_off"
    assert entered(facts) == ["contact", "litigation"]
    refusals = [f for f in facts if isinstance(f.body, ContactRecorded) and f.body.result == "refused"]
    after = [allowed.proposal.template for sent, allowed in contacts(facts) if sent.seq > refusals[-1].seq]
    assert after == ["acceleration_notice"]
    assert [f.body.step for f in facts if isinstance(f.body, CourtStepTaken)] == [
        "file",
        "apply_for_enforcement",
        "withdraw",
    ]


async def test_a_borrower_who_was_rude_meets_another_collector_before_law(world: World) -> None:
    """The second call goes to somebody else; only after that one, too, law is thought of."""
    outcome, facts = await lived(world, "rude-and-handed-to-another-before-law")
    assert outcome == "paid_off"
    calls = [allowed.proposal for _, allowed in contacts(facts) if allowed.proposal.channel == "human_call"]
    assert [call.exclude for call in calls] == [(), ("collector-1",)]
    hostile = [f for f in facts if isinstance(f.body, ContactRecorded) and f.body.result == "hostile"]
    law = next(f for f in facts if isinstance(f.body, StageEntered) and f.body.stage == "litigation")
    assert [f.body.collector for f in hostile] == ["collector-1", "collector-2"]  # pyright: ignore[reportAttributeAccessIssue]
    assert law.seq > hostile[-1].seq


async def test_where_contact_was_lost_the_missing_papers_are_asked_for_early(world: World) -> None:
    """Weeks before the suit; it is brought on its day and waits for nothing."""
    outcome, facts = await lived(world, "lost-contact-and-papers-asked-for-early")
    assert outcome == "paid_off"
    requested, arrived = first(facts, DocumentsRequested), first(facts, DocumentArrived)
    law = next(f for f in facts if isinstance(f.body, StageEntered) and f.body.stage == "litigation")
    assert requested.occurred_at < law.occurred_at - timedelta(days=30)
    assert arrived.seq < law.seq
    filed = first(facts, CourtStepTaken)
    demanded = 15 + 7 + 3 + 2  # the demand's time, its assumed arrival, the approval's, and days begun
    assert filed.occurred_at - law.occurred_at < timedelta(days=demanded)


async def test_a_first_time_overdue_within_grace_hears_nothing_harsh(world: World) -> None:
    """Three days of silence, then one kind reminder in the daytime."""
    outcome, facts = await lived(world, "first-time-within-grace")
    assert outcome == "cured"
    ((sent, allowed),) = contacts(facts)
    assert allowed.proposal.template == "reminder_sms"
    local = sent.occurred_at.astimezone(zone("Asia/Shanghai"))
    assert 8 <= local.hour < 22
    assert entered(facts) == ["contact"]


async def test_a_long_overdue_borrower_is_visited_promises_and_pays(world: World) -> None:
    """By appointment, by two; what was promised at the door is an agreement, and is kept."""
    outcome, facts = await lived(world, "visited-promises-and-pays")
    assert outcome == "cured"
    assert entered(facts) == ["contact", "field_visit", "negotiation"]
    reported = first(facts, VisitReported)
    made = first(facts, AgreementMade)
    assert reported.seq < made.seq < first(facts, AgreementKept).seq
    visits = [allowed.proposal for _, allowed in contacts(facts) if allowed.proposal.channel == "visit"]
    assert [visit.team for visit in visits] == [2]
