"""The channel of the next contact, learnt from which of the borrower's own were answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.artefacts import digest
from domain.best_channel import Tried, choice, ranked, said, tried
from domain.prospects import rungs_left
from domain.stages.situation import Situation
from policies.loader import shipped
from schemas.contact import Channel, ContactResult, InboundChannel
from schemas.facts import ChannelOptedOut, ContactRecorded, ContactResultPosted, Fact, InboundContact
from schemas.loan import ContactPoint
from schemas.policy import Strategy
from schemas.steps import Act, MakeContact
from schemas.treatment import BestChannel, Rung, Way
from tests.domain.casework import Life, request, rules

OPTION = BestChannel()
EAGER = BestChannel(least=1)
NAMED: tuple[Channel, ...] = ("email", "sms", "robot_call")


def past(**answers: str) -> list[Tried]:
    """Contacts by channel, `y` for one that was answered, `n` for one that was not."""
    return [Tried(channel, mark == "y") for channel, marks in answers.items() for mark in marks]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("made", "first"),
    [
        (past(), "email"),
        (past(sms="yy"), "sms"),
        (past(sms="yy", robot_call="yyn"), "sms"),  # 3 of 5 against 3 of 6
        (past(email="yy", sms="yy"), "email"),  # equals leave it with the rung's own
        (past(sms="yy", robot_call="yy"), "sms"),  # of equals the one named first
        (past(sms="y"), "email"),  # too little to go by
        (past(sms="nn"), "email"),
        (past(email="nn", sms="nn"), "email"),
        (past(email="nnn", sms="yn"), "sms"),
        (past(letter="yyyy"), "email"),  # not named
    ],
)
def test_the_channel_answered_most_is_first_and_the_rungs_own_is_left_to_fall_back_on(
    made: list[Tried], first: Channel
) -> None:
    order = ranked(OPTION, NAMED, made)
    assert (order[0], order[-1]) == (first, "email")


def test_the_prior_says_how_much_one_contact_counts() -> None:
    """Of somebody of whom much is expected, one answer in two is no reason to leave an untried channel."""
    made = past(sms="yn")
    willing = BestChannel(expect_answered=3, expect_unanswered=1)
    assert [ranked(option, NAMED, made)[0] for option in (OPTION, willing)] == ["sms", "email"]


def test_the_reason_counts_every_channel_that_was_named() -> None:
    told = choice(NAMED, past(email="nn", sms="yny"))
    assert told is not None
    assert said("sms", told) == "sms answered 2 of 3; email answered 0 of 2; robot call answered 0 of 0"
    assert choice(NAMED, past(letter="y")) is None


# --- a case ----------------------------------------------------------------------------------------------------------

SMS, PUSH, EMAIL = (
    Way(channel="sms", template="reminder_sms"),
    Way(channel="app_push", template="reminder_push"),
    Way(channel="email", template="reminder_email"),
)
ROBOT = Way(channel="robot_call", template="reminder_robot_call")


def rung(day: int, way: Way, *others: Way) -> Rung:
    """A rung that may also be made in other ways."""
    return Rung(channel=way.channel, template=way.template, from_dpd=day, gap_days=2, alternatives=others)


LADDER = (rung(1, SMS), rung(4, ROBOT), rung(7, EMAIL, SMS, ROBOT), rung(10, EMAIL, SMS, ROBOT))


def strategy_of(option: BestChannel | None, *ladder: Rung) -> Strategy:
    """The spine with this ladder."""
    spine = rules()[0]
    treatment = spine.treatments["repeated"].model_copy(update={"ladder": ladder or LADDER, "best_channel": option})
    return spine.model_copy(update={"treatments": {"first_time": treatment, "repeated": treatment}})


def made(life: Life) -> list[MakeContact]:
    """The contacts so far."""
    actions = [step.action for step in life.seen if isinstance(step, Act)]
    return [action for action in actions if isinstance(action, MakeContact)]


def after(life: Life, contacts: int) -> Act:
    """Live on until so many contacts were made; the step of the last."""
    while len(made(life)) < contacts:
        step = life.step()
        if step.kind == "wait":
            assert step.until is not None
            life.now = step.until
        else:
            life.do(step)
    step = life.seen[-1]
    assert isinstance(step, Act)
    return step


def result(life: Life, attempt: int, result: ContactResult) -> ContactResultPosted:
    """A gateway's word on a contact, the first is 0."""
    return ContactResultPosted(attempt=made(life)[attempt].proposal.attempt, result=result)


def in_touch(name: str, channel: InboundChannel = "reply") -> InboundContact:
    """The borrower gets in touch."""
    return InboundContact(inbound=name, channel=channel, intent="asks_for_time")


