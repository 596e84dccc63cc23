"""A word before an agreed part is due, and one when it was missed and can still be made good: what was agreed, not a demand.
And, after a cure, a word before the next instalment is due.

They go by the guard as replies, for the borrower agreed to what they are reminded of, or has paid and keeps to the
contract. The guard lets replies pass where it stops demands, so what stops a demand, and a channel that the borrower has
shut, are asked about here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.agreements import Judgement
from domain.calendar import day_start
from domain.holds import stopping
from domain.parts import Agreement
from domain.prospects import reach
from domain.stages.outreach import Touch, touch
from domain.stages.situation import Situation
from schemas.authority import MessageChannel
from schemas.steps import Decide, Step, Wait, Why


def remind(s: Situation, agreement: Agreement, judged: Judgement) -> Step | None:
    """The next step towards the message that is due to the borrower about `agreement`, or the wait for it; None if there is
    none any more before it is judged."""
    policy = s.strategy.negotiation.reminder if s.strategy.negotiation else None
    if policy is None or judged.paid >= judged.due - agreement.terms.tolerance_amount:
        return None
    left = judged.due - judged.paid  # of a later part, what was due before it is in both
    if not judged.curing:
        first = max(
            day_start(judged.due_on - timedelta(days=policy.days_before), s.strategy.bank_zone), agreement.made_at
        )
        last = day_start(judged.due_on + timedelta(days=1), s.strategy.bank_zone)
        text = f"{s.shown(left)} of what was agreed is to come by {judged.due_on:%Y-%m-%d}: a reminder before it"
        why = Why(rule="agreement.reminder", text=text)
        return _message(s, policy.channel, policy.template, first, last, why)
    if policy.missed_template is None:
        return None
    text = f"{s.shown(left)} of what was agreed by {judged.due_on:%Y-%m-%d} is not there: it can still be made good"
    why = Why(rule="agreement.missed", text=text)
    return _message(s, policy.channel, policy.missed_template, judged.missed_at, judged.at, why)


def remind_of_instalment(s: Situation, due_on: date) -> Step | None:
    """The next step towards the message before the instalment of a cured loan that is due on `due_on`, or the wait for it;
    None if it is paid, or there is no message any more. It is no reason to park a case, nor to ask anybody."""
    policy = s.strategy.watch_reminder
    if policy is None or s.case.parked or not s.case.money(due_on + timedelta(days=1), s.strategy.account).overdue:
        return None
    first = day_start(due_on - timedelta(days=policy.days_before), s.strategy.bank_zone)
    last = day_start(due_on + timedelta(days=1), s.strategy.bank_zone)
    why = Why(
        rule="watch.reminder", text=f"cured: the next instalment is due on {due_on:%Y-%m-%d}, a reminder before it"
    )
    step = _message(s, policy.channel, policy.template, first, last, why)
    asks = isinstance(step, Decide) or (isinstance(step, Wait) and step.until is None)
    return None if asks else step


def _message(
    s: Situation, channel: MessageChannel, template: str, first: datetime, last: datetime, why: Why
) -> Step | None:
    """One message between `first` and `last`, unless it was sent or cannot be."""
    sent = any(contact.proposal.template == template and contact.at >= first for contact in s.case.contacts)
    shut = channel in s.case.standing.opted_out or stopping(s.case, "dunning", s.now) is not None
    reached = reach(s, channel)
    if sent or shut or reached is None or s.now >= last:
        return None
    if s.now < first:
        return Wait(until=first, why=why)
    party, point = reached
    wanted = Touch(
        channel=channel,
        template=template,
        party=party,
        point=point,
        earliest=first,
        why=why,
        waiting=why,
        purpose="reply",
    )
    step = touch(s, wanted)
    too_late = isinstance(step, Wait) and step.until is not None and step.until >= last
    return None if too_late else step
