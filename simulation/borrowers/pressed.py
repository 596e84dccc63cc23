"""Who pays, if at all, only when somebody stands at the door, or a court has spoken (`simulation.borrowers.sued`)."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.model import Act
from simulation.moments import DAY, percent_of
from simulation.scene import Scene, Told


def breaks_promises(s: Scene) -> Iterator[Act]:
    """Promises on the phone, twice, and pays half or nothing; then picks up no more. At the door promises, and pays."""
    if s.is_visit:
        yield from _promises_at_the_door(s)
        return
    if not s.is_call or s.told("promised") >= 2:
        yield from s.answer("no_answer")
        return
    promised_for = s.heard_at + s.days(2, s.promise_days, "promised for")
    yield from s.answer("promised", Told(promise=s.part(promised_for), willingness="medium", ability="medium"))
    if s.reached and not s.money_on_its_way and s.inclined(50, "pays half"):
        half = percent_of(s.arrears(promised_for), 50, s.loan.currency)
        yield from s.pays(promised_for, half)


def promises_at_visit(s: Scene) -> Iterator[Act]:
    """Does not answer calls; to the two people at the door promises, and pays."""
    if s.is_visit:
        yield from _promises_at_the_door(s)
    elif s.told("promised"):
        yield from s.answer("right_party", Told(promise=s.expected, willingness="high"))
    else:
        yield from s.answer("no_answer")


def _promises_at_the_door(s: Scene) -> Iterator[Act]:
    paid_at = s.heard_at + s.days(1, 4, "pays after")
    pays = s.reached and not s.money_on_its_way
    yield from s.answer("promised", Told(promise=s.part(paid_at) if pays else s.expected), otherwise="no_answer")
    if pays:
        yield from s.clears(paid_at)


def will_not_pay(s: Scene) -> Iterator[Act]:
    """Reads, does not pick up much, and refuses; half of them complain, at length, of how often they are contacted."""
    yield from s.answer("refused" if s.chance(50, "speaks") else "no_answer", Told(willingness="low"))
    if s.count >= 4 and s.inclined(50, "complains"):
        yield from s.complains("too_many_contacts", complicated=True)


def refuses(s: Scene) -> Iterator[Act]:
    """Says no on the phone, and at the door; half of them complain of the visit."""
    yield from s.answer("refused", Told(willingness="low", ability="high"))
    if s.is_visit and s.inclined(50, "complains"):
        yield from s.complains("visited_at_home")


def settles(s: Scene) -> Iterator[Act]:
    """Refuses, until there is a way to be rid of it for less: a third of them at the door, the others before the court."""
    told = Told(wish="settlement", willingness="medium", ability="medium")
    if s.negotiates:
        yield from s.answer("right_party", told)
    elif s.is_visit and s.inclined(34, "at the door"):
        yield from s.answer("right_party")  # met: what is said at the door is followed up by a call
    else:
        yield from s.answer("refused", Told(willingness="low"))


def gives_in_at_court(s: Scene) -> Iterator[Act]:
    """Lets it come to a suit."""
    said = "refused" if s.is_visit or s.chance(30, "speaks") else "no_answer"
    yield from s.answer(said, Told(willingness="low", ability="high"))


def lost_contact(s: Scene) -> Iterator[Act]:
    """Nothing arrives: numbers are somebody else's, mail comes back, at the address live others."""
    match s.contact.channel:
        case "human_call" if s.at:
            yield from s.answer("wrong_number")
        case "visit" | "robot_call":
            yield from s.answer("wrong_number", otherwise="wrong_number" if s.is_visit else "no_answer")
        case "letter":
            yield s.resulted("undeliverable", s.heard_at + 2 * DAY)
        case "human_call":
            return
        case _:
            yield s.resulted("undeliverable", s.heard_at)
