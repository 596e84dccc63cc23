"""Facts about a borrower: in a stream of their own, mirrored into every open loan."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import Field, model_validator

from schemas.base import Code, Identifier, Instant, added
from schemas.contact import Channel
from schemas.facts.base import FactBase
from schemas.holds import HoldKind
from schemas.loan import Language, PointKind, PointUse
from schemas.representatives import RacketFound, RemovedBecause, RepresentativeRole, RepresentativeScope


class ChannelOptedOut(FactBase):
    """The borrower does not want to hear by this channel."""

    kind: Literal["channel_opted_out"] = "channel_opted_out"
    channel: Channel


class ChannelOptedIn(FactBase):
    """The borrower takes an opt-out back."""

    kind: Literal["channel_opted_in"] = "channel_opted_in"
    channel: Channel


class ContactStopped(FactBase):
    """The borrower asked for all contact to stop, or the law demands it (`reason`)."""

    kind: Literal["contact_stopped"] = "contact_stopped"
    reason: Code


class ContactAllowed(FactBase):
    """A whole stop ended."""

    kind: Literal["contact_allowed"] = "contact_allowed"
    reason: Code


class ConsentGiven(FactBase):
    """The borrower lets us do more than a rule allows unasked: contact at other hours of their clock, or more attempts.

    Hours: from `open` to `close` besides the rule's. Attempts: `maximum` instead of the rule's, or no cap without it. It ends
    at `until`, or when it is withdrawn. `evidence` refers to where the agreement is kept.
    """

    kind: Literal["consent_given"] = "consent_given"
    consent: Identifier
    grants: Literal["hours", "attempts"]
    channels: tuple[Channel, ...] = Field(min_length=1)
    open: time | None = None
    close: time | None = None
    maximum: int | None = Field(default=None, gt=0)
    until: Instant | None = None
    evidence: Identifier | None = None

    @model_validator(mode="after")
    def _says_what(self) -> ConsentGiven:
        hours = self.open is not None and self.close is not None and self.open < self.close
        if self.grants == "hours" and not hours:
            raise ValueError("a consent to other hours names open and close, on one day, open before close")
        if self.grants == "attempts" and (self.open or self.close):
            raise ValueError("a consent to more attempts says nothing about hours: leave open and close out")
        return self


class ConsentWithdrawn(FactBase):
    """A consent is taken back; from now on the rule alone holds again."""

    kind: Literal["consent_withdrawn"] = "consent_withdrawn"
    consent: Identifier


class PartyRefused(FactBase):
    """Somebody other than the borrower wants no contact about them."""

    kind: Literal["party_refused"] = "party_refused"
    party_id: Identifier


class BorrowerDeceased(FactBase):
    """The borrower died; nothing more is sent to them and a person takes every loan of theirs."""

    kind: Literal["borrower_deceased"] = "borrower_deceased"


class ContactPointAdded(FactBase):
    """A new way to reach a party; the value is in the personal tables under the id. `use`: None if it is not known."""

    kind: Literal["contact_point_added"] = "contact_point_added"
    party_id: Identifier
    contact_point_id: Identifier
    point_kind: PointKind
    use: PointUse | None = added(None)


class ContactPointInvalid(FactBase):
    """A contact point does not reach its party any more."""

    kind: Literal["contact_point_invalid"] = "contact_point_invalid"
    contact_point_id: Identifier


class HoldOpened(FactBase):
    """Something stops the collection of this debt, or of all of the borrower's (see `schemas.holds.SCOPE_OF`).

    `evidence` refers to papers kept elsewhere.
    """

    kind: Literal["hold_opened"] = "hold_opened"
    hold: Identifier
    hold_kind: HoldKind
    reason: Code
    review_at: Instant | None = None
    evidence: Identifier | None = None


class HoldEnded(FactBase):
    """What `hold` stopped may go on."""

    kind: Literal["hold_ended"] = "hold_ended"
    hold: Identifier
    reason: Code


class RepresentativeNamed(FactBase):
    """Somebody acts for the borrower, as far as `scope` goes; named again, the newest word counts.

    Name and numbers are in the personal tables under `party_id` and its contact points (`ContactPointAdded`).
    """

    kind: Literal["representative_named"] = "representative_named"
    party_id: Identifier
    role: RepresentativeRole
    scope: RepresentativeScope = "contact"
    zone: str | None = None
    language: Language = "zh-CN"
    evidence: Identifier | None = None


class RepresentativeRemoved(FactBase):
    """Somebody acts for the borrower no longer, and is not contacted any more."""

    kind: Literal["representative_removed"] = "representative_removed"
    party_id: Identifier
    reason: RemovedBecause
    evidence: Identifier | None = None


class RacketSuspected(FactBase):
    """Whoever says that they act for the borrower is suspected of debt relief as a racket: nothing is agreed with them before
    a person has looked into it. It says nothing of the borrower, and nothing of what they complain of."""

    kind: Literal["racket_suspected"] = "racket_suspected"
    party_id: Identifier
    reason: Code
    suspected_by: Identifier
    evidence: Identifier | None = None


class RacketReviewed(FactBase):
    """A person has looked into a suspicion: it was wrong, or `party_id` acts for the borrower no longer."""

    kind: Literal["racket_reviewed"] = "racket_reviewed"
    party_id: Identifier
    found: RacketFound
    reason: Code
    decided_by: Identifier
    evidence: Identifier | None = None
