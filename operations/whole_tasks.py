"""Cases act on workflow tasks only, never on news that a query happened to bring.

To answer a query about a case that it does not hold in memory, a worker replays the case's history. If a timer fires, or
a signal comes, just then, that history ends with events for which no workflow task has begun. The SDK (1.35) hands them
to the workflow all the same, with the clock of the task before, and splits in two what a replay will find in one: a case
slept its whole pause again, or could not be replayed any more (docs/decisions/0010).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Interceptor, OutboundInterceptor, QueryWorkflowInput, WorkflowQueryFailedError
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import Info

NEWS = "something is just happening to this case: ask again"
_TRIES = 20
_PAUSE = 0.05


class WholeTasks(WorkflowRunner):
    """Runs workflows by `inner`. A turn outside of a workflow task fails the query that brought it, and nothing else:
    the worker forgets the case, and replays it when its task comes.
    """

    def __init__(self, inner: WorkflowRunner) -> None:
        self._inner = inner

    def prepare_workflow(self, defn: Any) -> None:
        """As `inner` does."""
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """An instance of `inner`, watched."""
        return _Watched(self._inner.create_instance(det))

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """As `inner` does."""
        self._inner.set_worker_level_failure_exception_types(types)


class _Watched(WorkflowInstance):
    def __init__(self, inner: WorkflowInstance) -> None:
        self._inner = inner
        self._length = self._size = 0

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        if self._is_news(act):
            refused = WorkflowActivationCompletion(run_id=act.run_id)
            refused.failed.failure.message = NEWS
            return refused
        self._length, self._size = act.history_length, act.history_size_bytes
        return self._inner.activate(act)

    def _is_news(self, act: WorkflowActivation) -> bool:
        """Whether it has events newer than its newest workflow task: a task that begins tells the history's new size."""
        longer = act.history_length > self._length > 0
        begun = act.history_size_bytes != self._size or self._size == 0  # an old server tells no size
        return longer and not begun and any(job.WhichOneof("variant") != "query_workflow" for job in act.jobs)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inner.get_external_store_context(command_info)

    def get_info(self) -> Info:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()


class AskAgain(Interceptor):
    """Asks again, for about a second, where a query met a case to which something was just happening."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Wraps the client."""
        return _AskingAgain(next)


class _AskingAgain(OutboundInterceptor):
    async def query_workflow(self, input: QueryWorkflowInput) -> Any:
        for _ in range(_TRIES):
            try:
                return await super().query_workflow(input)
            except WorkflowQueryFailedError as error:
                if NEWS not in str(error):
                    raise
            await asyncio.sleep(_PAUSE)
        return await super().query_workflow(input)
