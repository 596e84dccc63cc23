"""Questions to the ledger whose answer must be nothing: mirrors that lack, contacts that nobody allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from ledger.pool import Executor
from ledger.sql import Queries
from schemas.facts import BorrowerFact

_audit = Queries("audit")

_MIRRORED = [kind.model_fields["kind"].default for kind in get_args(BorrowerFact)]


@dataclass(frozen=True)
class Unmirrored:
    """A borrower's fact that the stream of a loan, open at the time, does not hold as it was recorded."""

    loan_id: str
    stream: str
    seq: int
    fact_id: str


@dataclass(frozen=True)
class Unreserved:
    """A contact that was sent or about to be. `reserved`: after an allowing verdict; `slot`: counted against the caps."""

    stream: str
    seq: int
    kind: str
    attempt: str
    reserved: bool
    slot: bool


@dataclass(frozen=True)
class Counts:
    """How much there is to look at."""

    loans: int
    borrowers: int
    facts: int
    contacts: int
    mirrors: int


async def unmirrored(pool: Executor) -> list[Unmirrored]:
    """Every mirror that lacks, by loan."""
    return [Unmirrored(**dict(row)) for row in await _audit.unmirrored.rows(pool, kinds=_MIRRORED)]


async def unreserved(pool: Executor) -> list[Unreserved]:
    """Every contact without its reservation, allowing verdict and slot, by stream."""
    return [Unreserved(**dict(row)) for row in await _audit.unreserved.rows(pool)]


async def counts(pool: Executor) -> Counts:
    """The size of the ledger."""
    row = await _audit.counts.row(pool)
    assert row is not None
    return Counts(**dict(row))
