"""What keeps a case from going on by itself: tasks that were overtaken, holds, approvals, agreements, people, silence."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import ending
from domain.agreements import judge
from domain.calendar import day_start
from domain.complaints import barred
from domain.court import at_court
from domain.folding.contacting import COLLECTOR_REMOVED
from domain.holds import WHILE_AGREED, InForce, Matter, stopping
from domain.parts import Approval
from domain.stages.outreach import read_account
from domain.stages.reminding import remind
from domain.stages.situation import Situation, words
from schemas.steps import Ask, Step, Wait, Why

CONFIRMED_BEFORE = timedelta(hours=2)
"""A visit whose account could not be read until so long before it is called off: people have yet to hear of it."""

FARTHEST_VALUE_DATE = timedelta(days=14)
"""Money that counts from a later day than this is looked into by a person; weekends, holidays and cheques are within it."""


def _matter(s: Situation) -> Matter:
    """What the case would do now, as the holds' table calls it."""
    match s.case.stage:
        case "assessment":
            return "assessment"
        case "contact":
            return "dunning"
        case "negotiation":
            return "negotiation"
        case "field_visit":
            return "visit"
        case "litigation":
            return "court_steps" if at_court(s.case) else "new_suit"


def overtaken(s: Situation) -> Step | None:
    """A call or a visit that people have still to make, and that something stops now."""
    task = s.case.pending_task(s.now)
    if task is None:
        return None
    asked: Matter = "negotiation" if s.case.stage == "negotiation" else "dunning"
    matter: Matter = "visit" if task.proposal.channel == "visit" else asked
    hold = stopping(s.case, matter, s.now)
    if hold:
        return ending.call_off(s, hold.row.kind)
    if s.case.agreement:
        return ending.call_off(s, "agreed")
    if not s.money.overdue:
        return ending.call_off(s, "paid")
    if barred(s.case).difference(task.proposal.exclude):  # whoever has it may be one of them
        return ending.call_off(s, COLLECTOR_REMOVED)
    return _confirmed(s)


def _confirmed(s: Situation) -> Step | None:
    """Before a visit the account is read again; if nobody can say by then whether it was paid, nobody is visited."""
    task, policy = s.case.task, s.strategy.field_visit
    if task is None or policy is None or task.proposal.appointment is None or s.now >= task.proposal.appointment:
        return None
    look = task.proposal.appointment - timedelta(hours=policy.confirm_hours)
    read_at = s.case.account_read_at
    if s.now < look or (read_at is not None and read_at >= look):
        return None
    latest = latest_confirmation(s)
    assert latest is not None
    if s.now >= latest:
        return ending.call_off(s, "not_confirmed")
    if s.case.parked:
        return None
    step = read_account(s, Why(rule="account.before_visit", text="read the account again before the visit"))
    if isinstance(step, Wait) and step.until:
        return step.model_copy(update={"until": min(step.until, latest)})
    return step


def latest_confirmation(s: Situation) -> datetime | None:
    """Until when the account must have been read for a visit to take place."""
    task = s.case.pending_task(s.now)
    appointment = task.proposal.appointment if task else None
    return appointment - CONFIRMED_BEFORE if appointment else None


def held(s: Situation) -> Step | None:
    """What the case waits for instead of going on: a hold's end, a person, an approval, an agreement, a task, time given."""
    hold = stopping(s.case, _matter(s), s.now)
    if hold:
        return _wait_for(hold)
    if s.case.handed:
        return Wait(until=None, why=Why(rule=s.case.handed.rule, text=s.case.handed.why), ask=Ask(kind="collect"))
    suing = s.case.stage == "litigation"
    asked = next(
        (a for a in s.case.approvals if a.approved is None and (a.terms or (a.subject == "acceleration" and suing))),
        None,
    )
    if asked:
        return _approval(s, asked)
    return _agreed(s) or _with_people(s) or _silent(s)


