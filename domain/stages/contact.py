"""Contact: climb the strategy's ladder of channels, at legal moments only, until paid or something else is called for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import day_start
from domain.counting import counted
from domain.prospects import Climbable, rungs_left, spent
from domain.stages.onward import onward
from domain.stages.outreach import Touch, touch
from domain.stages.papers import in_time, prepare
from domain.stages.placing import before_the_next_bucket, placed_anew, until_the_next_segment
from domain.stages.situation import Situation, words
from domain.treatments import called_for, not_before, treatment
from schemas.steps import Step, Wait, Why


def next_step(s: Situation) -> Step:
    """The segment as it is by now; silence in grace and below the threshold; else papers that will be wanted; else the next
    rung that can be climbed, when it may be; else onward."""
    step = placed_anew(s) or _grace(s) or prepare(s) or _climb(s) or _spent(s)
    return before_the_next_bucket(s, in_time(s, step))


def _grace(s: Situation) -> Step | None:
    """Before the end of grace nothing happens but waiting."""
    ends = _grace_ends(s)
    if s.now >= ends:
        return None
    days = treatment(s).grace_days
    left = rungs_left(s)
    if not left:
        text = f"{counted(days, 'day')} of grace for this segment, then a person: nothing reaches the borrower"
        return Wait(until=ends, why=Why(rule="policy.grace", text=text))
    waiting = Why(rule="policy.grace", text=f"{counted(days, 'day')} of grace for this segment, then {_name(left[0])}")
    return _try(s, left[0], waiting) or Wait(until=ends, why=waiting)


def _climb(s: Situation) -> Step | None:
    if spent(s):
        return None
    for rung in rungs_left(s):
        step = _try(s, rung, None)
        if step is not None:
            return step
    return None


def _try(s: Situation, at: Climbable, waiting: Why | None) -> Step | None:
    rung = at.rung
    text = f"{_name(at)}, {counted(s.money.days_past_due, 'day')} past due"
    earliest = max(_earliest(s, at), _grace_ends(s))
    wanted = Touch(
        channel=at.way.channel,
        template=at.way.template,
        party=at.party,
        point=at.point,
        earliest=earliest,
        why=Why(rule=f"policy.ladder.{at.index + 1}", text=text),
        waiting=waiting,
        purpose=rung.purpose,
        notice=rung.notice,
        deadline_hours=rung.deadline_hours if at.way.channel == "human_call" else None,
        rung=at.index + 1,
        latest=_latest(s, at, earliest),
        choice=at.choice,
    )
    return touch(s, wanted)


def _name(at: Climbable) -> str:
    return f"{words(at.way.channel)} ({at.way.template})"


def _earliest(s: Situation, at: Climbable) -> datetime:
    moments = [day_start(_counted_from(s) + timedelta(days=at.rung.from_dpd), s.strategy.bank_zone)]
    if s.case.contacts:
        moments.append(s.case.contacts[-1].at + timedelta(days=at.rung.gap_days))
    return max(moments + not_before(s))


def _latest(s: Situation, at: Climbable, earliest: datetime) -> datetime:
    """Until when the rung may wait for a better hour: within its deadline, and before the day of the next one."""
    latest = earliest + timedelta(hours=at.rung.deadline_hours)
    following = treatment(s).ladder[at.index + 1 :]
    if not following:
        return latest
    return min(latest, day_start(_counted_from(s) + timedelta(days=following[0].from_dpd), s.strategy.bank_zone))


def _grace_ends(s: Situation) -> datetime:
    return day_start(_counted_from(s) + timedelta(days=treatment(s).grace_days + 1), s.strategy.bank_zone)


def _counted_from(s: Situation) -> date:
    assert s.money.counted_from is not None, "a case without arrears is closed before its stage is asked"
    return s.money.counted_from


def _spent(s: Situation) -> Step:
    """Messages and calls have done what they can, or no rule lets any more of them go out."""
    why = spent(s) or "no rung that is left may be climbed"
    climbed = why in ("the ladder is climbed", "no rung that is left may be climbed")
    if climbed and (later := until_the_next_segment(s)):
        return later
    if not s.case.contacts_made and not called_for(s):
        return onward(s, "contact.unreachable", "no way to reach the borrower is left: a collector is to look")
    days = treatment(s).person_after_days
    ready = s.case.contacts[-1].at + timedelta(days=days) if s.case.contacts else s.now
    if s.now < ready and climbed:
        text = f"the last rung was climbed; a person takes over {counted(days, 'day')} later"
        return Wait(until=ready, why=Why(rule="policy.person", text=text))
    text = f"every rung climbed, not paid {counted(days, 'day')} later" if why == "the ladder is climbed" else why
    return onward(s, "policy.person", text)
