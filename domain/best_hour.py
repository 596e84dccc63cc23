"""At which hour a borrower's own calls were answered, and so when the next one is best made.

Nothing but past calls of this very case is looked at: when each was made, and whether somebody answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from domain.calendar import local_date, occurrences
from domain.counting import counted
from domain.parts import PastContact
from schemas.contact import CONVERSATIONS, Channel
from schemas.treatment import BestHour

CALLS: tuple[Channel, ...] = ("robot_call", "human_call")

Legal = Callable[[datetime], datetime | None]
"""From a moment on, the first at which the call may be made; None if no time suits."""

Between = tuple[datetime, datetime]
Spread = tuple[timedelta, float]
"""Over how long calls are spread that would else begin together, and where among them this one is, in [0, 1)."""
NO_SPREAD: Spread = (timedelta(), 0.0)
BEGUN = timedelta(minutes=10)
"""A call that is being made when its band ends is not broken off: if calls in it were answered, it goes on for so long."""


@dataclass(frozen=True)
class Call:
    """A call that was made, and whether somebody answered it."""

    at: datetime
    answered: bool


@dataclass(frozen=True)
class Chosen:
    """When to call, and why then, in a few words."""

    at: datetime
    why: str


@dataclass(frozen=True)
class _Tally:
    calls: int = 0
    answered: int = 0

    def expected(self, option: BestHour) -> Fraction:
        """The mean of a Beta distribution that began with what the strategy expects of anybody."""
        prior = option.expect_answered + option.expect_unanswered
        return Fraction(option.expect_answered + self.answered, prior + self.calls)


def calls(contacts: Sequence[PastContact]) -> list[Call]:
    """The calls among `contacts` of which it is known whether they were answered, each at the hour at which it was made.

    Of a call by people that is when they reported it, not when they were given it.
    """
    made: list[Call] = []
    for contact in contacts:
        answered = contact.result == "answered" or contact.result in CONVERSATIONS
        if contact.proposal.channel in CALLS and not contact.shadow and (answered or contact.result == "no_answer"):
            made.append(Call(contact.result_at or contact.at, answered))
    return made


def best(
    option: BestHour, made: Sequence[Call], where: ZoneInfo, between: Between, legal: Legal, spread: Spread = NO_SPREAD
) -> Chosen | None:
    """The first legal moment of the band of hours whose calls are likeliest to be answered; of equals the earliest.

    None if no call has told anything yet, or no moment is legal. `between` two aware moments, both included; bands are of the
    clock of `where`. Calls that wait for a band to begin are spread over a while after that.
    """
    first, last = between
    if not made or last < first:
        return None
    tallies = _tallied(option, made, where)
    chosen: tuple[Fraction, datetime, int] | None = None
    for band, opens, closes in _bands(option, first - BEGUN, last, where):
        tally = tallies.get(band, _Tally())
        moment = _moment(opens, closes, between, legal, spread, goes_on=tally.answered > 0)
        if moment is not None and (chosen is None or tally.expected(option) > chosen[0]):
            chosen = tally.expected(option), moment, band
    if chosen is None:
        return None
    return Chosen(chosen[1], _said(option, chosen[2], tallies))


def _moment(
    opens: datetime, closes: datetime, between: Between, legal: Legal, spread: Spread, *, goes_on: bool
) -> datetime | None:
    """When to call in a band. `goes_on`: if it has just ended, it still counts."""
    first, last = between
    if closes <= first:
        return first if goes_on and legal(first) == first else None
    if opens > first:
        over, phase = spread
        spread_out = opens + min(over, (min(closes, last) - opens) / 2) * phase
        if legal(spread_out) == spread_out:
            return spread_out
    moment = legal(max(opens, first))
    return moment if moment is not None and moment < closes and moment <= last else None


def _tallied(option: BestHour, made: Sequence[Call], where: ZoneInfo) -> dict[int, _Tally]:
    tallies: dict[int, _Tally] = {}
    for call in made:
        band = _band(option, call.at, where)
        so_far = tallies.get(band, _Tally())
        tallies[band] = _Tally(so_far.calls + 1, so_far.answered + call.answered)
    return tallies


def _band(option: BestHour, at: datetime, where: ZoneInfo) -> int:
    """The first hour of the band that a moment lies in."""
    return at.astimezone(where).hour // option.hours * option.hours


def _bands(
    option: BestHour, first: datetime, last: datetime, where: ZoneInfo
) -> Iterator[tuple[int, datetime, datetime]]:
    """Each band between two moments, in order: its hour, its part's beginning, and the beginning of the next."""
    opens = first
    while opens <= last:
        following = (_band(option, opens, where) + option.hours) % 24
        day = local_date(opens, where) + timedelta(days=following == 0)
        # An hour that comes twice may be behind us once.
        turns = occurrences(datetime.combine(day, time(following)), where)
        closes = next((turn for turn in turns if turn > opens), opens + timedelta(hours=option.hours))
        yield _band(option, opens, where), opens, closes
        opens = closes


def _said(option: BestHour, band: int, tallies: dict[int, _Tally]) -> str:
    hours = f"between {band} and {band + option.hours}"
    if band in tallies:
        return f"answered {tallies[band].answered} of {counted(tallies[band].calls, 'call')} {hours}"
    answered, tried = sum(t.answered for t in tallies.values()), sum(t.calls for t in tallies.values())
    return f"no call {hours} yet, answered {answered} of {tried} at other hours"
