"""Events that a query happened to bring are not acted on; the question is asked again."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.bridge.proto.workflow_activation import (
    FireTimer,
    QueryWorkflow,
    SignalWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import OutboundInterceptor, QueryWorkflowInput, WorkflowQueryFailedError

from operations.whole_tasks import NEWS, AskAgain, WholeTasks

TIMER = WorkflowActivationJob(fire_timer=FireTimer(seq=1))
SIGNAL = WorkflowActivationJob(signal_workflow=SignalWorkflow(signal_name="payment_posted"))
QUERY = WorkflowActivationJob(query_workflow=QueryWorkflow(query_type="agenda"))


class _Inner:
    """Stands in for the SDK's runner and its instances: remembers what reached it."""

    def __init__(self) -> None:
        self.reached: list[int] = []

    def create_instance(self, det: Any) -> Any:
        return self

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        self.reached.append(act.history_length)
        return WorkflowActivationCompletion(run_id=act.run_id)


def turn(length: int, size: int, *jobs: WorkflowActivationJob) -> WorkflowActivation:
    """One turn of a replay, as the SDK's core hands it over."""
    return WorkflowActivation(run_id="r", history_length=length, history_size_bytes=size, jobs=jobs)


def activated(*turns: WorkflowActivation) -> tuple[list[int], list[bool]]:
    """Which turns reached the workflow, by their history's length, and for each whether it was refused."""
    inner = _Inner()
    watched = WholeTasks(inner).create_instance(None)  # pyright: ignore[reportArgumentType]
    answers = [watched.activate(each) for each in turns]
    return inner.reached, [answer.HasField("failed") for answer in answers]


@pytest.mark.parametrize("news", [TIMER, SIGNAL], ids=["timer", "signal"])
def test_news_without_a_task_is_refused(news: WorkflowActivationJob) -> None:
    """Longer than the history of the newest task, which alone tells the history's size: nobody has begun it."""
    assert activated(turn(3, 500), turn(9, 900, TIMER), turn(11, 900, news)) == ([3, 9], [False, False, True])


def test_tasks_and_questions_pass() -> None:
    """A task tells a new size; a question comes with the history as it was."""
    turns = (turn(3, 500), turn(9, 900, TIMER), turn(9, 900, QUERY), turn(15, 1400, SIGNAL, TIMER))
    assert activated(*turns) == ([3, 9, 9, 15], [False] * 4)


def test_a_server_that_tells_no_size_is_trusted() -> None:
    """Such a server is too old to tell; every case would stand still otherwise."""
    assert activated(turn(3, 0), turn(9, 0, TIMER)) == ([3, 9], [False, False])


class _Answering(OutboundInterceptor):
    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def query_workflow(self, input: QueryWorkflowInput) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def ask(*answers: Any) -> Any:
    """A query through the interceptor, of a server that answers so."""
    chain = AskAgain().intercept_client(_Answering(*answers))
    return await chain.query_workflow(None)  # pyright: ignore[reportArgumentType]


async def test_a_question_that_met_news_is_asked_again() -> None:
    """Until there is an answer."""
    assert await ask(WorkflowQueryFailedError(NEWS), WorkflowQueryFailedError(NEWS), "well") == "well"


async def test_any_other_failure_is_told() -> None:
    """It would not go away by asking again."""
    with pytest.raises(WorkflowQueryFailedError, match="no such query"):
        await ask(WorkflowQueryFailedError("no such query"), "well")
