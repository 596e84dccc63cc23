"""Giving a case a command, whatever server and case do meanwhile: the same update again, or the ledger's word on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

import asyncpg
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands.table import NAMES
from ledger.reading import facts
from local.errors import StackError
from operations.errors import UsageError
from operations.sending import why_not_running
from operations.starting import workflow_id
from schemas.messages import Command, CommandOutcome
from workflows.outcomes import outcome_of

ANSWER = 60.0
"""Seconds in which a case has to answer a command; its worker may be replaying, the ledger away for a moment."""
TRYING = 30.0
"""Seconds in which a command that the server could not give to the case is given again."""
_PAUSE = 0.5

_AGAIN = (
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.NOT_FOUND,
    RPCStatusCode.ABORTED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
"""What the server says of an update whose run is just handing over or closing, or whose task has just failed."""
_UNCLEAR = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.INTERNAL, RPCStatusCode.UNKNOWN, RPCStatusCode.DATA_LOSS)
"""What it says, or is said for it, when the update may have gone through all the same."""


@dataclass(frozen=True)
class Desk:
    """Where commands are given: the cluster of the cases, and how to connect to the ledger if the case does not answer."""

    client: Client
    ledger: Callable[[], AbstractAsyncContextManager[asyncpg.Pool]]


class _NotTaken(Exception):
    """The server did not give the command to the case; the message says why, in its words."""


async def command(desk: Desk, loan_id: str, command: Command, update_id: str) -> CommandOutcome:
    """Give a case an operator's command; answers what its ledger says of it, accepted or refused.

    The same id again gives the same answer, whatever has happened since: a case that has ended meanwhile too. What a
    command creates (an offer, an approval, a hold) bears the id.

    Raises:
        UsageError: no case of the loan runs and none took the command; or it is not known whether it was taken, and the
            message says how to repeat it.
    """
    try:
        return await _ask(desk.client, loan_id, command, update_id)
    except _NotTaken as first:
        trouble = first
    async with AsyncExitStack() as stack:
        try:
            pool = await stack.enter_async_context(desk.ledger())
        except (UsageError, StackError) as error:
            why = f"the server could not give the command to the case of {loan_id} ({trouble}), and the ledger: {error}"
            raise UsageError(f"{why}. {_unknown(update_id)}") from error
        deadline = asyncio.get_running_loop().time() + TRYING
        while True:
            if outcome := await _looked_up(desk.client, pool, loan_id, command, update_id):
                return outcome
            if asyncio.get_running_loop().time() > deadline:
                why = f"the server could not give the command to the case of {loan_id} for {TRYING:.0f} s: {trouble}"
                raise UsageError(f"{why}. {_unknown(update_id)}")
            await asyncio.sleep(_PAUSE)
            try:
                return await _ask(desk.client, loan_id, command, update_id)
            except _NotTaken as again:
                trouble = again


async def _ask(client: Client, loan_id: str, command: Command, update_id: str) -> CommandOutcome:
    """Send the update once and wait for its outcome. Raises _NotTaken where the same again may come to more."""
    handle = client.get_workflow_handle(workflow_id(loan_id))
    try:
        async with asyncio.timeout(ANSWER):
            return await handle.execute_update(NAMES[type(command)], command, id=update_id, result_type=CommandOutcome)
    except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError):
        raise UsageError(
            f"no answer from the case of {loan_id} (within {ANSWER:.0f} s, or until interrupted): is a worker running "
            f"(`starter.py status`)? {_unknown(update_id)}"
        ) from None
    except WorkflowUpdateFailedError as error:
        if isinstance(error.cause, ApplicationError) and error.cause.type == _COMPLETED:
            raise _NotTaken(error.cause.message) from error
        raise UsageError(f"the case of {loan_id} refused the command's form: {error.cause}") from error
    except RPCError as error:
        said = f"{error.message} ({error.status.name.lower()})"
        if error.status in _AGAIN:
            raise _NotTaken(said) from error
        if error.status in _UNCLEAR:
            raise UsageError(f"the Temporal server does not answer: {said}. {_unknown(update_id)}") from error
        raise


_COMPLETED = "AcceptedUpdateCompletedWorkflow"
"""The type of the failure with which the server ends an update whose run ended over it."""


async def _looked_up(
    client: Client, pool: asyncpg.Pool, loan_id: str, command: Command, update_id: str
) -> CommandOutcome | None:
    """The ledger's word on the command; None if it has none and a case runs that may be asked again.

    Raises:
        UsageError: it has none, and no case runs.
    """
    gone = await why_not_running(client, pool, loan_id)  # before the ledger is read: a case writes down, then ends
    ids = (f"update:{update_id}", f"borrower:update:{update_id}")
    stored = next((fact for fact in await facts(pool, f"loan:{loan_id}") if fact.fact_id in ids), None)
    if stored is not None:
        return outcome_of(command, stored)
    if gone is not None:
        raise UsageError(f"{gone}. The command was not taken (id {update_id})")
    return None


def _unknown(update_id: str) -> str:
    return (
        f"It is not known whether the command was taken. Give the same command once more with --id {update_id}: that is "
        "harmless, and tells"
    )
