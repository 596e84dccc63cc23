"""Hours and caps counted a second time over what went out, by other code than the guard's; and what is known only afterwards.

By the clock on the wall of whoever was contacted, so that a defect of the guard's own reckoning is found too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from domain.calendar import local_date, observed
from domain.calendar import zone as zone_named
from domain.conduct_question import DEMANDS
from domain.conduct_record import Breach, House, Told, breach
from domain.conversations import conversation_of
from schemas.base import as_utc
from schemas.contact import Agreed, ContactProposal, PastAttempt, Standing
from schemas.facts import ContactRecorded, ContactResultPosted, VisitReported
from schemas.rule import RuleBase
from schemas.rulebook import AttemptCap, ContactHours, Recording, VisitTeam


class Out(NamedTuple):
    """A contact that went out: the fact that says so, what it was, what the borrower had said by then, and which number the
    fact has among those of the borrower as they were recorded."""

    one: Told
    proposal: ContactProposal
    standing: Standing
    turn: int


class Counted(NamedTuple):
    """An attempt that counted in the end, and the number of the fact by which it came to count as it does."""

    past: PastAttempt
    turn: int


def recounted(out: Sequence[Out], attempts: Mapping[str, Counted], house: House) -> Iterator[Breach]:
    """Hours and caps once more, by the clock of whoever was contacted.

    What came before what is read from the order of the ledger, in which the guard judged, one contact of a borrower at a
    time. The times of two attempts may be the same, or, by the clocks of two workers, the other way round.
    """
    for one, proposal, standing, turn in out:
        digest = house.law(one.fact.occurred_at, one.fact.recorded_at)
        zones, _ = observed(proposal.zones)
        book = house.rulebooks.get(digest) if digest else None
        for rule in book.rules if book else ():
            if isinstance(rule, ContactHours) and proposal.channel in rule.channels:
                yield from _hours_again(rule, one, proposal, zones, standing)
            elif isinstance(rule, AttemptCap) and _caps(rule, one, proposal, standing):
                earlier = [past for past, since in attempts.values() if since < turn]
                yield from _cap_again(rule, one, attempts[proposal.attempt].past, proposal, zones, earlier)


def _hours_again(
    rule: ContactHours, one: Told, proposal: ContactProposal, zones: Sequence[ZoneInfo], standing: Standing
) -> Iterator[Breach]:
    if proposal.channel == "visit":
        moments = [moment for moment in (proposal.appointment, proposal.appointment_end) if moment]
    else:
        moments = [one.fact.occurred_at]
    for zone in zones:
        for moment in moments:
            local = as_utc(moment).astimezone(zone)
            agreed = _agreed(rule, standing, proposal, "hours", moment)
            if any(a.open and a.close and a.open <= local.time() < a.close for a in agreed):
                continue
            if _binds(rule, local.date()) and not rule.open <= local.time() < rule.close:
                said = f"reached its recipient at {local:%Y-%m-%d %H:%M:%S} in {zone.key}"
                yield breach(one, proposal, (rule.id,), said)


def _cap_again(
    rule: AttemptCap,
    one: Told,
    mine: PastAttempt,
    proposal: ContactProposal,
    zones: Sequence[ZoneInfo],
    earlier: Sequence[PastAttempt],
) -> Iterator[Breach]:
    for zone in zones:
        day = local_date(one.fact.occurred_at, zone)
        if not _binds(rule, day):
            continue
        before = [
            past
            for past in earlier
            if past.channel in rule.channels
            and (rule.per != "contact_point" or past.contact_point_id == mine.contact_point_id)
            and (rule.per != "recipient" or past.party_id in (None, mine.party_id))
            and (not rule.uses or past.use in (None, *rule.uses))
            and abs(day - local_date(past.at, zone)).days < rule.days
        ]
        counts = [len(before)]
        if rule.per == "debt":
            counts = [sum(debt in (p.loan_id, *p.also) for p in before) for debt in (mine.loan_id, *mine.also)]
        if max(counts) >= rule.maximum:
            days = f"on {day}" if rule.days == 1 else f"in the {rule.days} days up to {day}"
            said = f"was number {max(counts) + 1} {days} in {zone.key}, where {rule.maximum} are allowed"
            yield breach(one, proposal, (rule.id,), said)


def _binds(rule: RuleBase, day: date) -> bool:
    return rule.effective_from <= day and (rule.effective_until is None or day <= rule.effective_until)


def _caps(rule: AttemptCap, one: Told, proposal: ContactProposal, standing: Standing) -> bool:
    """Whether the cap binds the contact: the borrower may have agreed to more."""
    bound = proposal.channel in rule.channels and proposal.purpose in DEMANDS
    if rule.uses and proposal.use not in (None, *rule.uses):
        return False
    return bound and not _agreed(rule, standing, proposal, "attempts", one.fact.occurred_at)


def _agreed(
    rule: ContactHours | AttemptCap,
    standing: Standing,
    proposal: ContactProposal,
    grants: Literal["hours", "attempts"],
    at: datetime,
) -> list[Agreed]:
    """What the borrower had agreed to beyond `rule`, for themselves alone, in force at `at`."""
    if not rule.waivable or proposal.role not in ("borrower", "representative"):
        return []
    return [
        a
        for a in standing.agreed
        if a.grants == grants and proposal.channel in a.channels and (a.until is None or at < a.until)
    ]


def done_as_ruled(one: Told, proposals: Mapping[str, ContactProposal], house: House) -> Iterator[Breach]:
    """What is known only afterwards: that a talk was recorded, and how many people made a visit."""
    body = one.fact.body
    if not isinstance(body, ContactRecorded | ContactResultPosted | VisitReported) or body.attempt is None:
        return
    proposal, digest = proposals.get(body.attempt), house.law(one.fact.occurred_at, one.fact.recorded_at)
    book = house.rulebooks.get(digest) if digest else None
    if proposal is None or book is None:
        return
    day = local_date(one.fact.occurred_at, (observed(proposal.zones)[0] or (zone_named("UTC"),))[0])
    talked = conversation_of(body, one.loan_id, one.fact.occurred_at) is not None
    for rule in book.rules:
        if not _binds(rule, day):
            continue
        if isinstance(rule, Recording) and proposal.channel in rule.channels and talked and body.recording is None:
            yield breach(one, proposal, (rule.id,), "was a talk, and no recording of it is named")
        if isinstance(rule, VisitTeam) and isinstance(body, VisitReported) and body.staff < rule.minimum:
            said = f"was made by {body.staff}, where {rule.minimum} have to be there"
            yield breach(one, proposal, (rule.id,), said)
