"""Attempts at contact: what state one is in, and which count against the caps."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Literal

from domain.conversations import KINDS, conversation_of
from ledger.pool import Conn, Executor
from ledger.sql import Queries
from ledger.stored import parsed
from schemas.contact import ContactProposal, Conversation, PastAttempt
from schemas.orders import ActionOrder

_attempts = Queries("attempts")

AttemptState = Literal["none", "reserved", "sending", "sent", "unknown", "released", "refused"]

_MAY_BE_TALKS = [kind.model_fields["kind"].default for kind in KINDS]

COUNTED_DAYS = 40
"""How far back attempts are counted: longer than the period of any cap."""

# The first of these whose fact is there names the state. That it went out weighs most: it may turn out after the
# gateway was silent, and even after a release.
_BY_WEIGHT: tuple[AttemptState, ...] = ("sent", "released", "unknown", "sending", "reserved", "refused")


def milestone(attempt: str, state: AttemptState) -> str:
    """The id of the fact that puts an attempt into a state."""
    return f"{attempt}:{state}"


def milestones(attempt: str) -> list[str]:
    """The ids of all facts that an attempt may have of its own."""
    return [milestone(attempt, state) for state in _BY_WEIGHT]


def state_in(ids: Container[str], attempt: str) -> AttemptState:
    """The state of an attempt of which these facts are there."""
    for state in _BY_WEIGHT:
        if milestone(attempt, state) in ids:
            return state
    return "none"


async def attempt_state(pool: Executor, attempt: str) -> AttemptState:
    """How far an attempt has come, by its id alone."""
    stream = await _attempts.stream_of.value(pool, attempt=attempt)
    if stream is None:
        return "none"
    rows = await _attempts.milestones.rows(pool, stream=stream, ids=milestones(attempt))
    return state_in({row["fact_id"] for row in rows}, attempt)


async def take_slot(conn: Conn, order: ActionOrder, proposal: ContactProposal, at: datetime) -> None:
    """Count the attempt from now on. Raises asyncpg.UniqueViolationError if its id is another attempt's already."""
    await _attempts.take.run(
        conn,
        attempt=proposal.attempt,
        stream=order.stream,
        loan_id=order.loan_id,
        borrower_id=order.borrower_id,
        channel=proposal.channel,
        contact_point_id=proposal.contact_point_id,
        at=at,
        party_id=proposal.party_id,
        use=proposal.use,
    )


async def give_slot_back(conn: Conn, attempt: str, at: datetime, code: str) -> None:
    """Count the attempt no longer: it has not gone out."""
    await _attempts.give_back.run(conn, attempt=attempt, at=at, code=code)


async def counted(conn: Executor, borrower_id: str, now: datetime, but: str) -> tuple[PastAttempt, ...]:
    """The borrower's attempts of the last 40 days that count, over all their loans, except `but`; oldest first."""
    since = now - timedelta(days=COUNTED_DAYS)
    rows = await _attempts.counted.rows(conn, borrower_id=borrower_id, since=since, but=but)
    return tuple(PastAttempt(**dict(row)) for row in rows)


async def covered_debts(conn: Executor, borrower_id: str, now: datetime) -> dict[str, tuple[str, ...]]:
    """By attempt of the last 40 days, the other debts of the borrower that it speaks of."""
    since = now - timedelta(days=COUNTED_DAYS)
    debts: dict[str, list[str]] = {}
    for row in await _attempts.covered.rows(conn, borrower_id=borrower_id, since=since):
        of = debts.setdefault(row["attempt"], [])
        if row["kind"] == "attempt_covered":
            of.append(row["loan_id"])
        elif row["outcome"] == "released" and row["loan_id"] in of:
            of.remove(row["loan_id"])
    return {attempt: tuple(of) for attempt, of in debts.items() if of}


async def conversations(conn: Executor, borrower_id: str, now: datetime) -> tuple[Conversation, ...]:
    """The conversations of the last 40 days about any loan of the borrower's; oldest first."""
    since = now - timedelta(days=COUNTED_DAYS)
    rows = await _attempts.conversations.rows(conn, borrower_id=borrower_id, since=since, kinds=_MAY_BE_TALKS)
    found = [
        conversation_of(
            parsed(row["body"], f"fact {row['stream']}/{row['seq']}"),
            row["loan_id"],
            row["occurred_at"],
            row["party_id"],
        )
        for row in rows
    ]
    return tuple(talk for talk in found if talk)


async def latest_at(conn: Executor, borrower_id: str, but: str) -> datetime | None:
    """When the borrower's newest attempt except `but` was reserved, whatever became of it."""
    return await _attempts.latest_at.value(conn, borrower_id=borrower_id, but=but)
