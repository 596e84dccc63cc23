"""A suit: ready before it is brought, demanded before it is filed, withdrawn when paid; each step on its day."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.calendar import zone
from domain.court import ORDINARY_SUIT, at_court, row_after
from domain.prospects import limitation_ends
from domain.stages.situation import Situation
from schemas.court import Milestone
from schemas.facts import (
    Accelerated,
    AgreementMade,
    ApprovalRequested,
    CommandRefused,
    ContactPointInvalid,
    ContactResultPosted,
    CourtReported,
    CourtStepTaken,
    DocumentArrived,
    DocumentsRequested,
    OfferMade,
    OutsideFailed,
    PaymentPosted,
)
from schemas.messages import AcceptPlan, CloseByBank, DecideApproval, OfferPlan, RecordCourtStep, Resume
from schemas.steps import Act, Done, TakeCourtStep, Wait
from schemas.terms import SettlementOffer
from tests.domain.casework import Life, instalments, rules, whole_strategy


def refusing(**changes: Any) -> Life:
    """A case whose borrower refused twice and has no address to visit: from the ninetieth day it goes to law."""
    life = Life(strategy=whole_strategy(), **changes)
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=40))
    for _ in range(3):
        life.tell(ContactResultPosted(attempt=life.case.contacts[-1].attempt, result="refused"))
        life.tell(ContactResultPosted(attempt=life.case.contacts[0].attempt, result="refused"))
    life.strategy = life.strategy.model_copy(update={"field_visit": None})
    return life


def in_law(*, approve: bool | None = True) -> Life:
    """The same, in litigation, the acceleration decided (None: not yet)."""
    life = refusing()
    life.live(timedelta(days=49))
    assert life.case.stage == "litigation"
    (asked,) = life.case.approvals
    if approve is not None:
        life.command(DecideApproval(by="boss", approval=asked.approval, approve=approve, reason="looked_at"))
        life.live(timedelta(days=1))
    life.seen.clear()
    return life


def letter_arrives(life: Life) -> None:
    """Post says so."""
    life.tell(ContactResultPosted(attempt=life.case.contacts[-1].attempt, result="delivered"))


def steps(life: Life) -> list[str]:
    """Steps taken at court."""
    return [s.action.step for s in life.seen if isinstance(s, Act) and isinstance(s.action, TakeCourtStep)]


def told(life: Life, milestone: str, **more: Any) -> None:
    """The court reports."""
    fields = {"milestone": milestone, "on": life.today, "reference": "CT-1", **more}
    life.tell(CourtReported.model_validate(fields))


def filed() -> Life:
    """A suit over the whole balance, filed."""
    life = in_law()
    letter_arrives(life)
    life.live(timedelta(days=17))
    assert steps(life) == ["file"]
    return life


def test_every_milestone_leads_somewhere() -> None:
    """The table has one row after each, and what a row waits for has a row, or ends it."""
    after = [row.after for row in ORDINARY_SUIT]
    assert len(after) == len(set(after))
    ends: set[Milestone] = set()
    for row in ORDINARY_SUIT:
        for milestone in row.towards:
            assert milestone in ends or row_after(milestone)


# --- papers --------------------------------------------------------------------------------------------------------


def test_missing_papers_are_asked_for_weeks_before_a_suit() -> None:
    """From the forty-fifth day; they have come when the suit is due, which is not delayed by them."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=8, principal="2500.00")
    life.lacking = {"service_address", "identity"}
    life.live(timedelta(days=50))
    requested = next(f for f in life.facts if isinstance(f.body, DocumentsRequested))
    assert set(requested.body.pieces) == {"service_address", "identity"}  # pyright: ignore[reportAttributeAccessIssue]
    assert life.case.stage == "contact"
    for piece in ("service_address", "identity"):
        life.tell(DocumentArrived.model_validate({"piece": piece}))
    life.live(timedelta(days=70))
    assert life.case.reached("ready")


def test_papers_are_looked_for_on_their_day_whatever_the_case_waits_for() -> None:
    """Contact is lost in the first weeks, and nothing else is to happen before the ninetieth day."""
    life = Life(strategy=whole_strategy().model_copy(update={"field_visit": None}))
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=10))
    for kind in ("phone", "email", "app", "postal"):
        life.tell(ContactPointInvalid(contact_point_id=f"L1-{kind}"))
    life.live(timedelta(days=40))
    checked = next(f for f in life.facts if f.body.kind == "file_checked")
    assert (checked.occurred_at + timedelta(hours=8)).date() == date(2026, 4, 24)


