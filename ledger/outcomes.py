"""What became of a contact: sent, unknown, or given up."""

from __future__ import annotations

from datetime import datetime

from ledger.append import append_locked
from ledger.attempts import AttemptState, give_slot_back, milestone, milestones, state_in, take_slot
from ledger.covering import covers_of, end
from ledger.errors import ProtocolError
from ledger.pool import Pool
from ledger.scene import fact_of
from ledger.streams import lock, lock_borrower
from ledger.window import Window, look
from schemas.base import as_utc
from schemas.contact import ContactProposal
from schemas.covering import Cover
from schemas.facts import AttemptReleased, AttemptSending, AttemptSent, AttemptUnknown, CoverEnded, Fact
from schemas.ledger import Append, Appended
from schemas.orders import ActionOrder


async def finish(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, fact: Fact, now: datetime, source: str
) -> Appended:
    """Record what became of an attempt: AttemptSent, AttemptUnknown or AttemptReleased (which frees its slot).

    Unconditional, like every input, but an attempt does not go back: once sent it is neither unknown nor released, once
    released no more unknown. If the ledger was restored to before the reservation, what went out is recorded and
    counted all the same. Other debts that the message speaks of are told, in the same transaction. The answer is `diverged`
    if `order.after` is not in the stream.

    Raises:
        ProtocolError: `fact` is another kind of fact, of another attempt, or of one that never began to send.
        ValueError: `now` has no zone.
    """
    now = as_utc(now)
    if not isinstance(fact, AttemptSent | AttemptUnknown | AttemptReleased) or fact.attempt != proposal.attempt:
        raise ProtocolError(f"{proposal.attempt}: {fact.kind} is not how this attempt ends")
    async with pool.acquire() as conn, conn.transaction():
        covers = await covers_of(conn, order.stream, proposal.attempt)
        if covers:
            await lock_borrower(conn, order.borrower_id)
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
        if facts and covers:
            spoken = _spoken_of(window, proposal.attempt, covers)
            await end(conn, order, spoken, _ended(fact), now, after_all=outcome == "sent" and before == "released")
    return appended if window.joins else appended.model_copy(update={"status": "diverged", "facts": ()})


def _spoken_of(window: Window, attempt: str, reserved: tuple[Cover, ...]) -> tuple[Cover, ...]:
    """The debts that the message speaks of: those it was reserved for, until it begins to go out."""
    sending = window.known.get(milestone(attempt, "sending"))
    return sending.body.covers if sending and isinstance(sending.body, AttemptSending) else reserved


def _ended(fact: AttemptSent | AttemptUnknown | AttemptReleased) -> CoverEnded:
    match fact:
        case AttemptSent(gateway_reference=reference, shadow=shadow):
            return CoverEnded(attempt=fact.attempt, outcome="sent", gateway_reference=reference, shadow=shadow)
        case AttemptUnknown(code=code):
            return CoverEnded(attempt=fact.attempt, outcome="unknown", code=code)
        case AttemptReleased(code=code):
            return CoverEnded(attempt=fact.attempt, outcome="released", code=code)


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
