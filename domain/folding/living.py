"""The life of a case: opened, reopened, taken over, moved from stage to stage, closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from schemas.facts import (
    CaseClosed,
    EpisodeOpened,
    EpisodeReopened,
    HandedToPerson,
    Parked,
    Rebuilt,
    Resumed,
    StageEntered,
    TakenOver,
)

if TYPE_CHECKING:
    from domain.case import Case

_KEPT = ("loan_id", "standing", "added_points", "head", "decision_head", "clock", "transactions")
"""What a new episode does not begin anew: it is the same loan of the same borrower."""


def _opened(case: Case, body: EpisodeOpened, at: datetime) -> Changes:
    fresh = type(case)(loan_id=case.loan_id, standing=case.standing, added_points=case.added_points)
    reset = {name: getattr(fresh, name) for name in type(case).model_fields if name not in _KEPT}
    return reset | {
        "status": "open",
        "request": body.request,
        "policy": body.policy,
        "epoch": body.epoch,
        "stage_since": at,
        "invalid_points": case.invalid_points,
        "attempts": case.attempts,
        "account_reads": case.account_reads,
        "credit_tried": case.credit_tried,
    }


def _reopened(case: Case, body: EpisodeReopened, at: datetime) -> Changes:
    return {
        "status": "open",
        "epoch": body.epoch,
        "outcome": None,
        "closing_why": "",
        "account_as_of": None,
        "rung": 0,
    }


def _taken_over(case: Case, body: TakenOver, at: datetime) -> Changes:
    return {"epoch": body.epoch}


def _rebuilt(case: Case, body: Rebuilt, at: datetime) -> Changes:
    return {"account_as_of": None}


def _entered(case: Case, body: StageEntered, at: datetime) -> Changes:
    return {"stage": body.stage, "stage_since": at}


def _closed(case: Case, body: CaseClosed, at: datetime) -> Changes:
    return {"status": "closed", "outcome": body.outcome, "closing_why": body.why, "task": None}


def _handed(case: Case, body: HandedToPerson, at: datetime) -> Changes:
    return {"handled_by": "collector", "handed": body}


def _parked(case: Case, body: Parked, at: datetime) -> Changes:
    return {"parked": body}


def _resumed(case: Case, body: Resumed, at: datetime) -> Changes:
    restart = {"rung": 0} if case.handled_by == "collector" else {}
    cleared = {"paused": None, "parked": None, "handed": None, "failing": {}, "disputed": False}
    return {"handled_by": "robot", "stop_all_refusals": 0, **cleared, **restart}


FOLDS: Folds = {
    EpisodeOpened: _opened,
    EpisodeReopened: _reopened,
    TakenOver: _taken_over,
    Rebuilt: _rebuilt,
    StageEntered: _entered,
    CaseClosed: _closed,
    HandedToPerson: _handed,
    Parked: _parked,
    Resumed: _resumed,
}
