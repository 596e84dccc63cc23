"""Contacts: what became of each attempt, and what was heard."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.base import Code, Identifier, Instant, added
from schemas.contact import ContactProposal, ContactResult, InboundChannel, Intent, Level, Verdict, VisitResult
from schemas.covering import Cover
from schemas.debt import NoticeKind
from schemas.facts.base import FactBase, Weight
from schemas.means import Means
from schemas.terms import Part


class AttemptReserved(FactBase):
    """The guard allowed a contact and a slot under every cap was taken for it.

    `covers`: other debts of the borrower that it is to speak of as well; each of their streams has an AttemptCovered.
    """

    kind: Literal["attempt_reserved"] = "attempt_reserved"
    weight: ClassVar[Weight] = "decision"
    proposal: ContactProposal
    verdict: Verdict
    covers: tuple[Cover, ...] = added(())


class AttemptRefused(FactBase):
    """The guard deferred, blocked or sent to review a contact; nothing went out."""

    kind: Literal["attempt_refused"] = "attempt_refused"
    weight: ClassVar[Weight] = "decision"
    proposal: ContactProposal
    verdict: Verdict


class AttemptSending(FactBase):
    """Committed just before the request to the gateway; from here the message may be out.

    `covers`: the other debts that it does speak of, those left out that something newer had been heard of.
    """

    kind: Literal["attempt_sending"] = "attempt_sending"
    weight: ClassVar[Weight] = "decision"
    attempt: Identifier
    covers: tuple[Cover, ...] = added(())


class AttemptSent(FactBase):
    """The gateway took it. `shadow`: decided and recorded only, nothing was sent."""

    kind: Literal["attempt_sent"] = "attempt_sent"
    attempt: Identifier
    gateway_reference: Identifier | None = None
    shadow: bool = False


class AttemptUnknown(FactBase):
    """The request left but no answer came; it counts against the caps until the gateway says."""

    kind: Literal["attempt_unknown"] = "attempt_unknown"
    attempt: Identifier
    code: Code


class AttemptReleased(FactBase):
    """A reserved contact was given up before it went out, and its slot is free again."""

    kind: Literal["attempt_released"] = "attempt_released"
    attempt: Identifier
    code: Code


class AttemptCovered(FactBase):
    """A message reserved by another case of the same borrower, of `by_loan`, speaks of this debt as well, and stands for the
    contact that this case would have made. It was counted once, there."""

    kind: Literal["attempt_covered"] = "attempt_covered"
    attempt: Identifier
    by_loan: Identifier
    cover: Cover


class CoverEnded(FactBase):
    """What became of a message that was to speak of this debt as well. `released`: it did not, and stands for nothing here,
    because it did not go out, or, with code `newer_facts`, because something had been heard of this debt meanwhile."""

    kind: Literal["cover_ended"] = "cover_ended"
    attempt: Identifier
    outcome: Literal["sent", "unknown", "released"]
    code: Code | None = None
    gateway_reference: Identifier | None = None
    shadow: bool = False


class ContactResultPosted(FactBase):
    """A gateway's later word on an attempt: delivered, answered, wrong number…

    `recording` names the recording of the call where it is kept.
    """

    kind: Literal["contact_result"] = "contact_result"
    attempt: Identifier
    result: ContactResult
    recording: Identifier | None = None


class ContactRecorded(FactBase):
    """A collector's record of a conversation. Free text stays in the personal tables under `note_id`.

    `quiet_until`: the borrower asked for, or was given, time; no further contact before. `willingness` and `ability` are
    the collector's impression, `overdue_reason` what the borrower gave as the cause, `wish` what they would like,
    `promise` what they said they will pay. `recording` names the recording of the talk where it is kept. `means`: what they
    said they have to pay with.
    """

    kind: Literal["contact_recorded"] = "contact_recorded"
    weight: ClassVar[Weight] = "decision"
    attempt: Identifier | None = None
    collector: Identifier
    result: ContactResult
    identity_verified: bool = False
    quiet_until: Instant | None = None
    note_id: Identifier | None = None
    willingness: Level | None = None
    ability: Level | None = None
    overdue_reason: Code | None = None
    wish: Literal["time", "plan", "settlement"] | None = None
    promise: Part | None = None
    recording: Identifier | None = None
    means: Means | None = added(None)


class InboundContact(FactBase):
    """The borrower got in touch. It counts against no cap, and what was said by them is a code."""

    kind: Literal["inbound_contact"] = "inbound_contact"
    inbound: Identifier
    channel: InboundChannel
    intent: Intent


class TaskCalledOff(FactBase):
    """A task of people was taken back before it was done. `too_late`: it had been done already, or was under way."""

    kind: Literal["task_called_off"] = "task_called_off"
    attempt: Identifier
    code: Code
    too_late: bool = False


class VisitReported(FactBase):
    """What came of a visit. Free text stays in the personal tables under `note_id`.

    `staff`: how many were there. `promise`: what the borrower said they will pay. `recording` names what was recorded of
    it (全程录音录像) where it is kept.
    """

    kind: Literal["visit_reported"] = "visit_reported"
    attempt: Identifier
    result: VisitResult
    staff: int
    promise: Part | None = None
    note_id: Identifier | None = None
    recording: Identifier | None = None


class NoticeGiven(FactBase):
    """A notice of law was given outside this system. `arrived`: whether that is proven. `evidence` refers to the papers."""

    kind: Literal["notice_given"] = "notice_given"
    notice: NoticeKind
    arrived: bool = False
    evidence: Identifier | None = None


class ContactReviewed(FactBase):
    """A person decided on contacts that a rule sends to review. Without `until` the word holds until another is given."""

    kind: Literal["contact_reviewed"] = "contact_reviewed"
    weight: ClassVar[Weight] = "decision"
    rule: str
    approved: bool
    decided_by: Identifier
    reason: Code
    until: Instant | None = None
