"""Rules about the debt that a contact is about: what holds it, what was agreed, what had to be told, limitation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.calendar import local_date, next_date
from domain.conduct_question import DEMANDS, Objection, Question, block
from domain.conduct_timing import Timed
from schemas.contact import ContactProposal
from schemas.debt import DebtStanding, Notice
from schemas.rulebook import DebtHold, DisclosedFees, PriorNotice, RunningAgreement, TimeBarred


def of_debt(
    rule: DebtHold | RunningAgreement | PriorNotice | DisclosedFees | TimeBarred, q: Question
) -> Objection | None:
    """What a rule about the debt says against the contact."""
    debt = q.facts.debt
    match rule:
        case DebtHold():
            bound = q.demands and _of_product(rule, debt) and q.held(debt.holds, rule.holds)
            return Objection(rule.verdict, "hold_ended" if rule.verdict == "block" else "reviewed") if bound else None
        case RunningAgreement():
            bound = q.demands and _of_product(rule, debt) and debt.agreement in rule.agreements
            return block("agreement_broken", bound)
        case PriorNotice():
            given = _given(rule, debt)
            missing = given is None or (rule.arrived and given.arrived_at is None)
            return block("notice_given", _wants(rule, q.proposal) and missing)
        case DisclosedFees():
            return block("fee_disclosed", q.demands and bool(q.proposal.undisclosed))
        case TimeBarred():
            return _time_barred(rule, q)
        case _:
            assert_never(rule)


def notice_wait(
    rule: PriorNotice, proposal: ContactProposal, debt: DebtStanding, zones: tuple[ZoneInfo, ...]
) -> Timed | None:
    """The wait after a notice that was given; None if there is none to wait for."""
    given = _given(rule, debt)
    if not rule.days or given is None or not _wants(rule, proposal):
        return None
    from_ = max(given.given_at, given.arrived_at) if rule.arrived and given.arrived_at else given.given_at
    wait = timedelta(days=rule.days)

    def first(at: datetime, limit: datetime) -> datetime | None:
        moment = at
        while moment <= limit:
            if all(local_date(moment, zone) >= local_date(from_, zone) + wait for zone in zones):
                return moment
            moment = min(next_date(moment, zone) for zone in zones)
        return None

    return Timed(rule.id, first, wait)


def _of_product(rule: DebtHold | RunningAgreement, debt: DebtStanding) -> bool:
    """A debt of unknown product is bound by rules for any."""
    return not rule.products or debt.product is None or debt.product in rule.products


def _wants(rule: PriorNotice, proposal: ContactProposal) -> bool:
    if rule.channels and proposal.channel not in rule.channels:
        return False
    if proposal.notice == rule.notice or proposal.purpose not in DEMANDS:
        return False  # the notice itself, and what is not a demand
    return proposal.agency is not None if rule.before == "agency" else True


def _given(rule: PriorNotice, debt: DebtStanding) -> Notice | None:
    return next((each for each in debt.notices if each.notice == rule.notice), None)


def _time_barred(rule: TimeBarred, q: Question) -> Objection | None:
    """The day after the last of the period, in any zone: what the borrower's own clock says decides last."""
    ends = q.proposal.limitation_ends
    if ends is None or all(local_date(q.at, zone) <= ends for zone in q.zones):
        return None
    if q.proposal.purpose in rule.purposes or set(rule.threats) & set(q.proposal.consequences):
        return Objection("block", "debt_acknowledged")
    return Objection("review", "reviewed") if q.proposal.template in rule.acknowledging else None
