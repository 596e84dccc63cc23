"""Reaching out: one contact planned at a legal moment, with the account fresh and its gateway well, then made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain import conduct
from domain.best_channel import said
from domain.best_hour import CALLS, Chosen, best, calls
from domain.calendar import observed, stable_phase
from domain.complaints import UNNAMED, barred
from domain.consequences import available
from domain.disclosed import undisclosed
from domain.outside import patience, withheld
from domain.prospects import limitation_ends
from domain.stages.situation import Situation, account_key, system_of, words
from domain.treatments import priority, treatment
from schemas.contact import (
    CONVERSATIONS,
    TASKS,
    Channel,
    ChannelChoice,
    ConductFacts,
    ContactProposal,
    Conversation,
    PastAttempt,
    Purpose,
    Verdict,
)
from schemas.debt import NoticeKind
from schemas.loan import ContactPoint, Party
from schemas.steps import Act, Ask, MakeContact, ReadAccount, Step, Wait, Why


@dataclass(frozen=True)
class Touch:
    """A contact that a stage would like to make, not before `earliest`.

    `why` is the reason of making it, and of waiting for it. `more`: what else the proposal says (an appointment, papers, a
    milestone). `fresh_since`: the account must have been read since then; by default within the strategy's age.
    `deadline_hours`: how long people have, if it is a task.
    """

    channel: Channel
    template: str
    party: Party
    point: ContactPoint
    earliest: datetime
    why: Why
    waiting: Why | None = None
    purpose: Purpose = "dunning"
    notice: NoticeKind | None = None
    deadline_hours: int | None = None
    fresh_since: datetime | None = None
    rung: int = 0
    more: dict[str, Any] | None = None
    latest: datetime | None = None
    """If given, a call may wait until then for the hours at which the borrower answers."""
    choice: ChannelChoice | None = None
    """Why by this channel, if it could have been another."""

    @property
    def name(self) -> str:
        """The contact in a few words."""
        return f"{words(self.channel)} ({self.template})"


def touch(s: Situation, wanted: Touch) -> Step | None:
    """The next step towards the contact: wait, read the account, make it. None if it is not to be, as the rules stand."""
    if kept_back := withheld(s.case):
        return kept_back
    proposal = _proposal(s, wanted)
    earliest = max([s.now, wanted.earliest, *_brakes(s)])
    verdict = conduct.decide(proposal, _facts(s), earliest, s.rulebook, s.rulebook_digest)
    if verdict.verdict == "review":
        return _reviewed(wanted, verdict)
    if verdict.verdict == "block" or (s.case.blocked == wanted.channel and not wanted.rung):
        return None
    planned = _planned(s, earliest, verdict, proposal)
    chosen = _best_hour(s, wanted, planned, proposal)
    if s.now < (chosen.at if chosen else planned):
        return Wait(until=chosen.at if chosen else planned, why=_because(_waiting(wanted, verdict), wanted, chosen))
    waiting = patience(s.case, system_of(wanted.channel), s.strategy, s.now) or _fresh(s, wanted)
    return waiting or _made(proposal, _because(wanted.why, wanted, chosen))


def read_account(s: Situation, why: Why) -> Step:
    """Read the account at core banking, or wait until it may be asked again."""
    waiting = patience(s.case, "core_banking", s.strategy, s.now)
    return waiting or Act(action=ReadAccount(key=account_key(s.case)), why=why)


def _proposal(s: Situation, wanted: Touch) -> ContactProposal:
    deadline = s.now + timedelta(hours=wanted.deadline_hours) if wanted.deadline_hours else None
    fields: dict[str, Any] = {
        "attempt": f"{s.case.loan_id}:{s.case.attempts + 1}",
        "channel": wanted.channel,
        "contact_point_id": wanted.point.contact_point_id,
        "party_id": wanted.party.party_id,
        "purpose": wanted.purpose,
        "template": wanted.template,
        "zones": (wanted.party.zone,) if wanted.party.zone else (),
        "deadline": deadline,
        "rung": wanted.rung,
        "role": wanted.party.role,
        "notice": wanted.notice,
        "limitation_ends": limitation_ends(s),
        "choice": wanted.choice,
        "use": wanted.point.use,
        "undisclosed": undisclosed(s),
    }
    if wanted.channel in TASKS:
        brief = {"talking_points": treatment(s).talking_points, "consequences": available(s)}
        fields |= brief | {"priority": priority(s)}
        fields["exclude"] = tuple(sorted(_unwanted(s, wanted.channel)))
    return ContactProposal.model_validate(fields | (wanted.more or {}))


def _unwanted(s: Situation, channel: Channel) -> frozenset[str]:
    hostile = frozenset(s.case.hostile_to) - UNNAMED if channel == "human_call" else frozenset[str]()
    return hostile | barred(s.case)


def _facts(s: Situation) -> ConductFacts:
    made = tuple(
        PastAttempt(
            attempt=c.attempt,
            loan_id=s.case.loan_id,
            channel=c.proposal.channel,
            contact_point_id=c.proposal.contact_point_id,
            at=c.at,
            party_id=c.proposal.party_id,
            use=c.proposal.use,
        )
        for c in s.case.contacts
    )
    loan_id = s.case.loan_id
    talks = tuple(
        Conversation(loan_id=loan_id, at=c.at, party_id=c.proposal.party_id)
        for c in s.case.contacts
        if c.result in CONVERSATIONS
    )
    standing, debt = s.case.standing, s.case.debt
    return ConductFacts(standing=standing, debt=debt, loan_id=loan_id, attempts=made, conversations=talks)


def _brakes(s: Situation) -> list[datetime]:
    """Moments before which nothing goes out, whatever it is."""
    brakes = [moment for moment in (s.case.not_before, s.case.quiet_until) if moment]
    if s.case.stop_all_refusals:
        tries = s.strategy.patience.minutes
        pause = tries[min(s.case.stop_all_refusals, len(tries)) - 1]
        assert s.case.clock is not None
        brakes.append(s.case.clock + timedelta(minutes=pause))
    return brakes


def _planned(s: Situation, earliest: datetime, verdict: Verdict, proposal: ContactProposal) -> datetime:
    """The legal moment; at the opening of a window cases spread over a while by a stable phase of the loan id, unless that
    leads out of the window again."""
    if verdict.verdict == "allow":
        return earliest
    assert verdict.until is not None
    if s.case.not_before and s.now >= s.case.not_before:
        return verdict.until
    spread_out = verdict.until + _spread(s) * stable_phase(s.case.loan_id)
    then = conduct.decide(proposal, _facts(s), spread_out, s.rulebook, s.rulebook_digest)
    return spread_out if then.verdict == "allow" else verdict.until


def _reviewed(wanted: Touch, verdict: Verdict) -> Wait:
    """A person is asked whether the contact may be made at all; their word on the rule holds for the next ones too."""
    rule = next(finding.rule for finding in verdict.findings if finding.verdict == "review")
    why = Why(rule="guard.review", text=f"a person is to look before {wanted.name} is made, by {rule}")
    return Wait(until=None, why=why, ask=Ask(kind="review", about=rule))


def _best_hour(s: Situation, wanted: Touch, planned: datetime, proposal: ContactProposal) -> Chosen | None:
    """When to call from `planned` on, by which of the borrower's calls were answered; None if nothing is to be waited for."""
    option = treatment(s).best_hour
    if option is None or wanted.latest is None or wanted.channel not in CALLS or wanted.purpose != "dunning":
        return None
    # From when the contact could have been made, not from now: a call that is held up does not wait for ever.
    since = max([wanted.earliest, *_brakes(s)])
    last = min(since + timedelta(hours=option.within_hours), wanted.latest)
    facts = _facts(s)

    def legal(at: datetime) -> datetime | None:
        verdict = conduct.decide(proposal, facts, at, s.rulebook, s.rulebook_digest)
        return at if verdict.verdict == "allow" else verdict.until

    where = observed(proposal.zones)[0][0]
    spread = _spread(s), stable_phase(s.case.loan_id)
    return best(option, calls(s.case.contacts), where, (planned, last), legal, spread)


