"""The life of a case: opened, taken over, moved from stage to stage, ended."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.base import Code
from schemas.facts.base import Decision, FactBase, Outcome, Stage, Weight
from schemas.loan import CollectionRequest


class EpisodeOpened(FactBase):
    """A loan fell overdue and its case opened; `policy` is the sha256 of the strategy pinned to it."""

    kind: Literal["episode_opened"] = "episode_opened"
    weight: ClassVar[Weight] = "decision"
    request: CollectionRequest
    epoch: int
    policy: str


class EpisodeReopened(FactBase):
    """A closed case owes again (a payment was taken back) and goes on."""

    kind: Literal["episode_reopened"] = "episode_reopened"
    weight: ClassVar[Weight] = "decision"
    epoch: int


class TakenOver(FactBase):
    """Another workflow chain carries the case from here; the one before it may decide nothing any more."""

    kind: Literal["taken_over"] = "taken_over"
    weight: ClassVar[Weight] = "decision"
    epoch: int


class Rebuilt(FactBase):
    """The workflow and the ledger disagreed about the past (a store was restored): the case was folded anew."""

    kind: Literal["rebuilt"] = "rebuilt"
    weight: ClassVar[Weight] = "decision"


class StageEntered(Decision):
    """The main effort moved to `stage`."""

    kind: Literal["stage_entered"] = "stage_entered"
    stage: Stage


class Cured(Decision):
    """The arrears are paid. The case watches the instalments that fall due next, and then closes."""

    kind: Literal["cured"] = "cured"


class Relapsed(Decision):
    """A cured loan that was watched owes again: an instalment was missed, or a payment taken back."""

    kind: Literal["relapsed"] = "relapsed"


class PolicyAdopted(FactBase):
    """The case goes on under another strategy, by its sha256."""

    kind: Literal["policy_adopted"] = "policy_adopted"
    weight: ClassVar[Weight] = "decision"
    policy: str
    reason: Code


class CaseClosed(Decision):
    """The case ended with `outcome`."""

    kind: Literal["case_closed"] = "case_closed"
    outcome: Outcome


class HandedToPerson(Decision):
    """Robots are done with this case; a collector has it until somebody resumes or it is paid."""

    kind: Literal["handed_to_person"] = "handed_to_person"


class Parked(Decision):
    """The case cannot go on by itself and says so: an operator is to look, then `resume`."""

    kind: Literal["parked"] = "parked"
