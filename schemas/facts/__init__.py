"""Everything that can happen to a case, as a closed union of frozen facts.

A fact's class says how the ledger judges it: an *input* happened outside and is always recorded; a *decision* is ours and
is recorded only if nothing newer had arrived; an *inert* fact is kept for the record and changes no decision.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.facts.assessment import (
    AccountRead,
    Assessed,
    CreditRecordRead,
    DocumentArrived,
    DocumentsRequested,
    FileChecked,
    Graded,
    OutsideFailed,
    Placed,
)
from schemas.facts.base import BY_MONEY, Decision, FactBase, HandledBy, Outcome, Stage, Weight
from schemas.facts.borrower import (
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    ConsentGiven,
    ConsentWithdrawn,
    ContactAllowed,
    ContactPointAdded,
    ContactPointInvalid,
    ContactStopped,
    HoldEnded,
    HoldOpened,
    PartyRefused,
    RacketReviewed,
    RacketSuspected,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.facts.bureau import CreditErrorAnswered, CreditErrorTold, CreditReported
from schemas.facts.commands import CommandRefused, FactConflicted, Paused, Resumed, SignalRejected
from schemas.facts.complaints import (
    CollectorsCleared,
    CollectorsRemoved,
    ComplaintDecided,
    ComplaintExtended,
    ComplaintOpened,
)
from schemas.facts.contact import (
    AttemptCovered,
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    ContactRecorded,
    ContactResultPosted,
    ContactReviewed,
    CoverEnded,
    InboundContact,
    NoticeGiven,
    TaskCalledOff,
    VisitReported,
)
from schemas.facts.lifecycle import (
    CaseClosed,
    Cured,
    EpisodeOpened,
    EpisodeReopened,
    HandedToPerson,
    Parked,
    PolicyAdopted,
    Rebuilt,
    Relapsed,
    StageEntered,
    TakenOver,
)
from schemas.facts.litigation import Accelerated, CourtReported, CourtStepTaken, MilestoneReached
from schemas.facts.money import InterestCharged, PaymentPosted, PaymentReversed, WaiverBooked, WaiverReversed
from schemas.facts.negotiation import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    ApprovalLapsed,
    ApprovalRequested,
    CertificateIssued,
    CertificateVoided,
    OfferLapsed,
    OfferMade,
    Subject,
    Worth,
)
from schemas.facts.reconciling import DifferenceExplained, ExplanationLapsed, ExplanationWithdrawn
from schemas.facts.restrictions import RestrictionLiftAsked, RestrictionSet

BorrowerFact = (
    ChannelOptedOut
    | ChannelOptedIn
    | ContactStopped
    | ContactAllowed
    | BorrowerDeceased
    | ContactPointAdded
    | ContactPointInvalid
    | HoldOpened
    | HoldEnded
    | RepresentativeNamed
    | RepresentativeRemoved
    | RacketSuspected
    | RacketReviewed
    | ConsentGiven
    | ConsentWithdrawn
    | PartyRefused
    | CollectorsRemoved
    | CollectorsCleared
)

Fact = Annotated[
    EpisodeOpened
    | EpisodeReopened
    | TakenOver
    | Rebuilt
    | StageEntered
    | Cured
    | Relapsed
    | PolicyAdopted
    | CaseClosed
    | HandedToPerson
    | Parked
    | AccountRead
    | CreditRecordRead
    | FileChecked
    | DocumentsRequested
    | DocumentArrived
    | Assessed
    | OutsideFailed
    | AttemptReserved
    | AttemptRefused
    | AttemptSending
    | AttemptSent
    | AttemptUnknown
    | AttemptReleased
    | AttemptCovered
    | CoverEnded
    | ContactResultPosted
    | ContactRecorded
    | InboundContact
    | NoticeGiven
    | ContactReviewed
    | TaskCalledOff
    | VisitReported
    | CreditReported
    | CreditErrorTold
    | CreditErrorAnswered
    | RestrictionSet
    | RestrictionLiftAsked
    | DifferenceExplained
    | ExplanationLapsed
    | ExplanationWithdrawn
    | ComplaintOpened
    | ComplaintExtended
    | ComplaintDecided
    | PaymentPosted
    | PaymentReversed
    | WaiverBooked
    | WaiverReversed
    | InterestCharged
    | OfferMade
    | OfferLapsed
    | AgreementMade
    | AgreementKept
    | AgreementBroken
    | ApprovalRequested
    | ApprovalDecided
    | ApprovalLapsed
    | CertificateIssued
    | CertificateVoided
    | Accelerated
    | MilestoneReached
    | CourtStepTaken
    | CourtReported
    | Paused
    | Resumed
    | CommandRefused
    | SignalRejected
    | FactConflicted
    | BorrowerFact,
    Field(discriminator="kind"),
]

__all__ = [
    "BY_MONEY",
    "Accelerated",
    "AccountRead",
    "AgreementBroken",
    "AgreementKept",
    "AgreementMade",
    "ApprovalDecided",
    "ApprovalLapsed",
    "ApprovalRequested",
    "Assessed",
    "AttemptCovered",
    "AttemptRefused",
    "AttemptReleased",
    "AttemptReserved",
    "AttemptSending",
    "AttemptSent",
    "AttemptUnknown",
    "BorrowerDeceased",
    "BorrowerFact",
    "CaseClosed",
    "CertificateIssued",
    "CertificateVoided",
    "ChannelOptedIn",
    "ChannelOptedOut",
    "CollectorsCleared",
    "CollectorsRemoved",
    "CommandRefused",
    "ComplaintDecided",
    "ComplaintExtended",
    "ComplaintOpened",
    "ConsentGiven",
    "ConsentWithdrawn",
    "ContactAllowed",
    "ContactPointAdded",
    "ContactPointInvalid",
    "ContactRecorded",
    "ContactResultPosted",
    "ContactReviewed",
    "ContactStopped",
    "CourtReported",
    "CourtStepTaken",
    "CoverEnded",
    "CreditErrorAnswered",
    "CreditErrorTold",
    "CreditRecordRead",
    "CreditReported",
    "Cured",
    "Decision",
    "DifferenceExplained",
    "DocumentArrived",
    "DocumentsRequested",
    "EpisodeOpened",
    "EpisodeReopened",
    "ExplanationLapsed",
    "ExplanationWithdrawn",
    "Fact",
    "FactBase",
    "FactConflicted",
    "FileChecked",
    "Graded",
    "HandedToPerson",
    "HandledBy",
    "HoldEnded",
    "HoldOpened",
    "InboundContact",
    "InterestCharged",
    "MilestoneReached",
    "NoticeGiven",
    "OfferLapsed",
    "OfferMade",
    "Outcome",
    "OutsideFailed",
    "Parked",
    "PartyRefused",
    "Paused",
    "PaymentPosted",
    "PaymentReversed",
    "Placed",
    "PolicyAdopted",
    "RacketReviewed",
    "RacketSuspected",
    "Rebuilt",
    "Relapsed",
    "RepresentativeNamed",
    "RepresentativeRemoved",
    "RestrictionLiftAsked",
    "RestrictionSet",
    "Resumed",
    "SignalRejected",
    "Stage",
    "StageEntered",
    "Subject",
    "TakenOver",
    "TaskCalledOff",
    "VisitReported",
    "WaiverBooked",
    "WaiverReversed",
    "Weight",
    "Worth",
]
