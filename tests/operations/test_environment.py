"""Where commands find their servers: what is set wins, then the home's running stack, else a clear word."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import postgres, stack, temporal
from local.home import Home
from local.processes import start
from operations import environment
from operations.errors import UsageError

OWN = {
    "ARREARS_GATEWAYS": "http://127.0.0.1:1003",
    "DATABASE_URL": "postgresql://arrears:it's a 'secret'@127.0.0.1:1001/arrears",
    "TEMPORAL_ADDRESS": "127.0.0.1:1002",
    "TEMPORAL_CONFIG_FILE": "/dev/null",
    "TEMPORAL_NAMESPACE": "default",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose stack was up once and is down."""
    home = Home.at(tmp_path / "home")
    home.prepare()
    environment.write(home, OWN)
    return home


@pytest.fixture
def running(home: Home) -> Iterator[Home]:
    """A home with two living processes under the servers' names."""
    for rank, name in enumerate((postgres.NAME, temporal.NAME)):
        start(home, name, ("sleep", "300"), rank=rank)
    yield home
    stack.down(home)


def test_what_is_written_is_read_again(home: Home) -> None:
    """Quotes and blanks in a password included; and nobody else may read it."""
    assert environment.written(home) == OWN
    assert environment.file_of(home).stat().st_mode & 0o077 == 0


def test_a_shell_can_source_it(home: Home) -> None:
    """Every line is a plain export."""
    script = '. "$1"; printf %s "$DATABASE_URL"'
    argv = ["/bin/sh", "-euc", script, "sh", str(environment.file_of(home))]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == OWN["DATABASE_URL"]


def test_a_shell_finds_the_temporal_command(home: Home, tmp_path: Path) -> None:
    """In the folder named if nowhere else; one of the shell's own stays in use."""
    tools, own = tmp_path / "it's tools", tmp_path / "own"
    for folder, word in ((tools, "ours"), (own, "theirs")):
        folder.mkdir()
        (folder / "temporal").write_text(f"#!/bin/sh\necho {word}\n")
        (folder / "temporal").chmod(0o755)
    environment.write(home, OWN, tools)
    assert environment.written(home) == OWN

    def said(path: str) -> str:
        argv = ["/bin/sh", "-euc", '. "$1"; temporal', "sh", str(environment.file_of(home))]
        return subprocess.run(argv, capture_output=True, text=True, check=True, env={"PATH": path}).stdout.strip()

    assert said("/nowhere") == "ours"
    assert said(f"/nowhere:{own}") == "theirs"


def test_the_running_stack_is_found(running: Home) -> None:
    """With nothing set all comes from the home."""
    assert environment.resolve({"PATH": "/bin"}, running) == OWN | {"PATH": "/bin"}


def test_a_stopped_stack_is_not_found(home: Home) -> None:
    """Its file alone is no server; the error says how to start one."""
    with pytest.raises(UsageError, match=r"no Temporal server: .*starter\.py up"):
        environment.resolve({}, home)
    with pytest.raises(UsageError, match=r"no ledger: .*DATABASE_URL"):
        environment.resolve({}, home, need=("database",))
    assert environment.resolve({}, home, need=()) == {}


def test_what_is_set_wins(running: Home) -> None:
    """An address, a profile's namespace and a database that are named replace the home's, each part by itself."""
    named = {"TEMPORAL_ADDRESS": "temporal.example:7233", "TEMPORAL_NAMESPACE": "loans"}
    found = environment.resolve(named, running)
    assert found["TEMPORAL_ADDRESS"] == "temporal.example:7233"
    assert found["TEMPORAL_NAMESPACE"] == "loans"
    assert "TEMPORAL_CONFIG_FILE" not in found
    assert found["DATABASE_URL"] == OWN["DATABASE_URL"]
    other = environment.resolve({"DATABASE_URL": "postgresql://db.example/ledger"}, running)
    assert other["DATABASE_URL"] == "postgresql://db.example/ledger"
    assert other["TEMPORAL_ADDRESS"] == OWN["TEMPORAL_ADDRESS"]


def test_words_for_another_cluster_do_not_reach_ours(running: Home) -> None:
    """A key or namespace without an address belongs to somebody's profile; the local server has neither."""
    found = environment.resolve({"TEMPORAL_API_KEY": "k", "TEMPORAL_NAMESPACE": "prod"}, running)
    assert "TEMPORAL_API_KEY" not in found
    assert found["TEMPORAL_NAMESPACE"] == "default"


def test_nothing_local_is_needed_where_all_is_named(home: Home) -> None:
    """Production: both named, no home, and nothing of a home's shows."""
    named = {"TEMPORAL_ADDRESS": "temporal.example:7233", "DATABASE_URL": "postgresql://db.example/ledger"}
    assert environment.resolve(named, home) == named


def test_a_sourced_file_is_not_somebody_elses_cluster(home: Home) -> None:
    """`up` in a shell that sourced the file starts the home's own servers."""
    assert environment.explicit(OWN | {"HOME": "/root"}, home) == {"HOME": "/root"}
    changed = OWN | {"TEMPORAL_ADDRESS": "temporal.example:7233"}
    assert environment.explicit(changed, home) == {"TEMPORAL_ADDRESS": "temporal.example:7233"}
