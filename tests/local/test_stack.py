"""The real servers: up, down, killed, moved aside, as root and as an ordinary user."""

import asyncio
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from local import postgres, programs, stack
from local.conditions import tcp
from local.errors import StackError
from local.external import server_version
from local.home import CHECKOUT, Home, read_json
from local.ports import free_port
from local.processes import Account, is_alive, recall
from local.stack import Ports, Service, StackInfo

pytestmark = pytest.mark.stack

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="root alone starts processes under other accounts")


@workflow.defn
class Waits:
    """Sleeps forty days, then waits for a word."""

    def __init__(self) -> None:
        self.words: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        """The words it was told, after the sleep's end."""
        await workflow.sleep(timedelta(days=40))
        await workflow.wait_condition(lambda: len(self.words) == 2)
        return self.words

    @workflow.signal
    def tell(self, word: str) -> None:
        """Takes a word."""
        self.words.append(word)


def up(home: Home, **more: object) -> StackInfo:
    """The stack of this home alone, whatever the environment names."""
    return stack.up(home, environ={}, **more)  # type: ignore[arg-type]


def kill(home: Home, name: str) -> int:
    """SIGKILL, and wait for the end; the pid."""
    process = recall(home, name)
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    while is_alive(process):
        time.sleep(0.01)
    return process.pid


def states(home: Home) -> dict[str, str]:
    """Each part's state by its name."""
    return {part.name: part.state for part in stack.status(home, {})}


async def sql(info: StackInfo, statement: str) -> object:
    """The first value of a statement's result."""
    connection = await asyncpg.connect(info.database_url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_kill_nine_of_both_servers_loses_nothing(home: Home) -> None:
    """A row, and a workflow with a timer and a signal, are there after `up`; the timer can still be skipped to."""
    info = await asyncio.to_thread(up, home, search_attributes={"Stage": "Keyword"})
    client = await Client.connect(info.temporal_address)
    assert await server_version(client) >= "1.32"
    await sql(info, "create table t as select 42 as n")
    case = await TimeSkipper(client).client.start_workflow(Waits.run, id="w", task_queue="q")
    await case.signal(Waits.tell, "before")

    killed = {name: kill(home, name) for name in ("postgres", "temporal")}
    assert states(home) == {"postgres": "dead", "temporal": "dead"}
    again = await asyncio.to_thread(up, home)

    assert again == info  # the same addresses: whoever was connected finds them again
    assert states(home) == {"postgres": "running", "temporal": "running"}
    assert all((process := recall(home, name)) and process.pid != pid for name, pid in killed.items())
    assert await sql(again, "select n from t") == 42
    client = await Client.connect(again.temporal_address)
    case = client.get_workflow_handle_for(Waits.run, "w")
    await case.signal(Waits.tell, "after")
    async with Worker(client, task_queue="q", workflows=[Waits], workflow_runner=UnsandboxedWorkflowRunner()):
        assert await asyncio.wait_for(case.result(), 60) == ["before", "after"]
    described = await case.describe()
    assert described.close_time
    assert described.close_time - described.start_time >= timedelta(days=40)


async def test_only_the_killed_part_is_started_again(home: Home) -> None:
    """The other server keeps its pid; on a stack that is up nothing is started."""
    await asyncio.to_thread(up, home)
    temporal = recall(home, "temporal")
    kill(home, "postgres")
    told: list[str] = []
    info = await asyncio.to_thread(up, home, tell=told.append)
    assert told == ["starting PostgreSQL"]
    assert recall(home, "temporal") == temporal
    assert await sql(info, "show fsync") == "on"
    assert up(home, tell=told.append) == info
    assert told == ["starting PostgreSQL"]


async def test_time_skips_forward_to_the_asked_moment(home: Home) -> None:
    """A fast-forward of a day at a time lands where asked, on a server as `up` starts it."""
    info = await asyncio.to_thread(up, home)
    client = await Client.connect(info.temporal_address)
    async with Worker(client, task_queue="q", workflows=[Waits], workflow_runner=UnsandboxedWorkflowRunner()):
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        case = await skipper.client.start_workflow(Waits.run, id="w", task_queue="q")
        began = (await case.describe()).start_time
        for _ in range(40):
            assert await asyncio.wait_for(skipper.fast_forward(case, timedelta(days=1)), 20)
        await case.signal(Waits.tell, "one")
        await case.signal(Waits.tell, "two")
        assert await asyncio.wait_for(case.result(), 20) == ["one", "two"]
        closed = (await case.describe()).close_time
        assert closed
        assert timedelta(days=40) <= closed - began < timedelta(days=40, minutes=5)


def test_of_many_calls_at_once_one_starts_the_stack(home: Home) -> None:
    """Several processes call `up` together: all are told the same, and each server was started once."""
    script = (
        "import sys; from local import stack; from local.home import Home\n"
        "print(stack.up(Home.at(sys.argv[1]), environ={}, tell=lambda line: print(line, file=sys.stderr)))"
    )
    argv = [sys.executable, "-c", script, str(home.root)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True), range(3)))
    assert [call.returncode for call in done] == [0, 0, 0], done[0].stderr
    assert len({call.stdout for call in done}) == 1
    started = "".join(call.stderr for call in done).splitlines()
    assert sorted(started) == ["starting PostgreSQL", "starting Temporal"]


