"""A home of its own for each test, its stack gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import stack
from local.home import Home


@pytest.fixture
def home() -> Iterator[Home]:
    """A home in a folder that every account can pass through, as a checkout usually is."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-test-"))
    folder.chmod(0o755)
    home = Home.at(folder / "home")
    home.prepare()
    yield home
    stack.wipe(home)
    shutil.rmtree(folder)
