"""Starting cases: one that a bank sends, and all that the ledger has open and no workflow carries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

import asyncpg
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import RawValue, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.queues import WORKFLOWS
from domain.feeds import fact_of
from ledger.artefacts import resolve_policy
from ledger.episodes import open_loans
from ledger.personal import PersonalRecord, address_of, intake
from ledger.reading import facts, stream_state
from operations.errors import UsageError
from operations.requests import check_ids
from reports.book import known
from schemas.loan import CollectionRequest
from schemas.messages import CaseSummary
from workflows import visibility

WORKFLOW = "CollectionWorkflow"
RUNNING = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Running'"
PREFIX = "collection-"
AT_ONCE = 32
"""Requests in flight; more of them only queue in the server."""

CaseHandle = WorkflowHandle[object, CaseSummary]
Advance = Callable[[int, int], None]


def workflow_id(loan_id: str) -> str:
    """The id of a loan's workflow: whoever knows the loan can reach its case."""
    return f"{PREFIX}{loan_id}"


def loan_of(workflow_id: str) -> str:
    """The loan of a workflow id."""
    return workflow_id.removeprefix(PREFIX)


async def start_case(
    client: Client, pool: asyncpg.Pool, request: CollectionRequest, people: Iterable[PersonalRecord] = ()
) -> CaseHandle:
    """Start the case of a loan; one that runs already is left alone, and its handle answered.

    Names and addresses in `people` go to the erasable tables, before anything else is told of their ids.

    Raises:
        UsageError: an id that looks personal, a policy that was never published, or a loan of another borrower.
    """
    check_ids(request)
    await _check_against(pool, request)
    records = list(people)
    if records:
        await intake(pool, records)
    return await launch(client, request)


async def without_address(pool: asyncpg.Pool, request: CollectionRequest) -> list[str]:
    """Contact points of the request under whose ids the personal tables hold nothing: a contact by them is given up."""
    points = [point.contact_point_id for party in request.parties for point in party.contact_points]
    return [point for point in points if await address_of(pool, point) is None]


async def launch(
    client: Client,
    request: CollectionRequest,
    *,
    conflict: WorkflowIDConflictPolicy = WorkflowIDConflictPolicy.USE_EXISTING,
    signal: str | None = None,
    signal_args: Sequence[object] = (),
) -> CaseHandle:
    """Start the workflow of `request` as every case is started; what a second start means is for the ledger.

    With `signal` it is signalled in the same breath, whether it ran before or not.
    """
    return await client.start_workflow(
        WORKFLOW,
        request,
        id=workflow_id(request.loan_id),
        task_queue=WORKFLOWS,
        result_type=CaseSummary,
        id_conflict_policy=conflict,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        search_attributes=visibility.at_start(request),
        static_summary=f"{request.loan_id}, {request.product.replace('_', ' ')}",
        start_signal=signal,
        start_signal_args=signal_args,
    )


async def until_open(pool: asyncpg.Pool, request: CollectionRequest, patience: float) -> bool:
    """Wait until the ledger has the case open, or knows this very episode; answers whether it came to that within
    `patience` seconds. An earlier episode, closed, is none of it.
    """
    deadline = asyncio.get_running_loop().time() + patience
    episode = f"episode:{request.overdue_since.isoformat()}"
    while True:
        there = (await known(pool, [request.loan_id])).get(request.loan_id)
        if there and (there.is_open or episode in there.episodes):
            return True
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.05)


async def _check_against(pool: asyncpg.Pool, request: CollectionRequest) -> None:
    """What the ledger would refuse for good is said here, to the one who can mend it."""
    state = await stream_state(pool, f"loan:{request.loan_id}")
    if state and state.borrower_id != request.borrower_id:
        raise UsageError(
            f"loan {request.loan_id} is borrower {state.borrower_id}'s in this ledger, the request says "
            f"{request.borrower_id}. Mend the request, or give the loan another loan_id"
        )
    if await resolve_policy(pool, request.policy) is None:
        raise UsageError(
            f"policy {request.policy or 'default'!r} was never published to this ledger, or waits for its approval; "
            "`starter.py up` publishes those in policies/. Name one that `policy list` shows, or leave `policy` out"
        )


