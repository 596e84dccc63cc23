"""A command's exit code does not depend on whether anybody reads what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.home import CHECKOUT

STATUS = (str(CHECKOUT / "starter.py"), "status")
NOBODY = (str(CHECKOUT / "starter.py"), "case", "NOBODY")
HELP = (str(CHECKOUT / "starter.py"), "--help")


def ended(home: Path, words: tuple[str, ...], redirection: str, stdout: int | None = None) -> tuple[int, str]:
    """Exit code and stderr of a command in a home in which nothing runs, its output redirected as a shell does."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, *words],
        env={"PATH": os.environ["PATH"], "ARREARS_HOME": str(home)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(("words", "code"), [(STATUS, 1), (NOBODY, 2), (HELP, 0)], ids=["status", "case", "help"])
def test_a_closed_output_changes_nothing(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    """Nothing runs there (1), something has to be mended first (2), all is well (0)."""
    heard, said = ended(tmp_path, words, ">/dev/null")
    assert heard == code
    assert ended(tmp_path, words, ">&-") == (code, said)
    assert ended(tmp_path, words, ">/dev/null 2>&-") == (code, "")


@pytest.mark.parametrize(("words", "code"), [(STATUS, 1), (HELP, 0)], ids=["status", "help"])
def test_a_reader_that_has_gone_changes_nothing(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    """As with `| head`."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert ended(tmp_path, words, "", writer) == ended(tmp_path, words, ">/dev/null")
        assert ended(tmp_path, words, "", writer)[0] == code
    finally:
        os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_said_to_be_one(tmp_path: Path) -> None:
    """And no trouble with a server."""
    assert ended(tmp_path, STATUS, ">/dev/full") == (2, "starter: cannot write: No space left on device\n")
