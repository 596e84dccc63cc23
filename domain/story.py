"""A case in plain words: what the Temporal UI shows of it now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.case import Case
from domain.counting import counted
from domain.holds import binds, in_force
from domain.stages.situation import words
from domain.wording import WITHHELD
from schemas.policy import Strategy
from schemas.steps import Act, Decide, Done, Step, Wait
from schemas.terms import PlanTerms, Terms

_ASKED = {
    "call": "a collector is to call",
    "visit": "a visit is to be made and reported",
    "approval": "an approval is asked for",
    "offer": "an offer is to be made",
    "court": "somebody is to ask at the court",
    "documents": "papers are to be found",
    "collect": "a collector has the case",
    "look": "an operator is to look",
}


def doing(step: Step) -> str:
    """What the case does, in a few words."""
    match step:
        case Act():
            return f"now: {words(step.action.kind)}"
        case Decide():
            return "deciding"
        case Wait(ask=ask) if ask is not None:
            return _ASKED.get(ask.kind, "waiting for a person")
        case Wait(until=None):
            return "waiting for something to happen"
        case Wait():
            return f"waiting until {_time(step.until)}"
        case Done():
            return f"ended: {words(step.outcome)}"


def details(case: Case, step: Step, strategy: Strategy, now: datetime) -> str:
    """Current details of the workflow, in Temporal's markdown: stage, what is next, why, and the facts behind it."""
    heading = f"**{words(case.stage).capitalize()}**, {doing(step)}"
    lines = [f"why: {step.why.text} (`{step.why.rule}`)", *_asks(step), *_state(case, strategy, now)]
    return "\n".join([heading, "", *(f"- {line}" for line in lines)])


def _asks(step: Step) -> Iterator[str]:
    if isinstance(step, Wait) and step.ask:
        about = f" `{step.ask.about}`" if step.ask.about else ""
        by = f" by {_time(step.ask.deadline)}" if step.ask.deadline else ""
        yield f"**a person is asked**: {words(step.ask.kind)}{about}{by}"
    if isinstance(step, Wait) and step.until and step.ask:
        yield f"looks again at {_time(step.until)}"


def _state(case: Case, strategy: Strategy, now: datetime) -> Iterator[str]:
    currency = case.request.currency if case.request else ""
    for hold in in_force(case, now):
        until = f", to be reviewed {_time(hold.until)}" if hold.until else ""
        yield f"**hold** `{hold.hold}`: {words(hold.row.kind)} ({words(hold.reason)}), on {binds(hold.row.kind)}{until}"
    for removal in case.standing.removed:
        names = ", ".join(removal.against)
        yield f"**off all loans of the borrower**: {names}, by complaint `{removal.complaint}` on {removal.loan_id}"
    for approval in case.approvals:
        yield f"**approval** `{approval.approval}`: {approval.subject}, asked by {approval.asked_by}: {approval.why}"
        if approval.worth:
            yield f"worth {approval.worth.offer:,} today, going on {approval.worth.going_on:,} ({currency})"
    if told := case.explained:
        by = f"{told.difference.arrears:,} overdue and {told.difference.outstanding:,} outstanding ({currency})"
        yield f"**difference explained** `{told.explanation}`: {by} more at core banking ({words(told.reason)})"
    for each in case.restrictions:
        if each.since:
            yield f"**restricted**: {words(each.restriction)} ({words(each.reason)}), since {_time(each.since)}"
    if case.offer:
        terms = case.offer.terms
        parts = f"{terms.total:,} {currency} in {counted(len(terms.parts), 'part')}{_at_rate(terms)}"
        yield f"offered: {terms.kind} `{case.offer.offer}`, {parts}, until {_time(case.offer.expires_at)}"
    if case.agreement:
        terms = case.agreement.terms
        parts = f"{terms.total:,} {currency} by {terms.last_day}{_at_rate(terms)}"
        yield f"agreed: {terms.kind} `{case.agreement.agreement}`, {parts}"
    if case.past_agreements:
        past = ", ".join(f"{p.kind} {p.ended}" for p in case.past_agreements[-4:])
        yield f"agreements before: {past}"
    yield f"handled by: {words(case.handled_by)}"
    if case.assessed and case.assessed.willingness and case.assessed.ability:
        view = "provisional" if case.assessed.provisional else "after a conversation"
        willing, able = case.assessed.willingness, case.assessed.ability
        yield f"assessed ({view}): willingness {willing.figure} ({willing.grade}), ability {able.figure} ({able.grade})"
        if case.assessed.risk:
            yield f"risk of default: {case.assessed.risk.figure} ({case.assessed.risk.grade})"
    yield f"contacts made: {case.contacts_made}"
    if case.contacts:
        last = case.contacts[-1]
        result = f", {words(last.result)}" if last.result else ""
        yield f"last contact: {words(last.proposal.channel)} at {_time(last.at)}{result}"
    for visit in case.visits[-2:]:
        came = "called off" if visit.called_off else words(visit.result) if visit.result else "no report yet"
        yield f"visit at {_time(visit.appointment)}: {came}"
    if case.court:
        yield "suit: " + ", ".join(f"{words(r.milestone)} {r.on}" for r in case.court[-5:])
    if case.whole_is_due:
        since = case.accelerated_on or case.written_off_on
        yield f"the whole balance is due since {since}" + (", written off" if case.written_off_on else "")
    for name, failing in case.failing.items():
        if name == WITHHELD:
            yield f"**a text was kept back** since {_time(failing.since)} ({failing.code})"
            continue
        since = _time(failing.since)
        yield f"**{words(name)} does not answer** since {since} ({failing.code}, {counted(failing.count, 'time')})"
    if case.account_as_of:
        yield f"account read: {_time(case.account_as_of)} ({currency})"
    yield f"strategy: {strategy.name}@{strategy.version}"
    yield f"ledger: fact {case.head.seq}, epoch {case.epoch}"


def _at_rate(terms: Terms) -> str:
    if not isinstance(terms, PlanTerms) or terms.annual_percent is None:
        return ""
    return f", of it {terms.plan_interest:,} interest at {terms.annual_percent:f} % a year"


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
