"""Bring a database to the ledger's schema: plain SQL files, each applied once, in order, never altered afterwards."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from ledger.errors import MigrationRefused
from ledger.pool import Conn

FOLDER = Path(__file__).parent / "migrations"

_LOCK = 0x4152524541  # "ARREA": the advisory lock that every migrating process of this database takes
_NAME = re.compile(r"^\d{4}_[a-z0-9_]+$")
_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    name       text        PRIMARY KEY,
    sha256     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""


@dataclass(frozen=True)
class Migration:
    """One file. `sha256` (hex) is that of its bytes."""

    name: str
    text: str
    sha256: str


async def migrate(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Apply what is missing, in the order of the numbers; answers the names applied now.

    Each file is one transaction. Any number of processes may call this at once: one works, the others wait for it.

    Raises:
        MigrationRefused: an applied file was altered, is gone, or a new file is numbered before an applied one; nothing
            is applied then.
    """
    files = read(folder)
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("SELECT pg_advisory_lock($1)", _LOCK)  # falls with the connection
        await conn.execute(_TABLE)
        applied: dict[str, str] = {
            row["name"]: row["sha256"] for row in await conn.fetch("SELECT name, sha256 FROM migration")
        }
        missing = _missing(files, applied)
        for migration in missing:
            await _apply(conn, migration)
    finally:
        await conn.close()
    return [migration.name for migration in missing]


def read(folder: Path = FOLDER) -> list[Migration]:
    """The migrations in `folder`, in order. Raises MigrationRefused for a file whose name gives it no place."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        if not _NAME.match(path.stem):
            raise MigrationRefused(f"{path}: name it NNNN_what_it_does.sql, in small letters, so that it has its place")
        content = path.read_bytes()
        found.append(Migration(path.stem, content.decode(), hashlib.sha256(content).hexdigest()))
    numbers = [migration.name[:4] for migration in found]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise MigrationRefused(f"{folder}: two migrations are numbered {', '.join(twice)}; renumber the newer")
    return found


def _missing(files: list[Migration], applied: dict[str, str]) -> list[Migration]:
    known = {migration.name: migration for migration in files}
    for name, sha256 in sorted(applied.items()):
        if name not in known:
            raise MigrationRefused(
                f"the database has migration {name}, which this program does not: a newer one made it. Run that one"
            )
        if known[name].sha256 != sha256:
            raise MigrationRefused(
                f"migration {name} was altered after it was applied (sha256 {sha256[:12]} then, "
                f"{known[name].sha256[:12]} now). Put the file back, and write a new migration for the change"
            )
    missing = [migration for migration in files if migration.name not in applied]
    if missing and applied and missing[0].name < max(applied):
        raise MigrationRefused(
            f"migration {missing[0].name} is new but numbered before {max(applied)}, which is applied. Renumber it"
        )
    return missing


async def _apply(conn: Conn, migration: Migration) -> None:
    try:
        async with conn.transaction():
            await conn.execute(migration.text)
            await conn.execute("INSERT INTO migration (name, sha256) VALUES ($1, $2)", migration.name, migration.sha256)
    except asyncpg.PostgresError as error:
        error.add_note(f"in migration {migration.name}, which was rolled back as a whole")
        raise
