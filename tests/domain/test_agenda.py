"""What a case does next, lived through in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import stable_phase, zone
from schemas.contact import ContactProposal, Finding, Verdict
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    BorrowerDeceased,
    ChannelOptedOut,
    ContactRecorded,
    ContactResultPosted,
    ContactStopped,
    Decision,
    OutsideFailed,
    Paused,
    PaymentReversed,
    Resumed,
)
from schemas.loan import Party
from schemas.steps import Act, Decide, Done, MakeContact, ReadAccount, ResolveAttempt, Step, Wait
from tests.domain.casework import NOON, Life, request, rules

SHANGHAI = zone("Asia/Shanghai")


def contacts(life: Life) -> list[MakeContact]:
    """The contacts that a life has seen go out."""
    return [s.action for s in life.seen if isinstance(s, Act) and isinstance(s.action, MakeContact)]


def reach_contact(life: Life) -> ContactProposal:
    """Live on until the case is about to make a contact."""
    step = life.step()
    while not (isinstance(step, Act) and isinstance(step.action, MakeContact)):
        if isinstance(step, Wait):
            assert step.until is not None
            life.now = step.until
        else:
            life.do(step)
        step = life.step()
    return step.action.proposal


def only(kind: str) -> Party:
    """A borrower who can be reached in one way."""
    (party,) = request().parties
    return party.model_copy(update={"contact_points": tuple(p for p in party.contact_points if p.kind == kind)})


def test_nothing_is_decided_before_the_account_is_read() -> None:
    """The first step of every case is to ask core banking."""
    step = Life().step()
    assert isinstance(step, Act)
    assert isinstance(step.action, ReadAccount)


def test_a_first_time_overdue_borrower_hears_nothing_in_grace() -> None:
    """Three days of grace after the due date, then the first message at a legal hour."""
    life = Life()
    step = life.live(timedelta(hours=6))
    assert isinstance(step, Wait)
    assert step.why.rule == "policy.grace"
    assert step.until is not None
    local = step.until.astimezone(SHANGHAI)
    assert local.date() == date(2026, 3, 14)
    assert 8 <= local.hour < 10
    assert not contacts(life)


def test_a_repeated_overdue_borrower_is_reminded_at_once() -> None:
    """No grace the second time."""
    life = Life()
    life.previous_episodes = 2
    life.live(timedelta(hours=1))
    assert [c.proposal.channel for c in contacts(life)] == ["sms"]


def test_paying_the_arrears_cures() -> None:
    """The whole of what is due, not the whole of the loan."""
    life = Life()
    life.live(timedelta(days=3))
    life.pay("1050.00")
    assert isinstance(life.live(timedelta(days=1)), Done)
    assert life.case.outcome == "cured"


def test_paying_all_ends_the_loan() -> None:
    """Nothing is left to fall due."""
    life = Life()
    life.live(timedelta(days=3))
    life.pay("3150.00")
    life.live(timedelta(days=1))
    assert life.case.outcome == "paid_off"


def test_part_of_the_arrears_does_not_cure() -> None:
    """The ladder goes on."""
    life = Life()
    life.live(timedelta(days=3))
    life.pay("1000.00")
    before = len(contacts(life))
    life.live(timedelta(days=10))
    assert life.case.status == "open"
    assert len(contacts(life)) > before


def test_nothing_overdue_ends_at_once() -> None:
    """A case started for an account in order closes without a word to anybody."""
    life = Life(now=datetime(2026, 3, 10, 4, tzinfo=UTC))
    life.live(timedelta(hours=1))
    assert life.case.outcome == "nothing_due"
    assert not contacts(life)


def test_the_ladder_ends_with_a_person() -> None:
    """Every rung climbed and not paid: a collector has it, and the case says why."""
    life = Life()
    step = life.live(timedelta(days=150))
    assert isinstance(step, Wait)
    assert step.person
    assert life.case.handled_by == "collector"
    ladder = rules()[0].treatments["first_time"].ladder
    assert [c.proposal.channel for c in contacts(life)] == [rung.channel for rung in ladder]


def test_an_account_read_too_long_ago_is_read_again_before_a_contact() -> None:
    """A lost payment signal must not make us chase a paid debt."""
    life = Life()
    life.live(timedelta(days=4))
    kinds = [s.action.kind for s in life.seen if isinstance(s, Act)]
    assert kinds == ["read_account", "read_account", "make_contact"]


def test_an_opted_out_channel_is_left_out() -> None:
    """The ladder goes on with the next channel."""
    life = Life()
    life.tell(ChannelOptedOut(channel="sms"))
    life.live(timedelta(days=150))
    ladder = rules()[0].treatments["first_time"].ladder
    assert [c.proposal.channel for c in contacts(life)] == [r.channel for r in ladder if r.channel != "sms"]


def test_a_borrower_with_an_email_only_is_not_written_to_more_often_for_it() -> None:
    """Rungs that cannot be climbed are left out, not replaced."""
    life = Life(parties=(only("email"),))
    life.live(timedelta(days=150))
    ladder = rules()[0].treatments["first_time"].ladder
    assert len(contacts(life)) == len([r for r in ladder if r.channel == "email"])


def test_nobody_is_asked_for_money_that_has_come_with_a_later_value_date() -> None:
    """Posted on Friday, it counts from Monday: silence until then, cured then, even while a person has the case."""
    for held in (False, True):
        life = Life()
        life.live(timedelta(hours=1))
        if held:
            life.tell(Paused(reason="complaint"))
        life.pay("1050.00", on=life.now.date() + timedelta(days=12))
        step = life.live(timedelta(days=11))
        assert isinstance(step, Wait)
        assert not contacts(life)
        assert isinstance(life.live(timedelta(days=3)), Done)
        assert life.case.outcome == "cured"


def test_a_borrower_nothing_reaches_is_left_in_peace_in_grace_too() -> None:
    """A person looks afterwards."""
    life = Life(parties=(only("nothing"),))
    step = life.live(timedelta(hours=3))
    assert isinstance(step, Wait)
    assert step.why.rule == "policy.grace"
    life.live(timedelta(days=9))
    assert life.case.handled_by == "collector"


def test_a_message_that_went_out_after_all_counts_as_made() -> None:
    """Given up, then the gateway says it was sent: the rung is not climbed again."""
    life = Life()
    life.live(timedelta(days=1))
    proposal = reach_contact(life)
    life.tell(AttemptReserved(proposal=proposal, verdict=Verdict(verdict="allow", rulebook="x")))
    life.tell(AttemptSending(attempt=proposal.attempt))
    life.tell(AttemptReleased(attempt=proposal.attempt, code="not_taken"))
    assert life.case.rung == 0
    life.tell(AttemptSent(attempt=proposal.attempt))
    assert (life.case.rung, life.case.contacts_made) == (1, 1)


@pytest.mark.parametrize("fact", [ContactStopped(reason="borrower_request"), BorrowerDeceased()])
def test_a_whole_stop_or_a_death_ends_all_contact(fact: ContactStopped | BorrowerDeceased) -> None:
    """A person is asked; a payment still cures."""
    life = Life()
    life.tell(fact)
    step = life.live(timedelta(days=60))
    assert isinstance(step, Wait)
    assert step.person
    assert not contacts(life)
    life.pay("99999.00")
    assert isinstance(life.live(timedelta(days=1)), Done)


def test_a_paused_case_is_silent_until_its_time() -> None:
    """And goes on by itself then."""
    life = Life()
    life.live(timedelta(hours=1))
    life.tell(Paused(reason="operator_request", until=NOON + timedelta(days=20)))
    life.live(timedelta(days=19))
    assert not contacts(life)
    life.live(timedelta(days=5))
    assert contacts(life)


def test_time_given_in_a_conversation_is_kept() -> None:
    """quiet_until holds every channel back."""
    life = Life()
    life.live(timedelta(hours=1))
    given_until = NOON + timedelta(days=12)
    life.tell(ContactRecorded(collector="c1", result="needs_time", identity_verified=True, quiet_until=given_until))
    life.live(timedelta(days=11, hours=20))
    assert not contacts(life)


def test_a_dispute_goes_to_a_person() -> None:
    """No robot argues."""
    life = Life()
    life.live(timedelta(days=4))
    life.tell(ContactResultPosted(attempt=contacts(life)[0].proposal.attempt, result="disputed"))
    step = life.live(timedelta(days=30))
    assert isinstance(step, Wait)
    assert step.person
    assert len(contacts(life)) == 1


def test_a_wrong_number_is_not_used_again() -> None:
    """All channels of that contact point are left out."""
    life = Life()
    life.live(timedelta(days=4))
    life.tell(ContactResultPosted(attempt=contacts(life)[0].proposal.attempt, result="wrong_number"))
    life.live(timedelta(days=90))
    assert not {c.proposal.channel for c in contacts(life)[1:]} & {"sms", "robot_call", "human_call"}


def test_an_open_attempt_comes_before_everything() -> None:
    """Nobody knows whether it went out: no new contact, and no closing, before that is known."""
    life = Life()
    life.live(timedelta(days=2, hours=20))
    proposal = reach_contact(life)
    life.tell(AttemptReserved(proposal=proposal, verdict=Verdict(verdict="allow", rulebook="x")))
    life.tell(AttemptSending(attempt=proposal.attempt))
    life.pay("1050.00")
    step = life.step()
    assert isinstance(step, Act)
    assert isinstance(step.action, ResolveAttempt)


def test_a_deferred_contact_waits_for_its_moment() -> None:
    """The guard's `until` is kept, to the second."""
    life = Life()
    life.previous_episodes = 1
    step = life.step()
    while not (isinstance(step, Act) and isinstance(step.action, MakeContact)):
        life.do(step)
        step = life.step()
    until = life.now + timedelta(hours=3)
    finding = Finding(rule="HOUSE.TEST", verdict="defer", until=until)
    refusal = Verdict(verdict="defer", findings=(finding,), until=until, rulebook="x")
    life.tell(AttemptRefused(proposal=step.action.proposal, verdict=refusal))
    step = life.step()
    assert isinstance(step, Wait)
    assert step.until == until


