"""Moving on with the loan: where another segment fits by now, the case is placed anew, and its treatment follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from domain.calendar import day_start
from domain.money import bucket
from domain.segments import choose, profile
from domain.stages.assessment import assess, placing
from domain.stages.situation import Situation
from domain.treatments import treatment
from schemas.steps import Decide, Step, Wait, Why

_LAST_DAYS = (0, 30, 60, 90, 120, 150, 180)
"""Days past due on which a bucket ends: M0, M1, … M6."""


def placed_anew(s: Situation) -> Step | None:
    """Place the case where its loan is now; None if it stands there already, or the strategy has no segments."""
    assessed = s.case.assessed
    if not s.strategy.segments or assessed is None:
        return None
    fresh = assess(s)
    if fresh.placed == assessed.placed or fresh.placed is None:
        return None
    was = assessed.placed
    if was and (was.policy, was.segment, was.treatment, was.arm) == (
        fresh.placed.policy,
        fresh.placed.segment,
        fresh.placed.treatment,
        fresh.placed.arm,
    ):
        return None
    return Decide(facts=(fresh,), why=Why(rule="policy.segment", text=f"{placing(fresh)} from now on"))


def until_the_next_segment(s: Situation) -> Step | None:
    """Wait for the day on which the loan rolls into a segment with another treatment; None if it will not. What is left to be
    done is done there: nobody is handed over on the eve of it."""
    turns, assessed = _turns(s), s.case.assessed
    if turns is None or assessed is None or not s.strategy.segments:
        return None
    then = profile(s.case.request, s.money, assessed.tier, assessed.segment)
    then = replace(then, bucket=bucket(s.money.days_past_due + (turns - s.today).days))
    chosen = choose(s.strategy, then, s.case.request.borrower_id if s.case.request else "")
    if s.strategy.treatments[chosen.treatment] == treatment(s):
        return None
    text = f"nothing is left to send in this segment; segment {chosen.row.segment} from {turns:%Y-%m-%d} on"
    return Wait(until=day_start(turns, s.strategy.bank_zone), why=Why(rule="policy.segment", text=text))


def before_the_next_bucket(s: Situation, step: Step) -> Step:
    """`step`, but if it waits, not beyond the day on which the loan comes into another bucket, if segments ask for it."""
    day = _turns(s)
    if not isinstance(step, Wait) or day is None or not any(row.when.buckets for row in s.strategy.segments):
        return step
    turns = day_start(day, s.strategy.bank_zone)
    if step.until and step.until <= turns:
        return step
    return step.model_copy(update={"until": turns})


def _turns(s: Situation) -> date | None:
    """The bank's date on which the loan comes into another bucket, if nothing is paid; None after the last."""
    since = s.money.counted_from
    last = next((day for day in _LAST_DAYS if day >= s.money.days_past_due), None)
    return since + timedelta(days=last + 1) if since and last is not None else None
