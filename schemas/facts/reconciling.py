"""What a person said about a difference between core banking's figures and its books, and until when it holds."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.account import Difference
from schemas.base import Amount, Code, Day, Identifier
from schemas.facts.base import Decision, FactBase, Weight


class DifferenceExplained(FactBase):
    """A difference is explained, under the approval of somebody else: while core banking's figures are `difference` more than
    its books give, and no longer, they are the ones that hold.

    `on`: the bank's date of the figures, `paid` and `unapplied`: what the books had as such then, in the loan's currency.
    `reason`: why they differ; `evidence`: the id of the papers that show it.
    """

    kind: Literal["difference_explained"] = "difference_explained"
    weight: ClassVar[Weight] = "decision"
    explanation: Identifier
    difference: Difference
    on: Day
    paid: Amount
    unapplied: Amount
    reason: Code
    explained_by: Identifier
    approved_by: Identifier
    evidence: Identifier | None = None


class ExplanationLapsed(Decision):
    """The figures are not those that were explained any more: they agree again, or differ by something else."""

    kind: Literal["explanation_lapsed"] = "explanation_lapsed"
    explanation: Identifier


class ExplanationWithdrawn(FactBase):
    """Somebody takes an explanation back, in force or still to be approved."""

    kind: Literal["explanation_withdrawn"] = "explanation_withdrawn"
    explanation: Identifier
    reason: Code
    withdrawn_by: Identifier
