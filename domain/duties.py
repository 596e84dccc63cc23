"""What somebody owes the borrower by a day, whatever else the case does: an answer, a correction. It is asked for while the
case waits, and alarmed about once its time is over; a case does not end over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.complaints import due_at, undecided
from domain.holds import in_force
from domain.stages.situation import Situation, words
from schemas.facts import CaseClosed
from schemas.steps import Ask, AskKind, Decide, Step, Wait, Why


@dataclass(frozen=True)
class Duty:
    """One thing that is due at `due`: what is asked for until then, and what afterwards."""

    ask: AskKind
    overdue: AskKind
    about: str
    due: datetime
    rule: str
    late: str
    text: str

    def asked(self, now: datetime) -> Ask:
        """What a person is asked for."""
        return Ask(kind=self.overdue if now >= self.due else self.ask, about=self.about, deadline=self.due)

    def why(self, now: datetime) -> Why:
        """The reason, and that it is late."""
        if now < self.due:
            return Why(rule=self.rule, text=self.text)
        return Why(rule=self.late, text=f"late since {self.due:%Y-%m-%d %H:%M} UTC: {self.text}")


def duties(s: Situation) -> tuple[Duty, ...]:
    """All that is owed, the most urgent first."""
    owed = [*_complaints(s), *_disputes(s)]
    return tuple(sorted(owed, key=lambda duty: (duty.due, duty.about)))


def minded(s: Situation, step: Step) -> Step:
    """`step`, with what is owed in mind.

    A borrower in danger comes first. A wait ends when something falls due, and asks for it where it asks for nothing else;
    what is late is asked for before all else. A case that would close waits for it.
    """
    owed = duties(s)
    danger = next((hold for hold in in_force(s.case, s.now) if hold.row.kind == "self_harm"), None)
    if danger and isinstance(step, Wait):
        ask, why = Ask(kind="self_harm", about=danger.hold), Why(rule="hold.self_harm", text=danger.row.why)
        return step.model_copy(update={"ask": ask, "why": why})
    if not owed:
        return step
    first = owed[0]
    if isinstance(step, Decide) and any(isinstance(fact, CaseClosed) for fact in step.facts):
        text = f"the case would end, and waits for this: {first.why(s.now).text}"
        step = Wait(until=None, why=Why(rule="duty.before_closing", text=text), ask=first.asked(s.now))
    if not isinstance(step, Wait):
        return step
    moments = [duty.due for duty in owed if duty.due > s.now] + ([step.until] if step.until else [])
    step = step.model_copy(update={"until": min(moments, default=None)})
    if s.now >= first.due:
        return step.model_copy(update={"ask": first.asked(s.now), "why": first.why(s.now)})
    if step.ask is None:
        text = f"{first.text}; {step.why.text}"
        return step.model_copy(update={"ask": first.asked(s.now), "why": Why(rule=first.rule, text=text)})
    own = next((duty for duty in owed if (duty.ask, duty.about) == (step.ask.kind, step.ask.about)), None)
    return step.model_copy(update={"ask": own.asked(s.now)}) if own else step


def _complaints(s: Situation) -> list[Duty]:
    return [
        Duty(
            ask="complaint",
            overdue="complaint_overdue",
            about=complaint.complaint,
            due=due_at(complaint, s.strategy),
            rule="complaint.answer",
            late="complaint.late",
            text=f"a complaint ({words(complaint.reason)}) is to be answered by somebody uninvolved",
        )
        for complaint in undecided(s.case)
    ]


def _disputes(s: Situation) -> list[Duty]:
    days = s.strategy.answering.dispute_days
    if days is None:
        return []
    return [
        Duty(
            ask="dispute",
            overdue="dispute_overdue",
            about=hold.hold,
            due=hold.opened_at + timedelta(days=days),
            rule="dispute.answer",
            late="dispute.late",
            text=f"a dispute ({words(hold.reason)}) is to be answered",
        )
        for hold in s.case.holds
        if hold.kind == "dispute"
    ]
