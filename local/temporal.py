"""The embedded Temporal server with its Web UI: `temporal server start-dev` on a file of the home."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import conditions, ports
from local.errors import NotReady, StackError
from local.home import Home, read_json, write_json
from local.processes import Condition, Process, is_alive, recall, start, stop, wait_ready
from local.temporal_cli import bare_environment, find_cli

NAME = "temporal"
RANK = 1

# A closed case's history stays readable this long. The default, a day, is over before somebody looks.
_RETENTION = "3650d"

# A write-ahead log takes four times the starts of the default journal; what the last instants before a power
# failure lost is recovered from the ledger.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")

_PLENTY = 100_000
_DYNAMIC_CONFIG: Mapping[str, object] = {
    "frontend.WorkflowTimeSkippingEnabled": True,
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": 1_000_000,  # 200, and then the case really waits
    # A skipped-to timer fires this much late at most; with the default, 1 s, every skip takes a second.
    "history.timerProcessorMaxTimeShift": "20ms",
    # Reads of a queue a second, where each skip takes several: at the default, 20, it takes a quarter second.
    "history.timerProcessorMaxPollRPS": 200,
    "history.transferProcessorMaxPollRPS": 200,
    # Rates that keep the tenants of a shared cluster apart; here one book is the only tenant, and a burst of
    # starts, queries or time skips would be refused. The machine is the limit.
    "frontend.rps": _PLENTY,
    "frontend.namespaceRPS": _PLENTY,
    "frontend.namespaceRPS.visibility": _PLENTY,
    "frontend.namespaceCount": _PLENTY,  # requests that wait: results, queries, time skips
    "frontend.globalNamespaceWorkerDeploymentReadRPS": _PLENTY,
    "history.rps": _PLENTY,
    "matching.rps": _PLENTY,
    "frontend.persistenceMaxQPS": _PLENTY,
    "history.persistenceMaxQPS": _PLENTY,
    "matching.persistenceMaxQPS": _PLENTY,
    "system.visibilityPersistenceMaxReadQPS": _PLENTY,
    "system.visibilityPersistenceMaxWriteQPS": _PLENTY,
}


@dataclass(frozen=True)
class TemporalPorts:
    """The server's ports on the loopback.

    Attributes:
        grpc: for clients and workers.
        ui: the Web UI.
        http: the server's HTTP API.
        metrics: Prometheus.
    """

    grpc: int
    ui: int
    http: int
    metrics: int

    @property
    def address(self) -> str:
        """For clients: `host:port`."""
        return f"{ports.LOOPBACK}:{self.grpc}"

    @property
    def ui_url(self) -> str:
        """For people: the Web UI."""
        return f"http://{ports.LOOPBACK}:{self.ui}"

    @property
    def http_url(self) -> str:
        """The HTTP API's base, for programs without an SDK."""
        return f"http://{ports.LOOPBACK}:{self.http}"


def up(
    home: Home,
    search_attributes: Mapping[str, str] | None = None,
    namespace: str = "default",
    port: int = 0,
    ui_port: int = 0,
) -> TemporalPorts:
    """Start the server unless it runs; see that the namespace has the search attributes; return where it is.

    Args:
        search_attributes: name to type, as the server calls them: Keyword, Text, Int, Double, Bool, Datetime,
            KeywordList. What the namespace has already stays.
        port, ui_port: to listen on; 0 for those of last time if they are free, else any free ones.

    Raises:
        StackError: no recent enough program, it does not start, a port asked for is taken, or a search
            attribute exists with another type.
    """
    wanted = dict(search_attributes or {})
    process = recall(home, NAME)
    known = read_json(_file(home))
    if process and is_alive(process) and _fits(known, namespace, port, ui_port):
        found = _ports(known)
        wait_ready(home, process, _serves(found, namespace), 60)
    else:
        _check(known, ("grpc", port, "Temporal"), ("ui", ui_port, "Temporal's Web UI"))
        if process:
            stop(home, process)
        found = _start_on_free_ports(home, wanted, namespace, port, ui_port)
    _register(home, found, namespace, wanted)
    return found


def _check(known: Mapping[str, object], *asked: tuple[str, int, str]) -> None:
    """The ports asked for are to be had, those that our own server has now apart; else it is left running."""
    ours = {known.get(name) for name, _, _ in asked}
    for _, port, what in asked:
        if port and port not in ours:
            ports.choose(port, 0, what)


def where(home: Home) -> TemporalPorts | None:
    """The ports that this home's server has, or had when it last ran."""
    known = read_json(_file(home))
    return _ports(known) if "grpc" in known else None


def _file(home: Home) -> Path:
    return home.data / "temporal.json"


def _ports(known: Mapping[str, int]) -> TemporalPorts:
    return TemporalPorts(known["grpc"], known["ui"], known["http"], known["metrics"])


