"""Who pays sooner or later by themselves: it takes a reminder, time, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schemas.facts import ChannelOptedOut, ContactStopped
from schemas.terms import Part
from simulation.chance import pick
from simulation.model import Act, today_at_bank
from simulation.moments import DAY
from simulation.occasion import posted_by
from simulation.scene import Scene, Told


def forgets(s: Scene) -> Iterator[Act]:
    """Pays in full after the first or the second message, or when spoken with; one in five forgets the next one too."""
    moved = s.is_call or s.is_visit or s.count >= s.trait(1, 2, "messages")
    if not s.reached or s.money_on_its_way or not moved:
        yield from s.answer("promised", Told(promise=s.expected, willingness="high"))
        return
    paid_at = s.heard_at + s.hours(2, 44, "pays after")
    yield from s.answer("promised", Told(promise=s.part(paid_at), willingness="high", overdue_reason="forgot"))
    paid_before = any(item.cause for item in s.history.money)
    again = s.inclined(20, "forgets again") and not paid_before
    yield from s.pays(paid_at, s.arrears(paid_at)) if again else s.clears(paid_at)


def needs_time(s: Scene) -> Iterator[Act]:
    """Asks for time once spoken with (or gets in touch after two messages), then pays in two or three parts."""
    asks = s.reached and (s.is_call or s.is_visit or s.count >= 2) and not s.money_on_its_way
    if not asks or s.arrears(s.now) == 0:
        yield from s.answer("right_party", Told(promise=s.expected, willingness="high"))
        return
    first_at = s.heard_at + s.days(5, 9, "first part")
    parts = tuple(s.in_parts(s.number(2, 3, "parts"), first_at, s.days(7, 10, "gap")))
    reason = pick(("salary_late", "unemployment", "family"), s.seed, s.borrower.borrower_id, "reason")
    told = Told(quiet_until=first_at + DAY, wish="time", willingness="high", ability="medium", overdue_reason=reason)
    yield from s.answer("needs_time", told)
    if not s.is_talk:
        match s.trait(0, 2, "asks how"):
            case 0:
                yield s.rings_in("needs_time", told)
            case 1:
                yield s.writes("asks_for_time")
            case _:  # at a branch, where a supervisor takes the parts down as a promise
                promised = [Part(amount=part.payload["amount"], due_on=_day(part)) for part in parts if _counts(part)]
                yield s.promises(
                    s.rings_at, promised[0], s.somebody("supervisor"), "branch", promised[1:], "supervisor"
                )
    yield from parts


def _counts(act: Act) -> bool:
    """Whether it pays what is overdue; an instalment paid in time does not."""
    moved = posted_by(act)
    return moved is not None and not moved.regular


def _day(act: Act) -> date:
    """The bank's day on which the money of a payment comes."""
    moved = posted_by(act)
    assert moved is not None
    return today_at_bank(moved.posted_at)


def pays_unasked(s: Scene) -> Iterator[Act]:
    """Was going to pay anyway; answers, sometimes to say that it is paid, and leaves it at that."""
    yield from s.answer("promised", Told(promise=s.expected, willingness="high", ability="high"))
    paid_lately = any(s.now - 5 * DAY <= m.posted_at <= s.now for m in s.history.money)
    if not s.is_talk and (paid_lately or s.expected) and s.chance(50, "says so"):
        yield s.writes("says_paid" if paid_lately else "wants_call")


def pays_then_reverses(s: Scene) -> Iterator[Act]:
    """Pays in full by a debit that the bank returns days later; after that, by a transfer that stands."""
    if not s.reached or s.money_on_its_way:
        yield from s.answer("promised", Told(promise=s.expected))
        return
    paid_at = s.heard_at + s.hours(2, 40, "pays after")
    yield from s.answer("promised", Told(promise=s.part(paid_at), willingness="medium"))
    if any(item.transaction.kind == "reversal" for item in s.history.money):
        yield from s.clears(paid_at)
        return
    for payment in s.pays(paid_at, s.arrears(paid_at)):
        yield payment
        yield s.taken_back(payment, paid_at + s.days(3, 5, "returned after"))


def opts_out(s: Scene) -> Iterator[Act]:
    """Wants no more text messages (one in four: no contact at all), and pays by themselves weeks later."""
    yield from s.answer("right_party", Told(promise=s.expected, willingness="medium"))
    if not s.reached or s.money_on_its_way:
        return
    first_text = not any(c.channel == "sms" for c in s.history.contacts)
    if s.contact.channel == "sms" and first_text:
        stops = s.inclined(25, "stops all")
        fact = ContactStopped(reason="borrower_request") if stops else ChannelOptedOut(channel="sms")
        yield s.fact(fact, s.heard_at + s.hours(1, 5, "opts out"))
    yield from s.clears(s.heard_at + s.days(8, 20, "pays after"))
