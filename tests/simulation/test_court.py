"""The court's course: accepted or returned, decided or settled, enforced or not; and nothing more after a withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import httpx2
import pytest

from schemas.court import CourtStep, Piece
from schemas.gateways import CourtReceipt, CourtRequest
from schemas.messages import CourtReportedSignal
from simulation import court
from simulation.book import SimulatedBook
from simulation.control import BankControl
from simulation.model import Act, Character, today_at_bank
from tests.simulation import asking
from tests.simulation.asking import NOW, all_alike, post
from tests.simulation.lives import Life

DAY = timedelta(days=1)


def takes(life: Life, step: CourtStep, at: datetime = NOW, lacking: Sequence[Piece] = ()) -> tuple[Act, ...]:
    """What follows from a step taken about this life's loan."""
    request = CourtRequest.model_validate(asking.court(life.loan, at))
    acts = court.follows(life.seed, life.borrower, step, f"{step}:{at:%j}", request, lacking, life.history)
    assert acts == court.follows(life.seed, life.borrower, step, f"{step}:{at:%j}", request, lacking, life.history)
    life.happens(acts)
    return acts


def reported(acts: Sequence[Act]) -> list[CourtReportedSignal]:
    """What the court reports, by time."""
    return [CourtReportedSignal.model_validate(act.payload) for act in acts if act.kind == "court_reported"]


def a_suit(character: Character, seed: int) -> tuple[Life, list[CourtReportedSignal]]:
    """A life of this character, sued."""
    life = Life(character, seed)
    return life, reported(takes(life, "file"))


@pytest.mark.parametrize("seed", range(12))
def test_accepted_and_decided(seed: int):
    """Within a week, then a month or two later: on working days, under one number, the judgment with what is awarded."""
    _, (accepted, decided) = a_suit("will_not_pay", seed)
    assert (accepted.milestone, decided.milestone) == ("accepted", "judgment")
    assert 3 <= (accepted.on - today_at_bank(NOW)).days <= 7
    assert 30 <= (decided.on - accepted.on).days <= 60
    assert accepted.on.weekday() < 5
    assert decided.on.weekday() < 5
    assert accepted.reference == decided.reference
    assert decided.amount == Decimal(12_000)
    assert decided.at.date() >= decided.on


def test_some_judgments_are_not_sent_on():
    """They speak of their day all the same, ten weeks later."""
    late = [a_suit("will_not_pay", seed)[1][1] for seed in range(40)]
    overdue = [one for one in late if one.at - NOW > (one.on - today_at_bank(NOW)).days * DAY + 30 * DAY]
    assert 0 < len(overdue) < 15


def test_returned_for_want_of_a_paper():
    """Named in the suit, and not in the archive: its code is the piece."""
    life = Life("will_not_pay")
    (back,) = reported(takes(life, "file", lacking=("contract",)))
    assert (back.milestone, back.code) == ("returned", "contract")
    assert 2 <= (back.on - today_at_bank(NOW)).days <= 4


def test_who_gives_in_before_the_court():
    """After it was accepted, before the court (taken down as a promise there), or after the judgment: the whole balance."""
    ways = set()
    for seed in range(12):
        life, reports = a_suit("gives_in_at_court", seed)
        (paid,) = life.of("payment")
        assert life.owed(paid.at) == 0
        before = [report.milestone for report in reports if report.at < paid.at]
        ways.add(before[-1])
        if "mediated" in before:
            (promise,) = life.of("accept_promise")
            assert promise.at < reports[-1].at
            command = promise.payload["command"]
            assert (command["channel"], command["amount"]) == ("court", paid.payload["amount"])
            assert command["pay_by"] >= paid.payload["value_date"]
    assert ways == {"accepted", "mediated", "judgment"}


def test_who_settles_asks_for_it():
    """Days after the suit was accepted they ring; the court hears later that they came to terms."""
    life, reports = a_suit("settles", 3)
    (told,) = life.of("inbound_contact")
    assert told.payload["intent"] == "wants_settlement"
    assert reports[0].at < told.at < reports[1].at
    assert reports[1].milestone == "mediated"


