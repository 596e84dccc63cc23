"""What was agreed is remembered to the borrower before it is due; kept in part, missed and made good, or broken."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.calendar import bank_date
from schemas.authority import Reminder
from schemas.facts import AgreementBroken, AgreementMade, ApprovalRequested, ChannelOptedOut, HoldOpened, OfferMade
from schemas.messages import AcceptPlan, AcceptPromise, OfferPlan
from schemas.steps import Wait
from schemas.terms import Part, PlanOffer, PlanTerms, PromiseTerms
from tests.domain.casework import Life, whole_strategy
from tests.domain.test_negotiation import made, refused

REMINDER = Reminder(template="promise_reminder_sms", days_before=1, missed_template="part_missed_sms")


def begun(days: float = 10, product: str = "consumer_loan", **plan: Any) -> Life:
    """A case under a strategy that reminds, so many days on; `plan`: limits of plans."""
    policy = whole_strategy()
    assert policy.negotiation
    limits = policy.negotiation.plan.model_copy(update=plan)
    update = {"reminder": REMINDER, "plan": limits, "approval_reminder_hours": 12}
    talks = policy.negotiation.model_copy(update=update)
    life = Life(strategy=policy.model_copy(update={"negotiation": talks}), product=product)
    life.live(timedelta(days=days))
    life.seen.clear()
    return life


def promised(life: Life, *then: tuple[str, int], days: int = 3, amount: str = "1050.00") -> None:
    """A promise, and its further parts."""
    parts = tuple(Part(amount=Decimal(a), due_on=life.today + timedelta(days=d)) for a, d in then)
    fact = life.command(
        AcceptPromise(
            by="anna",
            amount=Decimal(amount),
            pay_by=life.today + timedelta(days=days),
            then=parts,
            identity_verified=True,
        )
    )
    assert isinstance(fact, AgreementMade), fact


def reminders(life: Life) -> list[tuple[str, str, date]]:
    """The messages that went out: template, purpose, day."""
    sent = [c for c in life.case.contacts if c.proposal.template in ("promise_reminder_sms", "part_missed_sms")]
    return [(c.proposal.template, c.proposal.purpose, bank_date(c.at, "Asia/Shanghai")) for c in sent]


def test_the_day_before_a_promise_is_due_one_message_goes_out() -> None:
    """A reply to what the borrower agreed to, no demand; nothing else until it is judged."""
    life = begun()
    due = life.today + timedelta(days=3)
    promised(life)
    life.live(timedelta(days=3))
    assert reminders(life) == [("promise_reminder_sms", "reply", due - timedelta(days=1))]
    assert len(made(life)) == 1


def test_whoever_has_paid_is_not_reminded() -> None:
    """Nor is somebody who shut the channel, or whom a hold protects from demands."""
    life = begun()
    promised(life)
    life.pay("1050.00")
    life.live(timedelta(days=3))
    assert reminders(life) == []
    for fact in (ChannelOptedOut(channel="sms"), HoldOpened(hold="h", hold_kind="complaint", reason="tone")):
        life = begun()
        promised(life)
        life.tell(fact)
        life.live(timedelta(days=3))
        assert reminders(life) == []


def test_without_a_reminder_in_the_strategy_nobody_is_reminded() -> None:
    """Limits alone, and no message."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=10))
    promised(life)
    life.live(timedelta(days=3))
    assert reminders(life) == []


def test_a_promise_in_two_parts_is_reminded_of_twice_and_its_last_day_counts() -> None:
    """The second part may not lie further off than a promise may."""
    life = begun(40)
    today = life.today
    promised(life, ("500.00", 6), days=3, amount="600.00")
    life.live(timedelta(days=3))
    life.pay("600.00")
    life.live(timedelta(days=3))
    assert [day for _, _, day in reminders(life)] == [today + timedelta(days=2), today + timedelta(days=5)]
    life.pay("500.00", "P2")
    life.live(timedelta(days=1))
    assert [past.ended for past in life.case.past_agreements] == ["kept"]
    late = AcceptPromise(
        by="anna",
        amount=Decimal("1.00"),
        pay_by=life.today,
        then=(Part(amount=Decimal("1.00"), due_on=life.today + timedelta(days=8)),),
        identity_verified=True,
    )
    asked = life.judge(late)
    assert isinstance(asked, ApprovalRequested)
    assert asked.limit == "limit.promise.days"


