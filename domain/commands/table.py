"""The shape of the tables of commands, and their names on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from domain.stages.situation import Situation
from schemas.facts import Fact
from schemas.messages import (
    AcceptPlan,
    AcceptPromise,
    AdoptPolicy,
    AnswerCreditError,
    CloseByBank,
    Command,
    DecideApproval,
    DecideComplaint,
    EndHold,
    Escalate,
    ExplainDifference,
    ExtendComplaint,
    LiftRestriction,
    OfferPlan,
    OpenComplaint,
    OpenHold,
    Pause,
    RecordContact,
    RecordCourtStep,
    RecordNotice,
    RecordVisit,
    Restrict,
    Resume,
    ReviewContact,
    ReviewRacket,
    SuspectRacket,
    TellCreditError,
    WithdrawExplanation,
)

Judge: TypeAlias = Callable[[Situation, Any, str], Fact]
Judges: TypeAlias = dict[type[Command], Judge]

NAMES: dict[type[Command], str] = {
    Pause: "pause",
    Resume: "resume",
    RecordContact: "record_contact",
    AcceptPromise: "accept_promise",
    OfferPlan: "offer_plan",
    AcceptPlan: "accept_plan",
    DecideApproval: "decide_approval",
    RecordVisit: "record_visit",
    RecordCourtStep: "record_court_step",
    OpenHold: "open_hold",
    EndHold: "end_hold",
    ReviewContact: "review_contact",
    RecordNotice: "record_notice",
    OpenComplaint: "open_complaint",
    ExtendComplaint: "extend_complaint",
    DecideComplaint: "decide_complaint",
    SuspectRacket: "suspect_racket",
    ReviewRacket: "review_racket",
    TellCreditError: "tell_credit_error",
    AnswerCreditError: "answer_credit_error",
    Restrict: "restrict",
    LiftRestriction: "lift_restriction",
    ExplainDifference: "explain_difference",
    WithdrawExplanation: "withdraw_explanation",
    Escalate: "escalate",
    AdoptPolicy: "adopt_policy",
    CloseByBank: "close_by_bank",
}
"""The update's name of each command."""


CAUSES: dict[type[Command], tuple[str, ...]] = {
    Pause: ("paused",),
    Resume: ("resumed",),
    RecordContact: ("contact_recorded",),
    AcceptPromise: ("agreement_made", "approval_requested"),
    OfferPlan: ("offer_made", "approval_requested"),
    AcceptPlan: ("agreement_made",),
    DecideApproval: ("approval_decided",),
    RecordVisit: ("visit_reported",),
    RecordCourtStep: ("court_reported",),
    OpenHold: ("hold_opened", "complaint_opened"),
    EndHold: ("hold_ended",),
    ReviewContact: ("contact_reviewed",),
    RecordNotice: ("notice_given",),
    OpenComplaint: ("complaint_opened",),
    ExtendComplaint: ("complaint_extended",),
    DecideComplaint: ("complaint_decided",),
    SuspectRacket: ("racket_suspected",),
    ReviewRacket: ("racket_reviewed",),
    TellCreditError: ("credit_error_told",),
    AnswerCreditError: ("credit_error_answered",),
    Restrict: ("approval_requested",),
    LiftRestriction: ("restriction_lift_asked",),
    ExplainDifference: ("approval_requested",),
    WithdrawExplanation: ("explanation_withdrawn",),
    Escalate: ("stage_entered",),
    AdoptPolicy: ("policy_adopted",),
    CloseByBank: ("case_closed",),
}
"""The kinds of facts that each command causes when it is accepted."""


class Refused(Exception):
    """A command that the case's rules do not allow: which rule, why, and what would mend it."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule, self.why = rule, why
