"""Switches of the whole house: stop all contact; shadow, where contacts are decided and recorded but not sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.pool import Executor
from ledger.sql import Queries

_switches = Queries("switches")

Switch = Literal["stop_all", "shadow"]


@dataclass(frozen=True)
class Switches:
    """Which switches are on."""

    stop_all: bool = False
    shadow: bool = False


async def flip(pool: Executor, switch: Switch, on: bool, by: str, why: str) -> None:
    """Turn a switch on or off, from the next reservation or sending on. Who and why stay on record.

    Raises:
        asyncpg.CheckViolationError: there is no such switch.
    """
    await _switches.flip.run(pool, name=switch, is_on=on, flipped_by=by, why=why)


async def state(conn: Executor) -> Switches:
    """The switches as they are now; off until somebody flips them."""
    rows = await _switches.latest.rows(conn)
    return Switches(**{row["name"]: row["is_on"] for row in rows})
