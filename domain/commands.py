"""What an operator may do to a case: each command becomes the fact it causes, or a refusal that names its rule."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case
from schemas.facts import CaseClosed, CommandRefused, ContactRecorded, Fact, Paused, Resumed
from schemas.messages import CloseByBank, Command, Pause, RecordContact, Resume


def decide_command(case: Case, command: Command, now: datetime) -> Fact:
    """The fact that `command` causes on `case` at `now`; a CommandRefused if the rules do not allow it."""
    name = _name(command)
    if case.status != "open":
        return CommandRefused(command=name, rule="case.closed", why=f"the case is {case.status}, not open")
    match command:
        case Pause():
            return _pause(case, command, now)
        case Resume():
            return _resume(case, command)
        case RecordContact():
            return _record(case, command, now)
        case CloseByBank():
            return _close(case, command)
    raise TypeError(f"no rule for the command {name}")


def _name(command: Command) -> str:
    return {
        Pause: "pause",
        Resume: "resume",
        RecordContact: "record_contact",
        CloseByBank: "close_by_bank",
    }.get(type(command), "unknown")


def _pause(case: Case, command: Pause, now: datetime) -> Fact:
    running = case.paused is not None and (case.paused.until is None or now < case.paused.until)
    if running:
        why = "the case is paused already; resume it first to change the pause"
        return CommandRefused(command="pause", rule="pause.already", why=why)
    if command.until and command.until <= now:
        why = f"the pause would end at {command.until:%Y-%m-%d %H:%M}Z, which is past; give a later time"
        return CommandRefused(command="pause", rule="pause.past", why=why)
    return Paused(reason=command.reason, until=command.until)


def _resume(case: Case, command: Resume) -> Fact:
    if not (case.paused or case.parked or case.handed):
        why = "the case is not paused, parked or handed to a person: nothing to resume"
        return CommandRefused(command="resume", rule="resume.nothing", why=why)
    return Resumed(reason=command.reason)


def _record(case: Case, command: RecordContact, now: datetime) -> Fact:
    known = {c.attempt for c in case.contacts} | ({case.task.attempt} if case.task else set())
    if command.attempt and command.attempt not in known:
        why = f"this case made no contact {command.attempt}; leave `attempt` out for a call that came in"
        return CommandRefused(command="record_contact", rule="record.unknown_attempt", why=why)
    talked = command.result in ("right_party", "promised", "needs_time", "refused", "disputed")
    if talked and not command.identity_verified:
        why = f"'{command.result}' is a talk about the debt: record it with the identity check, or as 'answered'"
        return CommandRefused(command="record_contact", rule="record.identity", why=why)
    if command.quiet_until and command.quiet_until <= now:
        why = f"quiet_until {command.quiet_until:%Y-%m-%d %H:%M}Z is past; give a later time or none"
        return CommandRefused(command="record_contact", rule="record.past", why=why)
    return ContactRecorded(
        attempt=command.attempt,
        collector=command.by,
        result=command.result,
        identity_verified=command.identity_verified,
        quiet_until=command.quiet_until,
        note_id=command.note_id,
    )


def _close(case: Case, command: CloseByBank) -> Fact:
    if case.open_attempt is not None:
        why = "a contact that had begun is still being settled with its gateway; try again in a moment"
        return CommandRefused(command="close_by_bank", rule="close.attempt_open", why=why)
    return CaseClosed(
        outcome="closed_by_bank",
        rule="command.close_by_bank",
        why=f"closed by the bank: {command.reason.replace('_', ' ')}",
    )
