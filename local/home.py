"""The folder in which a local stack keeps everything: data, logs, and what is running."""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import StackError

CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Home:
    """One local stack's state. Two homes are two stacks that know nothing of each other.

    Attributes:
        root: absolute path of the folder; made by `prepare`.
    """

    root: Path

    @classmethod
    def find(cls, environ: Mapping[str, str] = os.environ) -> "Home":
        """The home named by `ARREARS_HOME`, else `.arrears` at the top of the checkout."""
        named = environ.get("ARREARS_HOME", "").strip()
        return cls.at(Path(named).expanduser() if named else CHECKOUT / ".arrears")

    @classmethod
    def at(cls, path: Path | str) -> "Home":
        """The home in this folder, which need not exist yet."""
        return cls(Path(path).absolute())

    @property
    def data(self) -> Path:
        """What must survive: the servers' data, their ports and passwords."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """One file a process, named after it."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """One file for each process that was started and not yet stopped, and the lock."""
        return self.root / "run"

    def prepare(self) -> None:
        """Make the folders that are missing.

        Raises:
            StackError: the folder cannot be made or written by this user.
        """
        # Root's PostgreSQL runs under another account, which must be able to pass through; secrets are 0600.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            for folder in (self.root, self.data, self.logs, self.run):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
                    folder.chmod(mode)  # mkdir's own mode is cut down by the umask
        except OSError as error:
            raise StackError(
                f"cannot make the stack's folder {self.root}: {error.strerror}. "
                "Make it writable, or name another one: ARREARS_HOME=/path/to/folder"
            ) from error
        if not os.access(self.run, os.W_OK | os.X_OK):
            raise StackError(
                f"{self.run} belongs to another user. Run as that user, or name another folder: "
                "ARREARS_HOME=/path/to/folder"
            )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this home alone, in whatever process; the lock falls with its holder, however that dies."""
        with open(self.run / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def write_atomically(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file as a whole: a reader, or a crash, sees the old text or the new, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write one JSON object, atomically, readable by its owner alone."""
    write_atomically(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file, empty if there is no such file.

    Raises:
        StackError: the file is there and is not a JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StackError(f"cannot read {path}: {error}. Restore it, or remove it to begin anew") from error
    if not isinstance(value, dict):
        raise StackError(f"{path} should hold a JSON object. Restore it, or remove it to begin anew")
    return value
