"""Visits, calls of people and their cancellation, instant messages, papers, waivers, write-offs: over real HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from schemas.gateways import CallOffReceipt, GatewayReceipt, LoanFileAnswer, WaiverReceipt, WaiverReversalReceipt
from schemas.loan import Account
from simulation.book import SimulatedBook, make_book
from simulation.control import BankControl
from simulation.model import Act, PaymentOrder
from tests.simulation.asking import NOW, TODAY, all_alike, human_call, message, number_of, off, post, visit

DAY = timedelta(days=1)


@pytest.fixture
def book() -> SimulatedBook:
    """A whole book."""
    return make_book(7, 48, TODAY)


async def acts_about(control: BankControl, loan_id: str) -> list[Act]:
    """What is still to happen about a loan."""
    return [act for act in await control.acts(limit=1000) if act.loan_id == loan_id]


async def account(http: httpx2.AsyncClient, loan_id: str, at: datetime) -> Account:
    """The account at `at`."""
    answer = await http.get(f"/core/loans/{loan_id}/account", params={"as_of": at.isoformat()})
    return Account.model_validate_json(answer.content)


class TestAlike:
    """Borrowers who promise at the door, or when a collector rings, and pay."""

    character = "promises_at_visit"

    @pytest.fixture
    def book(self, book: SimulatedBook) -> SimulatedBook:
        """The same book, all of them alike."""
        return all_alike(book, self.character)


class TestVisits(TestAlike):
    """The field force."""

    async def test_a_visit_is_made_and_reported(
        self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
    ):
        """Once for a key; the report comes after the appointment, by as many as were sent."""
        first, again = [await post(http, "/field/visits", visit(book)) for _ in range(2)]
        assert first.status_code == 200
        assert first.json() == again.json() == (await http.get("/field/visits/K:1")).json()
        assert GatewayReceipt.model_validate(first.json()).reference.startswith("visit-")
        (taken,) = await control.accepted(book.loans[0].loan_id)
        assert (taken.channel, taken.team, taken.system) == ("visit", 2, "field")
        reports = [a for a in await acts_about(control, taken.loan_id) if a.what in ("visit_result", "record_visit")]
        assert len(reports) == 1
        assert reports[0].at > NOW + 3 * DAY

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"team": 1}, "team_too_small"),
            ({"appointment": NOW.isoformat()}, "appointment_past"),
            ({"channel": "human_call"}, "wrong_channel"),
            ({"address": " "}, "invalid_address"),
            ({"appointment": "tomorrow"}, "invalid_request"),
        ],
    )
    async def test_visits_that_are_not_to_be(
        self, http: httpx2.AsyncClient, book: SimulatedBook, change: dict[str, Any], code: str
    ):
        """One person alone, yesterday, no address: 422, and nobody goes."""
        answer = await post(http, "/field/visits", visit(book, **change))
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert (await http.get("/field/visits/K:1")).status_code == 404

    async def test_called_off_in_time(self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
        """Nothing comes of it any more: no report, no promise, no money. However often it is asked, it is the same."""
        loan = book.loans[0].loan_id
        keys = [f"K:{n}" for n in range(6)]
        for key in keys:
            await post(http, "/field/visits", visit(book), key)
        assert any(act.kind == "payment" for act in await acts_about(control, loan))
        late = NOW + 300 * DAY
        assert (await account(http, loan, late)).transactions != book.loans[0].transactions
        for key in keys:
            path = f"/field/visits/{key}/cancellation"
            first = await post(http, path, off(NOW + DAY), "a")
            again = await post(http, path, off(NOW + 9 * DAY) | {"reason": "other"}, "b")
            assert first.json() == again.json()
            assert CallOffReceipt.model_validate(first.json()).status == "called_off"
        assert await acts_about(control, loan) == []
        assert (await account(http, loan, late)).transactions == book.loans[0].transactions
        assert all(contact.called_off for contact in await control.accepted(loan))

    async def test_called_off_too_late(self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
        """From the appointment on people are at the door: their report comes."""
        await post(http, "/field/visits", visit(book))
        before = await acts_about(control, book.loans[0].loan_id)
        answer = await post(http, "/field/visits/K:1/cancellation", off(NOW + 3 * DAY))
        assert answer.json()["status"] == "too_late"
        assert await acts_about(control, book.loans[0].loan_id) == before


class TestCalls(TestAlike):
    """Collectors' tasks."""

    character = "forgets"

    async def test_called_off_before_anybody_rang(
        self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
    ):
        """The conversation does not take place, and the money that hung on it alone does not come."""
        loan = book.loans[0].loan_id
        await post(http, "/telephony/human-calls", human_call(book))
        assert any(act.kind == "record_contact" for act in await acts_about(control, loan))
        answer = await post(http, "/telephony/human-calls/K:1/cancellation", off(NOW + timedelta(minutes=5)))
        assert answer.json()["status"] == "called_off"
        assert await acts_about(control, loan) == []
        assert (await account(http, loan, NOW + 90 * DAY)).transactions == book.loans[0].transactions

    async def test_what_others_moved_them_to_comes_all_the_same(
        self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
    ):
        """A payment that a message brought stays when a call is called off."""
        loan = book.loans[0].loan_id
        for n in range(2):
            await post(http, "/messaging/messages", message(book), f"M:{n}")
        moved = [act for act in await acts_about(control, loan) if act.kind == "payment"]
        assert moved
        await post(http, "/telephony/human-calls", human_call(book))
        await post(http, "/telephony/human-calls/K:1/cancellation", off())
        assert [act for act in await acts_about(control, loan) if act.kind == "payment"] == moved

    async def test_acted_on_or_past_its_deadline(
        self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
    ):
        """Once it is recorded, or its time is over, it is too late."""
        await post(http, "/telephony/human-calls", human_call(book))
        record = next(a for a in await acts_about(control, book.loans[0].loan_id) if a.kind == "record_contact")
        at_it = await post(http, "/telephony/human-calls/K:1/cancellation", off(record.at))
        assert at_it.json()["status"] == "too_late"
        await post(http, "/telephony/human-calls", human_call(book, 1), "K:2")
        over = await post(http, "/telephony/human-calls/K:2/cancellation", off(NOW + 2 * DAY))
        assert over.json()["status"] == "too_late"

    async def test_recorded_already_although_its_time_has_not_come(
        self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
    ):
        """What was delivered has happened."""
        await post(http, "/telephony/human-calls", human_call(book))
        record = next(a for a in await acts_about(control, book.loans[0].loan_id) if a.kind == "record_contact")
        await control.delivered(record.id)
        answer = await post(http, "/telephony/human-calls/K:1/cancellation", off(NOW + timedelta(minutes=1)))
        assert answer.json()["status"] == "too_late"

    async def test_nothing_to_call_off(self, http: httpx2.AsyncClient, book: SimulatedBook):
        """404 for a key that is no such task; a robot's call is none."""
        await post(http, "/telephony/robot-calls", message(book, channel="robot_call"))
        for path in ("telephony/human-calls/K:1", "telephony/human-calls/none", "field/visits/none"):
            answer = await post(http, f"/{path}/cancellation", off())
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_key")

    async def test_excluded_collectors_do_not_get_it(
        self, http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
    ):
        """Whoever records the call is none of those who must not have it."""
        exclude = [f"collector-{n}" for n in range(1, 6)]
        for n in range(6):
            await post(http, "/telephony/human-calls", human_call(book, n, exclude=exclude), f"K:{n}")
        records = [act for act in await control.acts(limit=1000) if act.kind == "record_contact"]
        assert {act.payload["by"] for act in records} == {"collector-6"}


