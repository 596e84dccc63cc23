"""Litigation: the loan made due as a whole, steps taken at court, milestones reached."""

from __future__ import annotations

from typing import Literal

from schemas.base import Amount, Code, Day, Identifier
from schemas.court import CourtStep, Milestone, Reportable
from schemas.facts.base import Decision, FactBase


class Accelerated(Decision):
    """The whole balance is due from `on` (提前到期): decided, approved, and the notice proven to have arrived, or, where
    it could not, the complaint served."""

    kind: Literal["accelerated"] = "accelerated"
    on: Day
    by: Literal["notice", "complaint"]


class MilestoneReached(Decision):
    """A milestone that is ours to say: the file is ready, a judgment has taken effect."""

    kind: Literal["milestone_reached"] = "milestone_reached"
    milestone: Milestone
    on: Day


class CourtStepTaken(FactBase):
    """The court's side took a step from us, under its own reference; `claim` is what was asked for.

    `shadow`: decided and recorded only, nothing was asked of anybody.
    """

    kind: Literal["court_step_taken"] = "court_step_taken"
    step: CourtStep
    reference: Identifier
    on: Day
    claim: Amount | None = None
    shadow: bool = False


class CourtReported(FactBase):
    """A milestone that came from the court: by its feed, or by a person's record. `code` says what is missing or why."""

    kind: Literal["court_reported"] = "court_reported"
    milestone: Reportable
    on: Day
    reference: Identifier | None = None
    amount: Amount | None = None
    code: Code | None = None
