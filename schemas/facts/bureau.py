"""What the credit bureau is told of a loan, and what the borrower says is wrong there."""

from __future__ import annotations

from typing import Literal

from schemas.base import Amount, Code, Identifier
from schemas.facts.base import FactBase
from schemas.reporting import ErrorOutcome, ReportStatus


class CreditReported(FactBase):
    """The bureau took a report: so much (loan's currency) is overdue since so many days, or nothing is any more.

    `notice` is the contact by which the borrower was told before. `shadow`: decided and recorded only, nothing was sent.
    """

    kind: Literal["credit_reported"] = "credit_reported"
    status: ReportStatus
    amount: Amount
    days_past_due: int
    notice: Identifier | None = None
    reference: Identifier | None = None
    shadow: bool = False


class CreditErrorTold(FactBase):
    """The borrower says that what was reported is wrong."""

    kind: Literal["credit_error_told"] = "credit_error_told"
    error: Identifier
    reason: Code
    taken_by: Identifier
    evidence: Identifier | None = None


class CreditErrorAnswered(FactBase):
    """It was looked into: the bureau is told that it was wrong (`corrected`), or it stands (`confirmed`)."""

    kind: Literal["credit_error_answered"] = "credit_error_answered"
    error: Identifier
    outcome: ErrorOutcome
    reason: Code
    answered_by: Identifier
