"""A stack to break: every part in a process of its own, and hands that kill, freeze, copy and restore them."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client

from local import postgres, programs, stack, temporal
from local.home import Home, read_json
from local.processes import Process, is_alive, recall, recall_all, stop
from local.stack import Service
from operations import services
from operations import stack as operated
from operations.build import build_id
from operations.connect import connect
from operations.services import BANK, WORKER
from operations.stack import Running
from tests.workflow.world import until

PARTS = (postgres.NAME, temporal.NAME, BANK, WORKER)

_IMPATIENT = """
import runpy, sys
import activities.contact
activities.contact.SETTLED = {settled}
runpy.run_path("worker.py", run_name="__main__")
"""


@dataclass
class Yard:
    """One home with its processes. `up` is the product's own: it brings back whatever was broken."""

    home: Home
    running: Running = field(init=False)

    async def up(self) -> Running:
        """What `starter.py up` does, with the code as it was when the tests began."""
        self.running = await operated.up(self.home, environ={"ARREARS_BUILD": build_id()})
        return self.running

    async def also(self, *workers: Service) -> None:
        """Start workers beside, or in the place of, the one that `up` starts."""
        await asyncio.to_thread(stack.up, self.home, services=lambda _: workers, environ={})

    async def tidy(self) -> None:
        """Stop what `also` started beside the parts, if its test did not."""
        for process in recall_all(self.home):
            if process.name not in PARTS:
                await self.stop(process.name)

    def worker(self, name: str = WORKER, settled: float | None = None, **env: str) -> Service:
        """A worker of all roles with these variables besides its usual ones.

        settled: seconds after which a gateway that knows nothing of a message certainly never took it. They are a
            minute otherwise, ten times as long as a test has.
        """
        usual = services.worker({}, self.running.gateways, build_id(), local_temporal=True)
        python, *rest = usual.argv
        argv = (python, "-c", _IMPATIENT.format(settled=settled), *rest[1:]) if settled is not None else usual.argv
        return dataclasses.replace(usual, name=name, argv=argv, env={**usual.env, **env})

    async def client(self) -> Client:
        """A client of this stack's server."""
        return await connect({**self.running.info.environ(), "TEMPORAL_CONFIG_FILE": os.devnull})

    def process(self, name: str) -> Process:
        """A part that was started and not stopped."""
        process = recall(self.home, name)
        assert process is not None, f"{name} was never started"
        return process

    async def kill(self, *names: str) -> None:
        """`kill -9`, of all of them in the same moment."""
        processes = [self.process(name) for name in names]
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)

        async def dead() -> bool:
            return not any(is_alive(process) for process in processes)

        await until(dead)

    async def stop(self, name: str) -> None:
        """End a part in good order."""
        await asyncio.to_thread(stop, self.home, self.process(name))

    def freeze(self, name: str) -> None:
        """Stop a part in its tracks: its connections stay open, and nobody answers."""
        for pid in self._pids(name):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it run on as if nothing had been."""
        for pid in self._pids(name):
            os.kill(pid, signal.SIGCONT)

    def _pids(self, name: str) -> Iterable[int]:
        yield self.process(name).pid
        if name == postgres.NAME:  # a process for each connection
            account = programs.account_for(self.cluster)
            yield from (pid for pid in programs.working_in(self.cluster, account) if pid != self.process(name).pid)

    # --- copies -------------------------------------------------------------------------------------------------

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data."""
        folder = read_json(self.home.data / "postgres.json").get("folder")
        return Path(folder or self.home.data / "postgres") / "data"

    async def copy_ledger(self, to: Path) -> None:
        """A cold copy of the whole cluster; PostgreSQL does not run afterwards."""
        await self.stop(postgres.NAME)
        await _copy(self.cluster, to)

    async def restore_ledger(self, copy: Path) -> None:
        """The cluster as it was when copied; PostgreSQL does not run afterwards."""
        await self.stop(postgres.NAME)
        await asyncio.to_thread(shutil.rmtree, self.cluster)
        await _copy(copy, self.cluster)

    @property
    def histories(self) -> Path:
        """Temporal's database file."""
        return self.home.data / "temporal" / "temporal.db"

    def copy_histories(self, to: Path) -> None:
        """A consistent copy of Temporal's store while it runs."""
        with closing(sqlite3.connect(self.histories)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)

    async def restore_histories(self, copy: Path | None) -> None:
        """Temporal's store as it was when copied, or none at all; the server does not run afterwards."""
        await self.stop(temporal.NAME)
        for file in self.histories.parent.glob("temporal.db*"):
            file.unlink()
        if copy:
            shutil.copyfile(copy, self.histories)


async def _copy(source: Path, target: Path) -> None:
    """With owners and modes: PostgreSQL refuses data that belong to somebody else."""
    await asyncio.to_thread(subprocess.run, ["cp", "-a", str(source), str(target)], check=True)
