"""What `offer-plan` was asked to offer: exactly one of its three forms, made into terms, and said in words again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.parts import Offer
from operations.commands import asking
from operations.commands.asking import Owed
from operations.commands.common import amount
from operations.commands.giving import Desk
from operations.commands.output import console
from operations.commands.parts import equal_parts, parts_of
from operations.errors import UsageError
from operations.phrases import en
from operations.sending import valid
from operations.values import Speaker
from schemas.terms import Covers, PlanOffer, SettlementOffer


@dataclass(frozen=True)
class Asked:
    """The options as they were given."""

    part: tuple[str, ...]
    parts: int | None
    first: date | None
    covers: Covers
    settle: str | None
    pay_by: date | None


def check(asked: Asked) -> None:
    """Raise UsageError unless the options make exactly one offer."""
    given = [
        name for name, value in (("--part", asked.part), ("--parts", asked.parts), ("--settle", asked.settle)) if value
    ]
    if len(given) != 1:
        what = f"{' and '.join(given)} are different offers" if given else "nothing to offer"
        raise UsageError(
            f"{what}: give --part AMOUNT@DATE for each part, or --parts N --first DATE, or --settle AMOUNT --pay-by DATE"
        )
    if bool(asked.parts) != bool(asked.first):
        raise UsageError("--parts and --first go together: in how many parts, and when the first is due")
    if bool(asked.settle) != bool(asked.pay_by):
        raise UsageError(
            "--settle and --pay-by go together: how much ends the debt, and by when. A part has its own day"
        )


def terms_of(asked: Asked, owed: Owed | None) -> PlanOffer | SettlementOffer:
    """The offer. `owed` is what equal parts are parts of. Raises UsageError."""
    if asked.settle and asked.pay_by:
        settled = amount("--settle", asked.settle)
        return valid(SettlementOffer, amount=settled, pay_by=asked.pay_by, covers=asked.covers)
    if asked.parts and asked.first and owed:
        parts = equal_parts(owed.amount, asked.parts, asked.first, owed.currency)
    else:
        parts = parts_of(asked.part)
    return valid(PlanOffer, covers=asked.covers, parts=parts)


async def say_worth(desk: Desk, loan_id: str, approval: str) -> None:
    """Show what is asked for is worth against going on, if the case has worked it out."""
    case = await asking.case_of(desk, loan_id)
    found = next((a.worth for a in case.approvals if a.approval == approval), None) if case else None
    if case and case.request and found:
        speaker = Speaker(en.CATALOGUE, "UTC", case.request.currency, {})
        console.print(f"  {speaker.worth(found).removeprefix('; ')}")


def shown(offer: Offer, currency: str) -> str:
    """An offer's terms in words, and until when it is open."""
    speaker = Speaker(en.CATALOGUE, "UTC", currency, {})
    return f"{speaker.terms(offer.terms)}; open until {speaker.time(offer.expires_at)} UTC"
