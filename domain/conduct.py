"""The guard: may this contact be made now, and if not, when or after what event.

One pure function over the rules of a rulebook and a few of the house that no rulebook can switch off. A case
asks it to plan; the reservation asks it again, under the borrower's lock, to decide. What is not provably
allowed does not go out.

Which rules bind which purpose, beside `recipients`, `obligations` and `time barred`, which name their own:

======================  =======  ======  =====  ================  =============
rule                    dunning  locate  reply  statutory_notice  court_service
======================  =======  ======  =====  ================  =============
recipient known         yes      yes     yes    yes               yes
contact hours           yes      yes     yes    yes               yes
deceased                yes      yes     yes    yes               yes
through representative  yes      yes     yes    yes               yes
third party             yes      yes     yes    yes               yes
listed agency           yes      yes     yes    yes               yes
consent                 yes      yes     yes    yes               yes
visit team              yes      yes     yes    yes               yes
channel opt-out         yes      yes     no     yes, but a letter yes, but a letter
whole stop              yes      yes     no     no                no
borrower and debt hold  yes      yes     no     no                no
running agreement       yes      yes     no     no                no
prior notice            yes      yes     no     no                no
disclosed fees          yes      yes     no     no                no
attempt cap, gap        yes      yes     no     no                no
conversation            yes      yes     no     no                no
closed days             yes      yes     no     no                no
======================  =======  ======  =====  ================  =============

A reply answers what the borrower asked on that channel, so neither their opt-out nor the caps on what comes
unasked stand in its way. Notices that the law wants given (assignment, reporting, termination) and what a court
serves must not be starved by caps or by a stop of demands, but they keep the rules about who is reached and when:
not the dead, nobody who owes nothing, not at night, not on a channel the borrower shut. Post stays open to them, for
otherwise opting out of everything would make the notice impossible. What went out for any purpose still counts against
the caps of later dunning: attempts carry no purpose.

A visit is judged by the hours of its appointment, from its beginning to its end: asking the field force for it
disturbs nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import observed
from domain.conduct_debt import notice_wait
from domain.conduct_question import Question, appointment_of
from domain.conduct_recipient import known_recipient
from domain.conduct_rules import objection
from domain.conduct_timing import Timed, in_force, timed
from schemas.base import as_utc
from schemas.contact import Channel, ConductFacts, ContactProposal, Finding, Verdict, VerdictKind
from schemas.debt import Review
from schemas.rulebook import ContactHours, Obligations, PriorNotice, Rulebook, TimedRule

RECIPIENT = "HOUSE.RECIPIENT"
NO_ZONE = "HOUSE.NO_ZONE"
CLOCK = "HOUSE.CLOCK"
HORIZON = "HOUSE.HORIZON"

MARGIN = timedelta(days=30)
"""After every window has passed, and every closed date, hours and weekdays are left, which come round in a week: a contact
that no time suits in a month of those is blocked. Somebody should look at the rules, not wait."""
FARTHEST = timedelta(days=366)
"""And nobody waits longer than a year, whatever gap a rulebook asks for."""

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
    question = Question(proposal, facts, at, zones, rulebook.agencies)
    findings = [
        Finding(rule=rule.id, verdict=found.verdict, release=found.release)
        for rule in rulebook.rules
        if (found := objection(rule, question)) is not None and in_force(rule, at, zones)
    ]
    findings = [left for each in findings if (left := _reviewed(each, facts.debt.reviews, at))]
    if not known_recipient(question):
        findings.append(Finding(rule=RECIPIENT, verdict="block", release="recipient_known"))
    if unknown or not zones:
        findings.append(Finding(rule=NO_ZONE, verdict="block", release="zone_known"))
    checks = _timed(proposal, facts, zones, rulebook)
    limit = at + _horizon(checks)
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
        obligations=_obligations(proposal, rulebook, at, zones) if kind == "allow" else (),
        rulebook=digest,
    )


def _strictest(findings: Sequence[Finding]) -> VerdictKind:
    for verdict in _PRECEDENCE:
        if any(finding.verdict == verdict for finding in findings):
            return verdict
    return "allow"


def _reviewed(finding: Finding, reviews: Sequence[Review], at: datetime) -> Finding | None:
    """What is left of a finding once a person has decided on it: nothing if they agreed, a block if they did not."""
    if finding.verdict != "review":
        return finding
    words = [r for r in reviews if r.rule == finding.rule and (r.until is None or at < r.until)]
    if not words:
        return finding
    return None if words[-1].approved else finding.model_copy(update={"verdict": "block"})


def _obligations(
    proposal: ContactProposal, rulebook: Rulebook, at: datetime, zones: tuple[ZoneInfo, ...]
) -> tuple[str, ...]:
    """The house's own duties on this channel, and what the rules add to them."""
    duties = dict.fromkeys(OBLIGATIONS[proposal.channel])
    for rule in rulebook.rules:
        if (
            isinstance(rule, Obligations)
            and proposal.channel in rule.channels
            and (not rule.purposes or proposal.purpose in rule.purposes)
            and (not rule.roles or proposal.role in rule.roles)
            and in_force(rule, at, zones)
        ):
            duties |= dict.fromkeys(rule.duties)
    return tuple(duties)


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
        if isinstance(rule, PriorNotice):
            check = notice_wait(rule, proposal, facts.debt, zones)
            checks += [check] if check else []
        elif isinstance(rule, TimedRule) and not (isinstance(rule, ContactHours) and appointment_of(proposal)):
            check = timed(rule, proposal, facts, zones)
            checks += [check] if check else []
    return checks


def _horizon(checks: Sequence[Timed]) -> timedelta:
    """How far a moment is looked for: as if all that the rules keep a contact back for came one after the other."""
    return min(sum((check.reach for check in checks), MARGIN), FARTHEST)


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
