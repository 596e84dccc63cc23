"""A cured loan is watched: its next instalments are looked at the day after each was due, and a missed one brings it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import day_start
from domain.counting import counted
from domain.stages.outreach import read_account
from domain.stages.reminding import remind_of_instalment
from domain.stages.situation import Situation
from schemas.facts import CaseClosed, Relapsed
from schemas.steps import Decide, Step, Wait, Why


def next_step(s: Situation) -> Step | None:
    """The watch, until enough instalments were paid in time or one was not; None of a loan that is not cured."""
    cured_at = s.case.cured_at
    if cured_at is None:
        return None
    since = s.money.overdue_since
    if since is not None:
        return _owes_again(s, _looked_at(s, since))
    seen = sorted((_looked_at(s, i.due_on), i.due_on) for i in s.case.due_instalments())
    watched = [(moment, due_on) for moment, due_on in seen if moment > cured_at][: s.strategy.watch_instalments]
    following = next(((moment, due_on) for moment, due_on in watched if moment > s.now), None)
    if following is None:
        text = f"cured, and {counted(len(watched), 'instalment was', 'instalments were')} paid in time"
        closed = CaseClosed(outcome="cured", rule="watch.over", why=text)
        return Decide(facts=(closed,), why=Why(rule=closed.rule, text=text))
    looked_at, due_on = following
    waiting = Wait(until=looked_at, why=Why(rule="watch.next", text="cured: is the next instalment paid in time?"))
    reminder = remind_of_instalment(s, due_on)
    if isinstance(reminder, Wait):
        return waiting.model_copy(update={"until": reminder.until})
    return reminder or waiting


def _looked_at(s: Situation, due_on: date) -> datetime:
    """When an instalment is looked at: the day after it was due, after the bank's end-of-day run."""
    hours = s.strategy.negotiation.judged_after_hours if s.strategy.negotiation else 0
    return day_start(due_on + timedelta(days=1), s.strategy.bank_zone) + timedelta(hours=hours)


def _owes_again(s: Situation, looked_at: datetime) -> Step:
    """Not before the bank's day is over, and not on yesterday's account."""
    if s.now < looked_at:
        return Wait(until=looked_at, why=Why(rule="watch.next", text="an instalment fell due: is it paid?"))
    read_at = s.case.account_read_at
    if read_at is None or read_at < max(looked_at, s.now - timedelta(hours=1)):
        return read_account(s, Why(rule="account.watch", text="read the account: was the instalment paid?"))
    text = f"a cured loan owes {s.shown(s.money.arrears)} again, since {s.money.overdue_since:%Y-%m-%d}"
    relapsed = Relapsed(rule="watch.relapsed", why=text)
    return Decide(facts=(relapsed,), why=Why(rule=relapsed.rule, text=text))
