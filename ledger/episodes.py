"""Opening, taking over and reopening the case of a loan.

An episode is the date on which the loan fell overdue; it opens once. A *chain* is a workflow with all its runs, named
by its first run's id. One chain at a time carries a case, under an epoch; a chain that takes over gets the next epoch,
and whatever the one before still wants to decide is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from domain.admission import faults
from ledger.artefacts import resolve_policy
from ledger.errors import BorrowerMismatch
from ledger.mirrors import missing_mirrors
from ledger.pages import page
from ledger.pool import Conn, Executor, Pool
from ledger.sql import Queries
from ledger.streams import (
    Locked,
    Provenance,
    StreamState,
    lock_borrower,
    lock_loan,
    save,
    stream_state,
    write,
)
from ledger.window import look
from schemas.facts import EpisodeOpened, EpisodeReopened, Fact, TakenOver
from schemas.ledger import Head, NewFact, Opened, Opening, RecordedFact
from schemas.loan import CollectionRequest

__all__ = ["OpenLoan", "StreamState", "open_episode", "open_loans", "reopen_episode", "stream_state"]

_streams = Queries("streams")

Status = Literal["opened", "continued", "taken_over", "closed", "unknown_policy", "inadmissible", "superseded"]


@dataclass(frozen=True)
class OpenLoan:
    """A case that the ledger has open: who carries it, and the request with which it can be started again."""

    loan_id: str
    borrower_id: str
    epoch: int
    head: Head
    chain: str | None
    run_id: str | None
    request: CollectionRequest


class _NothingWritten(Exception):
    """Ends a transaction that must leave no trace."""

    def __init__(self, answer: Opened) -> None:
        super().__init__(answer.status)
        self.answer = answer


async def open_episode(pool: Pool, opening: Opening) -> Opened:
    """Let the chain of `opening` carry the case; the same call may come twice. Answers every fact of the stream.

    - `opened`: there was no case, or only closed ones of other episodes. The policy named in the request is pinned.
    - `continued`: this chain has it already. - `taken_over`: another chain had it; the policy stays pinned.
    - `superseded`: another chain has it, and `take_over` was not wanted.
    - `closed`: this very episode was closed before; `reopen_episode` goes on with it.
    - `unknown_policy`; `inadmissible`, with its faults (`domain.admission`): nothing was written.

    An open case is one case, whatever `overdue_since` the request names.

    Raises:
        BorrowerMismatch: the ledger knows the loan under another borrower.
    """
    return await _open(pool, opening, reopen=False)


async def reopen_episode(pool: Pool, opening: Opening) -> Opened:
    """As `open_episode`, but an episode that was closed goes on under the next epoch: `opened`, with its old policy."""
    return await _open(pool, opening, reopen=True)


async def open_loans(pool: Executor) -> list[OpenLoan]:
    """All cases that the ledger has open, by stream name."""
    return [
        OpenLoan(
            loan_id=row["loan_id"],
            borrower_id=row["borrower_id"],
            epoch=row["epoch"],
            head=Head(seq=row["head"], hash=row["head_hash"]),
            chain=row["chain"],
            run_id=row["run_id"],
            request=CollectionRequest.model_validate_json(row["request"]),
        )
        for row in await _streams.open_loans.rows(pool)
    ]


async def _open(pool: Pool, opening: Opening, *, reopen: bool) -> Opened:
    request = opening.request
    try:
        async with pool.acquire() as conn, conn.transaction():
            await lock_borrower(conn, request.borrower_id)
            held = await lock_loan(conn, request.loan_id, request.borrower_id, opening.now)
            if held.state.borrower_id != request.borrower_id:
                raise BorrowerMismatch(
                    f"loan {request.loan_id} belongs to borrower {held.state.borrower_id} in this ledger, the request "
                    f"says {request.borrower_id}. Mend the request, or give the loan another loan_id"
                )
            return await _judge(conn, held, opening, reopen)
    except _NothingWritten as nothing:
        return nothing.answer


async def _judge(conn: Conn, held: Locked, opening: Opening, reopen: bool) -> Opened:
    state, episode = held.state, f"episode:{opening.request.overdue_since.isoformat()}"
    past = await look(conn, state, Head(), [episode])
    mine = replace(held, state=replace(state, chain=opening.chain, run_id=opening.run_id))
    status: Status
    body: Fact
    if state.state == "open":
        if state.chain == opening.chain:
            if state.run_id != opening.run_id:
                await save(conn, mine.state)
            return _opened("continued", mine, past.above)
        if not opening.take_over:
            return _opened("superseded", held, past.above)
        status, body = "taken_over", TakenOver(epoch=state.epoch + 1)
        fact_id = f"episode:{state.epoch + 1}:taken_over:{opening.chain}"
    elif episode in past.known:
        if not reopen:
            return _opened("closed", held, past.above)
        status, body = "opened", EpisodeReopened(epoch=state.epoch + 1)
        fact_id = f"{episode}:reopened:{state.epoch + 1}"
    else:
        if wrong := faults(opening.request, opening.now):
            raise _NothingWritten(Opened(status="inadmissible", epoch=0, faults=wrong))
        policy = await resolve_policy(conn, opening.request.policy)
        if policy is None:
            raise _NothingWritten(Opened(status="unknown_policy", epoch=0))
        status = "opened"
        body = EpisodeOpened(request=opening.request, epoch=state.epoch + 1, policy=policy)
        fact_id = episode
    first = NewFact(fact_id=fact_id, occurred_at=opening.now, source="ledger", body=body)
    mirrors = await missing_mirrors(conn, state)
    after, written = await write(conn, mine, [first, *mirrors], Provenance(opening.build))
    return _opened(status, after, (*past.above, *written))


def _opened(status: Status, held: Locked, facts: tuple[RecordedFact, ...]) -> Opened:
    fitting, more = page(facts)
    return Opened(
        status=status,
        epoch=held.state.epoch,
        policy=held.state.policy or "",
        facts=fitting,
        law=held.law,
        more=more,
    )
