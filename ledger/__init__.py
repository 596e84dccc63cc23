"""The ledger: append-only streams of facts in PostgreSQL, numbered, hash-chained and judged one stream at a time."""
