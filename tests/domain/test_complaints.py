"""Complaints: by when they are answered, by whom, and what happens to whom they are against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.artefacts import canonical
from domain.complaints import due_at, off_the_case, undecided
from domain.holds import stopping
from domain.parts import Complaint
from schemas.complaints import AnsweringTimes
from schemas.facts import CommandRefused, ComplaintDecided, ContactRecorded, Fact
from schemas.messages import (
    Command,
    DecideComplaint,
    EndHold,
    ExtendComplaint,
    OpenComplaint,
    OpenHold,
    RecordContact,
)
from schemas.steps import MakeContact, Wait
from tests.domain.casework import NOON, Life, whole_strategy


def complained(*against: str, **more: object) -> Life:
    """A case on its second day, with a complaint `cmd-1`."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=1))
    life.command(OpenComplaint.model_validate({"by": "service", "reason": "impolite", "against": against} | more))
    return life


def answer(by: str = "quality", outcome: str = "rejected", **more: object) -> DecideComplaint:
    """An answer to it."""
    fields = {"by": by, "complaint": "cmd-1", "outcome": outcome, "reason": "looked_into"}
    return DecideComplaint.model_validate(fields | more)


def refusal(life: Life, command: Command) -> str:
    """The rule that refuses a command."""
    body = life.command(command)
    assert isinstance(body, CommandRefused), body
    return body.rule


def more_time(by: str, kind: str, **more: object) -> ExtendComplaint:
    """More time for it."""
    fields = {"by": by, "complaint": "cmd-1", "more_time": kind, "reason": "recordings_wanted"}
    return ExtendComplaint.model_validate(fields | more)


def resting(life: Life, days: int) -> Wait:
    """What it waits for `days` later."""
    rest = life.live(timedelta(days=days))
    assert isinstance(rest, Wait)
    return rest


def test_a_complaint_is_answered_within_fifteen_days() -> None:
    """银行业保险业消费投诉处理管理办法: 15 days, counted from the day after it came; then there is an alarm."""
    life = complained()
    due = datetime(2026, 3, 28, 16, 0, tzinfo=UTC)  # the end of 28 March in Shanghai; it came on the 13th
    assert due_at(life.case.complaints[0], life.strategy) == due
    rest = resting(life, 5)
    assert rest.ask
    assert (rest.ask.kind, rest.ask.about, rest.ask.deadline) == ("complaint", "cmd-1", due)
    assert rest.until == due
    life.now = due - timedelta(seconds=1)
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "hold.complaint"
    life.now = due
    step = life.step()
    assert isinstance(step, Wait)
    assert step.ask
    assert (step.ask.kind, step.why.rule) == ("complaint_overdue", "complaint.late")


@pytest.mark.parametrize(("complicated", "extended", "days"), [(False, False, 15), (True, False, 30), (True, True, 60)])
def test_a_complicated_one_has_thirty_and_a_senior_gives_thirty_more(
    complicated: bool, extended: bool, days: int
) -> None:
    """银行业保险业消费投诉处理管理办法: 30 days if it is complicated, 30 more with the approval of somebody senior."""
    complaint = Complaint(
        complaint="c",
        reason="r",
        taken_by="s",
        against=(),
        complicated=complicated,
        received_at=NOON,
        extended=extended,
    )
    last = datetime(2026, 3, 12, 16, 0, tzinfo=UTC) + timedelta(days=days)
    assert due_at(complaint, whole_strategy()) == last


def test_more_time_needs_a_complicated_matter_and_a_senior_whom_somebody_asked() -> None:
    """Each once, and never by somebody it is about."""
    life = complained("agent-7")
    assert refusal(life, more_time("boss", "senior", asked_by="service")) == "complaint.not_complicated"
    assert refusal(life, more_time("agent-7", "complicated")) == "complaint.involved"
    life.command(more_time("service", "complicated"))
    assert refusal(life, more_time("service", "complicated")) == "complaint.extended"
    assert refusal(life, more_time("boss", "senior")) == "complaint.senior"
    assert refusal(life, more_time("boss", "senior", asked_by="boss")) == "complaint.senior"
    life.command(more_time("boss", "senior", asked_by="service"))
    assert refusal(life, more_time("boss", "senior", asked_by="service")) == "complaint.extended"
    assert due_at(life.case.complaints[0], life.strategy) == datetime(2026, 5, 12, 16, 0, tzinfo=UTC)


def test_it_is_decided_by_somebody_uninvolved() -> None:
    """Neither who is complained of nor who spoke with the borrower."""
    life = complained("agent-7")
    life.command(RecordContact(by="agent-8", result="right_party", identity_verified=True))
    assert refusal(life, answer("agent-7")) == "complaint.involved"
    assert refusal(life, answer("agent-8")) == "complaint.involved"
    assert refusal(life, answer(outcome="rejected", correction="apology_sent")) == "complaint.correction"
    assert refusal(life, EndHold(by="quality", hold="cmd-1", reason="answered")) == "hold.is_complaint"
    assert life.command(answer("quality", "upheld", correction="apology_sent")).kind == "complaint_decided"
    assert refusal(life, answer("quality")) == "complaint.unknown"
    assert stopping(life.case, "dunning", life.now) is None


