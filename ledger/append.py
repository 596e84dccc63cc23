"""The ledger's one way to take facts in, and to tell what else has happened.

A call is judged in this order, because a workflow task may fail and run the same call again:

1. A fact whose id is there with equal content is accepted, whatever the head or epoch. With other content the first
   stands; if the id is one that a source outside gave, that is recorded (`FactConflicted`) for a person to look at.
2. `after` must be a row of the stream, by number and hash; else `diverged`, and nothing is written.
3. New inputs and inert facts are always written. New decisions are written, all or none, if the epoch is the stream's
   (else `stale_epoch`) and nothing that counts is newer than what they were decided on, a new input of the same call
   included (else `stale`). Inert facts do not count.
4. New facts get the next numbers, and everything above `after` goes back with the law in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ledger.errors import ProtocolError
from ledger.mirrors import missing_mirrors
from ledger.pages import page
from ledger.pool import Conn, Pool
from ledger.stored import content_digest, same_content, weight
from ledger.streams import (
    BORROWER,
    Locked,
    Provenance,
    StreamState,
    lock,
    lock_borrower,
    stream_state,
    write,
)
from ledger.window import Window, look
from schemas.facts import EpisodeOpened, EpisodeReopened, FactConflicted, TakenOver
from schemas.ledger import Append, Appended, NewFact, RecordedFact

SOURCE_GIVEN = (
    *("payment:", "reversal:", "result:", "inbound:", "visit:", "document:", "court:"),
    "borrower:",
)
"""Ids that a source outside gave: the same id with other content is somebody's mistake."""


async def append(pool: Pool, request: Append) -> Appended:
    """Write `request.facts` and answer everything above `request.after`, in one transaction.

    Raises:
        ProtocolError: a fact that opens an episode or takes a case over: those come from `ledger.episodes`.
        asyncpg.PostgresError, OSError: the database is not there or refuses; the same call may be made again.
    """
    async with pool.acquire() as conn, conn.transaction():
        return await append_in(conn, request)


async def append_in(conn: Conn, request: Append) -> Appended:
    """The same inside a transaction of the caller, which then holds the stream until it ends."""
    _check(request)
    reopens = any(isinstance(fact.body, EpisodeReopened) for fact in request.facts)
    if reopens and (state := await stream_state(conn, request.stream)):
        # A reopened case hears the borrower's facts again, so their stream is held first, as in every opening.
        await lock_borrower(conn, state.borrower_id)
    held = await lock(conn, request.stream, request.now)
    if held is None:  # restored to a moment before the opening
        return Appended(status="diverged")
    return await append_locked(conn, held, request)


async def append_locked(conn: Conn, held: Locked, request: Append) -> Appended:
    """The same on a stream that the transaction already holds."""
    window = await look(conn, held.state, request.after, (fact.fact_id for fact in request.facts))
    if not window.joins:
        return Appended(status="diverged", stored=_stored(request.facts, window.known), law=held.law)
    new = await _new(conn, held.state, request.facts, window)
    status = _judge(held.state, new, request)
    if status != "ok":
        new = [fact for fact in new if weight(fact) != "decision"]
    held, written = await write(conn, held, new, Provenance(request.build, request.state))
    if any(isinstance(fact.body, EpisodeReopened) for fact in written):
        _, mirrors = await write(conn, held, await missing_mirrors(conn, held.state), Provenance(request.build))
        written += mirrors
    facts, more = page((*window.above, *written))
    return Appended(
        status=status,
        facts=facts,
        more=more,
        stored=_stored(request.facts, window.known | {fact.fact_id: fact for fact in written}),
        law=held.law,
    )


def _check(request: Append) -> None:
    for fact in request.facts:
        if isinstance(fact.body, EpisodeOpened | TakenOver):
            raise ProtocolError(
                f"{fact.fact_id}: {fact.body.kind} cannot be appended; ledger.episodes.open_episode writes it, "
                "with the epoch and the borrower's facts that belong to it"
            )


def _judge(state: StreamState, new: Sequence[NewFact], request: Append) -> Literal["ok", "stale", "stale_epoch"]:
    weights = {weight(fact) for fact in new}
    if "decision" not in weights:
        return "ok"
    if request.epoch != state.epoch:
        return "stale_epoch"
    return "ok" if "input" not in weights and request.decided_on == state.decision_head else "stale"


async def _new(conn: Conn, state: StreamState, facts: Sequence[NewFact], window: Window) -> list[NewFact]:
    """What of `facts` is not there yet, in their order, with a conflict in the place of each contradiction."""
    first: dict[str, NewFact] = dict(window.known)
    new: list[NewFact] = []
    conflicts: dict[str, NewFact] = {}
    for fact in facts:
        if fact.fact_id not in first:
            first[fact.fact_id] = fact
            new.append(fact)
        elif _is_source_given(state, fact) and not same_content(fact, first[fact.fact_id]):
            said = conflict(fact)
            conflicts.setdefault(said.fact_id, said)
    if conflicts:
        there = (await look(conn, state, state.at, conflicts)).known
        new += [said for said in conflicts.values() if said.fact_id not in there]
    return new


def conflict(fact: NewFact) -> NewFact:
    """The record that `fact` came under an id that is taken; the same contradiction is recorded once."""
    return fact.model_copy(
        update={
            "fact_id": f"conflict:{fact.fact_id}:{content_digest(fact)[:16]}",
            "body": FactConflicted(fact_id=fact.fact_id),
        }
    )


def _is_source_given(state: StreamState, fact: NewFact) -> bool:
    return fact.fact_id.startswith(SOURCE_GIVEN) or state.stream.startswith(BORROWER)


def _stored(facts: Sequence[NewFact], known: dict[str, RecordedFact]) -> tuple[RecordedFact, ...]:
    there = (known.get(fact.fact_id) for fact in facts)
    return tuple({fact.fact_id: fact for fact in there if fact is not None}.values())
