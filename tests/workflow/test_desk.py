"""People steer a case by updates: what they get told, what it changes, and what is refused by which rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from ledger.artefacts import publish_policy
from policies.loader import load_strategy
from schemas.facts import AgreementBroken, AgreementKept, HoldOpened, RestrictionSet
from schemas.messages import CommandOutcome
from tests.workflow.world import SPINE, World, until

pytestmark = pytest.mark.stack

Handle = WorkflowHandle[Any, Any]


async def tell(handle: Handle, update: str, id: str | None = None, by: str = "anna", **command: Any) -> CommandOutcome:
    """The ledger's answer to a command."""
    return await handle.execute_update(
        update, {"by": by, **command}, id=id or f"u-{uuid4().hex}", result_type=CommandOutcome
    )


async def begun(world: World, **changes: Any) -> Handle:
    """A case of the shipped stages, with limits alone, that was contacted once."""
    handle = await world.start(policy="limits", **changes)
    await world.contacted(handle)
    return handle


async def in_days(world: World, handle: Handle, days: int) -> str:
    """The bank's date so many days on."""
    now = await world.skipper.get_current_time(handle)
    return (now + timedelta(days=days, hours=8)).date().isoformat()


async def promised(world: World, handle: Handle, days: int = 2, **more: Any) -> CommandOutcome:
    """A promise of the whole arrears."""
    fields = {"amount": "1050.00", "pay_by": await in_days(world, handle, days), "identity_verified": True}
    return await tell(handle, "accept_promise", **(fields | more))


async def test_a_promise_is_kept_by_the_ledger(world: World) -> None:
    """The case waits for its day and contacts nobody; the money keeps it and cures."""
    handle = await begun(world)
    outcome = await promised(world, handle)
    assert (outcome.accepted, outcome.waits_for) == (True, None)
    agenda = await world.quiet(handle)
    assert (agenda.stage, agenda.why.rule) == ("negotiation", "agreement.running")
    await world.pay(handle)
    agenda = await world.until(handle, lambda a: a.why.rule == "watch.next")
    bodies = [fact.body for fact in await world.ledger(handle)]
    assert [body.paid for body in bodies if isinstance(body, AgreementKept)]
    assert len(await world.accepted(loan_of(handle))) == 1
    await world.agrees(handle)


async def test_a_promise_that_is_not_kept_is_broken_by_a_timer(world: World) -> None:
    """On an account read after its day."""
    handle = await begun(world)
    await promised(world, handle, days=1)
    agenda = await world.quiet(handle)
    assert agenda.until is not None
    await world.skip_to(handle, agenda.until + timedelta(seconds=2))
    await world.until(handle, lambda a: a.quiet and a.why.rule != "agreement.running")
    kinds = await world.kinds(handle)
    assert kinds[kinds.index("agreement_made") :].index("account_read") < kinds[kinds.index("agreement_made") :].index(
        "agreement_broken"
    )
    assert any(isinstance(fact.body, AgreementBroken) for fact in await world.ledger(handle))


async def test_what_is_above_the_limits_waits_for_somebody_else(world: World) -> None:
    """The agenda asks for the approval; its asker cannot give it; given, the promise is taken."""
    handle = await begun(world)
    outcome = await promised(world, handle, days=20)
    assert outcome.accepted
    assert outcome.waits_for
    agenda = await world.quiet(handle)
    assert agenda.ask
    assert (agenda.ask.kind, agenda.ask.about) == ("approval", outcome.waits_for)
    decision = {"approval": outcome.waits_for, "approve": True, "reason": "regular_income"}
    own = await tell(handle, "decide_approval", **decision)
    assert (own.accepted, own.rule) == (False, "approval.same_person")
    assert (await tell(handle, "decide_approval", by="boss", **decision)).accepted
    await world.until(handle, lambda a: a.why.rule == "agreement.running")


async def test_a_plan_is_accepted_by_the_hash_of_its_terms(world: World) -> None:
    """Offer and hash come back with the answer; other terms are refused."""
    handle = await begun(world)
    parts = [{"amount": "1050.00", "due_on": await in_days(world, handle, 30 * n)} for n in (1, 2, 3)]
    offered = await tell(handle, "offer_plan", terms={"kind": "plan", "covers": "balance", "parts": parts})
    assert offered.offer
    assert offered.terms_hash
    accept = {"offer": offered.offer, "terms_hash": offered.terms_hash, "identity_verified": True}
    wrong = await tell(handle, "accept_plan", **(accept | {"terms_hash": "0" * 64}))
    assert (wrong.accepted, wrong.rule) == (False, "accept.terms_differ")
    assert (await tell(handle, "accept_plan", **accept)).accepted
    agenda = await world.quiet(handle)
    assert agenda.why.rule == "agreement.running"
    await world.agrees(handle)


