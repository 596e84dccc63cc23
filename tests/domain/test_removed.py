"""Whom a complaint is against is off every loan of the borrower: told once, heeded on each, taken back if it is rejected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agenda import for_all_loans
from domain.artefacts import canonical
from domain.commands import decide_command
from domain.complaints import off_the_case
from domain.stages.situation import Situation
from domain.standing import apply_standing
from domain.story import details
from schemas.complaints import ComplaintOutcome
from schemas.contact import Standing
from schemas.facts import (
    CollectorsCleared,
    CollectorsRemoved,
    CommandRefused,
    Fact,
)
from schemas.messages import (
    AcceptPromise,
    Command,
    DecideComplaint,
    Escalate,
    ExtendComplaint,
    OpenComplaint,
    Pause,
    RecordContact,
    Resume,
)
from schemas.steps import Act, CallOff, MakeContact
from tests.domain.casework import NOON, Life, instalments, rules, whole_strategy

AGAINST = ("agent-7", "agency-2")


class Other(Life):
    """Another loan of the same borrower, which hears what concerns all of their loans, as the ledger mirrors it."""

    def hear(self, first: Life) -> None:
        """Everything of the first loan's that is for all loans and was not heard yet."""
        heard = [fact.body for fact in self.facts]
        for fact in first.facts:
            if isinstance(fact.body, CollectorsRemoved | CollectorsCleared) and fact.body not in heard:
                self.tell(fact.body)


def complained(*against: str) -> Life:
    """A loan with a complaint `cmd-1`, which has just come."""
    life = Life("L1", strategy=whole_strategy())
    life.live(timedelta(days=1))
    life.command(OpenComplaint(by="service", reason="impolite", against=against))
    life.live(timedelta())
    return life


def answered(life: Life, outcome: ComplaintOutcome) -> None:
    """The complaint is decided."""
    life.command(DecideComplaint(by="quality", complaint="cmd-1", outcome=outcome, reason="looked_into"))
    life.live(timedelta())


def contacts(life: Life, channel: str, days: int = 60) -> list[MakeContact]:
    """The contacts by this channel that are asked for within so many days."""
    before = len(life.seen)
    life.live(timedelta(days=days))
    made = [step.action for step in life.seen[before:] if isinstance(step, Act)]
    return [each for each in made if isinstance(each, MakeContact) and each.proposal.channel == channel]


def calling() -> Other:
    """Another loan, on which a collector was just asked to call."""
    other = Other("L2", strategy=whole_strategy())
    while other.case.task is None:
        other.live(timedelta(days=1))
    return other


def promise(life: Life) -> AcceptPromise:
    """What is overdue, by the day after tomorrow, taken by the agent."""
    arrears, pay_by = life.case.money(life.today).arrears, life.today + timedelta(days=2)
    return AcceptPromise(by="agent-7", amount=arrears, pay_by=pay_by, channel="call", identity_verified=True)


def refusal(life: Life, command: Command) -> str:
    """The rule that refuses a command."""
    body = life.command(command)
    assert isinstance(body, CommandRefused), body
    return body.rule


def test_it_is_told_at_once_before_anything_else_is_done() -> None:
    """By the first step after the complaint, whatever the case is busy with; and once."""
    life = Life("L1", strategy=whole_strategy())
    life.command(OpenComplaint(by="service", reason="impolite", against=AGAINST))
    assert life.case.account_as_of is None, "not even its account was read"
    told = for_all_loans(life.case)
    assert told == life.step()
    assert told
    assert told.facts == (CollectorsRemoved(complaint="cmd-1", loan_id="L1", against=AGAINST),)
    life.do(told)
    assert for_all_loans(life.case) is None


def test_a_complaint_of_nobody_in_person_says_nothing_to_other_loans() -> None:
    """There is nobody to be kept off them."""
    assert for_all_loans(complained().case) is None


