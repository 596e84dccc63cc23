"""What the floor is to do: the timers, activities and signals that a case of ours had, read off its history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

LifeName = Literal["cured", "ladder"]
QUEUE_PREFIX = "floor-"
"""The floor's task queues are ours under other names: a queue with two kinds of workers would mix their tasks."""


class Step(BaseModel):
    """One thing that a case did.

    `request` and `answer` are the bytes of an activity's JSON input and result; `rows` how many facts each of its
    transactions wrote. `seconds` is a timer's length: slept through, or started and left to run by what a signal ends.
    `order` is what our activity was asked, to make the same HTTP call.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["activity", "local", "sleep", "signal"]
    activity: str = ""
    queue: str = ""
    request: int = 0
    answer: int = 0
    rows: tuple[int, ...] = ()
    seconds: float | None = None
    order: dict[str, Any] = {}


class Plan(BaseModel):
    """A life as steps. `request`, `signal` and `result`: bytes of the workflow's input, its signal, its result.

    `result` None: it does not end, but rests.
    """

    model_config = ConfigDict(frozen=True)

    life: LifeName
    request: int
    signal: int = 0
    result: int | None = None
    steps: tuple[Step, ...]


_PLANS: TypeAdapter[tuple[Plan, ...]] = TypeAdapter(tuple[Plan, ...])
_known: dict[str, Plan] = {}


def write(path: Path, plans: Sequence[Plan]) -> None:
    """Write the plans down for the floor's worker."""
    path.write_bytes(_PLANS.dump_json(tuple(plans)))


def load(path: Path) -> None:
    """Take in the plans of a file, for as long as this process lives: a replay finds the same."""
    for plan in _PLANS.validate_json(path.read_bytes()):
        _known[plan.life] = plan


def of(life: str) -> Plan:
    """The plan of a life."""
    return _known[life]


def padded(text: str, size: int) -> str:
    """`text`, filled up so that it is `size` bytes of JSON."""
    return text.ljust(max(size - 2, 0), "x")


def drawn(life: LifeName, events: Sequence[HistoryEvent]) -> Plan:
    """The plan of a case's history. Raises ValueError for a life with something in it that the floor cannot play."""
    reader = _Reader()
    for event in events:
        reader.read(event)
    return Plan(
        life=life, request=reader.request, signal=reader.signal, result=reader.result, steps=tuple(reader.steps)
    )


class _Reader:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.request = self.signal = 0
        self.result: int | None = None
        self._scheduled: dict[int, Step] = {}
        self._timers: dict[int, float] = {}

    def read(self, event: HistoryEvent) -> None:
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                self.request = _size(event.workflow_execution_started_event_attributes.input)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                self._scheduled[event.event_id] = Step(
                    kind="activity",
                    activity=scheduled.activity_type.name,
                    queue=QUEUE_PREFIX + scheduled.task_queue.name,
                    request=_size(scheduled.input),
                    order=json.loads(scheduled.input.payloads[0].data),
                )
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                step = self._scheduled.pop(completed.scheduled_event_id)
                # Every fact of an activity is written in a transaction of its own.
                rows = (1,) * len(json.loads(completed.result.payloads[0].data)["facts"])
                self.steps.append(step.model_copy(update={"answer": _size(completed.result), "rows": rows}))
            case EventType.EVENT_TYPE_MARKER_RECORDED:
                self._local(event)
            case EventType.EVENT_TYPE_TIMER_STARTED:
                timer = event.timer_started_event_attributes
                self._timers[event.event_id] = timer.start_to_fire_timeout.ToTimedelta().total_seconds()
            case EventType.EVENT_TYPE_TIMER_FIRED:
                seconds = self._timers.pop(event.timer_fired_event_attributes.started_event_id)
                self.steps.append(Step(kind="sleep", seconds=seconds))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                self.signal = _size(event.workflow_execution_signaled_event_attributes.input)
                self.steps.append(Step(kind="signal", seconds=min(self._timers.values(), default=None)))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
                self.result = _size(event.workflow_execution_completed_event_attributes.result)
            case (
                EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
                | EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
                | EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
                | EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
                | EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
                | EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED
            ):
                pass
            case other:
                name = EventType.Name(other)
                raise ValueError(
                    f"event {event.event_id}, {name}: the floor has no counterpart of it; add one to plans.py"
                )

    def _local(self, event: HistoryEvent) -> None:
        details = event.marker_recorded_event_attributes.details
        answer = details["result"]
        written = len(json.loads(answer.payloads[0].data)["facts"])
        # A local activity writes all its facts in one transaction.
        self.steps.append(Step(kind="local", answer=_size(answer), rows=(written,)))


def _size(payloads: Payloads) -> int:
    return sum(len(payload.data) for payload in payloads.payloads)
