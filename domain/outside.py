"""Patience with systems outside: when to ask again one that failed, and when to ask a person instead."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.case import Case
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
        text = f"{name} failed {failing.count} times since {failing.since:%Y-%m-%d %H:%M}Z ({failing.code})"
        parked = Parked(rule="outside.given_up", why=f"{text}; an operator is to look and resume")
        return Decide(facts=(parked,), why=Why(rule="outside.given_up", text=parked.why))
    retry_at = failing.last + timedelta(minutes=strategy.patience.minutes[failing.count - 1])
    if now >= retry_at:
        return None
    text = f"{name} does not answer ({failing.code}), try {failing.count + 1} then"
    return Wait(until=retry_at, why=Why(rule="outside.retry", text=text))
