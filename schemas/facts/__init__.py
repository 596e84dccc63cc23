"""Everything that can happen to a case, as a closed union of frozen facts.

A fact's class says how the ledger judges it: an *input* happened outside and is always recorded; a *decision* is ours and
is recorded only if nothing newer had arrived; an *inert* fact is kept for the record and changes no decision.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.facts.assessment import AccountRead, Assessed, CreditRecordRead, OutsideFailed
from schemas.facts.base import Decision, FactBase, HandledBy, Outcome, Stage, Weight
from schemas.facts.borrower import (
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    ContactAllowed,
    ContactPointAdded,
    ContactPointInvalid,
    ContactStopped,
)
from schemas.facts.commands import CommandRefused, FactConflicted, Paused, Resumed, SignalRejected
from schemas.facts.contact import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ContactRecorded,
    ContactResultPosted,
)
from schemas.facts.lifecycle import (
    CaseClosed,
    EpisodeOpened,
    EpisodeReopened,
    HandedToPerson,
    Parked,
    Rebuilt,
    StageEntered,
    TakenOver,
)
from schemas.facts.money import PaymentPosted, PaymentReversed

BorrowerFact = (
    ChannelOptedOut
    | ChannelOptedIn
    | ContactStopped
    | ContactAllowed
    | BorrowerDeceased
    | ContactPointAdded
    | ContactPointInvalid
)

Fact = Annotated[
    EpisodeOpened
    | EpisodeReopened
    | TakenOver
    | Rebuilt
    | StageEntered
    | CaseClosed
    | HandedToPerson
    | Parked
    | AccountRead
    | CreditRecordRead
    | Assessed
    | OutsideFailed
    | AttemptReserved
    | AttemptRefused
    | AttemptSending
    | AttemptSent
    | AttemptUnknown
    | AttemptReleased
    | ContactResultPosted
    | ContactRecorded
    | PaymentPosted
    | PaymentReversed
    | Paused
    | Resumed
    | CommandRefused
    | SignalRejected
    | FactConflicted
    | BorrowerFact,
    Field(discriminator="kind"),
]

__all__ = [
    "AccountRead",
    "Assessed",
    "AttemptRefused",
    "AttemptReleased",
    "AttemptReserved",
    "AttemptSending",
    "AttemptSent",
    "AttemptUnknown",
    "BorrowerDeceased",
    "BorrowerFact",
    "CaseClosed",
    "ChannelOptedIn",
    "ChannelOptedOut",
    "CommandRefused",
    "ContactAllowed",
    "ContactPointAdded",
    "ContactPointInvalid",
    "ContactRecorded",
    "ContactResultPosted",
    "ContactStopped",
    "CreditRecordRead",
    "Decision",
    "EpisodeOpened",
    "EpisodeReopened",
    "Fact",
    "FactBase",
    "FactConflicted",
    "HandedToPerson",
    "HandledBy",
    "Outcome",
    "OutsideFailed",
    "Parked",
    "Paused",
    "PaymentPosted",
    "PaymentReversed",
    "Rebuilt",
    "Resumed",
    "SignalRejected",
    "Stage",
    "StageEntered",
    "TakenOver",
    "Weight",
]
