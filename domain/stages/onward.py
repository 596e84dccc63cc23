"""Where a case goes when its stage has done what it can: a visit, a suit, or a person."""

from __future__ import annotations

from datetime import date

from domain.calendar import day_start
from domain.lifecycle import enter
from domain.prospects import suit_from, visit_from
from domain.stages.situation import Situation
from schemas.facts import HandedToPerson, Stage
from schemas.steps import Decide, Step, Wait, Why


def move(s: Situation, target: Stage) -> Step | None:
    """Enter `target` if the table allows it now."""
    entered = enter(s, target)
    return Decide(facts=(entered,), why=Why(rule=entered.rule, text=entered.why)) if entered else None


def onward(s: Situation, rule: str, why: str) -> Step:
    """To a visit if one is possible, else to court, on the day from which that may be; else a person has the case, for
    `why` by `rule`."""
    ways: tuple[tuple[Stage, date | None], ...] = (("field_visit", visit_from(s)), ("litigation", suit_from(s)))
    for target, day in ways:
        if day is None or s.case.stage == target:
            continue
        moved = move(s, target)
        if moved:
            return moved
        if s.today < day:
            text = f"{why}; {target.replace('_', ' ')} from {day:%Y-%m-%d} on"
            return Wait(until=day_start(day, s.strategy.bank_zone), why=Why(rule=f"stage.{target}", text=text))
    handed = HandedToPerson(rule=rule, why=why)
    return Decide(facts=(handed,), why=Why(rule=rule, text=why))
