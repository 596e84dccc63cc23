"""What an audit of conduct looks at: the facts of a borrower in the order they were recorded, and what bound the house."""

from __future__ import annotations

from collections.abc import Sequence

from domain.artefacts import rulebook
from domain.conduct_record import House, Law, Stop, Told
from domain.conversations import KINDS
from domain.debt_standing import KINDS as OF_DEBT
from ledger.artefacts import load_all
from ledger.pool import Executor
from ledger.sql import Queries
from ledger.stored import recorded
from schemas.facts import (
    AttemptCovered,
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    CoverEnded,
)

_conduct = Queries("conduct")

_OF_ATTEMPTS = (
    *(AttemptReserved, AttemptRefused, AttemptSending, AttemptSent, AttemptUnknown, AttemptReleased),
    *(AttemptCovered, CoverEnded),
)
_KINDS = sorted({kind.model_fields["kind"].default for kind in (*_OF_ATTEMPTS, *KINDS, *OF_DEBT)})


async def house(pool: Executor) -> House:
    """Every rulebook that was ever law here, when it became so, and when all contact was stopped.

    Raises:
        ArtefactConflict: a stored text is not what its digest says.
    """
    await load_all(pool)
    laws = [Law(**dict(row)) for row in await _conduct.laws.rows(pool)]
    stops = [Stop(on=row["is_on"], at=row["flipped_at"]) for row in await _conduct.stops.rows(pool)]
    return House({law.digest: rulebook(law.digest) for law in laws}, laws, stops)


async def borrowers(pool: Executor) -> list[str]:
    """Everybody with a loan here, sorted."""
    return [row["borrower_id"] for row in await _conduct.borrowers.rows(pool)]


async def told(pool: Executor, borrower_ids: Sequence[str]) -> dict[str, list[Told]]:
    """Of each of these borrowers what they said, what befell them, and every attempt at their loans with what came of it."""
    of: dict[str, list[Told]] = {borrower_id: [] for borrower_id in borrower_ids}
    for row in await _conduct.told.rows(pool, borrower_ids=list(borrower_ids), kinds=_KINDS):
        of[row["borrower_id"]].append(Told(row["stream"], recorded(row)))
    return of
