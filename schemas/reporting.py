"""Reporting to the credit bureau: the strategy's part, and its words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from schemas.base import Code, Submitted

ReportStatus = Literal["overdue", "cleared", "corrected"]
"""`cleared`: what was reported overdue has been paid; `corrected`: what was reported was wrong."""

ErrorOutcome = Literal["corrected", "confirmed"]
NoticeChannel = Literal["letter", "sms", "email"]


class CreditReporting(Submitted):
    """When the borrower is told that an overdue loan will be reported, and when it is.

    From `report_from_dpd` days past due on, but no sooner than `wait_days` after proof that the notice arrived (Regulation on
    the credit reporting industry, China, art. 15: told before). `correction_days`: by when an error that the borrower
    points out is answered (art. 25: twenty days).
    """

    channel: NoticeChannel = "letter"
    template: Code = "credit_notice"
    notice_from_dpd: int = Field(ge=0)
    report_from_dpd: int = Field(ge=0)
    wait_days: int = Field(default=0, ge=0)
    correction_days: int = Field(default=20, gt=0)

    @model_validator(mode="after")
    def _told_before(self) -> CreditReporting:
        if self.notice_from_dpd >= self.report_from_dpd:
            raise ValueError("notice_from_dpd is to be before report_from_dpd: the borrower is told first")
        return self
