"""Complaints on a case: by when each is to be answered, by whom not, and who is off the case."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.parts import Complaint
from schemas.policy import Strategy


def undecided(case: Case) -> tuple[Complaint, ...]:
    """The complaints that nobody has answered yet, oldest first."""
    return tuple(complaint for complaint in case.complaints if complaint.outcome is None)


def due_at(complaint: Complaint, strategy: Strategy) -> datetime:
    """The end of the last day to answer it on the bank's calendar. The day on which it came is not counted."""
    times = strategy.answering
    days = times.complicated_days if complaint.complicated else times.days
    if complaint.extended:
        days += times.senior_days
    received = bank_date(complaint.received_at, strategy.bank_zone)
    return day_start(received + timedelta(days=days + 1), strategy.bank_zone)


def off_the_case(case: Case) -> frozenset[str]:
    """Ids of collectors and agencies who must not be given a task: complained of, and the complaint not rejected."""
    return frozenset(
        name for complaint in case.complaints if complaint.outcome != "rejected" for name in complaint.against
    )


def involved(case: Case, complaint: Complaint, who: str) -> str | None:
    """Why `who` may not decide the complaint, in words; None if they have nothing to do with it."""
    if who in complaint.against:
        return f"{who} is complained of"
    if who in case.collectors:
        return f"{who} has spoken with the borrower on this case"
    return None