@pytest.mark.parametrize(
    ("paid", "ended", "rule"), [("400.00", "partly", "agreement.partly_kept"), ("", "broken", "agreement.broken")]
)
def test_a_promise_of_which_something_was_paid_is_kept_in_part(paid: str, ended: str, rule: str) -> None:
    """It counts as one that was not kept all the same, and whoever took it calls again."""
    life = begun()
    promised(life)
    if paid:
        life.pay(paid)
    life.live(timedelta(days=6))
    assert [past.ended for past in life.case.past_agreements] == [ended]
    assert life.case.broken("promise") == 1
    broken = next(f.body for f in life.facts if isinstance(f.body, AgreementBroken))
    assert (broken.rule, broken.paid) == (rule, Decimal(paid or 0))
    calls = [c.proposal for c in made(life) if c.proposal.channel == "human_call"]
    assert [call.prefer for call in calls] == ["anna"]


# --- over several loans ----------------------------------------------------------------------------------------------


def over_two(life: Life, **changes: Any) -> AcceptPromise:
    """A promise of 600.00 on this loan and 400.00 on another."""
    shares = ({"loan_id": "L1", "amount": "600.00"}, {"loan_id": "L2", "amount": "400.00"})
    fields = {"by": "anna", "amount": "600.00", "pay_by": life.today + timedelta(days=2), "identity_verified": True}
    return AcceptPromise.model_validate({**fields, "common": "PR-1", "allocation": shares, **changes})


def test_a_promise_over_several_loans_is_one_on_each_under_a_common_id() -> None:
    """Civil Code, art. 560: the debtor says what is for which; each loan's own money judges its part."""
    lives = [begun(), Life("L2", strategy=whole_strategy())]
    lives[1].live(timedelta(days=10))
    for life, amount in zip(lives, ("600.00", "400.00"), strict=True):
        assert isinstance(life.command(over_two(life, amount=amount)), AgreementMade)
        assert life.case.agreement
        terms = life.case.agreement.terms
        assert isinstance(terms, PromiseTerms)
        assert terms.common == "PR-1"
        assert [(share.loan_id, share.amount) for share in terms.allocation] == [
            ("L1", Decimal("600.00")),
            ("L2", Decimal("400.00")),
        ]
    lives[0].pay("600.00")
    for life in lives:
        life.live(timedelta(days=6))
    assert [[past.ended for past in life.case.past_agreements] for life in lives] == [["kept"], ["broken"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "500.00"},
        {"common": None},
        {"allocation": ({"loan_id": "L1", "amount": "600.00"},)},
        {"allocation": ({"loan_id": "L2", "amount": "600.00"}, {"loan_id": "L3", "amount": "1.00"})},
    ],
)
def test_an_allocation_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    """Another amount, no id, one loan alone, or this one not among them."""
    life = begun()
    assert refused(life.command(over_two(life, **changes))) == "promise.allocation"


# --- plans ---------------------------------------------------------------------------------------------------------


def planned(life: Life, parts: int = 3) -> PlanTerms:
    """Equal monthly parts of the whole balance, accepted."""
    owed = life.case.money(life.today).outstanding
    each = tuple(Part(amount=owed / parts, due_on=life.today + timedelta(days=30 * n)) for n in range(1, parts + 1))
    offered = life.command(OfferPlan(by="anna", terms=PlanOffer(parts=each)))
    assert isinstance(offered, OfferMade), offered
    life.command(AcceptPlan(by="anna", offer=offered.offer, terms_hash=offered.terms_hash, identity_verified=True))
    assert isinstance(offered.terms, PlanTerms)
    return offered.terms