@pytest.mark.parametrize("outcome", [None, "upheld", "rejected"])
def test_another_loans_calls_are_given_to_somebody_else(outcome: ComplaintOutcome | None) -> None:
    """While the complaint waits, and for good if it is upheld; rejected, they may call again."""
    first, other = complained(*AGAINST), Other("L2", strategy=whole_strategy())
    if outcome:
        answered(first, outcome)
    other.hear(first)
    kept_off = () if outcome == "rejected" else tuple(sorted(AGAINST))
    assert off_the_case(other.case) == set(kept_off)
    asked = contacts(other, "human_call")
    assert asked
    assert {each.proposal.exclude for each in asked} == {kept_off}


def test_the_other_loan_goes_on() -> None:
    """The complaint, and the stop of dunning with it, stays with its loan: only who is complained of is off the other."""
    first, other = complained(*AGAINST), Other("L2", strategy=whole_strategy())
    other.hear(first)
    assert other.case.complaints == other.case.holds == ()
    assert contacts(other, "sms")
    assert contacts(first, "sms") == []


def test_a_call_asked_for_on_another_loan_is_called_off_and_asked_again_of_somebody_else() -> None:
    """Whoever had it may be the one complained of; the call itself is still wanted."""
    other = calling()
    assert other.case.task
    had, behind = other.case.task.attempt, other.case.rung
    other.hear(complained("agent-7"))
    step = other.step()
    assert isinstance(step, Act)
    assert isinstance(step.action, CallOff)
    assert (step.action.reason, step.action.proposal.attempt) == ("collector_removed", had)
    other.do(step)
    assert (other.case.task, other.case.rung) == (None, behind - 1)
    again = contacts(other, "human_call", days=10)
    assert [(each.proposal.rung, each.proposal.exclude) for each in again[:1]] == [(behind, ("agent-7",))]
    assert again[0].proposal.attempt != had


def test_a_call_that_cannot_be_theirs_stays() -> None:
    """It was asked for with them left out: nothing is called off for it twice."""
    other = Other("L2", strategy=whole_strategy())
    other.hear(complained("agent-7", "robot"))
    while other.case.task is None:
        other.live(timedelta(days=1))
    assert other.case.task.proposal.exclude == ("agent-7",), "a robot is nobody to be left out"
    assert other.step().kind == "wait"


def test_a_visit_is_made_by_others() -> None:
    """The field force is told whom not to send; a visit that they might make is called off and another appointed."""
    other = Other("L2", strategy=whole_strategy())
    other.schedule = instalments(months=8, principal="2500.00")
    while not other.case.visits:
        other.live(timedelta(days=1))
    other.hear(complained("field-2"))
    again = contacts(other, "visit", days=10)
    assert other.case.visits[0].called_off
    assert {each.proposal.exclude for each in again} == {("field-2",)}


@pytest.mark.parametrize(("against", "preferred"), [((), "agent-7"), (("agent-7",), None)])
def test_who_took_the_promise_is_not_preferred_once_they_are_off(
    against: tuple[str, ...], preferred: str | None
) -> None:
    """Who took a promise that was not kept calls again, for they know the borrower: not if the borrower complains of them."""
    other = Other("L2", strategy=whole_strategy())
    other.live(timedelta(days=1))
    made = other.command(promise(other))
    assert made.kind == "agreement_made"
    if against:
        other.hear(complained(*against))
    while not other.case.past_agreements:
        other.live(timedelta(days=1))
    other.command(Escalate(by="boss", to="negotiation", reason="promise_broken"))
    (asked, *_) = contacts(other, "human_call", days=7)
    assert asked.proposal.prefer == preferred


def test_who_is_off_the_loans_does_nothing_on_any_of_them() -> None:
    """What they say happened is written down, and a stop is never refused; nothing else is taken from them."""
    first, other = complained("agent-7"), Other("L2", strategy=whole_strategy())
    other.live(timedelta(days=1))
    other.hear(first)
    for life in (first, other):
        assert refusal(life, Escalate(by="agent-7", to="negotiation", reason="would_pay")) == "complaint.removed"
        assert refusal(life, promise(life)) == "complaint.removed"
    talk = RecordContact(by="agent-7", result="right_party", identity_verified=True)
    assert other.command(talk).kind == "contact_recorded"
    assert other.command(Pause(by="agent-7", reason="distress")).kind == "paused"
    goes_on = Resume(by="agent-7", reason="seen_to")
    assert refusal(other, goes_on) == "complaint.removed"
    answered(first, "rejected")
    other.hear(first)
    assert other.command(goes_on).kind == "resumed"


