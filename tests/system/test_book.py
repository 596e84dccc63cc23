"""Books on a real stack, by the real commands: the UCI file, bad rows, repeating, interrupting."""

from __future__ import annotations

import asyncio
import csv
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from ledger.episodes import open_loans
from local import stack as servers
from local.home import Home
from operations import environment, stack
from operations.connect import connect
from operations.verifying import verify
from reports import book
from reports.lives import STATES, lives
from simulation.book import make_book
from simulation.book_csv import write_csv

ROOT = Path(__file__).parents[2]
UCI = ROOT.parent / "shared" / "data" / "credit_card_clients.csv"

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home of this module's own, whose stack is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-book-"))
    folder.chmod(0o755)  # for root PostgreSQL runs under another account
    home = Home.at(folder / "home")
    yield home
    servers.wipe(home)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def clean_environ(home: Home) -> dict[str, str]:
    """What a newcomer's shell holds, and this home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "ARREARS_"))}
    kept.pop("DATABASE_URL", None)
    return kept | {"ARREARS_HOME": str(home.root), "COLUMNS": "200"}


@pytest.fixture(scope="module")
async def running(home: Home, clean_environ: dict[str, str]) -> stack.Running:
    """The stack of the home."""
    return await stack.up(home, environ=clean_environ)


@pytest.fixture
async def pool(running: stack.Running) -> AsyncIterator[asyncpg.Pool]:
    """Its ledger."""
    async with environment.ledger(running.variables) as pool:
        yield pool


class Command:
    """`starter.py` as a process."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._environ = environ

    async def begin(self, *arguments: str | Path) -> asyncio.subprocess.Process:
        """Start it."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "starter.py"),
            *map(str, arguments),
            cwd=ROOT,
            env=self._environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # Tests that somebody started in the background inherit a Ctrl-C that is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    async def run(self, *arguments: str | Path) -> tuple[int, str]:
        """Exit code and all it said."""
        process = await self.begin(*arguments)
        said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode()


@pytest.fixture
def starter(running: stack.Running, clean_environ: dict[str, str]) -> Command:
    """The command line, its stack up."""
    assert running.gateways
    return Command(clean_environ)


@pytest.mark.skipif(not UCI.exists(), reason=f"the UCI file is not at {UCI}")
async def test_two_hundred_real_accounts_start_and_five_go_through_a_year(
    starter: Command, pool: asyncpg.Pool, running: stack.Running
):
    """0 errors, every case open in the ledger, none contacted after a payment, all at one with their workflow; a second
    run starts nothing."""
    options = ("import", "--layout", "uci-credit-card", UCI, "--limit", "200")
    code, said = await starter.run(*options, "--carry", "5", "--seed", "7")
    assert code == 0, said
    assert "200 cases started" in said
    assert "errors = 0" in said
    loans = [f"uci-{row['ID']}" for row in _overdue(200)]
    assert len(await book.known(pool, loans)) == 200
    assert await book.contacts_after_payment(pool, loans) == 0
    year = datetime.now(UTC) + timedelta(days=366)
    assert {life.state for life in (await lives(pool, loans)).of.values()} <= set(STATES)
    assert len(await _in_the_future(pool, loans)) == 5
    assert await _latest_account(pool, loans) < year  # nobody was carried further than asked
    assert re.search(r"5 of credit_card_clients.csv, 12 months", said)
    assert list((running.home.root / "reports").glob("*.png"))

    report = await verify(await connect(running.variables), pool)
    assert report.differences == []

    code, said = await starter.run(*options)
    assert (code, "0 cases started" in said, "200 known before" in said) == (0, True, True), said


async def test_bad_rows_are_rejected_loudly_and_the_rest_goes_on(
    starter: Command, pool: asyncpg.Pool, home: Home, tmp_path: Path
):
    """A row twice, a strategy that nobody published, a broken date: three rejects, exit code 0, nothing of a row said.

    And a loan of somebody else's in this ledger, once it is there.
    """
    path = tmp_path / "mixed.csv"
    write_csv(make_book(3, 5, _today(), prefix="MIX"), path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[1]["overdue_since"] = "geheim"
    rows[2]["policy"] = "nobody"
    rows.append(rows[0])
    _write(path, rows)
    code, said = await starter.run("import", path)
    assert code == 0, said
    assert "3 rows REJECTED" in said
    assert "line 3, overdue_since: expected a date" in said
    assert "line 7, loan_id: expected a loan once: it stands in line 2 already" in said
    assert "line 4, policy: expected a strategy published to this ledger" in said
    assert not any(secret in said for secret in ("geheim", rows[0]["name"], rows[0]["phone"]))
    rejects = home.root / "rejects" / "mixed.csv"
    assert oct(rejects.stat().st_mode & 0o777) == "0o600"
    with rejects.open(encoding="utf-8", newline="") as file:
        assert sorted(row["loan_id"] for row in csv.DictReader(file)) == sorted(rows[i]["loan_id"] for i in (1, 2, 0))

    rows[0]["borrower_id"] = "MIX-somebody-else"
    _write(path, rows[:1])
    code, said = await starter.run("import", path)
    assert (code, "line 2, borrower_id: expected the borrower whose loan it is in the ledger" in said) == (0, True), (
        said
    )
    assert (await book.known(pool, ["MIX-00001"]))["MIX-00001"].borrower_id == "MIX-B0001"


async def test_a_file_without_its_columns_ends_with_code_two(starter: Command, tmp_path: Path):
    """And says which are missing."""
    path = tmp_path / "headless.csv"
    path.write_text("loan_id,name\nL-1,Somebody\n", encoding="utf-8")
    code, said = await starter.run("import", path)
    assert code == 2
    assert "borrower_id, overdue_since" in said
    assert "Somebody" not in said


async def test_an_interrupted_import_says_how_far_it_came_and_goes_on_when_repeated(
    starter: Command, pool: asyncpg.Pool, tmp_path: Path
):
    """Ctrl-C after the first cases; the second run starts the rest, and no case twice."""
    path = tmp_path / "long.csv"
    made = make_book(5, 300, _today(), prefix="INT")
    write_csv(made, path)
    loans = [loan.loan_id for loan in made.loans]
    process = await starter.begin("import", path)
    while await book.opened(pool, loans) < 2:
        assert process.returncode is None
        await asyncio.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = (await process.communicate())[0].decode()
    assert process.returncode == 130, said
    found = re.search(r"Interrupted after \d+ rows: (\d+) cases started", said)
    assert found, said
    assert 2 <= int(found.group(1)) < 300
    assert "Repeat the same command" in said

    code, said = await starter.run("import", path)
    assert code == 0, said
    assert "errors = 0" in said
    known = await book.known(pool, loans)
    assert len(known) == 300
    assert all(len(one.episodes) == 1 for one in known.values())
    assert all(loan.epoch == 1 for loan in await open_loans(pool) if loan.loan_id in known)


def _today():
    return datetime.now(UTC).date() - timedelta(days=1)


def _overdue(count: int) -> list[dict[str, str]]:
    with UCI.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if int(row["PAY_0"]) >= 1][:count]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


async def _in_the_future(pool: asyncpg.Pool, loans: list[str]) -> list[str]:
    """Loans of which something has happened in virtual time."""
    rows = await pool.fetch(
        "SELECT DISTINCT stream FROM fact WHERE stream = ANY($1::text[]) AND occurred_at > now() + interval '1 hour'",
        [f"loan:{loan}" for loan in loans],
    )
    return [row["stream"] for row in rows]


async def _latest_account(pool: asyncpg.Pool, loans: list[str]) -> datetime:
    return await pool.fetchval(
        "SELECT max(occurred_at) FROM fact WHERE stream = ANY($1::text[])", [f"loan:{loan}" for loan in loans]
    )