def test_papers_that_do_not_come_go_to_a_person() -> None:
    """And nothing is filed without them."""
    life = refusing()
    life.lacking = {"contract"}
    life.case = life.case.model_copy(update={"file": None})
    step = life.live(timedelta(days=60))
    assert isinstance(step, Wait)
    assert step.ask
    assert step.ask.kind == "documents"
    life.live(timedelta(days=90))
    assert life.case.handed
    assert not at_court(life.case)


# --- acceleration, demand ------------------------------------------------------------------------------------------


def test_calling_the_whole_balance_due_is_a_persons_decision() -> None:
    """It waits for one; not decided, the suit is for the arrears."""
    life = in_law(approve=None)
    step = life.step()
    assert isinstance(step, Wait)
    assert step.ask
    assert step.ask.kind == "approval"
    life.live(timedelta(days=4))
    assert life.case.accelerate is False


def test_an_acceleration_nobody_was_asked_for_any_more_is_asked_for_again() -> None:
    """The suit was left for an offer, and the approval's time ran out meanwhile."""
    life = in_law(approve=None)
    owed = life.case.money(life.today).outstanding
    wanted = SettlementOffer(amount=owed * 95 / 100, pay_by=life.today + timedelta(days=20))
    assert isinstance(life.command(OfferPlan(by="anna", terms=wanted)), OfferMade)
    life.live(timedelta(days=20))
    assert life.case.stage == "litigation"
    asked = [f.body for f in life.facts if isinstance(f.body, ApprovalRequested)]
    assert [approval.subject for approval in asked] == ["acceleration", "acceleration"]


def test_steps_at_court_are_taken_when_its_office_is_open() -> None:
    """Not at midnight, when a day is over."""
    life = filed()
    taken = next(f for f in life.facts if isinstance(f.body, CourtStepTaken))
    assert taken.occurred_at.astimezone(zone("Asia/Shanghai")).time() == time(9, 0)


def test_the_balance_is_due_once_the_notice_has_arrived() -> None:
    """Not when it was sent."""
    life = in_law()
    assert life.case.contacts[-1].proposal.template == "acceleration_notice"
    life.live(timedelta(days=3))
    assert life.case.accelerated_on is None
    letter_arrives(life)
    life.live(timedelta(minutes=1))
    assert life.case.accelerated_on == life.today
    money = life.case.money(life.today)
    assert money.arrears == money.outstanding


def test_where_no_notice_arrives_the_served_complaint_calls_it_due() -> None:
    """The suit is for the whole balance all the same."""
    life = in_law()
    life.live(timedelta(days=30))
    assert steps(life) == ["file"]
    assert life.case.accelerated_on is None
    told(life, "accepted")
    life.live(timedelta(minutes=1))
    due = next(f.body for f in life.facts if isinstance(f.body, Accelerated))
    assert due.by == "complaint"


def test_a_borrower_whom_no_letter_reaches_is_sued_all_the_same() -> None:
    """The court serves by notice."""
    life = refusing()
    life.tell(ContactPointInvalid(contact_point_id="L1-postal"))
    life.live(timedelta(days=49))
    (asked,) = life.case.approvals
    life.command(DecideApproval(by="boss", approval=asked.approval, approve=True, reason="looked_at"))
    life.live(timedelta(days=30))
    assert steps(life) == ["file"]


def test_the_demand_is_given_its_time() -> None:
    """Fifteen days from its arrival."""
    life = in_law()
    life.live(timedelta(days=2))
    letter_arrives(life)
    life.live(timedelta(days=14))
    assert steps(life) == []
    life.live(timedelta(days=2))
    assert steps(life) == ["file"]


# --- at court ------------------------------------------------------------------------------------------------------


def test_the_claim_is_the_whole_balance_on_a_fresh_account() -> None:
    """Read within the hour before filing."""
    life = filed()
    taken = next(f.body for f in life.facts if isinstance(f.body, CourtStepTaken))
    assert taken.claim == life.case.money(life.today).outstanding
    rules_ = [s.why.rule for s in life.seen]
    assert rules_[rules_.index("court.file") - 1] == "account.before_court"


