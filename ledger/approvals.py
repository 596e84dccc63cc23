"""Four eyes on strategies: one person submits, another approves; until then nothing is pinned to it or adopts it.

That maker and checker are two people is held by the database itself: a CHECK over a key that names the maker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from domain import artefacts
from ledger.artefacts import store
from ledger.errors import ApprovalRefused, ArtefactConflict
from ledger.pool import Executor, Pool
from ledger.sql import Queries
from schemas.policy import Strategy

_approvals = Queries("approvals")


@dataclass(frozen=True)
class Published:
    """One strategy of this ledger: who brought it and why, who approved it, how many open cases are pinned to it.

    `submitted_by` is None for one that came with the code: it needs no approval here, the code's review was that.
    """

    digest: str
    name: str
    version: str
    published_by: str
    published_at: datetime
    submitted_by: str | None
    submitted_why: str | None
    approved_by: str | None
    approved_why: str | None
    approved_at: datetime | None
    open_cases: int

    @property
    def usable(self) -> bool:
        """Whether cases may be pinned to it."""
        return self.submitted_by is None or self.approved_by is not None


async def submit(pool: Pool, strategy: Strategy, texts: str, by: str, why: str) -> str:
    """Publish a strategy for approval; answers its digest. `texts` is the sha256 of what it says to people.

    Raises:
        ArtefactConflict: its name and version are taken, by another text or by this very one.
    """
    digest = artefacts.digest(strategy)
    async with pool.acquire() as conn, conn.transaction():
        known = await _approvals.submission.row(conn, name=strategy.name, version=strategy.version)
        if known and known["digest"] == digest:
            raise ArtefactConflict(
                f"policy {strategy.name}@{strategy.version} is published already, the very same text. See `policy list`"
            )
        await store(conn, "policy", strategy, by)
        await _approvals.submit.run(conn, digest=digest, texts=texts, submitted_by=by, why=why)
    return digest


async def approve(pool: Pool, name: str, version: str, texts: str, by: str, why: str) -> str:
    """Approve a submitted strategy; answers its digest. `texts` must be as at its submission.

    Raises:
        ApprovalRefused: there is nothing to approve, `by` is who submitted it, or texts have changed since.
    """
    async with pool.acquire() as conn, conn.transaction():
        known = await _approvals.submission.row(conn, name=name, version=version)
        _refuse(known, f"{name}@{version}", texts, by)
        assert known is not None, "what is not there was refused"
        try:
            await _approvals.approve.run(
                conn, digest=known["digest"], submitted_by=known["submitted_by"], approved_by=by, why=why
            )
        except asyncpg.UniqueViolationError:
            raise ApprovalRefused(
                f"policy {name}@{version} was approved in this very moment by somebody else"
            ) from None
    return str(known["digest"])


async def submitted(conn: Executor, name: str, version: str) -> Strategy | None:
    """A published strategy, approved or not; None if there is none of that name and version."""
    known = await _approvals.submission.row(conn, name=name, version=version)
    return Strategy.model_validate_json(known["body"]) if known else None


async def published(conn: Executor) -> list[Published]:
    """All strategies of this ledger, in the order of their publication."""
    return [Published(**dict(row)) for row in await _approvals.all_strategies.rows(conn)]


async def pinned(conn: Executor, digest: str) -> list[str]:
    """The loans whose open cases are under the strategy with this digest, sorted."""
    return [row["loan_id"] for row in await _approvals.pinned.rows(conn, policy=digest)]


async def open_cases(conn: Executor) -> list[str]:
    """The loans with an open case, sorted."""
    return [row["loan_id"] for row in await _approvals.open_cases.rows(conn)]


def _refuse(known: asyncpg.Record | None, called: str, texts: str, by: str) -> None:
    if known is None:
        raise ApprovalRefused(f"no policy {called} is published here: `policy publish FILE` first")
    if known["submitted_by"] is None:
        raise ApprovalRefused(f"policy {called} came with the code and needs no approval here")
    if known["approved_by"]:
        raise ApprovalRefused(f"policy {called} was approved already, by {known['approved_by']}")
    if known["submitted_by"] == by:
        raise ApprovalRefused(f"{by} published {called}: somebody else has to approve it")
    if known["texts"] != texts:
        raise ApprovalRefused(
            f"templates or talking points of {called} have changed since it was published: approve what was looked at, or "
            "publish it again under a new version"
        )
