"""Settlements and what they waive, by who decided: the role and the row of the table of authority, as the facts name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain import artefacts
from reports.lives import Life, Note
from schemas.facts import AgreementKept, AgreementMade, ApprovalDecided, OfferMade, WaiverBooked, WaiverReversed
from schemas.terms import SettlementTerms

WITHIN_LIMITS = "collector"
"""Who decides without a table of authority what is within the limits of `negotiation`."""
ANOTHER_PERSON = "another person"
"""Who decides without one what is above them."""


@dataclass(frozen=True, order=True)
class Authority:
    """Who decided. `row`: of the strategy's table, `authority.{n}`; None where it has no table."""

    by: str
    row: str | None = None


@dataclass
class Waived:
    """Settlements of one authority: so many agreed on, that give up `granted` in all if they are kept; so many of these kept
    and booked at core banking, `waived` in all, without what was taken back. In the loans' currency."""

    agreed: int = 0
    granted: Decimal = Decimal(0)
    booked: int = 0
    waived: Decimal = Decimal(0)


Waivers = dict[str, dict[Authority, Waived]]
"""By currency, then by who decided."""


def waivers(lives: Iterable[Life]) -> Waivers:
    """Those of these lives. Every strategy that they went by must be loaded, else UnknownArtefact is raised."""
    counted: Waivers = {}
    for life in lives:
        if life.case.request:
            _count(counted.setdefault(life.case.request.currency, {}), life.notes)
    return {currency: dict(sorted(of.items(), key=_in_order)) for currency, of in sorted(counted.items()) if of}


def _count(counted: dict[Authority, Waived], notes: Iterable[Note]) -> None:
    offers: dict[str, Authority] = {}
    approved: dict[str, Authority] = {}
    agreed: dict[str, Authority] = {}
    kept: Authority | None = None
    booked: dict[str, tuple[Authority, Decimal]] = {}
    for note in notes:
        match note.body:
            case ApprovalDecided(approved=True) as decided:
                approved[decided.approval] = Authority(decided.role or ANOTHER_PERSON, decided.authority)
            case OfferMade(terms=SettlementTerms()) as offer:
                alone = Authority(_role_of(note.policy, offer.authority), offer.authority)
                offers[offer.offer] = approved.get(offer.approval, alone) if offer.approval else alone
            case AgreementMade(terms=SettlementTerms() as terms) as made:
                by = offers.get(made.offer or "", Authority(WITHIN_LIMITS))
                agreed[made.agreement] = by
                so_far = counted.setdefault(by, Waived())
                so_far.agreed += 1
                so_far.granted += terms.waived
            case AgreementKept(agreement=agreement):
                kept = agreed.get(agreement)
            case WaiverBooked(amount=amount, reference=reference) if kept is not None:
                counted[kept].booked += 1
                counted[kept].waived += amount
                booked[reference] = kept, amount
                kept = None
            case WaiverReversed(reverses=reverses) if reverses in booked:
                by, amount = booked.pop(reverses)
                counted[by].booked -= 1
                counted[by].waived -= amount
            case _:
                continue


def _role_of(policy: str, row: str | None) -> str:
    """The role that a row of the strategy's table lets decide."""
    table = artefacts.policy(policy).authority if row else None
    return table.rows[int(row.removeprefix("authority.")) - 1].role if table and row else WITHIN_LIMITS


def _in_order(item: tuple[Authority, Waived]) -> tuple[str, int]:
    """By the rows of the table, those without one first."""
    row = item[0].row
    return (item[0].by, int(row.removeprefix("authority."))) if row else (item[0].by, 0)
