"""Questions to the ledger whose answer must be nothing: mirrors that lack, contacts that nobody allowed, rows that are
not what the facts fold to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from ledger.pool import Executor
from ledger.sql import Queries
from schemas.facts import BorrowerFact, Fact

_audit = Queries("audit")

_MIRRORED = [kind.model_fields["kind"].default for kind in get_args(BorrowerFact)]
_INERT = [kind.model_fields["kind"].default for kind in get_args(get_args(Fact)[0]) if kind.weight == "inert"]


@dataclass(frozen=True)
class Unmirrored:
    """A borrower's fact that the stream of a loan, open at the time, does not hold as it was recorded."""

    loan_id: str
    stream: str
    seq: int
    fact_id: str


@dataclass(frozen=True)
class Unreserved:
    """A contact that was sent or about to be.

    Attributes:
        reserved: after an allowing verdict.
        slot: counted against the caps.
        rebuilt: the case folded anew after it, because the ledger's past was not the one it knew.
    """

    stream: str
    seq: int
    kind: str
    attempt: str
    reserved: bool
    slot: bool
    rebuilt: bool

    @property
    def restored(self) -> bool:
        """Whether it is what `ledger.outcomes.finish` records of a contact that was out when the ledger was restored
        to before its reservation.
        """
        return self.kind == "attempt_sent" and not self.reserved and self.slot and self.rebuilt


@dataclass(frozen=True)
class Misstated:
    """A column of a stream's row that says other than its facts: `told` there, `folded` from them, both as text."""

    stream: str
    field: str
    told: str | None
    folded: str | None


@dataclass(frozen=True)
class StraySlot:
    """A slot under the caps of an attempt that no fact tells of; or one `given_back` without a release."""

    attempt: str
    stream: str
    given_back: bool


@dataclass(frozen=True)
class Miscovered:
    """A message and a debt that it covers, of which the two streams tell otherwise.

    Attributes:
        stream, by_stream: the debt's, and that of the case whose message `attempt` is.
        fault: `untold`: reserved for the debt, and its stream does not say so, or says otherwise; `unnamed`: the debt's
            stream says so, and the reservation does not; `open`: left out of the message, or the message's end is known, and
            the debt's stream does not say it.
    """

    stream: str
    by_stream: str
    attempt: str
    fault: str


@dataclass(frozen=True)
class AlteredArtefact:
    """A policy or rulebook whose text does not give its digest."""

    kind: str
    name: str
    version: str
    digest: str


@dataclass(frozen=True)
class Counts:
    """How much there is to look at."""

    loans: int
    borrowers: int
    facts: int
    contacts: int
    mirrors: int


async def unmirrored(pool: Executor, stream: str | None = None) -> list[Unmirrored]:
    """Every mirror that lacks, by loan; in one loan's stream if it is named."""
    return [Unmirrored(**dict(row)) for row in await _audit.unmirrored.rows(pool, kinds=_MIRRORED, stream=stream)]


async def unreserved(pool: Executor, stream: str | None = None) -> list[Unreserved]:
    """Every contact without its reservation, allowing verdict and slot, by stream; or of one stream."""
    return [Unreserved(**dict(row)) for row in await _audit.unreserved.rows(pool, stream=stream)]


async def misstated(pool: Executor, stream: str | None = None) -> list[Misstated]:
    """Every column of every stream's row, or of one, that its facts contradict; of one moment, while others write."""
    return [Misstated(**dict(row)) for row in await _audit.misstated.rows(pool, inert=_INERT, stream=stream)]


async def stray_slots(pool: Executor, stream: str | None = None) -> list[StraySlot]:
    """Every slot, taken or given back, that no fact accounts for; or those of one stream."""
    return [StraySlot(**dict(row)) for row in await _audit.stray_slots.rows(pool, stream=stream)]


async def miscovered(pool: Executor, stream: str | None = None) -> list[Miscovered]:
    """Every message that covers a debt and is not in both streams as one; or those that cover the debt of one stream."""
    return [Miscovered(**dict(row)) for row in await _audit.miscovered.rows(pool, stream=stream)]


async def altered_artefacts(pool: Executor) -> list[AlteredArtefact]:
    """Every published text that is not what it was published as."""
    return [AlteredArtefact(**dict(row)) for row in await _audit.altered_artefacts.rows(pool)]


async def counts(pool: Executor) -> Counts:
    """The size of the ledger."""
    row = await _audit.counts.row(pool)
    assert row is not None
    return Counts(**dict(row))
