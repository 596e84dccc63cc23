"""The embedded PostgreSQL: one cluster a home, on the loopback, behind a password made for it alone."""

import contextlib
import os
import secrets
import shutil
import signal
import time
from pathlib import Path

from local import ports, programs
from local.errors import NotReady, StackError
from local.home import Home, read_json, write_atomically, write_json
from local.processes import Account, Condition, Process, is_alive, recall, start, stop, wait_ready

NAME = "postgres"
RANK = 0
USER = "arrears"
DATABASE = "arrears"

# What is said in SQL, and which row broke a constraint, may be personal: errors go to the log without either.
_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # their paths have a limit of about 100 characters, a home's path has none
    "max_connections": "200",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}


def up(home: Home, port: int = 0) -> str:
    """Start PostgreSQL unless it runs, and return its address as `postgresql://user:password@host:port/database`.

    Args:
        port: to listen on; 0 for that of last time if it is free, else any free one.

    Raises:
        StackError: it cannot be set up or started, or the port asked for is taken.
    """
    process = recall(home, NAME)
    if process and port and read_json(_file(home)).get("port") != port:
        ports.choose(port, 0, "PostgreSQL")  # before anything is stopped for it
        stop(home, process)
    if process and is_alive(process):
        wait_ready(home, process, _accepts(_data(home)), 60)
        return dsn(home)
    data = _data(home)
    account = programs.account_for(data)
    if not (data / "PG_VERSION").is_file():
        data = _make_cluster(home, account)
    _check_major(data)
    _clear_stale_pid(data, account)
    for attempt in range(3):
        settings = read_json(_file(home))
        chosen = ports.choose(port, 0 if attempt else int(settings.get("port", 0)), "PostgreSQL")
        write_json(_file(home), settings | {"port": chosen})
        try:
            _start(home, data, account, chosen)
            break
        except NotReady as error:
            if port or not error.ended or ports.is_free(chosen) or attempt == 2:
                raise  # the trouble was not that somebody took the port in the meantime
    return dsn(home)


def dsn(home: Home) -> str:
    """The address, password included, of the cluster that this home has.

    Raises:
        StackError: it has none, or its password is lost.
    """
    port = read_json(_file(home)).get("port")
    if not port:
        raise StackError(f"no PostgreSQL has been set up in {home.root}. Start it: starter.py up")
    return f"postgresql://{USER}:{_password(home)}@{ports.LOOPBACK}:{port}/{DATABASE}"


def wipe(home: Home) -> None:
    """Remove the cluster where it lies outside of the home (`programs.OPEN_FOLDER`). It must be stopped."""
    folder = read_json(_file(home)).get("folder")
    if folder and programs.OPEN_FOLDER in Path(folder).parents:
        shutil.rmtree(folder)
        with contextlib.suppress(OSError):  # the programs, or another home's cluster, are there
            programs.OPEN_FOLDER.rmdir()


def _file(home: Home) -> Path:
    return home.data / "postgres.json"


def _folder(home: Home) -> Path:
    return Path(read_json(_file(home)).get("folder") or home.data / "postgres")


def _data(home: Home) -> Path:
    return _folder(home) / "data"


def _password(home: Home) -> str:
    try:
        return (home.data / "postgres.password").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StackError(
            f"cannot read PostgreSQL's password: {error}. Restore that file; without it the data "
            f"of {home.root} cannot be opened"
        ) from error


def _make_cluster(home: Home, account: Account | None) -> Path:
    """A new cluster with its database; it takes its place when whole, so a half-made one is never found."""
    folder = _folder(home)
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if account and not programs.reaches(account, folder):
        folder = programs.open_folder_for(f"{home.root.name.strip('.')}-{secrets.token_hex(6)}")
        write_json(_file(home), read_json(_file(home)) | {"folder": str(folder)})
    # Names of its own: an initdb whose starter was killed may still be at work beside it.
    mark = secrets.token_hex(4)
    fresh, password = folder / f"new-{mark}", folder / f"password-{mark}"
    if not (home.data / "postgres.password").exists():
        write_atomically(home.data / "postgres.password", secrets.token_hex(24) + "\n")
    write_atomically(password, _password(home) + "\n")
    if account:
        _give(folder, account)
        _give(password, account)
    folder.chmod(0o700)
    bin_folder = programs.programs(account)
    # The built-in locale sorts by code point on every system alike, whatever its C library.
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    access = ("--auth=scram-sha-256", f"--username={USER}", f"--pwfile={password}")
    initdb = [str(bin_folder / "initdb"), f"--pgdata={fresh}", *access, *locale, "--no-instructions"]
    programs.run(initdb, account)
    password.unlink()
    create = f"CREATE DATABASE {DATABASE};\n"
    programs.run([str(bin_folder / "postgres"), "--single", "-D", str(fresh), "postgres"], account, create)
    return fresh.rename(folder / "data")


def _give(path: Path, account: Account) -> None:
    try:
        os.chown(path, account.uid, account.gid)
    except OSError as error:
        raise StackError(
            f"cannot give {path} to uid {account.uid}, under which PostgreSQL runs for root: "
            f"{error.strerror}. Put ARREARS_HOME on a local file system, or run as an ordinary user"
        ) from error


def _check_major(data: Path) -> None:
    major = (data / "PG_VERSION").read_text().strip()
    if major != str(programs.MAJOR):
        raise StackError(
            f"{data} was made by PostgreSQL {major}, this one is {programs.MAJOR}. Carry it over with "
            "pg_upgrade, or begin anew with another ARREARS_HOME"
        )


def _start(home: Home, data: Path, account: Account | None, port: int) -> Process:
    settings = [word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}")]
    process = start(
        home,
        NAME,
        [str(programs.programs(account) / "postgres"), "-D", str(data), "-p", str(port), *settings],
        rank=RANK,
        account=account,
        address=f"{ports.LOOPBACK}:{port}",
        stop_signal=signal.SIGINT,  # "fast": SIGTERM would wait until the last client has gone
    )
    return wait_ready(home, process, _accepts(data), 60)


def _accepts(data: Path) -> Condition:
    """PostgreSQL's own word for it: the last line of `postmaster.pid`, with the pid in the first."""

    def ready(process: Process) -> bool:
        lines = _pid_file(data)
        return len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready"

    return ready


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _clear_stale_pid(data: Path, account: Account | None) -> None:
    """After a kill -9: wait for the orphans, then remove `postmaster.pid`.

    PostgreSQL takes the file for a running server if any process has that pid by now, a zombie included.

    Raises:
        StackError: a server does run on this data, one that the home does not remember.
    """
    if not (lines := _pid_file(data)):
        return
    deadline = time.monotonic() + 20
    while pids := programs.working_in(data, account):
        if int(lines[0]) in pids:
            raise StackError(
                f"a PostgreSQL that this home does not remember runs on {data}. Stop it: kill -INT {lines[0]}"
            )
        if time.monotonic() > deadline:
            raise StackError(f"processes {pids} of a dead PostgreSQL still work on {data}. End them: kill -9 PID")
        time.sleep(0.02)
    (data / "postmaster.pid").unlink(missing_ok=True)