def test_a_failing_system_is_waited_for_longer_and_longer_then_parked() -> None:
    """15 minutes, an hour, four, twelve; then an operator is asked, and resume starts over."""
    life = Life()
    waits: list[timedelta] = []
    for _ in range(4):
        life.tell(OutsideFailed(system="core_banking", code="unreachable"))
        step = life.step()
        assert isinstance(step, Wait)
        assert step.until is not None
        waits.append(step.until - life.now)
        life.now = step.until
    assert waits == [timedelta(minutes=m) for m in (15, 60, 240, 720)]
    life.tell(OutsideFailed(system="core_banking", code="unreachable"))
    step = life.live(timedelta(days=9))
    assert isinstance(step, Wait)
    assert step.person
    assert life.case.parked
    life.tell(Resumed(reason="mended"))
    assert isinstance(life.step(), Act)


def test_a_clock_behind_the_ledger_decides_nothing() -> None:
    """A worker whose clock is wrong, or a store restored to yesterday, waits for the ledger's time."""
    life = Life()
    life.live(timedelta(days=4))
    life.now = NOON
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "clock.behind_ledger"


def test_a_reversal_after_the_cure_owes_again() -> None:
    """The money is worked out from the set, so taking a payment back is as if it had never come."""
    life = Life()
    life.live(timedelta(days=3))
    owed = life.case.money(life.now.date()).arrears
    life.pay("1050.00", "P9")
    life.tell(PaymentReversed(reference="R9", reverses="P9", value_date=life.now.date()))
    assert life.case.money(life.now.date()).arrears == owed


