"""Whom something has befallen: no income, illness, despair, insolvency, death."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from schemas.messages import OpenHold
from simulation.model import Act
from simulation.moments import DAY, percent_of
from simulation.scene import Scene, Told


def cannot_pay(s: Scene) -> Iterator[Act]:
    """Picks up, asks for time, and has a tenth of it once. Half of them would pay in instalments, and break off."""
    told = Told(willingness="medium", ability="low", overdue_reason="unemployment")
    has_had_one = any(act.what == "accept_plan" for act in s.history.acts)
    if s.negotiates and s.inclined(50, "wants a plan") and not has_had_one:
        yield from s.answer("right_party", Told(wish="plan", ability="low", overdue_reason="unemployment"))
        return
    if not s.is_talk or not s.first_talk:
        yield from s.answer("refused" if s.is_talk else "needs_time", told)
        return
    yield from s.answer("needs_time", replace(told, quiet_until=s.heard_at + 14 * DAY))
    if s.reached and not s.money_on_its_way:
        paid_at = s.heard_at + s.days(8, 12, "token")
        yield from s.pays(paid_at, percent_of(s.arrears(paid_at), 10, s.loan.currency))


def falls_ill(s: Scene) -> Iterator[Act]:
    """Once spoken with: ill, little money, would like to pay in instalments. For half of them the collector stops it all."""
    told = Told(wish="plan", willingness="high", ability="low", overdue_reason="illness")
    yield from s.answer("right_party" if s.negotiates or not s.first_talk else "needs_time", told)
    if s.contact.channel == "human_call" and s.reached and s.first_talk and s.inclined(50, "held"):
        hold = OpenHold(by=s.collector, hold_kind="hardship", reason="illness")
        yield s.command(hold, s.heard_at + timedelta(minutes=s.number(5, 30, "writes it up")))


def is_distressed(s: Scene) -> Iterator[Act]:
    """In despair at the first talk; later calm, and thankful for instalments."""
    if s.is_talk and not s.told("distressed"):
        yield from s.answer("distressed", Told(ability="low", overdue_reason="bereavement"))
        return
    yield from s.answer("right_party", Told(wish="plan", willingness="high", ability="low"))


def dies(s: Scene) -> Iterator[Act]:
    """Does not answer; what arrives is opened by nobody (see `alone`)."""
    yield from s.answer("no_answer")


def goes_insolvent(s: Scene) -> Iterator[Act]:
    """Has nothing to say, and too many to say it to."""
    yield from s.answer("refused" if s.chance(40, "speaks") else "no_answer", Told(ability="low"))
