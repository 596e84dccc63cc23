"""Contacts: reserved under every cap, judged again just before they go out, and what became of them.

An attempt goes reserved → sending → sent | unknown, or refused at once, or released. Whoever reserves or begins to send
holds the borrower's stream, then the loan's, so that two loans of one borrower never take the last slot both. A message may
cover other debts of the borrower (`ledger.covering`): reserved and counted once, and known to each of their cases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger import switches
from ledger.attempts import (
    AttemptState,
    attempt_state,
    give_slot_back,
    milestone,
    take_slot,
)
from ledger.covering import Together, coverable, end, keep_right, tell_covered
from ledger.errors import ProtocolError
from ledger.guard import judge
from ledger.pool import Conn, Pool
from ledger.scene import Scene, record, reread, scene_of
from ledger.streams import Locked
from schemas.base import as_utc
from schemas.contact import ContactProposal, Verdict
from schemas.covering import Cover
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    CoverEnded,
)
from schemas.ledger import Appended
from schemas.orders import ActionOrder

__all__ = ["AttemptState", "Reserved", "Sending", "attempt_state", "begin_sending", "guard_code", "reserve"]


@dataclass(frozen=True)
class Reserved:
    """The answer to a proposal.

    Attributes:
        state: the attempt's, now: after a retry it may be further on than `reserved`. Or why nothing was decided:
            `stale`, `stale_epoch`, `diverged` (see `schemas.ledger.Appended`).
        fresh: whether this very call reserved or refused it.
        verdict: the guard's, if this call asked it.
        appended: everything above `order.after`.
        covers: other debts that a reserved message is to speak of.
    """

    state: AttemptState | Literal["stale", "stale_epoch", "diverged"]
    fresh: bool
    verdict: Verdict | None
    appended: Appended
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True)
class Sending:
    """Whether a reserved contact may go out now.

    Attributes:
        go: `go`: `AttemptSending` stands in the ledger, send. `shadow`: the same, but do not send. `no`: do not send.
        state: the attempt's, now. Beside `no`: `released` (by this call or before), `sending` (somebody began: ask the
            gateway by key), `sent`, `unknown`, `refused`; or `diverged`, and the case is to be folded anew.
        code: of the release, if this call made one.
        appended: everything above `order.after`.
        covers: other debts that the message must speak of; no others.
    """

    go: Literal["go", "shadow", "no"]
    state: AttemptState | Literal["diverged"]
    code: str | None
    appended: Appended
    covers: tuple[Cover, ...] = ()


async def reserve(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, now: datetime, together: Together | None = None
) -> Reserved:
    """Ask the guard and, if it allows, take a slot under every cap; reserved or refused, it is recorded.

    One transaction. Conditional like any decision: on `order.epoch`, and on `order.decided_on` as decision head. A call
    for an attempt that is known already answers its present state. `now` (aware) is the time of the attempt. With
    `together` the contact covers whatever other debts of the borrower it can; they are told.

    Raises:
        ProtocolError: there is no such loan stream.
        BorrowerMismatch: the loan is not this borrower's.
        ValueError: `now` has no zone.
    """
    now = as_utc(now)
    async with scene_of(pool, order, proposal, now, with_others=together is not None) as (conn, scene):
        if scene is None or not scene.window.joins:
            return Reserved("diverged", False, None, await reread(conn, scene, order))
        if scene.state != "none":
            covers = _reserved_for(scene, proposal)
            return Reserved(scene.state, False, None, await reread(conn, scene, order), covers)
        loan = scene.loan.state
        if order.epoch != loan.epoch or order.decided_on != loan.decision_head:
            status = "stale_epoch" if order.epoch != loan.epoch else "stale"
            answer = await reread(conn, scene, order)
            return Reserved(status, False, None, answer.model_copy(update={"status": status}))
        on = await switches.state(conn)
        verdict = await judge(conn, scene.borrower.state, order.loan_id, proposal, now, on)
        if verdict.verdict != "allow":
            refused = AttemptRefused(proposal=proposal, verdict=verdict)
            return Reserved(
                "refused", True, verdict, await record(conn, scene, order, proposal, "refused", refused, now)
            )
        covers: tuple[Cover, ...] = ()
        if together:
            covers = await coverable(conn, scene.borrower.state, scene.others, proposal, now, together, on)
        reserved = AttemptReserved(proposal=proposal, verdict=verdict, covers=covers)
        appended = await record(conn, scene, order, proposal, "reserved", reserved, now)
        await take_slot(conn, order, proposal, now)
        held = {other.loan_id: Locked(other, scene.loan.wall, ()) for other in scene.others}
        await tell_covered(conn, order, proposal.attempt, [(c, held[c.loan_id]) for c in covers], now)
        return Reserved("reserved", True, verdict, appended, covers)


async def begin_sending(
    pool: Pool, order: ActionOrder, proposal: ContactProposal, now: datetime, *, not_taken: bool = False
) -> Sending:
    """Check all again and commit that the contact goes out now, or release it.

    It goes out if nothing that counts is newer than its own reservation, the epoch is still `order.epoch`, stop-all is
    off, and the guard allows it now, its own slot left out of the count. Else it is released; the code says why:
    `stale_epoch`, `newer_facts`, `stop_all`, or `guard.` and the first rule that failed, in small letters. A debt that it
    covers, and of which something newer was heard, is left out of it, and told.

    Where a sending stands already, somebody may be at the gateway this moment, and the answer is `no`. Only with
    `not_taken`, by which the caller says that the gateway has certainly not taken the request (a 429), is it checked
    again, against everything newer than that sending; of a debt that it covers too, for what it says was written down.

    Raises: as `reserve`; ProtocolError also if nothing was reserved.
    """
    now = as_utc(now)
    async with scene_of(pool, order, proposal, now) as (conn, scene):
        if scene is None or not scene.window.joins:
            return Sending("no", "diverged", None, await reread(conn, scene, order))
        if scene.state == "none":
            raise ProtocolError(f"{proposal.attempt}: nothing was reserved in {order.stream}; reserve first")
        if scene.state != "reserved" and not (scene.state == "sending" and not_taken):
            return Sending("no", scene.state, None, await reread(conn, scene, order))
        on = await switches.state(conn)
        code = await _objection(conn, scene, order, proposal, now, on)
        before = covers = _reserved_for(scene, proposal)
        if code is None and covers:
            covers = await keep_right(conn, scene.borrower.state, order, proposal.attempt, before, now, on)
            if scene.state == "sending" and covers != before:
                code = "newer_facts"
        if code is not None:
            released = AttemptReleased(attempt=proposal.attempt, code=code)
            appended = await record(conn, scene, order, proposal, "released", released, now)
            await give_slot_back(conn, proposal.attempt, now, code)
            ended = CoverEnded(attempt=proposal.attempt, outcome="released", code=code)
            await end(conn, order, before, ended, now)
            return Sending("no", "released", code, appended)
        sending = AttemptSending(attempt=proposal.attempt, covers=covers)
        appended = await record(conn, scene, order, proposal, "sending", sending, now)
        return Sending("shadow" if on.shadow else "go", "sending", None, appended, covers)


def _reserved_for(scene: Scene, proposal: ContactProposal) -> tuple[Cover, ...]:
    """The other debts that the message speaks of, or was reserved for if it has not begun to go out."""
    told = (scene.window.known.get(milestone(proposal.attempt, state)) for state in ("sending", "reserved"))
    bodies = (fact.body for fact in told if fact)
    return next((b.covers for b in bodies if isinstance(b, AttemptSending | AttemptReserved)), ())


def guard_code(rule: str) -> str:
    """The code of a release for which a rule of conduct is the reason."""
    return f"guard.{re.sub(r'[^a-z0-9_.-]', '_', rule.lower())}"[:64]


async def _objection(
    conn: Conn,
    scene: Scene,
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