@settings(max_examples=60)
@given(data=st.data())
def test_every_life_ends_or_waits_for_a_later_time_or_a_person(data: st.DataObject) -> None:
    """Whatever happens in whatever order: no step waits for the past, none spins, and a silent case has asked somebody."""
    life = Life()
    life.previous_episodes = data.draw(st.integers(0, 2))
    happenings = st.sampled_from(["pay", "opt_out", "pause", "resume", "fail", "wrong", "stop", "dispute"])
    for n in range(data.draw(st.integers(1, 8))):
        step = life.live(timedelta(days=data.draw(st.integers(0, 30)), hours=data.draw(st.integers(0, 23))))
        if isinstance(step, Done):
            break
        _happen(life, data.draw(happenings), n)
    step = life.live(timedelta(days=400))
    assert isinstance(step, Done) or (isinstance(step, Wait) and (step.person or step.until is not None))
    for seen in life.seen:
        assert seen.why.rule
        assert seen.why.text
        for body in seen.facts if isinstance(seen, Decide) else ():
            assert isinstance(body, Decision)


def _happen(life: Life, what: str, n: int) -> None:
    match what:
        case "pay":
            life.pay("600.00", f"P{n}")
        case "opt_out":
            life.tell(ChannelOptedOut(channel="email"))
        case "pause":
            life.tell(Paused(reason="test", until=life.now + timedelta(days=3)))
        case "resume":
            life.tell(Resumed(reason="test"))
        case "fail":
            life.tell(OutsideFailed(system="messaging", code="unreachable"))
        case "wrong" if life.case.contacts:
            life.tell(ContactResultPosted(attempt=life.case.contacts[-1].attempt, result="wrong_number"))
        case "stop":
            life.tell(ContactStopped(reason="borrower_request"))
        case "dispute" if life.case.contacts:
            life.tell(ContactResultPosted(attempt=life.case.contacts[-1].attempt, result="disputed"))
        case _:
            pass


