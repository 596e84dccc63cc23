"""Rules of conduct that time alone can satisfy: from a moment on, the first that each of them does not forbid.

Hours and days are those of every zone the borrower may be in. A date counts if it is the same in any of the zones: the
stricter reading of a cap for somebody whose whereabouts are not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, assert_never
from zoneinfo import ZoneInfo

from domain.calendar import local_date, next_date, next_open
from domain.conduct_question import DEMANDS
from schemas.contact import Agreed, ConductFacts, ContactProposal, Conversation, PastAttempt, Standing
from schemas.loan import PointUse
from schemas.rulebook import (
    AttemptCap,
    AttemptGap,
    ClosedDays,
    ContactHours,
    ConversationCap,
    ConversationPause,
    RuleBase,
    TimedRule,
)

First = Callable[[datetime, datetime], datetime | None]
"""From a moment, up to a limit: the first moment that is allowed; None if none is."""
Zones = tuple[ZoneInfo, ...]

_MOST_EAST, _MOST_WEST = timedelta(hours=14), timedelta(hours=-12)
_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Timed(NamedTuple):
    """A rule, and the first moment that it does not forbid.

    `reach`: how long it may keep a contact back at the most, what recurs every day or week left out.
    """

    rule: str
    first: First
    reach: timedelta = timedelta(0)


def timed(rule: TimedRule, proposal: ContactProposal, facts: ConductFacts, zones: Zones) -> Timed | None:
    """What `rule` says of the contact by time; None if it does not bind it."""
    if proposal.channel not in rule.channels:
        return None
    if isinstance(rule, ContactHours):
        return Timed(rule.id, _hours(rule, facts.standing, proposal, zones))
    if proposal.purpose not in DEMANDS or (isinstance(rule, AttemptCap) and not _of_use(rule, proposal.use)):
        return None
    return Timed(rule.id, _first(rule, _allows(rule, proposal, facts, zones), zones), _reach(rule))


def _reach(rule: AttemptCap | ConversationCap | ConversationPause | AttemptGap | ClosedDays) -> timedelta:
    match rule:
        case AttemptCap() | ConversationPause():
            return rule.days * _DAY
        case ConversationCap():
            return _DAY
        case AttemptGap():
            return timedelta(minutes=rule.minutes)
        case ClosedDays():
            return len(rule.dates) * 7 * _DAY  # each may be the one day of its week that is open
        case _:
            assert_never(rule)


def in_force(rule: RuleBase, at: datetime, zones: Zones) -> bool:
    """Whether `rule` is in force at `at` on the date of any zone; with no zone known, on any date in the world."""
    dates = [local_date(at, zone) for zone in zones] or [(at + _MOST_WEST).date(), (at + _MOST_EAST).date()]
    last = rule.effective_until or date.max
    return any(rule.effective_from <= day <= last for day in dates)


def hours_of(
    rule: ContactHours, standing: Standing, proposal: ContactProposal, at: datetime
) -> list[tuple[time, time]]:
    """The daily windows that are open at `at`, on the recipient's clock: the rule's, and what was agreed beside it."""
    agreed = granted(rule, standing, proposal, "hours")
    return [(rule.open, rule.close), *((a.open, a.close) for a in agreed if _lasts(a, at))]  # pyright: ignore[reportReturnType]


def granted(
    rule: ContactHours | AttemptCap | ConversationPause,
    standing: Standing,
    proposal: ContactProposal,
    grants: Literal["hours", "attempts"],
) -> tuple[Agreed, ...]:
    """What the borrower agreed to beyond this rule. It is theirs alone: a guarantor has agreed to nothing."""
    if not rule.waivable or proposal.role not in ("borrower", "representative"):
        return ()
    return tuple(a for a in standing.agreed if a.grants == grants and proposal.channel in a.channels)


def _lasts(agreed: Agreed, at: datetime) -> bool:
    return agreed.until is None or at < agreed.until


def _hours(rule: ContactHours, standing: Standing, proposal: ContactProposal, zones: Zones) -> First:
    def opening(moment: datetime, limit: datetime) -> datetime | None:
        """The first moment at which, on every clock, one of the windows is open."""
        while moment <= limit:
            latest = moment
            for zone in zones:
                windows = hours_of(rule, standing, proposal, moment)
                nexts = [next_open(moment, *window, (zone,), limit) for window in windows]
                lasting = [
                    n for n, w in zip(nexts, windows, strict=True) if n and w in hours_of(rule, standing, proposal, n)
                ]
                if not lasting:
                    return None
                latest = max(latest, min(lasting))
            if latest == moment:
                return moment
            moment = latest
        return None

    def first(at: datetime, limit: datetime) -> datetime | None:
        moment: datetime | None = at
        while moment is not None and moment <= limit:
            if not in_force(rule, moment, zones) or opening(moment, moment):
                return moment
            # Closed until it opens, or until a date on which the rule is no longer in force.
            new_day = min(next_date(moment, zone) for zone in zones) if rule.effective_until else limit
            opened = opening(moment, min(new_day, limit))
            moment = opened or (new_day if rule.effective_until else None)
        return None

    return first


class _Allows(NamedTuple):
    """Whether a moment is allowed; and moments, beside the beginnings of days, at which that may change."""

    at: Callable[[datetime], bool]
    turns: tuple[datetime, ...] = ()


def _first(rule: RuleBase, allows: _Allows, zones: Zones) -> First:
    def first(at: datetime, limit: datetime) -> datetime | None:
        moment = at
        while moment <= limit:
            if not in_force(rule, moment, zones) or allows.at(moment):
                return moment
            turns = [turn for turn in allows.turns if turn > moment]
            moment = min([*turns, *(next_date(moment, zone) for zone in zones)])
        return None

    return first


def _allows(
    rule: AttemptCap | ConversationCap | ConversationPause | AttemptGap | ClosedDays,
    proposal: ContactProposal,
    facts: ConductFacts,
    zones: Zones,
) -> _Allows:
    match rule:
        case AttemptCap():
            agreed = granted(rule, facts.standing, proposal, "attempts")
            made = [a.at for a in _attempts(rule, proposal, facts)]
            return _capped(made, rule.maximum, rule.days, zones, agreed)
        case ConversationCap():
            return _capped([t.at for t in _conversations(rule, proposal, facts)], rule.maximum, 1, zones, ())
        case ConversationPause():
            agreed = granted(rule, facts.standing, proposal, "attempts")
            return _paused([t.at for t in _conversations(rule, proposal, facts)], rule.days, zones, agreed)
        case AttemptGap():
            made = [a.at for a in _spaced(rule, proposal, facts)]
            gap = timedelta(minutes=rule.minutes)
            return _Allows(
                lambda moment: all(abs(moment - at) >= gap for at in made), tuple(sorted(at + gap for at in made))
            )
        case ClosedDays():
            return _Allows(lambda moment: not any(_closed(rule, local_date(moment, zone)) for zone in zones))
        case _:
            assert_never(rule)


def attempts_in_reach(
    rule: AttemptCap | AttemptGap, proposal: ContactProposal, facts: ConductFacts, at: datetime, zones: Zones
) -> list[PastAttempt]:
    """The attempts that stand, by `rule`, against making the contact at `at`."""
    if isinstance(rule, AttemptGap):
        gap = timedelta(minutes=rule.minutes)
        return [a for a in _spaced(rule, proposal, facts) if abs(at - a.at) < gap]
    return [a for a in _attempts(rule, proposal, facts) if _near(a.at, at, rule.days, zones)]


def talks_in_reach(
    rule: ConversationCap | ConversationPause,
    proposal: ContactProposal,
    facts: ConductFacts,
    at: datetime,
    zones: Zones,
) -> list[Conversation]:
    """The conversations that stand, by `rule`, against making the contact at `at`."""
    days = rule.days if isinstance(rule, ConversationPause) else 1
    return [
        talk
        for talk in _conversations(rule, proposal, facts)
        if any(abs(_ordinal(at, zone) - _ordinal(talk.at, zone)) < days for zone in zones)
    ]


def _near(one: datetime, at: datetime, days: int, zones: Zones) -> bool:
    if days > 1 and abs(at - one) < timedelta(days=days):
        return True
    return any(abs(_ordinal(at, zone) - _ordinal(one, zone)) < days for zone in zones)


def _spaced(rule: AttemptGap, proposal: ContactProposal, facts: ConductFacts) -> list[PastAttempt]:
    return [a for a in facts.attempts if a.channel in rule.channels and a.attempt != proposal.attempt]


def _attempts(rule: AttemptCap, proposal: ContactProposal, facts: ConductFacts) -> list[PastAttempt]:
    return [
        attempt
        for attempt in facts.attempts
        if attempt.attempt != proposal.attempt
        and attempt.channel in rule.channels
        and _of_use(rule, attempt.use)
        and (rule.per != "contact_point" or attempt.contact_point_id == proposal.contact_point_id)
        and (rule.per != "debt" or facts.loan_id in (None, attempt.loan_id, *attempt.also))
        and (rule.per != "recipient" or attempt.party_id in (None, proposal.party_id))
    ]


def _of_use(rule: AttemptCap, use: PointUse | None) -> bool:
    """A point of which nobody knows the use may be of any."""
    return not rule.uses or use is None or use in rule.uses


def _conversations(
    rule: ConversationCap | ConversationPause, proposal: ContactProposal, facts: ConductFacts
) -> list[Conversation]:
    # A talk of which nobody wrote down with whom was one with the borrower.
    mine = (proposal.party_id, None) if proposal.role == "borrower" else (proposal.party_id,)
    return [
        talk
        for talk in facts.conversations
        if (rule.per != "debt" or facts.loan_id is None or talk.loan_id == facts.loan_id)
        and (rule.per != "recipient" or talk.party_id in mine)
    ]


def _capped(made: Sequence[datetime], maximum: int, days: int, zones: Zones, agreed: Sequence[Agreed]) -> _Allows:
    dates = [[_ordinal(at, zone) for zone in zones] for at in made]
    window = timedelta(days=days)

    def at(moment: datetime) -> bool:
        grants = [a.maximum for a in agreed if _lasts(a, moment)]
        if None in grants:
            return True
        near = [range(today - days + 1, today + days) for today in (_ordinal(moment, zone) for zone in zones)]
        by_date = sum(any(map(range.__contains__, near, day)) for day in dates)
        by_hours = sum(abs(moment - one) < window for one in made) if days > 1 else 0
        return max(by_date, by_hours) < max([maximum, *(each for each in grants if each)])

    return _Allows(at, tuple(sorted(one + window for one in made)) if days > 1 else ())


def _ordinal(at: datetime, where: ZoneInfo) -> int:
    """The local date as a number: with a hundred attempts, differences of dates are most of what a verdict costs."""
    return local_date(at, where).toordinal()


def _paused(talks: Sequence[datetime], days: int, zones: Zones, agreed: Sequence[Agreed]) -> _Allows:
    def at(moment: datetime) -> bool:
        if any(_lasts(a, moment) for a in agreed):
            return True
        return all(local_date(moment, zone) >= local_date(talk, zone) + days * _DAY for talk in talks for zone in zones)

    return _Allows(at)


def _closed(rule: ClosedDays, day: date) -> bool:
    return day in rule.dates or _WEEKDAYS[day.weekday()] in rule.weekdays
