"""What the borrower says is wrong at the credit bureau, and the answer to it."""

from __future__ import annotations

from domain.commands.table import Judges, Refused
from domain.stages.situation import Situation
from schemas.facts import CreditErrorAnswered, CreditErrorTold, Fact
from schemas.messages import AnswerCreditError, TellCreditError


def _tell(s: Situation, command: TellCreditError, command_id: str) -> Fact:
    if s.case.reporting.error:
        raise Refused("bureau.error_open", f"error {s.case.reporting.error.error} is being looked into already")
    if s.case.reporting.status is None:
        raise Refused("bureau.not_reported", "this case has reported nothing to the credit bureau")
    return CreditErrorTold(error=command_id, reason=command.reason, taken_by=command.by, evidence=command.evidence)


def _answer(s: Situation, command: AnswerCreditError, command_id: str) -> Fact:
    error = s.case.reporting.error
    if error is None or error.error != command.error:
        known = error.error if error else "none"
        raise Refused("bureau.error_unknown", f"no error {command.error} is being looked into; there is: {known}")
    return CreditErrorAnswered(
        error=command.error, outcome=command.outcome, reason=command.reason, answered_by=command.by
    )


JUDGES: Judges = {TellCreditError: _tell, AnswerCreditError: _answer}
