"""Core banking: what cannot be this loan's account is not believed, and money is written off once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.core_banking import CoreBanking
from activities.http import Ambiguous, Gateway, GatewayError, NotFound, NotTaken, Refused
from ledger.switches import flip
from schemas.account import MadeOf
from schemas.facts import AccountRead, InterestCharged, PaymentPosted, RestrictionSet, WaiverBooked, WaiverReversed
from schemas.gateways import (
    WAIVER_REFUSED,
    GatewayReceipt,
    RestrictionRequest,
    WaiverReceipt,
    WaiverRequest,
    WaiverReversalReceipt,
)
from schemas.ledger import RecordedFact
from schemas.loan import Account, Instalment, Transaction
from schemas.orders import AccountOrder, InterestOrder, RestrictionOrder, WaiverOrder, WaiverReversalOrder
from simulation.model import Fault, FaultMode, PaymentOrder
from tests.activities.acting import Acting
from tests.activities.wire import Wire, answer
from tests.ledger.support import NOON, Desk, payment

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def core(acting: Acting) -> CoreBanking:
    """The activities."""
    return CoreBanking(acting.pool, acting.gateway)


@pytest.fixture
def strange(acting: Acting, wire: Wire) -> CoreBanking:
    """The same, of a bank that answers what the test says."""
    return CoreBanking(acting.pool, Gateway(acting.http, wire.url))


@pytest.fixture
async def desk(acting: Acting) -> Desk:
    """The case of a loan on which 1050.00 is owed."""
    return await acting.case()


def reading(acting: Acting, desk: Desk, number: int = 1) -> AccountOrder:
    return acting.order(AccountOrder, desk, key=f"{desk.loan_id}:e1:account:{number}", as_of=NOON, currency="CNY")


def waiving(acting: Acting, desk: Desk, amount: str = "50.00") -> WaiverOrder:
    more = {"agreement": "A-1", "amount": Decimal(amount), "currency": "CNY"}
    return acting.order(WaiverOrder, desk, key=f"{desk.loan_id}:e1:w1", as_of=NOON, **more)


async def account(acting: Acting, desk: Desk) -> Account:
    """The account as the bank has it a month later."""
    at = (NOON + 30 * DAY).isoformat()
    return await acting.gateway.get(f"/core/loans/{desk.loan_id}/account", Account, as_of=at)


def told(desk: Desk, **changes: Any) -> Account:
    """An account of the loan with nothing wrong about it, but for the changes."""
    owed = Instalment(number=1, due_on=date(2027, 2, 1), principal=Decimal("1050.00"))
    return Account(
        loan_id=desk.loan_id,
        as_of=NOON,
        currency="CNY",
        instalments=(owed,),
        arrears=Decimal("1050.00"),
        outstanding=Decimal("1050.00"),
    ).model_copy(update=changes)


# --- the account ---------------------------------------------------------------------------------------------------


async def test_the_account_is_one_fact_as_the_bank_tells_it(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """With the money that had come by then, and not what comes later."""
    for reference, at in (("P-1", NOON - MINUTE), ("P-2", NOON + DAY)):
        paid = PaymentOrder(
            loan_id=desk.loan_id,
            amount=Decimal("30.00"),
            posted_at=at,
            reference=f"{desk.loan_id}:{reference}",
        )
        await acting.bank.pay(paid)
    answer = await acting.run(core.read_account, reading(acting, desk))
    (fact,) = await acting.recorded(desk)
    assert answer.facts == (fact,)
    assert (fact.fact_id, fact.source) == (f"{desk.loan_id}:e1:account:1", "core_banking")
    assert isinstance(fact.body, AccountRead)
    read = fact.body.account
    assert [one.reference for one in read.transactions] == [f"{desk.loan_id}:P-1"]
    assert (read.outstanding, read.arrears) == (Decimal("1020.00"), Decimal("1020.00"))


async def test_it_is_read_as_of_the_moment_of_reading(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """An order may have waited in the queue for an hour; a payment of that hour is not to be missed."""
    paid = PaymentOrder(loan_id=desk.loan_id, amount=Decimal("1050.00"), posted_at=NOON + MINUTE)
    await acting.bank.pay(paid)
    await acting.run(core.read_account, reading(acting, desk), at=NOON + 60 * MINUTE)
    (body,) = await acting.bodies(desk)
    assert isinstance(body, AccountRead)
    assert body.account.outstanding == 0


async def test_the_same_order_again_keeps_the_first_reading(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """A retry after its answer got lost on the way to the workflow; the next order reads anew."""
    first = await acting.run(core.read_account, reading(acting, desk))
    paid = PaymentOrder(loan_id=desk.loan_id, amount=Decimal("1050.00"), posted_at=NOON + MINUTE)
    await acting.bank.pay(paid)
    again = await acting.run(core.read_account, reading(acting, desk), at=NOON + DAY)
    assert again.facts == first.facts
    await acting.run(core.read_account, reading(acting, desk, 2), at=NOON + DAY)
    read = [body.account.outstanding for body in await acting.bodies(desk) if isinstance(body, AccountRead)]
    assert read == [Decimal("1050.00"), Decimal(0)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"loan_id": "L-other"}, "another_loan"),
        ({"currency": "EUR"}, "other_currency"),
        ({"as_of": NOON + 6 * MINUTE}, "from_the_future"),
        ({"instalments": ()}, "no_instalments"),
    ],
)
async def test_an_account_that_cannot_be_right_is_refused(
    acting: Acting, strange: CoreBanking, wire: Wire, desk: Desk, changes: dict[str, Any], code: str
) -> None:
    """For good, by a code; nothing is written, so nobody is pursued by it."""
    wire.reply = answer("200 OK", told(desk, **changes).model_dump_json())
    with pytest.raises(Refused) as caught:
        await acting.run(strange.read_account, reading(acting, desk))
    assert caught.value.code == code
    assert len(wire.requests) == 1
    assert await acting.recorded(desk) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"as_of": NOON + 4 * MINUTE},
        {"as_of": NOON - 40 * DAY},
        {"instalments": (), "arrears": Decimal(0), "outstanding": Decimal(0)},
    ],
    ids=["plain", "clocks that differ", "old", "nothing owed"],
)
async def test_an_account_that_can_be_right_is_recorded(
    acting: Acting, strange: CoreBanking, wire: Wire, desk: Desk, changes: dict[str, Any]
) -> None:
    """As it was told: how old it may be, the case decides."""
    wire.reply = answer("200 OK", told(desk, **changes).model_dump_json())
    await acting.run(strange.read_account, reading(acting, desk))
    assert await acting.bodies(desk) == [AccountRead(account=told(desk, **changes))]


async def test_money_as_a_binary_float_is_not_understood(
    acting: Acting, strange: CoreBanking, wire: Wire, desk: Desk
) -> None:
    """It holds no cents."""
    text = told(desk).model_dump_json().replace('"arrears":"1050.00"', '"arrears":1050.1')
    assert "1050.1," in text
    wire.reply = answer("200 OK", text)
    with pytest.raises(Ambiguous, match="answer_not_understood"):
        await acting.run(strange.read_account, reading(acting, desk))
    assert await acting.recorded(desk) == []


async def test_the_loan_of_another_currency_at_the_real_bank(acting: Acting, core: CoreBanking) -> None:
    """The case was started in CNY, the bank keeps the loan in EUR."""
    desk = await acting.case(currency="EUR")
    with pytest.raises(Refused, match="other_currency"):
        await acting.run(core.read_account, reading(acting, desk))
    assert await acting.recorded(desk) == []


async def test_a_loan_that_the_bank_does_not_know(acting: Acting, core: CoreBanking) -> None:
    """Refused, and nothing is written."""
    stranger = await Desk.open(acting.pool, "L-nowhere", "B-nowhere")
    with pytest.raises(NotFound, match="unknown_loan"):
        await acting.run(core.read_account, reading(acting, stranger))
    assert await acting.recorded(stranger) == []


@pytest.mark.parametrize(("mode", "kind"), [("down", NotTaken), ("refuse", Refused), ("lose_answer", Ambiguous)])
async def test_a_core_that_does_not_answer_writes_nothing(
    acting: Acting, core: CoreBanking, desk: Desk, mode: FaultMode, kind: type[GatewayError]
) -> None:
    """Neither of a reading nor of a waiver."""
    await acting.bank.fault(Fault(system="core", mode=mode))
    with pytest.raises(kind) as of_reading:
        await acting.run(core.read_account, reading(acting, desk))
    with pytest.raises(kind) as of_waiver:
        await acting.run(core.book_waiver, waiving(acting, desk))
    assert {type(of_reading.value), type(of_waiver.value)} == {kind}
    assert await acting.recorded(desk) == []


# --- interest of plans ---------------------------------------------------------------------------------------------


async def test_interest_of_a_plan_is_charged_once(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """From the day that is asked for, and owed at the bank from then on; once for its key, and never in shadow mode."""
    more = {"agreement": "A-1", "amount": Decimal("18.90"), "currency": "CNY", "on": date(2027, 2, 27)}
    order = acting.order(InterestOrder, desk, key=f"{desk.loan_id}:e1:i0.1", as_of=NOON, **more)
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    with pytest.raises(Refused, match="shadow_mode"):
        await acting.run(core.charge_interest, order)
    assert acting.asked == []
    await flip(acting.pool, "shadow", False, "chief", "trial over")
    for at in (NOON, NOON + DAY):
        await acting.run(core.charge_interest, order, at=at)
    (fact,) = await acting.recorded(desk)
    told = await account(acting, desk)
    (there,) = [one for one in told.transactions if one.kind == "charge"]
    assert fact.body == InterestCharged(
        agreement="A-1", reference=there.reference, amount=there.amount, value_date=there.value_date
    )
    assert (there.component, there.amount, there.value_date) == ("interest", Decimal("18.90"), date(2027, 2, 27))
    assert told.outstanding == Decimal("1068.90")


# --- waivers -------------------------------------------------------------------------------------------------------


async def waived(acting: Acting, desk: Desk) -> list[Transaction]:
    """The waivers that the bank has booked."""
    return [one for one in (await account(acting, desk)).transactions if one.kind == "waiver"]


def booked(fact: RecordedFact) -> WaiverBooked:
    """The fact's body."""
    assert isinstance(fact.body, WaiverBooked)
    return fact.body


