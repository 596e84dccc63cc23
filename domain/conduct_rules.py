"""What each rule that time alone does not satisfy says of a contact: nothing, or that it is blocked or to be reviewed."""

from __future__ import annotations

from typing import assert_never

from domain.calendar import is_open, local_date
from domain.conduct_debt import of_debt
from domain.conduct_question import Objection, Question, appointment_of, block
from domain.conduct_recipient import of_recipient
from domain.conduct_timing import hours_of
from schemas.rulebook import (
    AttemptCap,
    AttemptGap,
    BorrowerHold,
    ChannelOptOut,
    ClosedDays,
    Consent,
    ContactHours,
    ConversationCap,
    ConversationPause,
    DebtHold,
    Deceased,
    DisclosedFees,
    ListedAgency,
    Obligations,
    PriorNotice,
    Recipients,
    Recording,
    Rule,
    RunningAgreement,
    ThirdParty,
    ThroughRepresentative,
    TimeBarred,
    VisitTeam,
    WholeStop,
    WordingRule,
)

BY_POST = ("statutory_notice", "court_service")
"""Purposes that a letter serves also where the borrower has opted out of letters."""


def objection(rule: Rule, q: Question) -> Objection | None:
    """What `rule` says against the contact; None if it has nothing to say, or time will satisfy it."""
    match rule:
        case Deceased() | WholeStop() | ChannelOptOut() | Consent() | BorrowerHold():
            return _of_borrower(rule, q)
        case ThroughRepresentative() | Recipients() | ThirdParty() | ListedAgency():
            return of_recipient(rule, q)
        case DebtHold() | RunningAgreement() | PriorNotice() | DisclosedFees() | TimeBarred():
            return of_debt(rule, q)
        case VisitTeam():
            wrong = q.proposal.team < rule.minimum or q.proposal.appointment is None
            return block("visit_planned", q.proposal.channel == "visit" and wrong)
        case ContactHours():
            return block("another_appointment", q.proposal.channel in rule.channels and _out_of_hours(rule, q))
        case AttemptCap() | ConversationCap() | ConversationPause() | AttemptGap() | ClosedDays():
            return None  # time releases these
        case Obligations() | Recording() | WordingRule():
            return None  # said beside an allowed contact, looked at afterwards, or of the text, which is not there yet
        case _:
            assert_never(rule)


def _of_borrower(rule: Deceased | WholeStop | ChannelOptOut | Consent | BorrowerHold, q: Question) -> Objection | None:
    """What the borrower said, and what has befallen them."""
    purpose, channel, role, standing = q.proposal.purpose, q.proposal.channel, q.proposal.role, q.facts.standing
    match rule:
        case Deceased():
            others = role in ("representative", "co_borrower", "guarantor")
            return block("representative_named", standing.deceased and not others)
        case WholeStop():
            return block("contact_allowed", standing.stopped is not None and q.demands)
        case ChannelOptOut():
            theirs = role in ("borrower", "representative") and channel in standing.opted_out
            exempt = purpose == "reply" or (purpose in BY_POST and channel == "letter")
            return block("channel_opted_in", theirs and not exempt)
        case Consent():
            return block("channel_opted_in", channel in rule.channels and channel not in standing.opted_in)
        case BorrowerHold():
            # Distress that was heard in a talk is held on the debt it was about (`domain.debt_standing`).
            if not (q.demands and q.held((*standing.holds, *q.facts.debt.holds), rule.holds)):
                return None
            return Objection(rule.verdict, "hold_ended" if rule.verdict == "block" else "reviewed")
        case _:
            assert_never(rule)


def _out_of_hours(rule: ContactHours, q: Question) -> bool:
    """Whether a visit lies, or reaches, outside the hours of one day, or is past."""
    appointment = appointment_of(q.proposal)
    if appointment is None:
        return False
    begins, ends = appointment
    windows = hours_of(rule, q.facts.standing, q.proposal, begins)
    closed = not all(
        any(all(is_open(moment, *window, zone) for moment in appointment) for window in windows) for zone in q.zones
    )
    overnight = any(local_date(begins, zone) != local_date(ends, zone) for zone in q.zones)
    return closed or overnight or not q.at <= begins <= ends
