"""A strategy: what to do to whom and when. Written in YAML by people, pinned to each case by its sha256."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from schemas.account import AccountRules
from schemas.authority import (
    AuthorityTable,
    IncentiveLimits,
    PlanLimits,
    PromiseLimits,
    Reminder,
    SettlementLimits,
    WatchReminder,
)
from schemas.base import Amount, Code, Submitted, added
from schemas.complaints import AnsweringTimes
from schemas.contact import Level
from schemas.court import Piece
from schemas.reporting import CreditReporting
from schemas.restrictions import Restrictions
from schemas.scorecard import Assessment
from schemas.segments import Experiment, SegmentRow
from schemas.treatment import Treatment


class Patience(Submitted):
    """How long to wait after a system outside failed again and again, in minutes; then a person is asked."""

    minutes: tuple[Annotated[int, Field(gt=0)], ...] = (15, 60, 240, 720)


class Thresholds(Submitted):
    """Below `ignore_arrears` (loan's currency) no one is contacted; above `high_arrears` a case is high tier."""

    ignore_arrears: Amount
    high_arrears: Amount
    medium_dpd: int
    high_dpd: int


class RecoveryChance(Submitted):
    """By grade of the assessment, what part of the debt is expected to come, in percent."""

    low: int = Field(default=3, ge=0, le=100)
    medium: int = Field(default=12, ge=0, le=100)
    high: int = Field(default=25, ge=0, le=100)

    def of(self, level: Level) -> int:
        """The percentage for a grade."""
        return {"low": self.low, "medium": self.medium, "high": self.high}[level]


class Prospect(Submitted):
    """What going on without an agreement is expected to bring: a part of the debt, by the grade of the borrower's
    willingness, `months` from now, less `cost` (loan's currency). Figures of the house."""

    rate_percent: int = Field(ge=0, le=100)
    """What money later is discounted by, a year."""
    chance: RecoveryChance
    months: int = Field(gt=0)
    cost: Amount = Field(default=Decimal(0), ge=0)


class Negotiation(Submitted):
    """How agreements are sought, what may be agreed, and when the ledger judges them."""

    promise: PromiseLimits = PromiseLimits()
    plan: PlanLimits = PlanLimits()
    settlement: SettlementLimits = SettlementLimits()
    offer_within_hours: int = Field(default=24, ge=0)
    """After a talk in which the borrower wished for something, an offer is waited for so long."""
    offer_days: int = Field(default=7, gt=0)
    """How long an offer stands."""
    approval_hours: int = Field(default=48, gt=0)
    judged_after_hours: int = Field(default=6, ge=0)
    """An agreement is judged so long after the bank's day, when its end-of-day run is over."""
    template: Code = "negotiation_call"
    calls: int = Field(default=2, gt=0)
    """How often a collector is asked to come to an agreement before the case moves on without."""
    gap_days: int = Field(default=3, ge=0)
    deadline_hours: int = Field(default=48, gt=0)
    reminder: Reminder | None = added(None)
    """Without it nobody is reminded of what they agreed to."""
    approval_reminder_hours: int | None = added(None)
    """So long before its time is over whoever is to approve something is reminded."""
    certificate: bool = added(False)
    """Whether a settlement that was paid is certified to the borrower (结清证明) before the case closes."""
    incentive: IncentiveLimits | None = added(None)
    """Without it nothing is waived for paying early."""
    worth: Prospect | None = added(None)
    """Without it whoever approves is not shown what an offer is worth against going on."""


class FieldVisit(Submitted):
    """When a visit is worth making, and how it is made."""

    template: Code = "visit_brief"
    from_dpd: int = Field(ge=0)
    cost: Amount
    """What a visit costs, in the loan's currency; it must be expected to bring more."""
    chance: RecoveryChance = RecoveryChance()
    refusal_halves: bool = True
    """Every earlier refusal halves what a visit is expected to bring."""
    team: int = Field(default=2, ge=1)
    papers: tuple[Code, ...] = ("staff_card", "authorisation_letter", "statement_of_account")
    lead_days: int = Field(default=3, ge=1)
    opens: time = time(9, 30)
    closes: time = time(17, 30)
    """An appointment lies between these, on the clock of the address: well inside the hours of the law."""
    minutes: int = Field(default=60, gt=0)
    confirm_hours: int = Field(default=24, gt=0)
    """The account is read again within so long before it: nobody who has paid is visited."""
    result_hours: int = Field(default=24, gt=0)
    """How long after a visit its result may take."""
    most: int = Field(default=2, gt=0)
    gap_days: int = Field(default=10, ge=0)


class Litigation(Submitted):
    """When a suit is brought, and how long each of its steps is given."""

    from_dpd: int = Field(ge=0)
    minimum: Amount
    """Below this, in the loan's currency, no suit is brought."""
    prepare_from_dpd: int = Field(ge=0)
    """From then on missing papers are asked for, so that a suit is not delayed by them."""
    pieces: tuple[Piece, ...] = ("identity", "contract", "statements", "service_address")
    accelerate: bool = True
    """Whether the whole balance is called due before a suit: decided by a person, told to the borrower, then effective."""
    approval_hours: int = Field(default=72, gt=0)
    demand_days: int = Field(default=15, ge=0)
    """How long the borrower has from the demand's arrival."""
    assumed_days: int = Field(default=7, ge=0)
    """A demand of which nobody knows whether it arrived is not waited for longer than this."""
    appeal_days: int = Field(default=15, ge=0)
    """Civil Procedure Law of China art. 171: fifteen days from service of a judgment."""
    office_opens: time = time(9, 0)
    """Steps at court are taken from this time of the bank's day on."""
    late_after_days: int = Field(default=60, gt=0)
    """A court that has said nothing for so long is asked about by a person."""
    recheck_days: int = Field(default=90, gt=0)
    """After an enforcement ended for want of property, it is looked for so often."""
    limitation_years: int = Field(default=3, gt=0)
    """Civil Code of China art. 188."""
    demand_template: Code = "lawyer_letter"
    acceleration_template: Code = "acceleration_notice"


class Strategy(Submitted):
    """A whole strategy file. A stage whose part is left out is not entered."""

    name: Code
    version: str
    bank_zone: str = "Asia/Shanghai"
    """IANA zone of the bank's calendar, in which instalments fall due."""
    account_max_age_hours: int = Field(gt=0)
    """Before a contact the account is read again if older than this."""
    account_lag_hours: int = Field(default=36, gt=0)
    """How far core banking's `as_of` may lie behind the moment of the reading: end-of-day books are a day behind."""
    spread: time
    """Contacts due at the opening of the legal window are spread over this long after it, by a phase of the loan id."""
    credit_record: bool
    thresholds: Thresholds
    patience: Patience
    treatments: dict[Code, Treatment]
    """By name. Without `segments`, `first_time` and `repeated` are the names, and who is overdue how often decides."""
    segments: tuple[SegmentRow, ...] = added(())
    """Who is treated how: the first row that fits decides, and the last has no conditions."""
    experiments: dict[Code, Experiment] = added({})
    credit_reporting: bool = added(False)
    """Whether the bank reports overdue loans to the bureau, so that a collector may say so."""
    answering: AnsweringTimes = added(AnsweringTimes())
    """By when complaints and disputes are answered."""
    reporting: CreditReporting | None = added(None)
    """How it is reported by this system, if it is; without it another system of the bank's does."""
    restrictions: Restrictions | None = added(None)
    """From when a card's limit is to be frozen; without it only people ask for a restriction."""
    assessment: Assessment | None = added(None)
    """Without it the points that are built in hold (`domain.scoring`), and the digest is what it was before there was one."""
    account: AccountRules | None = added(None)
    """How money is worked out; without it by Civil Code of China art. 561, the oldest instalment first."""
    refusals_until_next: int = Field(default=2, gt=0)
    """After so many refusals the ladder is left, and the next stage looked for."""
    hostile_until_next: int = Field(default=2, gt=0)
    """The same for talks that got out of hand: the first is answered by another collector."""
    watch_instalments: int = Field(default=0, ge=0)
    """After a cure so many instalments are watched before the case closes."""
    watch_reminder: WatchReminder | None = added(None)
    """Without it a watched borrower is not reminded of the next instalment."""
    hardship_review_days: int = Field(default=30, gt=0)
    negotiation: Negotiation | None = None
    authority: AuthorityTable | None = added(None)
    """Who may agree to what. Without it the limits of `negotiation` are everybody's, and above them somebody else decides."""
    field_visit: FieldVisit | None = None
    litigation: Litigation | None = None
