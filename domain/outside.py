"""Patience with systems outside: when to ask again one that failed, and when to ask a person instead."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.case import Case
from domain.counting import counted
from domain.wording import WITHHELD
from schemas.facts import Parked
from schemas.policy import Strategy
from schemas.steps import Decide, Step, Wait, Why


def patience(case: Case, system: str, strategy: Strategy, now: datetime) -> Step | None:
    """None if `system` may be asked now; else wait for the next try, or park the case after the last one."""
    failing = case.failing.get(system)
    if failing is None:
        return None
    name = system.replace("_", " ")
    if failing.count > len(strategy.patience.minutes):
        text = f"{name} failed {counted(failing.count, 'time')} since {failing.since:%Y-%m-%d %H:%M}Z ({failing.code})"
        parked = Parked(rule="outside.given_up", why=f"{text}; an operator is to look and resume")
        return Decide(facts=(parked,), why=Why(rule="outside.given_up", text=parked.why))
    retry_at = failing.last + timedelta(minutes=strategy.patience.minutes[failing.count - 1])
    if now >= retry_at:
        return None
    text = f"{name} does not answer ({failing.code}), try {failing.count + 1} then"
    return Wait(until=retry_at, why=Why(rule="outside.retry", text=text))


def withheld(case: Case) -> Step | None:
    """Park a case whose text a rule of wording kept back: no waiting mends it. None if there is no such text."""
    failing = case.failing.get(WITHHELD)
    if failing is None:
        return None
    text = f"a text was kept back by {failing.code.removeprefix('guard.').upper()}; an operator is to look and resume"
    parked = Parked(rule="wording.withheld", why=text)
    return Decide(facts=(parked,), why=Why(rule="wording.withheld", text=text))
