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
_OTHERS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK
DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NPR NZD PAB PEN PGK PHP PKR PLN QAR
RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UZS VED VES
WST XCD XCG YER ZAR ZMW ZWG
"""
_KNOWN = frozenset((*_MINOR_UNITS, *_OTHERS.split()))


def is_currency(code: str) -> bool:
    """Whether a loan can be in `code`: a currency or unit of account that ISO 4217 lists; no metal, no code for tests."""
    return code in _KNOWN


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of `currency` (ISO 4217): 0.01 for CNY, 1 for JPY, 0.001 for KWD."""
    return _MINOR_UNITS.get(currency, _CENT)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """`amount` in whole minor units of `currency`, halves away from zero, as banks round."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def shown(amount: Decimal, currency: str) -> str:
    """`amount` in whole minor units of `currency`, which is not named, as people read it: 1,700.00."""
    return f"{quantize(amount, currency):,}"
