"""Mirrors: a borrower's facts as they stand in the streams of their loans, so that a case folds one stream alone."""

from __future__ import annotations

from typing import get_args

from ledger.pool import Conn
from ledger.sql import Queries
from ledger.stored import recorded
from ledger.streams import StreamState, borrower_stream
from schemas.facts import BorrowerFact
from schemas.ledger import NewFact

_facts = Queries("facts")

_MIRRORED = get_args(BorrowerFact)


def mirror(fact: NewFact) -> NewFact:
    """A borrower's fact as it is written to a loan's stream: same content, time, source and actor."""
    return NewFact(
        fact_id=f"borrower:{fact.fact_id}",
        occurred_at=fact.occurred_at,
        source=fact.source,
        actor=fact.actor,
        body=fact.body,
    )


def is_mirrored(fact: NewFact) -> bool:
    """Whether it is a borrower's fact at all; records of the ledger's own, such as conflicts, stay where they are."""
    return isinstance(fact.body, _MIRRORED)


async def missing_mirrors(conn: Conn, loan: StreamState) -> list[NewFact]:
    """What the borrower's stream, which the transaction holds, has and the loan's has not, in the borrower's order."""
    rows = await _facts.missing_mirrors.rows(
        conn, borrower_stream=borrower_stream(loan.borrower_id), stream=loan.stream
    )
    return [mirror(fact) for row in rows if is_mirrored(fact := recorded(row))]
