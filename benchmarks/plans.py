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

LifeName = Literal["cured", "contact", "plan", "enforcement"]
QUEUE_PREFIX = "floor-"
"""The floor's task queues are ours under other names: a queue with two kinds of workers would mix their tasks."""


class Step(BaseModel):
    """One thing that a case did.

    `request` and `answer` are the bytes of an activity's, a signal's or an update's JSON input and result; `rows` how many
    facts each of an activity's transactions wrote. `timer` says which timer was started (of `seconds`), fired or cancelled.
    `order` is what our activity was asked, to make the same HTTP call.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["activity", "local", "timer", "fired", "cancel", "signal", "update", "answer"]
    activity: str = ""
    queue: str = ""
    request: int = 0
    answer: int = 0
    rows: tuple[int, ...] = ()
    timer: int = 0
    seconds: float = 0
    order: dict[str, Any] = {}


class Plan(BaseModel):
    """A life as steps. `request` and `result`: bytes of the workflow's input and of its result.

    `result` None: it does not end, but rests. `seconds`: how long it lasts on the case's own clock.
    """

    model_config = ConfigDict(frozen=True)

    life: LifeName
    request: int
    result: int | None = None
    seconds: float
    steps: tuple[Step, ...]

    @property
    def told(self) -> list[Step]:
        """The messages that came from outside, in their order."""
        return [step for step in self.steps if step.kind in ("signal", "update")]

    @property
    def answers(self) -> list[Step]:
        """What was answered to updates, in their order."""
        return [step for step in self.steps if step.kind == "answer"]


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
    lasted = (events[-1].event_time.ToDatetime() - events[0].event_time.ToDatetime()).total_seconds()
    return Plan(life=life, request=reader.request, result=reader.result, seconds=lasted, steps=tuple(reader.steps))


class _Reader:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.request = 0
        self.result: int | None = None
        self._scheduled: dict[int, Step] = {}

    def read(self, event: HistoryEvent) -> None:
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                self.request = _size(event.workflow_execution_started_event_attributes.input)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                self._scheduled[event.event_id] = _scheduled(event)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                step = self._scheduled.pop(completed.scheduled_event_id)
                # Every fact of an activity is written in a transaction of its own.
                rows = (1,) * len(json.loads(completed.result.payloads[0].data)["facts"])
                self.steps.append(step.model_copy(update={"answer": _size(completed.result), "rows": rows}))
            case EventType.EVENT_TYPE_MARKER_RECORDED:
                self.steps.append(_local(event))
            case EventType.EVENT_TYPE_TIMER_STARTED:
                seconds = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta().total_seconds()
                self.steps.append(Step(kind="timer", timer=event.event_id, seconds=seconds))
            case EventType.EVENT_TYPE_TIMER_FIRED:
                self.steps.append(Step(kind="fired", timer=event.timer_fired_event_attributes.started_event_id))
            case EventType.EVENT_TYPE_TIMER_CANCELED:
                self.steps.append(Step(kind="cancel", timer=event.timer_canceled_event_attributes.started_event_id))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                size = _size(event.workflow_execution_signaled_event_attributes.input)
                self.steps.append(Step(kind="signal", request=size))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                accepted = event.workflow_execution_update_accepted_event_attributes.accepted_request
                self.steps.append(Step(kind="update", request=_size(accepted.input.args)))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
                outcome = event.workflow_execution_update_completed_event_attributes.outcome
                self.steps.append(Step(kind="answer", answer=_size(outcome.success)))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
                self.result = _size(event.workflow_execution_completed_event_attributes.result)
            case (
                EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
                | EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
                | EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
                | EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
                | EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
                | EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED
                | EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED
            ):
                pass
            case other:
                name = EventType.Name(other)
                raise ValueError(
                    f"event {event.event_id}, {name}: the floor has no counterpart of it; add one to plans.py"
                )


def _scheduled(event: HistoryEvent) -> Step:
    scheduled = event.activity_task_scheduled_event_attributes
    return Step(
        kind="activity",
        activity=scheduled.activity_type.name,
        queue=QUEUE_PREFIX + scheduled.task_queue.name,
        request=_size(scheduled.input),
        order=json.loads(scheduled.input.payloads[0].data),
    )


def _local(event: HistoryEvent) -> Step:
    answer = event.marker_recorded_event_attributes.details["result"]
    written = len(json.loads(answer.payloads[0].data)["facts"])
    # A local activity writes all its facts in one transaction.
    return Step(kind="local", answer=_size(answer), rows=(written,))


def _size(payloads: Payloads) -> int:
    return sum(len(payload.data) for payload in payloads.payloads)
