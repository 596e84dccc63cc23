"""What a borrower had said, and what had befallen them, as of each contact: folded by the domain's own rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import cast

from audit.records import Event, EventKind
from domain.standing import apply_standing
from schemas.contact import Channel, Standing
from schemas.facts import (
    ChannelOptedIn,
    ChannelOptedOut,
    ContactAllowed,
    ContactStopped,
    Fact,
    HoldEnded,
    HoldOpened,
)
from schemas.holds import HoldKind

_REASON = "exported"
_Dated = tuple[datetime, Fact]


class Standings:
    """The events of a whole export, borrower by borrower."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._facts: defaultdict[str, list[_Dated]] = defaultdict(list)
        for number, event in enumerate(_merged(events)):
            self._facts[event.borrower_id] += _facts(event, f"{event.kind}:{number}")
        for dated in self._facts.values():
            # Of one moment what allows comes last: that it was forbidden for no time at all proves nothing.
            dated.sort(key=lambda pair: (pair[0], isinstance(pair[1], ChannelOptedIn | ContactAllowed | HoldEnded)))

    def of(self, borrower_id: str) -> StandingInTime:
        """One borrower's standing, to be asked for moment after moment."""
        return StandingInTime(self._facts.get(borrower_id, ()))


class StandingInTime:
    """A standing that moves on with the moments it is asked for, which must not go back."""

    def __init__(self, facts: Iterable[_Dated]) -> None:
        self._left = list(reversed(list(facts)))
        self._standing = Standing()

    def before(self, at: datetime) -> Standing:
        """The standing just before `at`: whoever was told at that very moment could not have known."""
        while self._left and self._left[-1][0] < at:
            moment, fact = self._left.pop()
            self._standing = apply_standing(self._standing, fact, moment)
        return self._standing


def _merged(events: Iterable[Event]) -> Iterator[Event]:
    """The same said twice, over times that overlap or meet, as one: the end of the one is no end of the other. Holds are told
    apart by ids of their own."""
    said: defaultdict[tuple[str, EventKind, Channel | None], list[Event]] = defaultdict(list)
    for event in events:
        if event.kind in ("opt_out", "opt_in", "stopped"):
            said[event.borrower_id, event.kind, event.channel].append(event)
        else:
            yield event
    for same in said.values():
        same.sort(key=lambda event: event.at)
        running = same[0]
        for event in same[1:]:
            if running.ended_at is not None and running.ended_at < event.at:
                yield running
                running = event
            else:
                last = (
                    None
                    if running.ended_at is None or event.ended_at is None
                    else max(running.ended_at, event.ended_at)
                )
                running = replace(running, ended_at=last)
        yield running


def _facts(event: Event, hold: str) -> Iterator[_Dated]:
    began, ended = _pair(event, hold)
    yield event.at, began
    if event.ended_at is not None:
        yield event.ended_at, ended


def _pair(event: Event, hold: str) -> tuple[Fact, Fact]:
    """The fact that an event is, and the one that ends it."""
    match event.kind:
        case "opt_out":
            channel = cast(Channel, event.channel)
            return ChannelOptedOut(channel=channel), ChannelOptedIn(channel=channel)
        case "opt_in":
            channel = cast(Channel, event.channel)
            return ChannelOptedIn(channel=channel), ChannelOptedOut(channel=channel)
        case "stopped":
            return ContactStopped(reason=_REASON), ContactAllowed(reason=_REASON)
        case _:
            opened = HoldOpened(hold=hold, hold_kind=cast(HoldKind, event.kind), reason=_REASON)
            return opened, HoldEnded(hold=hold, reason=_REASON)
