"""A case is covered by another's message only if it was about to say the same; and what is taken back leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.covering import Joining, joining, may_cover
from domain.holds import stopping
from domain.quiet import with_fact
from schemas.contact import ContactProposal
from schemas.facts import (
    AttemptCovered,
    ChannelOptedOut,
    CoverEnded,
    Fact,
    HoldOpened,
    Parked,
    Paused,
    PaymentPosted,
    StageEntered,
)
from tests.domain.casework import NOON, Life

TEXTS = frozenset({"reminder_sms", "reminder_push", "reminder_email", "overdue_sms"})
DAY = timedelta(days=1)
LEAD = ContactProposal(
    attempt="L9:4",
    channel="sms",
    contact_point_id="L1-phone",
    party_id="L1-P",
    template="overdue_sms",
    zones=("Asia/Shanghai",),
    rung=5,
)


def due_today() -> Life:
    """A case on the morning of the day of its first SMS, before eight."""
    life = Life()
    life.live(timedelta(hours=1))
    life.live(NOON.replace(day=13, hour=18, minute=0))  # two in the morning of the 14th, four days past due
    return life


def joins(life: Life, lead: ContactProposal = LEAD, currency: str = "CNY") -> Joining | None:
    return joining(life.case, life.strategy, life.law, life.now, lead, currency, TEXTS)


def test_it_is_covered_on_the_day_on_which_it_would_have_written() -> None:
    life = due_today()
    found = joins(life)
    assert found is not None
    cover = found.cover
    assert (cover.loan_id, cover.arrears, cover.currency, cover.days_past_due) == ("L1", Decimal("1050.00"), "CNY", 4)
    told = (cover.proposal.attempt, cover.proposal.template, cover.proposal.rung)
    assert told == ("L9:4", "overdue_sms", 1)  # the message's own, and this case's rung
    assert found.reads_first  # the account was read two days ago
    life.now -= DAY  # in grace
    assert joins(life) is None


@pytest.mark.parametrize(
    "other",
    [
        {"channel": "app_push"},
        {"contact_point_id": "L1-phone-2"},
        {"party_id": "L1-Q"},
        {"zones": ("Asia/Urumqi",)},
        {"role": "guarantor"},
        {"agency": "agency-2"},
    ],
)
def test_a_message_to_somebody_or_somewhere_else_covers_nothing(other: dict[str, object]) -> None:
    assert joins(due_today(), LEAD.model_copy(update=other)) is None


@pytest.mark.parametrize(
    "lead",
    [
        {"channel": "human_call"},
        {"channel": "visit"},
        {"purpose": "reply"},
        {"purpose": "statutory_notice"},
        {"milestone": "demanded", "channel": "letter"},
        {"template": "us_first_notice"},
        {"notice": "validation"},
    ],
)
def test_what_can_never_speak_of_several_debts(lead: dict[str, object]) -> None:
    """Talks, replies, notices of the law, steps of a suit, and whatever has no text for it."""
    assert may_cover(LEAD, TEXTS)
    assert not may_cover(LEAD.model_copy(update=lead), TEXTS)


STOPS: list[Fact] = [
    HoldOpened(hold="h1", hold_kind="dispute", reason="borrower_disputes"),
    HoldOpened(hold="h1", hold_kind="dispute", reason="borrower_disputes", review_at=NOON + timedelta(hours=44)),
    Paused(reason="operator", until=NOON + timedelta(hours=44)),
    Parked(rule="loop.no_progress", why="an operator is to look"),
    ChannelOptedOut(channel="sms"),
    StageEntered(stage="negotiation", rule="test", why="test"),
    PaymentPosted(reference="P1", amount=Decimal("1050.00"), currency="CNY", value_date=NOON.date()),
    PaymentPosted(reference="P1", amount=Decimal("1045.00"), currency="CNY", value_date=NOON.date()),
]


@pytest.mark.parametrize("stop", STOPS, ids=lambda fact: fact.kind)
def test_whatever_stops_the_case_keeps_it_out(stop: Fact) -> None:
    """Also a hold or a pause that ends by itself before the day is over: now it stands."""
    life = due_today()
    life.tell(stop)
    assert joins(life) is None


def test_another_currency_keeps_it_out() -> None:
    assert joins(due_today(), currency="USD") is None


def test_a_case_that_was_covered_goes_on_with_the_next_rung_and_its_gap() -> None:
    life = due_today()
    found = joins(life)
    assert found is not None
    life.tell(AttemptCovered(attempt="L9:4", by_loan="L9", cover=found.cover))
    assert (life.case.rung, life.case.contacts_made) == (1, 1)
    assert joins(life) is None
    step = life.step()
    assert step.kind == "wait"
    assert step.until is not None
    assert step.until >= life.now + 2 * DAY


HAPPENINGS = st.lists(
    st.one_of(
        st.sampled_from([*STOPS, ChannelOptedOut(channel="email")]),
        st.decimals("1", "3200", places=2).map(
            lambda amount: PaymentPosted(reference="P2", amount=amount, currency="CNY", value_date=NOON.date())
        ),
        st.integers(1, 60).map(lambda hours: timedelta(hours=hours)),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(HAPPENINGS, st.sampled_from(["sms", "email", "app_push"]))
def test_whatever_has_happened_a_debt_is_spoken_of_only_if_it_is_owed_and_nothing_stops_it(
    happened: list[Fact | timedelta], channel: str
) -> None:
    life = Life()
    life.live(timedelta(hours=1))
    kind = {"sms": "phone", "email": "email", "app_push": "app"}[channel]
    lead = LEAD.model_copy(update={"channel": channel, "contact_point_id": f"L1-{kind}"})
    for one in happened:
        if isinstance(one, timedelta):
            life.live(one)
        else:
            life.tell(one)
        found = joins(life, lead)
        if found is None:
            continue
        case, money = life.case, life.case.money(life.today)
        assert money.arrears == found.cover.arrears > 0
        assert (case.status, case.stage, case.parked, case.open_attempt) == ("open", "contact", None, None)
        assert stopping(case, "dunning", life.now) is None
        assert channel not in case.standing.opted_out

        before = life.case
        covered = AttemptCovered(attempt="L9:4", by_loan="L9", cover=found.cover)
        after = with_fact(
            with_fact(before, covered, life.now),
            CoverEnded(attempt="L9:4", outcome="released", code="cancelled"),
            life.now,
        )
        kept = {"head", "decision_head", "not_before", "blocked"}
        assert after.model_dump(exclude=kept) == before.model_dump(exclude=kept)
