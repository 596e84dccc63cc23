"""What is owed and since when, computed from the set of instalments and transactions.

Payments come late, twice, out of order, backdated, and are taken back. So nothing is updated in place: the
position on a day is a function of two sets, and any order of arrival gives the same to the cent. Core
banking's balance is the one quoted to people; this one explains it, and tells a case at once what a payment
has changed.

The waterfall (Civil Code of China, art. 561, where nothing else is agreed): the oldest instalment first, and
within it fees, then interest, then principal. It is the same for every payment, so spreading the sum of all
payments equals spreading them one after the other by value date.
"""

from __future__ import annotations

from domain.money.ageing import bucket, months_past_due
from domain.money.currency import ZERO, minor_unit, quantize
from domain.money.owed import Owed, Position
from domain.money.positions import position

__all__ = ["ZERO", "Owed", "Position", "bucket", "minor_unit", "months_past_due", "position", "quantize"]
