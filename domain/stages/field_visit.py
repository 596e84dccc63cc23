"""Field visit: two people, by appointment, to a known address, to somebody who has not paid. What comes of it decides what
is next."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import is_open, local_date, next_open, observed, occurrences
from domain.lifecycle import enter
from domain.prospects import no_visit, reach
from domain.stages.onward import onward
from domain.stages.outreach import Touch, touch
from domain.stages.situation import Situation
from schemas.loan import Party
from schemas.policy import FieldVisit
from schemas.steps import Decide, Step, Why

_SEARCH = timedelta(days=14)


def next_step(s: Situation) -> Step:
    """Send people if a visit is worth it still; else on to what its outcome calls for."""
    policy = s.strategy.field_visit
    why_not = no_visit(s)
    if policy is None or why_not:
        return _leave(s, why_not or "the strategy makes no visits")
    return _send(s, policy) or _leave(s, "the rules of conduct do not let a visit be made")


def _send(s: Situation, policy: FieldVisit) -> Step | None:
    reached = reach(s, "visit")
    assert reached is not None, "without an address no visit is possible"
    party, point = reached
    appointment = _appointment(s, policy, party)
    if appointment is None:
        return None
    begins, ends = appointment
    number = sum(not visit.called_off for visit in s.case.visits) + 1
    # Nothing in the reason moves with the clock: the step while it is carried out is to be the same as when it began.
    text = f"visit {number} of at most {policy.most} by {policy.team} people, by appointment"
    wanted = Touch(
        channel="visit",
        template=policy.template,
        party=party,
        point=point,
        earliest=_earliest(s, policy),
        why=Why(rule="visit.send", text=text),
        fresh_since=s.now - timedelta(hours=1),  # nobody is visited for a debt that was paid
        more={
            "appointment": begins,
            "appointment_end": ends,
            "deadline": ends + timedelta(hours=policy.result_hours),
            "team": policy.team,
            "papers": policy.papers,
        },
    )
    return touch(s, wanted)


def _earliest(s: Situation, policy: FieldVisit) -> datetime:
    visited = [visit.appointment for visit in s.case.visits if not visit.called_off]
    if not visited:
        return s.now
    return max(visited) + timedelta(days=policy.gap_days - policy.lead_days)


def _appointment(s: Situation, policy: FieldVisit, party: Party) -> tuple[datetime, datetime] | None:
    """The first time, so many days ahead, that lies in the hours of visits on every clock that counts at the address."""
    zones, unknown = observed((party.zone,) if party.zone else ())
    if not zones or unknown:
        return None
    planned_on = max(s.now, _earliest(s, policy))
    day = local_date(planned_on, zones[0]) + timedelta(days=policy.lead_days)
    begins: datetime | None = occurrences(datetime.combine(day, policy.opens), zones[0])[0]
    limit = planned_on + timedelta(days=policy.lead_days) + _SEARCH
    duration = timedelta(minutes=policy.minutes)
    while begins is not None and begins <= limit:
        begins = next_open(begins, policy.opens, policy.closes, zones, limit)
        if begins is None:
            return None
        ends = begins + duration
        if all(is_open(ends, policy.opens, policy.closes, where) for where in zones):
            return begins, ends
        begins += timedelta(minutes=15)
    return None


def _leave(s: Situation, why: str) -> Step:
    """To the suit if one was begun or is called for, back to what is left of the ladder, or to a person."""
    last = next((v for v in reversed(s.case.visits) if not v.called_off), None)
    told = f"{why}; the last visit: {last.result or 'no report'}" if last else why
    resumed = enter(s, "contact") if not (last and last.result in ("refused", "unsafe", "moved")) else None
    if resumed:
        return Decide(facts=(resumed,), why=Why(rule=resumed.rule, text=resumed.why))
    return onward(s, "visit.done", told)
