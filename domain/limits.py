"""What may be agreed: by a collector alone, with somebody's approval, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from domain.accrual import grows
from domain.artefacts import digest
from domain.bearing import borne, too_dear
from domain.counting import counted
from domain.disclosed import barring, undisclosed
from domain.money import ZERO, Owed, minor_unit
from domain.stages.situation import Situation
from domain.treatments import authority
from domain.waivers import made_of, owed_by_component
from schemas.account import Component
from schemas.policy import Negotiation
from schemas.terms import (
    Covers,
    Nature,
    Offerable,
    Part,
    PlanOffer,
    PlanTerms,
    PromiseTerms,
    SettlementOffer,
    SettlementTerms,
    Share,
    Terms,
)


@dataclass(frozen=True)
class Refusal:
    """Not to be agreed at all: by which rule, and why."""

    rule: str
    why: str


@dataclass(frozen=True)
class Allowed:
    """Terms that may be agreed; `above` names the limit that they exceed, if somebody has to approve them.

    `row`: of the table of authority, that lets them be agreed to or asked for; `asks`: the role that approves them.
    """

    terms: Terms
    above: Refusal | None = None
    row: str | None = None
    asks: str | None = None

    @property
    def terms_hash(self) -> str:
        """sha256 (hex) of the terms."""
        return digest(self.terms)


def promise(
    s: Situation, wanted: tuple[Part, ...], common: str | None = None, allocation: tuple[Share, ...] = ()
) -> Allowed | Refusal:
    """A promise to pay `wanted`, one part or several, of which the last day counts; `common` and `allocation` of one over
    several loans."""
    policy = authority(s)
    if policy is None:
        return _NO_NEGOTIATION
    parts = tuple(sorted(wanted, key=lambda part: part.due_on))
    if parts[0].due_on < s.today:
        return Refusal("promise.past", f"{parts[0].due_on} is past: a promise is for today or later")
    if fault := next((f for f in (amount_fault(s, part.amount) for part in parts) if f), None):
        return fault
    if sum((part.amount for part in parts), ZERO) > s.money.outstanding:
        return Refusal("promise.more_than_owed", f"no more than {s.shown(s.money.outstanding)} is owed")
    if fault := _allocation_fault(s, parts, common, allocation):
        return fault
    limits = policy.promise
    tolerance = min(limits.tolerance_amount, *(part.amount for part in parts))
    terms = PromiseTerms(
        parts=parts,
        tolerance_amount=tolerance,
        tolerance_days=limits.tolerance_days,
        common=common,
        allocation=allocation,
    )
    days = limits.m1_days if s.money.bucket in ("M0", "M1") else limits.later_days
    if parts[-1].due_on > s.today + timedelta(days=days):
        why = f"a promise in {s.money.bucket} is for {counted(days, 'day')} at most; longer is a plan"
        return Allowed(terms, Refusal("limit.promise.days", why))
    if s.case.broken("promise") >= limits.broken_without_approval:
        why = f"{counted(s.case.broken('promise'), 'promise was', 'promises were')} broken before"
        return Allowed(terms, Refusal("limit.promise.broken", why))
    return Allowed(terms)


def _allocation_fault(
    s: Situation, parts: tuple[Part, ...], common: str | None, allocation: tuple[Share, ...]
) -> Refusal | None:
    """Whether what is said of a promise over several loans does not fit this one of them."""
    if not allocation and common is None:
        return None
    shares = {share.loan_id: share.amount for share in allocation}
    if common is None or len(shares) < 2 or len(shares) != len(allocation):
        return Refusal(
            "promise.allocation", "a promise over several loans names each of them once, and an id that they share"
        )
    total = sum((part.amount for part in parts), ZERO)
    if shares.get(s.case.loan_id) != total:
        said = s.shown(shares[s.case.loan_id]) if s.case.loan_id in shares else "nothing"
        why = f"{s.shown(total)} is promised on {s.case.loan_id}, and the allocation has {said} for it"
        return Refusal("promise.allocation", why)
    return None


def offer(s: Situation, wanted: Offerable) -> Allowed | Refusal:
    """A plan or a settlement to be offered."""
    policy = authority(s)
    if policy is None:
        return _NO_NEGOTIATION
    if rule := barring(s):
        why = f"{', '.join(undisclosed(s))}: a charge that stands on no cost sheet which the borrower was shown"
        return Refusal(rule, why)
    if isinstance(wanted, SettlementOffer):
        return _incentive(s, policy, wanted) if wanted.covers == "arrears" else _settlement(s, policy, wanted)
    return _plan(s, policy, wanted)


def _plan(s: Situation, policy: Negotiation, wanted: PlanOffer) -> Allowed | Refusal:
    parts = tuple(sorted(wanted.parts, key=lambda part: part.due_on))
    if fault := next((f for f in (amount_fault(s, part.amount) for part in parts) if f), None):
        return fault
    if parts[0].due_on < s.today:
        return Refusal("plan.past", f"the first part is due on {parts[0].due_on}, which is past")
    owed = s.money.outstanding if wanted.covers == "balance" else s.money.arrears
    total = sum((part.amount for part in parts), ZERO)
    if total != owed:
        why = f"the parts add up to {s.shown(total)}, and the plan is to cover {s.shown(owed)} ({wanted.covers})"
        return Refusal("plan.sum", why)
    limits = policy.plan
    at = borne(s, limits, wanted)
    if dear := too_dear(s, limits, wanted, at):
        return Refusal(*dear)
    parts = at.parts
    tolerance = min(limits.tolerance_amount, *(part.amount for part in parts))
    terms = PlanTerms(
        covers=wanted.covers,
        parts=parts,
        tolerance_amount=tolerance,
        tolerance_days=limits.tolerance_days,
        nature=_nature(s, wanted.covers, parts),
        cure_days=limits.cure_days,
        revives=limits.revives,
        owed_on=_owed_on(s),
        accrued=limits.accrued if grows(s.case) else None,
        annual_percent=at.annual_percent,
        interest=at.interest,
    )
    if limits.never_over_parts is not None and len(parts) > limits.never_over_parts:
        return Refusal(
            "plan.too_long", f"{counted(len(parts), 'part')}; no plan has more than {limits.never_over_parts}"
        )
    if wanted.annual_percent is not None and wanted.annual_percent < limits.annual_percent:
        why = f"{wanted.annual_percent:f} % a year; plans bear {limits.annual_percent:f} %, and less is a concession"
        return Allowed(terms, Refusal("limit.plan.rate", why))
    if len(parts) > limits.most_parts:
        why = f"{counted(len(parts), 'part')}; up to {limits.most_parts} need no approval"
        return Allowed(terms, Refusal("limit.plan.parts", why))
    if (parts[0].due_on - s.today).days > limits.first_part_within_days:
        why = f"the first part comes later than {counted(limits.first_part_within_days, 'day')} from today"
        return Allowed(terms, Refusal("limit.plan.first", why))
    gaps = [(later.due_on - earlier.due_on).days for earlier, later in pairwise(parts)]
    if gaps and max(gaps) > limits.gap_days:
        why = f"{counted(max(gaps), 'day')} between two parts; up to {limits.gap_days} need no approval"
        return Allowed(terms, Refusal("limit.plan.gap", why))
    if s.case.broken("plan") >= limits.broken_without_approval:
        why = f"a plan was broken before, {s.case.broken('plan')} in all"
        return Allowed(terms, Refusal("limit.plan.broken", why))
    return Allowed(terms)


def _nature(s: Situation, covers: Covers, parts: tuple[Part, ...]) -> Nature | None:
    """What a plan does to the contract: one over the arrears leaves it as it is."""
    if covers == "arrears" or s.case.request is None:
        return None
    if s.case.request.product == "credit_card":
        return "instalments"
    ends = max((i.due_on for i in s.case.instalments), default=s.today)
    return "extension" if parts[-1].due_on > ends else "restructuring"


def _settlement(s: Situation, policy: Negotiation, wanted: SettlementOffer) -> Allowed | Refusal:
    if fault := amount_fault(s, wanted.amount):
        return fault
    if wanted.pay_by < s.today:
        return Refusal("settlement.past", f"{wanted.pay_by} is past")
    waived = s.money.outstanding - wanted.amount
    if waived <= 0:
        why = f"{s.shown(s.money.outstanding)} is owed in all: {s.shown(wanted.amount)} waives nothing, so it is a promise"
        return Refusal("settlement.nothing_waived", why)
    limits = policy.settlement
    terms = _settled(s, wanted, waived, s.money.rows, limits.tolerance_days)
    if s.money.days_past_due < limits.from_dpd:
        why = f"{counted(s.money.days_past_due, 'day')} past due; settlements are for {limits.from_dpd} and more"
        return Allowed(terms, Refusal("limit.settlement.from_dpd", why))
    if waived * 100 > s.money.outstanding * limits.most_waived_percent:
        percent = (waived * 100 / s.money.outstanding).quantize(Decimal("0.1"))
        why = f"{percent} % would be waived; up to {limits.most_waived_percent} % need no approval"
        return Allowed(terms, Refusal("limit.settlement.waived", why))
    if (wanted.pay_by - s.today).days > limits.pay_within_days:
        why = f"to be paid later than {counted(limits.pay_within_days, 'day')} from today"
        return Allowed(terms, Refusal("limit.settlement.days", why))
    return Allowed(terms)


def _incentive(s: Situation, policy: Negotiation, wanted: SettlementOffer) -> Allowed | Refusal:
    """Some of the fees and interest that are overdue, given up for paying all the rest of the arrears at once."""
    limits = policy.incentive
    if limits is None:
        return Refusal("incentive.none", "the strategy of this case waives nothing for paying early")
    if fault := amount_fault(s, wanted.amount):
        return fault
    if wanted.pay_by < s.today:
        return Refusal("settlement.past", f"{wanted.pay_by} is past")
    if s.case.whole_is_due:
        why = "the whole balance is due: only a settlement of it ends the debt"
        return Refusal("incentive.whole_due", why)
    waived = s.money.arrears - wanted.amount
    if waived <= 0:
        why = f"{s.shown(s.money.arrears)} is overdue: {s.shown(wanted.amount)} waives nothing, so it is a promise"
        return Refusal("settlement.nothing_waived", why)
    overdue = [row for row in s.money.rows if row.due_on < s.today]
    terms = _settled(s, wanted, waived, overdue, limits.tolerance_days)
    given = {part.component: part.amount for part in terms.components}
    if "principal" in given:
        why = (
            f"{s.shown(given['principal'])} of principal would be waived: an incentive gives up fees and interest alone"
        )
        return Refusal("incentive.principal", why)
    if s.money.days_past_due > limits.until_dpd:
        why = f"{counted(s.money.days_past_due, 'day')} past due; incentives are for up to {limits.until_dpd}"
        return Allowed(terms, Refusal("limit.incentive.until_dpd", why))
    owed = owed_by_component(overdue)
    most_of: tuple[tuple[Component, int], ...] = (
        ("fees", limits.most_fees_percent),
        ("interest", limits.most_interest_percent),
    )
    for component, most in most_of:
        if given.get(component, ZERO) * 100 > owed[component] * most:
            percent = (given[component] * 100 / owed[component]).quantize(Decimal("0.1"))
            why = f"{percent} % of the {component} would be waived; up to {most} % need no approval"
            return Allowed(terms, Refusal(f"limit.incentive.{component}", why))
    if (wanted.pay_by - s.today).days > limits.pay_within_days:
        why = f"to be paid later than {counted(limits.pay_within_days, 'day')} from today"
        return Allowed(terms, Refusal("limit.incentive.days", why))
    return Allowed(terms)


def _settled(
    s: Situation, wanted: SettlementOffer, waived: Decimal, rows: Iterable[Owed], tolerance_days: int
) -> SettlementTerms:
    return SettlementTerms(
        parts=(Part(amount=wanted.amount, due_on=wanted.pay_by),),
        waived=waived,
        covers=wanted.covers,
        components=made_of(waived, rows),
        tolerance_days=tolerance_days,
        owed_on=_owed_on(s),
    )


def _owed_on(s: Situation) -> date | None:
    """The day on which what terms are over was worked out: of no matter where nothing grows."""
    return s.today if grows(s.case) else None


def amount_fault(s: Situation, amount: Decimal) -> Refusal | None:
    """Why nobody can pay or owe this amount, if it is finer than the loan's currency goes."""
    currency = s.case.request.currency if s.case.request else ""
    unit = minor_unit(currency)
    if amount != amount.quantize(unit):
        return Refusal("terms.minor_unit", f"{amount} is not in whole units of {unit} {currency}")
    return None


_NO_NEGOTIATION = Refusal("negotiation.none", "the strategy of this case has no part `negotiation`")
