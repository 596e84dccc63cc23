"""Reservations a second through PostgreSQL, beside bare INSERTs of the same rows, as many at once."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeVar

import asyncpg

from benchmarks.figures import Figures, Spread
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.episodes import open_episode
from ledger.migrate import migrate
from ledger.outcomes import finish
from ledger.pool import Pool, connect
from ledger.reservations import begin_sending, reserve
from local import postgres, stack
from local.home import Home
from policies.loader import HERE, load_rulebook, load_strategy
from schemas.contact import ContactProposal
from schemas.facts import AttemptSent
from schemas.ledger import Head, Opening, RecordedFact
from schemas.loan import CollectionRequest, Party
from schemas.orders import ActionOrder
from schemas.rulebook import AttemptCap, Rulebook

Whose = Literal["many", "one"]
WHOSE: tuple[Whose, ...] = ("many", "one")
"""Every contact to a borrower of its own; or all of a round to one, each worker about another loan of theirs."""
WORKERS = (1, 8, 32)

_NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)  # in Shanghai
_CONTACTS: dict[Whose, str] = {"many": "contacts to a borrower each", "one": "contacts to one borrower"}
_UNREACHED = 1_000_000
_BARE = """
CREATE TABLE bare_fact (LIKE fact);
CREATE TABLE bare_attempt (LIKE contact_attempt);
"""

_Row = asyncpg.Record
_T = TypeVar("_T")


class SlotFigures(Figures):
    """`rate`, `floor`: contacts a second of the clock; `times`: how many times as long ours takes.

    A contact is reserved, begun to be sent, and finished: three transactions and four rows, in ours as in the floor.
    """

    whose: Whose
    workers: int
    contacts: int
    rate: Spread
    floor: Spread
    times: Spread


@dataclass
class _Case:
    """An open case, and how far it has read its stream."""

    loan_id: str
    borrower_id: str
    epoch: int
    after: Head = field(default_factory=Head)
    decided_on: int = 0

    def read(self, facts: Sequence[RecordedFact]) -> None:
        """All above `after`."""
        self.after = Head(seq=facts[-1].seq, hash=facts[-1].hash)
        self.decided_on = max((f.seq for f in facts if f.body.weight != "inert"), default=self.decided_on)

    def order(self) -> ActionOrder:
        return ActionOrder(
            stream=f"loan:{self.loan_id}",
            loan_id=self.loan_id,
            borrower_id=self.borrower_id,
            epoch=self.epoch,
            after=self.after,
            decided_on=self.decided_on,
            state="0" * 64,
            build="benchmark",
            key=f"{self.loan_id}:act",
        )


async def measure(contacts: int, rounds: int, tell: Callable[[str], None]) -> list[SlotFigures]:
    """On a PostgreSQL of its own, gone afterwards: in a round `contacts`, or as many more as make all workers' shares alike,
    ours and the floor in turn."""
    found: list[SlotFigures] = []
    async with _database() as url:
        pool = await connect(url, max_size=1)
        await publish_policy(pool, load_strategy(HERE / "default.yaml"), "benchmark")
        await publish_rulebook(pool, _uncapped(), "benchmark", datetime(2000, 1, 1, tzinfo=UTC))
        await pool.execute(_BARE)
        await pool.close()
        for whose in WHOSE:
            for workers in WORKERS:
                share = -(-contacts // workers)
                tell(f"{_CONTACTS[whose]}, {workers} at once: {rounds} rounds of {share * workers}")
                pairs = await _rounds(url, whose, workers, share, rounds)
                found.append(_figures(whose, workers, share * workers, pairs))
    return found


def _figures(whose: Whose, workers: int, contacts: int, pairs: Sequence[tuple[float, float]]) -> SlotFigures:
    return SlotFigures(
        whose=whose,
        workers=workers,
        contacts=contacts,
        rate=Spread.of(contacts / ours for ours, _ in pairs),
        floor=Spread.of(contacts / bare for _, bare in pairs),
        times=Spread.of(ours / bare for ours, bare in pairs),
    )


async def _rounds(url: str, whose: Whose, workers: int, share: int, rounds: int) -> list[tuple[float, float]]:
    """Seconds of ours and of the floor, on as many connections as there are workers. A first round, which warms them up,
    is left out."""
    pool = await connect(url, min_size=workers, max_size=workers)
    pairs: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        shares = [await _share(pool, whose, f"{whose}-{workers}-{len(pairs)}", n, share) for n in range(workers)]
        ours = await _shared(shares, lambda case: _contact(pool, case))
        rows = [[await _rows(pool, case) for case in each] for each in shares]
        bare = await _shared(rows, lambda written: _bare(pool, *written))
        pairs.append((ours, bare))
    await pool.close()
    return pairs[1:]


async def _share(pool: Pool, whose: Whose, name: str, worker: int, share: int) -> list[_Case]:
    """The cases that a worker is to contact, one after the other."""
    if whose == "one":
        return [await _opened(pool, f"B-{name}", f"L-{name}-{worker}")] * share
    return [await _opened(pool, f"B-{name}-{worker}-{n}", f"L-{name}-{worker}-{n}") for n in range(share)]


async def _shared(shares: Sequence[Sequence[_T]], do: Callable[[_T], Awaitable[None]]) -> float:
    """Seconds until every worker is through its share."""

    async def worker(share: Sequence[_T]) -> None:
        for piece in share:
            await do(piece)

    began = time.monotonic()
    await asyncio.gather(*(worker(share) for share in shares))
    return time.monotonic() - began


async def _contact(pool: Pool, case: _Case) -> None:
    """One contact as an activity makes it, but for the gateway."""
    order = case.order()
    proposal = ContactProposal(
        attempt=f"{case.loan_id}:{case.after.seq}",
        channel="sms",
        contact_point_id=f"{case.borrower_id}-phone",
        party_id=case.borrower_id,
        template="reminder",
        zones=("Asia/Shanghai",),
    )
    reserved = await reserve(pool, order, proposal, _NOON)
    sending = await begin_sending(pool, order, proposal, _NOON)
    if (reserved.state, sending.go) != ("reserved", "go"):
        raise AssertionError(f"{proposal.attempt}: {reserved.verdict or sending.code}: nothing was to stand in its way")
    sent = await finish(pool, order, proposal, AttemptSent(attempt=proposal.attempt), _NOON, "messaging")
    case.read(sent.facts)


async def _rows(pool: Pool, case: _Case) -> tuple[_Row, list[_Row]]:
    """What ours has just written for a case: its slot, and three facts."""
    stream = f"loan:{case.loan_id}"
    facts = await pool.fetch("SELECT * FROM fact WHERE stream = $1 ORDER BY seq DESC LIMIT 3", stream)
    slot = await pool.fetchrow("SELECT * FROM contact_attempt WHERE stream = $1 ORDER BY at DESC LIMIT 1", stream)
    assert slot is not None
    return slot, facts


async def _bare(pool: Pool, slot: _Row, facts: Sequence[_Row]) -> None:
    for fact in facts:
        async with pool.acquire() as conn, conn.transaction():
            await conn.execute(f"INSERT INTO bare_fact VALUES ({_places(fact)})", *fact.values())
            if fact is facts[0]:
                await conn.execute(f"INSERT INTO bare_attempt VALUES ({_places(slot)})", *slot.values())


def _places(row: _Row) -> str:
    return ", ".join(f"${number + 1}" for number in range(len(row)))


async def _opened(pool: Pool, borrower_id: str, loan_id: str) -> _Case:
    request = CollectionRequest(
        loan_id=loan_id,
        borrower_id=borrower_id,
        overdue_since=date(2027, 1, 15),
        parties=(Party(party_id=borrower_id, zone="Asia/Shanghai"),),
    )
    opening = Opening(request=request, chain="chain", run_id="run", now=_NOON, build="benchmark", take_over=True)
    opened = await open_episode(pool, opening)
    case = _Case(loan_id, borrower_id, opened.epoch)
    case.read(opened.facts)
    return case


def _uncapped() -> Rulebook:
    """The rules of cn, judged as they are, with caps that nobody reaches: what is measured is to go out."""
    book = load_rulebook(HERE / "rulebooks" / "cn.yaml")
    rules = tuple(
        rule.model_copy(update={"maximum": _UNREACHED}) if isinstance(rule, AttemptCap) else rule for rule in book.rules
    )
    return book.model_copy(update={"name": "cn-uncapped", "rules": rules})


@asynccontextmanager
async def _database() -> AsyncIterator[str]:
    """The address of a migrated database in a temporary folder that is gone afterwards, server and all."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-bench-"))
    folder.chmod(0o755)  # for root, PostgreSQL runs under another account
    home = Home.at(folder / "home")
    home.prepare()
    try:
        url = await asyncio.to_thread(postgres.up, home)
        await migrate(url)
        yield url
    finally:
        stack.wipe(home)
        shutil.rmtree(folder)
