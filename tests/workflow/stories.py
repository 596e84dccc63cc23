"""Cases that banks tell of collecting, lived on the server: what was done with each, and how it ended.

Each story takes the world and answers its case, closed. What is told here by a signal or an update is told by nobody else:
the borrowers of the simulated bank stay silent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowHandle

from tests.workflow.telling import ended, later, watched
from tests.workflow.world import World

Handle = WorkflowHandle[Any, Any]


async def fallen_ill(world: World) -> Handle:
    """Overdue because of a sudden illness: the bank rings, hears why, and a plan in parts is paid to its end."""
    case = await world.start(policy="default", overdue_days=20)
    call = await world.until_asked(case, "call")
    assert call.ask is not None
    await world.tell(
        case,
        "record_contact",
        attempt=call.ask.about,
        result="needs_time",
        identity_verified=True,
        willingness="high",
        ability="low",
        overdue_reason="illness",
        wish="plan",
    )
    call = await world.until_asked(case, "call")
    assert call.ask is not None
    assert call.stage == "negotiation"
    await world.tell(
        case, "record_contact", attempt=call.ask.about, result="right_party", identity_verified=True, wish="plan"
    )
    today = await world.today(case)
    parts = [{"amount": "525.00", "due_on": (today + timedelta(days=30 * n)).isoformat()} for n in range(1, 7)]
    offer = await world.tell(case, "offer_plan", terms={"kind": "plan", "covers": "balance", "parts": parts})
    await world.tell(
        case, "accept_plan", offer=offer.offer, terms_hash=offer.terms_hash, channel="link", identity_verified=True
    )
    for _ in parts:
        await world.quiet(case)
        await world.skip_to(case, await later(world, case, days=29))
        await world.pay(case, "525.00")
    return await ended(world, case)


async def refused(world: World) -> Handle:
    """Does not want to pay and says so, twice: the suit goes to its end, and enforcement brings the money."""
    case = await world.start(policy="default", overdue_days=20, instalments=8, principal="2500.00")
    for _ in range(2):
        call = await world.until_asked(case, "call")
        assert call.ask is not None
        await world.tell(case, "record_contact", attempt=call.ask.about, result="refused", identity_verified=True)
    await _sued(world, case)
    await world.forward(case)  # the time for an appeal
    await _reported(world, case, "enforced")
    owed = (await world.position(case)).outstanding
    await world.pay(case, str(owed))
    return await ended(world, case)


async def was_rude_to(world: World) -> Handle:
    """A first talk gets out of hand: another collector rings; it does so again, and only then the case goes to law, where
    the borrower pays."""
    case = await world.start(policy="default", overdue_days=20, instalments=8, principal="2500.00")
    for collector in ("collector-1", "collector-2"):
        call = await world.until_asked(case, "call")
        assert call.ask is not None
        taken = (await world.accepted(_loan(case)))[-1]
        assert collector not in taken.exclude
        await world.tell(
            case, "record_contact", by=collector, attempt=call.ask.about, result="hostile", identity_verified=True
        )
    await _sued(world, case, until="accepted")
    owed = (await world.position(case)).outstanding
    await world.pay(case, str(owed))
    return await ended(world, case)


async def lost_contact(world: World) -> Handle:
    """Nothing reaches the borrower, and the file is incomplete: what is missing is asked for early, and the suit is brought
    on its day."""
    case = await world.start(
        policy="default",
        overdue_days=40,
        instalments=8,
        principal="2500.00",
        missing=("identity", "service_address"),
    )
    loan_id = _loan(case)
    told = 0
    while (await world.quiet(case)).stage != "litigation":
        for contact in (await world.accepted(loan_id))[told:]:
            told += 1
            result = "undeliverable" if contact.channel in ("email", "app_push", "letter") else "wrong_number"
            await _signal(world, case, "contact_result", attempt=contact.key, result=result)
        if "documents_requested" in (kinds := await world.kinds(case)) and "document_arrived" not in kinds:
            for piece in ("identity", "service_address"):
                await _signal(world, case, "document_arrived", piece=piece)
        if (await world.quiet(case)).stage != "litigation":
            await world.forward(case)
    await _sued(world, case, until="accepted")
    owed = (await world.position(case)).outstanding
    await world.pay(case, str(owed))
    return await ended(world, case)


async def within_grace(world: World) -> Handle:
    """Overdue for the first time and forgetful: hears nothing in grace, then a kind reminder, and pays."""
    case = await world.start(policy="default", overdue_days=1, previous_episodes=0)
    await world.contacted(case)
    await world.pay(case)
    return await watched(world, case)


async def visited(world: World) -> Handle:
    """Long overdue, answers to nothing: two people come by appointment, the borrower promises, and pays."""
    case = await world.start(policy="default", overdue_days=25, instalments=6, principal="2500.00")
    visit = await world.until_asked(case, "visit")
    assert visit.ask is not None
    appointment = (await world.accepted(_loan(case)))[-1].appointment_end
    assert appointment is not None
    await world.skip_to(case, appointment + timedelta(minutes=10))
    await world.quiet(case)
    owed = (await world.position(case)).arrears
    due_on = (await world.today(case)) + timedelta(days=5)
    promise = {"amount": str(owed), "due_on": due_on.isoformat()}
    await _signal(world, case, "visit_result", attempt=visit.ask.about, result="promised", staff=2, promise=promise)
    await world.until(case, lambda a: a.why.rule.startswith("agreement.") and a.quiet)
    await world.skip_to(case, await later(world, case, days=4))
    await world.pay(case, str(owed))
    return await watched(world, case)


STORIES = {
    "fallen-ill-and-pays-a-plan": fallen_ill,
    "refuses-and-ends-in-court": refused,
    "rude-and-handed-to-another-before-law": was_rude_to,
    "lost-contact-and-papers-asked-for-early": lost_contact,
    "first-time-within-grace": within_grace,
    "visited-promises-and-pays": visited,
}
"""The stories by the names of their recorded histories."""


# --- what they share -------------------------------------------------------------------------------------------------


async def _sued(world: World, case: Handle, until: str = "judgment") -> None:
    """The suit: the whole balance called due, the notice delivered, filed, accepted, judged."""
    await world.in_stage(case, "litigation")
    asked = await world.until_asked(case, "approval")
    assert asked.ask is not None
    await world.tell(
        case, "decide_approval", by="head-of-legal", approval=asked.ask.about, approve=True, reason="default"
    )
    await world.until(case, lambda a: a.why.rule == "court.demand" and a.quiet)
    letters = [c for c in await world.accepted(_loan(case)) if c.channel == "letter"]
    if letters and letters[-1].template == "acceleration_notice":
        await _signal(world, case, "contact_result", attempt=letters[-1].key, result="delivered")
    await world.until(case, lambda a: a.quiet and a.step == "wait")
    while "filed" not in await _milestones(world, case):
        await world.forward(case)
    await _reported(world, case, "accepted")
    if until == "judgment":
        await world.skip_to(case, await later(world, case, days=40))
        await _reported(world, case, "judgment", amount="20400.00")


async def _reported(world: World, case: Handle, milestone: str, **more: Any) -> None:
    """The court's feed tells it."""
    today = (await world.today(case)).isoformat()
    await _signal(world, case, "court_reported", milestone=milestone, on=today, reference=f"CT-{_loan(case)}", **more)


async def _milestones(world: World, case: Handle) -> list[str]:
    return [reached["milestone"] for reached in (await world.view(case)).state["court"]]


async def _signal(world: World, case: Handle, name: str, **fields: Any) -> None:
    now = await world.skipper.get_current_time(case)
    await case.signal(name, {**fields, "at": now.isoformat()})
    await world.until(case, lambda a: a.quiet)


def _loan(case: Handle) -> str:
    return case.id.removeprefix("collection-")
