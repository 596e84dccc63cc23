"""Migrations: applied once, in order, together or not at all, and never altered afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from ledger import migrate as migrations
from ledger.errors import MigrationRefused
from ledger.migrate import migrate

SCHEMA = Path(migrations.__file__).parent / "schema.sql"

CATALOG = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, ordinal_position
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
    """,
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2
    """,
    "functions": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1
    """,
    "storage": """
        SELECT relname, relkind::text, reloptions FROM pg_class
        WHERE relnamespace = 'public'::regnamespace ORDER BY 1
    """,
}


async def catalog(url: str) -> dict[str, list[tuple[object, ...]]]:
    conn = await asyncpg.connect(url)
    try:
        return {part: [tuple(row) for row in await conn.fetch(query)] for part, query in CATALOG.items()}
    finally:
        await conn.close()


async def execute(url: str, *statements: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name.removeprefix('m')}.sql").write_text(text)
    return path


async def tables(url: str) -> set[str]:
    return {str(row[0]) for row in (await catalog(url))["storage"] if row[1] == "r"}


async def test_migrations_give_the_schema_as_documented(database_url: str, empty_database_url: str) -> None:
    await execute(empty_database_url, SCHEMA.read_text())
    migrated, documented = await catalog(database_url), await catalog(empty_database_url)
    assert len(migrated["columns"]) > 60
    assert migrated == documented


async def test_a_second_call_applies_nothing(empty_database_url: str) -> None:
    names = [migration.name for migration in migrations.read()]
    assert await migrate(empty_database_url) == names
    assert await migrate(empty_database_url) == []


async def test_many_processes_at_once_apply_each_file_once(empty_database_url: str) -> None:
    applied = await asyncio.gather(*(migrate(empty_database_url) for _ in range(8)))
    assert sorted(map(len, applied)) == [0] * 7 + [len(migrations.read())]


async def test_an_altered_migration_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    files = folder(tmp_path, m0001_a="CREATE TABLE a (x int)")
    await migrate(empty_database_url, files)
    folder(tmp_path, m0001_a="CREATE TABLE a (x bigint)", m0002_b="CREATE TABLE b (x int)")
    with pytest.raises(MigrationRefused, match="0001_a was altered after it was applied"):
        await migrate(empty_database_url, files)
    assert "b" not in await tables(empty_database_url)


async def test_a_database_ahead_of_the_program_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    files = folder(tmp_path, m0001_a="SELECT 1", m0002_b="SELECT 1")
    await migrate(empty_database_url, files)
    (tmp_path / "0002_b.sql").unlink()
    with pytest.raises(MigrationRefused, match="has migration 0002_b"):
        await migrate(empty_database_url, files)


async def test_a_new_file_numbered_before_an_applied_one_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    files = folder(tmp_path, m0002_b="SELECT 1")
    await migrate(empty_database_url, files)
    folder(tmp_path, m0001_a="SELECT 1")
    with pytest.raises(MigrationRefused, match="0001_a is new but numbered before 0002_b"):
        await migrate(empty_database_url, files)


@pytest.mark.parametrize(("names", "why"), [(("0001_a", "0001_b"), "numbered 0001"), (("1_a",), "NNNN")])
def test_a_file_without_a_place_of_its_own_is_refused(tmp_path: Path, names: tuple[str, ...], why: str) -> None:
    for name in names:
        (tmp_path / f"{name}.sql").write_text("SELECT 1")
    with pytest.raises(MigrationRefused, match=why):
        migrations.read(tmp_path)


async def test_a_migration_that_fails_leaves_nothing_and_is_tried_again(
    empty_database_url: str, tmp_path: Path
) -> None:
    files = folder(tmp_path, m0001_a="CREATE TABLE a (x int); SELECT 1/0")
    with pytest.raises(asyncpg.DivisionByZeroError) as raised:
        await migrate(empty_database_url, files)
    assert any("0001_a" in note for note in raised.value.__notes__)
    assert await tables(empty_database_url) == {"migration"}
    folder(tmp_path, m0001_a="CREATE TABLE a (x int)")
    assert await migrate(empty_database_url, files) == ["0001_a"]
