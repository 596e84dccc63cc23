"""Contacts: reserved under every cap, judged again just before they go out, and what became of them.

An attempt goes reserved → sending → sent | unknown, or refused at once, or released. Whoever reserves or begins to send
holds the borrower's stream, then the loan's, so that two loans of one borrower never take the last slot both.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger import switches
from ledger.append import append_locked
from ledger.attempts import (
    AttemptState,
    attempt_state,
    give_slot_back,
    milestone,
    milestones,
    state_in,
    take_slot,
)
from ledger.errors import BorrowerMismatch, ProtocolError
from ledger.guard import judge
from ledger.pool import Conn, Pool
from ledger.streams import Locked, lock, lock_borrower
from ledger.window import Window, look
from schemas.base import as_utc
from schemas.contact import ContactProposal, Verdict
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    Fact,
)
from schemas.ledger import Append, Appended, NewFact
from schemas.orders import ActionOrder

__all__ = ["AttemptState", "Reserved", "Sending", "attempt_state", "begin_sending", "finish", "guard_code", "reserve"]


@dataclass(frozen=True)
class Reserved:
    """The answer to a proposal.

    Attributes:
        state: the attempt's, now: after a retry it may be further on than `reserved`. Or why nothing was decided:
            `stale`, `stale_epoch`, `diverged` (see `schemas.ledger.Appended`).
        fresh: whether this very call reserved or refused it.
        verdict: the guard's, if this call asked it.
        appended: everything above `order.after`.
    """

    state: AttemptState | Literal["stale", "stale_epoch", "diverged"]
    fresh: bool
    verdict: Verdict | None
    appended: Appended


@dataclass(frozen=True)
class Sending:
    """Whether a reserved contact may go out now.

    Attributes:
        go: `go`: `AttemptSending` stands in the ledger, send. `shadow`: the same, but do not send. `no`: do not send.
        state: the attempt's, now. Beside `no`: `released` (by this call or before), `sending` (somebody began: ask the
            gateway by key), `sent`, `unknown`, `refused`; or `diverged`, and the case is to be folded anew.
        code: of the release, if this call made one.
        appended: everything above `order.after`.
    """

    go: Literal["go", "shadow", "no"]
    state: AttemptState | Literal["diverged"]
    code: str | None
    appended: Appended


@dataclass(frozen=True)
class _Scene:
    """Borrower and loan held by this transaction, and what the loan's stream has of the attempt."""

    borrower: Locked
    loan: Locked
    window: Window
    state: AttemptState


async def reserve(pool: Pool, order: ActionOrder, proposal: ContactProposal, now: datetime) -> Reserved:
    """Ask the guard and, if it allows, take a slot under every cap; reserved or refused, it is recorded.

    One transaction. Conditional like any decision: on `order.epoch`, and on `order.decided_on` as decision head. A call
    for an attempt that is known already answers its present state. `now` (aware) is the time of the attempt.

    Raises:
        ProtocolError: there is no such loan stream.
        BorrowerMismatch: the loan is not this borrower's.
        ValueError: `now` has no zone.
    """
    now = as_utc(now)
    async with _scene(pool, order, proposal, now) as (conn, scene):
        if scene is None or not scene.window.joins:
            return Reserved("diverged", False, None, await _answer(conn, scene, order))
        if scene.state != "none":
            return Reserved(scene.state, False, None, await _answer(conn, scene, order))
        loan = scene.loan.state
        if order.epoch != loan.epoch or order.decided_on != loan.decision_head:
            status = "stale_epoch" if order.epoch != loan.epoch else "stale"
            answer = await _answer(conn, scene, order)
            return Reserved(status, False, None, answer.model_copy(update={"status": status}))
        on = await switches.state(conn)
        verdict = await judge(conn, scene.borrower.state, order.loan_id, proposal, now, on)
        allowed = verdict.verdict == "allow"
        body = (AttemptReserved if allowed else AttemptRefused)(proposal=proposal, verdict=verdict)
        state: AttemptState = "reserved" if allowed else "refused"
        appended = await _record(conn, scene, order, proposal, state, body, now)
        if allowed:
            await take_slot(conn, order, proposal, now)
        return Reserved(state, True, verdict, appended)


