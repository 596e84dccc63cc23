"""The explanation of a difference between core banking's figures and its books: given by one person for another to approve,
and taken back."""

from __future__ import annotations

from domain import explaining
from domain.commands.table import Judges, Refused
from domain.stages.situation import Situation
from schemas.account import Difference
from schemas.facts import ExplanationWithdrawn, Fact
from schemas.messages import ExplainDifference, WithdrawExplanation


def _explain(s: Situation, command: ExplainDifference, command_id: str) -> Fact:
    if s.case.account_as_of is None:
        raise Refused("account.unread", "the account has not been read yet: what is owed is not known. Try again then")
    by = explaining.present(s.case, s.strategy)
    if by is None:
        why = "core banking's figures are what its books give: there is no difference to explain"
        raise Refused("explain.no_difference", why)
    told = Difference(arrears=command.arrears, outstanding=command.outstanding)
    if (told.arrears, told.outstanding) != (by.arrears, by.outstanding):
        why = (
            f"core banking has {explaining.said(by)} more than its books give, and {explaining.said(told)} was explained: "
            "explain what differs now"
        )
        raise Refused("explain.other_amounts", why)
    if s.case.explained and s.case.explained.difference == by:
        why = (
            f"this difference was explained already ({s.case.explained.explanation}); withdraw that to explain it anew"
        )
        raise Refused("explain.already", why)
    if asked := explaining.waiting(s.case):
        why = f"an explanation waits for its approval already ({asked.approval}); withdraw it to give another"
        raise Refused("explain.waiting", why)
    return explaining.request(s, by, command_id, command.by, command.reason, command.evidence)


def _withdraw(s: Situation, command: WithdrawExplanation, command_id: str) -> Fact:
    asked = explaining.waiting(s.case)
    number = s.case.explained.explanation if s.case.explained else asked.approval if asked else None
    if number is None:
        raise Refused(
            "withdraw.nothing", "no explanation of a difference is in force on this case or waits for approval"
        )
    return ExplanationWithdrawn(explanation=number, reason=command.reason, withdrawn_by=command.by)


JUDGES: Judges = {ExplainDifference: _explain, WithdrawExplanation: _withdraw}
