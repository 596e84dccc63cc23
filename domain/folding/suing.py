"""Litigation: papers, milestones, limitation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from domain.parts import Interruption, LoanFile
from schemas.base import Day
from schemas.court import COMES_AFTER, REACHED_BY, Milestone, Piece, PieceState, Reached
from schemas.facts import (
    Accelerated,
    CourtReported,
    CourtStepTaken,
    DocumentArrived,
    DocumentsRequested,
    FileChecked,
    MilestoneReached,
    Parked,
)

if TYPE_CHECKING:
    from domain.case import Case


def reach(case: Case, milestone: Milestone, at: datetime, on: Day | None = None) -> Changes:
    """A milestone is reached, on the day given or that of `at` (UTC)."""
    return {"court": (*case.court, Reached(milestone=milestone, on=on or at.date()))}


def interrupt(case: Case, at: datetime, by: str) -> Changes:
    """Limitation runs anew from the day of `at` (UTC)."""
    if case.interrupted and case.interrupted.on > at.date():
        return {}
    return {"interrupted": Interruption(on=at.date(), by=by)}


def _file(case: Case, body: FileChecked, at: datetime) -> Changes:
    before = case.file.pieces if case.file else {}
    # What was asked for stays so while the archive does not have it.
    pieces: dict[Piece, PieceState] = {
        piece: "requested" if state == "missing" and before.get(piece) == "requested" else state
        for piece, state in body.pieces.items()
    }
    file = LoanFile(pieces=pieces, checked_at=at)
    return {"file": file, "file_checks": case.file_checks + 1, "failing": case.healed("documents")}


def _requested(case: Case, body: DocumentsRequested, at: datetime) -> Changes:
    if case.file is None:
        return {}
    pieces = case.file.pieces | {p: "requested" for p in body.pieces if case.file.pieces.get(p) != "there"}
    file = case.file.model_copy(update={"pieces": pieces, "requested_at": at})
    return {"file": file, "file_checks": case.file_checks + 1, "failing": case.healed("documents")}


def _arrived(case: Case, body: DocumentArrived, at: datetime) -> Changes:
    file = case.file or LoanFile(pieces={}, checked_at=at)
    return {"file": file.model_copy(update={"pieces": file.pieces | {body.piece: "there"}})}


def _accelerated(case: Case, body: Accelerated, at: datetime) -> Changes:
    return {"accelerated_on": body.on}


def _milestone(case: Case, body: MilestoneReached, at: datetime) -> Changes:
    return reach(case, body.milestone, at, body.on)


def _step(case: Case, body: CourtStepTaken, at: datetime) -> Changes:
    changes: Changes = {"court_steps": case.court_steps + 1, "failing": case.healed("court")}
    milestone = REACHED_BY.get(body.step)
    if milestone is None:
        return changes | {"property_checked_at": at}
    reached = Reached(milestone=milestone, on=body.on, reference=body.reference, amount=body.claim)
    if body.step == "file":
        changes |= interrupt(case, at, "suit_filed")
    return changes | {"court": (*case.court, reached)}


def _reported(case: Case, body: CourtReported, at: datetime) -> Changes:
    told = Reached(milestone=body.milestone, on=body.on, reference=body.reference, amount=body.amount, code=body.code)
    if told in case.court:
        return {}
    before = COMES_AFTER.get(body.milestone, ())
    if before and not case.reached(*before):
        text = f"the court reports '{body.milestone}', which comes after {' or '.join(before)}: of another loan?"
        return {"parked": Parked(rule="court.unexpected", why=f"{text} An operator is to look and resume")}
    changes: Changes = {"court": (*case.court, told)}
    if body.milestone == "returned" and case.file and body.code in case.file.pieces:
        changes["file"] = case.file.model_copy(update={"pieces": case.file.pieces | {body.code: "missing"}})
    return changes


FOLDS: Folds = {
    FileChecked: _file,
    DocumentsRequested: _requested,
    DocumentArrived: _arrived,
    Accelerated: _accelerated,
    MilestoneReached: _milestone,
    CourtStepTaken: _step,
    CourtReported: _reported,
}
