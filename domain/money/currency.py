"""Amounts of a currency: its smallest unit, and rounding to it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)

_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}  # ISO 4217; every other currency has two decimals
_MINOR_UNITS = {code: Decimal(1).scaleb(-exponent) for exponent, codes in _EXPONENTS.items() for code in codes.split()}
_CENT = Decimal("0.01")


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of `currency` (ISO 4217): 0.01 for CNY, 1 for JPY, 0.001 for KWD."""
    return _MINOR_UNITS.get(currency, _CENT)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """`amount` in whole minor units of `currency`, halves away from zero, as banks round."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)
