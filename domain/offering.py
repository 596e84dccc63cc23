"""What may be offered to the borrower at hand: two or three plans from what they can pay, what is owed and the limits."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

from domain import limits
from domain.authority import authorised
from domain.bearing import borne
from domain.money import ZERO, level_shares, minor_unit
from domain.stages.situation import Situation
from domain.treatments import authority
from schemas.policy import Negotiation
from schemas.terms import Covers, Offerable, Part, PlanOffer, PlanTerms, SettlementOffer, Terms

CATCH_UP_DAYS = 60
"""Up to so many days past due a plan over the arrears alone is tried first: the contract goes on as it is."""
DOWN_PAYMENT_PERCENT = 20
DOWN_PAYMENT_DAYS = 7
MOST = 3
"""More than three to choose from is no choice on the telephone."""
LONGEST = 60
"""Five years: no plan that takes longer is offered, whatever is owed."""
UNKNOWN = (3, 6)
"""In how many parts it is offered where nobody has asked what can be paid."""


@dataclass(frozen=True)
class Proposal:
    """One of several to choose from, by its `number`. `down_payment`: what is paid at once, in the loan's currency, mostly
    nothing. `affordable`: whether its monthly parts are within what the borrower said they can pay; None if nobody asked.
    `asks`: why somebody has to approve it; None if nobody has to."""

    number: int
    offer: Offerable
    down_payment: Decimal
    affordable: bool | None
    asks: str | None


def proposals(s: Situation, role: str | None = None) -> tuple[Proposal, ...]:
    """What somebody in `role` may offer now, the soonest paid first; empty if nothing is owed or nothing may be agreed."""
    policy = authority(s)
    if policy is None or s.money.arrears == 0:
        return ()
    found: list[Proposal] = []
    for offer, down in _candidates(s, policy):
        judged = limits.offer(s, offer)
        allowed = judged if isinstance(judged, limits.Refusal) else authorised(s, judged, role)
        known = any(offer == one.offer for one in found)
        if known or isinstance(allowed, limits.Refusal) or len(found) == MOST:
            continue
        asks = allowed.above.why if allowed.above else None
        at_once = allowed.terms.parts[0].amount if down else ZERO
        found.append(Proposal(len(found) + 1, offer, at_once, _affordable(s, allowed.terms, down), asks))
    return tuple(found)


def equal_parts(
    total: Decimal, count: int, first: date, currency: str, annual_percent: Decimal = ZERO, since: date | None = None
) -> tuple[Part, ...]:
    """What each of `count` parts pays off of `total`, on the same day of every month from `first` on: as much, or, at a rate,
    so much that with the interest that runs `since` that day (by default a month before `first`) they come to the same. The
    last takes what does not divide.

    A month that has no such day has its last. Raises ValueError if a part would be less than the smallest unit.
    """
    days = [_months_after(first, n) for n in range(count)]
    shares = level_shares(total, annual_percent, since or _months_after(first, -1), days, currency)
    return tuple(Part(amount=one, due_on=day) for one, day in zip(shares, days, strict=True))


def _candidates(s: Situation, policy: Negotiation) -> list[tuple[Offerable, Decimal]]:
    """In the order in which they are offered, with what is paid at once."""
    covers, monthly = _covers_and_monthly(s)
    owed = s.money.outstanding if covers == "balance" else s.money.arrears
    most = policy.plan.most_parts
    counts = (
        [_parts_for(s, policy, owed, monthly), most]
        if monthly
        else [count for count in UNKNOWN if count < most] + [most]
    )
    found = [_plan(s, policy, covers, owed, count) for count in counts if 1 < count <= max(most, counts[0])]
    found += [_with_down_payment(s, policy, covers, owed, monthly)]
    settled = _settlements(s, policy)
    plans = [one for one in found if one is not None]
    return [*plans[:1], *settled[:1], *plans[1:2], *settled[1:], *plans[2:]]


def _covers_and_monthly(s: Situation) -> tuple[Covers, Decimal | None]:
    """What a plan would be over, and what can be paid a month for it: beside one over the arrears the instalments go on."""
    means = s.case.means
    early = s.money.days_past_due <= CATCH_UP_DAYS and not s.case.whole_is_due and s.money.arrears < s.money.outstanding
    if means is None:
        return ("arrears" if early else "balance"), None
    following = min((row for row in s.money.rows if row.due_on >= s.today), key=lambda row: row.due_on, default=None)
    beside = means.monthly - (following.total if following else ZERO)
    if early and beside > 0:
        return "arrears", beside
    return "balance", means.monthly


def _parts_for(s: Situation, policy: Negotiation, owed: Decimal, monthly: Decimal) -> int:
    """The fewest parts of which none is more than `monthly`, with the interest that they bear."""
    count = min(max(int((owed / monthly).to_integral_value(ROUND_CEILING)), 2), LONGEST)
    while policy.plan.annual_percent and count < LONGEST:
        found = _plan(s, policy, "balance", owed, count)
        if found is None or max(part.amount for part in borne(s, policy.plan, found[0]).parts) <= monthly:
            break
        count += 1
    return count


def _plan(
    s: Situation, policy: Negotiation, covers: Covers, owed: Decimal, count: int
) -> tuple[PlanOffer, Decimal] | None:
    try:
        parts = _monthly(s, policy, owed, count, s.today)
    except ValueError:
        return None
    return PlanOffer(covers=covers, parts=parts), ZERO


def _with_down_payment(
    s: Situation, policy: Negotiation, covers: Covers, owed: Decimal, monthly: Decimal | None
) -> tuple[PlanOffer, Decimal] | None:
    """A fifth within a week, the rest in fewer parts."""
    down = (owed * DOWN_PAYMENT_PERCENT / 100).quantize(minor_unit(_currency(s)), rounding=ROUND_DOWN)
    most = policy.plan.most_parts - 1
    count = min(_parts_for(s, policy, owed - down, monthly), most) if monthly else UNKNOWN[0]
    if down <= 0 or count < 1:
        return None
    first = Part(amount=down, due_on=s.today + timedelta(days=DOWN_PAYMENT_DAYS))
    try:
        rest = _monthly(s, policy, owed - down, count, first.due_on)
    except ValueError:
        return None
    return PlanOffer(covers=covers, parts=(first, *rest)), down


def _monthly(s: Situation, policy: Negotiation, owed: Decimal, count: int, since: date) -> tuple[Part, ...]:
    """Parts from a month after today on, level at the strategy's rate with the interest that runs `since`."""
    first = _months_after(s.today, 1)
    return equal_parts(owed, count, first, _currency(s), policy.plan.annual_percent, since)


def _settlements(s: Situation, policy: Negotiation) -> list[tuple[Offerable, Decimal]]:
    """Where settlements are made at all by now: penalty, fees and interest given up, then principal too; each the most that a
    collector may."""
    terms = policy.settlement
    if s.money.days_past_due < terms.from_dpd:
        return []
    part = s.money.outstanding * terms.most_waived_percent / 100
    most = part.quantize(minor_unit(_currency(s)), rounding=ROUND_DOWN)
    without_principal = min(most, s.money.outstanding - s.money.of("principal"))
    pay_by = s.today + timedelta(days=terms.pay_within_days)
    found = [waived for waived in (without_principal, most) if waived]
    return [(SettlementOffer(amount=s.money.outstanding - waived, pay_by=pay_by), ZERO) for waived in found]


def _affordable(s: Situation, terms: Terms, down: Decimal) -> bool | None:
    if s.case.means is None or not isinstance(terms, PlanTerms):
        return None
    _, monthly = _covers_and_monthly(s)
    parts = terms.parts[1:] if down else terms.parts
    return monthly is not None and max(part.amount for part in parts) <= monthly


def _currency(s: Situation) -> str:
    return s.case.request.currency if s.case.request else ""


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
