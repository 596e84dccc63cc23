"""The hour of the next call, learnt from which of the borrower's own calls were answered."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.artefacts import digest
from domain.best_hour import BEGUN, Call, best, calls
from domain.calendar import zone
from domain.conduct import decide
from policies.loader import shipped
from schemas.contact import ConductFacts, ContactResult, PastAttempt, Standing
from schemas.facts import ContactRecorded, ContactResultPosted
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import MakeContact, Step
from schemas.treatment import BestHour, Rung
from tests.domain.casework import Life, rules
from tests.domain.guardwork import proposal

OPTION = BestHour()
SHANGHAI = zone("Asia/Shanghai")
DAY = datetime(2026, 3, 12, tzinfo=SHANGHAI)


def at(hour: float, day: int = 0) -> datetime:
    """An hour of Shanghai's clock, so many days after the twelfth of March."""
    return (DAY + timedelta(days=day, hours=hour)).astimezone(UTC)


def anytime(moment: datetime) -> datetime | None:
    """No rule forbids anything."""
    return moment


def by_day(moment: datetime) -> datetime | None:
    """From eight to twenty."""
    local = moment.astimezone(SHANGHAI)
    opens = local.replace(hour=8, minute=0) + timedelta(days=local.hour >= 20)
    return moment if 8 <= local.hour < 20 else opens.astimezone(UTC)


def test_the_band_whose_calls_were_answered_most_often_is_waited_for() -> None:
    made = [Call(at(18.5), True), Call(at(19, 1), False), Call(at(19.9, 2), True), Call(at(9, 3), False)]
    chosen = best(OPTION, made, SHANGHAI, (at(8, 4), at(8, 5)), by_day)
    assert chosen is not None
    assert (chosen.at, chosen.why) == (at(18, 4), "answered 2 of 3 calls between 18 and 20")


def test_hours_that_were_tried_in_vain_are_left_for_others() -> None:
    chosen = best(OPTION, [Call(at(9), False)], SHANGHAI, (at(8, 1), at(8, 2)), by_day)
    assert chosen is not None
    assert (chosen.at, chosen.why) == (at(10, 1), "no call between 10 and 12 yet, answered 0 of 1 at other hours")


def test_inside_the_best_band_the_call_is_made_at_once() -> None:
    chosen = best(OPTION, [Call(at(18.5), True)], SHANGHAI, (at(19.25, 1), at(19, 2)), by_day)
    assert chosen is not None
    assert chosen.at == at(19.25, 1)


def test_a_band_that_closes_before_it_is_legal_is_no_band() -> None:
    chosen = best(OPTION, [Call(at(20.5), True)], SHANGHAI, (at(8, 1), at(8, 2)), by_day)
    assert chosen is not None
    assert chosen.at == at(8, 1)


def test_the_prior_says_how_much_one_call_counts() -> None:
    """2 of 3 against 1 of 1: of somebody of whom little was expected, three calls tell more than one."""
    made = [Call(at(18), True), Call(at(18, 1), True), Call(at(18, 2), False), Call(at(10), True)]
    stubborn = BestHour(expect_answered=1, expect_unanswered=9)
    eager = BestHour(expect_answered=1, expect_unanswered=1)
    hours = [best(option, made, SHANGHAI, (at(8, 4), at(8, 5)), by_day) for option in (stubborn, eager)]
    assert [chosen and chosen.at for chosen in hours] == [at(18, 4), at(10, 4)]


def test_nothing_is_waited_for_before_a_call_has_told_something() -> None:
    assert best(OPTION, [], SHANGHAI, (at(8), at(20)), by_day) is None
    assert best(OPTION, [Call(at(8), True)], SHANGHAI, (at(8), at(7)), by_day) is None
    assert best(OPTION, [Call(at(8), True)], SHANGHAI, (at(8), at(9)), lambda _: None) is None


def test_calls_that_wait_for_the_same_band_do_not_begin_together() -> None:
    spread = timedelta(hours=4), 0.5  # the first half of the band is used
    chosen = best(OPTION, [Call(at(18), True)], SHANGHAI, (at(8, 1), at(8, 2)), by_day, spread)
    assert chosen is not None
    assert chosen.at == at(18.5, 1)


