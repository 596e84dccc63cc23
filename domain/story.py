"""A case in plain words: what the Temporal UI shows of it now."""

from __future__ import annotations

from domain.case import Case
from domain.stages.situation import words
from schemas.policy import Strategy
from schemas.steps import Act, Decide, Done, Step, Wait


def doing(step: Step) -> str:
    """What the case does, in a few words."""
    match step:
        case Act():
            return f"now: {words(step.action.kind)}"
        case Decide():
            return "deciding"
        case Wait(person=True):
            return "waiting for a person"
        case Wait(until=None):
            return "waiting for something to happen"
        case Wait():
            return f"waiting until {step.until:%Y-%m-%d %H:%M} UTC"
        case Done():
            return f"ended: {words(step.outcome)}"


def details(case: Case, step: Step, strategy: Strategy) -> str:
    """Current details of the workflow, in Temporal's markdown: stage, what is next, why, and the facts behind it."""
    currency = case.request.currency if case.request else ""
    lines = [
        f"**{words(case.stage).capitalize()}**, {doing(step)}",
        "",
        f"- why: {step.why.text} (`{step.why.rule}`)",
        f"- handled by: {case.handled_by}",
        f"- contacts made: {case.contacts_made}",
        f"- strategy: {strategy.name}@{strategy.version}",
        f"- ledger: fact {case.head.seq}, epoch {case.epoch}",
    ]
    if case.contacts:
        last = case.contacts[-1]
        result = f", {words(last.result)}" if last.result else ""
        lines.append(f"- last contact: {words(last.proposal.channel)} at {last.at:%Y-%m-%d %H:%M} UTC{result}")
    for name, failing in case.failing.items():
        since = f"{failing.since:%Y-%m-%d %H:%M} UTC"
        lines.append(f"- **{words(name)} does not answer** since {since} ({failing.code}, {failing.count} times)")
    if case.account_as_of:
        lines.append(f"- account read: {case.account_as_of:%Y-%m-%d %H:%M} UTC ({currency})")
    return "\n".join(lines)