@settings(max_examples=40)
@given(days=st.integers(0, 60), amount=st.decimals("1050.00", "5000.00", places=2))
def test_after_all_that_is_due_is_paid_nothing_goes_out(days: int, amount: Decimal) -> None:
    """At whatever point of the ladder the money comes."""
    life = Life()
    life.live(timedelta(days=days))
    due = life.case.money(life.now.date()).arrears
    life.pay(str(max(amount, due)))
    before = len(contacts(life))
    assert isinstance(life.live(timedelta(days=30)), Done)
    assert len(contacts(life)) == before


def test_steps_are_a_function_of_their_arguments() -> None:
    """Asked twice, answered twice the same."""

    def lived() -> list[Step]:
        life = Life()
        life.live(timedelta(days=70))
        return life.seen

    assert lived() == lived()


# --- core banking's figures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quoted", ["0.00", "500.00", "1050.01"])
def test_figures_that_core_banking_s_own_books_do_not_give_are_explained_by_a_person_first(quoted: str) -> None:
    """Nobody is asked for a sum that the bank does not quote; the account is read again every day, and then it goes on."""
    life = Life()
    life.quoted_arrears = Decimal(quoted)
    step = life.live(timedelta(days=10))
    assert isinstance(step, Wait)
    assert step.why.rule == "account.differs"
    assert step.ask
    assert step.ask.kind == "reconcile"
    assert not contacts(life)
    reads = [s for s in life.seen if isinstance(s, Act) and isinstance(s.action, ReadAccount)]
    assert len(reads) == 11
    life.quoted_arrears = None
    life.live(timedelta(days=5))
    assert contacts(life)


def test_money_that_was_signalled_before_it_is_in_the_books_is_no_difference() -> None:
    """The reading did not have it yet."""
    life = Life()
    life.live(timedelta(hours=1))
    life.pay("300.00")
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "policy.grace"


def test_books_of_the_evening_before_are_read_once_and_very_old_ones_by_a_person() -> None:
    """An end-of-day core tells the account as of last night: reading it again at once would tell the same."""
    life = Life()
    life.books_lag = timedelta(hours=20)
    life.live(timedelta(days=12))
    assert contacts(life)
    reads = [s for s in life.seen if isinstance(s, Act) and isinstance(s.action, ReadAccount)]
    assert len(reads) <= len(contacts(life)) + 2
    life.books_lag = timedelta(days=3)
    step = life.live(timedelta(days=20))
    assert isinstance(step, Wait)
    assert step.why.rule == "account.stale"


def test_money_from_a_day_that_never_comes_is_looked_into() -> None:
    """A mistyped value date silences no case for decades unseen."""
    life = Life()
    life.live(timedelta(hours=1))
    life.pay("1050.00", on=date(2062, 11, 20))
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "money.on_its_way"
    assert step.ask


def test_a_short_window_is_not_spread_beyond_its_end() -> None:
    """One hour a day, spread over two: who would come after its end comes at its beginning."""
    hours = next(r for r in rules()[1][1].rules if r.id == "CN.HOURS").model_copy(update={"close": time(9)})
    others = tuple(r for r in rules()[1][1].rules if r.id != "CN.HOURS")
    book = rules()[1][1].model_copy(update={"rules": (hours, *others)})
    late = next(n for n in range(50) if stable_phase(f"L{n}") > 0.6)
    life = Life(f"L{late}")
    life.law = (rules()[1][0], book)
    life.live(timedelta(days=4))
    assert len(contacts(life)) == 1
