"""Promises, plans and settlements: taken within limits, approved above them, kept or broken by the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.artefacts import digest
from domain.calendar import day_start
from schemas.contact import ContactResult
from schemas.facts import (
    AgreementBroken,
    AgreementMade,
    ApprovalDecided,
    ApprovalRequested,
    CommandRefused,
    ContactRecorded,
    ContactResultPosted,
    HoldOpened,
    InboundContact,
    OfferMade,
)
from schemas.messages import AcceptPlan, AcceptPromise, DecideApproval, OfferPlan, RecordContact
from schemas.steps import Act, Done, MakeContact, Wait
from schemas.terms import Part, PlanOffer, SettlementOffer
from tests.domain.casework import Life, instalments, whole_strategy


def begun(days: float = 10, **changes: Any) -> Life:
    """A case of three instalments of 1,050.00, so many days on: contacted, and not paid."""
    life = Life(strategy=whole_strategy(), **changes)
    life.live(timedelta(days=days))
    life.seen.clear()
    return life


def made(life: Life) -> list[MakeContact]:
    """The contacts that went out since."""
    return [s.action for s in life.seen if isinstance(s, Act) and isinstance(s.action, MakeContact)]


def promise(life: Life, days: int = 3, amount: str = "1050.00", **more: Any) -> AcceptPromise:
    """A promise of so much in so many days."""
    fields = {"by": "anna", "amount": Decimal(amount), "pay_by": life.today + timedelta(days=days)}
    return AcceptPromise.model_validate({**fields, "identity_verified": True, **more})


def refused(fact: object) -> str:
    """The rule of a refusal."""
    assert isinstance(fact, CommandRefused), fact
    assert fact.why
    return fact.rule


# --- promises ----------------------------------------------------------------------------------------------------


def test_while_a_promise_is_kept_nobody_is_dunned() -> None:
    """The stage is negotiation, the next thing is its day, and paying it cures."""
    life = begun()
    assert isinstance(life.command(promise(life)), AgreementMade)
    step = life.live(timedelta(days=3))
    assert isinstance(step, Wait)
    assert step.why.rule == "agreement.running"
    assert life.case.stage == "negotiation"
    assert not made(life)
    life.pay("1050.00")
    life.live(timedelta(hours=1))
    assert [past.ended for past in life.case.past_agreements] == ["kept"]
    assert life.case.cured_at


def test_a_broken_promise_is_judged_on_a_fresh_account_and_a_collector_calls() -> None:
    """The account is read after the promise's day, not before; then the next legal slot, by the same desk."""
    life = begun()
    life.command(promise(life))
    life.live(timedelta(days=6))
    kinds = [s.action.kind if isinstance(s, Act) else s.why.rule for s in life.seen]
    assert kinds.index("read_account") < kinds.index("agreement.broken")
    broken = next(f.body for f in life.facts if isinstance(f.body, AgreementBroken))
    assert (broken.paid, broken.due) == (Decimal(0), Decimal("1050.00"))
    assert made(life)[0].proposal.template == "negotiation_call"


@pytest.mark.parametrize(("days", "limit"), [(3, None), (4, "limit.promise.days")])
def test_in_the_first_bucket_a_promise_is_for_three_days(days: int, limit: str | None) -> None:
    """Longer needs an approval."""
    life = begun()
    fact = life.command(promise(life, days))
    assert (fact.limit if isinstance(fact, ApprovalRequested) else None) == limit


def test_later_a_promise_may_be_for_seven_days() -> None:
    """From the second bucket on."""
    life = begun(40)
    assert isinstance(life.command(promise(life, 7)), AgreementMade)


def test_after_two_broken_promises_the_third_needs_an_approval() -> None:
    """Not the collector's own."""
    life = begun()
    for _ in range(2):
        life.command(promise(life, 1))
        life.live(timedelta(days=4))
    asked = life.command(promise(life, 1))
    assert isinstance(asked, ApprovalRequested)
    assert asked.limit == "limit.promise.broken"
    step = life.live(timedelta(hours=1))
    assert isinstance(step, Wait)
    assert step.ask
    assert (step.ask.kind, step.ask.about) == ("approval", asked.approval)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"days": -1}, "promise.past"),
        ({"amount": "99999.00"}, "promise.more_than_owed"),
        ({"amount": "10.005"}, "terms.minor_unit"),
        ({"identity_verified": False}, "agree.identity"),
    ],
)
def test_what_cannot_be_promised_is_refused_and_says_why(changes: dict[str, Any], rule: str) -> None:
    """Nothing half-taken."""
    life = begun()
    assert refused(life.command(promise(life, **changes))) == rule