def test_it_is_decided_by_somebody_uninvolved_over_all_loans() -> None:
    """银行业保险业消费投诉处理管理办法: who handles a complaint has nothing to do with it.

    Neither who spoke with the borrower on another loan, nor who is complained of on another."""
    first = complained("agent-7")
    first.tell(CollectorsRemoved(complaint="C-9", loan_id="L2", against=("agent-8",)))
    situation = Situation.of(first.case, first.strategy, rules()[1], first.now)
    situation = replace(situation, elsewhere=("agent-9",))

    def said(command: Command) -> tuple[str, str]:
        body = decide_command(situation, command, "cmd-2")
        return (body.rule, body.why) if isinstance(body, CommandRefused) else (body.kind, "")

    def decides(by: str) -> tuple[str, str]:
        return said(DecideComplaint(by=by, complaint="cmd-1", outcome="rejected", reason="within_rules"))

    assert decides("agent-7")[0] == "complaint.involved"
    rule, why = decides("agent-8")
    assert (rule, "complained of elsewhere" in why) == ("complaint.involved", True)
    rule, why = decides("agent-9")
    assert (rule, "another loan" in why) == ("complaint.involved", True)
    more = ExtendComplaint(by="agent-9", complaint="cmd-1", more_time="complicated", reason="recordings_wanted")
    assert said(more)[0] == "complaint.involved"
    assert decides("quality")[0] == "complaint_decided"


def test_two_loans_may_name_their_complaints_alike() -> None:
    """A rejection on one takes nothing back on the other."""
    standing = Standing()
    for fact in (
        CollectorsRemoved(complaint="C", loan_id="L1", against=("agent-7",)),
        CollectorsRemoved(complaint="C", loan_id="L2", against=("agent-7",)),
        CollectorsCleared(complaint="C", loan_id="L1"),
    ):
        standing = apply_standing(standing, fact, NOON)
    assert [each.loan_id for each in standing.removed] == ["L2"]


def test_it_is_shown_on_every_loan() -> None:
    """Who, by which complaint, on which loan."""
    first, other = complained(*AGAINST), Other("L2", strategy=whole_strategy())
    other.hear(first)
    for life in (first, other):
        shown = details(life.case, life.step(), life.strategy, life.now)
        assert "**off all loans of the borrower**: agent-7, agency-2, by complaint `cmd-1` on L1" in shown


def test_what_was_recorded_before_keeps_its_digest() -> None:
    """A standing that nobody was removed in says nothing of it."""
    assert b"removed" not in canonical(Standing())


NAMES = st.sampled_from(["agent-1", "agent-2", "agency-1"])
SAID = st.lists(
    st.tuples(
        st.sampled_from(["L1", "L2", "L3"]),
        st.sampled_from(["C1", "C2"]),
        st.lists(NAMES, min_size=1, max_size=2, unique=True),
        st.sampled_from([None, "upheld", "rejected"]),
    ),
    max_size=6,
    unique_by=lambda one: one[:2],
)


@given(complaints=SAID, data=st.data())
def test_every_loan_of_the_borrower_comes_to_the_same(
    complaints: list[tuple[str, str, list[str], ComplaintOutcome | None]], data: st.DataObject
) -> None:
    """Whatever the order in which complaints of several loans come, and however often each is told: whoever is complained of,
    and not cleared of all, is off, and nobody else."""
    lives = [
        [CollectorsRemoved(complaint=c, loan_id=loan, against=tuple(against))] * 2
        + ([CollectorsCleared(complaint=c, loan_id=loan)] if outcome == "rejected" else [])
        for loan, c, against, outcome in complaints
    ]
    turns = data.draw(st.permutations([index for index, facts in enumerate(lives) for _ in facts]))
    left: list[list[Fact]] = [list(facts) for facts in lives]
    other = Other("L9")
    for index in turns:
        other.tell(left[index].pop(0))
    expected = {name for _, _, against, outcome in complaints for name in against if outcome != "rejected"}
    assert off_the_case(other.case) == expected
