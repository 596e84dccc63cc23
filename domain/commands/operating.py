"""Steering a case: pause, resume, escalate, another strategy, the end by the bank."""

from __future__ import annotations

from domain.commands.table import Judges, Refused
from domain.court import at_court
from domain.lifecycle import ESCALATION, may_escalate
from domain.stages.situation import Situation, words
from schemas.facts import CaseClosed, Fact, Paused, PolicyAdopted, Resumed, StageEntered
from schemas.messages import AdoptPolicy, CloseByBank, Escalate, Pause, Resume


def _pause(s: Situation, command: Pause, command_id: str) -> Fact:
    paused = s.case.paused
    if paused is not None and (paused.until is None or s.now < paused.until):
        raise Refused("pause.already", "the case is paused already; resume it first to change the pause")
    if command.until and command.until <= s.now:
        until = f"{command.until:%Y-%m-%d %H:%M}Z"
        raise Refused("pause.past", f"the pause would end at {until}, which is past; give a later time")
    return Paused(reason=command.reason, until=command.until)


def _resume(s: Situation, command: Resume, command_id: str) -> Fact:
    if not (s.case.paused or s.case.parked or s.case.handed):
        why = "the case is not paused, parked or handed to a person: nothing to resume. A hold is not resumed but ended"
        raise Refused("resume.nothing", why)
    return Resumed(reason=command.reason)


def _escalate(s: Situation, command: Escalate, command_id: str) -> Fact:
    why_not = may_escalate(s, command.to)
    if why_not:
        raise Refused(f"escalate.{command.to}", why_not)
    why = f"moved by an operator: {words(command.reason)}"
    return StageEntered(stage=command.to, rule=ESCALATION, why=why)


def _adopt(s: Situation, command: AdoptPolicy, command_id: str) -> Fact:
    if command.policy == s.case.policy:
        raise Refused("policy.same", "the case is under this strategy already")
    return PolicyAdopted(policy=command.policy, reason=command.reason)


def _close(s: Situation, command: CloseByBank, command_id: str) -> Fact:
    if s.case.open_attempt is not None:
        why = "a contact that had begun is still being settled with its gateway; try again in a moment"
        raise Refused("close.attempt_open", why)
    task = s.case.pending_task(s.now)
    if task is not None and not task.called_off:
        what = f"{words(task.proposal.channel)} ({task.attempt})"
        why = f"people are still to make a {what}; pause the case first: that calls it off"
        raise Refused("close.task_open", why)
    if at_court(s.case) and command.outcome != "sold":  # whoever buys the debt goes on with the suit
        why = "a suit is pending; have it withdrawn and record that, then close the case"
        raise Refused("close.at_court", why)
    why = f"{words(command.outcome)}: {words(command.reason)}"
    return CaseClosed(outcome=command.outcome, rule="command.close_by_bank", why=why)


JUDGES: Judges = {
    Pause: _pause,
    Resume: _resume,
    Escalate: _escalate,
    AdoptPolicy: _adopt,
    CloseByBank: _close,
}
