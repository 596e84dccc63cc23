"""Tasks of people taken back: in time, or too late; the fact says which, and the first answer stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from activities.http import Ambiguous, NotFound, NotTaken
from activities.tasks import Tasks
from schemas.contact import ContactProposal
from schemas.facts import TaskCalledOff
from schemas.gateways import CallOffRequest, CallRequest, VisitRequest
from schemas.orders import CallOffOrder
from simulation.model import Fault, System
from tests.activities.acting import Acting
from tests.ledger.support import NOON, Desk, payment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALL_ENDS, VISIT_BEGINS = NOON + 2 * DAY, NOON + 3 * DAY
Kind = Callable[[Desk], ContactProposal]
PLACES = {"human_call": "/telephony/human-calls", "visit": "/field/visits"}


@pytest.fixture
def tasks(acting: Acting) -> Tasks:
    """The activity."""
    return Tasks(acting.pool, acting.gateway, acting.gateway)


@pytest.fixture
async def desk(acting: Acting) -> Desk:
    """An open case."""
    return await acting.case()


def call(desk: Desk) -> ContactProposal:
    """A collector is to call within two days."""
    return ContactProposal(
        attempt=f"{desk.loan_id}:1",
        channel="human_call",
        contact_point_id="cp-1",
        party_id=desk.borrower_id,
        template="collector_call",
        deadline=CALL_ENDS,
    )


def visit(desk: Desk) -> ContactProposal:
    """Two people are to go in three days."""
    return ContactProposal(
        attempt=f"{desk.loan_id}:2",
        channel="visit",
        contact_point_id="cp-2",
        party_id=desk.borrower_id,
        template="visit_brief",
        appointment=VISIT_BEGINS,
        appointment_end=VISIT_BEGINS + HOUR,
        deadline=VISIT_BEGINS + DAY,
        team=2,
    )


async def given(acting: Acting, desk: Desk, proposal: ContactProposal) -> None:
    """The task is with the people who carry it out."""
    fields = proposal.model_dump() | {
        "loan_id": desk.loan_id,
        "borrower_id": desk.borrower_id,
        "address": "+8610012345678",
        "language": "en",
        "text": "A brief.",
        "as_of": NOON,
    }
    body = (VisitRequest if proposal.channel == "visit" else CallRequest).model_validate(fields)
    answer = await acting.http.post(
        f"{acting.url}{PLACES[proposal.channel]}",
        content=body.model_dump_json(),
        headers={"Idempotency-Key": proposal.attempt},
    )
    answer.raise_for_status()
    acting.asked.clear()


def off(acting: Acting, desk: Desk, proposal: ContactProposal, reason: str = "paid") -> CallOffOrder:
    return acting.order(
        CallOffOrder, desk, key=f"{proposal.attempt}:off", as_of=NOON + HOUR / 2, proposal=proposal, reason=reason
    )


async def is_off(acting: Acting, desk: Desk) -> bool:
    """Whether the task was really taken back."""
    (task,) = await acting.taken(desk)
    return task.called_off


@pytest.mark.parametrize(("kind", "source"), [(call, "telephony"), (visit, "field_force")], ids=["human call", "visit"])
class TestBoth:
    """Calls and visits alike."""

    async def test_in_time(self, acting: Acting, tasks: Tasks, desk: Desk, kind: Kind, source: str) -> None:
        """Asked of those who have it, with the reason; nothing comes of it any more, and one fact says so."""
        proposal = kind(desk)
        await given(acting, desk, proposal)
        assert await acting.acts(desk) != []
        order = off(acting, desk, proposal)
        answer = await acting.run(tasks.call_off, order)
        (fact,) = await acting.recorded(desk)
        assert answer.facts == (fact,)
        assert (fact.fact_id, fact.source) == (order.key, source)
        assert fact.body == TaskCalledOff(attempt=proposal.attempt, code="paid", too_late=False)
        (asked,) = acting.asked
        assert (asked.path, asked.key) == (f"{PLACES[proposal.channel]}/{proposal.attempt}/cancellation", order.key)
        assert CallOffRequest.model_validate_json(asked.body) == CallOffRequest(reason="paid", as_of=order.as_of)
        assert await is_off(acting, desk)
        assert await acting.acts(desk) == []

    async def test_too_late(self, acting: Acting, tasks: Tasks, desk: Desk, kind: Kind, source: str) -> None:
        """At the appointment, or past the deadline: its report comes, and the fact says that it was too late."""
        proposal = kind(desk)
        await given(acting, desk, proposal)
        coming = await acting.acts(desk)
        order = off(acting, desk, proposal).model_copy(update={"as_of": proposal.appointment or proposal.deadline})
        await acting.run(tasks.call_off, order)
        (fact,) = await acting.recorded(desk)
        assert fact.source == source
        assert fact.body == TaskCalledOff(attempt=proposal.attempt, code="paid", too_late=True)
        assert not await is_off(acting, desk)
        assert await acting.acts(desk) == coming

    async def test_the_same_order_twice(
        self, acting: Acting, tasks: Tasks, desk: Desk, kind: Kind, source: str
    ) -> None:
        """One fact, and the answer is the same."""
        proposal = kind(desk)
        await given(acting, desk, proposal)
        order = off(acting, desk, proposal)
        first = await acting.run(tasks.call_off, order)
        again = await acting.run(tasks.call_off, order, at=NOON + 9 * DAY)
        assert again.facts == first.facts
        assert len(await acting.recorded(desk)) == 1

    async def test_ordered_again_after_the_answer_was_lost(
        self, acting: Acting, tasks: Tasks, desk: Desk, kind: Kind, source: str
    ) -> None:
        """Days later, for another reason: it had been taken back in time, and so the fact says."""
        proposal = kind(desk)
        await given(acting, desk, proposal)
        system: System = "field" if source == "field_force" else "telephony"
        await acting.bank.fault(Fault(system=system, mode="lose_answer", times=1))
        with pytest.raises(Ambiguous, match="connection_lost"):
            await acting.run(tasks.call_off, off(acting, desk, proposal))
        assert await acting.recorded(desk) == []
        await desk.tell(payment("p1"))
        later = off(acting, desk, proposal, "agreed").model_copy(update={"as_of": NOON + 9 * DAY})
        answer = await acting.run(tasks.call_off, later, at=NOON + 9 * DAY)
        (body,) = [fact.body for fact in answer.facts]
        assert isinstance(body, TaskCalledOff)
        assert (body.attempt, body.too_late) == (proposal.attempt, False)
        assert await is_off(acting, desk)

    async def test_nobody_has_it(self, acting: Acting, tasks: Tasks, desk: Desk, kind: Kind, source: str) -> None:
        """Refused for good, and nothing is written: a task that was never given was not taken back."""
        with pytest.raises(NotFound, match="unknown_key"):
            await acting.run(tasks.call_off, off(acting, desk, kind(desk)))
        assert await acting.recorded(desk) == []


@pytest.mark.parametrize(("kind", "down"), [(call, "telephony"), (visit, "field")], ids=["human call", "visit"])
async def test_only_those_who_have_it_are_asked(
    acting: Acting, tasks: Tasks, desk: Desk, kind: Kind, down: System
) -> None:
    """While they cannot be reached nothing is written; what the others are doing does not matter."""
    proposal = kind(desk)
    await given(acting, desk, proposal)
    await acting.bank.fault(Fault(system=down, mode="down"))
    with pytest.raises(NotTaken, match="unavailable"):
        await acting.run(tasks.call_off, off(acting, desk, proposal))
    assert await acting.recorded(desk) == []
    assert not await is_off(acting, desk)
    await acting.bank.heal()
    await acting.bank.fault(Fault(system="telephony" if down == "field" else "field", mode="down"))
    await acting.run(tasks.call_off, off(acting, desk, proposal))
    assert await is_off(acting, desk)
