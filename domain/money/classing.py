"""Of which of the five classes a loan is, by its days past due, and how it came there.

The bank classes its assets; this says what the days alone make of it, so that whoever works a case sees where it stands. A
class here falls as soon as the days do: an observation period before a better class is the bank's own to keep.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.money.basis import Basis
from domain.money.owed import Position
from domain.money.positions import position
from schemas.account import Classes, FiveTier
from schemas.loan import Instalment, Transaction


@dataclass(frozen=True, slots=True)
class Classed:
    """A class, and the day since which the loan is of it."""

    since: date
    tier: FiveTier


def class_of(days_past_due: int, classes: Classes) -> FiveTier:
    """The class after so many days past due."""
    if days_past_due >= classes.loss:
        return "loss"
    if days_past_due >= classes.doubtful:
        return "doubtful"
    if days_past_due >= classes.substandard:
        return "substandard"
    return "special_mention" if days_past_due >= classes.special_mention else "pass"


def class_history(
    instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date, basis: Basis
) -> tuple[Classed, ...]:
    """Every class that the loan was of up to the bank's date `on`, the oldest first, since its first instalment was due.

    By all that is known today: money that came late and counts from an earlier day has changed what was, and money that was
    taken back counts until the day from which it does not.
    """
    schedule, moved = tuple(instalments), tuple(transactions)
    if not schedule:
        return ()
    basis = replace(basis, explained=None)  # the days are those of the books, also where figures differ
    classes = basis.in_force.classes
    dues = [*(item.due_on for item in schedule), *(item.value_date for item in moved if item.kind == "charge")]
    turns = {due_on + timedelta(days=1) for due_on in dues} | {item.value_date for item in moved}
    turns |= {day for pause in basis.pauses for day in (pause.starts_on, pause.ends_on + timedelta(days=1))}
    if basis.whole_due_on:
        turns.add(basis.whole_due_on + timedelta(days=1))
    first = min(item.due_on for item in schedule)
    if basis.tolerance and basis.contract:  # what is tolerated today may grow beyond it on any day
        turns |= {first + timedelta(days=n) for n in range((on - first).days)}
    days = sorted({first, on} | {day for day in turns if first < day <= on})
    found: list[Classed] = []
    for day, following in zip(days, [*days[1:], on + timedelta(days=1)], strict=True):
        for since, tier in _within(position(schedule, moved, day, basis), day, following, basis, classes):
            if not found or found[-1].tier != tier:
                found.append(Classed(since, tier))
    return tuple(found)


def _within(
    then: Position, day: date, following: date, basis: Basis, classes: Classes
) -> Iterable[tuple[date, FiveTier]]:
    """The classes from `day` until the day before `following`, while nothing moves but time."""
    yield day, class_of(then.days_past_due, classes)
    if then.overdue_since is None or any(pause.starts_on <= day <= pause.ends_on for pause in basis.pauses):
        return
    for limit in (classes.special_mention, classes.substandard, classes.doubtful, classes.loss):
        turns = day + timedelta(days=limit - then.days_past_due)
        if day < turns < following:
            yield turns, class_of(limit, classes)
