"""Steps at court: each is asked for once with what belongs to it, and what was done once is not done again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.court import Court
from activities.http import Ambiguous, GatewayError, NotTaken, Refused
from ledger.switches import flip
from schemas.court import CourtStep, Piece
from schemas.facts import CourtStepTaken, PaymentPosted
from schemas.gateways import CourtReceipt, CourtRequest
from schemas.ledger import RecordedFact
from schemas.orders import CourtOrder
from simulation.model import Fault, FaultMode
from tests.activities.acting import Acting
from tests.ledger.support import NOON, Desk, payment

PAPERS: tuple[Piece, ...] = ("identity", "contract", "statements", "service_address")
CLAIM = Decimal("1050.00")
TODAY, DAY = date(2027, 3, 1), timedelta(days=1)
WAYS: dict[CourtStep, str] = {
    "file": "/court/filings",
    "apply_for_enforcement": "/court/enforcements",
    "check_property": "/court/property-checks",
    "withdraw": "/court/withdrawals",
}


@pytest.fixture
def court(acting: Acting) -> Court:
    """The activity."""
    return Court(acting.pool, acting.gateway)


@pytest.fixture
async def desk(acting: Acting) -> Desk:
    """The case of a loan whose papers are all there."""
    return await acting.case()


def step(acting: Acting, desk: Desk, what: CourtStep = "file", number: int = 1, **fields: Any) -> CourtOrder:
    """What the workflow would order: papers with a suit, a claim with all but a withdrawal, a number once there is one."""
    said = {
        "key": f"{desk.loan_id}:e1:c{number}",
        "as_of": NOON,
        "step": what,
        "on": TODAY,
        "currency": "CNY",
        "claim": None if what == "withdraw" else CLAIM,
        "pieces": PAPERS if what == "file" else (),
        "reference": None if what == "file" else "suit-77",
    }
    return acting.order(CourtOrder, desk, **said | fields)


def told(fact: RecordedFact) -> CourtStepTaken:
    """The fact's body."""
    assert isinstance(fact.body, CourtStepTaken)
    return fact.body


@pytest.mark.parametrize("what", WAYS)
async def test_a_step_is_taken_with_all_that_belongs_to_it(
    acting: Acting, court: Court, desk: Desk, what: CourtStep
) -> None:
    """Its own place at the court's side; claim, currency, number and papers as ordered; one fact with the receipt's words."""
    order = step(acting, desk, what)
    answer = await acting.run(court.take_step, order)
    (asked,) = acting.asked
    assert (asked.method, asked.path, asked.key) == ("POST", WAYS[what], order.key)
    assert CourtRequest.model_validate_json(asked.body) == CourtRequest(
        loan_id=desk.loan_id,
        borrower_id=desk.borrower_id,
        reference=order.reference,
        claim=order.claim,
        currency="CNY",
        pieces=order.pieces,
        as_of=NOON,
    )
    receipt = await acting.gateway.get(f"{WAYS[what]}/{order.key}", CourtReceipt)
    (fact,) = await acting.recorded(desk)
    assert answer.facts == (fact,)
    assert (fact.fact_id, fact.source) == (order.key, "court")
    assert told(fact) == CourtStepTaken(step=what, reference=receipt.reference, on=TODAY, claim=order.claim)


@pytest.mark.parametrize("what", WAYS)
async def test_the_same_order_again_is_the_same_step(acting: Acting, court: Court, desk: Desk, what: CourtStep) -> None:
    """One fact, and what is to come of it comes once."""
    order = step(acting, desk, what)
    first = await acting.run(court.take_step, order)
    coming = await acting.acts(desk)
    again = await acting.run(court.take_step, order, at=NOON + DAY)
    assert again.facts == first.facts
    assert len(await acting.recorded(desk)) == 1
    assert await acting.acts(desk) == coming


async def test_the_court_hears_of_the_claim_and_looks_for_the_papers(acting: Acting, court: Court, desk: Desk) -> None:
    """What is awarded is what was claimed; a suit for want of a paper that it names comes back."""
    await acting.run(court.take_step, step(acting, desk))
    reports = [act.payload for act in await acting.acts(desk, "court_reported")]
    assert [(one["milestone"], one["amount"]) for one in reports] == [("accepted", None), ("judgment", "1050.00")]
    poor = await acting.case(missing=("contract",))
    await acting.run(court.take_step, step(acting, poor))
    (back,) = [act.payload for act in await acting.acts(poor, "court_reported")]
    assert (back["milestone"], back["code"]) == ("returned", "contract")


async def test_after_a_withdrawal_nothing_is_to_come(acting: Acting, court: Court, desk: Desk) -> None:
    """The suit that was filed under another key is gone."""
    await acting.run(court.take_step, step(acting, desk))
    number = told((await acting.recorded(desk))[0]).reference
    assert await acting.acts(desk, "court_reported") != []
    await acting.run(court.take_step, step(acting, desk, "withdraw", 2, reference=number))
    assert await acting.acts(desk, "court_reported") == []
    assert [told(fact).step for fact in await acting.recorded(desk)] == ["file", "withdraw"]