def test_a_service_belongs_to_the_stack(home: Home) -> None:
    """It gets the addresses, is waited for, restarted when it changes, and stopped by `down` unnamed."""
    port = free_port()
    argv = (sys.executable, "-c", f"import http.server as h, os; print(os.environ['DATABASE_URL'], flush=True); "
            f"h.HTTPServer(('127.0.0.1', {port}), h.SimpleHTTPRequestHandler).serve_forever()")  # fmt: skip

    def services(colour: str) -> list[Service]:
        return [Service("bank", argv, {"COLOUR": colour}, tcp(port), f"http://127.0.0.1:{port}")]

    info = up(home, services=lambda _info: services("red"))
    first = recall(home, "bank")
    assert first is not None
    assert info.database_url in (home.logs / "bank.log").read_text()
    up(home, services=lambda _info: services("red"))
    assert recall(home, "bank") == first
    up(home, services=lambda _info: services("blue"))
    second = recall(home, "bank")
    assert second is not None
    assert second.pid != first.pid
    kill(home, "bank")
    assert states(home) == {"postgres": "running", "temporal": "running", "bank": "dead"}
    up(home, services=lambda _info: services("blue"))
    assert states(home)["bank"] == "running"
    told: list[str] = []
    stack.down(home, told.append)
    assert told == ["stopping bank", "stopping temporal", "stopping postgres"]
    assert states(home) == {"postgres": "stopped", "temporal": "stopped"}
    assert not any(is_alive(process) for process in (first, second))


async def test_a_port_taken_by_a_stranger_is_given_up(home: Home) -> None:
    """After `down` somebody else listens there: `up` moves with its data; a port asked for is never given up."""
    info = await asyncio.to_thread(up, home)
    await sql(info, "create table t as select 42 as n")
    stack.down(home)
    with socket.create_server(("127.0.0.1", int(info.database_url.rpartition(":")[2].split("/")[0]))) as stranger:
        taken = stranger.getsockname()[1]
        with pytest.raises(StackError, match=str(taken)):
            postgres.up(home, taken)
        moved = await asyncio.to_thread(up, home, chosen=Ports(temporal=(wanted := free_port())))
        assert moved.database_url != info.database_url
        assert moved.temporal_address == f"127.0.0.1:{wanted}"
        assert await sql(moved, "select n from t") == 42


def test_search_attributes_can_be_added_but_not_changed(home: Home) -> None:
    """A later version's attribute joins a running server; another type for one that is there is refused."""
    up(home, search_attributes={"Stage": "Keyword"})
    up(home, search_attributes={"Stage": "Keyword", "Tags": "KeywordList"})
    with pytest.raises(StackError, match=r"Stage is KEYWORD.*Int"):
        up(home, search_attributes={"Stage": "Int"})


