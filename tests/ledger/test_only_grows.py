"""The database itself refuses to change what is recorded, even to the owner of the tables."""

from __future__ import annotations

import asyncpg
import pytest

from ledger.pool import Pool
from ledger.reservations import reserve
from tests.ledger.support import NOON, Desk, proposal

TABLES = ["fact", "contact_attempt", "contact_attempt_end", "artefact", "law_in_force", "switch"]


async def columns(pool: Pool, table: str) -> list[str]:
    rows = await pool.fetch("SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0", table)
    return [row[0] for row in rows]


@pytest.mark.parametrize("table", TABLES)
async def test_update_delete_and_truncate_are_refused(pool: Pool, case: Desk, table: str) -> None:
    await reserve(pool, case.order(), proposal(), NOON)
    before = await pool.fetch(f"SELECT * FROM {table}")
    for column in await columns(pool, table):
        with pytest.raises(asyncpg.PostgresError) as refused:
            await pool.execute(f"UPDATE {table} SET {column} = {column}")
        assert refused.value.sqlstate == "23001" or "GENERATED" in str(refused.value).upper()
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(asyncpg.RestrictViolationError, match="it only grows"):
            await pool.execute(statement)
    assert await pool.fetch(f"SELECT * FROM {table}") == before


async def test_an_upsert_does_not_get_around_it(pool: Pool, case: Desk) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute(
            "INSERT INTO fact SELECT * FROM fact WHERE seq = 1 ON CONFLICT (stream, seq) DO UPDATE SET actor = 'me'"
        )


async def test_the_one_who_is_refused_owns_the_tables_and_is_superuser(pool: Pool) -> None:
    assert await pool.fetchval("SELECT bool_and(tableowner = current_user) FROM pg_tables WHERE schemaname = 'public'")
    assert await pool.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


async def test_a_stream_with_facts_cannot_be_deleted(pool: Pool, case: Desk) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await pool.execute("DELETE FROM stream WHERE stream = 'loan:L-1'")
    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute("TRUNCATE stream CASCADE")


async def test_personal_tables_are_bound_to_nothing(pool: Pool) -> None:
    bound = await pool.fetchval(
        """
        SELECT count(*) FROM pg_constraint
        WHERE contype = 'f' AND (conrelid::regclass::text = ANY($1) OR confrelid::regclass::text = ANY($1))
        """,
        ["party_personal", "contact_point_value", "note"],
    )
    assert bound == 0
