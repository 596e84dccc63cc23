"""A command is given again while the case hands over, and looked for in the (real) ledger once it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from ledger.borrowers import record_borrower_fact
from ledger.pool import Pool
from operations.commands import giving
from operations.commands.asking import case_of
from operations.commands.giving import command
from operations.errors import UsageError
from schemas.facts import HoldOpened, Paused
from schemas.ledger import NewFact
from schemas.messages import CommandOutcome, OpenHold, Pause
from tests.ledger.support import NOON, Desk, closing, publish

PAUSE = Pause(by="anna", reason="complaint")
TAKEN = CommandOutcome(accepted=True, seq=7)
HANDING_OVER = RPCError("workflow execution already completed", RPCStatusCode.NOT_FOUND, b"")
TASK_FAILED = RPCError("UnhandledCommand", RPCStatusCode.FAILED_PRECONDITION, b"")
CUT_SHORT = WorkflowUpdateFailedError(
    ApplicationError("completed before the update completed", type="AcceptedUpdateCompletedWorkflow")
)

RUNNING, COMPLETED, FAILED = (
    WorkflowExecutionStatus.RUNNING,
    WorkflowExecutionStatus.COMPLETED,
    WorkflowExecutionStatus.FAILED,
)


class Server:
    """Answers an update with one thing after the other, the last for ever; `status`: of the newest run, None if none."""

    def __init__(self, *answers: CommandOutcome | Exception, status: WorkflowExecutionStatus | None = RUNNING) -> None:
        self.answers = list(answers)
        self.status = status
        self.ids: list[str] = []

    def get_workflow_handle(self, workflow: str) -> Server:
        """The one case."""
        assert workflow == "collection-L-1"
        return self

    async def execute_update(self, *_: Any, id: str, **__: Any) -> CommandOutcome:
        """What is next on the list."""
        self.ids.append(id)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def query(self, *_: Any, **__: Any) -> None:
        """Nobody answers."""
        raise HANDING_OVER

    async def describe(self) -> SimpleNamespace:
        """Its newest run."""
        if self.status is None:
            raise RPCError("no such workflow", RPCStatusCode.NOT_FOUND, b"")
        return SimpleNamespace(status=self.status)


def at_desk(server: Server, pool: Pool) -> giving.Desk:
    """Commands go to `server`, what it does not answer is looked up in the ledger."""

    @asynccontextmanager
    async def ledger() -> AsyncIterator[asyncpg.Pool]:
        yield cast("asyncpg.Pool", pool)

    return giving.Desk(cast("Client", server), ledger)


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "_PAUSE", 0.0)


async def given(server: Server, pool: Pool) -> CommandOutcome:
    """The answer to a pause under the id U-1."""
    return await command(at_desk(server, pool), "L-1", PAUSE, "U-1")


def paused(fact_id: str = "update:U-1") -> NewFact:
    """What an accepted pause becomes."""
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="operator", actor="anna", body=Paused(reason="complaint"))


@pytest.mark.parametrize("trouble", [HANDING_OVER, TASK_FAILED, CUT_SHORT])
async def test_while_a_case_hands_over_the_same_update_is_given_again(pool: Pool, trouble: Exception) -> None:
    """Under the same id, until a run takes it."""
    await publish(pool)
    await Desk.open(pool)
    server = Server(trouble, trouble, TAKEN)
    assert await given(server, pool) == TAKEN
    assert server.ids == ["U-1"] * 3


async def test_it_is_not_given_again_for_ever(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while nobody knows; the message says how to ask again, and what the server said."""
    await publish(pool)
    await Desk.open(pool)
    monkeypatch.setattr(giving, "TRYING", 0.0)
    with pytest.raises(UsageError, match=r"UnhandledCommand .*not known whether the command was taken.* --id U-1"):
        await given(Server(TASK_FAILED), pool)


