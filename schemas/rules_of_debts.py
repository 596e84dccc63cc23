"""Rules of conduct about the debt that a contact is about: what holds it, what was agreed, what had to be told before."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Code
from schemas.contact import Channel, Purpose
from schemas.debt import AgreementKind, NoticeKind
from schemas.holds import HoldKind
from schemas.loan import Product
from schemas.rule import RuleBase

Releases = Literal["block", "review"]


class DebtHold(RuleBase):
    """While one of these holds is in force on the debt, nothing is demanded; or, as `review`, not before a person agrees.

    Without `products` it binds all.
    """

    kind: Literal["debt_hold"]
    holds: tuple[HoldKind, ...] = Field(min_length=1)
    products: tuple[Product, ...] = ()
    verdict: Releases = "block"


class RunningAgreement(RuleBase):
    """While an agreement of these kinds is kept, nothing is demanded. Without `products` it binds all."""

    kind: Literal["running_agreement"]
    agreements: tuple[AgreementKind, ...] = Field(min_length=1)
    products: tuple[Product, ...] = ()


class PriorNotice(RuleBase):
    """Before such a contact the borrower was given this notice, `days` before at least.

    `before`: a contact that an agency makes, or any that demands. `arrived`: it must be known to have arrived.
    """

    kind: Literal["prior_notice"]
    notice: NoticeKind
    before: Literal["agency", "dunning"]
    days: int = Field(default=0, ge=0, le=60)
    arrived: bool = False
    channels: tuple[Channel, ...] = ()


class DisclosedFees(RuleBase):
    """Nothing is demanded while the amounts that are asked for have a fee or costs in them of a kind that the borrower was
    shown on no cost sheet; nor is an amount quoted that has."""

    kind: Literal["disclosed_fees"]


class TimeBarred(RuleBase):
    """What is not said of a debt that can be sued for no longer.

    `threats`: consequences that are not stated. `acknowledging`: texts that ask the borrower to acknowledge the debt, which a
    person looks at first. `purposes`: contacts that are not made at all.
    """

    kind: Literal["time_barred"]
    threats: tuple[Code, ...] = ()
    acknowledging: tuple[Code, ...] = ()
    purposes: tuple[Purpose, ...] = ()
