"""What is wrong in a strategy that no schema can see: rows nobody comes to, steps no rule allows, words that never apply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.calendar import UnknownZone, zone
from domain.reaching import BUCKET_DAYS, reached
from domain.segments import Profile
from policies.allowing import conduct_problems
from policies.bearing import rate_problems
from policies.deciding import deciding_problems
from policies.loader import load_located
from policies.located import Document, PolicyError, Problem
from policies.saying import wording_problems
from policies.wording import Wording, load_templates
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.treatment import Consequence, Treatment

ENDLESS = 10**6
"""Days past due that no loan reaches: the end of the last bucket."""


@dataclass(frozen=True)
class Reach:
    """Whom a treatment reaches: up to how many days past due, and owing up to how much (None: any amount)."""

    last_day: int
    loans: tuple[Profile, ...]


def check(path: Path, rulebook: Rulebook, on: datetime, wording: Wording | None = None) -> tuple[Problem, ...]:
    """Everything wrong in the strategy file at `path`, by its place in the file; empty if it can be published.

    `rulebook` is asked, as of `on` (aware), whether it could ever allow what the strategy does, and what it says in
    `wording` (by default the shipped texts).
    """
    wording = wording or load_templates()
    try:
        document, strategy = load_located(path, wording)
    except PolicyError as error:
        return error.problems
    try:
        zone(strategy.bank_zone)
    except UnknownZone:
        message = f"{strategy.bank_zone!r} is no time zone"
        return (document.problem(("bank_zone",), "zone", message, "give an IANA name such as Asia/Shanghai"),)
    reach = reach_of(strategy)
    found = [
        *_segments(document, strategy),
        *_unreached_rungs(document, strategy, reach),
        *_consequences(document, strategy, reach),
        *_orders(document, strategy),
        *rate_problems(document, strategy),
        *deciding_problems(document, strategy),
        *conduct_problems(document, strategy, rulebook, on),
        *wording_problems(document, strategy, rulebook, on, wording),
    ]
    return PolicyError(found).problems


def reach_of(strategy: Strategy) -> dict[str, Reach]:
    """Whom each treatment reaches."""
    if not strategy.segments:
        return {name: Reach(ENDLESS, ()) for name in strategy.treatments}
    loans: dict[str, list[Profile]] = {}
    for index, kinds in reached(strategy).items():
        row = strategy.segments[index] if index >= 0 else None
        if row is None:
            continue
        arms = strategy.experiments[row.experiment].arms if row.experiment else ()
        for name in {arm.treatment for arm in arms} | ({row.treatment} if row.treatment else set()):
            loans.setdefault(name, []).extend(kinds)
    return {name: Reach(max(map(_last_day, kinds)), tuple(kinds)) for name, kinds in loans.items()}


def _last_day(loan: Profile) -> int:
    last = next(days[1] for bucket, days in BUCKET_DAYS.items() if bucket == loan.bucket)
    return ENDLESS if last is None else last


def describe(loan: Profile) -> str:
    """A kind of loan in words, as an example."""
    what = f"{loan.product.replace('_', ' ')} of a {loan.debtor}, {loan.bucket}, balance {loan.balance.normalize():f}"
    return f"{what}, {loan.tier} tier, {loan.overdue.replace('_', ' ')} overdue"


def _segments(document: Document, strategy: Strategy) -> Iterator[Problem]:
    if not strategy.segments:
        return
    found = reached(strategy)
    for index, row in enumerate(strategy.segments):
        if index in found:
            continue
        low, high = row.when.balance_from, row.when.balance_below
        if low is not None and high is not None and low >= high:
            at = ("segments", index, "when", "balance_from")
            message = f"no balance is {low} or more and below {high}"
            yield document.problem(at, "shadowed", message, "keep balance_from < balance_below")
            continue
        message = f"no loan comes to {row.segment!r}: the rows above take every one that fits"
        yield document.problem(("segments", index), "shadowed", message, "move it up, or narrow the rows above it")
    if uncovered := found.get(-1):
        message = f"no row covers some loans, for example: {describe(uncovered[0])}"
        hint = "end with a row without conditions"
        yield document.problem(("segments", len(strategy.segments) - 1), "uncovered", message, hint)


def _unreached_rungs(document: Document, strategy: Strategy, reach: dict[str, Reach]) -> Iterator[Problem]:
    for name, treatment in strategy.treatments.items():
        leaves = _leaves_at(treatment)
        last = reach[name].last_day if name in reach else ENDLESS
        for index, rung in enumerate(treatment.ladder):
            loc = ("treatments", name, "ladder", index, "from_dpd")
            if rung.from_dpd > last:
                message = f"its loans are at most {last} days past due: the rung is never climbed"
                yield document.problem(loc, "unreached", message, "put it into the treatment of a later bucket")
            elif rung.from_dpd >= leaves:
                message = f"the segment goes on at {leaves} days past due: the rung is never climbed"
                yield document.problem(loc, "unreached", message, "take it out, or let `escalate` begin later")


def _leaves_at(treatment: Treatment) -> int:
    """From how many days past due on the ladder is left whatever happened."""
    bare = [
        row.from_dpd
        for row in treatment.escalate
        if row.from_dpd is not None and row.from_amount is None and row.refusals is None and not row.lost_contact
    ]
    return min(bare, default=ENDLESS)


def _consequences(document: Document, strategy: Strategy, reach: dict[str, Reach]) -> Iterator[Problem]:
    for name, treatment in strategy.treatments.items():
        for index, code in enumerate(treatment.consequences):
            why = _never(strategy, reach.get(name, Reach(ENDLESS, ())), code)
            if why:
                loc = ("treatments", name, "consequences", index)
                yield document.problem(loc, "consequence", f"{code} can never be stated: {why}", "take it out")


def _never(strategy: Strategy, reach: Reach, code: Consequence) -> str | None:
    """Why a consequence is open to no case of this treatment; None if it can be."""
    visit, suit = strategy.field_visit, strategy.litigation
    if code == "credit_report":
        return None if strategy.credit_reporting else "the bank reports nothing (credit_reporting)"
    if code == "visit":
        if visit is None:
            return "the strategy makes no visits"
        return _too_early(reach, visit.from_dpd, "visits are made")
    if suit is None:
        return "the strategy brings no suits"
    if code == "enforcement":
        return None
    if code == "acceleration" and not suit.accelerate:
        return "the strategy calls no balance due (litigation.accelerate)"
    return _too_early(reach, suit.from_dpd, "suits are brought")


def _too_early(reach: Reach, from_dpd: int, what: str) -> str | None:
    if reach.last_day >= from_dpd:
        return None
    return f"{what} from {from_dpd} days past due, and its loans are at most {reach.last_day}"


def _orders(document: Document, strategy: Strategy) -> Iterator[Problem]:
    """Figures that contradict each other."""
    visit, suit, talks = strategy.field_visit, strategy.litigation, strategy.negotiation
    if suit and suit.prepare_from_dpd > suit.from_dpd:
        hint = "keep prepare_from_dpd <= from_dpd"
        yield document.problem(
            ("litigation", "prepare_from_dpd"), "thresholds", "papers are asked for only after the suit", hint
        )
    if visit and visit.opens >= visit.closes:
        yield document.problem(("field_visit", "opens"), "thresholds", "is not before closes", "keep opens < closes")
    if visit and not visit.chance.low <= visit.chance.medium <= visit.chance.high:
        message = "a more willing borrower is less likely to pay"
        yield document.problem(("field_visit", "chance"), "thresholds", message, "keep low <= medium <= high")
    if talks and talks.promise.m1_days > talks.promise.later_days:
        message = "M1 may promise for longer than later buckets"
        yield document.problem(
            ("negotiation", "promise", "m1_days"), "thresholds", message, "keep m1_days <= later_days"
        )
