"""A rulebook of conduct: dated rules with their strength and source. Written in YAML, recorded by its sha256."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.base import Submitted
from schemas.contact import Channel, Strength
from schemas.holds import HoldKind


class RuleBase(Submitted):
    """What every rule says of itself: its id, how binding it is, from and until when, and where it stands."""

    id: str
    strength: Strength
    source: str
    effective_from: date
    effective_until: date | None = None


class ContactHours(RuleBase):
    """Contact is allowed in [open, close) on the clock of every zone the borrower may be in."""

    kind: Literal["contact_hours"]
    channels: tuple[Channel, ...]
    open: time
    close: time

    @model_validator(mode="after")
    def _open_before_close(self) -> ContactHours:
        if self.open.tzinfo or self.close.tzinfo:
            raise ValueError(f"{self.id}: hours are on the borrower's own clock; give them without a zone")
        if self.open >= self.close:
            raise ValueError(f"{self.id}: open {self.open} must be before close {self.close}")
        return self


class ChannelOptOut(RuleBase):
    """A channel that the borrower opted out of is blocked until they opt in."""

    kind: Literal["channel_opt_out"]


class WholeStop(RuleBase):
    """After a request to stop all contact nothing goes out until it is lifted."""

    kind: Literal["whole_stop"]


class Deceased(RuleBase):
    """Nothing is sent to a borrower who died."""

    kind: Literal["deceased"]


class AttemptCap(RuleBase):
    """At most `maximum` attempts in a local day on these channels, over all the borrower's loans.

    `per`: counted for the borrower as a whole, or for each contact point.
    """

    kind: Literal["attempt_cap"]
    channels: tuple[Channel, ...]
    maximum: int = Field(gt=0)
    per: Literal["borrower", "contact_point"]


class Consent(RuleBase):
    """These channels are used only after the borrower opted in to them."""

    kind: Literal["consent"]
    channels: tuple[Channel, ...]


class BorrowerHold(RuleBase):
    """While one of these holds is in force on the borrower, nothing is demanded of them."""

    kind: Literal["borrower_hold"]
    holds: tuple[HoldKind, ...]


class VisitTeam(RuleBase):
    """A visit is made by at least so many people."""

    kind: Literal["visit_team"]
    minimum: int = Field(gt=0)


Rule = Annotated[
    ContactHours | ChannelOptOut | WholeStop | Deceased | AttemptCap | Consent | BorrowerHold | VisitTeam,
    Field(discriminator="kind"),
]


class Rulebook(Submitted):
    """All rules of one jurisdiction."""

    name: str
    version: str
    clock_tolerance_seconds: int = Field(default=5, ge=0)
    """How far the borrower's ledger may be ahead of a worker's clock before the guard refuses to judge."""
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Rulebook:
        ids = [rule.id for rule in self.rules]
        twice = sorted({id for id in ids if ids.count(id) > 1})
        if twice:
            raise ValueError(f"rule ids used twice: {', '.join(twice)}")
        return self
