"""Processes that outlive the one that starts them, remembered well enough never to hit a stranger.

A pid alone is no name: it is given to another process sooner or later. A process is remembered by its pid,
the moment it was started (in clock ticks since boot) and the boot.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypedDict

from local.errors import NotReady, StackError
from local.home import Home, read_json, write_json

_LOG_LIMIT = 20_000_000  # bytes; a longer log is set aside (one of them) at the next start
_PAUSE = 0.02  # seconds between two looks at something in another process

# The child waits until it has been remembered. If its starter dies in between, `read` finds the end of the
# pipe and the child ends: no process runs that nobody knows. `exec` keeps the pid and the start time.
_GATE = ("/bin/sh", "-c", 'read -r _ && exec "$@" </dev/null', "sh")

# Ours as long as this interpreter lives: held so that their zombies are reaped here.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


@dataclass(frozen=True)
class Account:
    """The system account a process runs under, where that is not ours."""

    uid: int
    gid: int


class _RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Process:
    """A process as remembered in the home.

    Attributes:
        started: clock ticks between boot and its start, as the kernel counts them.
        boot: the boot those ticks belong to.
        rank: the highest is stopped first.
        address: where it is reached, for people.
        digest: of what it was started with; another digest wanted means another process.
        log_offset: where in the log this process begins, in bytes.
        stop_signal: what asks it to end in good order.
        ready: whether it has been seen ready.
    """

    name: str
    pid: int
    started: int
    boot: str
    rank: int
    address: str
    digest: str
    log: str
    log_offset: int
    stop_signal: int
    ready: bool = False


Condition = Callable[[Process], bool]


def start(
    home: Home,
    name: str,
    argv: Sequence[str],
    *,
    rank: int,
    env: Mapping[str, str] | None = None,
    cwd: Path | str = "/",
    account: Account | None = None,
    address: str = "",
    digest: str = "",
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Process:
    """Start a process in a session of its own, its output in `logs/NAME.log`, and remember it.

    `env` is its whole environment; without it, ours. The process outlives the caller.

    Raises:
        StackError: the system does not let us start it.
    """
    log = _open_log(home, name)
    with open(log, "ab") as output:
        offset = output.tell()
        try:
            child = subprocess.Popen(
                [*_GATE, *argv],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
                **run_as(account),
            )
        except OSError as error:
            raise StackError(f"cannot start {name} ({argv[0]}): {error}") from error
    _children[child.pid] = child
    seen = look(child.pid)
    if seen is None or child.stdin is None:
        child.kill()
        raise StackError(f"cannot see {name} (pid {child.pid}) in /proc. Mount it: mount -t proc proc /proc")
    process = Process(name, child.pid, seen[1], _boot(), rank, address, digest, str(log), offset, int(stop_signal))
    try:
        remember(home, process)
    except BaseException:
        child.kill()
        raise
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(b"go\n")
    return process


def run_as(account: Account | None) -> "_RunAs":
    """The arguments with which `subprocess` starts a child under that account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def remember(home: Home, process: Process) -> None:
    """Write the process down in the home, or write it anew."""
    write_json(home.run / f"{process.name}.json", asdict(process))


def recall(home: Home, name: str) -> Process | None:
    """The process of that name as last remembered; whether it lives is for `is_alive`."""
    fields = read_json(home.run / f"{name}.json")
    try:
        return Process(**fields) if fields else None
    except TypeError as error:
        raise StackError(
            f"{home.run / name}.json was not written by this version ({error}). "
            "Stop what it names by hand (its pid is in it), then remove it"
        ) from error


def recall_all(home: Home) -> list[Process]:
    """All remembered processes in the order in which they were first started."""
    found = [recall(home, path.stem) for path in home.run.glob("*.json")]
    return sorted((process for process in found if process), key=lambda process: (process.rank, process.name))


def is_alive(process: Process) -> bool:
    """Whether that very process still runs; a zombie or another process under its pid does not count."""
    if (child := _children.get(process.pid)) is not None and child.poll() is not None:
        del _children[process.pid]
    seen = look(process.pid)
    return seen is not None and seen[1] == process.started and _boot() == process.boot


def wait_ready(home: Home, process: Process, condition: Condition, timeout: float) -> Process:
    """Wait until the condition holds, and remember that it did.

    Args:
        timeout: patience in seconds.

    Raises:
        NotReady: it ended, or time ran out; with the tail of its log.
    """
    deadline = time.monotonic() + timeout
    while True:
        alive = is_alive(process)
        if alive and condition(process):
            break
        if not alive:
            raise NotReady(
                f"{process.name} (pid {process.pid}) ended instead of becoming ready.{_quote(process)}", ended=True
            )
        if time.monotonic() > deadline:
            raise NotReady(
                f"{process.name} (pid {process.pid}) is not ready after {timeout:g} s.{_quote(process)}", ended=False
            )
        time.sleep(_PAUSE)
    if process.ready:
        return process
    process = replace(process, ready=True)
    remember(home, process)
    return process


def stop(home: Home, process: Process, patience: float = 30) -> None:
    """End the process: in good order if it does so within `patience` seconds, else by force; then forget it.

    What it left running in its session is ended too. A process that is not the remembered one is left alone.

    Raises:
        StackError: it is not ours to stop, or survives SIGKILL.
    """
    try:
        if is_alive(process):
            os.kill(process.pid, process.stop_signal)
            if not _ended(process, patience):
                os.killpg(process.pid, signal.SIGKILL)
                if not _ended(process, 10):
                    raise StackError(f"{process.name} (pid {process.pid}) does not end, not even by SIGKILL")
        for pid in _left_behind(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    except PermissionError as error:
        raise StackError(
            f"{process.name} (pid {process.pid}) runs under another user. Stop it as that user or as root"
        ) from error
    (home.run / f"{process.name}.json").unlink(missing_ok=True)


def log_since_start(process: Process) -> str:
    """What the process has written so far."""
    try:
        with open(process.log, "rb") as log:
            log.seek(process.log_offset)
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def _open_log(home: Home, name: str) -> Path:
    path = home.logs / f"{name}.log"
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    path.touch(mode=0o600)
    return path


def _quote(process: Process, lines: int = 20) -> str:
    tail = log_since_start(process).rstrip().splitlines()[-lines:]
    said = "\n".join(f"  | {line}" for line in tail) or "  | (nothing)"
    return f" Its log, {process.log}, ends with:\n{said}"


def _ended(process: Process, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _left_behind(process: Process) -> list[int]:
    """Pids of the session of an ended process. The kernel keeps its pid from others while a member lives."""
    if process.boot != _boot() or look(process.pid) is not None:
        return []  # the pid has a new owner, so the session is gone
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if (seen := look(pid)) and seen[0] == process.pid]


def look(pid: int) -> tuple[int, int] | None:
    """Session and start (ticks since boot) of a living process: fields 6 and 22 of proc_pid_stat(5)."""
    deadline = time.monotonic() + 5
    while True:
        try:
            text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        fields = text[text.rindex(")") + 2 :].split()  # the name before it may hold blanks and brackets
        # A zombie with other threads (field 20 counts them) is ending, and holds its ports until the last has ended.
        if fields[0] != "Z" or int(fields[17]) <= 1 or time.monotonic() > deadline:
            return None if fields[0] in "ZX" else (int(fields[3]), int(fields[19]))
        time.sleep(_PAUSE)


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