def test_a_promise_heard_in_a_conversation_is_taken_up() -> None:
    """`record_contact` with amount and day; the borrower is assessed anew, and left alone."""
    life = begun()
    part = Part(amount=Decimal("1050.00"), due_on=life.today + timedelta(days=2))
    life.command(RecordContact(by="anna", result="promised", identity_verified=True, promise=part))
    life.live(timedelta(hours=1))
    assert life.case.agreement
    assert life.case.agreement.terms.parts == (part,)
    assert life.case.assessed
    assert not life.case.assessed.provisional


def test_a_promise_without_figures_means_all_that_is_overdue_soon() -> None:
    """What a robot hears: the arrears, within the days of a promise."""
    life = begun(16)
    life.tell(ContactResultPosted(attempt=life.case.contacts[-1].attempt, result="promised"))
    life.live(timedelta(minutes=1))
    assert life.case.agreement
    (part,) = life.case.agreement.terms.parts
    assert (part.amount, part.due_on) == (Decimal("1050.00"), life.today + timedelta(days=3))


# --- approvals ---------------------------------------------------------------------------------------------------


def test_who_asked_does_not_approve() -> None:
    """Maker is not checker."""
    life = begun()
    asked = life.command(promise(life, 20))
    assert isinstance(asked, ApprovalRequested)
    own = DecideApproval(by="anna", approval=asked.approval, approve=True, reason="fine")
    assert refused(life.command(own)) == "approval.same_person"
    assert isinstance(life.command(own.model_copy(update={"by": "boss"})), ApprovalDecided)
    life.live(timedelta(minutes=1))
    assert life.case.agreement
    assert life.case.agreement.agreement == asked.approval


def test_an_approval_that_is_not_given_changes_nothing() -> None:
    """Refused, or not decided in time: the case goes on without."""
    for decide in (True, False):
        life = begun()
        asked = life.command(promise(life, 20))
        assert isinstance(asked, ApprovalRequested)
        if decide:
            life.command(DecideApproval(by="boss", approval=asked.approval, approve=False, reason="too_long"))
        life.live(timedelta(days=3))
        assert life.case.agreement is None
        assert not life.case.approvals
        late = DecideApproval(by="boss", approval=asked.approval, approve=True, reason="fine")
        assert refused(life.command(late)) == "approval.unknown"


# --- plans and settlements -----------------------------------------------------------------------------------------


def plan(life: Life, parts: int = 3, covers: str = "balance") -> OfferPlan:
    """Equal monthly parts of what is owed."""
    money = life.case.money(life.today)
    owed = money.outstanding if covers == "balance" else money.arrears
    share = (owed / parts).quantize(Decimal("0.01"))
    amounts = [*[share] * (parts - 1), owed - share * (parts - 1)]
    made_up = tuple(Part(amount=a, due_on=life.today + timedelta(days=30 * (n + 1))) for n, a in enumerate(amounts))
    return OfferPlan(by="anna", terms=PlanOffer.model_validate({"covers": covers, "parts": made_up}))


def test_a_plan_is_offered_accepted_by_its_hash_and_paid_off() -> None:
    """Three parts of the whole balance; nothing is demanded meanwhile."""
    life = begun()
    offered = life.command(plan(life))
    assert isinstance(offered, OfferMade)
    assert offered.terms_hash == digest(offered.terms)
    step = life.live(timedelta(hours=1))
    assert isinstance(step, Wait)
    assert (step.why.rule, step.until) == ("offer.open", offered.expires_at)
    wrong = AcceptPlan(by="anna", offer=offered.offer, terms_hash="0" * 64, identity_verified=True)
    assert refused(life.command(wrong)) == "accept.terms_differ"
    assert isinstance(life.command(wrong.model_copy(update={"terms_hash": offered.terms_hash})), AgreementMade)
    life.seen.clear()
    for number, part in enumerate(offered.terms.parts):
        life.live(timedelta(days=29))
        life.pay(str(part.amount), f"part-{number}")
        life.live(timedelta(days=1))
    assert not made(life)
    assert life.case.outcome == "paid_off"


@pytest.mark.parametrize("covers", ["arrears", "balance"])
def test_what_is_owed_otherwise_by_now_needs_another_offer(covers: str) -> None:
    """Money came between the offer and the acceptance: the parts would ask for more than is owed."""
    life = begun()
    offered = life.command(plan(life, covers=covers))
    assert isinstance(offered, OfferMade)
    life.pay("100.00")
    accepted = AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True)
    assert refused(life.command(accepted)) == "accept.owed_otherwise"
    life.live(timedelta(hours=1))
    again = life.command(plan(life, covers=covers))
    assert isinstance(again, OfferMade)
    accepted = accepted.model_copy(update={"offer": again.offer, "terms_hash": again.terms_hash})
    assert isinstance(life.command(accepted), AgreementMade)


