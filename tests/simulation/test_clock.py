"""The book's clock, on a real Temporal server, over a stand-in case and the real simulated bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.messages import RecordContact
from simulation.cases import Cases, Handed, Stalled, Start
from simulation.clock import CarryReport, Progress
from simulation.model import Act, Character, Fault, PaymentOrder, ReversalOrder
from tests.simulation.conftest import BankProcess
from tests.simulation.driving import Driven
from tests.simulation.standin import StandIn

pytestmark = pytest.mark.stack


async def test_a_book_lives_through_months(driven: Callable[[int], Driven]):
    """Every act is delivered in order and at its time; payers end cured; who never pays stays with a person."""
    world = driven(16)
    never: tuple[Character, ...] = ("will_not_pay", "lost_contact", "refuses")
    world.characters("forgets", "needs_time", "pays_unasked", "pays_then_reverses", *never)
    await world.start()
    seen: list[Progress] = []
    until = world.after(days=120)
    report = await world.clock().carry(until, seen.append)
    assert report.entries == ()
    assert report.stalled == ()
    assert sorted([*report.running, *report.closed]) == sorted(world.requests)
    characters = {b.borrower_id: b.character for b in world.book.borrowers}
    cured = {characters[world.requests[loan].borrower_id] for loan in report.closed}
    left = {characters[world.requests[loan].borrower_id] for loan in report.running}
    assert {"forgets", "needs_time", "pays_unasked", "pays_then_reverses"} <= cured
    assert left <= set(never)
    assert await world.bank.acts(until=until) == ()
    assert report.acts["reversal:reopened"] >= 1
    assert seen[-1].events == report.events
    assert seen[-1].running + seen[-1].closed == len(world.requests)
    await _in_order(world, report)


async def _in_order(world: Driven, report: CarryReport) -> None:
    """What the cases that are still running heard is what the bank delivered, none of it early, in its order.

    Answers to what a case asked for are left out: it may not ask any more, and then they are dropped.
    """
    for loan in report.running:
        heard = [one for one in await world.heard(loan) if one[0] not in ("borrower_changed", "resume")]
        delivered = [act for act in await world.bank.acts(delivered=True, limit=10_000) if act.loan_id == loan]
        told = [act for act in delivered if act.kind != "borrower_fact" and not act.answers]
        acts = told[-len(heard) :] if heard else []
        assert len(acts) == len(heard)
        for act, (_, _, at) in zip(acts, heard, strict=True):
            assert act.at <= at <= act.at + timedelta(minutes=5)


async def test_one_time_for_all_loans_of_a_borrower(driven: Callable[[int], Driven]):
    """A fact of the borrower finds all their cases at its own time."""
    world = driven(6)
    borrower, loans = next((b, loans) for b, loans in world.book.loans_of().items() if len(loans) == 2)
    world.characters("opts_out")
    await world.start()
    await world.clock().carry(world.after(days=6))
    facts = [act for act in world.facts if act.borrower_id == borrower]
    assert facts
    nudges = [[at for name, _, at in await world.heard(loan) if name == "borrower_changed"] for loan in loans]
    for act, one, other in zip(facts, *nudges, strict=True):
        assert act.at <= one <= act.at + timedelta(minutes=2)
        assert abs(one - other) < timedelta(minutes=1)


async def test_a_reversal_opens_a_closed_case_at_its_time(driven: Callable[[int], Driven]):
    """Paid by hand and closed; the reversal days later starts a new run, which opens at the reversal's time."""
    world = driven(1)
    await world.start()
    (loan,) = world.requests
    paid_at, back_at = world.after(hours=2), world.after(days=3)
    order = PaymentOrder(loan_id=loan, amount=Decimal(1_000_000), posted_at=paid_at)
    paid = await world.bank.pay(order)
    await world.bank.reverse(ReversalOrder(reverses=paid.reference, posted_at=back_at))
    clock = world.clock()
    first = await clock.carry(world.after(days=2))
    assert first.closed == (loan,)
    assert await world.handle(loan).result() == "cured"
    second = await clock.carry(world.after(days=3, hours=1))
    assert second.running == (loan,)
    assert second.acts == {"payment:delivered": 1, "reversal:reopened": 1}
    ((name, what, _),) = await world.heard(loan)
    assert (name, what) == ("payment_reversed", paid.reference)
    agenda = await world.handle(loan).query(StandIn.agenda)
    assert agenda.until is not None
    assert back_at + timedelta(days=4) <= agenda.until <= back_at + timedelta(days=4, minutes=5)


