"""CPU time of processes and of the machine, from /proc."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_BUSY = (0, 1, 2, 5, 6)  # of the `cpu` line of /proc/stat: user, nice, system, irq, softirq
OWN = "benchmark"


@dataclass(frozen=True)
class Spent:
    """CPU-ms by process name, each with its descendants, living and reaped; `machine`: all that anybody used."""

    by_name: Mapping[str, float]
    machine: float

    def since(self, before: Spent) -> Spent:
        """What was spent between the two looks."""
        by_name = {name: ms - before.by_name[name] for name, ms in self.by_name.items()}
        return Spent(by_name, self.machine - before.machine)

    @property
    def foreign(self) -> float:
        """CPU-ms of processes that are none of those named."""
        return max(self.machine - sum(self.by_name.values()), 0)


def look(pids: Mapping[str, int]) -> Spent:
    """What the processes `pids` (by name) and this one have spent since they began."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(entry)):
            parents[int(entry.name)] = int(fields[1])
            # utime, stime, and those of children that were waited for: each is in one sum only.
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pid, parent in parents.items():
        children[parent].append(pid)

    def tree(pid: int) -> int:
        return ticks.get(pid, 0) + sum(tree(child) for child in children[pid] if child not in roots)

    named = {**pids, OWN: os.getpid()}
    roots = set(named.values())
    by_name = {name: tree(pid) * _TICK_MS for name, pid in named.items()}
    first = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return Spent(by_name, sum(int(first[place]) for place in _BUSY) * _TICK_MS)


def _stat(entry: Path) -> list[str]:
    """The fields of proc_pid_stat(5) from the third on; the name before them may hold blanks and brackets."""
    try:
        text = (entry / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text[text.rindex(")") + 2 :].split()


def model() -> str:
    """The CPU's name, as it says itself."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