def test_a_call_is_not_broken_off_at_the_end_of_its_band() -> None:
    """Asked again while it is being made, it is still to be made; some minutes later it would wait for tomorrow."""
    made = [Call(at(18.5), True)]
    begun, late = (best(OPTION, made, SHANGHAI, (at(19 + n, 1), at(19, 3)), anytime) for n in (1.05, 1.5))
    assert begun is not None
    assert begun.at == at(20.05, 1)
    assert late is not None
    assert late.at == at(18, 2)


# --- a case ----------------------------------------------------------------------------------------------------------

LADDER = tuple(
    Rung(channel="robot_call", template="reminder_robot_call", from_dpd=day, gap_days=3) for day in (1, 5, 9, 13, 17)
)


def calling(option: BestHour | None, ladder: tuple[Rung, ...] = LADDER) -> Strategy:
    """The spine with a ladder of calls alone, five days apart or so."""
    spine = rules()[0]
    treatment = spine.treatments["repeated"].model_copy(update={"ladder": ladder, "best_hour": option})
    return spine.model_copy(update={"treatments": {"first_time": treatment, "repeated": treatment}})


def made(life: Life) -> list[MakeContact]:
    """The calls so far."""
    actions = [step.action for step in life.seen if step.kind == "act"]
    return [action for action in actions if isinstance(action, MakeContact)]


def until_called(life: Life) -> Step:
    """Live on to the next call; the step that made it."""
    before = len(made(life))
    while len(made(life)) == before:
        step = life.step()
        if step.kind == "wait":
            assert step.until is not None
            life.now = step.until
        else:
            life.do(step)
    return life.seen[-1]


def heard(life: Life, result: ContactResult) -> None:
    """The gateway's word on the last call."""
    life.tell(ContactResultPosted(attempt=made(life)[-1].proposal.attempt, result=result))


def test_a_case_learns_from_call_to_call_and_says_why() -> None:
    life = Life(strategy=calling(OPTION), now=at(12))
    first = until_called(life)
    assert "between" not in first.why.text
    heard(life, "no_answer")  # at noon
    second = until_called(life)
    assert second.why.text.endswith("; no call between 14 and 16 yet, answered 0 of 1 at other hours")
    heard(life, "answered")
    third = until_called(life)
    assert third.why.text.endswith("; answered 1 of 1 call between 14 and 16")
    heard(life, "no_answer")
    waits = life.step()
    assert waits.kind == "wait"
    assert (
        waits.why.text
        == "next is robot call (reminder_robot_call), deferred by CN.HOURS; answered 1 of 2 calls between 14 and 16"
    )


def test_a_call_of_people_is_counted_when_they_report_it() -> None:
    ladder = (LADDER[0].model_copy(update={"channel": "human_call", "template": "collector_call"}), *LADDER[1:])
    life = Life(strategy=calling(OPTION, ladder), now=at(12))
    until_called(life)
    life.now = at(18.5, 1)
    attempt = made(life)[-1].proposal.attempt
    life.tell(ContactRecorded(attempt=attempt, result="right_party", collector="c-1", identity_verified=True))
    assert calls(life.case.contacts) == [Call(at(18.5, 1), True)]
    assert until_called(life).why.text.endswith("; answered 1 of 1 call between 18 and 20")
    assert 18 <= life.now.astimezone(SHANGHAI).hour < 20


@pytest.mark.parametrize("result", ["delivered", "undeliverable", "wrong_number"])
def test_what_does_not_tell_of_the_borrower_teaches_nothing(result: ContactResult) -> None:
    life = Life(strategy=calling(OPTION), now=at(12))
    until_called(life)
    heard(life, result)
    assert calls(life.case.contacts) == []


def test_messages_and_notices_wait_for_no_hour() -> None:
    sms = LADDER[1].model_copy(update={"channel": "sms", "template": "reminder_sms"})
    notice = LADDER[1].model_copy(update={"purpose": "statutory_notice"})
    for rung in (sms, notice):
        ladder = (LADDER[0], rung, *LADDER[2:])
        plans: list[Step] = []
        for option in (None, OPTION):
            life = Life(strategy=calling(option, ladder), now=at(12))
            until_called(life)
            heard(life, "answered")
            plans.append(life.step())
        assert plans[0] == plans[1]


def test_a_strategy_without_the_option_is_what_it_was() -> None:
    """Its text, and so its digest; and the plans, whatever calls have told."""
    assert "best_hour" not in calling(None).model_dump_json()
    strategies = {strategy.name: strategy for strategy in shipped()[0]}
    using = [name for name, strategy in strategies.items() if "best_hour" in strategy.model_dump_json()]
    assert using == ["cn-credit-card"]
    for name, strategy in strategies.items():
        if name not in using:
            assert digest(Strategy.model_validate_json(strategy.model_dump_json())) == digest(strategy)


