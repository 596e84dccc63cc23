"""Borrowers and loans, as the simulated world has them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.calendar import UnknownZone, bank_date, zone
from schemas.account import Contract
from schemas.base import Amount, Currency, Identifier, Submitted, added
from schemas.behaviour import Behaviour
from schemas.contact import Channel
from schemas.court import Piece
from schemas.loan import Instalment, Language, Product, Transaction

BANK_ZONE = "Asia/Shanghai"
"""IANA zone of the simulated core: its calendar date decides what is due."""

Character = Literal[
    "forgets",
    "needs_time",
    "cannot_pay",
    "will_not_pay",
    "lost_contact",
    "disputes",
    "pays_then_reverses",
    "opts_out",
    "pays_unasked",
    "falls_ill",
    "is_distressed",
    "breaks_promises",
    "promises_at_visit",
    "is_hostile",
    "complains",
    "refuses",
    "settles",
    "gives_in_at_court",
    "dies",
    "goes_insolvent",
]
"""How a borrower behaves; `simulation.borrowers` says what each of them does."""


def today_at_bank(moment: datetime) -> date:
    """The bank's calendar date at `moment`."""
    return bank_date(moment, BANK_ZONE)


def _known_zone(value: str) -> str:
    try:
        zone(value)
    except UnknownZone as error:
        raise ValueError("not an IANA time zone; give one such as Asia/Shanghai") from error
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]


class SimulatedBorrower(Submitted):
    """Somebody who owes, as the simulation knows them: no name, no number. `opts_in`: channels to which they agree."""

    borrower_id: Identifier
    character: Character
    zone: Zone = BANK_ZONE
    language: Language = "zh-CN"
    opts_in: tuple[Channel, ...] = ()


class SimulatedLoan(Submitted):
    """A loan as core banking holds it: what was contracted, what was paid before the book opened.

    `missing`: papers that the archive does not have. `write_off_after_days`: so many days past due it is written off.
    `behaviour`: how it was kept before the book opened. `contract`: its terms for default interest, if there are any.
    `off_books`: by how much core banking's figures are more than its own books give, in the loan's currency.
    """

    loan_id: Identifier
    borrower_id: Identifier
    product: Product = "consumer_loan"
    currency: Currency = "CNY"
    instalments: tuple[Instalment, ...] = Field(min_length=1)
    transactions: tuple[Transaction, ...] = ()
    previous_episodes: int = Field(default=0, ge=0)
    missing: tuple[Piece, ...] = ()
    write_off_after_days: int | None = Field(default=None, gt=0)
    behaviour: Behaviour | None = None
    contract: Contract | None = added(None)
    off_books: Annotated[Amount, Field(ge=0)] = added(Decimal(0))
