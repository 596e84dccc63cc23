"""The table of stages: complete, the one way to move, and what the documentation says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.lifecycle import ROWS, STAGES
from reports.stages import page
from schemas.facts import CommandRefused, ContactRecorded, HoldOpened, Stage, StageEntered
from schemas.messages import Escalate
from tests.domain.casework import Life, instalments, rules, whole_strategy

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "stages.md"


def test_the_document_is_what_the_tables_say() -> None:
    """`python -m reports.stages > docs/stages.md` renews it."""
    assert DOCUMENT.read_text(encoding="utf-8") == page()


def test_every_rule_is_named_once_and_no_row_leads_where_it_comes_from() -> None:
    """So that a fact's rule names one row."""
    assert len({row.rule for row in ROWS}) == len(ROWS)
    assert all(row.target not in row.sources for row in ROWS)


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_entered_and_left(stage: Stage) -> None:
    """Assessment is where a case begins."""
    assert stage == "assessment" or any(row.target == stage for row in ROWS)
    assert any(stage in row.sources for row in ROWS)


@pytest.mark.parametrize("source", [stage for stage in STAGES if stage not in ("assessment", "negotiation")])
def test_negotiation_opens_from_anywhere(source: Stage) -> None:
    """In court too."""
    assert any(row.target == "negotiation" and source in row.sources for row in ROWS)


def escalated(life: Life, to: Stage) -> StageEntered | str:
    """The move, or why it was refused."""
    fact = life.judge(Escalate(by="ops", to=to, reason="decided"))
    if isinstance(fact, CommandRefused):
        return fact.why
    assert isinstance(fact, StageEntered)
    return fact


def test_an_operator_may_be_quicker_than_the_strategy() -> None:
    """On the third day to a visit or to court, if what those need is there."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=3))
    for stage in ("negotiation", "field_visit", "litigation"):
        entered = escalated(life, stage)
        assert isinstance(entered, StageEntered)
        assert entered.rule == "command.escalate"
    assert escalated(life, "contact") == "the case is in contact already"


def test_what_a_stage_needs_no_operator_can_do_without() -> None:
    """A claim below the minimum, a visit not worth its cost, a stage the strategy does not have, a hold in the way."""
    small = Life(strategy=whole_strategy())
    small.live(timedelta(days=3))
    assert "below the 5000.00" in str(escalated(small, "litigation"))
    spine = Life(strategy=rules()[0])
    spine.live(timedelta(days=3))
    assert escalated(spine, "field_visit") == "the strategy makes no visits"
    assert "no part `negotiation`" in str(escalated(spine, "negotiation"))
    held = Life(strategy=whole_strategy())
    held.schedule = instalments(months=8, principal="2500.00")
    held.live(timedelta(days=3))
    held.tell(HoldOpened(hold="h", hold_kind="dispute", reason="told_us"))
    assert "disputes the debt" in str(escalated(held, "litigation"))
    assert isinstance(escalated(held, "negotiation"), StageEntered)


def test_refusals_leave_the_ladder_early() -> None:
    """Two of them: the rest of the messages would only annoy."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=25))
    for collector in ("anna", "ben"):
        life.tell(ContactRecorded(collector=collector, result="refused", identity_verified=True))
    before = life.case.contacts_made
    life.live(timedelta(days=62))
    assert life.case.contacts_made == before
    assert not life.case.visits, "what a visit may bring is too little by now"
    life.live(timedelta(days=3))
    assert life.case.stage == "litigation"
