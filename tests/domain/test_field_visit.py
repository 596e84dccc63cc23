"""A visit: where it is worth it, by appointment, by two, to somebody who has not paid; its outcome decides what is next."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.calendar import zone
from domain.prospects import expected_from_visit
from domain.stages.situation import Situation
from schemas.contact import ContactProposal, VisitResult
from schemas.facts import (
    CommandRefused,
    ContactPointInvalid,
    ContactRecorded,
    HoldOpened,
    OutsideFailed,
    TaskCalledOff,
    VisitReported,
)
from schemas.messages import Escalate, RecordVisit
from schemas.steps import Act, CallOff, Wait
from schemas.terms import Part
from tests.domain.casework import Life, instalments, rules, whole_strategy

SHANGHAI = zone("Asia/Shanghai")


def on_the_way(**changes: Any) -> Life:
    """A case that has asked for its first visit and waits for the appointment."""
    life = Life(strategy=whole_strategy(), **changes)
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=50))
    for _ in range(200):
        if life.case.visits:
            return life
        step = life.step()
        if isinstance(step, Wait):
            assert step.until is not None
            life.now = step.until
        else:
            life.do(step)
    raise AssertionError("no visit")


def proposal(life: Life) -> ContactProposal:
    """The visit that was asked for."""
    task = life.case.task
    assert task is not None
    return task.proposal


def report(life: Life, result: VisitResult, promise: Part | None = None) -> None:
    """The visit took place, and this came of it."""
    appointment = proposal(life).appointment_end
    assert appointment is not None
    life.live(appointment)
    life.tell(VisitReported(attempt=proposal(life).attempt, result=result, staff=2, promise=promise))
    life.live(timedelta(minutes=1))


def called_off(life: Life) -> list[str]:
    """Reasons for which tasks were taken back."""
    return [s.action.reason for s in life.seen if isinstance(s, Act) and isinstance(s.action, CallOff)]


def test_it_is_by_appointment_in_the_hours_of_visits_by_two_with_papers() -> None:
    """CBA guideline 2026 art. 22: at least two, with their cards; hours are ours, well inside the law's."""
    life = on_the_way()
    visit = proposal(life)
    assert visit.team == 2
    assert "staff_card" in visit.papers
    assert visit.appointment is not None
    assert visit.appointment_end is not None
    begins, ends = visit.appointment.astimezone(SHANGHAI), visit.appointment_end.astimezone(SHANGHAI)
    assert (begins - life.now).days >= 2
    assert begins.time() >= whole_strategy().field_visit.opens  # pyright: ignore[reportOptionalMemberAccess]
    assert ends.time() < whole_strategy().field_visit.closes  # pyright: ignore[reportOptionalMemberAccess]
    assert life.case.stage == "field_visit"
    assert life.case.handled_by == "collector"


def test_the_account_is_read_before_it_is_asked_for_and_again_the_day_before() -> None:
    """Nobody is visited for a debt that was paid."""
    life = on_the_way()
    appointment = proposal(life).appointment
    assert appointment is not None
    life.seen.clear()
    life.live(appointment - timedelta(hours=23))
    assert [s.why.rule for s in life.seen] == ["account.before_visit"]


@pytest.mark.parametrize("paid_before", [timedelta(days=2), timedelta(minutes=30)])
def test_who_pays_is_not_visited(paid_before: timedelta) -> None:
    """Days before or on the doorstep: the visit is called off at once, and only then the case goes on."""
    life = on_the_way()
    appointment = proposal(life).appointment
    assert appointment is not None
    life.live(appointment - paid_before)
    life.seen.clear()
    life.pay(str(life.case.money(life.today).arrears))
    step = life.live(timedelta(minutes=1))
    assert called_off(life) == ["paid"]
    assert life.case.task is None
    assert life.case.cured_at
    assert isinstance(step, Wait)
    assert step.why.rule == "watch.next"


def test_a_case_does_not_end_before_its_visit_is_called_off() -> None:
    """The field force does not answer: it is asked again, and the case waits with it."""
    life = on_the_way()
    life.pay(str(life.case.money(life.today).outstanding))
    life.tell(OutsideFailed(system="field_force", code="unreachable"))
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "outside.retry"
    life.live(timedelta(hours=1))
    assert life.case.outcome == "paid_off"
    assert called_off(life) == ["paid"]


def test_people_who_are_under_way_report_before_the_case_ends() -> None:
    """Too late to call off."""
    life = on_the_way()
    attempt = proposal(life).attempt
    life.pay(str(life.case.money(life.today).outstanding))
    life.tell(TaskCalledOff(attempt=attempt, code="paid", too_late=True))
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "task.too_late"
    life.tell(VisitReported(attempt=attempt, result="met", staff=2))
    life.live(timedelta(minutes=1))
    assert life.case.outcome == "paid_off"