def _spread(s: Situation) -> timedelta:
    return timedelta(hours=s.strategy.spread.hour, minutes=s.strategy.spread.minute)


def _because(why: Why, wanted: Touch, hour: Chosen | None) -> Why:
    """With why by this channel, and why at this hour."""
    learnt = [said(wanted.channel, wanted.choice) if wanted.choice else "", hour.why if hour else ""]
    return why.model_copy(update={"text": "; ".join([why.text, *filter(None, learnt)])})


def _waiting(wanted: Touch, verdict: Verdict) -> Why:
    if wanted.waiting:
        return wanted.waiting
    rules = f", deferred by {', '.join(verdict.rules)}" if verdict.rules else ""
    return Why(rule=wanted.why.rule, text=f"next is {wanted.name}{rules}")


def _fresh(s: Situation, wanted: Touch) -> Step | None:
    """A lost payment signal must not make us chase a paid debt: look at the account before speaking."""
    since = wanted.fresh_since or s.now - timedelta(hours=s.strategy.account_max_age_hours)
    if s.case.account_read_at and s.case.account_read_at >= since:
        return None
    return read_account(s, Why(rule="account.before_contact", text=f"read the account again before {wanted.name}"))


def _made(proposal: ContactProposal, why: Why) -> Step:
    return Act(action=MakeContact(key=proposal.attempt, proposal=proposal), why=why)
