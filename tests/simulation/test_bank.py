"""The simulated bank over real HTTP: its contracts, its memory, its ways of failing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from schemas.gateways import GatewayProblem, GatewayReceipt
from schemas.loan import Account, CreditRecord
from simulation.book import SimulatedBook
from simulation.control import BankControl, ControlError
from simulation.model import Fault, PaymentOrder, ReversalOrder
from tests.simulation.asking import NOW, PHONE, message, post
from tests.simulation.conftest import BankProcess


async def test_same_key_same_body_is_one_message(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """A retry gets the first receipt, and one message is taken."""
    first = await post(http, "/messaging/messages", message(book))
    again = await post(http, "/messaging/messages", message(book))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert GatewayReceipt.model_validate(first.json()).as_of == NOW
    assert [c.key for c in await control.accepted(book.loans[0].loan_id)] == ["K:1"]
    asked = await http.get("/messaging/messages/K:1")
    assert asked.json() == first.json()


async def test_same_key_other_body_is_a_conflict(http: httpx2.AsyncClient, book: SimulatedBook):
    """A key stands for one request; what went first stays."""
    await post(http, "/messaging/messages", message(book))
    other = await post(http, "/messaging/messages", message(book, text="another"))
    assert other.status_code == 409
    problem = GatewayProblem.model_validate(other.json())
    assert (problem.code, problem.retryable) == ("idempotency_conflict", False)


BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"as_of": "2026-11-22T02:00:00"}, "invalid_request", "body.as_of"),
    ({"channel": "pigeon"}, "invalid_request", "body.channel"),
    ({"channel": "robot_call"}, "wrong_channel", "body.channel"),
    ({"address": "not a number"}, "invalid_address", "body.address"),
    ({"channel": "email", "address": PHONE}, "invalid_address", "body.address"),
    ({"loan_id": "nobody-s"}, "unknown_loan", "nobody-s"),
)


async def test_bad_input_says_what_and_where(http: httpx2.AsyncClient, book: SimulatedBook):
    """422 names the place, and never repeats the address; nothing is taken."""
    for change, code, where in BAD:
        answer = await post(http, "/messaging/messages", message(book, **change))
        problem = GatewayProblem.model_validate(answer.json())
        assert (answer.status_code, problem.code, problem.retryable) == (422, code, False)
        assert where in problem.detail
        assert PHONE not in problem.detail
        assert "not a number" not in problem.detail
        assert (await http.get("/messaging/messages/K:1")).status_code == 404


async def test_a_key_is_wanted(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """Without a proper Idempotency-Key nothing is taken."""
    for key in (None, "with blank", "x" * 81):
        answer = await post(http, "/messaging/messages", message(book), key)
        assert answer.status_code == 422
        assert "header.Idempotency-Key" in answer.json()["detail"]
    assert await control.accepted() == ()


async def test_kill_and_restart_lose_nothing(bank: BankProcess, http: httpx2.AsyncClient, book: SimulatedBook):
    """After kill -9 the same key gets the same receipt; acts, marks and faults are there."""
    taken = await post(http, "/messaging/messages", message(book))
    async with BankControl(bank.url) as control:
        acts = await control.acts()
        await control.delivered(acts[0].id)
        await control.fault(Fault(system="bureau", mode="down"))
    bank.kill()
    bank.start()
    again = await post(http, "/messaging/messages", message(book))
    assert again.json() == taken.json()
    async with BankControl(bank.url) as control:
        assert await control.acts() == acts[1:]
        assert await control.acts(delivered=True) == acts[:1]
        assert (await control.load(book.load())).loans == 0
    inquiry = {"loan_id": "L", "borrower_id": "B", "authorisation": "a", "as_of": NOW.isoformat()}
    assert (await post(http, "/bureau/inquiries", inquiry)).status_code == 503


def test_another_seed_is_refused(start_bank: Callable[..., BankProcess]):
    """A state file keeps its seed: borrowers do not change their ways halfway."""
    bank = start_bank(7)
    bank.stop()
    bank.seed = 8
    with pytest.raises(AssertionError, match="the bank ended"):
        bank.start()
    assert bank.stop_code() == 2


async def test_account_as_of(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """A payment is there from its posting on, and gone from its reversal's posting on, to the cent."""
    loan = book.loans[0]

    async def account(at: datetime) -> Account:
        answer = await http.get(f"/core/loans/{loan.loan_id}/account", params={"as_of": at.isoformat()})
        assert answer.status_code == 200, answer.text
        return Account.model_validate_json(answer.content)

    before = await account(NOW)
    assert before.arrears > 0
    assert before.previous_episodes == loan.previous_episodes
    posted, back = NOW + timedelta(hours=5), NOW + timedelta(hours=30)
    paid = await control.pay(PaymentOrder(loan_id=loan.loan_id, amount=before.arrears, posted_at=posted))
    await control.reverse(ReversalOrder(reverses=paid.reference, posted_at=back))
    assert (await account(posted - timedelta(seconds=1))).arrears == before.arrears
    during = await account(posted)
    assert during.arrears == Decimal(0)
    assert during.outstanding == before.outstanding - before.arrears
    assert (await account(back)).arrears == before.arrears
    kinds = [(act.kind, act.at) for act in await control.acts() if act.loan_id == loan.loan_id]
    assert ("payment", posted) in kinds
    assert ("reversal", back) in kinds


