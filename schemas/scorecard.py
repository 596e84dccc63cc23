"""Scorecards: by which points a borrower is assessed. Written in a strategy, or in a file that several strategies name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Submitted
from schemas.loan import Product

FactorName = Literal[
    "said_willing",
    "said_hesitant",
    "said_unwilling",
    "got_in_touch",
    "paid_in_part",
    "kept_an_agreement",
    "broke_a_promise",
    "broke_promises",
    "refused",
    "first_time_overdue",
    "often_overdue",
    "said_able",
    "said_strained",
    "said_unable",
    "in_hardship",
    "good_credit",
    "poor_credit",
    "past_due_elsewhere",
    "long_past_due",
    "high_arrears",
    "answered_before",
    "has_phone",
    "no_phone",
    "has_app_or_im",
    "wrong_numbers",
    "no_way_left",
]
"""What holds or does not; `domain.factors` says when."""

MeasureName = Literal[
    "months_past_due",
    "late_6",
    "late_12",
    "long_late_6",
    "worst_6",
    "worst_12",
    "trend_3",
    "utilisation",
    "spent",
    "paid",
    "lenders",
    "accounts_past_due_elsewhere",
    "external_score",
]
"""What is counted; `domain.measures` says how."""

Points = Annotated[int, Field(ge=-100, le=100)]
Figure = Annotated[int, Field(ge=0, le=100)]


class Band(Submitted):
    """The points for a measure below `below` that no band before it has; the last band has no bound."""

    below: int | None = None
    points: Points


class Scorecard(Submitted):
    """A figure begins at `begins_at`; each factor that holds and the band of each measure that is known add their points.

    Below `medium_from` the grade is low, from `high_from` on high.
    """

    begins_at: Figure = 50
    medium_from: Figure = 35
    high_from: Figure = 65
    factors: dict[FactorName, Points] = Field(default_factory=dict)
    bands: dict[MeasureName, tuple[Band, ...]] = Field(default_factory=dict)


class RiskCard(Scorecard):
    """A scorecard whose figure is the higher the likelier it is that the loan is not paid.

    It is for these `products`, of all without any, and gives no figure where a measure that it `needs` is not known: points
    that were found on one kind of loan say little of another. `source`: on what the points rest.
    """

    products: tuple[Product, ...] = ()
    needs: tuple[MeasureName, ...] = ()
    source: str = ""


class Assessment(Submitted):
    """How borrowers are assessed: a scorecard for each figure. Without one for `risk` that figure is not made."""

    willingness: Scorecard
    ability: Scorecard
    contactability: Scorecard
    risk: RiskCard | None = None


FIGURES: tuple[str, ...] = tuple(Assessment.model_fields)
"""What there may be a scorecard for, in the order in which it is told."""