def answering(option: BestChannel | None = EAGER, *told: Fact) -> Life:
    """A case whose message and call went out; the third contact is to come."""
    life = Life(strategy=strategy_of(option))
    after(life, 1)
    life.now += timedelta(hours=1)
    for fact in told:
        life.tell(fact)
    after(life, 2)
    life.now += timedelta(hours=1)
    return life


def test_a_message_that_was_answered_is_sent_again_and_the_reason_is_recorded() -> None:
    """With the text that is written for it, shown as the step's reason, kept with the attempt."""
    life = answering(EAGER, in_touch("in-1"))
    life.tell(result(life, 1, "no_answer"))
    step = after(life, 3)
    proposal = made(life)[-1].proposal
    assert (proposal.channel, proposal.template, proposal.rung) == ("sms", "reminder_sms", 3)
    assert "sms (reminder_sms)" in step.why.text
    assert step.why.text.endswith("; sms answered 1 of 1; email answered 0 of 0; robot call answered 0 of 1")
    kept = next(f.body for f in life.facts if f.body.kind == "attempt_reserved" and f.body.proposal == proposal)
    assert proposal.choice is not None
    assert kept.kind == "attempt_reserved"
    tallies = kept.proposal.choice.tallies if kept.proposal.choice else ()
    assert [(t.channel, t.answered, t.tried) for t in tallies] == [("email", 0, 0), ("sms", 1, 1), ("robot_call", 0, 1)]


def test_what_is_waited_for_says_why_too() -> None:
    life = answering(EAGER, in_touch("in-1"))
    step = life.step()
    assert step.kind == "wait"
    assert "next is sms (reminder_sms)" in step.why.text
    assert "; sms answered 1 of 1; email answered 0 of 0" in step.why.text


def test_a_call_that_was_answered_is_made_again() -> None:
    life = answering()
    life.tell(result(life, 1, "answered"))
    after(life, 3)
    assert made(life)[-1].proposal.channel == "robot_call"


def test_who_rings_answers_what_went_out_last_and_who_writes_the_last_message() -> None:
    """However they are told: by a feed, or by the collector who took the call."""
    facts: tuple[tuple[Fact, Channel], ...] = (
        (in_touch("in-1", "inbound_call"), "robot_call"),
        (ContactRecorded(collector="c-1", result="right_party", identity_verified=True), "robot_call"),
        (in_touch("in-1", "link"), "sms"),
    )
    for fact, channel in facts:
        life = answering()
        life.tell(fact)
        assert [each.channel for each in tried(life.case.contacts) if each.answered] == [channel]


@pytest.mark.parametrize("word", ["undeliverable", "wrong_number"])
def test_what_reached_nobody_tells_nothing_of_the_borrower(word: ContactResult) -> None:
    life = answering()
    life.tell(result(life, 1, word))
    assert [each.channel for each in tried(life.case.contacts)] == ["sms"]


def test_a_channel_that_was_opted_out_of_is_no_choice() -> None:
    """However often it was answered; the guard would not have it either."""
    life = answering(EAGER, in_touch("in-1"))
    life.tell(ChannelOptedOut(channel="sms"))
    after(life, 3)
    assert made(life)[-1].proposal.channel == "email"


def test_what_the_guard_refuses_is_passed_over_for_the_next_best() -> None:
    """Here the messenger, for which the law wants a consent: it was answered under one that is not there any more."""
    (party,) = request().parties
    point = ContactPoint(contact_point_id="L1-im", kind="im")
    reached = party.model_copy(update={"contact_points": (*party.contact_points, point)})
    messenger = Way(channel="im", template="reminder_im")
    strategy = strategy_of(EAGER, rung(1, SMS), rung(4, EMAIL, messenger, SMS))
    life = Life(strategy=strategy, parties=(reached,))
    after(life, 1)
    life.tell(in_touch("in-1"))
    written = life.case.contacts[0]
    by_messenger = written.proposal.model_copy(update={"channel": "im", "attempt": "L1:0"})
    earlier = written.model_copy(update={"proposal": by_messenger, "attempt": "L1:0", "at": written.at})
    life.case = life.case.model_copy(
        update={"contacts": (earlier, earlier, written.model_copy(update={"replied": True}))}
    )
    s = Situation.of(life.case, strategy, rules()[1], life.now)
    assert [at.way.channel for at in rungs_left(s)] == ["im", "sms", "email"]
    after(life, 2)
    assert made(life)[-1].proposal.channel == "sms"


def test_without_the_option_every_rung_goes_by_its_own_channel() -> None:
    """Whatever was answered; and nothing is said of it."""
    life = answering(None, in_touch("in-1"))
    life.tell(result(life, 1, "answered"))
    step = after(life, 3)
    assert made(life)[-1].proposal.channel == "email"
    assert "answered" not in step.why.text