def test_nobody_takes_in_a_complaint_of_themselves_or_of_tomorrow() -> None:
    """Who is complained of has no hand in it."""
    life = Life()
    assert refusal(life, OpenComplaint(by="agent-7", reason="impolite", against=("agent-7",))) == "complaint.own"
    ahead = OpenComplaint(by="service", reason="impolite", received_at=NOON + timedelta(hours=1))
    assert refusal(life, ahead) == "complaint.future"


def calls(life: Life, days: int = 40) -> list[tuple[str, ...]]:
    """Whom each call that is asked for excludes."""
    before = len(life.seen)
    life.live(timedelta(days=days))
    made = [step.action for step in life.seen[before:] if step.kind == "act" and isinstance(step.action, MakeContact)]
    return [action.proposal.exclude for action in made if action.proposal.channel == "human_call"]


@pytest.mark.parametrize(("outcome", "excluded"), [("upheld", ("agent-7", "agency-2")), ("rejected", ())])
def test_who_is_complained_of_is_off_the_case_at_once(outcome: str, excluded: tuple[str, ...]) -> None:
    """Until the complaint is rejected; for good if it is upheld. Collectors and agencies alike."""
    life = complained("agent-7", "agency-2")
    assert off_the_case(life.case) == {"agent-7", "agency-2"}
    life.command(answer(outcome=outcome))
    assert off_the_case(life.case) == set(excluded)
    asked = calls(life)
    assert asked
    assert set(asked) == {tuple(sorted(excluded))}


def test_a_call_that_was_asked_for_is_called_off() -> None:
    """Whoever had it may be the one complained of."""
    life = Life(strategy=whole_strategy())
    while life.case.task is None:
        life.live(timedelta(days=1))
    life.command(OpenComplaint(by="service", reason="impolite", against=("agent-7",)))
    life.live(timedelta(hours=1))
    assert life.case.task is None


def test_opened_and_closed_on_the_same_day() -> None:
    """The case goes on as if it had not been, but for whom it was against."""
    life = complained("agent-7")
    life.command(answer())
    assert undecided(life.case) == ()
    rest = resting(life, 30)
    assert rest.ask is None or not rest.ask.kind.startswith("complaint")
    assert life.case.contacts_made > 1


def test_the_courts_clocks_run_on() -> None:
    """A complaint stops no step at a court, and is asked for all the same."""
    life = complained()
    assert stopping(life.case, "court_steps", life.now) is None
    assert stopping(life.case, "new_suit", life.now)


def test_a_paid_case_waits_for_the_answer() -> None:
    """The debt is no more; what is owed to the borrower is."""
    life = complained()
    life.pay("3150.00")
    rest = resting(life, 3)
    assert rest.ask
    assert (rest.why.rule, rest.ask.kind) == ("duty.before_closing", "complaint")
    life.command(answer())
    assert life.live(timedelta(hours=1)).kind == "done"


def test_a_hold_for_a_complaint_is_a_complaint() -> None:
    """Whichever way it comes in, it has its clock."""
    life = Life()
    body = life.command(OpenHold(by="service", hold_kind="complaint", reason="impolite"))
    assert body.kind == "complaint_opened"
    assert [each.complaint for each in undecided(life.case)] == ["cmd-1"]


def test_a_dispute_has_a_time_if_the_bank_sets_itself_one() -> None:
    """By its strategy; without one only a person ends it."""
    strategy = whole_strategy().model_copy(update={"answering": AnsweringTimes(dispute_days=10)})
    life = Life(strategy=strategy)
    life.command(OpenHold(by="service", hold_kind="dispute", reason="not_mine"))
    rest = resting(life, 2)
    assert rest.ask
    assert (rest.ask.kind, rest.ask.deadline) == ("dispute", NOON + timedelta(days=10))
    late = resting(life, 9)
    assert late.ask
    assert (late.ask.kind, late.why.rule) == ("dispute_overdue", "dispute.late")


def test_strategies_of_before_keep_their_digest() -> None:
    """The times are the law's where nothing else is said, and nothing is written then."""
    assert b"answering" not in canonical(whole_strategy())


@given(
    told=st.permutations(["opened", "decided", "opened", "talked"]),
    outcome=st.sampled_from(get_args(ComplaintDecided.model_fields["outcome"].annotation)),
)
def test_a_complaint_told_twice_is_one(told: list[str], outcome: str) -> None:
    """In any order: at most one, and its hold is there only while it waits."""
    life = Life()
    bodies: dict[str, Fact] = {
        "opened": life.judge(OpenComplaint(by="service", reason="impolite", against=("agent-7",))),
        "decided": ComplaintDecided.model_validate(
            {"complaint": "cmd-0", "outcome": outcome, "reason": "r", "decided_by": "quality"}
        ),
        "talked": ContactRecorded(collector="agent-7", result="right_party", identity_verified=True),
    }
    for name in told:
        life.tell(bodies[name])
    assert len(life.case.complaints) == 1
    assert len(life.case.holds) == len(undecided(life.case))
