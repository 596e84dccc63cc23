"""What became of a contact: sent, unknown, or given up."""

from __future__ import annotations

from datetime import datetime

from ledger.append import append_locked
from ledger.attempts import AttemptState, give_slot_back, milestones, state_in, take_slot
from ledger.errors import ProtocolError
from ledger.pool import Pool
from ledger.scene import fact_of
from ledger.streams import lock
from ledger.window import look
from schemas.base import as_utc
from schemas.contact import ContactProposal
from schemas.facts import AttemptReleased, AttemptSent, AttemptUnknown, Fact
from schemas.ledger import Append, Appended
from schemas.orders import ActionOrder


async def finish(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, fact: Fact, now: datetime, source: str
) -> Appended:
    """Record what became of an attempt: AttemptSent, AttemptUnknown or AttemptReleased (which frees its slot).

    Unconditional, like every input, but an attempt does not go back: once sent it is neither unknown nor released, once
    released no more unknown. If the ledger was restored to before the reservation, what went out is recorded and
    counted all the same. The answer is `diverged` if `order.after` is not in the stream.

    Raises:
        ProtocolError: `fact` is another kind of fact, of another attempt, or of one that never began to send.
        ValueError: `now` has no zone.
    """
    now = as_utc(now)
    if not isinstance(fact, AttemptSent | AttemptUnknown | AttemptReleased) or fact.attempt != proposal.attempt:
        raise ProtocolError(f"{proposal.attempt}: {fact.kind} is not how this attempt ends")
    async with pool.acquire() as conn, conn.transaction():
        loan = await lock(conn, order.stream, now)
        if loan is None:
            return Appended(status="diverged")
        window = await look(conn, loan.state, order.after, milestones(proposal.attempt))
        before = state_in(window.known, proposal.attempt)
        outcome = _OUTCOME[type(fact)]
        if outcome != "released" and window.joins and before in ("none", "reserved", "refused"):
            raise ProtocolError(f"{proposal.attempt} is {before}: it cannot be {outcome} before begin_sending")
        facts = (fact_of(proposal, outcome, fact, now, source),) if before not in _ENDS_BEFORE[outcome] else ()
        if facts and before == "none":
            await take_slot(conn, order, proposal, now)
        after = order.after if window.joins else loan.state.at
        appended = await append_locked(
            conn, loan, Append(stream=order.stream, epoch=order.epoch, after=after, facts=facts, build=order.build)
        )
        if facts and isinstance(fact, AttemptReleased):
            await give_slot_back(conn, proposal.attempt, now, fact.code)
    return appended if window.joins else appended.model_copy(update={"status": "diverged", "facts": ()})


_OUTCOME: dict[type, AttemptState] = {
    AttemptSent: "sent",
    AttemptUnknown: "unknown",
    AttemptReleased: "released",
}

_ENDS_BEFORE: dict[AttemptState, tuple[AttemptState, ...]] = {
    "sent": (),
    "unknown": ("sent", "released"),
    "released": ("none", "refused", "sent"),
}
"""For each outcome the states in which it is no news any more."""
