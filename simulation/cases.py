"""The running cases as the book's clock sees them: what time it is for them, what they wait for, and handing acts over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import QueryRejectCondition, TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from schemas.loan import CollectionRequest
from schemas.messages import Agenda, BorrowerChangedSignal, CaseView, CommandOutcome
from simulation.model import Act, ActKind

_RPC = timedelta(seconds=10)
_ENDED_FIRST = "AcceptedUpdateCompletedWorkflow"  # so the server calls an update that its workflow did not outlive
_GONE = (RPCStatusCode.NOT_FOUND,)

Delivery = Literal["delivered", "refused", "closed", "reopened", "failed", "dropped"]
"""What became of an act: `refused` by the case's rules, `closed`: there is no running case, and none is wanted, `dropped`:
the case did not ask for it any more."""

SIGNALS: dict[ActKind, str] = {
    "payment": "payment_posted",
    "contact_result": "contact_result",
    "inbound_contact": "inbound_contact",
    "visit_result": "visit_result",
    "document_arrived": "document_arrived",
    "court_reported": "court_reported",
}
"""The signal that tells of an act; a reversal may have to start a case, and has a way of its own."""


@dataclass(frozen=True)
class Handed:
    """What became of an act that was handed over, and why; `outcome` is the case's answer to an update."""

    result: Delivery
    detail: str = ""
    outcome: CommandOutcome | None = None


class Stalled(Exception):
    """A case did not come to rest, or could not be spoken with, for as long as the clock has patience."""

    def __init__(self, loan_id: str, code: str, detail: str) -> None:
        super().__init__(f"{loan_id}: {code}: {detail}")
        self.loan_id, self.code, self.detail = loan_id, code, detail


@dataclass(frozen=True)
class Start:
    """How a case is started where a reversal finds none running: as a banking platform does, by type name and JSON."""

    task_queue: str
    workflow: str = "CollectionWorkflow"
    search_attributes: Callable[[CollectionRequest], TypedSearchAttributes] | None = None


@dataclass(frozen=True)
class Look:
    """A case at one glance. `now`: its own virtual time, None without a running workflow."""

    loan_id: str
    status: Literal["running", "closed", "missing"]
    now: datetime | None = None


