"""Facts about a borrower: recorded once, mirrored into every open loan of theirs, with a nudge for each case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.standing import apply_standing
from ledger.append import append_locked
from ledger.errors import ProtocolError
from ledger.mirrors import is_mirrored, missing_mirrors
from ledger.pool import Executor, Pool
from ledger.reading import facts
from ledger.sql import Queries
from ledger.streams import Locked, Provenance, borrower_stream, lock_borrower, lock_open_loans, write
from schemas.contact import CONVERSATIONS, Standing
from schemas.ledger import Append, NewFact
from schemas.loan import CollectionRequest, Party

_borrowers = Queries("borrowers")


@dataclass(frozen=True)
class Nudge:
    """A case that has still to hear that its borrower's stream has something new."""

    id: int
    loan_id: str
    borrower_id: str
    fact_id: str


async def record_borrower_fact(pool: Pool, borrower_id: str, fact: NewFact) -> tuple[str, ...]:
    """Record a borrower's fact and mirror it into all their open loans, in one transaction.

    Answers the loans to nudge, sorted; the outbox holds the same until `nudged`. Coming again with equal content, it
    writes nothing new and answers the same; with other content the first stands and a conflict is recorded.

    Raises:
        ProtocolError: the fact is not one about a borrower.
    """
    if not is_mirrored(fact):
        raise ProtocolError(
            f"{fact.fact_id}: {fact.body.kind} is not a borrower's fact; append it to its loan's stream"
        )
    async with pool.acquire() as conn, conn.transaction():
        held = await lock_borrower(conn, borrower_id)
        loans = await lock_open_loans(conn, borrower_id)
        await append_locked(conn, held, Append(stream=held.state.stream, epoch=0, after=held.state.at, facts=(fact,)))
        mirrored: list[str] = []
        for loan in loans:
            mirrors = await missing_mirrors(conn, loan)
            await write(conn, Locked(loan, held.wall, ()), mirrors, Provenance())
            if mirrors and loan.loan_id:
                mirrored.append(loan.loan_id)
        if mirrored:
            await _borrowers.announce.run(conn, loan_ids=mirrored, borrower_id=borrower_id, fact_id=fact.fact_id)
    return tuple(loan.loan_id for loan in loans if loan.loan_id)


async def parties_of(pool: Executor, borrower_id: str) -> tuple[Party, ...]:
    """Everybody with a role in a loan of the borrower's, once each, as the newest episode of the loan has them."""
    rows = await _borrowers.requests.rows(pool, borrower_id=borrower_id)
    requests = [CollectionRequest.model_validate_json(row["request"]) for row in rows]
    parties: dict[str, Party] = {}
    for request in requests:
        for party in request.parties:
            parties.setdefault(party.party_id, party)
    return tuple(parties.values())


async def collectors_of(pool: Executor, borrower_id: str) -> tuple[str, ...]:
    """Ids of who has spoken with the borrower, on whichever of their loans, sorted."""
    rows = await _borrowers.collectors.rows(pool, borrower_id=borrower_id, results=sorted(CONVERSATIONS))
    return tuple(row["collector"] for row in rows)


async def loans_of(pool: Executor, borrower_id: str) -> dict[str, bool]:
    """The borrower's loans of which there ever was a case, by id, and whether it is open."""
    rows = await _borrowers.loans.rows(pool, borrower_id=borrower_id)
    return {row["loan_id"]: row["open"] for row in rows}


async def standing_of(pool: Executor, borrower_id: str) -> Standing:
    """What binds every loan of the borrower, folded from their stream; nothing of a borrower of whom nobody has heard."""
    standing = Standing()
    for fact in await facts(pool, borrower_stream(borrower_id)):
        standing = apply_standing(standing, fact.body, fact.occurred_at)
    return standing


async def pending_nudges(pool: Executor, limit: int = 100) -> list[Nudge]:
    """The oldest nudges not yet given. Giving one twice is harmless: a nudge carries nothing."""
    return [Nudge(**dict(row)) for row in await _borrowers.pending.rows(pool, most=limit)]


async def nudged(pool: Executor, ids: Iterable[int]) -> None:
    """Take nudges off the outbox: their cases have been signalled, or have no run to signal."""
    await _borrowers.done.run(pool, ids=list(ids))
