"""The ledger's activities: append and open, quick enough to ride in a local activity."""

from __future__ import annotations

import asyncpg
from temporalio import activity
from temporalio.exceptions import ApplicationError

from ledger.append import append
from ledger.artefacts import resolve_policy
from ledger.borrowers import collectors_of, record_borrower_fact
from ledger.episodes import open_episode, reopen_episode
from ledger.errors import BorrowerMismatch
from schemas.ledger import Append, Appended, Opened, Opening
from schemas.orders import ActionOrder, BorrowerOrder


def lean(asked: Append | ActionOrder, appended: Appended) -> Appended:
    """The answer with `stored` left to what stood there before `asked.after`: what is newer is among `facts`, and a history
    need not hold it twice."""
    earlier = tuple(fact for fact in appended.stored if fact.seq <= asked.after.seq)
    return appended.model_copy(update={"stored": earlier})


class LedgerActivities:
    """Holds the pool; every method is idempotent, for a workflow task may run it twice."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @activity.defn(name="append_facts")
    async def append(self, request: Append) -> Appended:
        """Write facts to a stream, and read all above a place in it."""
        return lean(request, await append(self._pool, request))

    @activity.defn(name="open_episode")
    async def open(self, opening: Opening) -> Opened:
        """Open, continue or take over the case of a loan. Fails for good if the loan is another borrower's."""
        try:
            return await open_episode(self._pool, opening)
        except BorrowerMismatch as error:
            raise ApplicationError(str(error), type="BorrowerMismatch", non_retryable=True) from None

    @activity.defn(name="find_policy")
    async def find_policy(self, ref: str) -> str | None:
        """The sha256 of the strategy that a name, `name@version` or sha256 means in this ledger; None if none does."""
        return await resolve_policy(self._pool, ref)

    @activity.defn(name="collectors_of")
    async def collectors_of(self, borrower_id: str) -> tuple[str, ...]:
        """Ids of who has spoken with the borrower, on whichever of their loans."""
        return await collectors_of(self._pool, borrower_id)

    @activity.defn(name="tell_borrower")
    async def tell_borrower(self, order: BorrowerOrder) -> Appended:
        """Write a fact to the borrower's stream and with it to all their open loans'; answers what this loan has now."""
        await record_borrower_fact(self._pool, order.borrower_id, order.fact)
        request = Append(stream=order.stream, epoch=order.epoch, after=order.after, build=order.build, now=order.now)
        return await append(self._pool, request)

    @activity.defn(name="reopen_episode")
    async def reopen(self, opening: Opening) -> Opened:
        """Open a closed episode again: money is owed after all."""
        return await reopen_episode(self._pool, opening)
