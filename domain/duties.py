"""What somebody owes the borrower by a day, whatever else the case does: an answer, a correction. It is asked for while the
case waits, and alarmed about once its time is over; a case does not end over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from domain import bureau
from domain.calendar import bank_date, day_start
from domain.complaints import due_at, undecided
from domain.holds import in_force
from domain.stages.situation import Situation, words
from schemas.facts import CaseClosed
from schemas.restrictions import Restriction
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
    holds_up_closing: bool = True
    overrides: bool = True
    """Whether it is asked for before all else once it is late. What only holds up something of ours waits its turn."""

    def asked(self, now: datetime) -> Ask:
        """What a person is asked for."""
        return Ask(kind=self.overdue if now >= self.due else self.ask, about=self.about, deadline=self.due)

    def why(self, now: datetime) -> Why:
        """The reason, and that it is late."""
        if now < self.due:
            return Why(rule=self.rule, text=self.text)
        return Why(rule=self.late, text=f"late since {self.due:%Y-%m-%d %H:%M} UTC: {self.text}")


def duties(s: Situation) -> tuple[Duty, ...]:
    """All that is owed, the most urgent first; what is owed to the borrower comes before a suspicion of somebody else."""
    owed = [*_complaints(s), *_disputes(s), *_credit(s), *_restrictions(s)]
    urgent = sorted(owed, key=lambda duty: (not duty.overrides, duty.due, duty.about))
    return (*urgent, *_rackets(s))


def minded(s: Situation, step: Step) -> Step:
    """`step`, with what is owed in mind.

    A borrower in danger comes first. A wait ends when something falls due, and asks for it where it asks for nothing else;
    an answer that is late is asked for before all else. A case that would close waits for it.
    """
    owed = duties(s)
    danger = next((hold for hold in in_force(s.case, s.now) if hold.row.kind == "self_harm"), None)
    if danger and isinstance(step, Wait):
        ask, why = Ask(kind="self_harm", about=danger.hold), Why(rule="hold.self_harm", text=danger.row.why)
        return step.model_copy(update={"ask": ask, "why": why})
    if not owed:
        return step
    first = owed[0]
    closing = next((duty for duty in owed if duty.holds_up_closing), None)
    if closing and isinstance(step, Decide) and any(isinstance(fact, CaseClosed) for fact in step.facts):
        first = closing
        text = f"the case would end, and waits for this: {first.why(s.now).text}"
        step = Wait(until=None, why=Why(rule="duty.before_closing", text=text), ask=first.asked(s.now))
    if not isinstance(step, Wait):
        return step
    moments = [duty.due for duty in owed if duty.due > s.now] + ([step.until] if step.until else [])
    step = step.model_copy(update={"until": min(moments, default=None)})
    if s.now >= first.due and first.overrides:
        return step.model_copy(update={"ask": first.asked(s.now), "why": first.why(s.now)})
    if step.ask is None and not first.overrides:
        return step.model_copy(update={"ask": first.asked(s.now)})
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


def _rackets(s: Situation) -> list[Duty]:
    """A suspicion is looked into by somebody else. It is never the answer to a complaint, and ends no case later."""
    days = timedelta(days=s.strategy.answering.racket_days)
    return [
        Duty(
            ask="racket",
            overdue="racket",
            about=each.party_id,
            due=each.suspected_at + days,
            rule="racket.review",
            late="racket.late",
            text=f"{each.party_id}, who acts for the borrower, is suspected of a racket ({words(each.reason)})",
            holds_up_closing=False,
        )
        for each in s.case.standing.suspected
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


def _restrictions(s: Situation) -> list[Duty]:
    """Whoever is to approve a restriction is asked for it while the case goes on."""
    return [
        Duty(
            ask="approval",
            overdue="approval",
            about=asked.approval,
            due=asked.deadline,
            rule=asked.limit,
            late=asked.limit,
            text=f"{words(asked.subject)} waits for an approval: {asked.why}",
            holds_up_closing=False,
            overrides=False,
        )
        for asked in s.case.approvals
        if asked.approved is None and asked.subject in get_args(Restriction)
    ]


def _credit(s: Situation) -> list[Duty]:
    """An error at the bureau is answered in the law's time; a report waits for proof that its notice arrived."""
    policy, error = s.strategy.reporting, s.case.reporting.error
    found: list[Duty] = []
    if policy and error:
        told = bank_date(error.told_at, s.strategy.bank_zone)
        found.append(
            Duty(
                ask="credit_error",
                overdue="credit_error_overdue",
                about=error.error,
                due=day_start(told + timedelta(days=policy.correction_days + 1), s.strategy.bank_zone),
                rule="bureau.error",
                late="bureau.error_late",
                text=f"what was reported to the credit bureau is to be looked into ({words(error.reason)})",
            )
        )
    since = bureau.unproven(s)
    if since and s.now >= since:
        text = "the loan was to be reported to the credit bureau, and nothing proves that the notice arrived"
        found.append(
            Duty(
                ask="credit_notice",
                overdue="credit_notice",
                about=s.case.reporting.notice or s.case.loan_id,
                due=since,
                rule="bureau.unproven",
                late="bureau.unproven",
                text=text,
                holds_up_closing=False,
                overrides=False,
            )
        )
    return found
