"""Rules of conduct about whom a contact reaches, and what whoever makes it has to do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from schemas.base import Code, Day, Identifier, Submitted
from schemas.contact import Channel, Purpose, Recipient
from schemas.holds import HoldKind
from schemas.rule import RuleBase


class Recipients(RuleBase):
    """For these purposes only parties in one of these roles are contacted; without `purposes`, for any."""

    kind: Literal["recipients"]
    purposes: tuple[Purpose, ...] = ()
    roles: tuple[Recipient, ...] = Field(min_length=1)


class ThirdParty(RuleBase):
    """Somebody who owes nothing is asked only how the borrower is reached, and only once the borrower is lost.

    Lost: `failures` contacts with them failed in a row. Each such person is asked at most `maximum` times for a debt, in one
    of the texts `templates`, which do not speak of it, and never again once they said no.
    """

    kind: Literal["third_party"]
    roles: tuple[Recipient, ...] = Field(min_length=1)
    failures: int = Field(ge=0)
    maximum: int = Field(gt=0)
    templates: tuple[Code, ...] = Field(min_length=1)


class ThroughRepresentative(RuleBase):
    """While one of these holds is in force, or whoever it waits for acts for the borrower (a guardian, an attorney), they are
    contacted in the borrower's place, and nobody else."""

    kind: Literal["through_representative"]
    holds: tuple[HoldKind, ...] = Field(min_length=1)


class Obligations(RuleBase):
    """What whoever makes such a contact has to do besides. Without `purposes` or `roles` it binds all."""

    kind: Literal["obligations"]
    channels: tuple[Channel, ...] = Field(min_length=1)
    purposes: tuple[Purpose, ...] = ()
    roles: tuple[Recipient, ...] = ()
    duties: tuple[Code, ...] = Field(min_length=1)


class ApprovedAgency(Submitted):
    """An agency that the bank lets collect in its name, from the first of these days to the last, both included; no last day:
    until it is taken off the list. One that comes back has an entry of its own for each time."""

    agency: Identifier
    listed_from: Day
    listed_until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> ApprovedAgency:
        if self.listed_until is not None and self.listed_until < self.listed_from:
            raise ValueError(
                f"{self.agency}: listed_until {self.listed_until} is before listed_from {self.listed_from}"
            )
        return self


class ListedAgency(RuleBase):
    """An agency makes contact only while it is on the bank's list, `Rulebook.agencies`; if that is empty, never."""

    kind: Literal["listed_agency"]


class Recording(RuleBase):
    """A talk on these channels is recorded. It is known only afterwards, so the audit looks at it and the guard does not."""

    kind: Literal["recording"]
    channels: tuple[Channel, ...] = Field(min_length=1)
