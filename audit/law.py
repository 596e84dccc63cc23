"""The rulebook that an audit judges by: one of those that come with Arrears, by name, or any file."""

from __future__ import annotations

from pathlib import Path

from policies.loader import HERE, load_rulebook
from policies.loader import rulebook_names as names
from schemas.rulebook import Rulebook

_SHIPPED = HERE / "rulebooks"


def rulebook(name_or_path: str) -> Rulebook:
    """The shipped rulebook of that name, else the one in the file at that path. Raises PolicyError, which names the line."""
    return load_rulebook(_SHIPPED / f"{name_or_path}.yaml" if name_or_path in names() else Path(name_or_path))
