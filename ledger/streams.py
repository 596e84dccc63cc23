"""A stream's head: locking it, and writing facts that move it. All writing of facts goes through `write`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from asyncpg import Record

from ledger.chain import Link, canonical, hash_of
from ledger.pool import Conn, Executor
from ledger.sql import Queries
from ledger.stored import body_json, parsed, weight
from schemas.facts import CaseClosed, EpisodeOpened, EpisodeReopened, PolicyAdopted, TakenOver
from schemas.ledger import Head, NewFact, RecordedFact

_streams = Queries("streams")
_facts = Queries("facts")

LOAN = "loan:"
BORROWER = "borrower:"


@dataclass(frozen=True)
class StreamState:
    """What the ledger itself knows of a stream: the fold of its facts.

    Attributes:
        epoch: of the run that may decide; 0 before the first opening and for borrowers.
        decision_head: number of the newest fact that is not inert.
        episode: date on which the loan fell overdue, of the newest episode.
        policy: sha256 of the strategy pinned to it.
        chain: first execution's run id of the workflow that carries the case; `run_id` its newest run.
    """

    stream: str
    kind: Literal["loan", "borrower"]
    loan_id: str | None
    borrower_id: str
    head: int
    head_hash: str
    epoch: int
    decision_head: int
    episode: date | None
    policy: str | None
    chain: str | None
    run_id: str | None
    state: Literal["open", "closed"]

    @property
    def at(self) -> Head:
        """The head as travels in messages."""
        return Head(seq=self.head, hash=self.head_hash)


@dataclass(frozen=True)
class Locked:
    """A stream that this transaction holds alone. `wall`: the database's clock; `law`: digests in force, by kind."""

    state: StreamState
    wall: datetime
    law: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """What a call says of all the facts it writes: the program's build, and the digest of the state decided on."""

    build: str | None = None
    state: str | None = None


def loan_stream(loan_id: str) -> str:
    """The name of a loan's stream."""
    return f"{LOAN}{loan_id}"


def borrower_stream(borrower_id: str) -> str:
    """The name of a borrower's stream."""
    return f"{BORROWER}{borrower_id}"


async def lock(conn: Conn, stream: str, now: datetime | None = None) -> Locked | None:
    """Wait for the stream and hold it until the transaction ends; None if there is no such stream.

    `law` is told as of the later of `now` and the wall clock: a book may run ahead of the wall, and one that lies in
    the past is judged by the rulebook in force today, whose rules carry their own dates.
    """
    row = await _streams.lock.row(conn, stream=stream, now=now)
    return Locked(state_from(row), row["wall"], tuple(row["law"] or ())) if row else None


async def lock_borrower(conn: Conn, borrower_id: str, now: datetime | None = None) -> Locked:
    """Hold the borrower's stream, made if missing. Always before any of the borrower's loans: that order is the law
    that keeps transactions from waiting for each other in a circle.
    """
    return await _ensured(conn, borrower_stream(borrower_id), "borrower", None, borrower_id, now)


async def lock_loan(conn: Conn, loan_id: str, borrower_id: str, now: datetime | None = None) -> Locked:
    """Hold the loan's stream, made if missing."""
    return await _ensured(conn, loan_stream(loan_id), "loan", loan_id, borrower_id, now)


async def lock_open_loans(conn: Conn, borrower_id: str) -> list[StreamState]:
    """Hold the streams of all open cases of a borrower, whose own stream the caller holds."""
    return [state_from(row) for row in await _streams.lock_open_loans.rows(conn, borrower_id=borrower_id)]


async def stream_state(pool: Executor, stream: str) -> StreamState | None:
    """The stream as last committed, without waiting; None if there is none."""
    row = await _streams.state_of.row(pool, stream=stream)
    return state_from(row) if row else None


async def save(conn: Conn, state: StreamState) -> None:
    """Store the head of a stream that the transaction holds, where no fact moved it (`write` does it otherwise)."""
    await _streams.save.run(conn, stream=state.stream, **_mutable(state))