async def test_a_lost_signal_leaves_the_money(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """`signalled` false: core banking shows the payment, no act tells of it; the same order twice is one payment."""
    order = PaymentOrder(loan_id=book.loans[0].loan_id, amount=Decimal("10.05"), posted_at=NOW, signalled=False)
    first, second = await control.pay(order), await control.pay(order)
    assert first == second
    assert first.act_id is None
    answer = await http.get(f"/core/loans/{order.loan_id}/account", params={"as_of": NOW.isoformat()})
    references = [t["reference"] for t in answer.json()["transactions"]]
    assert references.count(first.reference) == 1
    with pytest.raises(ControlError, match="409"):
        await control.pay(order.model_copy(update={"amount": Decimal(11), "reference": first.reference}))


async def test_accounts_that_are_not_there(http: httpx2.AsyncClient):
    """404 for an unknown loan, 422 without a time."""
    missing = await http.get("/core/loans/none/account", params={"as_of": NOW.isoformat()})
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_loan")
    timeless = await http.get("/core/loans/none/account")
    assert timeless.status_code == 422
    assert "query.as_of" in timeless.json()["detail"]


async def test_bureau_answers_once_for_a_key(http: httpx2.AsyncClient, book: SimulatedBook):
    """The same inquiry gets the same record; one without authorisation gets none."""
    loan = book.loans[0]
    body = {"loan_id": loan.loan_id, "borrower_id": loan.borrower_id, "as_of": NOW.isoformat()}
    refused = await post(http, "/bureau/inquiries", body)
    assert refused.status_code == 422
    assert "body.authorisation" in refused.json()["detail"]
    body["authorisation"] = "auth-1"
    first, again = [await post(http, "/bureau/inquiries", body) for _ in range(2)]
    assert CreditRecord.model_validate(first.json()).lenders >= 1
    assert first.json() == again.json()


async def test_bureau_takes_no_bad_news_of_which_the_borrower_does_not_know(
    http: httpx2.AsyncClient, book: SimulatedBook
):
    """Regulation on the credit reporting industry, China, art. 15. What is paid needs no notice; one key, one report."""
    loan = book.loans[0]
    body = {
        "loan_id": loan.loan_id,
        "borrower_id": loan.borrower_id,
        "status": "overdue",
        "amount": "10.00",
        "currency": loan.currency,
        "days_past_due": 40,
        "as_of": NOW.isoformat(),
    }
    refused = await post(http, "/bureau/reports", body, "K:n")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_told_before")
    first, again = [await post(http, "/bureau/reports", body | {"notice": "L:2"}, "K:r") for _ in range(2)]
    assert first.json() == again.json() == (await http.get("/bureau/reports/K:r")).json()
    assert (await post(http, "/bureau/reports", body | {"status": "cleared"}, "K:c")).status_code == 200
    assert (await http.get("/bureau/reports/K:n")).status_code == 404


async def test_calls(http: httpx2.AsyncClient, book: SimulatedBook):
    """Robot calls and human calls have an endpoint each, and share the question by key."""
    deadline = (NOW + timedelta(days=2)).isoformat()
    human = message(book, channel="human_call", deadline=deadline)
    assert (await post(http, "/telephony/human-calls", human, "K:h")).status_code == 200
    assert (await post(http, "/telephony/robot-calls", message(book, channel="robot_call"), "K:r")).status_code == 200
    assert (await post(http, "/telephony/robot-calls", human, "K:x")).json()["code"] == "wrong_channel"
    for key, status in {"K:h": 200, "K:r": 200, "K:x": 404}.items():
        assert (await http.get(f"/telephony/calls/{key}")).status_code == status


async def test_down_and_busy_and_refuse(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """Transient is told from final, and in none of the three was anything taken; `times` runs out."""
    wanted = {"down": (503, "unavailable", True), "busy": (429, "busy", True), "refuse": (422, "refused", False)}
    for mode, expected in wanted.items():
        await control.fault(Fault.model_validate({"system": "messaging", "mode": mode, "times": 1}))
        answer = await post(http, "/messaging/messages", message(book), f"K:{mode}")
        assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == expected
        assert ("retry-after" in answer.headers) == (mode == "busy")
        assert (await http.get(f"/messaging/messages/K:{mode}")).status_code == 404
        assert (await post(http, "/messaging/messages", message(book), f"K:{mode}")).status_code == 200


async def test_a_lost_answer_was_taken(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """The connection breaks, and asking by key shows that the message is out, once."""
    await control.fault(Fault(system="messaging", mode="lose_answer", times=1))
    with pytest.raises(httpx2.RemoteProtocolError):
        await post(http, "/messaging/messages", message(book))
    assert (await http.get("/messaging/messages/K:1")).status_code == 200
    assert (await post(http, "/messaging/messages", message(book))).status_code == 200
    assert len(await control.accepted(book.loans[0].loan_id)) == 1


async def test_slow_and_faults_of_others(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """`slow` delays its own system, for its seconds; healing ends it."""
    await control.fault(Fault(system="messaging", mode="slow", delay_seconds=0.4, seconds=60))
    began = time.monotonic()
    assert (await http.get("/messaging/messages/none")).status_code == 404
    assert time.monotonic() - began >= 0.4
    await control.heal()
    await control.fault(Fault(system="messaging", mode="slow", delay_seconds=600))
    assert (await http.get("/telephony/calls/none", timeout=60)).status_code == 404
    await control.heal()
    assert (await http.get("/messaging/messages/none", timeout=60)).status_code == 404


async def test_no_address_stays_at_the_bank(bank: BankProcess, http: httpx2.AsyncClient, book: SimulatedBook):
    """Neither the number nor the text of a message is in an answer or in the state file."""
    await post(http, "/messaging/messages", message(book))
    shown = (await http.get("/simulation/accepted")).text
    bank.stop()
    kept = b"".join(path.read_bytes() for path in bank.state.parent.glob(f"{bank.state.name}*"))
    assert PHONE not in shown
    assert PHONE.encode() not in kept
    assert "您的贷款已逾期".encode() not in kept
    assert book.loans[0].loan_id.encode() in kept


async def test_next_is_the_earliest(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """/simulation/next agrees with the acts in their order, and a delivered act makes way for the one after."""
    for n in range(len(book.loans)):
        await post(http, "/messaging/messages", message(book, n), f"K:{n}")
    acts = await control.acts(limit=1000)
    assert list(acts) == sorted(acts, key=lambda act: (act.at, act.id))
    upcoming = await control.next_acts()
    assert upcoming.at == acts[0].at
    assert {n.borrower_id for n in upcoming.borrowers} == {act.borrower_id for act in acts}
    assert upcoming.borrowers[0].act_id == acts[0].id
    await control.delivered(acts[0].id)
    assert (await control.next_acts()).at == acts[1].at
    assert await control.acts(acts[1].borrower_id, limit=1) == acts[1:2]
