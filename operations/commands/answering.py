"""Giving a case a command and saying what its ledger answered, with the line to be typed next where there is one."""

from __future__ import annotations

from rich.markup import escape

from operations import environment
from operations.commands import giving, mending, repeating
from operations.commands.common import AS_TYPED, identifier, saying_id
from operations.commands.giving import Desk
from operations.commands.output import console, messages
from operations.connect import connect
from operations.errors import UsageError
from operations.phrases import en
from operations.sending import fresh_id
from operations.sentences import sentence
from operations.values import Speaker
from schemas.messages import Command, CommandOutcome


async def desk() -> Desk:
    """The cluster whose cases are to be told something, and its ledger. Raises UsageError."""
    client = await connect(environment.resolve(need=("temporal",)))
    return Desk(client, lambda: environment.ledger(environment.resolve(need=("database",))))


async def carry_out(loan: str, command: Command, update_id: str | None) -> int:
    """Give the command and say what came of it; answers the exit code: 1 if the case's rules do not allow it."""
    _, outcome = await give(await desk(), loan, command, update_id)
    return code_of(outcome)


async def give(desk: Desk, loan: str, command: Command, update_id: str | None) -> tuple[str, CommandOutcome]:
    """Give the command and say what the ledger answered; answers the command's id and the answer."""
    loan = identifier("LOAN", loan)
    if update_id:
        await _look(desk, loan, command, identifier("--id", update_id))
    update_id = update_id or fresh_id()
    saying_id(update_id)
    outcome = await giving.command(desk, loan, command, update_id)
    if not outcome.accepted:
        where = f"fact {outcome.seq}" if outcome.seq else "not recorded"
        console.print(f"[red]refused[/] by {outcome.rule}: {escape(outcome.why)} ({where}, id {update_id})")
        if option := mending.OPTIONS.get(outcome.rule or ""):
            console.print(f"  the option for it: {option}")
        if line := mending.COMMANDS.get(outcome.rule or ""):
            next_line("the command for it", line.format(loan=loan))
        return update_id, outcome
    console.print(f"[green]accepted[/] as fact {outcome.seq} (id {update_id})")
    if outcome.waits_for:
        who = f"somebody other than {command.by}" + (f", as {outcome.asks}," if outcome.asks else "")
        console.print(f"[yellow]in effect only once {who} approves[/] ({outcome.rule}): {escape(outcome.why)}")
        next_line(
            "to decide (or --reject)",
            f"decide-approval {loan} {outcome.waits_for} --by WHO --reason CODE --approve"
            + (f" --role {outcome.asks}" if outcome.asks else ""),
        )
    return update_id, outcome


async def _look(desk: Desk, loan: str, command: Command, update_id: str) -> None:
    """Say that an id was given before. Raises UsageError if it was given to something else of the same kind."""
    stored = await repeating.stored_under(desk, loan, update_id)
    if stored is None:
        return
    at = f"{stored.occurred_at:%Y-%m-%d %H:%M} UTC"
    speaker = Speaker(en.CATALOGUE, "UTC", "", {})
    others = repeating.differing(command, stored)
    if others == ["terms"]:  # equal parts are reckoned from what is owed: the same line may come to others later
        what = f"as fact {stored.seq}, and not with these terms: {sentence(stored, speaker)}"
        messages.print(f"this id was given before, at {at}, {escape(what)}", style="yellow")
        return
    if others:
        raise UsageError(
            f"--id {update_id} is taken: fact {stored.seq} of {loan}, by {stored.actor} at {at}, is of another command, with "
            f"other {', '.join(others).replace('_', ' ')}: {sentence(stored, speaker)}. Give this one an id of its own, or "
            "leave it out. Nothing was sent"
        )
    messages.print(f"this id was given before, at {at}: the answer is the one of then", style="yellow")


def code_of(outcome: CommandOutcome) -> int:
    """The exit code that goes with an answer."""
    return 0 if outcome.accepted else 1


def next_line(what: str, line: str) -> None:
    """Show a line that can be typed next, after what it does."""
    console.print(f"  {what}: {AS_TYPED} {escape(line)}")
