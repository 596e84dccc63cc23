"""The whole stack: PostgreSQL, Temporal, then the services that the caller names; up, down, status."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from local import ports, postgres, temporal
from local.external import ExternalStack, external
from local.home import CHECKOUT, Home
from local.processes import Condition, Process, is_alive, recall, recall_all, start, stop, wait_ready

_FIRST_SERVICE = 10  # rank: after both servers, whatever becomes of them

State = Literal["running", "starting", "dead", "stopped", "external"]


@dataclass(frozen=True)
class StackInfo:
    """Where everything is.

    Attributes:
        database_url: `postgresql://...`, with its password.
        temporal_address: `host:port` for clients.
        ui_url: Temporal's Web UI; None for a cluster that is not ours.
        http_url: Temporal's HTTP API; None likewise.
    """

    database_url: str = field(repr=False)
    temporal_address: str
    namespace: str
    ui_url: str | None
    http_url: str | None = None

    def environ(self) -> dict[str, str]:
        """The same for a child process, under the names that `local.external` reads."""
        return {
            "DATABASE_URL": self.database_url,
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_NAMESPACE": self.namespace,
        }


@dataclass(frozen=True)
class Service:
    """A process of ours that belongs to the stack, such as a worker or the simulated bank.

    Attributes:
        name: unique in the home; names its log too.
        argv: program and arguments; no secret, everybody on the machine can read it.
        env: added to our environment and `StackInfo.environ()`; when it or `argv` changes, `up` starts anew.
        ready: a condition (see `local.conditions`); None if it is ready as soon as it runs.
        address: where people find it; for `status`.
        cwd: its working directory.
        patience: seconds until it must be ready, and in which it may end in good order.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ready: Condition | None = None
    address: str = ""
    cwd: Path = CHECKOUT
    patience: float = 60


@dataclass(frozen=True)
class Ports:
    """Ports to listen on; 0 for that of last time, else any free one."""

    postgres: int = 0
    temporal: int = 0
    ui: int = 0


@dataclass(frozen=True)
class ServiceStatus:
    """One part of the stack.

    Attributes:
        state: `running`; `starting` (alive, does not answer); `dead` (ended without being stopped);
            `stopped`; `external` (not ours to start).
        detail: where its log is, or who named it.
    """

    name: str
    state: State
    pid: int | None
    address: str
    detail: str


def up(
    home: Home,
    *,
    services: Callable[[StackInfo], Sequence[Service]] = lambda _info: (),
    search_attributes: Mapping[str, str] | None = None,
    namespace: str = "default",
    chosen: Ports = Ports(),
    environ: Mapping[str, str] = os.environ,
    tell: Callable[[str], None] = lambda _line: None,
) -> StackInfo:
    """Start what is not running, wait until all of it is ready, and say where it is. What runs is left alone.

    Blocks; of several calls at once, one works and the others then find all running. In an event loop:
    `await asyncio.to_thread(up, home)`.

    Args:
        services: asked, when both servers are up, which services belong to the stack; started in that order.
        search_attributes: name to type, for a Temporal server of ours; see `local.temporal.up`.
        namespace: likewise; that of an external cluster is named by its own configuration.
        environ: names what is there already; see `local.external`.
        tell: takes a line when something is being started.

    Raises:
        StackError: something cannot be started; what was started before it stays.
    """
    given = external(environ) or ExternalStack()
    home.prepare()
    with home.locked():
        # Side by side: for a first start each has a second's work.
        with ThreadPoolExecutor(2) as pool:
            if not given.database_url and not _alive(home, postgres.NAME):
                tell("starting PostgreSQL")
            database = pool.submit(lambda: given.database_url or postgres.up(home, chosen.postgres))
            if given.temporal is None and not _alive(home, temporal.NAME):
                tell("starting Temporal")
            server = (
                pool.submit(temporal.up, home, search_attributes, namespace, chosen.temporal, chosen.ui)
                if given.temporal is None
                else None
            )
        found = server.result() if server else None
        info = StackInfo(
            database_url=database.result(),
            temporal_address=found.address if found else given.address or "",
            namespace=given.namespace or namespace,
            ui_url=found.ui_url if found else None,
            http_url=found.http_url if found else None,
        )
        for rank, service in enumerate(services(info), start=_FIRST_SERVICE):
            _run(home, service, info, rank, tell)
    return info


def down(home: Home, tell: Callable[[str], None] = lambda _line: None) -> None:
    """Stop all that this home remembers, the last started first. Its data stays.

    Raises:
        StackError: something does not end or is not ours to stop; the rest has been stopped.
    """
    if not home.run.is_dir():
        return
    with home.locked():
        for process in reversed(recall_all(home)):
            if is_alive(process):
                tell(f"stopping {process.name}")
            stop(home, process)


def status(home: Home, environ: Mapping[str, str] = os.environ) -> list[ServiceStatus]:
    """How each part is, the two servers first; takes no lock and starts nothing."""
    given = external(environ) or ExternalStack()
    processes = {process.name: process for process in recall_all(home)}
    last = temporal.where(home)
    listed = [
        ServiceStatus(postgres.NAME, "external", None, "", "named by DATABASE_URL")
        if given.database_url
        else _status(postgres.NAME, processes.pop(postgres.NAME, None)),
        ServiceStatus(temporal.NAME, "external", None, given.address or "", "named by TEMPORAL_*")
        if given.temporal
        else _status(temporal.NAME, processes.pop(temporal.NAME, None), f"UI {last.ui_url}" if last else ""),
    ]
    return listed + [_status(name, process) for name, process in processes.items()]


def wipe(home: Home) -> None:
    """Stop the stack and remove its data, logs and all. There is no way back.

    Raises:
        StackError: as `down`.
    """
    if not home.run.is_dir():
        return
    down(home)
    postgres.wipe(home)
    for folder in (home.data, home.logs, home.run):
        shutil.rmtree(folder)
    if not any(home.root.iterdir()):  # the user's own folder may hold more
        home.root.rmdir()


def _run(home: Home, service: Service, info: StackInfo, rank: int, tell: Callable[[str], None]) -> None:
    added = {**info.environ(), **service.env, "ARREARS_HOME": str(home.root)}
    digest = hashlib.sha256(json.dumps([list(service.argv), sorted(added.items())]).encode()).hexdigest()
    process = recall(home, service.name)
    if process and not (is_alive(process) and process.digest == digest):
        stop(home, process, service.patience)
        process = None
    if process is None:
        tell(f"starting {service.name}")
        process = start(
            home,
            service.name,
            service.argv,
            rank=rank,
            env={**os.environ, **added},
            cwd=service.cwd,
            address=service.address,
            digest=digest,
        )
    if not process.ready:
        wait_ready(home, process, service.ready or (lambda _process: True), service.patience)


def _alive(home: Home, name: str) -> bool:
    process = recall(home, name)
    return process is not None and is_alive(process)


def _status(name: str, process: Process | None, more: str = "") -> ServiceStatus:
    if process is None:
        return ServiceStatus(name, "stopped", None, "", "")
    log = f"log {process.log}"
    if not is_alive(process):
        return ServiceStatus(name, "dead", None, process.address, f"pid {process.pid} is gone; {log}")
    port = process.address.rpartition(":")[2]
    ready = process.ready and (not port.isdigit() or ports.answers(int(port)))
    detail = f"{more}; {log}" if more else log
    return ServiceStatus(name, "running" if ready else "starting", process.pid, process.address, detail)