def test_a_strategy_without_the_option_is_what_it_was() -> None:
    """Its text, and so its digest."""
    plain = shipped()[0]
    using = [strategy.name for strategy in plain if "best_channel" in strategy.model_dump_json()]
    assert using == ["cn-credit-card"]
    for strategy in plain:
        assert digest(Strategy.model_validate_json(strategy.model_dump_json())) == digest(strategy)
    assert "alternatives" not in rung(1, SMS).model_dump_json()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alternatives": [{"channel": "sms", "template": "overdue_sms"}]}, "names sms twice"),
        ({"alternatives": [EMAIL, EMAIL]}, "names email twice"),
        ({"alternatives": [EMAIL], "purpose": "statutory_notice"}, "goes as it is written"),
        ({"alternatives": [EMAIL], "role": "guarantor"}, "goes as it is written"),
    ],
)
def test_a_rung_names_each_channel_once_and_only_for_a_demand_to_the_borrower(
    changes: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        Rung.model_validate({"channel": "sms", "template": "reminder_sms", "from_dpd": 1, "gap_days": 0} | changes)


# --- properties -------------------------------------------------------------------------------------------------------

CHANNELS: tuple[Channel, ...] = ("sms", "email", "robot_call", "app_push")
OPTIONS = st.builds(
    BestChannel, expect_answered=st.integers(1, 5), expect_unanswered=st.integers(1, 9), least=st.integers(1, 4)
)
PAST = st.lists(st.builds(Tried, channel=st.sampled_from(CHANNELS), answered=st.booleans()), max_size=24)
RUNG = st.permutations(CHANNELS).flatmap(lambda order: st.integers(1, 4).map(lambda n: tuple(order[:n])))


@given(OPTIONS, RUNG, PAST, st.data())
def test_the_order_in_which_things_happened_changes_nothing(
    option: BestChannel, named: tuple[Channel, ...], contacts: list[Tried], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(contacts))
    assert ranked(option, named, shuffled) == ranked(option, named, contacts)
    assert choice(named, shuffled) == choice(named, contacts)


@given(OPTIONS, RUNG, PAST, st.sampled_from(CHANNELS))
def test_more_answers_on_a_channel_never_make_it_less_likely(
    option: BestChannel, named: tuple[Channel, ...], contacts: list[Tried], channel: Channel
) -> None:
    """Nor is another chosen because one more of this was answered; and one more in vain never helps it."""
    before = ranked(option, named, contacts)
    more = ranked(option, named, [*contacts, Tried(channel, answered=True)])
    if before[0] == channel:
        assert more[0] == channel
    if channel in before and channel in more:
        assert more.index(channel) <= before.index(channel)
    assert more[0] in (before[0], channel)


@given(OPTIONS, RUNG, PAST)
def test_only_what_the_rung_names_is_chosen_and_nothing_beats_it(
    option: BestChannel, named: tuple[Channel, ...], contacts: list[Tried]
) -> None:
    """Reckoned apart: the first has the highest estimate among the rung's own and those tried often enough."""

    def chance(channel: Channel) -> float:
        of_it = [each.answered for each in contacts if each.channel == channel]
        prior = option.expect_answered + option.expect_unanswered
        return (option.expect_answered + sum(of_it)) / (prior + len(of_it))

    def often(channel: Channel) -> bool:
        return channel == named[0] or sum(each.channel == channel for each in contacts) >= option.least

    first, *_ = order = ranked(option, named, contacts)
    assert set(order) <= set(named)
    assert chance(first) == pytest.approx(max(chance(channel) for channel in named if often(channel)))
    if chance(first) == chance(named[0]):
        assert first == named[0]


WORDS = st.lists(
    st.sampled_from(["no_answer", "answered", "in-1", "in-2", "again"]), min_size=1, max_size=5, unique=True
)


@given(words=WORDS, data=st.data())
def test_facts_in_any_order_and_told_twice_choose_the_same(words: list[str], data: st.DataObject) -> None:
    """Receipts and replies overtake one another: the next channel is the same, and the counts beside it."""

    def chosen(order: list[str]) -> tuple[str, str]:
        life = answering()
        for word in order:
            if word.startswith("in-"):
                life.tell(in_touch(word))
            else:
                life.tell(result(life, 1, "answered" if word == "again" else word))  # pyright: ignore[reportArgumentType]
        s = Situation.of(life.case, life.strategy, rules()[1], life.now)
        best = rungs_left(s)[0]
        return best.way.channel, best.choice.model_dump_json() if best.choice else ""

    assert chosen(data.draw(st.permutations(words))) == chosen(words)
