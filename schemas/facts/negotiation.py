"""What is offered to a borrower, agreed with them, kept or broken; and what needs somebody's approval."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.account import Difference
from schemas.base import Amount, Code, Day, Identifier, Instant, Recorded, added
from schemas.facts.base import Decision, FactBase, Weight
from schemas.segments import Bucket
from schemas.terms import AgreedOn, Revives, Terms

Subject = Literal["promise", "plan", "settlement", "acceleration", "freeze", "watch_list", "difference"]


class Worth(Recorded):
    """What an offer is worth today against going on without it, in the loan's currency, by the strategy's figures."""

    offer: Amount
    going_on: Amount
    rate_percent: int
    chance_percent: int


class OfferMade(FactBase):
    """Terms were put to the borrower; they hold until `expires_at`. `terms_hash` is the sha256 of the terms.

    `authority`: the row of the strategy's table that let it be made; none without a table.
    """

    kind: Literal["offer_made"] = "offer_made"
    weight: ClassVar[Weight] = "decision"
    offer: Identifier
    terms: Terms
    terms_hash: str
    expires_at: Instant
    made_by: Identifier
    approval: Identifier | None = None
    authority: Code | None = added(None)


class OfferLapsed(Decision):
    """Nobody accepted an offer in time."""

    kind: Literal["offer_lapsed"] = "offer_lapsed"
    offer: Identifier


class AgreementMade(FactBase):
    """The borrower agreed: to which terms, by their hash, on which channel, taken by whom, with their identity checked.

    `representative`: who agreed in their place, by party id. While it is kept, nothing is demanded of them. `paid_by`: of a
    promise, the payments that stood when it was made: what is taken back of them later is no matter of the promise.
    """

    kind: Literal["agreement_made"] = "agreement_made"
    weight: ClassVar[Weight] = "decision"
    agreement: Identifier
    terms: Terms
    terms_hash: str
    channel: AgreedOn
    taken_by: Identifier
    identity_verified: bool
    offer: Identifier | None = None
    approval: Identifier | None = None
    representative: Identifier | None = added(None)
    authority: Code | None = added(None)
    paid_by: tuple[Identifier, ...] = added(())


class AgreementKept(Decision):
    """All that was agreed has been paid. `accrued`: of a plan, what grew meanwhile and is to be waived, in the loan's
    currency."""

    kind: Literal["agreement_kept"] = "agreement_kept"
    agreement: Identifier
    paid: Amount
    accrued: Amount | None = added(None)


class CertificateIssued(FactBase):
    """The archive certified a settlement that was paid (结清证明), under its own `reference`. `shadow`: on paper only."""

    kind: Literal["certificate_issued"] = "certificate_issued"
    agreement: Identifier
    reference: Identifier | None = None
    shadow: bool = False


class CertificateVoided(Decision):
    """What was certified to the borrower (结清证明) does not hold any more: the money of `agreement` was taken back."""

    kind: Literal["certificate_voided"] = "certificate_voided"
    agreement: Identifier


class AgreementBroken(Decision):
    """Less was paid than was agreed by `due_on`, its tolerance over: `paid` of `due`, in the loan's currency; or what had
    kept it was taken back.

    `revives`: what the terms of a plan bring back.
    """

    kind: Literal["agreement_broken"] = "agreement_broken"
    agreement: Identifier
    due_on: Day
    due: Amount
    paid: Amount
    revives: Revives | None = added(None)


class ApprovalRequested(FactBase):
    """Something is above the strategy's limits and waits for somebody else's word. `limit` names the limit.

    `asks`: the role that decides, by the row `authority` of the strategy's table; without a table whoever did not ask.
    `worth`: what the terms are worth against going on. `reason`: of a restriction, or of the explanation of a `difference`,
    which have no terms; `evidence`: the papers that show it. `representative`: who agreed in the borrower's place. `amount`
    and `bucket`: of the balance that is to be called due, where the table says who decides it.
    """

    kind: Literal["approval_requested"] = "approval_requested"
    weight: ClassVar[Weight] = "decision"
    approval: Identifier
    subject: Subject
    terms: Terms | None = None
    channel: AgreedOn | None = None
    asked_by: Identifier
    limit: str
    why: str
    deadline: Instant
    asks: Code | None = added(None)
    representative: Identifier | None = added(None)
    authority: Code | None = added(None)
    worth: Worth | None = added(None)
    reason: Code | None = added(None)
    amount: Amount | None = added(None)
    bucket: Bucket | None = added(None)
    difference: Difference | None = added(None)
    evidence: Identifier | None = added(None)


class ApprovalDecided(FactBase):
    """Somebody who is not who asked has decided, in which role, and by which row of the table of authority."""

    kind: Literal["approval_decided"] = "approval_decided"
    weight: ClassVar[Weight] = "decision"
    approval: Identifier
    approved: bool
    decided_by: Identifier
    reason: Code
    role: Code | None = added(None)
    authority: Code | None = added(None)


class ApprovalLapsed(Decision):
    """Nobody decided in time: what was asked for is not done."""

    kind: Literal["approval_lapsed"] = "approval_lapsed"
    approval: Identifier
