"""Complaints: taken in, given more time, decided. Whom one is against is off every case of the borrower at once."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Code, Identifier, Instant
from schemas.complaints import ComplaintOutcome, MoreTime
from schemas.facts.base import FactBase


class ComplaintOpened(FactBase):
    """The borrower complains. `against`: collectors or an agency, by their ids; `received_at`: when it came, if not just now.

    `evidence` refers to papers kept elsewhere. What dunning it stops, see `domain.holds`.
    """

    kind: Literal["complaint_opened"] = "complaint_opened"
    complaint: Identifier
    reason: Code
    taken_by: Identifier
    against: tuple[Identifier, ...] = ()
    complicated: bool = False
    received_at: Instant | None = None
    evidence: Identifier | None = None


class ComplaintExtended(FactBase):
    """There is more time to answer: it is complicated, or `approved_by`, somebody senior, gave it to `asked_by`."""

    kind: Literal["complaint_extended"] = "complaint_extended"
    complaint: Identifier
    more_time: MoreTime
    reason: Code
    approved_by: Identifier
    asked_by: Identifier | None = None


class ComplaintDecided(FactBase):
    """Somebody uninvolved has answered it. `correction`: what was put right, of a complaint that was upheld; it is done by
    facts of its own, for nothing that was recorded is changed."""

    kind: Literal["complaint_decided"] = "complaint_decided"
    complaint: Identifier
    outcome: ComplaintOutcome
    reason: Code
    decided_by: Identifier
    correction: Code | None = None
    evidence: Identifier | None = None


class CollectorsRemoved(FactBase):
    """Whom the complaint `complaint` on the loan `loan_id` is against is off every case of the borrower, also of one that is
    opened later: a fact of the borrower. The complaint itself, and what it stops, stays with its loan."""

    kind: Literal["collectors_removed"] = "collectors_removed"
    complaint: Identifier
    loan_id: Identifier
    against: tuple[Identifier, ...] = Field(min_length=1)


class CollectorsCleared(FactBase):
    """That complaint was rejected: whom it was against may deal with the borrower again, as far as no other is open."""

    kind: Literal["collectors_cleared"] = "collectors_cleared"
    complaint: Identifier
    loan_id: Identifier
