"""Is an agreement kept? The ledger says, from the money that has come since it was made, on a timer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.money import ZERO
from domain.money.standing import taken_back
from domain.parts import Agreement
from schemas.policy import Strategy
from schemas.terms import PlanTerms


@dataclass(frozen=True)
class Judgement:
    """How an agreement stands. `due` by the end of `due_on`, `paid` since it was made, in the loan's currency.

    `at`: when the part that is due on `due_on` is judged: after its tolerance, and the bank's end-of-day run, and the time in
    which one that was missed, at `missed_at`, can still be made good. `curing`: that is what it waits for.
    """

    state: Literal["running", "kept", "broken"]
    due_on: date
    due: Decimal
    paid: Decimal
    at: datetime
    missed_at: datetime
    curing: bool = False


def judge(agreement: Agreement, case: Case, strategy: Strategy, now: datetime) -> Judgement:
    """How the agreement stands at `now`.

    Kept: all of it is paid, tolerance apart, by money that counts today. Broken: a part whose time is over is not covered
    even by money that has come and counts from a later value date. Else it runs, and `due_on` is the next part's.
    """
    today = bank_date(now, strategy.bank_zone)
    counted, come = (_since(agreement, case, day) for day in (today, date.max))
    parts = sorted(agreement.terms.parts, key=lambda part: part.due_on)
    running: Judgement | None = None
    due = ZERO
    for part in parts:
        due += part.amount
        wanted = due + _beside(agreement, case, strategy, part.due_on)
        missed_at = judged_at(agreement, strategy, part.due_on)
        at = missed_at + _cure(agreement)
        enough = wanted - agreement.terms.tolerance_amount
        if at <= now and come < enough:
            return Judgement("broken", part.due_on, wanted, come, at, missed_at)
        if at > now and running is None:
            curing = missed_at <= now and come < enough
            if missed_at > now or curing:  # else the next part is the one that is waited for
                running = Judgement("running", part.due_on, wanted, counted, at, missed_at, curing=curing)
    last = parts[-1].due_on
    whole = due + _beside(agreement, case, strategy, last)
    if counted >= whole - agreement.terms.tolerance_amount:
        missed_at = judged_at(agreement, strategy, last)
        return Judgement("kept", last, whole, counted, missed_at + _cure(agreement), missed_at)
    if running is None:  # all has come and some of it counts from a later day
        following = case.counting_from(today) or today + timedelta(days=1)
        moment = day_start(following, strategy.bank_zone)
        return Judgement("running", last, whole, counted, moment, moment)
    return running


def judged_at(agreement: Agreement, strategy: Strategy, due_on: date) -> datetime:
    """When a part due on that day is looked at: a plan that can be cured is judged so much later."""
    after = strategy.negotiation.judged_after_hours if strategy.negotiation else 0
    day = due_on + timedelta(days=agreement.terms.tolerance_days + 1)
    return day_start(day, strategy.bank_zone) + timedelta(hours=after)


def paid_by(case: Case) -> tuple[str, ...]:
    """References of the payments that are known of and not taken back."""
    gone = taken_back(case.transactions)
    return tuple(t.reference for t in case.transactions if t.kind == "payment" and t.reference not in gone)


def _since(agreement: Agreement, case: Case, on: date) -> Decimal:
    """What has been paid since the agreement was made, of what counts by `on`.

    An earlier payment that is taken back makes the sum of all payments less, and what is owed more. A promise stands for
    itself; a settlement or a plan gives its figure for what was owed, and what is missing is missing there too.
    """
    gone = taken_back(case.transactions, on).intersection(agreement.paid_by)
    again = (t.amount for t in case.transactions if t.kind == "payment" and t.reference in gone)
    return max(case.money(on).paid - agreement.paid_before + sum(again, ZERO), ZERO)


def _cure(agreement: Agreement) -> timedelta:
    terms = agreement.terms
    return timedelta(days=terms.cure_days if isinstance(terms, PlanTerms) else 0)


def _beside(agreement: Agreement, case: Case, strategy: Strategy, until: date) -> Decimal:
    """What a plan over the arrears leaves to be paid beside it: the instalments that fell due since."""
    terms = agreement.terms
    if not isinstance(terms, PlanTerms) or terms.covers != "arrears":
        return ZERO
    made_on = bank_date(agreement.made_at, strategy.bank_zone)
    due = (i for i in case.instalments if made_on <= i.due_on <= until)
    return sum((i.principal + i.interest + i.fees for i in due), ZERO)
