"""Borrowers who behave, each by their character. What they do is a pure function: no clock, no global chance.

`react` answers what follows from one contact that a gateway took; `unasked` what a borrower does without any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from schemas.facts import ChannelOptedOut, ContactStopped
from simulation.chance import roll
from simulation.model import AcceptedContact, Act, Character, Posted, SimulatedBorrower, SimulatedLoan
from simulation.replies import History, Scene, percent_of

_DAY = timedelta(days=1)


def react(seed: int, borrower: SimulatedBorrower, contact: AcceptedContact, history: History) -> tuple[Act, ...]:
    """The acts that follow from `contact`, by time; the same arguments, the same acts to the byte.

    `history` holds the earlier contacts about the same loan and its money, that already on its way included.
    """
    scene = Scene(seed, borrower, contact, history)
    return tuple(sorted(_CHARACTERS[borrower.character](scene), key=lambda act: (act.at, act.id)))


def unasked(seed: int, borrower: SimulatedBorrower, loan: SimulatedLoan, opened_at: datetime) -> tuple[Act, ...]:
    """What the borrower does about `loan` by themselves from `opened_at` on, if nobody says a word."""
    if borrower.character != "pays_unasked":
        return ()
    # The scene of a contact that never was: its key cannot be an attempt's, attempts are numbered from one.
    contact = AcceptedContact(
        seq=0,
        system="core",
        key=f"{loan.loan_id}:unasked",
        reference=f"{loan.loan_id}:unasked",
        loan_id=loan.loan_id,
        borrower_id=borrower.borrower_id,
        channel="letter",
        contact_point_id=borrower.borrower_id,
        template="none",
        purpose="dunning",
        as_of=opened_at,
    )
    money = tuple(Posted(transaction=t, posted_at=opened_at) for t in loan.transactions)
    scene = Scene(seed, borrower, contact, History(loan=loan, money=money))
    days = roll(1, 9, seed, borrower.borrower_id, loan.loan_id, "pays on day")
    posted_at = opened_at + days * _DAY + scene.hours(9, 21, "hour")
    return tuple(scene.pays(posted_at, scene.arrears(posted_at)))


def _forgets(s: Scene) -> Iterator[Act]:
    """Pays in full after the first or the second message, or when rung up."""
    yield from s.answer("promised")
    if s.reached and not s.money_on_its_way and (s.is_call or s.count >= s.trait(1, 2, "messages")):
        posted_at = s.now + s.hours(2, 44, "pays after")
        yield from s.pays(posted_at, s.arrears(posted_at))


def _needs_time(s: Scene) -> Iterator[Act]:
    """Asks for time once spoken with (or rings after two messages), then pays in two or three parts."""
    asks = s.reached and (s.is_call or s.count >= 2) and not s.money_on_its_way
    if not asks or not s.arrears(s.now):
        yield from s.answer("right_party")
        return
    first_at = s.now + s.number(5, 9, "first part") * _DAY
    quiet_until = first_at + _DAY
    yield from s.answer("needs_time", quiet_until)
    if not s.is_call:
        yield s.calls_in("needs_time", quiet_until)
    yield from s.parts(s.number(2, 3, "parts"), first_at, s.number(7, 10, "gap") * _DAY)


def _cannot_pay(s: Scene) -> Iterator[Act]:
    """Picks up, asks for time, and has a tenth of it once; there is no more."""
    first_talk = not any(c.channel == "human_call" for c in s.history.contacts)
    if s.contact.channel != "human_call" or not first_talk:
        yield from s.answer("refused" if s.contact.channel == "human_call" else "needs_time")
        return
    yield from s.answer("needs_time", s.now + 14 * _DAY)
    if s.reached and not s.money_on_its_way:
        posted_at = s.now + s.number(8, 12, "token") * _DAY
        yield from s.pays(posted_at, percent_of(s.arrears(posted_at), 10, s.history.loan.currency))


def _will_not_pay(s: Scene) -> Iterator[Act]:
    """Reads, does not pick up much, and refuses."""
    yield from s.answer("refused" if s.chance(50, "speaks") else "no_answer")


def _lost_contact(s: Scene) -> Iterator[Act]:
    """Nothing arrives: numbers are somebody else's, mail comes back."""
    if s.contact.channel == "human_call":
        yield from s.collector("wrong_number" if s.reached else "no_answer")
    elif s.contact.channel == "robot_call":
        yield s.result("wrong_number" if s.reached else "no_answer", s.hours(0, 1, "dialling"))
    elif s.contact.channel == "letter":
        yield s.result("undeliverable", s.hours(96, 168, "returned to sender"))
    else:
        yield s.result("undeliverable", timedelta(seconds=s.number(40, 300, "transit")))


def _disputes(s: Scene) -> Iterator[Act]:
    """Says it is not owed, when rung up or by ringing after two messages; two in five pay weeks later."""
    yield from s.answer("disputed")
    speaks = s.reached and s.is_call
    if not s.is_call and s.count == 2:
        yield s.calls_in("disputed")
        speaks = True
    if speaks and not s.money_on_its_way and s.trait(0, 99, "settles") < 40:
        posted_at = s.now + s.number(25, 45, "settled after") * _DAY
        yield from s.pays(posted_at, s.arrears(posted_at))


def _pays_then_reverses(s: Scene) -> Iterator[Act]:
    """Pays in full by a debit that the bank returns days later; after that, by a transfer that stands."""
    yield from s.answer("promised")
    if not s.reached or s.money_on_its_way:
        return
    posted_at = s.now + s.hours(2, 40, "pays after")
    for payment in s.pays(posted_at, s.arrears(posted_at)):
        yield payment
        if not s.returned_before:
            yield s.taken_back(payment, posted_at + s.number(3, 5, "returned after") * _DAY)


def _opts_out(s: Scene) -> Iterator[Act]:
    """Wants no more text messages (one in four: no contact at all), and pays by themselves weeks later."""
    yield from s.answer("right_party")
    if not s.reached or s.money_on_its_way:
        return
    first_text = not any(c.channel == "sms" for c in s.history.contacts)
    if s.contact.channel == "sms" and first_text:
        stops = s.trait(0, 99, "stops all") < 25
        fact = ContactStopped(reason="borrower_request") if stops else ChannelOptedOut(channel="sms")
        yield s.fact(fact, s.hours(1, 6, "opts out"))
    posted_at = s.now + s.number(8, 20, "pays after") * _DAY
    yield from s.pays(posted_at, s.arrears(posted_at))


def _pays_unasked(s: Scene) -> Iterator[Act]:
    """Was going to pay anyway; answers and leaves it at that."""
    yield from s.answer("promised")


_CHARACTERS: dict[Character, Callable[[Scene], Iterator[Act]]] = {
    "forgets": _forgets,
    "needs_time": _needs_time,
    "cannot_pay": _cannot_pay,
    "will_not_pay": _will_not_pay,
    "lost_contact": _lost_contact,
    "disputes": _disputes,
    "pays_then_reverses": _pays_then_reverses,
    "opts_out": _opts_out,
    "pays_unasked": _pays_unasked,
}
