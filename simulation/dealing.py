"""How a book is dealt: whose turn is which character, and what kind of loan goes with it, so that a book of fifty reaches
every stage and every end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.account import Contract
from schemas.court import Piece
from simulation.chance import percent, pick, roll
from simulation.model import Character
from simulation.schedule import add_months

CHARACTERS: tuple[Character, ...] = (
    "forgets",
    "needs_time",
    "refuses",
    "falls_ill",
    "lost_contact",
    "pays_then_reverses",
    "settles",
    "forgets",
    "breaks_promises",
    "disputes",
    "pays_unasked",
    "will_not_pay",
    "promises_at_visit",
    "forgets",
    "opts_out",
    "gives_in_at_court",
    "dies",
    "cannot_pay",
    "needs_time",
    "is_hostile",
    "refuses",
    "complains",
    "forgets",
    "falls_ill",
    "settles",
    "goes_insolvent",
    "pays_unasked",
    "breaks_promises",
    "is_distressed",
    "lost_contact",
    "promises_at_visit",
    "gives_in_at_court",
    "disputes",
    "dies",
    "will_not_pay",
)
"""Each turn of this list deals every character; the commoner ones come more than once."""
OF_FIRMS: tuple[Character, ...] = ("needs_time", "refuses", "goes_insolvent", "settles", "forgets")
"""The same for firms, which neither fall ill nor die."""


def is_firm(number: int) -> bool:
    """Whether the borrower numbered `number` is a firm: one in fourteen."""
    return number % 14 == 6


def character_of(seed: int, number: int) -> Character:
    """The character of the borrower numbered `number`: dealt in turn, shuffled a little by the seed."""
    firms = (number + 7) // 14
    if is_firm(number):
        return OF_FIRMS[(firms + seed) % len(OF_FIRMS)]
    return CHARACTERS[(number - firms + seed) % len(CHARACTERS)]


@dataclass(frozen=True)
class Kind:
    """What kind of loan: days past due when the book opens, and principal in hundreds of its currency."""

    days: tuple[int, int] = (1, 60)
    principal: tuple[int, int] = (60, 1200)


_LATE, _VERY_LATE = (30, 70), (45, 100)
_KINDS: dict[Character, Kind] = {
    "breaks_promises": Kind((10, 45), (500, 1500)),
    "promises_at_visit": Kind(_VERY_LATE, (300, 900)),
    "is_hostile": Kind(_LATE, (200, 900)),
    "refuses": Kind(_VERY_LATE, (2400, 6000)),  # worth a visit although they have refused
    "settles": Kind(_VERY_LATE, (1200, 4000)),
    "gives_in_at_court": Kind(_VERY_LATE, (300, 1200)),
    "lost_contact": Kind(_LATE, (150, 800)),
    "goes_insolvent": Kind(_LATE),
}
_SMALL = Kind(principal=(20, 48))
"""Too little for a suit: such a case ends with a person."""
_SOMETIMES_SMALL: dict[Character, int] = {"will_not_pay": 35, "cannot_pay": 50, "opts_out": 30, "disputes": 40}


def kind_of(seed: int, number: int, character: Character) -> Kind:
    """The kind of loan that borrower `number` has."""
    if percent(_SOMETIMES_SMALL.get(character, 0), seed, number, "small"):
        return _SMALL
    return _KINDS.get(character, Kind())


def missing_of(seed: int, loan_id: str, character: Character) -> tuple[Piece, ...]:
    """The papers that the archive does not have: the address of who is lost, and now and then something else."""
    lost: tuple[Piece, ...] = ("service_address",) if character == "lost_contact" else ()
    other: Piece = pick(("identity", "contract", "statements"), seed, loan_id, "which paper")
    return (*lost, other) if percent(25, seed, loan_id, "paper missing") else lost


def write_off_of(seed: int, loan_id: str, character: Character) -> int | None:
    """After how many days past due it is written off: most of the loans of who does not pay."""
    hopeless = ("will_not_pay", "refuses", "lost_contact", "cannot_pay")
    if character not in hopeless or not percent(80, seed, loan_id, "written off"):
        return None
    return roll(17, 22, seed, loan_id, "write off") * 10


def contract_of(seed: int, loan_id: str, monthly_rate: Decimal, first_due_on: date) -> Contract | None:
    """The contract's terms for default interest, of half the loans: half as much again as the loan's own rate
    (银发[2003]251号), on unpaid interest too."""
    if not percent(50, seed, loan_id, "default interest"):
        return None
    return Contract(
        signed_on=add_months(first_due_on, -1),
        annual_percent=(monthly_rate * 1200).normalize() + Decimal("0.00"),
        penalty_multiple=Decimal("1.5"),
        compounds=True,
        reference_percent=Decimal("3.10"),
        accelerates_from_dpd=90,
    )