async def test_a_waiver_is_booked_once(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """With agreement, amount and currency; the fact has the bank's reference and day; the same order again does nothing."""
    order = waiving(acting, desk)
    reply = await acting.run(core.book_waiver, order)
    (asked,) = acting.asked
    assert (asked.path, asked.key) == ("/core/waivers", order.key)
    assert WaiverRequest.model_validate_json(asked.body) == WaiverRequest(
        loan_id=desk.loan_id, agreement="A-1", amount=Decimal("50.00"), currency="CNY", as_of=NOON
    )
    (there,) = await waived(acting, desk)
    (fact,) = await acting.recorded(desk)
    assert reply.facts == (fact,)
    assert (fact.fact_id, fact.source) == (order.key, "core_banking")
    assert fact.body == WaiverBooked(reference=there.reference, amount=Decimal("50.00"), value_date=date(2027, 3, 1))
    again = await acting.run(core.book_waiver, order, at=NOON + DAY)
    assert again.facts == (fact,)
    assert await acting.recorded(desk) == [fact]
    assert await waived(acting, desk) == [there]
    assert (await account(acting, desk)).outstanding == Decimal("1000.00")


async def test_a_waiver_is_taken_back_once(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """The fact names the bank's reversal and the waiver; all of it is owed again; never in shadow mode."""
    await acting.run(core.book_waiver, waiving(acting, desk))
    (waiver,) = await waived(acting, desk)
    more = {"agreement": "A-1", "reverses": waiver.reference}
    order = acting.order(WaiverReversalOrder, desk, key=f"{desk.loan_id}:e2:v0.1", as_of=NOON + DAY, **more)
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    with pytest.raises(Refused, match="shadow_mode"):
        await acting.run(core.reverse_waiver, order)
    await flip(acting.pool, "shadow", False, "chief", "trial over")
    for at in (NOON + DAY, NOON + 2 * DAY):
        await acting.run(core.reverse_waiver, order, at=at)
    _, fact = await acting.recorded(desk)
    told = await account(acting, desk)
    (there,) = [one for one in told.transactions if one.kind == "reversal"]
    assert fact.body == WaiverReversed(
        agreement="A-1",
        reference=there.reference,
        reverses=waiver.reference,
        amount=Decimal("50.00"),
        value_date=there.value_date,
    )
    assert told.outstanding == Decimal("1050.00")


async def test_a_reversal_of_another_waiver_is_not_taken_for_this_one(
    acting: Acting, strange: CoreBanking, wire: Wire, desk: Desk
) -> None:
    """An answer about something else is recorded as nothing."""
    receipt = WaiverReversalReceipt(
        reference="R", reverses="W-2", amount=Decimal("50.00"), value_date=NOON.date(), as_of=NOON
    )
    wire.reply = answer("200 OK", receipt.model_dump_json())
    order = acting.order(WaiverReversalOrder, desk, key="K", as_of=NOON, agreement="A-1", reverses="W-1")
    with pytest.raises(Refused, match="another_waiver"):
        await acting.run(strange.reverse_waiver, order)
    assert await acting.recorded(desk) == []


async def test_after_a_lost_answer_the_first_amount_stands(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """A day later the case would waive more: what was booked under the key is what is recorded, and nothing is added."""
    await acting.bank.fault(Fault(system="core", mode="lose_answer", times=1))
    with pytest.raises(Ambiguous, match="connection_lost"):
        await acting.run(core.book_waiver, waiving(acting, desk))
    assert await acting.recorded(desk) == []
    await desk.tell(payment("p1"))
    later = waiving(acting, desk, "60.00").model_copy(update={"as_of": NOON + DAY})
    reply = await acting.run(core.book_waiver, later, at=NOON + DAY)
    assert acting.ways == [("POST", "/core/waivers"), ("POST", "/core/waivers"), ("GET", f"/core/waivers/{later.key}")]
    (there,) = await waived(acting, desk)
    assert [fact.fact_id for fact in reply.facts] == [later.key]
    assert booked(reply.facts[0]) == WaiverBooked(
        reference=there.reference, amount=Decimal("50.00"), value_date=date(2027, 3, 1)
    )
    assert [type(body) for body in await acting.bodies(desk)] == [PaymentPosted, WaiverBooked]
    assert (await account(acting, desk)).outstanding == Decimal("1000.00")


def components(**amounts: str) -> MadeOf:
    """What a waiver is made of."""
    parts = [{"component": name, "amount": amount} for name, amount in amounts.items()]
    return MadeOf.model_validate({"agreed_on": NOON.date(), "components": parts})


async def test_core_banking_is_told_of_what_a_waiver_is_made(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """And books it so: it stands in the fact, in its own list of transactions, and in what it owes of each component."""
    made_of = components(principal="50.00")
    order = waiving(acting, desk).model_copy(update={"made_of": made_of})
    reply = await acting.run(core.book_waiver, order)
    (asked,) = acting.asked
    assert WaiverRequest.model_validate_json(asked.body).made_of == made_of
    assert booked(reply.facts[0]).made_of == made_of
    (there,) = await waived(acting, desk)
    assert there.made_of == made_of
    now = await account(acting, desk)
    assert now.components == {"principal": Decimal("1000.00")}
    assert (await acting.run(core.book_waiver, order, at=NOON + DAY)).facts == reply.facts


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ({"principal": "49.99"}, "components_do_not_add_up"),
        ({"principal": "49.99", "interest": "0.01"}, "more_than_owed_of_component"),
    ],
)
async def test_a_waiver_of_other_components_than_are_owed_is_refused_for_good(
    acting: Acting, core: CoreBanking, desk: Desk, amounts: dict[str, str], code: str
) -> None:
    """Not asked again by the activity, by a code that says why; nothing is booked."""
    order = waiving(acting, desk).model_copy(update={"made_of": components(**amounts)})
    with pytest.raises(Refused) as caught:
        await acting.run(core.book_waiver, order)
    assert (type(caught.value), caught.value.code) == (Refused, code)
    assert code in WAIVER_REFUSED
    assert len(acting.asked) == 1
    assert await acting.recorded(desk) == []
    assert await waived(acting, desk) == []


async def test_in_shadow_mode_no_money_is_moved(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """Refused before anything leaves, and nothing is written that would make the case believe it; booked once it is over."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    with pytest.raises(Refused, match="shadow_mode"):
        await acting.run(core.book_waiver, waiving(acting, desk))
    assert acting.asked == []
    assert await acting.recorded(desk) == []
    assert await waived(acting, desk) == []
    await flip(acting.pool, "shadow", False, "chief", "trial over")
    await acting.run(core.book_waiver, waiving(acting, desk))
    assert len(await waived(acting, desk)) == 1


async def test_shadow_mode_does_not_keep_from_reading(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """The trial wants real accounts."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    await acting.run(core.read_account, reading(acting, desk))
    assert [body.kind for body in await acting.bodies(desk)] == ["account_read"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"amount": Decimal("1050.01")}, "more_than_owed"), ({"currency": "EUR"}, "wrong_currency")],
)
async def test_a_waiver_that_the_bank_refuses_is_not_recorded(
    acting: Acting, core: CoreBanking, desk: Desk, changes: dict[str, Any], code: str
) -> None:
    """By its code; nothing was booked, and nobody asks again by key."""
    with pytest.raises(Refused) as caught:
        await acting.run(core.book_waiver, waiving(acting, desk).model_copy(update=changes))
    assert (type(caught.value), caught.value.code) == (Refused, code)
    assert acting.ways == [("POST", "/core/waivers")]
    assert await acting.recorded(desk) == []
    with pytest.raises(NotFound):
        await acting.gateway.get(f"/core/waivers/{desk.loan_id}:e1:w1", WaiverReceipt)


