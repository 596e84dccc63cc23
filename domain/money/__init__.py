"""What is owed and since when, computed from the set of instalments and transactions.

Payments come late, twice, out of order, backdated, and are taken back. So nothing is updated in place: the
position on a day is a function of two sets, and any order of arrival gives the same to the cent. Core
banking's balance is the one quoted to people; this one explains it, and tells a case at once what a payment
has changed.

Where nothing else is agreed or ruled, money goes the way of the Civil Code of China, art. 561: the oldest instalment first,
and within it fees, then interest, then principal. A contract's own terms (`schemas.account.Contract`) make what is overdue
grow; a strategy's rules (`AccountRules`) order payments otherwise, tolerate, cap. Then money is spread day by day, for it
matters what was still owed on which night.
"""

from __future__ import annotations

from domain.money.ageing import bucket, months_past_due
from domain.money.basis import PLAIN, Basis, Explained, cap_percent, penalty_percent
from domain.money.capping import above_cap, above_cap_if_kept
from domain.money.classing import Classed, class_history, class_of
from domain.money.currency import ZERO, minor_unit, quantize, shown
from domain.money.debts import Debt, Given, Order, across_debts, in_order
from domain.money.instalments import interest_of, level_shares
from domain.money.owed import Owed, Position, Went
from domain.money.positions import position, where_it_went
from domain.money.quoting import Quote, quote
from domain.money.reconciling import difference

__all__ = [
    "PLAIN",
    "ZERO",
    "Basis",
    "Classed",
    "Debt",
    "Explained",
    "Given",
    "Order",
    "Owed",
    "Position",
    "Quote",
    "Went",
    "above_cap",
    "above_cap_if_kept",
    "across_debts",
    "bucket",
    "cap_percent",
    "class_history",
    "class_of",
    "difference",
    "in_order",
    "interest_of",
    "level_shares",
    "minor_unit",
    "months_past_due",
    "penalty_percent",
    "position",
    "quantize",
    "quote",
    "shown",
    "where_it_went",
]
