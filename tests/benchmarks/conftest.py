"""Where a benchmark under test keeps its servers, and what it must not be led astray by."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.home import CHECKOUT

Benchmark = Callable[..., str]
"""Runs benchmarks/NAME.py with arguments, and answers what it printed; nothing of it is left afterwards."""


@pytest.fixture
def benchmark() -> Iterator[Benchmark]:
    """Runs a benchmark by its name, from another folder, under variables that name other servers."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-test-"))
    folder.chmod(0o755)  # as TMPDIR: PostgreSQL's own account passes through
    named = {
        "TMPDIR": str(folder),
        "ARREARS_HOME": "/nonexistent",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x",
    }

    def run(name: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, str(CHECKOUT / "benchmarks" / f"{name}.py"), *arguments],
            cwd="/",
            env={**os.environ, **named},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not list(folder.iterdir())
        return done.stdout

    yield run
    shutil.rmtree(folder)
