"""What a borrower has said, or what has befallen them, folded from the facts of their stream.

A standing binds every loan of the borrower. It is folded in the ledger's order from the borrower's own
stream, or from the mirrors of that stream in a loan's: the same facts in the same order, so the same
standing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.complaints import Removal
from schemas.contact import EVERYTHING, Agreed, Refusal, Standing
from schemas.facts import (
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    CollectorsCleared,
    CollectorsRemoved,
    ConsentGiven,
    ConsentWithdrawn,
    ContactAllowed,
    ContactStopped,
    Fact,
    HoldEnded,
    HoldOpened,
    PartyRefused,
    RacketReviewed,
    RacketSuspected,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.holds import SCOPE_OF, Hold, HoldKind
from schemas.representatives import ACTING_FOR_AN_ESTATE, Representative, Suspicion

DEATH = "deceased"
"""The id of the hold that a reported death opens."""


def apply_standing(standing: Standing, fact: Fact, at: datetime) -> Standing:
    """`standing` after `fact`, which happened `at`. Facts that say nothing about standing leave it as it is; a fact told
    twice changes nothing.

    A death reported by a feed is never taken back by one: a mistaken report is a matter for a person, who ends the hold.
    Where somebody acts for the estate, that lets the matter go on with them, and the borrower stays dead.
    """
    match fact:
        case ChannelOptedOut() | ChannelOptedIn() | ContactStopped() | ContactAllowed():
            return _said(standing, fact, at)
        case BorrowerDeceased():
            return _held(standing, Hold(hold=DEATH, kind="deceased", reason="reported", opened_at=at))
        case HoldOpened() if SCOPE_OF[fact.hold_kind] == "borrower":
            return _held(standing, opened(fact, at))
        case HoldEnded(hold=ended):
            left = tuple(hold for hold in standing.holds if hold.hold != ended)
            # Only an end of the death itself takes it back: its id stands also when its hold is over and the executor left.
            of_death = ended == DEATH or any(h.hold == ended and h.kind == "deceased" for h in standing.holds)
            still = estate_acts(standing) or any(hold.kind == "deceased" for hold in left)
            deceased = standing.deceased and (still or not of_death)
            return standing.model_copy(update={"holds": left, "deceased": deceased})
        case RepresentativeNamed():
            named = Representative.model_validate(fact.model_dump(include=set(Representative.model_fields)))
            return standing.model_copy(update={"representatives": (*_without(standing, fact.party_id), named)})
        case RepresentativeRemoved():
            return standing.model_copy(update={"representatives": _without(standing, fact.party_id)})
        case RacketSuspected():
            return _suspected(standing, fact, at)
        case RacketReviewed():
            left = tuple(each for each in standing.suspected if each.party_id != fact.party_id)
            acting = _without(standing, fact.party_id) if fact.found == "confirmed" else standing.representatives
            return standing.model_copy(update={"suspected": left, "representatives": acting})
        case CollectorsRemoved():
            removal = Removal.model_validate(fact.model_dump(include=set(Removal.model_fields)))
            return standing.model_copy(update={"removed": (*_not_by(standing, fact), removal)})
        case CollectorsCleared():
            return standing.model_copy(update={"removed": _not_by(standing, fact)})
        case ConsentGiven(consent=consent):
            others = tuple(each for each in standing.agreed if each.consent != consent)
            fields = fact.model_dump(include=set(Agreed.model_fields))
            return standing.model_copy(update={"agreed": (*others, Agreed.model_validate(fields))})
        case ConsentWithdrawn(consent=consent):
            left = tuple(each for each in standing.agreed if each.consent != consent)
            return standing.model_copy(update={"agreed": left})
        case PartyRefused(party_id=party):
            refused = tuple(sorted({*standing.refused_by, party}))
            return standing.model_copy(update={"refused_by": refused})
        case _:
            return standing


def estate_acts(standing: Standing) -> bool:
    """Whether somebody is named who acts for an estate."""
    return any(person.role in ACTING_FOR_AN_ESTATE for person in standing.representatives)


def _suspected(standing: Standing, fact: RacketSuspected, at: datetime) -> Standing:
    if any(known.party_id == fact.party_id for known in standing.suspected):
        return standing
    one = Suspicion(party_id=fact.party_id, reason=fact.reason, suspected_by=fact.suspected_by, suspected_at=at)
    return standing.model_copy(update={"suspected": (*standing.suspected, one)})


def _not_by(standing: Standing, fact: CollectorsRemoved | CollectorsCleared) -> tuple[Removal, ...]:
    """The removals by other complaints: one is named by its loan too, for two loans may use the same id."""
    by = fact.loan_id, fact.complaint
    return tuple(each for each in standing.removed if (each.loan_id, each.complaint) != by)


def _without(standing: Standing, party_id: str) -> tuple[Representative, ...]:
    return tuple(person for person in standing.representatives if person.party_id != party_id)


def _said(
    standing: Standing, fact: ChannelOptedOut | ChannelOptedIn | ContactStopped | ContactAllowed, at: datetime
) -> Standing:
    """What the borrower wants. A refusal holds whenever it is told; a consent that was said before it, and is told after it,
    takes nothing back."""
    about = fact.channel if isinstance(fact, ChannelOptedOut | ChannelOptedIn) else EVERYTHING
    refused_at = next((refusal.at for refusal in standing.refusals if refusal.about == about), None)
    if isinstance(fact, ChannelOptedIn | ContactAllowed) and refused_at and at < refused_at:
        return standing
    changed: dict[str, object] = {}
    if isinstance(fact, ChannelOptedOut | ContactStopped):
        latest = Refusal(about=about, at=max(at, refused_at) if refused_at else at)
        others = [refusal for refusal in standing.refusals if refusal.about != about]
        changed["refusals"] = tuple(sorted([*others, latest], key=lambda refusal: refusal.about))
    match fact:
        case ContactStopped(reason=reason):
            changed["stopped"] = reason
        case ContactAllowed():
            changed["stopped"] = None
        case ChannelOptedOut(channel=channel):
            changed["opted_out"] = tuple(sorted({*standing.opted_out, channel}))
            changed["opted_in"] = tuple(other for other in standing.opted_in if other != channel)
        case ChannelOptedIn(channel=channel):
            changed["opted_in"] = tuple(sorted({*standing.opted_in, channel}))
            changed["opted_out"] = tuple(other for other in standing.opted_out if other != channel)
    return standing.model_copy(update=changed)


def opened(fact: HoldOpened, at: datetime) -> Hold:
    """The hold that `fact` opened `at`."""
    return Hold(hold=fact.hold, kind=fact.hold_kind, reason=fact.reason, opened_at=at, review_at=fact.review_at)


def going(holds: Sequence[Hold], kind: HoldKind, at: datetime) -> bool:
    """Whether one of `holds`, of this kind, is in force at `at`: one whose time is over stands there still."""
    return any(hold.kind == kind and (hold.review_at is None or at < hold.review_at) for hold in holds)


def _held(standing: Standing, hold: Hold) -> Standing:
    if any(known.hold == hold.hold for known in standing.holds):
        return standing
    deceased = standing.deceased or hold.kind == "deceased"
    return standing.model_copy(update={"holds": (*standing.holds, hold), "deceased": deceased})