def test_the_whole_way_to_enforcement_and_back_for_property() -> None:
    """Accepted, judged, in effect after the time for an appeal, enforced, terminated, looked for again, found, enforced."""
    life = filed()
    told(life, "accepted")
    life.live(timedelta(days=40))
    told(life, "judgment", amount="20400.00")
    life.live(timedelta(days=14))
    assert not life.case.reached("effective")
    life.live(timedelta(days=3))
    assert steps(life) == ["file", "apply_for_enforcement"]
    told(life, "terminated")
    life.live(timedelta(days=89))
    assert steps(life)[2:] == []
    life.live(timedelta(days=95))
    assert steps(life)[2:] == ["check_property", "check_property"]
    told(life, "property_found")
    life.live(timedelta(days=1))
    assert steps(life)[-1] == "apply_for_enforcement"


def test_a_suit_that_comes_back_for_a_paper_is_filed_again_with_it() -> None:
    """The court says which."""
    life = filed()
    life.lacking = {"contract"}
    told(life, "returned", code="contract")
    step = life.live(timedelta(days=5))
    assert isinstance(step, Wait)
    assert step.why.rule == "court.papers"
    life.tell(DocumentArrived(piece="contract"))
    life.live(timedelta(days=1))
    assert steps(life) == ["file", "file"]


def test_a_silent_court_is_asked_about_by_a_person() -> None:
    """Sixty days."""
    life = filed()
    step = life.live(timedelta(days=70))
    assert isinstance(step, Wait)
    assert step.ask
    assert step.ask.kind == "court"
    life.command(RecordCourtStep(by="law", milestone="accepted", on=life.today, reference="CT-1"))
    step = life.live(timedelta(days=1))
    assert isinstance(step, Wait)
    assert step.ask is None


def test_what_cannot_have_happened_yet_is_not_recorded() -> None:
    """A judgment before acceptance, or on a day to come."""
    life = filed()
    early = life.judge(RecordCourtStep(by="law", milestone="judgment", on=life.today))
    future = life.judge(RecordCourtStep(by="law", milestone="accepted", on=life.today + timedelta(days=1)))
    assert isinstance(early, CommandRefused)
    assert early.rule == "record.court_order"
    assert isinstance(future, CommandRefused)
    assert future.rule == "record.future"


def test_a_report_that_cannot_follow_parks_the_case() -> None:
    """It may be about another loan: nothing is taken for granted before somebody has looked."""
    life = filed()
    told(life, "judgment", amount="20400.00")
    step = life.live(timedelta(days=3))
    assert isinstance(step, Wait)
    assert life.case.parked
    assert (life.case.parked.rule, step.ask and step.ask.kind) == ("court.unexpected", "look")
    assert not life.case.reached("judgment")
    life.command(Resume(by="law", reason="it_was_another_loan"))
    told(life, "accepted")
    told(life, "judgment", amount="20400.00")
    life.live(timedelta(days=1))
    assert life.case.reached("judgment")
    assert life.case.parked is None


def test_a_dismissed_suit_goes_to_a_person() -> None:
    """And is not brought again by itself."""
    life = filed()
    told(life, "accepted")
    told(life, "dismissed")
    step = life.live(timedelta(days=200))
    assert isinstance(step, Wait)
    assert life.case.handed
    assert steps(life) == ["file"]


# --- money ends it ---------------------------------------------------------------------------------------------------


def test_what_was_settled_before_the_court_is_given_its_time() -> None:
    """Enforcement is applied for only if it is not paid."""
    life = filed()
    told(life, "mediated")
    life.live(timedelta(days=14))
    assert steps(life) == ["file"]
    life.live(timedelta(days=4))
    assert steps(life) == ["file", "apply_for_enforcement"]


@pytest.mark.parametrize("milestones", [(), ("accepted",), ("accepted", "judgment"), ("accepted", "mediated")])
def test_paying_it_all_withdraws_the_suit_and_ends_the_case(milestones: tuple[str, ...]) -> None:
    """Open court steps still finish: the court is told, then the case closes."""
    life = filed()
    for milestone in milestones:
        told(life, milestone)
        life.live(timedelta(days=2))
    life.pay(str(life.case.money(life.today).outstanding))
    end = life.live(timedelta(days=1))
    assert isinstance(end, Done)
    assert end.outcome == "paid_off"
    assert steps(life)[-1] == "withdraw"


def test_after_acceleration_the_arrears_of_old_cure_nothing() -> None:
    """Only the whole balance, or a settlement."""
    life = filed()
    life.pay("2550.00")
    life.live(timedelta(days=1))
    assert life.case.status == "open"
    assert life.case.cured_at is None