async def test_the_password_is_asked_for(home: Home) -> None:
    """Another user of the machine reaches the port, not the data; the password's file is for its owner alone."""
    address = await asyncio.to_thread(postgres.up, home)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(address, password="guess")
    assert (home.data / "postgres.password").stat().st_mode & 0o077 == 0


def test_what_is_named_outside_is_not_started(home: Home) -> None:
    """With a cluster and a database named by the environment, nothing of ours runs."""
    named = {"TEMPORAL_ADDRESS": "cluster:7233", "DATABASE_URL": "postgresql://db/ledger"}
    info = stack.up(home, environ=named)
    assert (info.temporal_address, info.database_url, info.ui_url) == ("cluster:7233", named["DATABASE_URL"], None)
    assert [part.state for part in stack.status(home, named)] == ["external", "external"]
    assert list(home.run.glob("*.json")) == []


@root_only
async def test_root_keeps_a_closed_folder_closed(tmp_path: Path) -> None:
    """In a home that PostgreSQL's account cannot reach, the cluster lies elsewhere, and no folder is opened for it."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = Home.at(closed / "home")
    home.prepare()
    try:
        address = await asyncio.to_thread(postgres.up, home)
        process = recall(home, "postgres")
        assert process is not None
        assert os.stat(f"/proc/{process.pid}").st_uid != 0
        assert closed.stat().st_mode & 0o777 == 0o700
        cluster = Path(read_json(home.data / "postgres.json")["folder"])
        assert cluster.parent == programs.OPEN_FOLDER
        assert cluster.stat().st_mode & 0o077 == 0
        kill(home, "postgres")
        assert await asyncio.to_thread(postgres.up, home) == address
    finally:
        stack.wipe(home)
    assert not cluster.exists()
    assert not home.root.exists()


@root_only
def test_an_ordinary_user_needs_no_root(home: Home) -> None:
    """The whole stack up, again and down as `nobody`, in a folder of nobody's, with nothing of root's in it."""
    nobody = pwd.getpwnam("nobody")
    account = Account(nobody.pw_uid, nobody.pw_gid)
    if not programs.runs(programs.programs(None), account):
        pytest.skip("the virtual environment lies in a folder closed to other users")
    theirs = home.root / "theirs"
    theirs.mkdir()
    os.chown(theirs, account.uid, account.gid)
    # Rights are dropped after the imports: the interpreter itself may lie in root's own folder.
    script = f"""
import concurrent.futures.thread, encodings.idna, os, sys
from local import stack
from local.home import Home
os.setgroups([]); os.setgid({account.gid}); os.setuid({account.uid})
os.environ.update(HOME={str(theirs)!r}, ARREARS_HOME={str(theirs / "arrears")!r})
home = Home.find()
info = stack.up(home, environ={{}})
assert stack.up(home, environ={{}}) == info
print(*(f"{{part.name}}={{part.state}}" for part in stack.status(home, {{}})))
for part in stack.status(home, {{}}):
    assert os.stat(f"/proc/{{part.pid}}").st_uid == {account.uid}
stack.down(home)
print(*(f"{{part.name}}={{part.state}}" for part in stack.status(home, {{}})))
"""
    try:
        done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True)
        made = {path: path.lstat().st_uid for path in (theirs / "arrears").rglob("*")}
    finally:
        stack.wipe(Home.at(theirs / "arrears"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        *("postgres=running", "temporal=running", "postgres=stopped", "temporal=stopped"),
    ]
    assert len(made) > 100
    assert set(made.values()) == {account.uid}


@pytest.mark.parametrize("ports", [Ports(ui=70_000), Ports(temporal=-5), Ports(postgres=80_000)])
def test_a_port_that_is_none_stops_nothing(home: Home, ports: Ports) -> None:
    """Nor one that is taken: what runs goes on, and the error names the port."""
    running = up(home)
    taken = socket.create_server(("127.0.0.1", 0))
    with taken:
        for wanted in (ports, Ports(ui=taken.getsockname()[1])):
            with pytest.raises(StackError, match="wanted for"):
                up(home, chosen=wanted)
    assert up(home) == running
