"""The life of a case: opened, reopened, taken over, moved from stage to stage, closed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.folding.table import Changes, Folds
from domain.money.standing import taken_back
from domain.parts import PastAgreement
from schemas.facts import (
    CaseClosed,
    Cured,
    EpisodeOpened,
    EpisodeReopened,
    HandedToPerson,
    HandledBy,
    Parked,
    PolicyAdopted,
    Rebuilt,
    Relapsed,
    Resumed,
    Stage,
    StageEntered,
    TakenOver,
)

if TYPE_CHECKING:
    from domain.case import Case

_KEPT = (
    *("loan_id", "head", "decision_head", "clock", "transactions"),
    *("standing", "added_points", "invalid_points", "complaints", "collectors"),
    *("accelerated_on", "interrupted", "file", "restrictions", "restrictions_told"),
    *("attempts", "account_reads", "credit_tried", "file_checks", "court_steps"),
)
"""What a new episode does not begin anew: it is the same loan of the same borrower, and ids are counted on."""

HANDLES: dict[Stage, HandledBy] = {
    "assessment": "robot",
    "contact": "robot",
    "negotiation": "collector",
    "field_visit": "collector",
    "litigation": "law_firm",
}
"""Who has a case by its stage, unless it was handed to a collector."""


def _opened(case: Case, body: EpisodeOpened, at: datetime) -> Changes:
    fresh = type(case)(loan_id=case.loan_id)
    reset = {name: getattr(fresh, name) for name in type(case).model_fields if name not in _KEPT}
    return (
        reset
        | _settled_before(case)
        | {
            "status": "open",
            "request": body.request,
            "policy": body.policy,
            "epoch": body.epoch,
            "stage_since": at,
        }
    )


def _settled_before(case: Case) -> Changes:
    """What an earlier episode ended with, for its money may still be taken back."""
    settled = case.settled
    if settled is None or not (settled.waivers or case.certificate == settled.agreement.agreement):
        return {}
    return {"settled": settled.model_copy(update={"earlier": True}), "certificate": case.certificate}


def _reopened(case: Case, body: EpisodeReopened, at: datetime) -> Changes:
    return {
        "status": "open",
        "epoch": body.epoch,
        "outcome": None,
        "closing_why": "",
        "account_as_of": None,
        "cured_at": None,
        "rung": 0,
    }


def _taken_over(case: Case, body: TakenOver, at: datetime) -> Changes:
    return {"epoch": body.epoch}


def _rebuilt(case: Case, body: Rebuilt, at: datetime) -> Changes:
    return {"account_as_of": None}


def _entered(case: Case, body: StageEntered, at: datetime) -> Changes:
    changes: Changes = {
        "stage": body.stage,
        "stage_since": at,
        "handled_by": HANDLES[body.stage],
        "handed": None,
        "blocked": None,
    }
    if case.stage == "negotiation":
        changes |= {"wish": None, "negotiation_calls": 0}
    return changes


def _cured(case: Case, body: Cured, at: datetime) -> Changes:
    past = case.past_agreements
    if case.agreement:
        terms = case.agreement.terms
        past = (*past, PastAgreement(agreement=case.agreement.agreement, kind=terms.kind, ended="kept"))
    return {
        "cured_at": at,
        "agreement": None,
        "past_agreements": past,
        "offer": None,
        "approvals": (),
        "said": None,
        "wish": None,
        "quiet_until": None,
        "handed": None,
        "handled_by": "robot",
        "refusals": 0,
        "hostile_to": (),
    }


def _relapsed(case: Case, body: Relapsed, at: datetime) -> Changes:
    begun: Changes = {"court": (), "accelerate": None, "visits": (), "rung": 0, "freeze_asked": False}
    if case.reporting.status in ("cleared", "corrected"):  # what follows is a default of its own
        begun["reporting"] = case.reporting.model_copy(update={"status": None})
    return begun | {"cured_at": None, "relapses": case.relapses + 1, "assessed": None}


def _adopted(case: Case, body: PolicyAdopted, at: datetime) -> Changes:
    return {"policy": body.policy}


def _closed(case: Case, body: CaseClosed, at: datetime) -> Changes:
    return {"status": "closed", "outcome": body.outcome, "closing_why": body.why, "task": None}


def _handed(case: Case, body: HandedToPerson, at: datetime) -> Changes:
    return {"handled_by": "collector", "handed": body}


def _parked(case: Case, body: Parked, at: datetime) -> Changes:
    return {"parked": body}


def _resumed(case: Case, body: Resumed, at: datetime) -> Changes:
    restart: Changes = {"rung": 0, "refusals": 0, "hostile_to": ()} if case.handed else {}
    cleared: Changes = {"paused": None, "parked": None, "handed": None, "failing": {}}
    return {"handled_by": HANDLES[case.stage], "stop_all_refusals": 0, **cleared, **restart, **_looked(case)}


def _looked(case: Case) -> Changes:
    """A person has looked why core banking took a waiver back whose money is there."""
    if case.settled is None or case.parked is None or case.parked.rule != "settlement.waiver_gone":
        return {}
    gone = case.settled.gone(taken_back(case.transactions))
    amount = sum((t.amount for t in case.transactions if t.kind == "waiver" and t.reference in gone), Decimal(0))
    return {"settled": case.settled.looked(gone, amount)}


FOLDS: Folds = {
    EpisodeOpened: _opened,
    EpisodeReopened: _reopened,
    TakenOver: _taken_over,
    Rebuilt: _rebuilt,
    StageEntered: _entered,
    Cured: _cured,
    Relapsed: _relapsed,
    PolicyAdopted: _adopted,
    CaseClosed: _closed,
    HandedToPerson: _handed,
    Parked: _parked,
    Resumed: _resumed,
}
