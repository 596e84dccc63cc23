"""The book's clock and people of the bank: asked once, answering as events, dropped when nobody waits any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.simulation.driving import Driven
from tests.simulation.standin_people import Forgetful

pytestmark = pytest.mark.stack


async def test_people_answer_what_a_case_asks_for(driven: Callable[[int], Driven]):
    """Handed to a person, a case is tried again or ended, weeks later; every answer is one more event."""
    world = driven(10)
    world.characters("will_not_pay")
    await world.start()
    report = await world.clock().carry(world.after(days=200))
    assert report.entries == ()
    assert report.running == ()
    ends = [await world.handle(loan).result() for loan in report.closed]
    assert set(ends) <= {"sold", "closed_by_bank"}
    assert report.acts["close_by_bank:delivered"] == len(ends) == len(world.requests)
    assert 1 <= report.acts["resume:delivered"] <= len(ends)


async def test_an_answer_that_is_not_waited_for_is_dropped(driven: Callable[[int], Driven]):
    """The case asks for nobody any more when somebody has time for it: nothing is sent."""
    world = driven(1)
    world.characters("will_not_pay")
    await world.start("Forgetful")
    (loan,) = world.requests
    report = await world.clock().carry(world.after(days=60))
    assert dict(report.acts) == {next(what for what in report.acts if what.endswith(":dropped")): 1}
    assert await world.client.get_workflow_handle(f"collection-{loan}").query(Forgetful.commanded) == 0


async def test_an_approved_offer_is_accepted_by_its_hash(driven: Callable[[int], Driven]):
    """The approval makes the offer; the borrower accepts that very one, some days later."""
    world = driven(4)
    world.characters("settles")
    await world.start("Approving")
    report = await world.clock().carry(world.after(days=15))
    assert report.entries == ()
    assert report.acts["decide_approval:delivered"] == 4
    assert report.acts["accept_plan:delivered"] == len(report.closed) > 0
    for loan in report.closed:
        assert await world.handle(loan).result() == f"offer-{loan} hash-of-it"


async def test_people_are_told_once(driven: Callable[[int], Driven]):
    """Another clock over the same book plans nothing twice: what was planned is in the bank."""
    world = driven(1)
    world.characters("will_not_pay")
    await world.start()
    for days in (20, 21, 22):  # asked for after sixteen, and no answer comes within two weeks
        await world.clock().carry(world.after(days=days))
        assert len([act for act in await world.bank.acts() if act.answers]) == 1


async def test_what_binds_all_loans_is_told_to_all(driven: Callable[[int], Driven]):
    """A notice of insolvency, recorded on one loan, reaches the borrower's other case at the same moment."""
    world = driven(24)
    two = [loans for loans in world.book.loans_of().values() if len(loans) == 2]
    world.characters("goes_insolvent")
    await world.start("StandIn", *(loan for loans in two for loan in loans))
    await world.clock().carry(world.after(days=70))
    told = 0
    for loans in two:
        held = {loan: at for loan in loans for what, _, at in await world.heard(loan) if what == "open_hold"}
        for first, held_at in held.items():
            (other,) = set(loans) - {first}
            closed_at = (await world.handle(other).describe()).close_time
            if closed_at and closed_at <= held_at:
                continue
            nudged = [at for what, _, at in await world.heard(other) if what == "borrower_changed"]
            assert [at for at in nudged if abs(at - held_at) < timedelta(minutes=1)] != []
            told += 1
        assert len(held) <= 1  # one notice, for one of them
    assert told > 0
