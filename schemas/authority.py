"""What a collector may agree to without asking; above it somebody else decides, by a table of roles."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from schemas.account import Component, Percent
from schemas.base import Amount, Code, Submitted, added
from schemas.segments import Bucket
from schemas.terms import Accrued, Revives

MessageChannel = Literal["sms", "app_push", "email", "im"]


class Reminder(Submitted):
    """One message `days_before` an agreed part is due, if it is not yet paid; and, with `missed_template`, one when it was
    missed and can still be made good. By a channel that is no task of people."""

    template: Code
    channel: MessageChannel = "sms"
    days_before: int = Field(default=1, ge=0, le=7)
    missed_template: Code | None = None


class WatchReminder(Submitted):
    """One message `days_before` the next instalment of a cured loan is due, while it is watched, if it is not yet paid. By a
    channel that is no task of people."""

    template: Code = "due_soon_sms"
    channel: MessageChannel = "sms"
    days_before: int = Field(default=3, ge=1, le=14)


class PromiseLimits(Submitted):
    """What a collector may accept as a promise without asking. Longer is a plan."""

    m1_days: int = Field(default=3, ge=0)
    """How far off a promise's day may be in the first bucket, M1."""
    later_days: int = Field(default=7, ge=0)
    tolerance_amount: Amount = Decimal("1.00")
    tolerance_days: int = Field(default=1, ge=0)
    broken_without_approval: int = Field(default=2, ge=0)
    """After so many broken ones the next needs an approval."""


class PlanLimits(Submitted):
    """What a collector may offer as an instalment plan without asking."""

    most_parts: int = Field(default=12, gt=0)
    first_part_within_days: int = Field(default=31, gt=0)
    gap_days: int = Field(default=31, gt=0)
    """At most so long between two parts."""
    never_over_parts: int | None = added(None)
    """Nobody may agree to more than these, where a rule says so."""
    cure_days: int = Field(default=0, ge=0, exclude_if=lambda days: days == 0)
    """So long after its tolerance a part that was missed can still be made good."""
    revives: Revives = added("as_before")
    """What a broken plan brings back, as its terms say."""
    accrued: Accrued = added("waived")
    """What becomes of the default interest that accrues while a plan is kept. It is waived, unless a strategy says otherwise:
    who has paid all parts is not dunned for more."""
    annual_percent: Annotated[Percent, Field(le=100)] = added(Decimal(0))
    """The simple yearly rate that a plan bears on what is left of the debt, and the highest that anybody may ask for; less is
    a concession, and needs an approval. Zero (停息): it bears nothing."""
    tolerance_amount: Amount = Decimal("1.00")
    tolerance_days: int = Field(default=3, ge=0)
    broken_without_approval: int = Field(default=1, ge=0)
    """After so many broken ones the next needs an approval."""

    @model_validator(mode="after")
    def _bears_once(self) -> PlanLimits:
        if self.annual_percent and self.accrued == "stays":
            raise ValueError(
                "a plan that bears interest (annual_percent) takes the place of default interest: leave out accrued: stays"
            )
        return self


class SettlementLimits(Submitted):
    """What a collector may offer as a one-off settlement without asking."""

    from_dpd: int = Field(default=90, ge=0)
    most_waived_percent: int = Field(default=10, ge=0, le=100)
    pay_within_days: int = Field(default=30, gt=0)
    tolerance_days: int = Field(default=0, ge=0)


class IncentiveLimits(Submitted):
    """What a collector may give up without asking to one who pays all that is overdue at once: fees and interest alone."""

    until_dpd: int = Field(default=60, ge=0)
    most_fees_percent: int = Field(default=100, ge=0, le=100)
    most_interest_percent: int = Field(default=20, ge=0, le=100)
    """Of the fees, and of the interest, that are overdue."""
    pay_within_days: int = Field(default=7, gt=0)
    tolerance_days: int = Field(default=0, ge=0)


class Authority(Submitted):
    """A segment's own limits; what is left out is as the part `negotiation` has it."""

    promise: PromiseLimits | None = added(None)
    plan: PlanLimits | None = added(None)
    settlement: SettlementLimits | None = added(None)


Kind = Literal["promise", "plan", "settlement", "acceleration"]
"""What the table of authority is asked about. An incentive is a settlement of the arrears; an acceleration calls the whole
balance due."""


class AuthorityRow(Submitted):
    """One row of the table: what `role` may decide, or whom it `asks`.

    `kinds`: of what; by default of all that is agreed with a borrower, and an acceleration is named. `most_amount`: promised
    or planned in all, waived, or called due, in the loan's currency; `most_percent`: waived of what is owed. `buckets`: of
    which loans; all by default. `waives`: the components that may be waived by it; by default all but principal, and
    principal too where the highest role decides.
    """

    role: Code
    kinds: tuple[Kind, ...] = ("promise", "plan", "settlement")
    most_amount: Annotated[Amount, Field(ge=0)] | None = None
    most_percent: int | None = Field(default=None, ge=0, le=100)
    buckets: tuple[Bucket, ...] = ()
    waives: tuple[Component, ...] | None = None
    decides: bool = False
    asks: Code | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> AuthorityRow:
        if self.decides == (self.asks is not None):
            raise ValueError("give either decides: true or asks: ROLE")
        if self.asks == self.role:
            raise ValueError(f"{self.role} would ask itself: who asks does not decide")
        return self


class AuthorityTable(Submitted):
    """Who decides what. `roles`: from the lowest, whose limits are those of `negotiation`, to the highest.

    Of the rows of a role the first that fits is the answer. Principal is given up by the highest role alone. An acceleration
    is asked for by the case itself: of the lowest role that has a row for it, or of whom that row asks. Without any such row
    anybody decides it.
    """

    roles: tuple[Code, ...] = Field(min_length=1)
    rows: tuple[AuthorityRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _roles_known(self) -> AuthorityTable:
        if len(set(self.roles)) != len(self.roles):
            raise ValueError("a role stands twice in roles")
        for number, row in enumerate(self.rows, start=1):
            for role in (row.role, row.asks):
                if role is not None and role not in self.roles:
                    raise ValueError(f"row {number}: {role!r} is none of roles ({', '.join(self.roles)})")
            if row.asks and self.roles.index(row.asks) < self.roles.index(row.role):
                raise ValueError(f"row {number}: {row.role} would ask {row.asks}, which is lower")
            if row.waives and "principal" in row.waives and (row.asks or row.role) != self.highest:
                raise ValueError(f"row {number}: principal is waived by {self.highest} alone, the highest of roles")
        return self

    def speaks_of(self, kind: Kind) -> bool:
        """Whether there is a row of such a matter."""
        return any(kind in row.kinds for row in self.rows)

    @property
    def highest(self) -> Code:
        """Who decides what nobody else may."""
        return self.roles[-1]

    @property
    def lowest(self) -> Code:
        """Whose limits those of `negotiation` are."""
        return self.roles[0]

    def waives(self, row: AuthorityRow) -> tuple[Component, ...]:
        """The components that may be waived by `row`."""
        if row.waives is not None:
            return row.waives
        whole = (row.asks or row.role) == self.highest
        return tuple(component for component in get_args(Component) if whole or component != "principal")