def _fits(known: Mapping[str, object], namespace: str, port: int, ui_port: int) -> bool:
    return (
        known.get("namespace") == namespace
        and (not port or known.get("grpc") == port)
        and (not ui_port or known.get("ui") == ui_port)
    )


def _start_on_free_ports(
    home: Home, wanted: Mapping[str, str], namespace: str, port: int, ui_port: int
) -> TemporalPorts:
    for attempt in range(3):
        known = read_json(_file(home))
        last = {} if attempt else known
        taken: list[int] = []
        for name, asked, what in (
            ("grpc", port, "Temporal"),
            ("ui", ui_port, "Temporal's Web UI"),
            ("http", 0, "Temporal's HTTP API"),
            ("metrics", 0, "Temporal's metrics"),
        ):
            others = frozenset({port, ui_port, *taken})
            taken.append(ports.choose(asked, int(last.get(name, 0)), what, others))
        found = TemporalPorts(*taken)
        write_json(_file(home), known | dict(zip(("grpc", "ui", "http", "metrics"), taken, strict=True)))
        try:
            _start(home, found, wanted, namespace)
            return found
        except NotReady as error:
            if not error.ended or all(ports.is_free(number) for number in taken) or attempt == 2:
                raise  # the trouble was not that somebody took a port in the meantime
    raise AssertionError("unreachable")


def _start(home: Home, found: TemporalPorts, wanted: Mapping[str, str], namespace: str) -> Process:
    folder = home.data / "temporal"
    folder.mkdir(mode=0o700, exist_ok=True)
    database = folder / "temporal.db"
    known = read_json(_file(home))
    if not known.get("complete") or not database.exists():
        # Killed while it made its tables, the server would take the half-made file for a whole one.
        for file in folder.glob("temporal.db*"):
            file.unlink()
        write_json(_file(home), known | {"complete": False, "registered": {}})
    argv = [str(find_cli().path), "server", "start-dev", "--ip", ports.LOOPBACK, "--disable-config-file"]
    argv += ["--port", str(found.grpc), "--ui-port", str(found.ui), "--http-port", str(found.http)]
    argv += ["--metrics-port", str(found.metrics), "--db-filename", str(database)]
    argv += ["--ui-disable-news-fetch", "--namespace", namespace]
    for pragma in _PRAGMAS:
        argv += ["--sqlite-pragma", pragma]
    for name, kind in wanted.items():
        argv += ["--search-attribute", f"{name}={kind}"]
    for key, value in _DYNAMIC_CONFIG.items():
        argv += ["--dynamic-config-value", f"{key}={json.dumps(value)}"]
    process = start(home, NAME, argv, rank=RANK, env=bare_environment(), address=found.address)
    process = wait_ready(home, process, _serves(found, namespace), 60)
    write_json(_file(home), read_json(_file(home)) | {"complete": True, "namespace": namespace})
    return process


def _serves(found: TemporalPorts, namespace: str) -> Condition:
    """Ready when each of frontend, history and matching answers, and the UI does."""
    base = f"{found.http_url}/api/v1/namespaces/{namespace}"

    def ready(_process: Process) -> bool:
        return (
            conditions.http_status(base) == 200
            and conditions.http_status(f"{base}/workflows/there-is-none") == 404
            and conditions.http_status(f"{base}/task-queues/there-is-none") == 200
            and ports.answers(found.ui)
        )

    return ready


def _register(home: Home, found: TemporalPorts, namespace: str, wanted: Mapping[str, str]) -> None:
    """Once for each attribute, remembered: a stack that is up answers at once."""
    known = read_json(_file(home))
    done = known.get("registered", {}).get(namespace)
    if done is not None and wanted.items() <= done.items():
        return
    cli = find_cli()
    if done is None:
        cli.call(found.address, "operator", "namespace", "update", "-n", namespace, "--retention", _RETENTION)
    have = _search_attributes(found, namespace)
    for name, kind in wanted.items():
        if name not in have:
            words = (
                "operator",
                "search-attribute",
                "create",
                "-n",
                namespace,
                "--name",
                name,
                "--type",
                kind,
            )
            cli.call(found.address, *words)
        elif have[name] != kind.upper():
            raise StackError(
                f"search attribute {name} is {have[name]} in namespace {namespace} at {found.address}, "
                f"wanted: {kind}. Name it otherwise, or begin anew with another ARREARS_HOME"
            )
    registered = known.get("registered", {}) | {namespace: (done or {}) | dict(wanted)}
    write_json(_file(home), read_json(_file(home)) | {"registered": registered})


def _search_attributes(found: TemporalPorts, namespace: str) -> dict[str, str]:
    """Custom search attributes and their types, in capitals without underscores."""
    body = conditions.http_get(f"{found.http_url}/api/v1/namespaces/{namespace}/search-attributes")
    prefix = "INDEXED_VALUE_TYPE_"
    listed: dict[str, str] = json.loads(body).get("customAttributes", {})
    return {name: kind.removeprefix(prefix).replace("_", "") for name, kind in listed.items()}
