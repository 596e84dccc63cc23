"""The updates of a case, by which people steer it: one handler for each command, all alike.

Whether a command may be is decided on the case and recorded; a handler queues it and waits for the ledger's word.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.commands.table import NAMES
from schemas.messages import (
    AcceptPlan,
    AcceptPromise,
    AdoptPolicy,
    AnswerCreditError,
    CloseByBank,
    Command,
    CommandOutcome,
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

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")


def _taken(command: type[Command], description: str) -> Any:
    """The handler of one command, with its validator: the SDK reads both signatures from their annotations."""

    async def handle(self: Desk, command: Command) -> CommandOutcome:
        return await self.command(command)

    def check(self: Desk, command: Command) -> None:
        """Shape only, and the command's has been checked by now. What a command creates bears the update's id."""
        del self, command
        info = workflow.current_update_info()
        if info is None or not _ID.fullmatch(info.id):
            told = "letters, digits and . _ : -, at most 80, the first a letter or digit"
            raise ApplicationError(f"the update's id must be {told}", type="BadUpdateId", non_retryable=True)

    handle.__name__ = NAMES[command]
    handle.__qualname__ = f"Desk.{NAMES[command]}"
    handle.__annotations__ = {"command": command, "return": CommandOutcome}
    check.__annotations__ = {"command": command, "return": None}
    update = workflow.update(name=NAMES[command], description=description)(handle)
    update.validator(check)
    return update


class Desk:
    """Mixed into the workflow. `commands`: those not yet decided, by update id; `outcomes`: the ledger's answers; `opens_at`:
    when a case opens that waits for that."""

    commands: list[tuple[str, Command]]
    outcomes: dict[str, CommandOutcome]
    opens_at: datetime | None

    pause = _taken(Pause, "stop all contact on this case, until a time or until resume")
    resume = _taken(Resume, "let a paused, parked or handed-over case go on by itself")
    record_contact = _taken(RecordContact, "what came of a conversation with the borrower")
    accept_promise = _taken(AcceptPromise, "the borrower promises to pay so much by such a day")
    offer_plan = _taken(OfferPlan, "offer an instalment plan or a one-off settlement")
    accept_plan = _taken(AcceptPlan, "the borrower accepts an offer, by the hash of its terms")
    decide_approval = _taken(DecideApproval, "approve what somebody else asked for, or do not")
    record_visit = _taken(RecordVisit, "what came of a visit")
    record_court_step = _taken(RecordCourtStep, "a milestone that came from the court")
    open_hold = _taken(OpenHold, "stop collecting: a dispute, a complaint, hardship, insolvency, death, and the like")
    end_hold = _taken(EndHold, "let go on what a hold stopped")
    review_contact = _taken(ReviewContact, "decide on contacts that a rule of conduct sends to review")
    record_notice = _taken(RecordNotice, "a notice of law was given outside this system")
    open_complaint = _taken(OpenComplaint, "the borrower complains, and of whom")
    extend_complaint = _taken(ExtendComplaint, "more time to answer a complaint")
    decide_complaint = _taken(DecideComplaint, "answer a complaint: upheld or rejected")
    suspect_racket = _taken(SuspectRacket, "whoever acts for the borrower may be a racket: somebody else is to look")
    review_racket = _taken(ReviewRacket, "what came of a suspicion: cleared or confirmed")
    tell_credit_error = _taken(TellCreditError, "what the borrower says is wrong at the credit bureau")
    answer_credit_error = _taken(AnswerCreditError, "what was wrong there: corrected or confirmed")
    restrict = _taken(Restrict, "ask for a freeze of the limit, or for the internal watch list")
    lift_restriction = _taken(LiftRestriction, "lift a freeze of the limit, or take the loan off the watch list")
    explain_difference = _taken(ExplainDifference, "why core banking's figures are not what its books give")
    withdraw_explanation = _taken(WithdrawExplanation, "take back the explanation of a difference")
    escalate = _taken(Escalate, "move the case's main effort to another stage")
    adopt_policy = _taken(AdoptPolicy, "go on under another strategy")
    close_by_bank = _taken(CloseByBank, "the bank ends this case: sold, extinguished, settled elsewhere")

    async def command(self, command: Command) -> CommandOutcome:
        """Queue a command and wait for the ledger's answer to it."""
        info = workflow.current_update_info()
        assert info is not None
        if self.opens_at is not None:
            why = f"the case opens at {self.opens_at:%Y-%m-%d %H:%M}Z, and nothing is done with it before"
            return CommandOutcome(accepted=False, seq=0, rule="case.not_open", why=why)
        self.commands.append((info.id, command))
        await workflow.wait_condition(lambda: info.id in self.outcomes)
        return self.outcomes.pop(info.id)