async def begin_sending(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, now: datetime, *, not_taken: bool = False
) -> Sending:
    """Check all again and commit that the contact goes out now, or release it.

    It goes out if nothing that counts is newer than its own reservation, the epoch is still `order.epoch`, stop-all is
    off, and the guard allows it now, its own slot left out of the count. Else it is released; the code says why:
    `stale_epoch`, `newer_facts`, `stop_all`, or `guard.` and the first rule that failed, in small letters.

    Where a sending stands already, somebody may be at the gateway this moment, and the answer is `no`. Only with
    `not_taken`, by which the caller says that the gateway has certainly not taken the request (a 429), is it checked
    again, against everything newer than that sending.

    Raises: as `reserve`; ProtocolError also if nothing was reserved.
    """
    now = as_utc(now)
    async with _scene(pool, order, proposal, now) as (conn, scene):
        if scene is None or not scene.window.joins:
            return Sending("no", "diverged", None, await _answer(conn, scene, order))
        if scene.state == "none":
            raise ProtocolError(f"{proposal.attempt}: nothing was reserved in {order.stream}; reserve first")
        if scene.state != "reserved" and not (scene.state == "sending" and not_taken):
            return Sending("no", scene.state, None, await _answer(conn, scene, order))
        on = await switches.state(conn)
        code = await _objection(conn, scene, order, proposal, now, on)
        if code is not None:
            released = AttemptReleased(attempt=proposal.attempt, code=code)
            appended = await _record(conn, scene, order, proposal, "released", released, now)
            await give_slot_back(conn, proposal.attempt, now, code)
            return Sending("no", "released", code, appended)
        sending = AttemptSending(attempt=proposal.attempt)
        appended = await _record(conn, scene, order, proposal, "sending", sending, now)
        return Sending("shadow" if on.shadow else "go", "sending", None, appended)


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
        facts = (_new(proposal, outcome, fact, now, source),) if before not in _ENDS_BEFORE[outcome] else ()
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


def guard_code(rule: str) -> str:
    """The code of a release for which a rule of conduct is the reason."""
    return f"guard.{re.sub(r'[^a-z0-9_.-]', '_', rule.lower())}"[:64]


@asynccontextmanager
async def _scene(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, now: datetime
) -> AsyncIterator[tuple[Conn, _Scene | None]]:
    async with pool.acquire() as conn, conn.transaction():
        borrower = await lock_borrower(conn, order.borrower_id)
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
        yield conn, _Scene(borrower, loan, window, state_in(window.known, proposal.attempt))


async def _objection(
    conn: Conn,
    scene: _Scene,
    order: ActionOrder,
    proposal: ContactProposal,
    now: datetime,
    on: switches.Switches,
) -> str | None:
    """Why the contact must not go out now, as a code; None if it may."""
    last = scene.window.known[milestone(proposal.attempt, scene.state)]
    if order.epoch != scene.loan.state.epoch:
        return "stale_epoch"
    if scene.loan.state.decision_head != last.seq:
        return "newer_facts"
    if on.stop_all:
        return "stop_all"
    verdict = await judge(conn, scene.borrower.state, order.loan_id, proposal, now, on)
    if verdict.verdict == "allow":
        return None
    return guard_code(verdict.rules[0])


async def _record(
    conn: Conn,
    scene: _Scene,
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
            facts=(_new(proposal, state, body, now, "ledger"),),
            decided_on=loan.decision_head,
            state=order.state,
            build=order.build,
        ),
    )


async def _answer(conn: Conn, scene: _Scene | None, order: ActionOrder) -> Appended:
    """Everything above `order.after`, nothing written."""
    if scene is None:
        return Appended(status="diverged")
    return await append_locked(
        conn, scene.loan, Append(stream=order.stream, epoch=order.epoch, after=order.after, build=order.build)
    )


def _new(proposal: ContactProposal, state: AttemptState, body: Fact, now: datetime, source: str) -> NewFact:
    return NewFact(fact_id=milestone(proposal.attempt, state), occurred_at=now, source=source, body=body)