async def test_a_payment_to_a_closed_case_is_not_sent(driven: Callable[[int], Driven]):
    """There is nothing to stop: it is marked as delivered, and no case opens."""
    world = driven(1)
    await world.start()
    (loan,) = world.requests
    for hours in (2, 50):
        await world.bank.pay(PaymentOrder(loan_id=loan, amount=Decimal(1_000_000), posted_at=world.after(hours=hours)))
    report = await world.clock().carry(world.after(days=4))
    assert report.acts == {"payment:closed": 1, "payment:delivered": 1}
    assert report.closed == (loan,)
    assert await world.bank.acts() == ()


async def test_a_gateway_that_comes_back(driven: Callable[[int], Driven]):
    """While a gateway is down the clock waits in real time; when it is back the case goes on."""
    world = driven(1)
    await world.start()
    await world.bank.fault(Fault(system="messaging", mode="down", times=5))
    report = await world.clock().carry(world.after(days=5))
    assert report.entries == ()
    assert len(await world.bank.accepted()) == 1


async def test_stalled_cases_are_reported_and_the_rest_goes_on(driven: Callable[[int], Driven]):
    """A case in flight for ever, one whose code is broken, one never started: three entries, nothing hangs."""
    world = driven(4)
    loans = {b: of for b, of in world.book.loans_of().items() if len(of) == 1}
    stuck, broken, *_ = [of[0] for of in loans.values()]
    rest = [loan for loan in world.requests if loan not in (stuck, broken)]
    await world.start("StandIn", stuck, *rest[1:])
    await world.start("Broken", broken)
    await world.bank.fault(Fault(system="messaging", mode="down"))
    report = await world.clock(patience=4).carry(world.after(days=5))
    codes = {entry.loan_id: entry.code for entry in report.entries}
    assert codes[stuck] == "not_quiet"
    assert codes[broken] == "task_failing"
    assert codes[rest[0]] == "not_started"
    assert {world.requests[stuck].borrower_id, world.requests[broken].borrower_id} <= set(report.stalled)


async def test_a_collectors_word_that_is_not_answered_or_refused(driven: Callable[[int], Driven]):
    """The clock gives up on an update that stays open, and says so; one that fails is told as failed."""
    world = driven(1)
    await world.start("Mute")
    (loan,) = world.requests
    hurried, patient = (Cases(world.client, Start(task_queue=world.queue), timedelta(seconds=s)) for s in (1, 60))
    act = Act(
        id="record-1",
        at=world.opens_at,
        loan_id=loan,
        borrower_id=world.requests[loan].borrower_id,
        kind="record_contact",
        payload=RecordContact(by="collector-1", result="promised").model_dump(mode="json"),
    )
    with pytest.raises(Stalled, match="no_answer"):
        await hurried.deliver(act, True, world.requests.__getitem__)
    payload = act.payload | {"result": "refused"}
    refused = act.model_copy(update={"id": "record-2", "payload": payload})
    assert await patient.deliver(refused, True, world.requests.__getitem__) == Handed("failed", "not now")
    await world.handle(loan).terminate()
    assert await patient.deliver(act, True, world.requests.__getitem__) == Handed("closed")


async def test_a_terminated_case_is_closed(driven: Callable[[int], Driven]):
    """A case ended from outside is no more waited for."""
    world = driven(1)
    await world.start()
    (loan,) = world.requests
    await world.handle(loan).terminate()
    report = await world.clock().carry(world.after(days=20))
    assert report.closed == (loan,)
    assert report.entries == ()


async def test_the_bank_killed_underway(driven: Callable[[int], Driven], bank: BankProcess):
    """The bank is killed and started again while the book moves: all of it still happens, each act once."""
    world = driven(6)
    await world.start()
    killed = False

    def kill(progress: Progress) -> None:
        nonlocal killed
        if not killed and progress.acts >= 3:
            killed = True
            bank.kill()
            bank.start()

    until = world.after(days=30)
    report = await world.clock().carry(until, kill)
    assert killed
    assert report.stalled == ()
    assert await world.bank.acts(until=until) == ()
    for loan in report.running:
        results = [what for what in await world.heard(loan) if what[0] == "record_contact"]
        assert len(results) == len({at for _, _, at in results})
