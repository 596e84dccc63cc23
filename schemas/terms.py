"""What is agreed with a borrower: a promise to pay, an instalment plan, a one-off settlement."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.account import Percent, Waived
from schemas.base import Amount, Day, Identifier, LoanId, Recorded, Submitted, added

Positive = Annotated[Amount, Field(gt=0, max_digits=18, decimal_places=4)]
Covers = Literal["arrears", "balance"]
AgreedOn = Literal["call", "inbound_call", "reply", "link", "im", "visit", "branch", "court"]
"""How the borrower agreed."""


class Part(Submitted):
    """So much by the end of that day (the bank's calendar), in the loan's currency."""

    amount: Positive
    due_on: Day


Revives = Literal["as_before", "whole_balance"]
"""What a breach brings back: what was owed before, or the right to call the whole balance due."""
Nature = Literal["instalments", "restructuring", "extension"]
"""What a plan over the balance does to the contract: 个性化分期 of a card, 重组 or 展期 of a loan. What is restructured is
special mention (关注) at least, and is observed (商业银行金融资产风险分类办法, in force 2023-07-01)."""


Accrued = Literal["waived", "stays"]
"""What becomes of the default interest that accrues while a plan is kept: the bank waives it, or it stays owed."""


class Share(Submitted):
    """What of a promise over several loans is for one of them, in that loan's currency."""

    loan_id: LoanId
    amount: Positive


class Shared(Recorded):
    """One payment over several debts of a borrower (Civil Code of China art. 560): its id, and what of it went to which
    loan, in their currency."""

    payment: Identifier
    shares: tuple[Share, ...]


class TermsBase(Recorded):
    """What all terms share.

    `tolerance_amount` and `tolerance_days`: how much less, and how much later, still keeps them.
    """

    parts: tuple[Part, ...] = Field(min_length=1)
    tolerance_amount: Amount = Decimal(0)
    tolerance_days: int = Field(default=0, ge=0)

    @property
    def total(self) -> Decimal:
        """All parts together, in the loan's currency."""
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def last_day(self) -> Day:
        """When the last part is due."""
        return max(part.due_on for part in self.parts)


class PromiseTerms(TermsBase):
    """A promise to pay: so much by such a day. It changes nothing of what is owed.

    One over several loans of a borrower is a promise on each, judged by that loan's own money: `common` is the id that they
    share, and `allocation` what the borrower said is for which loan (Civil Code of China, art. 560).
    """

    kind: Literal["promise"] = "promise"
    common: Identifier | None = added(None)
    allocation: tuple[Share, ...] = added(())


class PlanTerms(TermsBase):
    """An instalment plan over the arrears or the whole balance.

    One over the arrears leaves the instalments that fall due later where they are: they are to be paid beside it. `nature`:
    what one over the balance does to the contract. `cure_days`: how long after its tolerance a missed part can be made good;
    then the plan is broken and `revives` what it says.

    `annual_percent`: the simple yearly rate on what is left of the debt, as it is stated to the borrower (年利率).
    `interest`: how much of each of the `parts`, in their order, is the plan's own interest; the rest pays the debt off.

    Of a debt that grows, `owed_on` is the bank's day whose figure the parts add up to, and `accrued` what becomes of what
    grows after it once the plan was kept; of one that was broken it is owed.
    """

    kind: Literal["plan"] = "plan"
    covers: Covers = "balance"
    nature: Nature | None = added(None)
    cure_days: int = added(0)
    revives: Revives = added("as_before")
    owed_on: Day | None = added(None)
    accrued: Accrued | None = added(None)
    annual_percent: Percent | None = added(None)
    interest: tuple[Amount, ...] = added(())

    @property
    def plan_interest(self) -> Decimal:
        """All interest that the plan bears, in the loan's currency."""
        return sum(self.interest, Decimal(0))

    @model_validator(mode="after")
    def _of_each_part(self) -> PlanTerms:
        if self.interest and len(self.interest) != len(self.parts):
            raise ValueError(
                f"interest of {len(self.interest)} parts, and there are {len(self.parts)}: give it of each"
            )
        return self


class SettlementTerms(TermsBase):
    """A one-off settlement: if this is paid in time, `waived` of what it `covers` is waived after it.

    `components`: what `waived` is made of. One over the arrears is an incentive to pay early: the loan goes on after it.
    `owed_on`: of a debt that grows, the bank's day whose figure both add up to. What grows after it, until the waiver is
    booked, is waived as well.
    """

    kind: Literal["settlement"] = "settlement"
    waived: Positive
    covers: Covers = added("balance")
    components: tuple[Waived, ...] = added(())
    owed_on: Day | None = added(None)


Terms = Annotated[PromiseTerms | PlanTerms | SettlementTerms, Field(discriminator="kind")]


class PlanOffer(Submitted):
    """A plan that a collector would offer; the strategy adds its tolerance, and the rate unless one is given.

    Its parts are what each pays off of the debt. At a rate (`annual_percent`, so much a year) interest comes on top.
    """

    kind: Literal["plan"] = "plan"
    covers: Covers = "balance"
    parts: tuple[Part, ...] = Field(min_length=1)
    annual_percent: Percent | None = added(None)


class SettlementOffer(Submitted):
    """A settlement that a collector would offer: `amount` by `pay_by` ends the whole debt, or the arrears."""

    kind: Literal["settlement"] = "settlement"
    amount: Positive
    pay_by: Day
    covers: Covers = "balance"


Offerable = Annotated[PlanOffer | SettlementOffer, Field(discriminator="kind")]
