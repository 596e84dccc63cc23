"""What every stage looks at: the case with its money worked out, the strategy, the law and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.calendar import bank_date
from domain.case import Case
from domain.money import Position, shown
from schemas.contact import Channel
from schemas.policy import Strategy
from schemas.rulebook import Rulebook


@dataclass(frozen=True)
class Situation:
    """One moment of one case. `today` is the bank's date; `money` the position on it, in the loan's currency.

    `elsewhere`: who has spoken with the borrower on other loans of theirs, where that was asked for a command.
    """

    case: Case
    strategy: Strategy
    rulebook: Rulebook
    rulebook_digest: str
    now: datetime
    today: date
    money: Position
    elsewhere: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case, strategy: Strategy, law: tuple[str, Rulebook], now: datetime) -> Situation:
        """The situation of `case` at `now`."""
        today = bank_date(now, strategy.bank_zone)
        return cls(case, strategy, law[1], law[0], now, today, case.money(today, strategy.account))

    def shown(self, amount: Decimal) -> str:
        """An amount in the loan's currency as reasons show it: 1,700.00."""
        return shown(amount, self.case.request.currency if self.case.request else "")


def account_key(case: Case) -> str:
    """The idempotency key of the next reading of the account."""
    return f"{case.loan_id}:e{case.epoch}:account:{case.account_reads + 1}"


def system_of(channel: Channel) -> str:
    """The gateway that carries a channel."""
    if channel == "visit":
        return "field_force"
    return "telephony" if channel in ("robot_call", "human_call") else "messaging"


def words(code: str) -> str:
    """A code as words, for reasons that people read."""
    return code.replace("_", " ")
