"""Where the servers are, for every command: named by the environment, else the local stack that runs in the home.

`up` writes the addresses of what it started to `HOME/env`, in a form that a shell can source. Variables that merely
repeat that file count as the home's own, so that `up` in a shell that sourced it does not take them for a cluster of
somebody else's.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import asyncpg
from temporalio.client import Client

from ledger.pool import connect as connect_ledger
from local import postgres, temporal
from local.external import ExternalStack, external
from local.home import Home, write_atomically
from local.processes import is_alive, recall
from operations.connect import connect
from operations.errors import UsageError

Part = Literal["temporal", "database"]
BOTH: tuple[Part, ...] = ("temporal", "database")

_HEADER = "# Where the local stack is; written by `starter.py up`. Holds a password. Use: . {path}\n"


def file_of(home: Home) -> Path:
    """The file with the addresses of what `up` started in this home."""
    return home.root / "env"


def write(home: Home, variables: Mapping[str, str], tools: Path | None = None) -> Path:
    """Write the home's file: one `export NAME=value` a line, readable by its owner alone.

    With `tools`, a shell that finds no `temporal` by itself looks there too, last, so that nothing else is shadowed.
    """
    path = file_of(home)
    lines = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(variables.items()))
    if tools:
        lines += f'command -v temporal >/dev/null 2>&1 || export PATH="$PATH":{shlex.quote(str(tools))}\n'
    write_atomically(path, _HEADER.format(path=shlex.quote(str(path))) + lines)
    return path


def written(home: Home) -> dict[str, str]:
    """What the home's file says; empty if there is none."""
    try:
        text = file_of(home).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    words = shlex.split(text, comments=True)
    said = dict(word.split("=", 1) for word in words if "=" in word)
    said.pop("PATH", None)  # for shells alone
    return said


def explicit(environ: Mapping[str, str], home: Home) -> dict[str, str]:
    """`environ` without the variables that repeat the home's own file."""
    own = written(home)
    own.pop("ARREARS_HOME", None)
    return {name: value for name, value in environ.items() if own.get(name) != value}


def resolve(
    environ: Mapping[str, str] | None = None, home: Home | None = None, need: Collection[Part] = BOTH
) -> dict[str, str]:
    """`environ` (default: the process's) with the addresses of all that is needed.

    `TEMPORAL_*`, a profile or `DATABASE_URL` that are set win; what they leave open is the home's running stack.

    Raises:
        UsageError: neither names a part that is needed.
        StackError: what is set cannot be used; see `local.external`.
    """
    given = os.environ if environ is None else environ
    home = home or Home.find(given)
    variables = explicit(given, home)
    named = external(variables) or ExternalStack()
    own = written(home)
    local: set[str] = set()
    if named.temporal is None:
        # A namespace or key without an address is somebody else's: with the local server only its own words count.
        variables = {name: value for name, value in variables.items() if not name.startswith("TEMPORAL_")}
        if _runs(home, temporal.NAME) and "TEMPORAL_ADDRESS" in own:
            local |= {name for name in own if name.startswith("TEMPORAL_")}
        elif "temporal" in need:
            raise _nothing(home, "Temporal server", "TEMPORAL_ADDRESS or TEMPORAL_PROFILE")
    if named.database_url is None:
        if _runs(home, postgres.NAME) and "DATABASE_URL" in own:
            local.add("DATABASE_URL")
        elif "database" in need:
            raise _nothing(home, "ledger", "DATABASE_URL")
    if local:
        local |= {name for name in own if not name.startswith("TEMPORAL_") and name != "DATABASE_URL"}
    return {name: own[name] for name in local} | variables


@dataclass(frozen=True)
class Session:
    """Open connections to both servers, and the environment that named them."""

    variables: Mapping[str, str]
    client: Client
    pool: asyncpg.Pool


@asynccontextmanager
async def session(environ: Mapping[str, str] | None = None, *, connections: int = 8) -> AsyncIterator[Session]:
    """Connect to both servers, and give the connections back afterwards.

    Raises:
        UsageError: a server is not named or does not answer.
    """
    variables = resolve(environ)
    client = await connect(variables)
    async with ledger(variables, connections=connections) as pool:
        yield Session(variables, client, pool)


@asynccontextmanager
async def ledger(variables: Mapping[str, str], *, connections: int = 8) -> AsyncIterator[asyncpg.Pool]:
    """Connect to the ledger alone. Raises UsageError if it does not answer."""
    try:
        pool = await connect_ledger(variables["DATABASE_URL"], max_size=connections)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        reason = type(error).__name__ if isinstance(error, asyncpg.PostgresError) else str(error)
        raise UsageError(
            f"the ledger's database does not answer ({reason}): see `starter.py status`, or mend DATABASE_URL"
        ) from error
    try:
        yield pool
    finally:
        await pool.close()


def _runs(home: Home, name: str) -> bool:
    process = recall(home, name)
    return process is not None and is_alive(process)


def _nothing(home: Home, what: str, names: str) -> UsageError:
    return UsageError(
        f"no {what}: none is named and none runs in {home.root}. Start the local stack with `python3 starter.py up`, "
        f"name its folder in ARREARS_HOME, or set {names}"
    )
