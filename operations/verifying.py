"""Does everything agree: the ledger with itself (`operations.examining`), and each workflow with the fold of its ledger
stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import asyncpg
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from domain.case import Case
from ledger.reading import facts, stream_state, streams
from operations.build import build_id
from operations.examining import Difference, Kind, Report, examine
from operations.starting import RUNNING, loan_of, workflow_id
from schemas.ledger import Head
from schemas.messages import CaseSummary, CaseView

AT_ONCE = 24
ANSWER = timedelta(seconds=20)
"""How long one case may take to answer: it may have to be replayed first, behind others."""

LOOKS, PAUSE = 20, 0.25
"""How often a case that lags behind its ledger is asked again, and seconds between: it may be taking over just now."""


async def verify(
    client: Client,
    pool: asyncpg.Pool,
    *,
    build: str | None = None,
    at_once: int = AT_ONCE,
    advance: Callable[[int, int], None] | None = None,
) -> Report:
    """Look at everything and name each difference.

    Args:
        build: whose cases can be compared, by default this checkout's; another build may fold otherwise.
        advance: told how many cases of how many have been compared.
    """
    report = await examine(pool)
    await _cases(client, pool, report, build or build_id(), at_once, advance)
    report.differences.sort(key=lambda found: (found.where, found.what))
    return report


async def _cases(
    client: Client,
    pool: asyncpg.Pool,
    report: Report,
    build: str,
    at_once: int,
    advance: Callable[[int, int], None] | None,
) -> None:
    loans = {stream.removeprefix("loan:") for stream in await streams(pool, "loan")}
    loans |= {loan_of(execution.id) async for execution in client.list_workflows(RUNNING)}
    gate = asyncio.Semaphore(at_once)
    looked = 0

    async def one(loan_id: str) -> None:
        nonlocal looked
        async with gate:
            kind, what = await _one(client, pool, loan_id, build)
        report.cases[kind] += 1
        if what:
            report.differences.append(Difference(f"loan:{loan_id}", what))
        looked += 1
        if advance:
            advance(looked, len(loans))

    async with asyncio.TaskGroup() as group:
        for loan_id in sorted(loans):
            group.create_task(one(loan_id))


async def _one(client: Client, pool: asyncpg.Pool, loan_id: str, build: str) -> tuple[Kind, str]:
    """How one loan's workflow stands to its stream; the text is empty unless they differ."""
    handle = client.get_workflow_handle(workflow_id(loan_id), result_type=CaseSummary)
    try:
        description = await handle.describe()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return await _without_workflow(pool, loan_id, None)
    status = description.status
    if status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED):
        return await _without_workflow(pool, loan_id, status.name.lower() if status else "gone")
    if _build_of(description) not in ("", build):
        return "other_build", ""
    try:
        if status == WorkflowExecutionStatus.RUNNING:
            return await _running(handle, pool, loan_id, build)
        return await _ended(await handle.result(rpc_timeout=ANSWER), pool, loan_id, build)
    except (WorkflowQueryFailedError, WorkflowQueryRejectedError, WorkflowFailureError) as error:
        return "differs", f"its workflow fails: {error.__cause__ or error}"
    except RPCError as error:
        return "differs", f"its workflow does not answer ({error.status.name.lower()}): is its worker running?"


async def _running(
    handle: WorkflowHandle[Any, CaseSummary], pool: asyncpg.Pool, loan_id: str, build: str
) -> tuple[Kind, str]:
    looks = 0
    while True:
        # The ledger first: what it has by now, a case that is up to date has read when it answers.
        ledger = await stream_state(pool, f"loan:{loan_id}")
        view = await handle.query("case", result_type=CaseView, rpc_timeout=ANSWER)
        if view.build != build:
            return "other_build", ""
        is_open = ledger is not None and ledger.state == "open"
        if view.head.seq == 0 and not is_open:
            return "not_opened", ""
        looks += 1
        if ledger is None or view.head.seq >= ledger.head or looks == LOOKS:
            break
        await asyncio.sleep(PAUSE)
    if view.head.seq == 0:
        return "differs", "open in the ledger, and its workflow, which runs, has not taken it up"
    kind, what = await _compare(pool, loan_id, view.head, view.digest, view.state)
    if kind == "agrees" and ledger is not None and view.head.seq < ledger.head:
        return "behind", ""
    return kind, what


async def _ended(summary: CaseSummary, pool: asyncpg.Pool, loan_id: str, build: str) -> tuple[Kind, str]:
    if summary.build != build:
        return "other_build", ""
    state = await stream_state(pool, f"loan:{loan_id}")
    if state and state.state == "open":
        return "differs", f"its workflow ended ({summary.outcome}), the ledger has it open: `starter.py recover`"
    return await _compare(pool, loan_id, summary.head, summary.digest, None)


async def _compare(
    pool: asyncpg.Pool, loan_id: str, head: Head, digest: str, state: Mapping[str, Any] | None
) -> tuple[Kind, str]:
    recorded = await facts(pool, f"loan:{loan_id}", up_to=head.seq)
    if len(recorded) < head.seq:
        return "differs", f"its workflow is at fact {head.seq}, the ledger ends at {len(recorded)}"
    if recorded[-1].hash != head.hash:
        return "differs", f"its workflow knows another fact {head.seq} than the ledger"
    folded = Case.fold(loan_id, recorded)
    if folded.digest() == digest:
        return "agrees", ""
    mine = folded.model_dump(mode="json")
    fields = [name for name in mine if state is not None and state.get(name) != mine[name]]
    where = f" in {', '.join(fields)}" if fields else ""
    return "differs", f"folding the ledger to fact {head.seq} gives another case than its workflow has{where}"


async def _without_workflow(pool: asyncpg.Pool, loan_id: str, ended: str | None) -> tuple[Kind, str]:
    state = await stream_state(pool, f"loan:{loan_id}")
    if state is not None and state.state == "open":
        return "differs", f"open in the ledger, and its workflow is {ended or 'not there'}: `starter.py recover`"
    return ("ended_otherwise" if ended else "not_kept"), ""


def _build_of(description: WorkflowExecutionDescription) -> str:
    """The build a case is on, "" before its first task; asked first, for a build without a worker answers no query."""
    info = description.raw_description.workflow_execution_info.versioning_info
    return info.deployment_version.build_id