def test_a_plan_over_the_balance_is_not_cut_short_by_a_cure() -> None:
    """Its first part pays the arrears; the plan goes on, and nobody waits for the old instalments."""
    life = begun()
    offered = life.command(plan(life, 2))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    life.live(timedelta(days=5))
    life.pay(str(offered.terms.parts[0].amount))
    step = life.live(timedelta(days=10))
    assert isinstance(step, Wait)
    assert step.why.rule == "agreement.running"
    assert life.case.cured_at is None
    assert life.case.money(life.today).arrears == 0


def test_a_plan_over_the_arrears_goes_on_beside_an_instalment_paid_on_its_day() -> None:
    """The older debt takes that payment, and nothing is overdue until midnight: no cure, or the next day would dun them."""
    life = begun()
    parts = (
        Part(amount=Decimal("525.00"), due_on=date(2026, 4, 1)),
        Part(amount=Decimal("525.00"), due_on=date(2026, 5, 1)),
    )
    offered = life.command(OfferPlan(by="anna", terms=PlanOffer(covers="arrears", parts=parts)))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    life.seen.clear()
    for day, amount in ((date(2026, 4, 1), "525.00"), (date(2026, 4, 10), "1050.00"), (date(2026, 5, 1), "525.00")):
        life.live(day_start(day, "Asia/Shanghai") + timedelta(hours=12))
        assert life.case.cured_at is None
        life.pay(amount, f"P-{day}", on=day)
    life.live(timedelta(hours=1))
    assert not made(life)
    assert [past.ended for past in life.case.past_agreements] == ["kept"]
    assert life.case.cured_at


def test_after_a_broken_plan_the_next_needs_an_approval() -> None:
    """Not the collector's own."""
    life = begun()
    offered = life.command(plan(life))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    life.live(timedelta(days=40))
    assert [past.ended for past in life.case.past_agreements] == ["broken"]
    asked = life.command(plan(life))
    assert isinstance(asked, ApprovalRequested)
    assert asked.limit == "limit.plan.broken"


def test_a_borrower_who_asked_is_called_as_a_reply() -> None:
    """No cap on demands stands in its way, and no hold on their account."""
    life = begun()
    life.tell(InboundContact(inbound="in-1", channel="link", intent="wants_plan"))
    life.tell(HoldOpened(hold="h", hold_kind="hardship", reason="illness"))
    life.live(timedelta(hours=1))
    assert [(c.proposal.template, c.proposal.purpose) for c in made(life)] == [("negotiation_call", "reply")]


def test_a_plan_must_cover_what_it_says() -> None:
    """To the cent."""
    life = begun()
    short = OfferPlan(by="anna", terms=PlanOffer(parts=(Part(amount=Decimal("1.00"), due_on=life.today),)))
    assert refused(life.command(short)) == "plan.sum"


def test_an_offer_that_nobody_accepts_lapses() -> None:
    """And the case goes on with calls, then with its ladder."""
    life = begun()
    life.command(plan(life))
    life.live(timedelta(days=30))
    assert life.case.offer is None
    assert [c.proposal.channel for c in made(life)][:2] == ["human_call", "human_call"]
    assert life.case.stage == "contact"


def test_a_plan_above_the_limits_is_offered_once_approved() -> None:
    """Fifteen parts."""
    life = begun()
    asked = life.command(plan(life, 15))
    assert isinstance(asked, ApprovalRequested)
    assert asked.limit == "limit.plan.parts"
    life.command(DecideApproval(by="boss", approval=asked.approval, approve=True, reason="fine"))
    life.live(timedelta(minutes=1))
    assert life.case.offer
    assert life.case.offer.offer == asked.approval


def settle(life: Life, percent: int) -> OfferPlan:
    """A settlement that waives so many percent of the balance."""
    owed = life.case.money(life.today).outstanding
    amount = (owed * (100 - percent) / 100).quantize(Decimal("0.01"))
    return OfferPlan(by="anna", terms=SettlementOffer(amount=amount, pay_by=life.today + timedelta(days=20)))


def test_a_settlement_that_is_paid_waives_the_rest_and_ends_the_debt() -> None:
    """First the money, then the waiver; core banking books it (先还后减)."""
    life = begun(100)
    offered = life.command(settle(life, 10))
    assert isinstance(offered, OfferMade)
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    life.live(timedelta(days=5))
    assert not any(isinstance(s, Act) and s.action.kind == "book_waiver" for s in life.seen)
    life.pay(str(offered.terms.total))
    end = life.live(timedelta(days=1))
    assert isinstance(end, Done)
    assert end.outcome == "settled"
    money = life.case.money(life.today)
    assert (money.outstanding, money.waived) == (Decimal(0), Decimal("315.00"))