class Cases:
    """The cases of a book on a Temporal server with time skipping. `patience`: how long a case may take to rest."""

    def __init__(self, client: Client, start: Start, patience: timedelta) -> None:
        self._client = client
        self._start = start
        self._patience = patience.total_seconds()
        self._rpc = min(_RPC, patience)
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        self.skips = 0

    def handle(self, loan_id: str) -> WorkflowHandle[Any, Any]:
        """The case's workflow, whichever run is current."""
        return self._client.get_workflow_handle(f"collection-{loan_id}")

    async def look(self, loan_id: str) -> Look:
        """Whether the case runs, and its time. Raises Stalled if the server does not say."""
        try:
            found = await self._patiently(loan_id, lambda: self.handle(loan_id).describe(rpc_timeout=self._rpc))
        except RPCError as error:
            if error.status in _GONE:
                return Look(loan_id, "missing")
            raise
        if found.status != WorkflowExecutionStatus.RUNNING:
            return Look(loan_id, "closed")
        extended = found.raw_description.workflow_extended_info
        if not extended.HasField("time_skipping_info"):
            return Look(loan_id, "running", datetime.now(UTC))  # never skipped: its time is the wall clock's
        at = extended.time_skipping_info.current_time.ToDatetime(tzinfo=UTC)
        return Look(loan_id, "running", at)

    async def bring(self, looks: Sequence[Look], to: datetime) -> None:
        """Let virtual time pass until `to` in each of these cases, one after the other; those past it stay.

        Raises Stalled if the server does not manage.
        """
        for look in looks:
            if look.now is None or look.now >= to:
                continue
            try:
                async with asyncio.timeout(self._patience):
                    await self._skipper.fast_forward(self.handle(look.loan_id), to - look.now)
                self.skips += 1
            except RPCError as error:
                if error.status not in _GONE:  # else it has just ended, and needs no time any more
                    raise Stalled(look.loan_id, "no_fast_forward", str(error)) from error
            except (TimeoutError, RuntimeError) as error:
                text = str(error) or f"the server did not skip within {self._patience:g} s"
                raise Stalled(look.loan_id, "no_fast_forward", text) from error

    async def rest(self, loan_id: str, at: datetime) -> Agenda | None:
        """Wait until the case has nothing in flight and nothing due at or before `at`; None once it is closed.

        Raises Stalled: `not_quiet` if it does not come to rest, `task_failing` if its code cannot go on,
        `no_answer` if no worker answers.
        """
        deadline = time.monotonic() + self._patience
        pause = 0.004
        while True:
            stalled: Stalled
            try:
                agenda = await self.handle(loan_id).query(
                    "agenda",
                    result_type=Agenda,
                    reject_condition=QueryRejectCondition.NOT_OPEN,
                    rpc_timeout=self._rpc,
                )
                if agenda.quiet and agenda.step != "done" and (agenda.until is None or agenda.until > at):
                    return agenda
                text = f"step {agenda.step} ({agenda.action or agenda.why.text}), until {agenda.until}"
                stalled = Stalled(loan_id, "not_quiet", text)
            except WorkflowQueryRejectedError:
                return None
            except WorkflowQueryFailedError as error:
                stalled = Stalled(loan_id, "task_failing", str(error))
            except RPCError as error:
                if error.status in _GONE:
                    return None
                stalled = Stalled(loan_id, "no_answer", str(error))
            if time.monotonic() > deadline:
                raise await self._diagnosed(stalled)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    async def _diagnosed(self, stalled: Stalled) -> Stalled:
        """Tell a case whose code cannot go on from one whose worker is away: the former's task is tried again."""
        if stalled.code != "no_answer":
            return stalled
        try:
            found = await self.handle(stalled.loan_id).describe(rpc_timeout=self._rpc)
        except RPCError:
            return stalled
        attempts = found.raw_description.pending_workflow_task.attempt
        if attempts < 2:
            return stalled
        return Stalled(stalled.loan_id, "task_failing", f"its workflow task failed {attempts - 1} times")

    async def deliver(self, act: Act, running: bool, request_of: Callable[[str], CollectionRequest]) -> Handed:
        """Hand a signal or an update to its case, and say what became of it and why.

        A payment needs no case; a reversal starts one, to open at the act's time. Raises Stalled if the server does
        not take it.
        """
        if act.kind == "reversal":
            return await self._reversal(act, running, request_of)
        if not running:
            return Handed("closed")
        handle = self.handle(act.loan_id)
        try:
            if act.kind not in SIGNALS:
                return await self._update(act, handle)
            signal = SIGNALS[act.kind]
            await self._patiently(act.loan_id, lambda: handle.signal(signal, act.payload, rpc_timeout=self._rpc))
            return Handed("delivered")
        except RPCError as error:
            if error.status in _GONE:
                return Handed("closed")
            raise

    async def _update(self, act: Act, handle: WorkflowHandle[Any, Any]) -> Handed:
        command = act.payload["command"] if act.kind == "command" else act.payload
        try:
            async with asyncio.timeout(self._patience):
                outcome = await handle.execute_update(act.what, command, id=act.id, result_type=CommandOutcome)
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type == _ENDED_FIRST:
                return Handed("closed")
            return Handed("failed", str(error.cause or error))
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise  # the clock itself is being stopped
            raise Stalled(act.loan_id, "no_answer", f"update {act.id} was not answered") from error
        if not outcome.accepted:
            return Handed("refused", f"{outcome.rule}: {outcome.why}", outcome)
        return Handed("delivered", outcome=outcome)

    async def nudge(self, loan_id: str, borrower_id: str) -> None:
        """Tell a case that the ledger has something new about its borrower; one that has ended needs no telling."""
        changed = BorrowerChangedSignal(borrower_id=borrower_id).model_dump(mode="json")
        handle = self.handle(loan_id)
        try:
            await self._patiently(loan_id, lambda: handle.signal("borrower_changed", changed, rpc_timeout=self._rpc))
        except RPCError as error:
            if error.status not in _GONE:
                raise

    async def with_offer(self, loan_id: str, outcome: CommandOutcome) -> CommandOutcome:
        """`outcome` of an approval, with the offer that its case, at rest again, has made of it: what the borrower is to
        accept, and its hash. As it is if there is none."""
        try:
            view = await self.handle(loan_id).query("case", result_type=CaseView, rpc_timeout=self._rpc)
        except (RPCError, WorkflowQueryFailedError):
            return outcome  # it ended meanwhile, or cannot say: then nobody accepts anything
        offer = view.state.get("offer") or {}
        return outcome.model_copy(update={name: offer.get(name) for name in ("offer", "terms_hash")})

    async def _reversal(self, act: Act, running: bool, request_of: Callable[[str], CollectionRequest]) -> Handed:
        request = request_of(act.loan_id).model_copy(update={"opens_at": act.at})
        attributes = self._start.search_attributes
        await self._patiently(
            act.loan_id,
            lambda: self._client.start_workflow(
                self._start.workflow,
                request.model_dump(mode="json"),
                id=f"collection-{act.loan_id}",
                task_queue=self._start.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="payment_reversed",
                start_signal_args=[act.payload],
                search_attributes=attributes(request) if attributes else None,
                rpc_timeout=self._rpc,
            ),
        )
        return Handed("delivered" if running else "reopened")

    async def _patiently(self, loan_id: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        """The answer of the server, asked again while it is away. Raises Stalled, or RPCError for a lasting no."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return await ask()
            except RPCError as error:
                lasting = (*_GONE, RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION)
                if error.status in lasting:
                    raise
                if time.monotonic() > deadline:
                    raise Stalled(loan_id, "no_answer", str(error)) from error
            await asyncio.sleep(0.2)
