"""What is still open to a case: rungs of the ladder, a visit that is worth its cost, a suit that may be brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.best_channel import choice, ranked, tried
from domain.counting import counted
from domain.money import ZERO
from domain.stages.situation import Situation
from domain.treatments import called_for, treatment
from schemas.contact import POINT_OF, Channel, ChannelChoice
from schemas.loan import ContactPoint, Party, Role
from schemas.treatment import Rung, Way

OUTER_LIMIT_YEARS = 20
"""Civil Code of China art. 188: after so many years no court protects a right, whatever has interrupted its period."""


@dataclass(frozen=True)
class Climbable:
    """A rung that can be reached, in one of its ways: its place in the ladder, and whom and where it reaches.

    `choice`: on what the way rests, if the rung names several and any was tried.
    """

    index: int
    rung: Rung
    party: Party
    point: ContactPoint
    way: Way
    choice: ChannelChoice | None = None


def reach(s: Situation, channel: Channel, role: Role = "borrower") -> tuple[Party, ContactPoint] | None:
    """The first party in this role that `channel` reaches, and the contact point; None if it reaches none, or the borrower
    does not want it."""
    if role == "borrower" and channel in s.case.standing.opted_out:
        return None
    for party in s.case.parties():
        points = s.case.points(party) if party.role == role else ()
        if point := next((p for p in points if p.kind == POINT_OF[channel]), None):
            return party, point
    return None


def rungs_left(s: Situation) -> list[Climbable]:
    """The rungs not yet climbed that reach somebody, in order, on the channels that the segment may be reached by.

    A rung that may be made in several ways comes once for each that is worth trying, the best first.
    """
    left: list[Climbable] = []
    own = treatment(s)
    past = tried(s.case.contacts) if own.best_channel else []
    for index, rung in enumerate(own.ladder[s.case.rung :], s.case.rung):
        ways: dict[Channel, Way] = {way.channel: way for way in rung.ways}
        best = ranked(own.best_channel, tuple(ways), past) if own.best_channel else (rung.channel,)
        told = choice(tuple(ways), past) if len(ways) > 1 else None
        for channel in best:
            allowed = not own.channels or channel in own.channels
            if allowed and (reached := reach(s, channel, rung.role)):
                left.append(Climbable(index, rung, *reached, ways[channel], told))
    return left


def spent(s: Situation) -> str | None:
    """Why messages and calls have done what they can, in words; None while they have not."""
    if s.case.refusals >= s.strategy.refusals_until_next:
        return f"the borrower refused {counted(s.case.refusals, 'time')}"
    if len(s.case.hostile_to) >= s.strategy.hostile_until_next:
        return f"talks got out of hand {counted(len(s.case.hostile_to), 'time')}, with different collectors"
    if not s.case.usable("phone", "email", "app", "im") and s.case.contacts_made and not _others_left(s):
        return "contact with the borrower is lost"
    if own := called_for(s):
        return own
    if not rungs_left(s):
        return "the ladder is climbed"
    return None


def _others_left(s: Situation) -> bool:
    """Whether somebody else is still to be written to, or asked where the borrower is."""
    return any(at.rung.role != "borrower" for at in rungs_left(s))


# --- a visit -----------------------------------------------------------------------------------------------------


def expected_from_visit(s: Situation) -> Decimal:
    """What a visit is expected to bring, in the loan's currency: the arrears by the chance that the grades give, halved
    for every earlier refusal and for an address by which post came back or nobody was met."""
    policy = s.strategy.field_visit
    if policy is None:
        return ZERO
    graded = s.case.assessed.willingness if s.case.assessed else None
    expected = s.money.arrears * policy.chance.of(graded.grade if graded else "medium") / 100
    doubts = sum(visit.result in ("nobody", None) and not visit.called_off for visit in s.case.visits)
    if policy.refusal_halves:
        doubts += s.case.refusals
    return expected / 2**doubts


def no_visit(s: Situation) -> str | None:
    """Why no visit is possible, whatever the day, in words; None if one is."""
    policy = s.strategy.field_visit
    if policy is None:
        return "the strategy makes no visits"
    if any(visit.result == "unsafe" for visit in s.case.visits):
        return "a visit was unsafe"
    if sum(not visit.called_off for visit in s.case.visits) >= policy.most:
        return f"{counted(policy.most, 'visit was', 'visits were')} made"
    if reach(s, "visit") is None or s.case.blocked == "visit":
        return "there is no address to visit"
    expected = expected_from_visit(s)
    if expected <= policy.cost:
        return f"a visit costs {s.shown(policy.cost)} and is expected to bring {s.shown(expected)}"
    return None


def visit_from(s: Situation) -> date | None:
    """From which day a visit may be made; None if none is possible."""
    policy = s.strategy.field_visit
    if policy is None or no_visit(s):
        return None
    return _dpd_day(s, policy.from_dpd)


# --- a suit ------------------------------------------------------------------------------------------------------


def claim(s: Situation) -> Decimal:
    """What would be sued for: the whole balance if it is due, or is to be made due first; else the arrears."""
    policy = s.strategy.litigation
    whole = policy is not None and policy.accelerate and s.case.accelerate is not False
    return s.money.outstanding if whole else s.money.arrears


def no_suit(s: Situation) -> str | None:
    """Why no suit is possible, whatever the day, in words; None if one is."""
    policy = s.strategy.litigation
    if policy is None:
        return "the strategy brings no suits"
    if s.case.reached("dismissed"):
        return "the suit was dismissed"
    if claim(s) < policy.minimum:
        return f"{claim(s)} is below the {policy.minimum} from which a suit is brought"
    return None


def suit_from(s: Situation) -> date | None:
    """From which day a suit may be brought; None if none is possible."""
    policy = s.strategy.litigation
    if policy is None or no_suit(s):
        return None
    return _dpd_day(s, policy.from_dpd)


def limitation_ends(s: Situation) -> date | None:
    """The last day of the limitation period: so many years (Civil Code of China, art. 188) from the last instalment's due
    date (art. 189) or, if later, from what interrupted it (art. 195), and never later than twenty years from that due date,
    whatever interrupted it (art. 188 again). None without instalments."""
    policy = s.strategy.litigation
    due = max((i.due_on for i in s.case.due_instalments()), default=None)
    if policy is None or due is None:
        return None
    begins = max(due, s.case.interrupted.on) if s.case.interrupted else due
    return min(_years_after(begins, policy.limitation_years), _years_after(due, OUTER_LIMIT_YEARS))


def _years_after(day: date, years: int) -> date:
    """The same day so many years later, or the last of its month if there is none (Civil Code of China, art. 202)."""
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + years, 3, 1) - timedelta(days=1) if leap else day.replace(year=day.year + years)


def _dpd_day(s: Situation, days_past_due: int) -> date | None:
    since = s.money.counted_from
    return since + timedelta(days=days_past_due) if since else None
