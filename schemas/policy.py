"""A strategy: what to do to whom and when. Written in YAML by people, pinned to each case by its sha256."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Amount, Code, Submitted
from schemas.contact import Channel, Purpose

Segment = Literal["first_time", "repeated"]


class Rung(Submitted):
    """One step of the ladder of contacts: from `from_dpd` days past due on, `gap_days` after the rung before."""

    channel: Channel
    template: Code
    from_dpd: int = Field(ge=0)
    gap_days: int = Field(ge=0)
    purpose: Purpose = "dunning"
    deadline_hours: int = Field(default=48, gt=0)
    """For a human call: how long the collector has."""


class Treatment(Submitted):
    """What one segment gets: days of grace in silence, then the ladder, then a person after `person_after_days`."""

    grace_days: int = Field(ge=0)
    ladder: tuple[Rung, ...] = Field(min_length=1)
    person_after_days: int = Field(ge=0)


class Patience(Submitted):
    """How long to wait after a system outside failed again and again, in minutes; then a person is asked."""

    minutes: tuple[Annotated[int, Field(gt=0)], ...] = (15, 60, 240, 720)


class Thresholds(Submitted):
    """Below `ignore_arrears` (loan's currency) no one is contacted; above `high_arrears` a case is high tier."""

    ignore_arrears: Amount
    high_arrears: Amount
    medium_dpd: int
    high_dpd: int


class Strategy(Submitted):
    """A whole strategy file."""

    name: Code
    version: str
    bank_zone: str = "Asia/Shanghai"
    """IANA zone of the bank's calendar, in which instalments fall due."""
    account_max_age_hours: int = Field(gt=0)
    """Before a contact the account is read again if older than this."""
    spread: time
    """Contacts due at the opening of the legal window are spread over this long after it, by a phase of the loan id."""
    credit_record: bool
    thresholds: Thresholds
    patience: Patience
    treatments: dict[Segment, Treatment]
