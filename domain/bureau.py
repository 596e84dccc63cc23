"""Reporting to the credit bureau: told before, reported once the notice has provably arrived, brought up to date when paid.

It goes on beside whatever else the case does. What a hold stops, see `domain.holds` (`credit_report`); bringing a record up
to date, or right, is stopped by none.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import day_start
from domain.counting import counted
from domain.holds import stopping
from domain.prospects import reach
from domain.stages.outreach import Touch, touch
from domain.stages.situation import Situation
from schemas.reporting import CreditReporting, ReportStatus
from schemas.steps import Act, ReportCredit, Step, Wait, Why

RETRY = timedelta(hours=1)
"""A bureau that did not answer is asked again after so long: nobody waits for it, and no case is parked over it."""


def put_right(s: Situation) -> Step | None:
    """What the bureau must hear before a case may end: that it was wrong, or that it is paid."""
    told = s.case.reporting
    if told.wrong:
        return _report(s, "corrected", "the record was wrong: the credit bureau is told")
    if told.status == "overdue" and s.money.arrears == 0:
        return _report(s, "cleared", "what was reported is paid: the credit bureau is told")
    return None


def next_step(s: Situation) -> Step | None:
    """The notice, or the report, if it is time for it; None if not, or if the case has to wait for something first."""
    step = _due(s)
    return step if isinstance(step, Act) else None


def moments(s: Situation) -> list[datetime]:
    """When it is to be looked at again."""
    policy, since = s.strategy.reporting, s.money.overdue_since
    if policy is None or since is None or _done(s):
        return []
    step = _due(s)
    waiting = [step.until] if isinstance(step, Wait) and step.until else []
    return [moment for moment in (*waiting, _notice_at(s, policy), _report_at(s, policy)) if moment]


def unproven(s: Situation) -> datetime | None:
    """Since when a report should have been made that waits for proof of the notice's arrival; None if none does."""
    policy, since = s.strategy.reporting, s.money.overdue_since
    if policy is None or since is None or _done(s) or s.case.reporting.arrived_at:
        return None
    if stopping(s.case, "credit_report", s.now):
        return None
    return day_start(since + timedelta(days=policy.report_from_dpd), s.strategy.bank_zone)


def _due(s: Situation) -> Step | None:
    policy = s.strategy.reporting
    if policy is None or s.money.overdue_since is None or _done(s) or stopping(s.case, "credit_report", s.now):
        return None
    if s.case.reporting.notice is None:
        return _notice(s, policy)
    at = _report_at(s, policy)
    if at is None or s.now < at:
        return None
    return _report(
        s,
        "overdue",
        f"{counted(s.money.days_past_due, 'day')} past due, and told before: reported to the credit bureau",
    )


def _done(s: Situation) -> bool:
    """Reported; or reported and found to be wrong, so that the same is not said again."""
    return s.case.reporting.status in ("overdue", "corrected")


def _notice_at(s: Situation, policy: CreditReporting) -> datetime | None:
    since = s.money.overdue_since
    return day_start(since + timedelta(days=policy.notice_from_dpd), s.strategy.bank_zone) if since else None


def _report_at(s: Situation, policy: CreditReporting) -> datetime | None:
    since, arrived = s.money.overdue_since, s.case.reporting.arrived_at
    if since is None or arrived is None:
        return None
    first = day_start(since + timedelta(days=policy.report_from_dpd), s.strategy.bank_zone)
    return max(first, arrived + timedelta(days=policy.wait_days))


def _notice(s: Situation, policy: CreditReporting) -> Step | None:
    at, reached = _notice_at(s, policy), reach(s, policy.channel)
    if at is None or s.now < at or reached is None or s.case.pending_task(s.now):
        return None
    party, point = reached
    text = "the borrower is told before the loan is reported to the credit bureau"
    return touch(
        s,
        Touch(
            channel=policy.channel,
            template=policy.template,
            party=party,
            point=point,
            earliest=s.now,
            why=Why(rule="bureau.notice", text=text),
            purpose="statutory_notice",
            more={"notice": "credit_report"},
        ),
    )


def _report(s: Situation, status: ReportStatus, text: str) -> Step:
    failing = s.case.failing.get("credit_bureau")
    if failing and s.now < failing.last + RETRY:
        return Wait(until=failing.last + RETRY, why=Why(rule="bureau.retry", text=text))
    told = s.case.reporting
    action = ReportCredit(
        key=f"{s.case.loan_id}:e{s.case.epoch}:b{told.reports + 1}",
        status=status,
        amount=s.money.arrears,
        days_past_due=s.money.days_past_due,
        notice=told.notice,
    )
    return Act(action=action, why=Why(rule="bureau.report", text=text))