# --- recovery -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recovered:
    """What a recovery did: `open` cases in the ledger, of which `running` ran; `started` now, with `signals` resent."""

    open: int
    running: int
    started: int
    signals: int


async def recover(
    client: Client, pool: asyncpg.Pool, *, at_once: int = AT_ONCE, advance: Advance | None = None
) -> Recovered:
    """Start every case that the ledger has open and that no workflow carries. Safe to repeat and to interrupt.

    Signals that its last run had received and not yet written down are sent again. `advance` is told how many cases
    of how many have been looked at.
    """
    loans = await open_loans(pool)
    seen = {loan_of(workflow) async for workflow in _running(client)}
    lost = [loan for loan in loans if loan.loan_id not in seen]
    looked, started, resent = len(loans) - len(lost), 0, 0
    if advance:
        advance(looked, len(loans))
    gate = asyncio.Semaphore(at_once)

    async def one(request: CollectionRequest) -> None:
        nonlocal looked, started, resent
        async with gate:
            last = await _last_run(client, request.loan_id)
            if last is None or last[1] != WorkflowExecutionStatus.RUNNING:
                resent += await restart(client, pool, request, last[0] if last else None)
                started += 1
        looked += 1
        if advance:
            advance(looked, len(loans))

    async with asyncio.TaskGroup() as group:
        for loan in lost:
            group.create_task(one(loan.request))
    return Recovered(open=len(loans), running=len(loans) - started, started=started, signals=resent)


async def restart(
    client: Client,
    pool: asyncpg.Pool,
    request: CollectionRequest,
    last_run: str | None,
    conflict: WorkflowIDConflictPolicy = WorkflowIDConflictPolicy.USE_EXISTING,
) -> int:
    """Start a case again after its run `last_run` was lost, and send it again what that run alone had heard.

    Answers how many signals. The ledger knows the rest: the new run takes the case over under the next epoch.
    """
    handle = await launch(client, request, conflict=conflict)
    if last_run is None:
        return 0
    unheard = await unrecorded(client, pool, request, last_run)
    for name, args in unheard:
        await handle.signal(name, args=args)
    return len(unheard)


async def unrecorded(
    client: Client, pool: asyncpg.Pool, request: CollectionRequest, run_id: str
) -> list[tuple[str, list[RawValue]]]:
    """The signals that a run received and whose facts the ledger has not: it ended before it could write them down."""
    handle = client.get_workflow_handle(workflow_id(request.loan_id), run_id=run_id)
    recorded = {fact.fact_id for fact in await facts(pool, f"loan:{request.loan_id}")}
    found: list[tuple[str, list[RawValue]]] = []
    heard = 0  # counted as the workflow counts them: a rejection's id is made of it
    async for event in handle.fetch_history_events():
        if not event.HasField("workflow_execution_signaled_event_attributes"):
            continue
        heard += 1
        signal = event.workflow_execution_signaled_event_attributes
        args: list[RawValue] = await client.data_converter.decode(
            list(signal.input.payloads), [RawValue] * len(signal.input.payloads)
        )
        at = event.event_time.ToDatetime(tzinfo=UTC)
        payloads = [bytes(arg.payload.data) for arg in args]
        fact = fact_of(signal.signal_name, payloads, request.currency, at, f"{run_id}:{heard}")
        if fact is not None and fact.fact_id not in recorded:
            found.append((signal.signal_name, args))
    return found


async def _running(client: Client) -> AsyncIterator[str]:
    async for execution in client.list_workflows(RUNNING):
        yield execution.id


async def _last_run(client: Client, loan_id: str) -> tuple[str, WorkflowExecutionStatus | None] | None:
    """Run id and status of the newest run of a loan's workflow; None if the server knows none."""
    try:
        description = await client.get_workflow_handle(workflow_id(loan_id)).describe()
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    return description.run_id, description.status
