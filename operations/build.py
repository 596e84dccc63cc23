"""The build id of the workflows: a hash of all code that a replay runs, and of the locked libraries."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOYMENT = "arrears"
"""Name of the worker deployment in Temporal."""


@lru_cache(maxsize=1)
def build_id(root: Path = ROOT) -> str:
    """Twelve hex digits that change when `workflows/`, `domain/`, `schemas/` or the lock file do."""
    hasher = hashlib.sha256()
    files = [p for room in ("workflows", "domain", "schemas") for p in (root / room).rglob("*.py")]
    for path in sorted([*files, root / "requirements.lock"]):
        hasher.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()[:12]
