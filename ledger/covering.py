"""Debts that a message about another debt of the same borrower speaks of too: found, kept right, and told how it ended.

The message is reserved, counted and judged once, in the stream of the case that sends it. Each debt that it covers learns of
it in its own stream, in the same transaction. Whoever does any of this holds the borrower's stream first, so that several
loans can be held after it without two transactions waiting for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from domain.artefacts import UnknownArtefact
from domain.case import Case
from domain.covering import Joining, joining, may_cover
from ledger.artefacts import policy_of, rulebook_in_force
from ledger.errors import UnknownFact
from ledger.guard import judge
from ledger.pool import Conn, Executor
from ledger.reading import facts
from ledger.sql import Queries
from ledger.streams import Locked, Provenance, StreamState, loan_stream, lock, lock_open_loans, state_from, write
from ledger.switches import Switches
from ledger.window import look
from schemas.contact import ContactProposal
from schemas.covering import Cover
from schemas.facts import AttemptCovered, CoverEnded
from schemas.ledger import NewFact
from schemas.orders import ActionOrder

_attempts = Queries("attempts")
_borrowers = Queries("borrowers")
_streams = Queries("streams")
_COVERS: TypeAdapter[tuple[Cover, ...]] = TypeAdapter(tuple[Cover, ...])

Ending = Literal["sent", "unknown", "released"]


@dataclass(frozen=True)
class Together:
    """That a message may speak of several debts: the codes of the templates that have a text for it, and the currency that
    the debts must be in."""

    templates: frozenset[str]
    currency: str


@dataclass(frozen=True)
class _Covered:
    """The stream of a debt that a message covers, held by this transaction. `seq`: where it learnt of the message; `newer`:
    whether it has heard anything since that counts."""

    locked: Locked
    cover: Cover
    seq: int

    @property
    def newer(self) -> bool:
        return self.locked.state.decision_head != self.seq or self.locked.state.state != "open"


async def other_loans(pool: Executor, order: ActionOrder) -> list[StreamState]:
    """The borrower's other open cases as last committed, by name; nothing is held."""
    rows = await _streams.other_open_loans.rows(pool, borrower_id=order.borrower_id, stream=order.stream)
    return [state_from(row) for row in rows]


async def to_read(
    pool: Executor, others: Sequence[StreamState], lead: ContactProposal, now: datetime, together: Together
) -> list[StreamState]:
    """Those of `others` that `lead` can cover once their account was read again. Nothing is held: it is a hint."""
    found = await _joining(pool, others, lead, now, together)
    return [state for state, joins in found if joins.reads_first]


async def hold_others(conn: Conn, order: ActionOrder) -> list[StreamState]:
    """Hold all open cases of the borrower, whose own stream is held; answers those of other loans than the order's."""
    return [state for state in await lock_open_loans(conn, order.borrower_id) if state.stream != order.stream]


async def coverable(
    conn: Conn,
    borrower: StreamState,
    others: Sequence[StreamState],
    lead: ContactProposal,
    now: datetime,
    together: Together,
    on: Switches,
) -> tuple[Cover, ...]:
    """The debts that `lead` is to cover: those whose cases, which are held, would say the same today, know their account as
    of lately, and may be spoken of now, by the guard."""
    covers: list[Cover] = []
    for _, joins in await _joining(conn, others, lead, now, together):
        if joins.reads_first:
            continue
        verdict = await judge(conn, borrower, joins.cover.loan_id, joins.cover.proposal, now, on)
        if verdict.verdict == "allow":
            covers.append(joins.cover)
    return tuple(covers)


async def tell_covered(
    conn: Conn,
    order: ActionOrder,
    attempt: str,
    covered: Iterable[tuple[Cover, Locked]],
    now: datetime,
    *,
    again: bool = False,
) -> None:
    """Write into the stream of each debt, which is held, that a message of another case speaks of it."""
    told: list[str] = []
    fact_id = _covered_id(attempt, again)
    for cover, held in covered:
        body = AttemptCovered(attempt=attempt, by_loan=order.loan_id, cover=cover)
        await _write(conn, held, fact_id, body, now, order)
        told.append(cover.loan_id)
    await _nudge(conn, order, told, fact_id)


async def covers_of(conn: Executor, stream: str, attempt: str) -> tuple[Cover, ...]:
    """The other debts for which an attempt was reserved; what is once in the ledger of it does not change."""
    text = await _attempts.covers.value(conn, stream=stream, attempt=attempt)
    return _COVERS.validate_json(text) if text else ()


