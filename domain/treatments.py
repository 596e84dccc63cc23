"""What the case at hand gets of its strategy: its treatment, and what that says of density, words, limits and urgency."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.calendar import bank_date
from domain.counting import counted
from domain.segments import choose, profile
from domain.stages.situation import Situation
from schemas.contact import Level
from schemas.facts import Placed
from schemas.policy import Negotiation
from schemas.segments import Segment
from schemas.treatment import Escalation, Treatment


def treatment(s: Situation) -> Treatment:
    """What the borrower's segment gets: as the assessment placed it; under a strategy adopted since, as it would now."""
    assessed = s.case.assessed
    if not s.strategy.segments:
        return s.strategy.treatments[assessed.segment if assessed else "first_time"]
    if assessed and assessed.placed and assessed.placed.policy == s.case.policy:
        return s.strategy.treatments[assessed.placed.treatment]
    tier: Level = assessed.tier if assessed else "low"
    chosen = place(s, tier, assessed.segment if assessed else "first_time")
    assert chosen is not None, "a strategy with segments places every case"
    return s.strategy.treatments[chosen.treatment]


def place(s: Situation, tier: Level, overdue: Segment) -> Placed | None:
    """Where the strategy's segments put the case now, graded so; None if the strategy has none.

    `rung` says how many rungs of the ladder are behind: under another treatment those that could have been taken by the day
    of the last contact, so that nobody hears the same twice.
    """
    case = s.case
    if not s.strategy.segments:
        return None
    borrower = case.request.borrower_id if case.request else ""
    chosen = choose(s.strategy, profile(case.request, s.money, tier, overdue), borrower)
    before = case.assessed.placed if case.assessed else None
    same = before is not None and (before.policy, before.treatment) == (case.policy, chosen.treatment)
    return Placed(
        policy=case.policy,
        segment=chosen.row.segment,
        treatment=chosen.treatment,
        experiment=chosen.row.experiment,
        arm=chosen.arm.arm if chosen.arm else None,
        rung=case.rung if same else _behind(s, s.strategy.treatments[chosen.treatment]),
    )


def _behind(s: Situation, now: Treatment) -> int:
    since, climbed = s.money.counted_from, [c for c in s.case.contacts if c.proposal.rung]
    if since is None or not climbed:
        return 0
    days = (bank_date(climbed[-1].at, s.strategy.bank_zone) - since).days
    return next((i for i, rung in enumerate(now.ladder) if rung.from_dpd > days), len(now.ladder))


def not_before(s: Situation) -> list[datetime]:
    """Moments before which the segment's cadence lets nothing go out."""
    cadence, contacts = treatment(s).cadence, s.case.contacts
    if cadence is None or not contacts:
        return []
    moments = [contacts[-1].at + timedelta(days=cadence.gap_days)]
    if cadence.most and len(contacts) >= cadence.most:
        moments.append(contacts[-cadence.most].at + timedelta(days=cadence.within_days))
    return moments


def called_for(s: Situation) -> str | None:
    """Why the segment's treatment leaves the ladder now, in words; None while it does not."""
    row = next((row for row in treatment(s).escalate if _holds(s, row)), None)
    if row is None:
        return None
    said = [
        f"{counted(s.money.days_past_due, 'day')} past due" if row.from_dpd is not None else "",
        f"{s.shown(s.money.arrears)} overdue" if row.from_amount is not None else "",
        f"refused {counted(s.case.refusals, 'time')}" if row.refusals is not None else "",
        "contact with the borrower is lost" if row.lost_contact else "",
    ]
    return f"the segment goes on now: {'; '.join(part for part in said if part)}"


def _holds(s: Situation, row: Escalation) -> bool:
    lost = s.case.contacts_made > 0 and not s.case.usable("phone", "email", "app", "im")
    return (
        (row.from_dpd is None or s.money.days_past_due >= row.from_dpd)
        and (row.from_amount is None or s.money.arrears >= row.from_amount)
        and (row.refusals is None or s.case.refusals >= row.refusals)
        and (not row.lost_contact or lost)
    )


def authority(s: Situation) -> Negotiation | None:
    """The part `negotiation` with the limits of the case's segment laid over it."""
    policy = s.strategy.negotiation
    own = treatment(s).authority
    if policy is None or own is None:
        return policy
    given = {name: limits for name in ("promise", "plan", "settlement") if (limits := getattr(own, name))}
    return policy.model_copy(update=given)


def priority(s: Situation) -> int | None:
    """How urgent a task of people is, 1 the most, by what is overdue; None if the segment does not say."""
    rows = sorted(treatment(s).priorities, key=lambda row: row.from_amount, reverse=True)
    return next((row.priority for row in rows if s.money.arrears >= row.from_amount), None)