@pytest.mark.parametrize(
    ("character", "ends"), [("refuses", {"enforced", "terminated"}), ("cannot_pay", {"terminated"})]
)
def test_enforcement(character: Character, ends: set[str]):
    """The money comes the same day, all of it or a part; or there is nothing to take."""
    seen = set()
    for seed in range(12):
        life = Life(character, seed)
        before = life.owed(NOW)
        (report,) = reported(takes(life, "apply_for_enforcement"))
        seen.add(report.milestone)
        assert 15 <= (report.on - today_at_bank(NOW)).days <= 40
        assert len(life.of("payment")) == (report.milestone == "enforced")
        for paid in life.of("payment"):
            assert paid.payload["value_date"] == report.on.isoformat()
            assert Decimal(paid.payload["amount"]) == report.amount
            assert life.owed(report.at) == before - (report.amount or 0)
    assert seen == ends


def test_property_found_is_there_to_be_taken():
    """For some something is found later; then enforcement brings all of it. Nothing found is not reported."""
    found = 0
    for seed in range(20):
        life = Life("lost_contact", seed)
        acts = takes(life, "check_property")
        if acts:
            found += 1
            assert [one.milestone for one in reported(acts)] == ["property_found"]
            (report,) = reported(takes(life, "apply_for_enforcement", NOW + 40 * DAY))
            assert report.milestone == "enforced"
            assert life.owed(report.at) == 0
    assert 0 < found < 20


STEPS = ("filings", "enforcements", "property-checks", "withdrawals")


@pytest.fixture
def book(book: SimulatedBook) -> SimulatedBook:
    """Borrowers who give in at court."""
    return all_alike(book, "gives_in_at_court")


async def test_each_step_once_for_a_key(http: httpx2.AsyncClient, book: SimulatedBook):
    """The receipt names the suit, the same for every step of a loan, and is found again by key."""
    loan = book.loans[0]
    numbers = set()
    for n, step in enumerate(STEPS):
        body = asking.court(loan, NOW + n * DAY)
        first, again = [await post(http, f"/court/{step}", body) for _ in range(2)]
        receipt = CourtReceipt.model_validate(first.json())
        assert first.json() == again.json() == (await http.get(f"/court/{step}/K:1")).json()
        assert receipt.on == today_at_bank(NOW + n * DAY)
        numbers.add(receipt.reference)
        other = await post(http, f"/court/{step}", body | {"claim": "1.00"})
        assert other.json()["code"] == "idempotency_conflict"
        assert (await http.get(f"/court/{step}/none")).json()["code"] == "unknown_key"
    assert len(numbers) == 1


async def test_nothing_is_reported_after_a_withdrawal(
    http: httpx2.AsyncClient, book: SimulatedBook, control: BankControl
):
    """No milestone, and none of the money that was still to come of the suit; other loans' suits go on."""
    for n in (0, 1):
        await post(http, "/court/filings", asking.court(book.loans[n]), f"K:{n}")
    before = [act for act in await control.acts(limit=1000) if act.cause == "K:0"]
    assert {"court_reported", "payment"} <= {act.kind for act in before}
    first = before[0].at
    await post(http, "/court/withdrawals", asking.court(book.loans[0], first), "W:0")
    after = await control.acts(limit=1000)
    assert [act for act in after if act.cause == "K:0"] == before[:1]
    assert [act for act in after if act.cause == "K:1"]
    late = {"as_of": (NOW + 400 * DAY).isoformat()}
    shown = (await http.get(f"/core/loans/{book.loans[0].loan_id}/account", params=late)).json()
    assert len(shown["transactions"]) == len(book.loans[0].transactions)


async def test_a_paper_that_is_not_there_comes_back(
    http: httpx2.AsyncClient, control: BankControl, book: SimulatedBook
):
    """The court looks for the papers that the suit names, as of then."""
    lacking = next(loan for loan in book.loans if loan.missing)
    await post(http, "/court/filings", asking.court(lacking), "K:1")
    (report,) = [act for act in await control.acts(limit=1000) if act.kind == "court_reported"]
    assert (report.payload["milestone"], report.payload["code"]) == ("returned", lacking.missing[0])
    without = [p for p in ("identity", "contract", "statements", "service_address") if p not in lacking.missing]
    await post(http, "/court/filings", asking.court(lacking, NOW + 9 * DAY, pieces=without), "K:2")
    reports = [act.payload.get("milestone") for act in await control.acts(limit=1000) if act.cause == "K:2"]
    assert "accepted" in reports
