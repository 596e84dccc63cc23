"""A simulated bank in a process of its own, and a real Temporal server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from local import ports, stack, temporal
from local.home import Home
from simulation.book import SimulatedBook, make_book
from simulation.chance import name
from simulation.control import BankControl
from tests.simulation.asking import TODAY
from tests.simulation.driving import Driven
from tests.simulation.standin import Broken, Hands, Mute, StandIn
from tests.simulation.standin_people import Approving, Forgetful

ROOT = Path(__file__).resolve().parents[2]


class BankProcess:
    """The bank as its users start it; `kill` is kill -9."""

    def __init__(self, state: Path, seed: int = 7) -> None:
        self.state, self.seed, self.port = state, seed, ports.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "simulation.bank", "--port", str(self.port)]
        command += ["--state", str(self.state), "--seed", str(self.seed)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the bank ended"
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.01)
        raise AssertionError("the bank does not answer")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it and return its exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(timeout=30)

    def stop_code(self) -> int:
        """The exit code of a bank that ended by itself."""
        assert self._process is not None
        return self._process.wait(timeout=30)

    def kill(self) -> None:
        """End it without a word."""
        self.stop(signal.SIGKILL)


@pytest.fixture
def start_bank(tmp_path: Path) -> Iterator[Callable[..., BankProcess]]:
    """Starts banks, each on a state file of its own, and stops them."""
    banks: list[BankProcess] = []

    def start(seed: int = 7) -> BankProcess:
        banks.append(BankProcess(tmp_path / f"bank-{len(banks)}.sqlite", seed))
        banks[-1].start()
        return banks[-1]

    yield start
    for bank in banks:
        if bank._process is not None and bank._process.poll() is None:
            bank.stop()


@pytest.fixture(scope="module")
def shared_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    """One running bank for tests that leave nothing in it."""
    bank = BankProcess(tmp_path_factory.mktemp("bank") / "bank.sqlite")
    bank.start()
    yield bank
    bank.stop()


@pytest.fixture
def bank(start_bank: Callable[..., BankProcess]) -> BankProcess:
    """One running bank, empty."""
    return start_bank()


@pytest.fixture
async def control(bank: BankProcess) -> AsyncIterator[BankControl]:
    """Its control plane."""
    async with BankControl(bank.url) as control:
        yield control


@pytest.fixture
def book() -> SimulatedBook:
    """Twelve loans of borrowers who differ."""
    return make_book(7, 12, TODAY)


@pytest.fixture
async def http(bank: BankProcess, control: BankControl, book: SimulatedBook) -> AsyncIterator[httpx2.AsyncClient]:
    """A gateway's client, with the book loaded."""
    await control.load(book.load())
    async with httpx2.AsyncClient(base_url=bank.url, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Temporal server of this module's own."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-test-"))
    home = Home.at(folder / "home")
    home.prepare()
    yield temporal.up(home).address
    stack.wipe(home)
    shutil.rmtree(folder)


@pytest.fixture
async def client(address: str) -> Client:
    """A client that speaks pydantic."""
    return await Client.connect(address, data_converter=pydantic_data_converter)


@pytest.fixture
async def driven(
    request: pytest.FixtureRequest, client: Client, bank: BankProcess, control: BankControl
) -> AsyncIterator[Callable[[int], Driven]]:
    """Makes books with a worker for them. The loans of a test have the same ids on every run, and so the same lives."""
    queue = f"standin-{name(request.node.name)}"
    hands = Hands(bank.url)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[StandIn, Broken, Mute, Approving, Forgetful],
        activities=[hands.arrears, hands.contact],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield lambda size: Driven(client, control, queue, size)