async def test_hardship_binds_every_loan_of_the_borrower(world: World) -> None:
    """Opened on one case, it stands in the borrower's stream and stops the other; ended on the other, it ends on both."""
    borrower = f"B-{uuid4().hex[:8]}"
    handles = [await begun(world, borrower_id=borrower), await begun(world, borrower_id=borrower)]
    opened = await tell(handles[0], "open_hold", id="h-" + borrower, hold_kind="hardship", reason="illness")
    assert opened.accepted
    for handle in handles:
        agenda = await world.until(handle, lambda a: a.why.rule == "hold.hardship")
        assert agenda.ask
        assert (agenda.ask.kind, agenda.ask.about) == ("hardship", "h-" + borrower)
        mirrored = [fact for fact in await world.ledger(handle) if isinstance(fact.body, HoldOpened)]
        assert [fact.fact_id for fact in mirrored] == [f"borrower:update:h-{borrower}"]
    again = await tell(handles[0], "open_hold", hold_kind="hardship", reason="illness")
    assert (again.accepted, again.rule) == (False, "hold.already")
    assert (await tell(handles[1], "end_hold", hold="h-" + borrower, reason="recovered")).accepted
    for handle in handles:
        await world.until(handle, lambda a: a.why.rule != "hold.hardship")
        await world.agrees(handle)


async def test_a_word_of_self_harm_stops_every_loan_of_the_borrower(world: World) -> None:
    """Said about one, it stands in the borrower's stream and asks a supervisor on the other too."""
    borrower = f"B-{uuid4().hex[:8]}"
    handles = [await begun(world, borrower_id=borrower), await begun(world, borrower_id=borrower)]
    assert (await tell(handles[0], "record_contact", result="self_harm")).accepted
    for handle in handles:
        agenda = await world.until(handle, lambda a: a.why.rule == "hold.self_harm")
        assert agenda.ask
        assert agenda.ask.kind == "self_harm"
        await world.agrees(handle)


async def test_a_dispute_binds_one_loan(world: World) -> None:
    """The other goes on."""
    borrower = f"B-{uuid4().hex[:8]}"
    disputed, other = await begun(world, borrower_id=borrower), await begun(world, borrower_id=borrower)
    await tell(disputed, "open_hold", hold_kind="dispute", reason="amount")
    await world.until(disputed, lambda a: a.why.rule == "hold.dispute")
    assert (await world.quiet(other)).why.rule != "hold.dispute"


async def test_a_case_adopts_another_strategy(world: World) -> None:
    """By name, `name@version` or sha256; the row of its stream says so too; an unknown one is refused."""
    handle = await begun(world)
    name = f"gentle-{uuid4().hex[:8]}"
    strategy = load_strategy(SPINE).model_copy(update={"name": name, "version": "7"})
    digest = await publish_policy(world.pool, strategy, "tests")
    unknown = await tell(handle, "adopt_policy", policy="no-such", reason="pilot")
    assert (unknown.accepted, unknown.rule) == (False, "policy.unknown")
    assert (await tell(handle, "adopt_policy", policy=f"{name}@7", reason="pilot")).accepted
    assert (await world.view(handle)).state["policy"] == digest
    same = await tell(handle, "adopt_policy", policy=digest, reason="pilot")
    assert (same.accepted, same.rule) == (False, "policy.same")
    pinned = "SELECT policy FROM stream WHERE loan_id = $1"
    assert await world.pool.fetchval(pinned, loan_of(handle)) == digest
    await world.agrees(handle)


async def test_an_operator_escalates_or_is_told_why_not(world: World) -> None:
    """A claim of 3,150.00 is below the least that is sued for."""
    handle = await begun(world)
    refused = await tell(handle, "escalate", to="litigation", reason="impatience")
    assert (refused.accepted, refused.rule) == (False, "escalate.litigation")
    assert "5000.00" in refused.why
    assert (await tell(handle, "escalate", to="negotiation", reason="asked_for")).accepted
    await world.until(handle, lambda a: a.stage == "negotiation")


async def test_the_same_command_again_is_the_same_answer(world: World) -> None:
    """Whatever has happened since."""
    handle = await begun(world)
    first = await promised(world, handle, id="p-1")
    again = await promised(world, handle, id="p-1")
    assert first == again
    assert (await world.kinds(handle)).count("agreement_made") == 1


