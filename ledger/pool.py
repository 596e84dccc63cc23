"""Connections to the ledger's database."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Conn: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Executor: TypeAlias = Conn | Pool
else:
    # asyncpg's classes are generic in the stubs alone.
    Pool, Conn, Executor = asyncpg.Pool, asyncpg.Connection, object


class _Connection(asyncpg.Connection):
    """A connection that the pool takes back without the usual cleaning query, which costs a round trip an append.

    There is nothing to clean: this room leaves no session state behind (no LISTEN, SET or session lock; transactions
    and cursors are closed by their blocks), and an open transaction is rolled back in any case.
    """

    def get_reset_query(self) -> str:
        """Nothing."""
        return ""


async def connect(dsn: str, *, min_size: int = 1, max_size: int = 8) -> Pool:
    """A pool on the database `dsn` (`postgresql://user:password@host:port/database`), migrated or not.

    `max_size` bounds how many transactions run at once; further callers wait for a free connection. Raises what
    asyncpg raises when the server does not answer or refuses.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=min_size,
        max_size=max_size,
        connection_class=_Connection,
        server_settings={"application_name": "arrears", "timezone": "UTC"},
    )
