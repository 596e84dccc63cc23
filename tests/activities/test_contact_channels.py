"""Each channel goes to the gateway that carries it, with what people need who are to go; and is asked for there by key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.contact import ContactActivities
from activities.delivery import Delivery, House
from activities.http import Gateway
from ledger.personal import PersonalPoint, PersonalRecord, erase, intake
from ledger.switches import flip
from local import ports
from schemas.contact import Channel, ContactProposal
from schemas.facts import AttemptReleased, AttemptSent, ContactPointInvalid, OutsideFailed
from schemas.gateways import CallRequest, MessageRequest, VisitRequest
from schemas.ledger import Appended, RecordedFact
from schemas.orders import ContactOrder
from simulation.model import Fault, FaultMode, System
from tests.activities.acting import Acting
from tests.activities.support import FIELDS
from tests.ledger.support import NOON, Desk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGINS = NOON + 3 * DAY
STREET = "虚构省乌有市子虚路1号"
HOUSE = House(bank="Example Bank", hotline="400-000-0000")
CARRIERS: dict[Channel, System] = {
    "im": "messaging",
    "letter": "messaging",
    "robot_call": "telephony",
    "human_call": "telephony",
    "visit": "field",
}
TEMPLATES: dict[Channel, str] = {
    "im": "reminder_im",
    "letter": "lawyer_letter",
    "robot_call": "reminder_robot_call",
    "human_call": "collector_call",
    "visit": "visit_brief",
}
ADDRESSES: dict[Channel, str] = {"im": "im-user-1", "letter": STREET, "visit": STREET}
TIMES = {"appointment": BEGINS, "appointment_end": BEGINS + HOUR, "deadline": BEGINS + DAY}
GOING: dict[str, Any] = {**TIMES, "team": 3, "papers": ("staff_card", "authorisation_letter")}
MORE: dict[Channel, dict[str, Any]] = {
    "human_call": {"deadline": NOON + 2 * DAY, "exclude": ("collector-3",)},
    "visit": GOING,
}


@pytest.fixture
async def desk(acting: Acting) -> Desk:
    """An open case whose borrower has an address for every channel."""
    return await reachable(acting)


async def reachable(acting: Acting, **addresses: str) -> Desk:
    """One whose addresses differ in these."""
    desk = await acting.case()
    known = {channel: ADDRESSES.get(channel, "+8610012345678") for channel in CARRIERS} | addresses
    points = tuple(
        PersonalPoint(contact_point_id=f"{desk.borrower_id}-{channel}", value=value) for channel, value in known.items()
    )
    await intake(acting.pool, [PersonalRecord(party_id=desk.borrower_id, name="赵子虚", points=points)])
    return desk


def order(desk: Desk, channel: Channel, **changes: Any) -> ContactOrder:
    """What the workflow would order: a contact by this channel."""
    fields = {
        "attempt": f"{desk.loan_id}:1",
        "channel": channel,
        "contact_point_id": f"{desk.borrower_id}-{channel}",
        "party_id": desk.borrower_id,
        "template": TEMPLATES[channel],
        "zones": ("Asia/Shanghai",),
    }
    proposal = ContactProposal.model_validate(fields | MORE.get(channel, {}) | changes)
    figures = FIELDS | {"balance": "1050.00", "appointment": "2027-03-04 12:00", "demand_days": "15"}
    return ContactOrder(**dict(desk.order(key=proposal.attempt)), proposal=proposal, language="en", fields=figures)


def hands(acting: Acting, *reachable: System) -> ContactActivities:
    """Contacts where nobody listens but these, by default all."""
    nobody = Gateway(acting.http, f"http://127.0.0.1:{ports.free_port()}")

    def gateway(system: System) -> Gateway:
        return acting.gateway if not reachable or system in reachable else nobody

    delivery = Delivery(acting.pool, gateway("messaging"), gateway("telephony"), gateway("field"), HOUSE)
    return ContactActivities(acting.pool, delivery)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An activity whose patience is short."""
    monkeypatch.setattr("activities.contact.PATIENCE", 0.4)
    monkeypatch.setattr("activities.contact.PAUSE", 0.05)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that knows no such key is believed at once."""
    monkeypatch.setattr("activities.contact.SETTLED", 0.0)


def kinds(answer: Appended) -> list[str]:
    """What the answer tells of."""
    return [fact.body.kind for fact in answer.facts]


def last(answer: Appended) -> RecordedFact:
    """The end of it."""
    return answer.facts[-1]


@pytest.mark.parametrize("channel", CARRIERS)
async def test_each_channel_goes_to_the_gateway_that_carries_it(acting: Acting, desk: Desk, channel: Channel) -> None:
    """The others are not needed; sent once, however often it is ordered; whose word it is stands in the ledger."""
    system = CARRIERS[channel]
    make = hands(acting, system).make_contact
    asked_for = order(desk, channel)
    answer = await acting.run(make, asked_for)
    (taken,) = await acting.taken(desk)
    assert (taken.system, taken.channel, taken.key) == (system, channel, asked_for.proposal.attempt)
    assert kinds(answer) == ["attempt_reserved", "attempt_sending", "attempt_sent"]
    assert last(answer).body == AttemptSent(attempt=taken.key, gateway_reference=taken.reference)
    assert last(answer).source == ("field_force" if system == "field" else system)
    again = await acting.run(make, asked_for)
    assert again.facts == answer.facts
    assert await acting.taken(desk) == [taken]


async def test_the_field_force_gets_team_appointment_papers_and_brief(acting: Acting, desk: Desk) -> None:
    """All that people need who go: where, when, how many, what they take with them, what it is about."""
    await acting.run(hands(acting).make_contact, order(desk, "visit"))
    (asked,) = acting.asked
    assert (asked.path, asked.key) == ("/field/visits", f"{desk.loan_id}:1")
    visit = VisitRequest.model_validate_json(asked.body)
    assert (visit.team, visit.papers) == (3, ("staff_card", "authorisation_letter"))
    assert (visit.appointment, visit.appointment_end, visit.deadline) == (BEGINS, BEGINS + HOUR, BEGINS + DAY)
    assert (visit.channel, visit.address, visit.contact_point_id) == ("visit", STREET, f"{desk.borrower_id}-visit")
    assert (visit.loan_id, visit.borrower_id, visit.purpose) == (desk.loan_id, desk.borrower_id, "dunning")
    assert all(word in visit.text for word in ("2027-03-04 12:00", "1050.00 CNY", "Example Bank", "400-000-0000"))
    assert NOON <= visit.as_of < NOON + timedelta(minutes=1)
    (taken,) = await acting.taken(desk)
    assert (taken.team, taken.appointment, taken.appointment_end) == (3, BEGINS, BEGINS + HOUR)


async def test_an_instant_message_goes_to_who_they_are_in_the_messenger(acting: Acting, desk: Desk) -> None:
    """A finished text, to a handle."""
    await acting.run(hands(acting).make_contact, order(desk, "im"))
    (asked,) = acting.asked
    assert asked.path == "/messaging/messages"
    message = MessageRequest.model_validate_json(asked.body)
    assert (message.channel, message.address, message.template) == ("im", "im-user-1", "reminder_im")
    assert "1050.00" in message.text
    assert "${" not in message.text


async def test_a_collectors_task_says_until_when_and_who_must_not_get_it(acting: Acting, desk: Desk) -> None:
    """To telephony."""
    await acting.run(hands(acting).make_contact, order(desk, "human_call"))
    (asked,) = acting.asked
    assert asked.path == "/telephony/human-calls"
    call = CallRequest.model_validate_json(asked.body)
    assert (call.deadline, call.exclude) == (NOON + 2 * DAY, ("collector-3",))


@pytest.mark.parametrize("channel", CARRIERS)
@pytest.mark.usefixtures("quick")
async def test_after_a_lost_answer_the_same_gateway_is_asked_by_key(
    acting: Acting, desk: Desk, channel: Channel
) -> None:
    """It had taken it: recorded as sent, and there is one."""
    await acting.bank.fault(Fault(system=CARRIERS[channel], mode="lose_answer", times=1))
    answer = await acting.run(hands(acting, CARRIERS[channel]).make_contact, order(desk, channel))
    (taken,) = await acting.taken(desk)
    assert last(answer).body == AttemptSent(attempt=taken.key, gateway_reference=taken.reference)
    assert [method for method, _ in acting.ways] == ["POST", "GET"]


@pytest.mark.usefixtures("quick", "settled")
async def test_a_visit_that_nobody_can_say_of_is_found_or_given_up_later(acting: Acting, desk: Desk) -> None:
    """Its answer was lost and then the field force could not be reached: unknown; resolved by key once it can."""
    await acting.bank.fault(Fault(system="field", mode="lose_answer", times=1))
    await acting.bank.fault(Fault(system="field", mode="down"))
    wanted = order(desk, "visit")
    answer = await acting.run(hands(acting).make_contact, wanted)
    assert kinds(answer)[2:] == ["outside_failed", "attempt_unknown"]
    assert answer.facts[2].body == OutsideFailed(system="field_force", code="connection_lost")
    await acting.bank.heal()
    found = await acting.run(hands(acting).resolve_attempt, wanted)
    (taken,) = await acting.taken(desk)
    assert last(found).body == AttemptSent(attempt=taken.key, gateway_reference=taken.reference)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("mode", "code", "released"),
    [("down", "unavailable", "gateway_failed"), ("refuse", "refused", "refused_by_gateway")],
)
async def test_a_field_force_that_does_not_take_it_is_named(
    acting: Acting, desk: Desk, mode: FaultMode, code: str, released: str
) -> None:
    """The failure is the field force's, so that its patience is counted apart from messaging's."""
    await acting.bank.fault(Fault(system="field", mode=mode))
    answer = await acting.run(hands(acting).make_contact, order(desk, "visit"))
    assert kinds(answer) == ["attempt_reserved", "attempt_sending", "outside_failed", "attempt_released"]
    assert answer.facts[2].body == OutsideFailed(system="field_force", code=code)
    assert last(answer).body == AttemptReleased(attempt=f"{desk.loan_id}:1", code=released)
    assert {fact.source for fact in answer.facts[2:]} == {"field_force"}
    assert await acting.taken(desk) == []


@pytest.mark.parametrize(
    ("changes", "at", "code"),
    [({"team": 1}, NOON, "team_too_small"), ({}, BEGINS, "appointment_past")],
    ids=["one person", "too late"],
)
async def test_a_visit_that_the_field_force_cannot_make_is_no_fault_of_the_address(
    acting: Acting, desk: Desk, changes: dict[str, Any], at: datetime, code: str
) -> None:
    """An operator sees why; the address stays good, and the slot is given back."""
    answer = await acting.run(hands(acting).make_contact, order(desk, "visit", **changes), at=at)
    assert answer.facts[2].body == OutsideFailed(system="field_force", code=code)
    assert last(answer).body == AttemptReleased(attempt=f"{desk.loan_id}:1", code="refused_by_gateway")
    assert await acting.taken(desk) == []


@pytest.mark.parametrize(("channel", "address"), [("im", "two words"), ("visit", "  "), ("human_call", "none")])
async def test_an_address_that_is_none_is_given_up_and_not_the_channel(
    acting: Acting, channel: Channel, address: str
) -> None:
    """The case learns that this contact point reaches nobody; no system has failed."""
    desk = await reachable(acting, **{channel: address})
    answer = await acting.run(hands(acting).make_contact, order(desk, channel))
    assert kinds(answer) == ["attempt_reserved", "attempt_sending", "contact_point_invalid", "attempt_released"]
    assert answer.facts[2].body == ContactPointInvalid(contact_point_id=f"{desk.borrower_id}-{channel}")
    assert await acting.taken(desk) == []


async def test_without_an_address_nobody_is_sent(acting: Acting, desk: Desk) -> None:
    """Erased: released before anything left."""
    await erase(acting.pool, desk.borrower_id)
    answer = await acting.run(hands(acting).make_contact, order(desk, "visit"))
    assert kinds(answer) == ["attempt_reserved", "contact_point_invalid", "attempt_released"]
    assert acting.asked == []


async def test_in_shadow_mode_nobody_goes(acting: Acting, desk: Desk) -> None:
    """It counts as sent, and says that it is on paper only."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    answer = await acting.run(hands(acting).make_contact, order(desk, "visit"))
    assert last(answer).body == AttemptSent(attempt=f"{desk.loan_id}:1", shadow=True)
    assert acting.asked == []
    assert await acting.taken(desk) == []