async def test_after_a_lost_answer_the_retry_files_nothing_twice(acting: Acting, court: Court, desk: Desk) -> None:
    """Nothing is written before the court's side has answered."""
    await acting.bank.fault(Fault(system="court", mode="lose_answer", times=1))
    order = step(acting, desk)
    with pytest.raises(Ambiguous, match="connection_lost"):
        await acting.run(court.take_step, order)
    assert await acting.recorded(desk) == []
    coming = await acting.acts(desk)
    assert coming != []
    await acting.run(court.take_step, order)
    (fact,) = await acting.recorded(desk)
    assert told(fact).on == TODAY
    assert await acting.acts(desk) == coming


async def lost_and_ordered_again(acting: Acting, court: Court, desk: Desk, what: CourtStep) -> RecordedFact:
    """The answer is lost and money comes; two days later the case orders the same step anew, for what is owed then."""
    await acting.bank.fault(Fault(system="court", mode="lose_answer", times=1))
    first = step(acting, desk, what)
    with pytest.raises(Ambiguous):
        await acting.run(court.take_step, first)
    await desk.tell(payment("p1", "50.00"))
    claim = None if what == "withdraw" else Decimal("1000.00")
    again = step(acting, desk, what, as_of=NOON + 2 * DAY, claim=claim)
    assert again.key == first.key
    answer = await acting.run(court.take_step, again, at=NOON + 2 * DAY)
    (fact,) = answer.facts
    return fact


@pytest.mark.parametrize("what", WAYS)
async def test_a_step_taken_under_the_key_stands_although_the_account_has_changed(
    acting: Acting, court: Court, desk: Desk, what: CourtStep
) -> None:
    """The later order is for another day and another claim: what was done is found by key, and nothing is done anew."""
    fact = await lost_and_ordered_again(acting, court, desk, what)
    key = f"{desk.loan_id}:e1:c1"
    assert acting.ways == [("POST", WAYS[what]), ("POST", WAYS[what]), ("GET", f"{WAYS[what]}/{key}")]
    receipt = await acting.gateway.get(f"{WAYS[what]}/{key}", CourtReceipt)
    assert (told(fact).reference, told(fact).on, told(fact).step) == (receipt.reference, TODAY, what)
    assert [type(body) for body in await acting.bodies(desk)] == [PaymentPosted, CourtStepTaken]


async def test_the_suit_that_was_filed_is_the_only_one(acting: Acting, court: Court, desk: Desk) -> None:
    """One acceptance and one judgment are to come, for the first claim."""
    await lost_and_ordered_again(acting, court, desk, "file")
    reports = [act.payload for act in await acting.acts(desk, "court_reported")]
    assert [one["amount"] for one in reports if one["milestone"] == "judgment"] == ["1050.00"]
    assert len(reports) == 2


async def test_the_fact_names_the_claim_that_the_court_has(acting: Acting, court: Court, desk: Desk) -> None:
    """`claim` is what was asked for."""
    assert told(await lost_and_ordered_again(acting, court, desk, "file")).claim == CLAIM


@pytest.mark.parametrize("what", WAYS)
async def test_in_shadow_mode_nobody_is_asked_and_the_fact_says_so(
    acting: Acting, court: Court, desk: Desk, what: CourtStep
) -> None:
    """Decided and recorded with its claim; no request leaves, however often it is ordered."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    order = step(acting, desk, what)
    for _ in range(2):
        await acting.run(court.take_step, order)
    (fact,) = await acting.recorded(desk)
    assert fact.fact_id == order.key
    assert told(fact) == CourtStepTaken(step=what, reference="shadow", on=TODAY, claim=order.claim, shadow=True)
    assert acting.asked == []
    assert await acting.acts(desk) == []


async def test_the_day_of_a_step_is_the_banks_in_shadow_mode_too(acting: Acting, court: Court, desk: Desk) -> None:
    """An hour after midnight in Shanghai: what the court's side would say, and what is recorded without it."""
    late = datetime(2027, 3, 1, 17, tzinfo=UTC)
    await acting.run(court.take_step, step(acting, desk, as_of=late))
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    await acting.run(court.take_step, step(acting, desk, number=2, as_of=late, on=date(2027, 3, 2)))
    assert [told(fact).on for fact in await acting.recorded(desk)] == [date(2027, 3, 2)] * 2


@pytest.mark.parametrize(("mode", "kind"), [("down", NotTaken), ("refuse", Refused)])
async def test_a_step_that_was_not_taken_is_not_recorded(
    acting: Acting, court: Court, desk: Desk, mode: FaultMode, kind: type[GatewayError]
) -> None:
    """And nothing is to come of it."""
    await acting.bank.fault(Fault(system="court", mode=mode))
    with pytest.raises(kind) as caught:
        await acting.run(court.take_step, step(acting, desk))
    assert type(caught.value) is kind
    assert await acting.recorded(desk) == []
    assert await acting.acts(desk) == []
