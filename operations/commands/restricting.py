"""Commands about restrictions on a loan: restrict, lift-restriction."""

from __future__ import annotations

from cyclopts import App

from operations.commands.answering import code_of, desk, give
from operations.commands.common import Id, add, code, identifier
from operations.commands.groups import HOLDS
from operations.sending import valid
from schemas.messages import LiftRestriction, Restrict
from schemas.restrictions import Restriction


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        HOLDS,
        "restrict",
        restrict,
        "restrict LN-1 freeze --by risk-2 --reason overdrawn",
        "restrict LN-1 watch_list --by risk-2 --reason assets_are_moved",
        sort=14,
    )
    add(
        app,
        HOLDS,
        "lift-restriction",
        lift_restriction,
        "lift-restriction LN-1 freeze --by risk-2 --reason agreed",
        sort=15,
    )


async def restrict(loan: str, restriction: Restriction, /, *, by: str, reason: str, id: Id = None) -> int:
    """Ask for the freeze of a card's limit, or for the internal watch list. It is in force once somebody else has approved it
    and core banking was told, and lifted by itself when the loan is cured or paid.

    Args:
        loan: The loan's id.
        restriction: Which.
        by: Who asks for it; somebody else decides.
        reason: A code, such as overdrawn.
        id: The approval's own id; the same again gives the same answer.
    """
    command = valid(Restrict, by=identifier("--by", by), restriction=restriction, reason=code("--reason", reason))
    _, outcome = await give(await desk(), loan, command, id)
    return code_of(outcome)


async def lift_restriction(loan: str, restriction: Restriction, /, *, by: str, reason: str, id: Id = None) -> int:
    """Lift a restriction before the loan is cured or paid. Core banking is told.

    Args:
        loan: The loan's id.
        restriction: Which.
        by: Who lifts it.
        reason: A code, such as agreed.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        LiftRestriction, by=identifier("--by", by), restriction=restriction, reason=code("--reason", reason)
    )
    _, outcome = await give(await desk(), loan, command, id)
    return code_of(outcome)
