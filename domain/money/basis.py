"""By what an account is worked out besides its movements, and the rates that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money.currency import ZERO
from schemas.account import AccountRules, AgreedPause, Contract, DayCount, Difference, RateCap

_OWN_RULES = AccountRules()


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference that a person has explained: by how much core banking's figures differ, in the loan's currency, on the
    bank's date `on`, when these books had so much `paid` and `unapplied`."""

    by: Difference
    on: date
    paid: Decimal
    unapplied: Decimal


@dataclass(frozen=True, slots=True)
class Basis:
    """What is agreed and ruled for an account in `currency`.

    `whole_due_on`: the latest due date that any instalment has for arrears, once the loan is due as a whole. What bears
    default interest does so from its own due date all the same, for so do core banking's books. `explained`: a difference to
    core banking's figures, by which those are the ones that hold.
    """

    contract: Contract | None = None
    rules: AccountRules | None = None
    pauses: tuple[AgreedPause, ...] = ()
    whole_due_on: date | None = None
    currency: str = "CNY"
    explained: Explained | None = None

    @property
    def in_force(self) -> AccountRules:
        """The strategy's rules, or those that hold without any."""
        return self.rules or _OWN_RULES

    @property
    def tolerance(self) -> Decimal:
        """Arrears up to this do not count as overdue; none are tolerated of a loan that is due as a whole."""
        return ZERO if self.rules is None or self.whole_due_on else self.rules.cure_tolerance

    def due_on(self, contracted: date) -> date:
        """When an instalment is due that the contract has due on `contracted`."""
        return min(contracted, self.whole_due_on) if self.whole_due_on else contracted


PLAIN = Basis()


def penalty_percent(contract: Contract, rules: AccountRules) -> Decimal:
    """The yearly rate, in percent, that overdue principal bears under `contract`: zero where none is agreed.

    银发[2003]251号: 30 to 50 % above the contract's own rate. Never above a cap of `rules`.
    """
    if contract.penalty_multiple is None:
        return ZERO
    times = contract.penalty_multiple
    if rules.most_penalty_multiple is not None:
        times = min(times, rules.most_penalty_multiple)
    cap = cap_percent(contract, rules)
    percent = contract.annual_percent * times
    return percent if cap is None else min(percent, cap)


def cap_percent(contract: Contract | None, rules: AccountRules) -> Decimal | None:
    """The highest yearly rate that the caps of `rules` allow, measured at signing; None without one that can be measured: a
    multiple of a reference rate needs the contract.

    Provisions on private lending cases (2020, amended), art. 25: four times the one-year LPR when the contract was made.
    """
    measured = [_measured(cap, contract) for cap in rules.rate_caps]
    return min((percent for percent in measured if percent is not None), default=None)


def _measured(cap: RateCap, contract: Contract | None) -> Decimal | None:
    if cap.times_reference is None:
        return cap.percent
    reference = contract.reference_percent if contract else None
    return None if reference is None else cap.times_reference * reference


def days_between(first: date, last: date, count: DayCount) -> int:
    """Days that bear interest from `first` to `last`: the first one counts, the last does not (算头不算尾)."""
    if count == "30/360":
        return _thirty(last) - _thirty(first)
    return (last - first).days


def days_of_year(count: DayCount) -> int:
    """How many days a year has for interest."""
    return 365 if count == "actual/365" else 360


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def paused_days(pauses: tuple[AgreedPause, ...], since: date, on: date) -> int:
    """How many days after `since`, up to and with `on`, lie in an agreed pause; one in two pauses counts once."""
    paused = 0
    reached = since.toordinal()
    for pause in sorted(pauses, key=lambda item: (item.starts_on, item.ends_on)):
        first = max(pause.starts_on.toordinal(), reached + 1)
        last = min(pause.ends_on, on).toordinal()
        if last >= first:
            paused += last - first + 1
            reached = last
    return paused
