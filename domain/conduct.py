"""The guard: may this contact be made now, and if not, when or after what event.

One pure function over the rules of a rulebook and a few of the house that no rulebook can switch off. A case
asks it to plan; the reservation asks it again, under the borrower's lock, to decide. What is not provably
allowed does not go out.

Which rules bind which purpose:

=================  =======  =====  ================
rule               dunning  reply  statutory_notice
=================  =======  =====  ================
contact hours      yes      yes    yes
deceased           yes      yes    yes
consent            yes      yes    yes
visit team         yes      yes    yes
channel opt-out    yes      no     yes, but a letter
whole stop         yes      no     no
borrower hold      yes      no     no
attempt cap, gap   yes      no     no
conversation       yes      no     no
closed days        yes      no     no
=================  =======  =====  ================

A reply answers what the borrower asked on that channel, so neither their opt-out nor the caps on what comes
unasked stand in its way. Notices that the law wants given (assignment, reporting, termination) must not be
starved by caps or by a stop of demands, but they keep the rules about who is reached and when: not the dead,
not at night, not on a channel the borrower shut. Post stays open to them, for otherwise opting out of
everything would make the notice impossible. What went out for any purpose still counts against the caps of
later dunning: attempts carry no purpose.

A visit is judged by the hours of its appointment, from its beginning to its end: asking the field force for it
disturbs nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.calendar import is_open, local_date, observed
from domain.conduct_timing import Timed, in_force, timed
from schemas.base import as_utc
from schemas.contact import Channel, ConductFacts, ContactProposal, Finding, Verdict, VerdictKind
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
    Deceased,
    Rule,
    Rulebook,
    TimedRule,
    VisitTeam,
    WholeStop,
    WordingRule,
)

NO_ZONE = "HOUSE.NO_ZONE"
CLOCK = "HOUSE.CLOCK"
HORIZON = "HOUSE.HORIZON"

HORIZON_DAYS = timedelta(days=30)
"""A contact that no time within this suits is blocked: somebody should look at the rules, not wait."""

_PRECEDENCE: tuple[VerdictKind, ...] = ("block", "review", "defer")

OBLIGATIONS: dict[Channel, tuple[str, ...]] = {
    "sms": ("name_sender", "opt_out_line"),
    "email": ("name_sender", "opt_out_line"),
    "app_push": ("name_sender", "opt_out_line"),
    "im": ("name_sender", "opt_out_line", "direct_conversation"),
    "letter": ("name_sender", "objection_route", "sealed_envelope"),
    "robot_call": ("record_call", "identity_script", "name_sender", "opt_out_line", "end_by_close"),
    "human_call": ("record_call", "identity_script", "name_sender", "end_by_close"),
    "visit": ("show_id", "record_visit", "identity_script", "consent_to_enter", "end_by_close"),
}
"""What an allowed contact must also do. `identity_script`: no word of the debt before the right party is
verified; `end_by_close`: a call under way at closing time is brought to an end; `direct_conversation`: never a group."""


def decide(proposal: ContactProposal, facts: ConductFacts, now: datetime, rulebook: Rulebook, digest: str) -> Verdict:
    """The verdict on making the contact `proposal` at `now` (aware), with every rule that does not pass.

    `facts.attempts` are the attempts that count, over all loans of the borrower; one with the proposal's own
    id is left out, so that a reserved contact is judged again just before it is sent. `digest` is the sha256
    of `rulebook`.

    Verdicts: `defer` until the earliest moment that passes all timed rules together; each finding has its own
    earliest moment. `block` names the releasing event in its findings. Rules are judged as in force on the
    local date of the moment judged, in any of the zones. Raises ValueError if `now` is naive.
    """
    at = as_utc(now)
    zones, unknown = observed(proposal.zones)
    findings = [
        Finding(rule=rule.id, verdict="block", release=release)
        for rule in rulebook.rules
        if (release := _blocked(rule, proposal, facts, at, zones)) is not None and in_force(rule, at, zones)
    ]
    if unknown or not zones:
        findings.append(Finding(rule=NO_ZONE, verdict="block", release="zone_known"))
    checks = _timed(proposal, facts, zones, rulebook)
    limit = at + HORIZON_DAYS
    moments = [(check.rule, check.first(at, limit)) for check in checks]
    failing = [(rule, moment) for rule, moment in moments if moment != at]
    findings += [Finding(rule=rule, verdict="defer", until=moment) for rule, moment in failing]
    until = _first_common(checks, at, limit) if failing else None
    if failing and until is None:
        findings.append(Finding(rule=HORIZON, verdict="block", release="rules_changed"))
    kind = _strictest(findings)
    return Verdict(
        verdict=kind,
        findings=tuple(findings),
        until=until if kind == "defer" else None,
        obligations=OBLIGATIONS[proposal.channel] if kind == "allow" else (),
        rulebook=digest,
    )


def _strictest(findings: Sequence[Finding]) -> VerdictKind:
    for verdict in _PRECEDENCE:
        if any(finding.verdict == verdict for finding in findings):
            return verdict
    return "allow"


def _blocked(
    rule: Rule, proposal: ContactProposal, facts: ConductFacts, at: datetime, zones: tuple[ZoneInfo, ...]
) -> str | None:
    """The event that would release the contact from `rule`, or None if the rule does not forbid it."""
    purpose, channel, standing = proposal.purpose, proposal.channel, facts.standing
    match rule:
        case Deceased():
            return "representative_named" if standing.deceased else None
        case WholeStop():
            return "contact_allowed" if standing.stopped is not None and purpose == "dunning" else None
        case ChannelOptOut():
            exempt = purpose == "reply" or (purpose == "statutory_notice" and channel == "letter")
            return "channel_opted_in" if channel in standing.opted_out and not exempt else None
        case Consent():
            wanted = channel in rule.channels and channel not in standing.opted_in
            return "channel_opted_in" if wanted else None
        case BorrowerHold():
            held = any(h.kind in rule.holds and (h.review_at is None or at < h.review_at) for h in standing.holds)
            return "hold_ended" if held and purpose == "dunning" else None
        case VisitTeam():
            wrong = proposal.team < rule.minimum or proposal.appointment is None
            return "visit_planned" if channel == "visit" and wrong else None
        case ContactHours():
            wrong = channel in rule.channels and _out_of_hours(rule, proposal, at, zones)
            return "another_appointment" if wrong else None
        case AttemptCap() | ConversationCap() | ConversationPause() | AttemptGap() | ClosedDays():
            return None  # time releases these
        case WordingRule():
            return None  # of the text, which is not there yet: domain/wording.py
        case _:
            assert_never(rule)


def _appointment(proposal: ContactProposal) -> tuple[datetime, datetime] | None:
    """When a visit begins and ends. Of other channels an appointment says nothing about when they reach the borrower."""
    if proposal.channel != "visit" or proposal.appointment is None:
        return None
    return as_utc(proposal.appointment), as_utc(proposal.appointment_end or proposal.appointment)


def _out_of_hours(rule: ContactHours, proposal: ContactProposal, at: datetime, zones: tuple[ZoneInfo, ...]) -> bool:
    """Whether a visit lies, or reaches, outside the hours of one day, or is past."""
    appointment = _appointment(proposal)
    if appointment is None:
        return False
    begins, ends = appointment
    outside = any(not is_open(moment, rule.open, rule.close, zone) for moment in appointment for zone in zones)
    overnight = any(local_date(begins, zone) != local_date(ends, zone) for zone in zones)
    return outside or overnight or not at <= begins <= ends


def _timed(
    proposal: ContactProposal, facts: ConductFacts, zones: tuple[ZoneInfo, ...], rulebook: Rulebook
) -> list[Timed]:
    checks: list[Timed] = []
    latest, tolerance = facts.latest_at, timedelta(seconds=rulebook.clock_tolerance_seconds)
    if latest is not None:
        # The ledger knows of something later than our clock: whatever we count now may be wrong.
        ahead = as_utc(latest)
        checks.append(Timed(CLOCK, lambda at, _limit: ahead if ahead > at + tolerance else at))
    if not zones:
        return checks
    for rule in rulebook.rules:
        if isinstance(rule, TimedRule) and not (isinstance(rule, ContactHours) and _appointment(proposal)):
            check = timed(rule, proposal, facts, zones)
            checks += [check] if check else []
    return checks


def _first_common(timed: Sequence[Timed], at: datetime, limit: datetime) -> datetime | None:
    """The earliest moment that all of `timed` allow. Each answers with the first it allows, so nothing is
    passed over."""
    moment = at
    while moment <= limit:
        latest = moment
        for check in timed:
            allowed = check.first(latest, limit)
            if allowed is None:
                return None
            latest = allowed
        if latest == moment:
            return moment
        moment = latest
    return None
