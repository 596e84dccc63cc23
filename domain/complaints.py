"""Complaints on a case: by when each is to be answered, by whom not, and who is off the case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.parts import Complaint
from schemas.facts import CollectorsCleared, CollectorsRemoved
from schemas.policy import Strategy

UNNAMED = frozenset(("robot", "field"))
"""Who talks are told of where nobody in person is named: no gateway can leave them out."""


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
    """Ids of collectors and agencies who must not be given a task: complained of on a loan of the borrower, this one or
    another, and the complaint not rejected."""
    elsewhere = (each.against for each in case.standing.removed if each.loan_id != case.loan_id)
    here = (complaint.against for complaint in case.complaints if complaint.outcome != "rejected")
    return frozenset(name for against in (*here, *elsewhere) for name in against)


def barred(case: Case) -> frozenset[str]:
    """Those of them who can be named when a task is given: nobody else than they is kept from it."""
    return off_the_case(case) - UNNAMED


def for_all_loans(case: Case) -> CollectorsRemoved | CollectorsCleared | None:
    """What a complaint on this case has for every loan of the borrower, and was not told them yet; None if nothing."""
    told = {each.complaint for each in case.standing.removed if each.loan_id == case.loan_id}
    for complaint in case.complaints:
        name = complaint.complaint
        if complaint.against and complaint.outcome != "rejected" and name not in told:
            return CollectorsRemoved(complaint=name, loan_id=case.loan_id, against=complaint.against)
        if complaint.outcome == "rejected" and name in told:
            return CollectorsCleared(complaint=name, loan_id=case.loan_id)
    return None


def involved(case: Case, complaint: Complaint, who: str, elsewhere: Collection[str] = ()) -> str | None:
    """Why `who` may not decide the complaint, in words; None if they have nothing to do with it, nor with the borrower.

    `elsewhere`: who has spoken with the borrower on other loans of theirs.
    """
    if who in complaint.against:
        return f"{who} is complained of"
    if who in off_the_case(case):
        return f"{who} is complained of elsewhere by this borrower"
    if who in case.collectors:
        return f"{who} has spoken with the borrower on this case"
    if who in elsewhere:
        return f"{who} has spoken with the borrower on another loan"
    return None