async def keep_right(
    conn: Conn,
    borrower: StreamState,
    order: ActionOrder,
    attempt: str,
    covers: Sequence[Cover],
    now: datetime,
    on: Switches,
) -> tuple[Cover, ...]:
    """Of `covers` those that the message may still speak of: nothing that counts is newer in their streams than that they
    were covered, and the guard allows it now. The others are told that it will not. The caller holds the borrower."""
    right: list[Cover] = []
    for one in await _hold(conn, attempt, covers):
        code = "newer_facts" if one.newer else None
        if code is None:
            verdict = await judge(conn, borrower, one.cover.loan_id, one.cover.proposal, now, on)
            code = None if verdict.verdict == "allow" else "guard"
        if code is None:
            right.append(one.cover)
        else:
            ended = CoverEnded(attempt=attempt, outcome="released", code=code)
            await _end_one(conn, one, ended, now, order)
    return tuple(right)


async def end(
    conn: Conn,
    order: ActionOrder,
    covers: Sequence[Cover],
    ended: CoverEnded,
    now: datetime,
    *,
    after_all: bool = False,
) -> None:
    """Tell the debts that a message covers what became of it. The caller holds the borrower.

    A debt that was told already that the message is not about it hears nothing more; but if the message went out `after_all`,
    having been given up, those that it spoke of are told that it covered them.
    """
    if after_all:
        held = await _hold(conn, ended.attempt, covers, and_released=True)
        await tell_covered(conn, order, ended.attempt, [(one.cover, one.locked) for one in held], now, again=True)
    for one in await _hold(conn, ended.attempt, covers, again=after_all):
        await _end_one(conn, one, ended, now, order)


async def _joining(
    conn: Executor, others: Sequence[StreamState], lead: ContactProposal, now: datetime, together: Together
) -> list[tuple[StreamState, Joining]]:
    law = await rulebook_in_force(conn, now)
    if law is None or not may_cover(lead, together.templates):
        return []
    found: list[tuple[StreamState, Joining]] = []
    for state in others:
        try:
            strategy = await policy_of(conn, state.policy or "")
            case = Case.fold(state.loan_id or "", await facts(conn, state.stream, up_to=state.head))
        except (UnknownArtefact, UnknownFact):
            continue  # of a newer build: what it would do is not known here
        joins = joining(case, strategy, law, now, lead, together.currency, together.templates)
        if joins:
            found.append((state, joins))
    return found


async def _hold(
    conn: Conn, attempt: str, covers: Collection[Cover], *, again: bool = False, and_released: bool = False
) -> list[_Covered]:
    """The streams of debts that a message covers, in the order of their names; those left out that were told they are not,
    unless `and_released`."""
    held: list[_Covered] = []
    released = _ended_id(attempt, "released")
    for cover in sorted(covers, key=lambda cover: loan_stream(cover.loan_id)):
        locked = await lock(conn, loan_stream(cover.loan_id))
        if locked is None:
            continue  # restored to a moment before its opening
        ids = (_covered_id(attempt, again), released)
        known = (await look(conn, locked.state, locked.state.at, ids)).known
        told = known.get(ids[0])
        if told and (and_released or again or released not in known):
            held.append(_Covered(locked, cover, told.seq))
    return held


async def _end_one(conn: Conn, one: _Covered, ended: CoverEnded, now: datetime, order: ActionOrder) -> None:
    fact_id = _ended_id(ended.attempt, ended.outcome)
    known = (await look(conn, one.locked.state, one.locked.state.at, [fact_id])).known
    if fact_id in known:
        return
    await _write(conn, one.locked, fact_id, ended, now, order)
    if ended.outcome == "released":
        await _nudge(conn, order, [one.cover.loan_id], fact_id)


async def _write(
    conn: Conn, held: Locked, fact_id: str, body: AttemptCovered | CoverEnded, now: datetime, order: ActionOrder
) -> None:
    fact = NewFact(fact_id=fact_id, occurred_at=now, source="ledger", body=body)
    await write(conn, replace(held, law=()), [fact], Provenance(order.build))


async def _nudge(conn: Conn, order: ActionOrder, loan_ids: Sequence[str], fact_id: str) -> None:
    if loan_ids:
        await _borrowers.announce.run(conn, loan_ids=list(loan_ids), borrower_id=order.borrower_id, fact_id=fact_id)


def _covered_id(attempt: str, again: bool) -> str:
    return f"{attempt}:covered_after_all" if again else f"{attempt}:covered"


def _ended_id(attempt: str, outcome: Ending) -> str:
    return f"{attempt}:covered:{outcome}"
