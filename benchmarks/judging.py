"""Rankings of overdue accounts judged by those that gave no points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel

from benchmarks.accounts import Overdue, calibrating, halves
from benchmarks.ranking import Ranked, auc, auc_error, lift
from benchmarks.weights import Bounds, Known, fit
from domain.measures import MEASURES
from domain.scoring import graded
from policies.assessing import SHIPPED, load_scorecard
from schemas.scorecard import RiskCard, Scorecard

CARD = SHIPPED / "card-behaviour.yaml"
SHIPPED_SEED = 1
"""The calibrating half of this seed gave the shipped scorecard its points."""

OFFERED: Bounds = {
    "months_past_due": (2,),
    "late_6": (2, 3, 5),
    "long_late_6": (1, 6),
    "worst_6": (2, 3),
    "trend_3": (0, 1, 2),
    "utilisation": (1,),
    "spent": (1, 3, 10),
    "paid": (10, 25),
}
"""The measures that a fit may use, and where their bands end."""

SHIPPED_CARD, FITTED, BY_MONTHS, BY_BALANCE = "shipped scorecard", "fitted anew", "months past due", "balance"
_FIGURES = ((0, 30), (30, 40), (40, 50), (50, 65), (65, 101))


class RankingFigures(BaseModel):
    """Of one ranking: the area under its curve with its standard error, and the lift among the highest 10 and 20 percent."""

    auc: float
    auc_error: float
    lift_10: float
    lift_20: float


class Foretold(BaseModel):
    """Accounts whose figure is in [`low`, `high`): how many, what part the figures said would default, and what part did."""

    low: int
    high: int
    accounts: int
    expected: float
    observed: float


class RoundFigures(BaseModel):
    """Of one seed, points fitted anew on its calibrating half, judged by all of its other: the area under each curve."""

    seed: int
    fitted: float
    months_past_due: float


class Report(BaseModel):
    """What was measured, of `judged` accounts that gave no scorecard its points."""

    seed: int
    overdue: int
    calibrated: int
    judged: int
    defaulted: float
    rankings: dict[str, RankingFigures]
    foretold: list[Foretold]
    rounds: list[RoundFigures] = []


def card_of(accounts: Sequence[Overdue]) -> RiskCard:
    """A scorecard with points out of these accounts."""
    known: list[Known] = [{name: MEASURES[name](account.situation) for name in OFFERED} for account in accounts]
    begins_at, bands = fit(known, [account.defaulted for account in accounts], OFFERED)
    return RiskCard(begins_at=begins_at, bands={name: tuple(rows) for name, rows in bands.items()})


def measure(accounts: Sequence[Overdue], seed: int) -> tuple[Report, dict[str, list[Ranked]]]:
    """The figures, and the rankings that they are of.

    Judged are the accounts that are in neither half that gave points: this seed's nor the shipped scorecard's.
    """
    calibrated, other = halves(accounts, seed)
    judged = [account for account in other if not calibrating(account, SHIPPED_SEED)]
    shipped = load_scorecard(CARD)
    scores: dict[str, Callable[[Overdue], float]] = {
        SHIPPED_CARD: _by(shipped),
        FITTED: _by(card_of(calibrated)),
        BY_MONTHS: _by_months,
        BY_BALANCE: lambda account: float(account.situation.money.outstanding),
    }
    rankings = {
        name: [Ranked(score(account), account.defaulted) for account in judged] for name, score in scores.items()
    }
    report = Report(
        seed=seed,
        overdue=len(accounts),
        calibrated=len(calibrated),
        judged=len(judged),
        defaulted=sum(account.defaulted for account in judged) / len(judged),
        rankings={
            name: RankingFigures(
                auc=auc(ranked), auc_error=auc_error(ranked), lift_10=lift(ranked, 0.1), lift_20=lift(ranked, 0.2)
            )
            for name, ranked in rankings.items()
        },
        foretold=foretold(rankings[SHIPPED_CARD]),
    )
    return report, rankings


def measure_round(accounts: Sequence[Overdue], seed: int) -> RoundFigures:
    """One seed's halves, whatever gave the shipped scorecard its points: how much a figure owes to the halving."""
    calibrated, judged = halves(accounts, seed)
    by = {FITTED: _by(card_of(calibrated)), BY_MONTHS: _by_months}
    areas = {name: auc([Ranked(score(one), one.defaulted) for one in judged]) for name, score in by.items()}
    return RoundFigures(seed=seed, fitted=areas[FITTED], months_past_due=areas[BY_MONTHS])


def foretold(ranked: Sequence[Ranked]) -> list[Foretold]:
    """What the figures said beside what came: 50 are even odds, every 20 points double them."""
    rows: list[Foretold] = []
    for low, high in _FIGURES:
        inside = [one for one in ranked if low <= one.score < high]
        if inside:
            chances = [1 / (1 + 2 ** ((50 - one.score) / 20)) for one in inside]
            observed = sum(one.defaulted for one in inside) / len(inside)
            expected = sum(chances) / len(inside)
            rows.append(Foretold(low=low, high=high, accounts=len(inside), expected=expected, observed=observed))
    return rows


def _by(card: Scorecard) -> Callable[[Overdue], float]:
    return lambda account: graded(account.situation, card).figure


def _by_months(account: Overdue) -> float:
    return MEASURES["months_past_due"](account.situation) or 0
