"""What a transaction about one attempt holds and sees, and how it writes its facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from ledger.append import append_locked
from ledger.attempts import AttemptState, milestone, milestones, state_in
from ledger.covering import hold_others
from ledger.errors import BorrowerMismatch
from ledger.pool import Conn, Pool
from ledger.streams import Locked, StreamState, lock, lock_borrower
from ledger.window import Window, look
from schemas.contact import ContactProposal
from schemas.facts import Fact
from schemas.ledger import Append, Appended, NewFact
from schemas.orders import ActionOrder


@dataclass(frozen=True)
class Scene:
    """Borrower and loan held by this transaction, and what the loan's stream has of the attempt.

    `others`: the borrower's other open loans, if they were to be held too.
    """

    borrower: Locked
    loan: Locked
    window: Window
    state: AttemptState
    others: Sequence[StreamState] = ()


@asynccontextmanager
async def scene_of(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, now: datetime, *, with_others: bool = False
) -> AsyncIterator[tuple[Conn, Scene | None]]:
    """A transaction with its scene; None if there is no such stream.

    Raises:
        BorrowerMismatch: the loan is not this borrower's.
    """
    async with pool.acquire() as conn, conn.transaction():
        borrower = await lock_borrower(conn, order.borrower_id)
        others = await hold_others(conn, order) if with_others else ()
        loan = await lock(conn, order.stream, now)
        if loan is None:
            yield conn, None
            return
        if loan.state.borrower_id != order.borrower_id:
            raise BorrowerMismatch(
                f"{order.stream} belongs to borrower {loan.state.borrower_id} in this ledger, the order says "
                f"{order.borrower_id}"
            )
        window = await look(conn, loan.state, order.after, milestones(proposal.attempt))
        yield conn, Scene(borrower, loan, window, state_in(window.known, proposal.attempt), others)


async def record(
    conn: Conn,
    scene: Scene,
    order: ActionOrder,
    proposal: ContactProposal,
    state: AttemptState,
    body: Fact,
    now: datetime,
) -> Appended:
    """Write one fact of the attempt, whose conditions the caller has judged under the same locks."""
    loan = scene.loan.state
    return await append_locked(
        conn,
        scene.loan,
        Append(
            stream=order.stream,
            epoch=loan.epoch,
            after=order.after,
            facts=(fact_of(proposal, state, body, now, "ledger"),),
            decided_on=loan.decision_head,
            state=order.state,
            build=order.build,
        ),
    )


async def reread(conn: Conn, scene: Scene | None, order: ActionOrder) -> Appended:
    """Everything above `order.after`, nothing written."""
    if scene is None:
        return Appended(status="diverged")
    return await append_locked(
        conn, scene.loan, Append(stream=order.stream, epoch=order.epoch, after=order.after, build=order.build)
    )


def fact_of(proposal: ContactProposal, state: AttemptState, body: Fact, now: datetime, source: str) -> NewFact:
    """The fact that puts an attempt into a state."""
    return NewFact(fact_id=milestone(proposal.attempt, state), occurred_at=now, source=source, body=body)
