"""Named queries out of `queries/*.sql`.

aiosql reads the files and turns `:name` into PostgreSQL's `$1`; running them is left to asyncpg directly. aiosql's own
runner asks `dir()` of every connection, which was measured to cost as much as a short query (0.05 to 0.15 ms), and
hands out many rows as an asynchronous generator, which a transaction that writes next has no use for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiosql
from asyncpg import Record

from ledger.pool import Executor

FOLDER = Path(__file__).parent / "queries"


class Query:
    """One statement; its parameters are given by name."""

    def __init__(self, name: str, text: str, parameters: tuple[str, ...]) -> None:
        self.name = name
        self.text = text
        self.parameters = parameters

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the statement's `$1, $2, …`. Raises TypeError for a missing or unknown name."""
        if len(values) != len(self.parameters) or any(name not in values for name in self.parameters):
            raise TypeError(f"query {self.name} takes {sorted(self.parameters)}, was given {sorted(values)}")
        return [values[name] for name in self.parameters]

    async def rows(self, conn: Executor, **values: Any) -> list[Record]:
        """All rows."""
        return await conn.fetch(self.text, *self.arguments(values))

    async def row(self, conn: Executor, **values: Any) -> Record | None:
        """The first row, or None."""
        return await conn.fetchrow(self.text, *self.arguments(values))

    async def value(self, conn: Executor, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return await conn.fetchval(self.text, *self.arguments(values))

    async def run(self, conn: Executor, **values: Any) -> int:
        """Run for effect; answers how many rows it touched."""
        tag = await conn.execute(self.text, *self.arguments(values))
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


class Queries:
    """The queries of one file in `folder`, as attributes."""

    def __init__(self, file: str, folder: Path = FOLDER) -> None:
        loaded = aiosql.from_path(folder / f"{file}.sql", "asyncpg")
        adapter: Any = loaded.driver_adapter  # keeps the order in which it numbered each query's names
        order: Mapping[str, list[str]] = adapter.var_sorted
        self._queries = {
            name: Query(name, getattr(loaded, name).sql, tuple(order[name]))
            for name in loaded.available_queries
            if not name.endswith("_cursor")  # aiosql's second face of each query
        }

    def __getattr__(self, name: str) -> Query:
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(f"no query {name!r}; there are {sorted(self._queries)}") from None