@pytest.mark.parametrize(
    ("days", "percent", "limit"),
    [(100, 10, None), (100, 11, "limit.settlement.waived"), (60, 10, "limit.settlement.from_dpd")],
)
def test_a_settlement_above_the_limits_needs_an_approval(days: int, percent: int, limit: str | None) -> None:
    """Too much waived, or too early."""
    life = begun(days)
    fact = life.command(settle(life, percent))
    assert (fact.limit if isinstance(fact, ApprovalRequested) else None) == limit


def test_the_full_amount_is_no_settlement() -> None:
    """It waives nothing."""
    life = begun(100)
    assert refused(life.command(settle(life, 0))) == "settlement.nothing_waived"


# --- what opens it, what it leaves ---------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["needs_time", "right_party"])
def test_a_wish_opens_negotiation(result: ContactResult) -> None:
    """Whoever asks for time or a plan is called by somebody who may agree to one."""
    life = begun()
    wish = "plan" if result == "right_party" else None
    life.tell(ContactRecorded(collector="anna", result=result, identity_verified=True, wish=wish))
    life.live(timedelta(hours=1))
    assert life.case.stage == "negotiation"
    assert [c.proposal.template for c in made(life)] == ["negotiation_call"]


def test_after_the_last_talk_the_offer_is_waited_for() -> None:
    """The collector who heard what the borrower would agree to has a day to put it down; then the case moves on."""
    life = begun()
    for _ in range(3):
        talk = ContactRecorded(
            attempt=life.case.task.attempt if life.case.task else None,
            collector="anna",
            result="right_party",
            identity_verified=True,
            wish="plan",
        )
        life.tell(talk)
        life.live(timedelta(days=4) if life.case.negotiation_calls < 2 else timedelta(minutes=1))
    step = life.step()
    assert isinstance(step, Wait)
    assert step.ask
    assert (step.why.rule, step.ask.kind) == ("negotiation.offer", "offer")
    assert step.until == life.now - timedelta(minutes=1) + timedelta(days=1)
    life.live(timedelta(days=1))
    assert life.case.stage == "contact"


def test_a_borrower_who_gets_in_touch_is_heard() -> None:
    """A link that was opened, a reply: the same as a wish in a call."""
    life = begun()
    life.tell(InboundContact(inbound="in-1", channel="link", intent="wants_plan"))
    life.live(timedelta(hours=1))
    assert life.case.stage == "negotiation"


def test_says_paid_reads_the_account_before_anything_else() -> None:
    """Perhaps they have."""
    life = begun()
    life.tell(InboundContact(inbound="in-1", channel="inbound_call", intent="says_paid"))
    step = life.step()
    assert isinstance(step, Act)
    assert step.action.kind == "read_account"


def test_time_that_was_given_is_kept_before_anybody_calls() -> None:
    """quiet_until goes before the collector's call."""
    life = begun()
    until = life.now + timedelta(days=9)
    life.tell(ContactRecorded(collector="anna", result="needs_time", identity_verified=True, quiet_until=until))
    life.live(timedelta(days=8))
    assert not made(life)
    life.live(timedelta(days=2))
    assert made(life)[0].proposal.template == "negotiation_call"


def test_a_hostile_talk_goes_on_with_another_collector() -> None:
    """The first is not given the next call; after two the ladder is left."""
    life = begun(40)
    life.tell(ContactRecorded(collector="anna", result="hostile", identity_verified=True))
    life.live(timedelta(days=25))
    calls = [c.proposal for c in made(life) if c.proposal.channel == "human_call"]
    assert calls
    assert all(call.exclude == ("anna",) for call in calls)
    life.tell(ContactRecorded(collector="ben", result="hostile", identity_verified=True))
    life.live(timedelta(days=15))
    assert life.case.stage != "contact"


def test_distress_stops_demands_until_a_person_has_looked() -> None:
    """No call, no visit; a supervisor is asked."""
    life = begun(40)
    life.tell(ContactRecorded(collector="anna", result="distressed", identity_verified=True))
    step = life.live(timedelta(days=20))
    assert isinstance(step, Wait)
    assert step.ask
    assert step.ask.kind == "hardship"
    assert not made(life)


def test_a_new_instalment_during_negotiation_is_counted() -> None:
    """The figures of an offer are those of its day."""
    life = begun(10)
    life.schedule = instalments()
    offered = life.command(plan(life, covers="arrears"))
    assert isinstance(offered, OfferMade)
    assert offered.terms.total == Decimal("1050.00")
    assert life.today < date(2026, 4, 10)
