"""Has more been charged than a cap on the whole rate allows, with interest, fees, default and compound interest together?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, Decimal

from domain.money.basis import Basis, cap_percent, days_between, days_of_year
from domain.money.currency import ZERO, minor_unit
from domain.money.positions import position, where_it_went
from domain.money.standing import by_due_date, standing
from schemas.loan import Instalment, Transaction


def above_cap(
    instalments: Iterable[Instalment], transactions: Iterable[Transaction], on: date, basis: Basis
) -> Decimal:
    """By how much all that was charged up to the bank's date `on` is more than the cap of the strategy allows, in the loan's
    currency; zero without a contract or a cap that can be measured.

    What a lender may charge in all: the cap's rate, for as long as each part of the principal was owed since the contract was
    signed. Interest and fees count from the day on which they are due; costs of realising the claim do not count.
    法发[2017]22号: above 24 % a year is reducible for financial lenders; provisions on private lending, art. 29: default
    interest, damages and fees together stay below the cap of art. 25.
    """
    contract = basis.contract
    cap = cap_percent(contract, basis.in_force) if contract else None
    if contract is None or cap is None:
        return ZERO
    schedule, moved = by_due_date(instalments), tuple(transactions)
    went = where_it_went(schedule, moved, on, basis)
    now = position(schedule, moved, on, basis)
    charged = sum((item.interest + item.fees for item in schedule if item.due_on <= on), ZERO)
    charged += sum((item.amount for item in standing(moved, on).charges if item.component == "fees"), ZERO)
    charged += now.of("penalty") + now.of("compound")
    charged += sum((part.amount for part in went if part.component in ("penalty", "compound")), ZERO)

    def nights(day: date) -> int:
        return max(days_between(contract.signed_on, day, contract.day_count), 0)

    borne = sum((item.principal for item in schedule), ZERO) * nights(on)
    borne -= sum((part.amount * (nights(on) - nights(part.on)) for part in went if part.component == "principal"), ZERO)
    allowed = (borne * cap / (100 * days_of_year(contract.day_count))).quantize(minor_unit(basis.currency), ROUND_DOWN)
    return max(charged - allowed, ZERO)
