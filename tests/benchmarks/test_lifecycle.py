"""The benchmark: a short run of it on its own stack, and what it is made of. No time is asserted."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from benchmarks import cpu, histories, plans
from benchmarks.figures import VARIANTS, LifeFigures, Report, Spread
from benchmarks.plans import LifeName
from benchmarks.stand import midday_zone
from tests.benchmarks.conftest import Benchmark

LIVES: tuple[LifeName, ...] = ("cured", "contact", "plan", "enforcement")


@pytest.mark.stack
@pytest.mark.slow
def test_a_short_run_counts_exactly_and_leaves_nothing(benchmark: Benchmark) -> None:
    """Each count is what the parts of the life add up to, and what the server itself has metered."""
    report = Report.model_validate_json(benchmark("lifecycle", "--loans", "2", "--rounds", "1", "--json"))

    cured, contact, plan, enforcement = (report.lives[name] for name in LIVES)
    assert {aim.what: aim.met for aim in cured.aims if "CPU" not in aim.what} == {
        "history events": True,
        "workflow tasks": True,
    }
    bare = cured.variants["bare"].alone
    assert bare.actions == {"start": 1, "activities": 3, "timers": 1, "signals": 1}
    # One event for the start, the timer's start, the signal and the end; three for each task and each activity.
    assert bare.events == 4 + 3 * bare.tasks + 3 * 3
    assert bare.tasks == cured.variants["ours"].alone.tasks
    assert contact.days > 60
    resting = contact.variants["bare"].alone
    timers, activities = resting.actions["timers"], resting.actions["activities"]
    assert resting.events == 1 + 3 * resting.tasks + 3 * activities + 2 * timers
    assert plan.days > 12 * 29
    kept = plan.variants["ours"].alone.actions
    assert (kept["signals"], kept["updates"]) == (12, 2)
    assert enforcement.days > 90
    taken = enforcement.variants["ours"].alone.actions
    assert (taken["signals"], taken["updates"]) == (2, 1)
    for life in (cured, contact, plan, enforcement):
        _agrees(life)


def _agrees(life: LifeFigures) -> None:
    figures = life.variants
    assert set(figures) == set(VARIANTS)
    asked = ("activities", "timers", "signals", "updates")
    for name in ("bare", "calls"):
        floor = figures[name]
        assert [floor.alone.actions.get(what) for what in asked] == [
            figures["ours"].alone.actions.get(what) for what in asked
        ]
        assert floor.alone.bytes < figures["ours"].alone.bytes
    assert figures["calls"].alone.actions["local activities"] == figures["ours"].alone.actions["local activities"]
    for each in figures.values():
        # Each fast-forward of a case's time is an action of its own, which a clock that just runs does not cost.
        forwards = each.metered.get("grpc_UpdateWorkflowExecutionOptions", 0)
        # What is tried again, on a machine with other work to do, is charged again and stands in history once.
        assert sum(each.metered.values()) - forwards == pytest.approx(each.charged, abs=2)
        # In a crowd a late task may take in two things at once, so that there are some tasks fewer.
        assert 0.8 * each.alone.events <= each.events.least
        assert each.cpu["worker"].median > 0
        assert each.cpu["temporal"].median > 0


def test_the_same_skipped_time_is_left_out() -> None:
    """A skip is an event of the server's, not of the case."""
    kinds = [
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED,
    ]
    events = [HistoryEvent(event_id=n + 1, event_type=kind) for n, kind in enumerate(kinds)]
    with pytest.raises(ValueError, match="event 4, EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED"):
        plans.drawn("cured", events)
    plan = plans.drawn("plan", events[:3])
    assert (plan.steps, plan.result) == ((), None)


def test_the_server_names_what_it_charges() -> None:
    """Its counters by name, of our namespace alone, added up over the operations they were counted in."""
    line = 'action{action_type="%s",namespace="%s",operation="%s",service_name="frontend"} %s\n'
    text = "# TYPE action counter\n" + "".join(
        line % row
        for row in (
            ("command_StartTimer", "default", "RespondWorkflowTaskCompleted", "3"),
            ("grpc_StartWorkflowExecution", "default", "StartWorkflowExecution", "2"),
            ("grpc_StartWorkflowExecution", "default", "SignalWithStart", "1e+06"),
            ("grpc_StartWorkflowExecution", "temporal_system", "StartWorkflowExecution", "7"),
        )
    )
    assert histories.metered(text) == {"command_StartTimer": 3, "grpc_StartWorkflowExecution": 1_000_002}


def test_a_childs_work_is_its_parents() -> None:
    """CPU of a process is that of all that it started, while they live and afterwards."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); print(flush=True); input()"
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    before = cpu.look({"parent": parent.pid})
    parent.stdout.readline()  # its child has ended
    spent = cpu.look({"parent": parent.pid}).since(before)
    parent.communicate(b"\n")
    assert spent.by_name["parent"] >= 200
    assert spent.machine >= spent.by_name["parent"] - 50


@pytest.mark.parametrize("hour", range(24))
def test_it_is_midday_somewhere(hour: int) -> None:
    """Whenever it is run, contacts are lawful for hours."""
    now = datetime(2026, 11, 22, hour, 59, tzinfo=UTC)
    assert now.astimezone(ZoneInfo(midday_zone(now))).hour == 12


def test_filled_up_to_a_size() -> None:
    """Bytes of JSON, quotes included; what is longer stays whole."""
    assert plans.padded("ab", 7) == "abxxx"
    assert plans.padded("abcdef", 3) == "abcdef"
    assert Spread.of([3, 1, 2]) == Spread(median=2, least=1, most=3)
