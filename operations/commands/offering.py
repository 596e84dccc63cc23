"""What `offer-plan` was asked to offer: exactly one of its three forms, made into terms, and said in words again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from domain import limits
from domain.commands import decide_command
from domain.offering import Proposal, proposals
from domain.parts import Offer
from domain.stages.situation import Situation
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
from schemas.facts import CommandRefused
from schemas.messages import OfferPlan
from schemas.terms import Covers, Offerable, PlanOffer, SettlementOffer


@dataclass(frozen=True)
class Asked:
    """The options as they were given."""

    part: tuple[str, ...]
    parts: int | None
    first: date | None
    covers: Covers
    settle: str | None
    pay_by: date | None
    number: int | None = None
    rate: str | None = None


def check(asked: Asked) -> None:
    """Raise UsageError unless the options make exactly one offer."""
    given = [
        name
        for name, value in (
            *(("--part", asked.part), ("--parts", asked.parts)),
            *(("--settle", asked.settle), ("--number", asked.number)),
        )
        if value
    ]
    if len(given) != 1:
        what = f"{' and '.join(given)} are different offers" if given else "nothing to offer"
        raise UsageError(
            f"{what}: give --part AMOUNT@DATE for each part, or --parts N --first DATE, or --settle AMOUNT --pay-by DATE, "
            "or --number N of those that `offers` shows"
        )
    if bool(asked.parts) != bool(asked.first):
        raise UsageError("--parts and --first go together: in how many parts, and when the first is due")
    if asked.rate is not None and not (asked.part or asked.parts):
        raise UsageError("--rate is the yearly rate of a plan: give it with --part or with --parts")
    if bool(asked.settle) != bool(asked.pay_by):
        raise UsageError(
            "--settle and --pay-by go together: how much ends the debt, and by when. A part has its own day"
        )


def terms_of(asked: Asked, owed: Owed | None) -> PlanOffer | SettlementOffer:
    """The offer. `owed` is what equal parts are parts of. Raises UsageError."""
    if asked.settle and asked.pay_by:
        settled = amount("--settle", asked.settle)
        return valid(SettlementOffer, amount=settled, pay_by=asked.pay_by, covers=asked.covers)
    percent = _percent(asked.rate) if asked.rate is not None else None
    if asked.parts and asked.first and owed:
        rate = owed.annual_percent if percent is None else percent
        parts = equal_parts(owed.amount, asked.parts, asked.first, owed.currency, rate, owed.today)
    else:
        parts = parts_of(asked.part)
    return valid(PlanOffer, covers=asked.covers, parts=parts, annual_percent=percent)


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text)
    except InvalidOperation:
        percent = Decimal("NaN")
    if not (percent.is_finite() and 0 <= percent <= 100) or int(percent.as_tuple().exponent) < -6:
        raise UsageError(f"--rate {text}: give percent a year from 0 to 100, with up to six decimals, such as 7.2")
    return percent


async def numbered(desk: Desk, loan_id: str, number: int, role: str | None) -> Offerable:
    """The offer that `offers` shows under this number. Raises UsageError."""
    found = proposals(await asking.situation(desk, loan_id), role)
    one = next((one for one in found if one.number == number), None)
    if one is None:
        there = f"1 to {len(found)}" if found else "none"
        raise UsageError(f"--number {number}: there is no such offer now; there are {there} (see `offers {loan_id}`)")
    return one.offer


@dataclass(frozen=True)
class Proposed:
    """What may be offered, a line each, with its number; and why none of it may just now, None if it may."""

    lines: list[str]
    barred: CommandRefused | None


async def proposed(desk: Desk, loan_id: str, role: str | None) -> Proposed:
    """What somebody in `role` may offer. Raises UsageError."""
    s = await asking.situation(desk, loan_id)
    currency = s.case.request.currency if s.case.request else ""
    speaker = Speaker(en.CATALOGUE, "UTC", currency, {})
    found = proposals(s, role)
    lines = [_line(speaker, s, one) for one in found]
    answer = decide_command(s, OfferPlan(by=_ANYBODY, terms=found[0].offer, role=role), "offer") if found else None
    return Proposed(lines, answer if isinstance(answer, CommandRefused) else None)


_ANYBODY = "anybody"
"""Whoever comes to offer: what the case would answer them is asked, and nothing is sent."""


def _line(speaker: Speaker, s: Situation, one: Proposal) -> str:
    judged = limits.offer(s, one.offer)
    assert isinstance(judged, limits.Allowed), "what is proposed may be offered"
    affordable = {True: speaker.part("affordable"), False: speaker.part("not_affordable"), None: ""}[one.affordable]
    down = speaker.part("down_payment", amount=speaker.money(one.down_payment)) if one.down_payment else ""
    asks = speaker.if_any("proposal.asks", why=one.asks)
    terms = speaker.terms(judged.terms)
    return speaker.part("proposal", number=one.number, terms=terms, down=down, affordable=affordable, asks=asks)


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
