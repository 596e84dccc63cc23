"""How one debt stands with regard to conduct: what the guard has to know of the loan besides who its borrower is."""

from __future__ import annotations

from typing import Literal

from schemas.base import Identifier, Instant, Recorded
from schemas.holds import Hold
from schemas.loan import Product, Role

NoticeKind = Literal["outsourcing", "credit_report", "validation", "acceleration", "assignment"]
"""Notices that the law wants given before something else: before an agency collects, before bad news is reported to the
bureau, before a third-party collector demands, before the whole is due, before somebody else may collect."""

AgreementKind = Literal["promise", "plan", "settlement"]


class Notice(Recorded):
    """A notice that was given. `arrived_at`: when it is known to have arrived."""

    notice: NoticeKind
    given_at: Instant
    arrived_at: Instant | None = None


class Review(Recorded):
    """What a person said to a contact that a rule had sent to review. `until`: how long the word holds."""

    rule: str
    approved: bool
    until: Instant | None = None


class Obligation(Recorded):
    """A party of the loan, and in which role."""

    party_id: Identifier
    role: Role


class Unanswered(Recorded):
    """An attempt that has gone out, as far as it matters here: to whom, and which notice it gives."""

    attempt: Identifier
    role: str
    party_id: Identifier
    notice: NoticeKind | None = None


class DebtStanding(Recorded):
    """What binds contact about one debt.

    `agreement`: the kind of the one that is being kept. `failures`: contacts with the debtor that failed in a row.
    `located`: parties that were asked where the borrower is, once for each time; `refused_by`: those who said no.
    `reviews`: the latest word on each rule.
    """

    product: Product | None = None
    parties: tuple[Obligation, ...] = ()
    holds: tuple[Hold, ...] = ()
    agreement: AgreementKind | None = None
    agreement_id: Identifier | None = None
    failures: int = 0
    notices: tuple[Notice, ...] = ()
    reviews: tuple[Review, ...] = ()
    refused_by: tuple[Identifier, ...] = ()
    located: tuple[Identifier, ...] = ()
    out: tuple[Unanswered, ...] = ()
