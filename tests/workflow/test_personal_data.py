"""Nothing personal outside the personal tables and the requests to the gateways: every other trace is searched.

What somebody else writes in clear into a message of their own, Temporal keeps as it came; that is for the sender and a
payload codec. Here such payloads are known byte by byte, and only those are left out of the search.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import structlog
from temporalio.client import WorkflowFailureError, WorkflowHandle, WorkflowUpdateFailedError

from activities import queues
from domain.commands.table import NAMES
from ledger.append import append
from ledger.borrowers import record_borrower_fact
from ledger.personal import PersonalPoint, PersonalRecord, erase, intake, put_note
from ledger.reading import head
from local.home import Home
from operations.logs import configure
from schemas.contact import POINT_OF
from schemas.facts import (
    ChannelOptedIn,
    ChannelOptedOut,
    CommandRefused,
    ContactPointAdded,
    ContactPointInvalid,
    Fact,
    OutsideFailed,
)
from schemas.ledger import Append, NewFact
from schemas.loan import ContactPoint
from simulation.model import Fault
from tests.workflow.traces import Person, Search, found, texts
from tests.workflow.world import World, until

pytestmark = pytest.mark.stack

FEEDS = (
    "payment_posted",
    "payment_reversed",
    "contact_result",
    "inbound_contact",
    "visit_result",
    "document_arrived",
    "court_reported",
    "borrower_changed",
    "complaint",
)
UPDATES = (*NAMES.values(), "forgive")


@pytest.fixture
def logged(home: Home, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """What has been logged since: ours as in production, standard output and error, and each server's own log."""
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    configure("json")
    structlog.configure(cache_logger_on_first_use=False)  # other tests want other loggers
    root.addHandler(caplog.handler)

    def read() -> str:
        files = [path.read_text(errors="replace") for path in sorted(home.logs.iterdir()) if path.is_file()]
        lines = "\n".join([caplog.text, *capfd.readouterr(), *files]).splitlines()
        return "\n".join(text for line in lines for text in texts(line))

    yield read
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**structured)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bodies of all requests that leave this process by HTTP, as they leave."""
    left: list[str] = []
    send = httpx2.AsyncClient.send

    async def note(self: httpx2.AsyncClient, request: httpx2.Request, **options: Any) -> httpx2.Response:
        left.append(json.dumps(json.loads(request.content), ensure_ascii=False) if request.content else "")
        return await send(self, request, **options)

    monkeypatch.setattr(httpx2.AsyncClient, "send", note)
    return left


@pytest.fixture
async def search(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Search]:
    """The search, in a world whose contact activities give up quickly; the systems outside are well afterwards."""
    monkeypatch.setattr("activities.contact.PATIENCE", 0.2)
    monkeypatch.setattr("activities.contact.PAUSE", 0.1)
    yield Search(world)
    await world.bank.heal()


async def begun(world: World, name: str, **loan: Any) -> tuple[Person, WorkflowHandle[Any, Any]]:
    """A person with a loan overdue, their data in the personal tables, and the case."""
    request = await world.loan(credit_authorisation="AUTH-1", **loan)
    person = Person.of(request.loan_id, name)
    await intake(world.pool, [person.record()])
    return person, await world.start(request)


def borrower_fact(fact_id: str, body: Fact) -> NewFact:
    return NewFact(fact_id=f"{fact_id}-{uuid4().hex[:8]}", occurred_at=datetime.now(UTC), source="desk", body=body)


async def up_the_ladder(world: World) -> tuple[Person, WorkflowHandle[Any, Any]]:
    """Contacts on every channel, a conversation with notes, and a payment that ends it."""
    person, handle = await begun(world, "赵子虚", overdue_days=22)
    contacts = await world.contacted(handle, times=6)
    assert {contact.channel for contact in contacts} == set(POINT_OF) - {"im", "visit"}
    words = f"{person.name} 说从 {person.phone} 打来，信寄 {person.postal}"
    await put_note(world.pool, f"{person.loan_id}-note", words, f"{person.loan_id}-P")
    talk = {"by": "collector-7", "result": "promised", "identity_verified": True, "note_id": f"{person.loan_id}-note"}
    await handle.execute_update("record_contact", talk | {"attempt": contacts[-1].key})
    await world.pay(handle, "3150.00")
    assert (await handle.result())["outcome"] == "paid_off"
    return person, handle


async def to_the_door(world: World) -> tuple[Person, WorkflowHandle[Any, Any]]:
    """An instant message that was agreed to, and two people who come by appointment, hear something, and note it."""
    points = [ContactPoint(contact_point_id="im", kind="im"), ContactPoint(contact_point_id="postal", kind="postal")]
    request = await world.loan(overdue_days=40, policy="default", instalments=6, principal="2500.00")
    points = tuple(p.model_copy(update={"contact_point_id": f"{request.loan_id}-{p.kind}"}) for p in points)
    party = request.parties[0].model_copy(update={"contact_points": points})
    person = Person.of(request.loan_id, "卫乌何")
    await intake(world.pool, [person.record()])
    agreed = borrower_fact("desk", ChannelOptedIn(channel="im"))
    await record_borrower_fact(world.pool, request.borrower_id, agreed)
    handle = await world.start(request.model_copy(update={"parties": (party,)}))
    visit = await world.until_asked(handle, "visit")
    assert {contact.channel for contact in await world.accepted(person.loan_id)} >= {"im", "visit"}
    appointment = (await world.accepted(person.loan_id))[-1].appointment_end
    assert appointment is not None
    assert visit.ask is not None
    await world.skip_to(handle, appointment)
    await put_note(world.pool, f"{person.loan_id}-note", f"{person.name} 住 {person.postal}", f"{person.loan_id}-P")
    report = {
        "by": "field-2",
        "attempt": visit.ask.about,
        "result": "met",
        "staff": 2,
        "note_id": f"{person.loan_id}-note",
    }
    assert (await handle.execute_update("record_visit", report))["accepted"]
    await handle.execute_update("close_by_bank", {"by": "op-7", "reason": "portfolio_sale", "outcome": "sold"})
    await handle.result()
    return person, handle


async def in_trouble(world: World, search: Search) -> tuple[Person, WorkflowHandle[Any, Any]]:
    """Every gateway fails in its way, and whoever sends messages pours personal data into them."""
    await world.bank.fault(Fault(system="core", mode="down", times=1))
    await world.bank.fault(Fault(system="messaging", mode="lose_answer", times=1))
    await world.bank.fault(Fault(system="messaging", mode="refuse", times=1))
    await world.bank.fault(Fault(system="telephony", mode="down", times=2))
    person, handle = await begun(world, "钱乌有", overdue_days=10)
    await world.contacted(handle)
    said = [
        {"reference": person.name, "amount": person.phone, "currency": "CNY", "value_date": person.postal},
        {"attempt": person.email, "result": person.name, "at": person.phone, person.name: person.app},
        {"borrower_id": f"{person.name} {person.phone}"},
        f"{person.name} 投诉，电话 {person.phone}",
        [person.email],
    ]
    for feed in FEEDS:
        for words in said:
            await handle.signal(feed, args=search.sender(words))
        await handle.signal(feed, args=search.sender(person.name, person.phone))
    for update in UPDATES:
        command = {
            "by": person.name,
            "reason": f"call {person.phone}",
            "until": person.postal,
            person.email: person.app,
        }
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update(update, args=search.sender(command))
    refused = await handle.execute_update("record_contact", {"by": "collector-7", "result": "promised"})
    assert refused["accepted"] is False
    await world.contacted(handle, times=4)
    failures = {f.body.system for f in await world.ledger(handle) if isinstance(f.body, OutsideFailed)}
    assert failures == {"messaging", "telephony"}
    assert (await world.kinds(handle)).count("signal_rejected") >= len(FEEDS) * len(said)
    await handle.execute_update("close_by_bank", {"by": "op-7", "reason": "sold"})
    await handle.result()
    return person, handle


async def with_a_new_number(world: World) -> tuple[Person, Person, WorkflowHandle[Any, Any]]:
    """Opted out of SMS, moved to a new number, and called there; answers the person as they were, and as they are."""
    person, handle = await begun(world, "孙亡是", overdue_days=10)
    await world.quiet(handle)
    moved = Person.of(person.loan_id, "孙亡是")
    party, borrower, new = f"{person.loan_id}-P", f"B-{person.loan_id}", f"{person.loan_id}-phone2"
    points = (PersonalPoint(contact_point_id=new, value=moved.phone),)
    await intake(world.pool, [PersonalRecord(party_id=party, name=moved.name, points=points)])
    for body in (
        ChannelOptedOut(channel="sms"),
        ContactPointInvalid(contact_point_id=f"{person.loan_id}-phone"),
        ContactPointAdded(party_id=party, contact_point_id=new, point_kind="phone"),
    ):
        await record_borrower_fact(world.pool, borrower, borrower_fact("desk", body))

    async def heard() -> bool:
        return (await world.view(handle)).head == await head(world.pool, f"loan:{person.loan_id}")

    await until(heard)
    contacts = await world.contacted(handle, times=len(await world.accepted(person.loan_id)) + 3)
    assert ("robot_call", new) in [(contact.channel, contact.contact_point_id) for contact in contacts]
    return person, moved, handle


async def erased(world: World) -> tuple[Person, WorkflowHandle[Any, Any]]:
    """Erased after the first contact: the next one finds no address."""
    person, handle = await begun(world, "李无名", overdue_days=10)
    await world.contacted(handle)
    await erase(world.pool, f"{person.loan_id}-P")
    for _ in range(12):
        if "contact_point_invalid" in await world.kinds(handle):
            return person, handle
        await world.forward(handle)
    raise AssertionError(await world.kinds(handle))


async def misunderstood(world: World, search: Search) -> tuple[Person, WorkflowHandle[Any, Any]]:
    """A request that is none: the workflow fails, and says where, not what."""
    person = Person.of(f"T{uuid4().hex[:10]}", "周假语")
    request = {
        "loan_id": person.name,
        "parties": [{"name": person.name, "phone": person.phone}],
        "contact": person.email,
        person.email: 1,
    }
    handle = await world.client.start_workflow(
        "CollectionWorkflow",
        args=search.sender(request),
        id=f"collection-{person.loan_id}",
        task_queue=queues.WORKFLOWS,
    )
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    return person, handle


async def test_no_personal_datum_leaves_its_tables_but_to_a_gateway(
    world: World, search: Search, requests: list[str], logged: Any
) -> None:
    """Six cases through all that may happen; then every trace of them is searched for every datum of their people."""
    ladder, trouble = await up_the_ladder(world), await in_trouble(world, search)
    before, moved, relocated = await with_a_new_number(world)
    gone, bad, door = await erased(world), await misunderstood(world, search), await to_the_door(world)
    people = [ladder[0], trouble[0], before, moved, gone[0], bad[0], door[0]]
    traces: dict[str, list[str]] = {"tables": await search.tables(), "logs": [logged()]}
    for handle in (ladder[1], trouble[1], relocated, gone[1], bad[1], door[1]):
        traces[handle.id] = await search.case(handle)

    everything = {where: "\n".join(parts) for where, parts in traces.items()}
    assert "gateway_failed" in everything["logs"]  # that and the next: the right places were looked at
    for part in ("ArrearsStage", "- contacts made: ", "robot call (reminder_robot_call), ", "contact_point_added"):
        assert part in everything[relocated.id], part
    assert [(where, what) for where, text in everything.items() for p in people if (what := found(p, text))] == []

    stored = "\n".join(await search.tables(personal=True))
    assert found(ladder[0], stored) == set(ladder[0].data)
    assert found(trouble[0], stored) == set(trouble[0].data)
    assert found(moved, stored) == {moved.name, moved.phone}
    assert found(gone[0], stored) == set()  # erased
    sent = "\n".join(requests)
    assert found(ladder[0], sent) == set(ladder[0].data) - {ladder[0].name, ladder[0].im}  # no text names the borrower
    assert found(door[0], sent) == {door[0].im, door[0].postal}
    assert moved.phone in found(moved, sent)
    for person, handle in (trouble, bad):  # what the senders wrote is there, and would be found
        unfiltered = "\n".join(await Search(world).case(handle))
        assert {person.name, person.phone, person.email} <= found(person, unfiltered)


async def test_the_search_finds_what_is_planted(world: World, search: Search, logged: Any) -> None:
    """One datum put into each place by hand, and each is found there."""
    person, handle = await begun(world, "吴虚白", overdue_days=5)
    await world.quiet(handle)
    await handle.signal("complaint", {"from": person.phone})
    stream, loan = f"loan:{person.loan_id}", person.loan_id
    fact = NewFact(
        fact_id=f"{loan}:planted",
        occurred_at=datetime.now(UTC),
        source="tests",
        body=CommandRefused(command="pause", rule="tests", why=f"{person.name} is away"),
    )
    await append(world.pool, Append(stream=stream, epoch=1, after=await head(world.pool, stream), facts=(fact,)))
    structlog.get_logger("tests").info("planted", address=person.postal)
    logging.getLogger("tests").warning("planted %s", person.app)
    assert found(person, "\n".join(await search.tables())) == {person.name}
    assert found(person, logged()) == {person.postal, person.app}
    assert person.phone in found(person, "\n".join(await search.case(handle)))
    await world.quiet(handle)
    await handle.terminate()


@pytest.mark.parametrize(
    "spell",
    [
        lambda person: f"{person.phone}",
        lambda person: f"call 0086 {person.phone[3:6]}-{person.phone[6:10]} {person.phone[10:]} back",
        lambda person: f"({person.phone[3:6]}) {person.phone[6:10]}.{person.phone[10:]}",
        lambda person: person.email.upper(),
        lambda person: json.dumps({"name": person.name}),
        lambda person: base64.b64encode(json.dumps([person.postal]).encode()).decode(),
        lambda person: base64.b64encode(json.dumps({"inner": json.dumps({person.app: 1})}).encode()).decode(),
    ],
)
def test_the_search_finds_every_spelling(spell: Any) -> None:
    """A datum escaped, encoded, nested, or written as people write numbers; and nothing where there is nothing."""
    person, other = Person.of("L-1", "郑梦得"), Person.of("L-2", "冯幻真")
    message = {"payloads": [{"data": spell(person)}]}
    assert len(found(person, "\n".join(texts(message)))) == 1
    assert found(other, "\n".join(texts(message))) == set()
