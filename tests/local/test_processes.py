"""Processes that outlive their starter, and strangers that are left alone."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from local import processes
from local.conditions import log_line
from local.errors import NotReady
from local.home import CHECKOUT, Home


def until(true: Callable[[], object], patience: float = 60) -> None:
    """Wait for a condition in another process."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def start(home: Home, script: str) -> processes.Process:
    """A shell script as a process of the home."""
    return processes.start(home, "it", ["/bin/sh", "-c", script], rank=0)


def test_it_outlives_the_process_that_started_it(home: Home) -> None:
    """A starter that has exited leaves its process running, in a session of its own, and remembered."""
    script = (
        "import sys; from local import processes; from local.home import Home\n"
        "processes.start(Home.at(sys.argv[1]), 'it', ['/bin/sleep', '1000'], rank=0)"
    )
    subprocess.run([sys.executable, "-c", script, str(home.root)], check=True, cwd=CHECKOUT)
    process = processes.recall(home, "it")
    assert process is not None
    assert processes.is_alive(process)
    assert os.getsid(process.pid) == process.pid
    processes.stop(home, process)
    assert not processes.is_alive(process)
    assert processes.recall(home, "it") is None


def test_a_recycled_pid_is_not_killed(home: Home) -> None:
    """What has the remembered pid but not the remembered start, or is of an earlier boot, is a stranger."""
    stranger = start(home, "exec sleep 1000")
    for remembered in (replace(stranger, started=stranger.started - 1), replace(stranger, boot="earlier")):
        processes.remember(home, remembered)
        assert not processes.is_alive(remembered)
        processes.stop(home, remembered)
        assert processes.recall(home, "it") is None
        assert processes.is_alive(stranger)
    processes.remember(home, stranger)


def test_what_does_not_end_in_good_order_is_ended_by_force(home: Home) -> None:
    """SIGTERM first; when patience is over, SIGKILL for the process and its children."""
    process = start(home, "trap 'echo asked' TERM; sleep 1000 & echo child $!; while :; do wait; done")
    processes.wait_ready(home, process, log_line("child "), 10)
    child = int(processes.log_since_start(process).split()[1])
    processes.stop(home, process, patience=0.3)
    assert "asked" in processes.log_since_start(process)
    assert not processes.is_alive(process)
    until(lambda: processes.look(child) is None)


def test_children_of_a_killed_process_are_ended(home: Home) -> None:
    """A leader killed from outside leaves children; stopping it finds them by their session."""
    process = start(home, "sleep 1000 & echo child $!; wait")
    processes.wait_ready(home, process, log_line("child "), 10)
    child = int(processes.log_since_start(process).split()[1])
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not processes.is_alive(process))
    assert processes.look(child) is not None
    processes.stop(home, process)
    until(lambda: processes.look(child) is None)


def test_nothing_runs_that_could_not_be_remembered(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """If writing it down fails, the child never becomes the program."""
    pids: list[int] = []

    def fail(_home: Home, process: processes.Process) -> None:
        pids.append(process.pid)
        raise OSError("disk full")

    monkeypatch.setattr(processes, "remember", fail)
    with pytest.raises(OSError, match="disk full"):
        start(home, "echo began; exec sleep 1000")
    until(lambda: processes.look(pids[0]) is None)
    assert (home.logs / "it.log").read_text() == ""


def test_a_failure_to_become_ready_quotes_the_log(home: Home) -> None:
    """The message holds what this process wrote, not what an earlier one did."""
    processes.stop(home, start(home, "echo of an earlier one"))
    process = start(home, "echo no room left on device; exit 3")
    with pytest.raises(NotReady, match="no room left on device") as caught:
        processes.wait_ready(home, process, lambda _process: False, 10)
    assert caught.value.ended
    assert "earlier" not in str(caught.value)
    with contextlib.suppress(ProcessLookupError):
        processes.stop(home, process)
    process = start(home, "echo still thinking; exec sleep 1000")
    processes.wait_ready(home, process, log_line("thinking"), 10)
    with pytest.raises(NotReady, match="still thinking") as caught:
        processes.wait_ready(home, process, lambda _process: False, 0.05)
    assert not caught.value.ended