async def test_instant_messages(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """The messenger is one more channel of messaging; a number is no address there, but a handle is."""
    taken = await post(http, "/messaging/messages", message(book, channel="im", address="im-user-1"))
    assert taken.status_code == 200
    assert (await control.accepted())[0].channel == "im"
    blank = await post(http, "/messaging/messages", message(book, channel="im", address="two words"), "K:2")
    assert blank.json()["code"] == "invalid_address"


async def test_missing_papers_come_when_they_were_asked_for(
    http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
):
    """The file says what is there at that moment; what was asked for comes days later, once."""
    loan = book.loans[number_of(book, "lost_contact")]
    assert "service_address" in loan.missing

    async def missing(at: datetime) -> set[str]:
        answer = await http.get(f"/documents/loans/{loan.loan_id}/file", params={"as_of": at.isoformat()})
        pieces = LoanFileAnswer.model_validate_json(answer.content).pieces
        return {piece for piece, state in pieces.items() if state == "missing"}

    assert await missing(NOW) == set(loan.missing)
    body = {"loan_id": loan.loan_id, "borrower_id": loan.borrower_id, "pieces": ["service_address", "contract"]}
    for key in ("D:1", "D:1", "D:2"):
        assert (await post(http, "/documents/requests", body | {"as_of": NOW.isoformat()}, key)).status_code == 200
    assert (await http.get("/documents/requests/D:1")).status_code == 200
    assert (await http.get("/documents/requests/none")).status_code == 404
    arriving = [act for act in await acts_about(control, loan.loan_id) if act.kind == "document_arrived"]
    assert {act.payload["piece"] for act in arriving} == set(loan.missing) & set(body["pieces"])
    came = next(act.at for act in arriving if act.payload["piece"] == "service_address")
    assert NOW + 5 * DAY <= came <= NOW + 28 * DAY
    assert "service_address" in await missing(came - timedelta(seconds=1))
    assert "service_address" not in await missing(came)


async def test_a_waiver_is_booked_once(http: httpx2.AsyncClient, book: SimulatedBook):
    """Shown in the account from then on; no more than is owed, in the loan's currency."""
    loan = book.loans[0].loan_id
    before = await account(http, loan, NOW)
    body = {"loan_id": loan, "agreement": "A-1", "amount": "100.00", "currency": "CNY", "as_of": NOW.isoformat()}
    first, again = [await post(http, "/core/waivers", body) for _ in range(2)]
    receipt = WaiverReceipt.model_validate(first.json())
    assert first.json() == again.json() == (await http.get("/core/waivers/K:1")).json()
    after = await account(http, loan, NOW)
    assert after.outstanding == before.outstanding - 100
    (waiver,) = [t for t in after.transactions if t.kind == "waiver"]
    assert (waiver.reference, waiver.amount) == (receipt.reference, Decimal(100))
    assert (await account(http, loan, NOW - timedelta(minutes=1))).outstanding == before.outstanding
    for change, code in (
        ({"currency": "EUR"}, "wrong_currency"),
        ({"amount": "9999999.00"}, "more_than_owed"),
        ({"amount": "0"}, "more_than_owed"),
        ({"loan_id": "none"}, "unknown_loan"),
    ):
        refused = await post(http, "/core/waivers", body | change, f"K:{code}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await post(http, "/core/waivers", body | {"amount": "99.00"})).status_code == 409


async def test_a_waiver_is_taken_back_once(http: httpx2.AsyncClient, book: SimulatedBook):
    """The account is as if it had not been booked; asked again, under whatever key, the bank answers that reversal."""
    loan, other = book.loans[0].loan_id, book.loans[1].loan_id
    later = NOW + DAY
    before = await account(http, loan, later)
    waiver = {"loan_id": loan, "agreement": "A-1", "amount": "100.00", "currency": "CNY", "as_of": NOW.isoformat()}
    booked = WaiverReceipt.model_validate((await post(http, "/core/waivers", waiver)).json())
    body = {"loan_id": loan, "agreement": "A-1", "reverses": booked.reference, "as_of": later.isoformat()}
    first, again, beside = [await post(http, "/core/waiver-reversals", body, key) for key in ("V:1", "V:1", "V:2")]
    receipt = WaiverReversalReceipt.model_validate(first.json())
    assert first.json() == again.json() == beside.json() == (await http.get("/core/waiver-reversals/V:1")).json()
    assert (receipt.reverses, receipt.amount) == (booked.reference, Decimal(100))
    after = await account(http, loan, later)
    assert (after.outstanding, after.components) == (before.outstanding, before.components)
    (back,) = [t for t in after.transactions if t.kind == "reversal"]
    assert (back.reference, back.reverses, back.amount) == (receipt.reference, booked.reference, Decimal(100))
    refusals: tuple[tuple[dict[str, str], str], ...] = (
        ({"reverses": "none"}, "unknown_waiver"),
        ({"reverses": receipt.reference}, "unknown_waiver"),
        ({"loan_id": other}, "unknown_waiver"),
        ({"loan_id": "none"}, "unknown_loan"),
    )
    for number, (change, code) in enumerate(refusals):
        refused = await post(http, "/core/waiver-reversals", body | change, f"V:refused:{number}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await post(http, "/core/waiver-reversals", body | {"agreement": "A-2"}, "V:1")).status_code == 409


async def test_interest_of_a_plan_is_charged_once(http: httpx2.AsyncClient, book: SimulatedBook):
    """Owed from its day on; never for a day to come, nor in another currency, nor of nothing."""
    loan = book.loans[0].loan_id
    before = await account(http, loan, NOW)
    on = before.as_of.date().isoformat()
    body = {
        "loan_id": loan,
        "agreement": "A-1",
        "amount": "12.00",
        "currency": "CNY",
        "on": on,
        "as_of": NOW.isoformat(),
    }
    first, again = [await post(http, "/core/plan-interest", body) for _ in range(2)]
    assert first.json() == again.json() == (await http.get("/core/plan-interest/K:1")).json()
    after = await account(http, loan, NOW)
    assert after.outstanding == before.outstanding + 12
    (charge,) = [t for t in after.transactions if t.kind == "charge"]
    assert (charge.reference, charge.component) == (first.json()["reference"], "interest")
    for change, code in (
        ({"currency": "EUR"}, "wrong_currency"),
        ({"on": (NOW + 2 * DAY).date().isoformat()}, "not_yet_due"),
        ({"amount": "0"}, "not_yet_due"),
        ({"loan_id": "none"}, "unknown_loan"),
    ):
        refused = await post(http, "/core/plan-interest", body | change, f"K:{code}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_written_off_when_long_unpaid(http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl):
    """From the day on, and for good, whatever is paid later; not if it was paid before."""
    loan = next(loan for loan in book.loans if loan.write_off_after_days)
    since = next(r.overdue_since for r in book.requests if r.loan_id == loan.loan_id)
    patience = timedelta(days=loan.write_off_after_days or 0)
    midnight = NOW + (since + patience - NOW.date())
    assert (await account(http, loan.loan_id, midnight - DAY)).written_off_on is None
    assert (await account(http, loan.loan_id, midnight)).written_off_on == since + patience
    order = PaymentOrder(loan_id=loan.loan_id, amount=Decimal(9_000_000), posted_at=midnight + DAY)
    await control.pay(order)
    assert (await account(http, loan.loan_id, midnight + 9 * DAY)).written_off_on == since + patience
    other = next(one for one in book.loans if one.write_off_after_days and one != loan)
    await control.pay(PaymentOrder(loan_id=other.loan_id, amount=Decimal(9_000_000), posted_at=NOW))
    assert (await account(http, other.loan_id, NOW + 400 * DAY)).written_off_on is None


async def test_a_restriction_is_taken_once_and_only_a_cards_limit_is_frozen(
    http: httpx2.AsyncClient, book: SimulatedBook
):
    """Lifting what is not in force is no fault; a reused key is one."""
    loan = next(loan for loan in book.loans if loan.product != "credit_card")
    who = {"loan_id": loan.loan_id, "borrower_id": loan.borrower_id, "reason": "overdrawn", "as_of": NOW.isoformat()}
    body = who | {"restriction": "watch_list", "change": "imposed", "approval": "AP-1"}
    first, again = [await post(http, "/core/restrictions", body, "K:r") for _ in range(2)]
    assert first.json() == again.json() == (await http.get("/core/restrictions/K:r")).json()
    assert (await post(http, "/core/restrictions", body | {"change": "lifted"}, "K:l")).status_code == 200
    assert (await post(http, "/core/restrictions", body | {"change": "lifted"}, "K:r")).status_code == 409
    for change, code in (({"restriction": "freeze"}, "no_limit"), ({"borrower_id": "none"}, "unknown_loan")):
        refused = await post(http, "/core/restrictions", body | change, f"K:{code}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
