"""The embedded stack: a real PostgreSQL and a real Temporal server with its Web UI, on the loopback.

Imports nothing else of the tree: where a cluster is there already (`local.external`), it can be taken away.
"""