def test_before_acceleration_the_arrears_cure_in_litigation_too() -> None:
    """From anywhere; what is filed is withdrawn."""
    life = in_law(approve=False)
    letter_arrives(life)
    life.live(timedelta(days=20))
    assert steps(life) == ["file"]
    life.pay(str(life.case.money(life.today).arrears))
    life.live(timedelta(hours=1))
    assert life.case.cured_at
    assert steps(life) == ["file", "withdraw"]


def test_a_settlement_in_court_is_kept_and_ends_it() -> None:
    """Negotiation opens there too; while it is kept no step is taken."""
    life = filed()
    told(life, "accepted")
    owed = life.case.money(life.today).outstanding
    offer = SettlementOffer(amount=owed - Decimal("1000.00"), pay_by=life.today + timedelta(days=20))
    made = life.command(OfferPlan(by="anna", terms=offer))
    assert isinstance(made, OfferMade)
    accept = AcceptPlan(
        by="anna", offer=made.offer, terms_hash=made.terms_hash, channel="court", identity_verified=True
    )
    assert isinstance(life.command(accept), AgreementMade)
    life.live(timedelta(days=10))
    assert life.case.stage == "negotiation"
    assert steps(life) == ["file"]
    life.pay(str(owed - Decimal("1000.00")))
    end = life.live(timedelta(days=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    assert steps(life) == ["file", "withdraw"]


def test_a_settlement_that_is_broken_in_court_lets_the_suit_go_on() -> None:
    """Back with a reason."""
    life = filed()
    told(life, "accepted")
    owed = life.case.money(life.today).outstanding
    offer = SettlementOffer(amount=owed - Decimal("1000.00"), pay_by=life.today + timedelta(days=5))
    made = life.command(OfferPlan(by="anna", terms=offer))
    assert isinstance(made, OfferMade)
    life.command(AcceptPlan(by="anna", offer=made.offer, terms_hash=made.terms_hash, identity_verified=True))
    life.live(timedelta(days=30))
    assert life.case.stage == "litigation"
    assert life.case.broken("settlement") == 1


def test_a_case_at_court_is_not_closed_over_it_but_may_be_sold() -> None:
    """Whoever buys the debt goes on with the suit."""
    life = filed()
    refused = life.judge(CloseByBank(by="ops", reason="written_down"))
    assert isinstance(refused, CommandRefused)
    assert refused.rule == "close.at_court"
    life.command(CloseByBank(by="ops", reason="portfolio", outcome="sold"))
    assert life.case.outcome == "sold"


def test_a_court_that_does_not_answer_is_asked_again_under_the_same_key() -> None:
    """Nothing is filed twice."""
    life = in_law()
    letter_arrives(life)
    keys = []
    for _ in range(400):
        step = life.step()
        if isinstance(step, Wait):
            assert step.until is not None
            life.now = step.until
        elif isinstance(step, Act) and isinstance(step.action, TakeCourtStep):
            keys.append(step.action.key)
            life.tell(OutsideFailed(system="court", code="timeout"))
            if len(keys) == 3:
                break
        else:
            life.do(step)
    assert len(set(keys)) == 1
    assert len(keys) == 3


# --- limitation ------------------------------------------------------------------------------------------------------


def ends(life: Life) -> date | None:
    """The last day of the limitation period."""
    return limitation_ends(Situation.of(life.case, life.strategy, rules()[1], life.now))


def test_limitation_runs_three_years_from_the_last_instalment() -> None:
    """Civil Code of China, art. 188 and 189."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(hours=1))
    assert ends(life) == date(2029, 5, 10)


def test_limitation_runs_anew_from_what_interrupts_it() -> None:
    """Art. 195: a payment acknowledges the debt, a demand that arrived asks for it, a suit asserts it."""
    life = filed()
    since = life.case.interrupted
    assert since is not None
    assert since.by == "suit_filed"
    life.now += timedelta(days=400)
    paid = PaymentPosted(reference="X", amount=Decimal("10.00"), currency="CNY", value_date=life.today)
    life.tell(paid)
    assert life.case.interrupted is not None
    assert life.case.interrupted.by == "payment"
    assert ends(life) == date(life.now.year + 3, life.now.month, life.now.day)


def test_no_suit_is_brought_by_itself_after_the_limitation_period() -> None:
    """A person decides whether and how (the debtor may have a defence, art. 192)."""
    life = refusing()
    life.case = life.case.model_copy(update={"interrupted": None})
    life.now += timedelta(days=365 * 5)
    life.live(timedelta(days=2))
    assert life.case.handed
    assert life.case.handed.rule == "court.limitation"