def _approval(s: Situation, asked: Approval) -> Wait:
    """Whoever is to approve something has until its deadline, and is reminded before."""
    ask = Ask(kind="approval", about=asked.approval, deadline=asked.deadline, role=asked.asks)
    why = Why(rule=asked.limit, text=f"{asked.subject} waits for an approval: {asked.why}")
    hours = s.strategy.negotiation.approval_reminder_hours if s.strategy.negotiation else None
    if hours is None:
        return Wait(until=asked.deadline, why=why, ask=ask)
    reminded_at = asked.deadline - timedelta(hours=hours)
    if s.now < reminded_at:
        return Wait(until=reminded_at, why=why, ask=ask)
    text = f"reminder: {asked.subject} waits for an approval until {asked.deadline:%Y-%m-%d %H:%M} UTC: {asked.why}"
    ask = ask.model_copy(update={"reminder": True})
    return Wait(until=asked.deadline, why=Why(rule="approval.reminder", text=text), ask=ask)


def _wait_for(hold: InForce) -> Wait:
    text = f"{hold.row.why} ({words(hold.reason)})"
    ask = Ask(kind=hold.row.ask, about=hold.hold) if hold.row.ask else None
    if hold.row.kind == "pause" and hold.until:
        return Wait(until=hold.until, why=Why(rule="hold.pause", text=text))
    return Wait(until=hold.until, why=Why(rule=f"hold.{hold.row.kind}", text=text), ask=ask)


def _agreed(s: Situation) -> Step | None:
    """While an agreement is kept nothing is demanded."""
    agreement = s.case.agreement
    matter = _matter(s)
    if agreement is None or (matter not in WHILE_AGREED and matter != "negotiation"):
        return None
    judged = judge(agreement, s.case, s.strategy, s.now)
    what = f"a {agreement.terms.kind} is being kept" if judged.paid else f"a {agreement.terms.kind} was made"
    text = f"{what}: {s.shown(judged.due)} by {judged.due_on:%Y-%m-%d}, {s.shown(judged.paid)} paid so far"
    until = judged.at if judged.missed_at <= s.now else judged.missed_at
    waiting = Wait(until=until, why=Why(rule="agreement.running", text=text))
    return remind(s, agreement, judged) or waiting


def _with_people(s: Situation) -> Step | None:
    task = s.case.pending_task(s.now)
    if task is None:
        return None
    if task.proposal.channel != "visit":
        why = Why(rule="task.human_call", text="a collector is to call and record what came of it")
        return Wait(until=task.deadline, why=why, ask=Ask(kind="call", about=task.attempt, deadline=task.deadline))
    appointment, policy = task.proposal.appointment, s.strategy.field_visit
    assert appointment is not None
    text = (
        f"{task.proposal.team} people visit the borrower at {appointment:%Y-%m-%d %H:%M} UTC and report what came of it"
    )
    until = task.deadline
    if policy and s.now < (look := appointment - timedelta(hours=policy.confirm_hours)):
        until = look  # to see whether it was paid
    ask = Ask(kind="visit", about=task.attempt, deadline=task.deadline)
    return Wait(until=until, why=Why(rule="task.visit", text=text), ask=ask)


def _silent(s: Situation) -> Step | None:
    """Too little to trouble anybody for; money that has come and counts from a later day; time that was given."""
    ignored = s.strategy.thresholds.ignore_arrears
    if s.money.arrears < ignored and not s.case.whole_is_due:
        following = [i.due_on for i in s.case.instalments if i.due_on >= s.today]
        until = day_start(min(following) + timedelta(days=1), s.strategy.bank_zone) if following else None
        why = Why(rule="policy.ignore_arrears", text="the arrears are too small to trouble anybody")
        return Wait(until=until, why=why, ask=None if until else Ask(kind="small_arrears"))
    counting = s.case.counting_from(s.today)
    if counting and s.case.money_with_all_known(s.today, s.strategy.account).arrears < ignored:
        text = f"the money has come and counts from {counting:%Y-%m-%d}: nobody is asked for it again"
        until = day_start(counting, s.strategy.bank_zone)
        # No bank values money so late: somebody mistyped, and the silence would last for ever.
        far = counting > s.today + FARTHEST_VALUE_DATE
        ask = Ask(kind="reconcile") if far else None
        return Wait(until=until, why=Why(rule="money.on_its_way", text=text), ask=ask)
    if s.case.quiet_until and s.now < s.case.quiet_until and s.case.stage != "litigation":
        why = Why(rule="contact.quiet", text="the borrower was given time in a conversation")
        return Wait(until=s.case.quiet_until, why=why)
    return None