def test_a_reminder_of_a_later_part_tells_what_is_still_to_come() -> None:
    """Not what all parts until then come to, of which the first is paid."""
    life = begun()
    terms = planned(life)
    life.live(timedelta(days=1))
    life.pay(str(terms.parts[0].amount))
    life.live(timedelta(days=35))
    amount, due = terms.parts[1].amount, terms.parts[1].due_on
    assert life.step().why.text == f"{amount:,} of what was agreed is to come by {due}: a reminder before it"


def test_a_missed_part_can_be_made_good_in_its_cure_period() -> None:
    """One message says so; the plan stands, and goes on with the next part."""
    life = begun(cure_days=5)
    terms = planned(life)
    life.live(timedelta(days=36))  # due on day 30, three days of tolerance
    step = life.step()
    assert isinstance(step, Wait)
    assert step.why.rule == "agreement.running"
    assert [template for template, _, _ in reminders(life)] == ["promise_reminder_sms", "part_missed_sms"]
    life.pay(str(terms.parts[0].amount))
    life.live(timedelta(days=10))
    assert life.case.agreement
    assert not life.case.past_agreements


def test_a_part_that_is_not_made_good_breaks_the_plan_which_revives_what_it_says() -> None:
    """Here: the whole balance may be called due, without another decision before a suit."""
    life = begun(cure_days=5, revives="whole_balance")
    planned(life)
    life.live(timedelta(days=38))
    assert life.case.agreement
    life.live(timedelta(days=3))
    broken = next(f.body for f in life.facts if isinstance(f.body, AgreementBroken))
    assert broken.revives == "whole_balance"
    assert life.case.accelerate is True
    plain = begun()
    planned(plain)
    plain.live(timedelta(days=41))
    assert [past.ended for past in plain.case.past_agreements] == ["broken"]
    assert plain.case.accelerate is None


@pytest.mark.parametrize(
    ("product", "parts", "nature"),
    [("credit_card", 3, "instalments"), ("consumer_loan", 1, "restructuring"), ("consumer_loan", 3, "extension")],
)
def test_a_plan_says_what_it_does_to_the_contract(product: str, parts: int, nature: str) -> None:
    """Beyond the last instalment's day it is an extension (展期); of a card, instalments by agreement (个性化分期)."""
    assert planned(begun(product=product), parts).nature == nature


def test_no_card_plan_has_more_than_sixty_parts() -> None:
    """Measures for credit card business, art. 70: five years at most; nobody may approve more."""
    life = begun(product="credit_card", never_over_parts=60)
    owed = life.case.money(life.today).outstanding
    each = [Part(amount=Decimal("1.00"), due_on=life.today + timedelta(days=28 * n)) for n in range(1, 62)]
    parts = (*each[:-1], each[-1].model_copy(update={"amount": owed - 60}))
    assert refused(life.command(OfferPlan(by="anna", terms=PlanOffer(parts=parts)))) == "plan.too_long"


def test_whoever_is_to_approve_is_reminded_before_the_time_is_over() -> None:
    """Twelve hours before."""
    life = begun()
    asked = life.command(
        AcceptPromise(by="anna", amount=Decimal("1.00"), pay_by=life.today + timedelta(days=20), identity_verified=True)
    )
    assert isinstance(asked, ApprovalRequested)
    first = life.live(timedelta(hours=1))
    assert isinstance(first, Wait)
    assert first.ask
    assert not first.ask.reminder
    again = life.live(asked.deadline - timedelta(hours=11))
    assert isinstance(again, Wait)
    assert again.ask
    assert again.ask.reminder
    assert (again.why.rule, again.until) == ("approval.reminder", asked.deadline)
