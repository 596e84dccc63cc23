"""Moving the cases of a segment to another strategy, no faster than people can look on. Safe to interrupt and to repeat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import asyncpg

from domain.case import Case
from ledger.approvals import pinned
from ledger.artefacts import resolve_policy
from ledger.reading import facts
from operations.commands import giving
from operations.commands.giving import Desk
from operations.errors import UsageError
from schemas.messages import AdoptPolicy


@dataclass
class Adopted:
    """What came of it: loans whose case accepted, and those that did not, with the reason."""

    accepted: int = 0
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """From one strategy to another, both by sha256, for the cases of one segment."""

    segment: str
    source: str
    target: str


async def planned(pool: asyncpg.Pool, segment: str, source: str, target: str) -> tuple[Move, list[str]]:
    """The move, and the loans that it is about, sorted. Raises UsageError for a strategy that cannot be used."""
    digests: list[str] = []
    for ref in (source, target):
        digest = await resolve_policy(pool, ref)
        if digest is None:
            raise UsageError(f"policy {ref!r} is not published here, or waits for its approval: see `policy list`")
        digests.append(digest)
    if digests[0] == digests[1]:
        raise UsageError(f"{source} and {target} are the same strategy: nothing is to be moved")
    loans = [loan for loan in await pinned(pool, digests[0]) if await _segment(pool, loan) == segment]
    return Move(segment, digests[0], digests[1]), loans


async def adopt(
    desk: Desk,
    move: Move,
    loans: Sequence[str],
    command: AdoptPolicy,
    rate: int,
    advance: Callable[[int, int], None],
) -> Adopted:
    """Give each loan's case the command, `rate` in a minute at most. A case that has moved already answers as it did."""
    done = Adopted()
    for number, loan in enumerate(loans, start=1):
        try:
            outcome = await giving.command(desk, loan, command, f"adopt-{move.target[:12]}-{loan}"[:80])
        except UsageError as error:
            done.refused[loan] = str(error)
        else:
            if outcome.accepted:
                done.accepted += 1
            else:
                done.refused[loan] = f"{outcome.rule}: {outcome.why}"
        advance(number, len(loans))
        if number < len(loans):
            await asyncio.sleep(60 / rate)
    return done


async def _segment(pool: asyncpg.Pool, loan: str) -> str | None:
    """The segment that the case was placed in; under a strategy without segments first_time or repeated."""
    assessed = Case.fold(loan, await facts(pool, f"loan:{loan}")).assessed
    if assessed is None:
        return None
    return assessed.placed.segment if assessed.placed else assessed.segment
