"""What an incumbent's exports say, row by row: ids, codes, moments (aware, UTC) and money; nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

from schemas.contact import Channel, Purpose
from schemas.holds import SCOPE_OF, HoldKind
from schemas.loan import PointUse, Role

PartyRole = Role | Literal["representative", "other"]
"""`representative`: an executor, a guardian, whoever else acts for the borrower. `other`: anybody else, who owes nothing."""
Claim = Literal["kept", "broken", "open"]
EventKind = Literal["opt_out", "opt_in"] | HoldKind

USES: tuple[PointUse, ...] = get_args(PointUse)
ROLES: tuple[PartyRole, ...] = (*get_args(Role), "representative", "other")
CLAIMS: tuple[Claim, ...] = get_args(Claim)
EVENTS: tuple[EventKind, ...] = (
    *(kind for kind, scope in SCOPE_OF.items() if scope == "borrower"),
    *("opt_out", "opt_in"),
)
"""What befalls a borrower as a whole. A hold on one debt is no matter of the rulebook."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a loan's arrears were at `as_of` by the bank's own books, in `currency`.

    `next_due_on`: the next instalment's day on the bank's calendar, after which the arrears are others.
    """

    loan_id: str
    as_of: datetime
    arrears: Decimal
    currency: str
    next_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that was made. `zone`: IANA zone of whoever was contacted, None if nobody knows.

    `team`: how many went on a visit, None if the export does not say; likewise `use`, what the point is to its party.
    `agency`: who made it in the bank's name, if it was not the bank itself.
    `asked`: the arrears that this contact was about.
    `party_id`: who of those in this `role` it was, where the export tells them apart.
    """

    contact_id: str
    loan_id: str
    borrower_id: str
    role: PartyRole
    channel: Channel
    contact_point_id: str
    at: datetime
    zone: str | None
    result: str
    duration_seconds: int
    purpose: Purpose
    team: int | None
    template: str
    asked: Quote | None
    party_id: str | None = None
    use: PointUse | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that the bank booked, or took back: then `reverses` names what. `posted_at`: from when the bank knew."""

    transaction_id: str
    loan_id: str
    amount: Decimal
    currency: str
    posted_at: datetime
    value_date: date
    reverses: str | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a borrower said they will pay by the end of `due_on` (bank's calendar), and what the incumbent says of it."""

    promise_id: str
    loan_id: str
    made_at: datetime
    amount: Decimal
    currency: str
    due_on: date
    status: Claim
    judged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """What a borrower said, or what befell them, from when the bank knew it until it ended."""

    borrower_id: str
    kind: EventKind
    channel: Channel | None
    at: datetime
    ended_at: datetime | None