async def write(
    conn: Conn, locked: Locked, facts: Sequence[NewFact], said: Provenance
) -> tuple[Locked, list[RecordedFact]]:
    """Number, chain and store facts that nobody has stored under these ids, on a stream that the transaction holds.

    Answers the stream after it, and the facts as recorded: what a later reading gives, to the field.
    """
    if not facts:
        return locked, []
    state, links, written = locked.state, list[Link](), list[RecordedFact]()
    for fact in facts:
        state, link, recorded = _link(state, fact, locked.wall, said)
        links.append(link)
        written.append(recorded)
    await _facts.write.run(
        conn,
        stream=state.stream,
        seqs=[link.seq for link in links],
        fact_ids=[link.fact_id for link in links],
        kinds=[link.kind for link in links],
        bodies=[canonical(link.body).decode() for link in links],
        occurred=[link.occurred_at for link in links],
        recorded_at=locked.wall,
        sources=[link.source for link in links],
        actors=[link.actor for link in links],
        epochs=[link.epoch for link in links],
        decided_on=[link.decided_on for link in links],
        builds=[link.build for link in links],
        prevs=[link.prev for link in links],
        hashes=[recorded.hash for recorded in written],
        **_mutable(state),
    )
    return replace(locked, state=state), written


def state_from(row: Record) -> StreamState:
    """A row of `stream` as a model."""
    return StreamState(**{name: row[name] for name in StreamState.__dataclass_fields__})


async def _ensured(
    conn: Conn, stream: str, kind: str, loan_id: str | None, borrower_id: str, now: datetime | None
) -> Locked:
    if held := await lock(conn, stream, now):
        return held
    await _streams.ensure.run(conn, stream=stream, kind=kind, loan_id=loan_id, borrower_id=borrower_id)
    held = await lock(conn, stream, now)
    assert held is not None, stream
    return held


def _mutable(state: StreamState) -> dict[str, object]:
    return {
        "head": state.head,
        "head_hash": state.head_hash,
        "epoch": state.epoch,
        "decision_head": state.decision_head,
        "episode": state.episode,
        "policy": state.policy,
        "chain": state.chain,
        "run_id": state.run_id,
        "state": state.state,
    }


def _link(
    state: StreamState, fact: NewFact, wall: datetime, said: Provenance
) -> tuple[StreamState, Link, RecordedFact]:
    after = _folded(state, fact)
    body = body_json(fact.body)
    link = Link(
        stream=state.stream,
        seq=state.head + 1,
        fact_id=fact.fact_id,
        kind=fact.body.kind,
        body=body,
        occurred_at=fact.occurred_at,
        recorded_at=wall,
        source=fact.source,
        actor=fact.actor,
        epoch=after.epoch,
        decided_on=said.state if weight(fact) == "decision" else None,
        build=said.build,
        prev=state.head_hash,
    )
    recorded = RecordedFact(
        fact_id=fact.fact_id,
        occurred_at=fact.occurred_at,
        source=fact.source,
        actor=fact.actor,
        body=parsed(canonical(body).decode(), fact.fact_id),
        seq=link.seq,
        hash=hash_of(link),
        epoch=link.epoch,
        recorded_at=wall,
        decided_on=link.decided_on,
        build=link.build,
    )
    moved = after.decision_head if weight(fact) == "inert" else link.seq
    return replace(after, head=link.seq, head_hash=recorded.hash, decision_head=moved), link, recorded


def _folded(state: StreamState, fact: NewFact) -> StreamState:
    """What a fact changes in the ledger's own view, but for its number."""
    body = fact.body
    match body:
        case EpisodeOpened():
            return replace(
                state, epoch=body.epoch, episode=body.request.overdue_since, policy=body.policy, state="open"
            )
        case EpisodeReopened():
            return replace(state, epoch=body.epoch, state="open")
        case TakenOver():
            return replace(state, epoch=body.epoch)
        case PolicyAdopted():
            return replace(state, policy=body.policy)
        case CaseClosed():
            return replace(state, state="closed")
        case _:
            return state