# --- restrictions --------------------------------------------------------------------------------------------------


def restricting(
    acting: Acting, desk: Desk, change: str = "imposed", restriction: str = "watch_list"
) -> RestrictionOrder:
    """Core banking is told of a restriction."""
    key = f"{desk.loan_id}:e1:r1{restriction[0]}{change[0]}"
    said = {"restriction": restriction, "change": change, "reason": "assets_are_moved", "approval": "AP-1"}
    return acting.order(RestrictionOrder, desk, key=key, as_of=NOON, **said)


async def test_a_restriction_is_told_once_for_a_key(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """Under the approval that allows it; after an answer that got lost what was taken is recorded, and nothing is added."""
    await acting.bank.fault(Fault(system="core", mode="lose_answer", times=1))
    order = restricting(acting, desk)
    with pytest.raises(Ambiguous, match="connection_lost"):
        await acting.run(core.set_restriction, order)
    assert await acting.recorded(desk) == []
    later = order.model_copy(update={"as_of": NOON + DAY})
    reply = await acting.run(core.set_restriction, later, at=NOON + DAY)
    receipt = await acting.gateway.get(f"/core/restrictions/{order.key}", GatewayReceipt)
    (fact,) = await acting.recorded(desk)
    assert [one.fact_id for one in reply.facts] == [order.key]
    assert fact.body == RestrictionSet(
        restriction="watch_list",
        change="imposed",
        reason="assets_are_moved",
        approval="AP-1",
        reference=receipt.reference,
    )
    first = RestrictionRequest.model_validate_json(acting.asked[0].body)
    assert (first.loan_id, first.restriction, first.change, first.approval) == (
        desk.loan_id,
        "watch_list",
        "imposed",
        "AP-1",
    )


async def test_lifting_is_another_request(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """With a receipt of its own; also of what is not in force."""
    await acting.run(core.set_restriction, restricting(acting, desk, "lifted"))
    await acting.run(core.set_restriction, restricting(acting, desk))
    taken = [body for body in await acting.bodies(desk) if isinstance(body, RestrictionSet)]
    assert [body.change for body in taken] == ["lifted", "imposed"]
    assert len({body.reference for body in taken}) == 2


async def test_in_shadow_mode_core_banking_hears_of_no_restriction(
    acting: Acting, core: CoreBanking, desk: Desk
) -> None:
    """What would have been told is written down."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    await acting.run(core.set_restriction, restricting(acting, desk))
    (body,) = await acting.bodies(desk)
    assert isinstance(body, RestrictionSet)
    assert (body.shadow, body.reference) == (True, None)
    assert acting.asked == []


async def test_a_freeze_of_what_is_no_card_is_refused(acting: Acting, core: CoreBanking, desk: Desk) -> None:
    """By core banking too; nothing is recorded."""
    with pytest.raises(Refused, match="no_limit"):
        await acting.run(core.set_restriction, restricting(acting, desk, restriction="freeze"))
    assert await acting.recorded(desk) == []