async def test_an_update_needs_an_id_that_can_name_what_it_makes(world: World) -> None:
    """Offers, approvals and holds bear it."""
    handle = await begun(world)
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await tell(handle, "pause", id="two words", reason="asked")
    assert "update's id" in str(failed.value.cause)


async def test_an_explained_difference_lets_the_case_and_its_offers_go_on(world: World) -> None:
    """Core banking quotes 50.00 more than its books give: nothing is offered or sent before one has said why and another has
    approved it; then its figure is the one that is offered over. Taken back, a person is asked again."""
    handle = await world.start(policy="limits", off_books="50.00")
    agenda = await world.until_asked(handle, "reconcile")
    assert agenda.why.rule == "account.differs"
    parts = [{"amount": "1100.00", "due_on": await in_days(world, handle, 3)}]
    terms = {"kind": "plan", "covers": "arrears", "parts": parts}
    refused = await tell(handle, "offer_plan", terms=terms)
    assert (refused.accepted, refused.rule) == (False, "account.differs")
    why = {"arrears": "50.00", "outstanding": "50.00", "reason": "late_fee", "evidence": "DOC-81"}
    other = await tell(handle, "explain_difference", **(why | {"arrears": "50.01"}))
    assert (other.accepted, other.rule) == (False, "explain.other_amounts")
    given = await tell(handle, "explain_difference", by="recon-2", id=f"ex-{loan_of(handle)}", **why)
    assert given.waits_for == f"ex-{loan_of(handle)}"
    agenda = await world.until(handle, lambda a: a.ask is not None and a.ask.kind == "approval")
    assert agenda.ask
    assert agenda.ask.about == given.waits_for
    assert await world.accepted(loan_of(handle)) == []
    decision = {"approval": given.waits_for, "approve": True, "reason": "looked_at"}
    assert (await tell(handle, "decide_approval", by="recon-2", **decision)).rule == "approval.same_person"
    assert (await tell(handle, "decide_approval", by="boss", **decision)).accepted
    await world.until(handle, lambda a: a.quiet and a.ask is None)
    await world.contacted(handle)
    assert (await world.position(handle)).arrears == 1100
    offered = await tell(handle, "offer_plan", terms=terms)
    assert offered.offer, offered
    withdrawn = await tell(handle, "withdraw_explanation", by="recon-2", reason="was_mistaken")
    assert withdrawn.accepted
    await world.until(handle, lambda a: a.ask is not None and a.ask.kind == "reconcile")
    kinds = await world.kinds(handle)
    assert [kind for kind in kinds if "expla" in kind] == ["difference_explained", "explanation_withdrawn"]
    await world.agrees(handle)


async def test_sold_and_extinguished_are_ends(world: World) -> None:
    """As the bank says."""
    for outcome in ("sold", "extinguished"):
        handle = await begun(world)
        assert (await tell(handle, "close_by_bank", reason="portfolio", outcome=outcome)).accepted
        result = await until(lambda handle=handle: handle.result())
        assert result["outcome"] == outcome


def loan_of(handle: Handle) -> str:
    """The loan of a case."""
    return handle.id.removeprefix("collection-")


async def test_a_freeze_is_in_force_once_somebody_else_approved_it_and_lifted_on_cure(world: World) -> None:
    """Asked for, approved by another, told to core banking; the money lifts it before the case is watched."""
    handle = await begun(world, product="credit_card")
    asked = await tell(handle, "restrict", by="risk-2", restriction="freeze", reason="overdrawn")
    assert asked.waits_for
    approval = {"approval": asked.waits_for, "approve": True, "reason": "looked_at"}
    own = await tell(handle, "decide_approval", by="risk-2", **approval)
    assert (own.accepted, own.rule) == (False, "approval.same_person")
    assert (await tell(handle, "decide_approval", by="boss-1", **approval)).accepted
    await world.quiet(handle)
    assert [body.change for body in await restrictions(world, handle)] == ["imposed"]
    await world.pay(handle)
    await world.until(handle, lambda a: a.why.rule == "watch.next")
    imposed, lifted = await restrictions(world, handle)
    assert (imposed.approval, lifted.change, lifted.reason) == (asked.waits_for, "lifted", "cured")
    assert imposed.reference
    assert lifted.reference not in (None, imposed.reference)
    await world.agrees(handle)


async def restrictions(world: World, handle: Handle) -> list[RestrictionSet]:
    """What core banking was told."""
    return [fact.body for fact in await world.ledger(handle) if isinstance(fact.body, RestrictionSet)]
