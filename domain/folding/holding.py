"""What holds a case: an operator's pause, and what a borrower has said or what has befallen them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.reporting import given_elsewhere
from domain.folding.table import Changes, Folds, nothing
from domain.standing import apply_standing, opened
from schemas.facts import (
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    CollectorsCleared,
    CollectorsRemoved,
    CommandRefused,
    ConsentGiven,
    ConsentWithdrawn,
    ContactAllowed,
    ContactPointAdded,
    ContactPointInvalid,
    ContactReviewed,
    ContactStopped,
    Fact,
    FactConflicted,
    HoldEnded,
    HoldOpened,
    NoticeGiven,
    PartyRefused,
    Paused,
    RacketReviewed,
    RacketSuspected,
    RepresentativeNamed,
    RepresentativeRemoved,
    SignalRejected,
)
from schemas.holds import SCOPE_OF
from schemas.loan import ContactPoint

if TYPE_CHECKING:
    from domain.case import Case


def _paused(case: Case, body: Paused, at: datetime) -> Changes:
    return {"paused": body}


def _standing(case: Case, body: Fact, at: datetime) -> Changes:
    return {"standing": apply_standing(case.standing, body, at), "blocked": None}


def _removed(case: Case, body: Fact, at: datetime) -> Changes:
    """Who deals with the borrower is nothing that the guard looks at: what it refused stays refused."""
    return {"standing": apply_standing(case.standing, body, at)}


def _hold_opened(case: Case, body: HoldOpened, at: datetime) -> Changes:
    if SCOPE_OF[body.hold_kind] == "borrower":
        left = tuple(hold for hold in case.holds if hold.hold != body.hold)
        return {"holds": left, **_standing(case, body, at)}
    if any(hold.hold == body.hold for hold in case.holds):
        return {}
    return {"holds": (*case.holds, opened(body, at))}


def _hold_ended(case: Case, body: HoldEnded, at: datetime) -> Changes:
    left = tuple(hold for hold in case.holds if hold.hold != body.hold)
    return {"holds": left, **_standing(case, body, at)}


def _point_added(case: Case, body: ContactPointAdded, at: datetime) -> Changes:
    point = ContactPoint(contact_point_id=body.contact_point_id, kind=body.point_kind, use=body.use)
    invalid = tuple(p for p in case.invalid_points if p != body.contact_point_id)
    return {"added_points": (*case.added_points, (body.party_id, point)), "invalid_points": invalid}


def _point_invalid(case: Case, body: ContactPointInvalid, at: datetime) -> Changes:
    return {"invalid_points": case.and_invalid(body.contact_point_id)}


def _notice_given(case: Case, body: NoticeGiven, at: datetime) -> Changes:
    """By other means than ours: what waited for it may go on."""
    return {"blocked": None, **given_elsewhere(case, body, at)}


def _free_again(case: Case, body: Fact, at: datetime) -> Changes:
    """What the guard refused before may be allowed by this."""
    return {"blocked": None}


FOLDS: Folds = {
    Paused: _paused,
    ChannelOptedOut: _standing,
    ChannelOptedIn: _standing,
    ContactStopped: _standing,
    ContactAllowed: _standing,
    BorrowerDeceased: _standing,
    ConsentGiven: _standing,
    ConsentWithdrawn: _standing,
    PartyRefused: _standing,
    HoldOpened: _hold_opened,
    HoldEnded: _hold_ended,
    RepresentativeNamed: _standing,
    RepresentativeRemoved: _standing,
    RacketSuspected: _standing,
    RacketReviewed: _standing,
    CollectorsRemoved: _removed,
    CollectorsCleared: _removed,
    ContactPointAdded: _point_added,
    ContactPointInvalid: _point_invalid,
    ContactReviewed: _free_again,
    NoticeGiven: _notice_given,
    CommandRefused: nothing,
    SignalRejected: nothing,
    FactConflicted: nothing,
}
