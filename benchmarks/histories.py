"""What is counted of a case: its history, and the Temporal Cloud actions that it would be charged for.

Rules: docs.temporal.io/cloud/actions, as of August 2026. One action each: a start, an attempt of an activity, a
timer, a signal, an upsert of search attributes, a heartbeat that reaches the server; all local activities of one
workflow task together. Attributes set at the start are free.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionDescription

_ACTIONS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "start",
    EventType.EVENT_TYPE_TIMER_STARTED: "timers",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signals",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "updates",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "upserts",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: "continued as new",
}
_SKIPPING = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,  # which asks for it
)
_METER = re.compile(r'^action\{action_type="(\w+)",namespace="default",.*\} ([0-9.e+]+)$', re.MULTILINE)


class Counts(BaseModel):
    """Of one case. What skipping its time added to the history is left out of `events` and `bytes`.

    `bytes`: of the whole history as the server stores it. `skips`: how many events that is.
    `actions`: by what is charged, without heartbeats, which leave no event.
    """

    model_config = ConfigDict(frozen=True)

    events: int
    tasks: int
    transitions: int
    bytes: int
    skips: int
    actions: dict[str, int]


def count(events: Sequence[HistoryEvent], description: WorkflowExecutionDescription) -> Counts:
    """The counts of a case with that history, described when it was complete."""
    info = description.raw_description.workflow_execution_info
    skips = [event for event in events if event.event_type in _SKIPPING]
    kinds = Counter(event.event_type for event in events)
    actions = Counter({name: kinds[kind] for kind, name in _ACTIONS.items() if kinds[kind]})
    started = [e.activity_task_started_event_attributes for e in events if e.HasField(_STARTED)]
    actions["activities"] = sum(attempt.attempt for attempt in started)
    tasks_with_locals = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in events
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED
    }
    actions["local activities"] = len(tasks_with_locals)
    return Counts(
        events=info.history_length - len(skips),
        tasks=kinds[EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED],
        transitions=info.state_transition_count,
        bytes=info.history_size_bytes - sum(event.ByteSize() for event in skips),
        skips=len(skips),
        actions={name: number for name, number in actions.items() if number},
    )


_STARTED = "activity_task_started_event_attributes"


def metered(metrics: str) -> Counter[str]:
    """The actions that the server itself has counted in our namespace so far, by its own names."""
    found: Counter[str] = Counter()
    for name, number in _METER.findall(metrics):
        found[name] += int(float(number))
    return found
