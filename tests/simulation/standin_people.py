"""Small cases that ask people for something, for the clock to drive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from tests.simulation.standin import opening

with workflow.unsafe.imports_passed_through():
    from schemas.ledger import Head
    from schemas.loan import CollectionRequest
    from schemas.messages import Agenda, CaseView, CommandOutcome, DecideApproval
    from schemas.steps import Ask, Why


@workflow.defn
class Approving:
    """Waits for the approval of a settlement, offers it once it is given, and ends when it is accepted, by its hash."""

    @workflow.init
    def __init__(self, request: CollectionRequest) -> None:
        self.offer = f"offer-{request.loan_id}"
        self.approved: bool | None = None
        self.accepted: dict[str, Any] | None = None
        self.opens_at = request.opens_at

    @workflow.run
    async def run(self, request: CollectionRequest) -> str:
        """Until it is decided, and accepted if it may be."""
        await opening(request)
        self.opens_at = None
        await workflow.wait_condition(lambda: self.approved is not None)
        await workflow.wait_condition(lambda: self.accepted is not None or not self.approved)
        return " ".join(str((self.accepted or {}).get(name)) for name in ("offer", "terms_hash"))

    @workflow.update
    async def decide_approval(self, body: DecideApproval) -> CommandOutcome:
        """The word of somebody else."""
        self.approved = body.approve
        return CommandOutcome(accepted=True, seq=1)

    @workflow.update
    async def accept_plan(self, body: dict[str, Any]) -> CommandOutcome:
        """The borrower's word."""
        self.accepted = body
        return CommandOutcome(accepted=True, seq=2)

    @workflow.query
    def agenda(self) -> Agenda:
        """An approval is asked for, then the borrower."""
        waiting = self.approved is None
        return Agenda(
            head=Head(),
            now=workflow.now(),
            stage="negotiation",
            handled_by="collector",
            step="opening" if self.opens_at else "wait",
            until=self.opens_at,
            why=Why(rule="limit.acceleration" if waiting else "offer.open", text="waits"),
            quiet=True,
            ask=Ask(kind="approval", about=self.offer) if waiting and not self.opens_at else None,
        )

    @workflow.query
    def case(self) -> CaseView:
        """The offer that the approval made."""
        offer = {"offer": self.offer, "terms_hash": "hash-of-it"} if self.approved else None
        return CaseView(head=Head(), epoch=1, build="", digest="", state={"offer": offer})


@workflow.defn
class Forgetful:
    """Asks for a person for a day; then for nobody."""

    @workflow.init
    def __init__(self, request: CollectionRequest) -> None:
        self.asks = False
        self.commands = 0
        self.opens_at = request.opens_at

    @workflow.run
    async def run(self, request: CollectionRequest) -> None:
        """Loses interest after a day."""
        await opening(request)
        self.opens_at, self.asks = None, True
        await workflow.sleep(timedelta(days=1))
        self.asks = False
        await workflow.wait_condition(lambda: False)

    @workflow.update(dynamic=True)
    async def other(self, name: str, args: Sequence[RawValue]) -> CommandOutcome:
        """Not expected."""
        self.commands += 1
        return CommandOutcome(accepted=True, seq=1)

    @workflow.query
    def agenda(self) -> Agenda:
        """A person, or nobody."""
        return Agenda(
            head=Head(),
            now=workflow.now(),
            stage="contact",
            handled_by="collector",
            step="opening" if self.opens_at else "wait",
            until=self.opens_at,
            why=Why(rule="stand.in", text="waits"),
            quiet=True,
            ask=Ask(kind="collect") if self.asks else None,
        )

    @workflow.query
    def commanded(self) -> int:
        """How many commands came."""
        return self.commands