async def test_a_command_taken_just_before_the_end_is_answered_from_the_ledger(pool: Pool) -> None:
    """Its fact stands in the loan's stream, and the run that was to answer is gone."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(paused())
    await desk.tell(closing("c"))
    server = Server(HANDING_OVER, status=COMPLETED)
    assert await given(server, pool) == CommandOutcome(accepted=True, seq=2)
    assert len(server.ids) == 1


async def test_so_is_one_that_bound_the_borrower(pool: Pool) -> None:
    """Its fact is a mirror of the borrower's."""
    await publish(pool)
    desk = await Desk.open(pool)
    body = HoldOpened(hold="U-1", hold_kind="hardship", reason="illness", review_at=NOON + timedelta(days=9))
    fact = NewFact(fact_id="update:U-1", occurred_at=NOON, source="operator", actor="anna", body=body)
    await record_borrower_fact(pool, "B-1", fact)
    await desk.tell()
    await desk.tell(closing("c"))
    hold = OpenHold(by="anna", hold_kind="hardship", reason="illness")
    server = Server(HANDING_OVER, status=COMPLETED)
    assert await command(at_desk(server, pool), "L-1", hold, "U-1") == CommandOutcome(accepted=True, seq=2)


async def test_a_closed_case_is_said_to_have_taken_nothing(pool: Pool) -> None:
    """With how it ended, on which day of the bank's, and what to do."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(closing("c"))
    with pytest.raises(UsageError) as said:
        await given(Server(HANDING_OVER, status=COMPLETED), pool)
    assert "it was closed, cured on 2027-03-01 (nothing is past due)" in str(said.value)
    assert "starter.py case L-1" in str(said.value)
    assert "The command was not taken (id U-1)" in str(said.value)


async def test_a_lost_case_is_to_be_recovered(pool: Pool) -> None:
    """The ledger has it open and nothing carries it."""
    await publish(pool)
    await Desk.open(pool)
    with pytest.raises(UsageError, match=r"nothing carries it: `starter.py recover` starts it again.*not taken"):
        await given(Server(HANDING_OVER, status=WorkflowExecutionStatus.TERMINATED), pool)


@pytest.mark.parametrize(
    ("status", "said"), [(None, "the ledger knows no such loan"), (FAILED, r"it ended before it opened \(failed\)")]
)
async def test_a_case_that_never_opened_is_told_apart(
    pool: Pool, status: WorkflowExecutionStatus | None, said: str
) -> None:
    """An id that nobody knows, and a start that failed; for what a command asks first too."""
    with pytest.raises(UsageError, match=f"no case of loan L-1 is running: {said}.*was not taken"):
        await given(Server(HANDING_OVER, status=status), pool)
    with pytest.raises(UsageError, match=f"no case of loan L-1 is running: {said}.*Nothing was sent"):
        await case_of(at_desk(Server(HANDING_OVER, status=status), pool), "L-1")


@pytest.mark.parametrize(
    "trouble", [WorkflowUpdateRPCTimeoutOrCancelledError(), RPCError("gone", RPCStatusCode.UNAVAILABLE, b"")]
)
async def test_without_an_answer_nobody_knows(pool: Pool, trouble: Exception) -> None:
    """It may be carried out yet; the same id tells."""
    with pytest.raises(UsageError, match=r"not known whether the command was taken.* --id U-1: that is harmless"):
        await given(Server(trouble), pool)


async def test_a_case_that_is_silent_is_not_waited_for_without_end(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK has a word of its own for being stopped while it waits."""

    async def silent(*_: Any, **__: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise WorkflowUpdateRPCTimeoutOrCancelledError from None

    server = Server(TAKEN)
    monkeypatch.setattr(server, "execute_update", silent)
    monkeypatch.setattr(giving, "ANSWER", 0.01)
    with pytest.raises(UsageError, match=r"is a worker running .* --id U-1"):
        await given(server, pool)


async def test_what_the_case_cannot_read_is_no_reason_to_try_again(pool: Pool) -> None:
    """The id or the command has the wrong form."""
    server = Server(WorkflowUpdateFailedError(ApplicationError("the update's id must be letters", type="BadUpdateId")))
    with pytest.raises(UsageError, match=r"refused the command's form: .*the update's id must be letters"):
        await given(server, pool)
    assert len(server.ids) == 1


async def test_without_a_ledger_nobody_knows_either(pool: Pool) -> None:
    """A desk may have the cluster's address alone."""

    def nowhere() -> Any:
        raise UsageError("no ledger: none is named")

    desk = giving.Desk(at_desk(Server(HANDING_OVER), pool).client, cast("Callable[[], Any]", nowhere))
    with pytest.raises(UsageError, match=r"no ledger: none is named\. It is not known .* --id U-1"):
        await command(desk, "L-1", PAUSE, "U-1")
