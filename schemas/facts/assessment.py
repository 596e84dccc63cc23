"""What is known of a borrower before and besides speaking with them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Code, Identifier, Recorded, added
from schemas.contact import Level
from schemas.court import Piece, PieceState
from schemas.facts.base import Decision, FactBase
from schemas.loan import Account, CreditRecord


class AccountRead(FactBase):
    """Core banking's account as of a moment."""

    kind: Literal["account_read"] = "account_read"
    account: Account


class CreditRecordRead(FactBase):
    """The bureau's answer, inquired under the borrower's authorisation."""

    kind: Literal["credit_record_read"] = "credit_record_read"
    record: CreditRecord
    authorisation: Identifier


class Graded(Recorded):
    """A figure from 0 to 100, the grade it falls into, and the codes of what it rests on, weightiest first."""

    figure: int = Field(ge=0, le=100)
    grade: Level
    reasons: tuple[Code, ...] = ()
    points: tuple[int, ...] = ()
    """What each of them added, in the same order; facts of earlier builds have none."""


class Placed(Recorded):
    """Where the segments of the strategy with this sha256 put a case: the row, what it gives, the arm if it is one of an
    experiment, and how many rungs of that treatment's ladder are behind."""

    policy: str
    segment: Code
    treatment: Code
    experiment: Code | None = None
    arm: Code | None = None
    rung: int = 0


class Assessed(Decision):
    """A view of the borrower. Provisional until somebody has spoken with them, and made anew after every conversation.

    `segment` and `tier` are what the account tells; `willingness`, `ability` and `contactability` what everything known
    tells, each higher the better for both sides; `risk` is the higher the likelier it is that the loan is not paid, where the
    strategy has a scorecard for that. `overdue_reason` is unknown until it is heard. `placed`: under a strategy with segments
    of its own.
    """

    kind: Literal["assessed"] = "assessed"
    segment: Literal["first_time", "repeated"]
    tier: Literal["low", "medium", "high"]
    reasons: tuple[Code, ...] = ()
    willingness: Graded | None = None
    ability: Graded | None = None
    contactability: Graded | None = None
    risk: Graded | None = None
    overdue_reason: Code = "unknown"
    provisional: bool = True
    placed: Placed | None = added(None)


class OutsideFailed(FactBase):
    """A system outside did not do its part although it was asked for about a minute; `code` says how."""

    kind: Literal["outside_failed"] = "outside_failed"
    system: Code
    code: Code


class FileChecked(FactBase):
    """What the archive has of the papers that a suit needs."""

    kind: Literal["file_checked"] = "file_checked"
    pieces: dict[Piece, PieceState]


class DocumentsRequested(FactBase):
    """Missing papers were asked for; the archive tells when they have come. `shadow`: recorded only, nobody was asked."""

    kind: Literal["documents_requested"] = "documents_requested"
    pieces: tuple[Piece, ...]
    shadow: bool = False


class DocumentArrived(FactBase):
    """A missing paper has come."""

    kind: Literal["document_arrived"] = "document_arrived"
    piece: Piece
