"""What a collector may agree to without asking; above it somebody else decides."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from schemas.base import Amount, Submitted, added


class PromiseLimits(Submitted):
    """What a collector may accept as a promise without asking. Longer is a plan."""

    m1_days: int = Field(default=3, ge=0)
    """How far off a promise's day may be in the first bucket, M1."""
    later_days: int = Field(default=7, ge=0)
    tolerance_amount: Amount = Decimal("1.00")
    tolerance_days: int = Field(default=1, ge=0)
    broken_without_approval: int = Field(default=2, ge=0)
    """After so many broken ones the next needs an approval."""


class PlanLimits(Submitted):
    """What a collector may offer as an instalment plan without asking."""

    most_parts: int = Field(default=12, gt=0)
    first_part_within_days: int = Field(default=31, gt=0)
    gap_days: int = Field(default=31, gt=0)
    """At most so long between two parts."""
    tolerance_amount: Amount = Decimal("1.00")
    tolerance_days: int = Field(default=3, ge=0)
    broken_without_approval: int = Field(default=1, ge=0)
    """After so many broken ones the next needs an approval."""


class SettlementLimits(Submitted):
    """What a collector may offer as a one-off settlement without asking."""

    from_dpd: int = Field(default=90, ge=0)
    most_waived_percent: int = Field(default=10, ge=0, le=100)
    pay_within_days: int = Field(default=30, gt=0)
    tolerance_days: int = Field(default=0, ge=0)


class Authority(Submitted):
    """A segment's own limits; what is left out is as the part `negotiation` has it."""

    promise: PromiseLimits | None = added(None)
    plan: PlanLimits | None = added(None)
    settlement: SettlementLimits | None = added(None)