def test_nobody_is_visited_whose_account_could_not_be_read() -> None:
    """Core banking is away until the appointment: better no visit than one to somebody who has paid."""
    life = on_the_way()
    appointment = proposal(life).appointment
    assert appointment is not None
    life.seen.clear()
    while not called_off(life):
        step = life.step()
        if isinstance(step, Wait):
            assert step.until is not None
            assert step.until < appointment
            life.now = step.until
        elif isinstance(step, Act) and step.action.kind == "read_account":
            life.tell(OutsideFailed(system="core_banking", code="down"))
        else:
            life.do(step)
    assert called_off(life) == ["not_confirmed"]
    assert life.case.parked, "and an operator is to look"


@pytest.mark.parametrize("kind", ["dispute", "complaint", "hardship", "insolvency", "deceased"])
def test_a_hold_calls_the_visit_off(kind: str) -> None:
    """Whatever stops visits stops this one."""
    life = on_the_way()
    life.seen.clear()
    life.tell(HoldOpened.model_validate({"hold": "h", "hold_kind": kind, "reason": "told_us"}))
    life.live(timedelta(minutes=1))
    assert called_off(life) == [kind]
    assert life.case.visits[-1].called_off


# --- what comes of it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "stage"),
    [
        ("met", "negotiation"),
        ("promised", "negotiation"),
        ("refused", "field_visit"),
        ("moved", "field_visit"),
        ("nobody", "field_visit"),
        ("unsafe", "field_visit"),
    ],
)
def test_its_outcome_decides_what_is_next(result: VisitResult, stage: str) -> None:
    """Whoever was met is negotiated with; else another visit or a suit is looked for."""
    life = on_the_way()
    report(life, result)
    assert life.case.stage == stage
    life.live(timedelta(days=45))
    if result in ("refused", "moved", "unsafe"):
        assert life.case.stage == "litigation"
        assert len(life.case.visits) == 1
    if result == "nobody":
        assert len(life.case.visits) == 2


def test_a_promise_at_the_door_is_an_agreement() -> None:
    """With its amount and its day."""
    life = on_the_way()
    appointment = proposal(life).appointment
    assert appointment is not None
    part = Part(amount=Decimal("500.00"), due_on=appointment.date() + timedelta(days=5))
    report(life, "promised", part)
    assert life.case.agreement
    assert life.case.agreement.terms.parts == (part,)


def test_an_unsafe_visit_was_the_last() -> None:
    """Nobody is sent there again, by nobody's order."""
    life = on_the_way()
    report(life, "unsafe")
    life.live(timedelta(days=40))
    refused = life.command(Escalate(by="ops", to="field_visit", reason="try_again"))
    assert isinstance(refused, CommandRefused)
    assert refused.why == "a visit was unsafe"


def test_no_report_in_time_counts_as_a_visit_and_the_case_goes_on() -> None:
    """Nothing is waited for without an end."""
    life = on_the_way()
    life.live(timedelta(days=30))
    assert len(life.case.visits) == 2


def test_a_visit_that_has_not_taken_place_cannot_be_recorded() -> None:
    """Nor one twice, nor one that never was."""
    life = on_the_way()
    attempt = proposal(life).attempt
    early = life.judge(RecordVisit(by="anna", attempt=attempt, result="met", staff=2))
    assert isinstance(early, CommandRefused)
    assert early.rule == "record.visit_early"
    unknown = life.judge(RecordVisit(by="anna", attempt="L1:99", result="met", staff=2))
    assert isinstance(unknown, CommandRefused)
    assert unknown.rule == "record.unknown_visit"


# --- is it worth it? -------------------------------------------------------------------------------------------------


def test_small_arrears_are_not_worth_a_visit() -> None:
    """180.00 is what it costs."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(principal="100.00")
    life.live(timedelta(days=120))
    assert not life.case.visits
    assert life.case.handed


def test_refusals_and_empty_houses_halve_what_is_expected() -> None:
    """Cost against expected recovery."""
    life = on_the_way()

    def expected() -> Decimal:
        return expected_from_visit(Situation.of(life.case, life.strategy, rules()[1], life.now))

    before = expected()
    life.tell(ContactRecorded(collector="anna", result="refused", identity_verified=True))
    assert expected() < before / 2 + Decimal("0.01")


def test_without_an_address_there_is_no_visit() -> None:
    """Post came back."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=40))
    life.tell(ContactPointInvalid(contact_point_id="L1-postal"))
    life.live(timedelta(days=60))
    assert not life.case.visits
    assert life.case.stage == "litigation"