# --- properties -------------------------------------------------------------------------------------------------------

ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "Asia/Kathmandu")
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 365 * 24 * 12).map(lambda n: START + timedelta(minutes=5 * n))
BOOKS = tuple(book for book in shipped()[1] if book.name in ("cn", "us-third-party"))
OPTIONS = st.builds(
    BestHour,
    hours=st.sampled_from([1, 2, 3, 4, 6]),
    expect_answered=st.integers(1, 5),
    expect_unanswered=st.integers(1, 9),
    within_hours=st.integers(1, 72),
)
CALLS = st.lists(st.builds(Call, at=MOMENTS, answered=st.booleans()), min_size=1, max_size=24)


def expected(option: BestHour, past: list[Call], moment: datetime, where: str) -> float:
    """The chance by which a moment is judged, reckoned apart."""

    def band(of: datetime) -> int:
        return of.astimezone(zone(where)).hour // option.hours

    same = [call for call in past if band(call.at) == band(moment)]
    prior = option.expect_answered + option.expect_unanswered
    return (option.expect_answered + sum(call.answered for call in same)) / (prior + len(same))


@given(OPTIONS, CALLS, st.sampled_from(ZONES), MOMENTS, st.sampled_from(BOOKS), st.integers(0, 3), st.floats(0, 0.99))
def test_the_chosen_moment_is_legal_in_time_and_no_other_promises_more(
    option: BestHour, past: list[Call], where: str, first: datetime, book: Rulebook, today: int, phase: float
) -> None:
    wanted = proposal(where, channel="robot_call")
    attempts = tuple(
        PastAttempt(attempt=f"a{n}", loan_id="L-1", channel="robot_call", contact_point_id="cp-1", at=first)
        for n in range(today)
    )
    known = ConductFacts(standing=Standing(), loan_id="L-1", attempts=attempts)

    def legal(moment: datetime) -> datetime | None:
        verdict = decide(wanted, known, moment, book, "d")
        return moment if verdict.verdict == "allow" else verdict.until

    last = first + timedelta(hours=option.within_hours)
    sampled = [first + timedelta(minutes=20 * n) for n in range(option.within_hours * 3 + 1)]
    allowed = [moment for moment in sampled if legal(moment) == moment]
    chosen = best(option, past, zone(where), (first, last), legal, (timedelta(hours=2), phase))
    if chosen is None:
        assert not allowed
        return
    assert first <= chosen.at <= last
    assert legal(chosen.at) == chosen.at
    chance = expected(option, past, chosen.at, where)
    if chosen.at == first:
        chance = max(chance, expected(option, past, first - BEGUN, where))
    assert all(expected(option, past, moment, where) <= chance for moment in allowed)
    assert best(option, past, zone(where), (first, last), legal, (timedelta(hours=2), phase)) == chosen


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["answered", "no_answer", "delivered"]), min_size=5, max_size=5),
    OPTIONS,
    st.integers(0, 23),
    st.integers(1, 60),
)
def test_no_call_is_later_than_its_rung_allows_nor_outside_the_hours(
    results: list[ContactResult], option: BestHour, hour: int, deadline: int
) -> None:
    ladder = tuple(rung.model_copy(update={"deadline_hours": deadline}) for rung in LADDER)
    life = Life(strategy=calling(option, ladder), now=at(hour))
    for index, result in enumerate(results):
        plain = plainly(life, calling(None, ladder))
        until_called(life)
        assert life.now - plain <= timedelta(hours=min(option.within_hours, deadline))
        assert 8 <= life.now.astimezone(SHANGHAI).hour < 22
        if index + 1 < len(ladder) and life.now != plain:  # it waited: not into the next rung's days
            since = life.case.money(life.today).overdue_since
            assert since is not None
            assert life.today < since + timedelta(days=ladder[index + 1].from_dpd)
        heard(life, result)


def plainly(life: Life, strategy: Strategy) -> datetime:
    """When the next call would be made by a strategy that waits for no hour."""
    twin = copy(life)
    twin.seen, twin.facts, twin.strategy = [*life.seen], [*life.facts], strategy
    until_called(twin)
    return twin.now
