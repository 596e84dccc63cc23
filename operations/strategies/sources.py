"""Finding a strategy: a file, one that comes with Arrears, or one that was published to a ledger."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from domain import artefacts
from ledger.approvals import submitted
from ledger.artefacts import resolve_policy
from operations import environment
from operations.errors import UsageError
from policies.loader import HERE, load_located, load_rulebook, rulebook_names
from policies.located import Document, Loc, PolicyError, path_of
from schemas.policy import Strategy
from schemas.rulebook import Rulebook


@dataclass(frozen=True)
class Source:
    """A strategy, what it is called in tables, its sha256, and its file if it has one here."""

    name: str
    strategy: Strategy
    digest: str
    document: Document | None = None

    def line_of(self, *loc: str | int) -> str:
        """The place of a field as file:line, or its path where no file is at hand."""
        if self.document is None:
            return path_of(loc)
        known: Loc = loc
        while known and known not in self.document.values:
            known = known[:-1]
        mark = (self.document.keys.get(known) or self.document.values[known]).start_mark
        return f"{self.document.file}:{mark.line + 1}"


async def find(ref: str) -> Source:
    """The strategy that `ref` names: FILE.yaml, a shipped name, or `name@version` or a sha256 in the ledger.

    Raises UsageError if there is none, or its file has problems.
    """
    path = Path(ref)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return from_file(path)
    if (HERE / f"{ref}.yaml").is_file():
        return from_file(HERE / f"{ref}.yaml")
    async with environment.ledger(environment.resolve(need=("database",))) as pool:
        digest = await resolve_policy(pool, ref)
        name, _, version = ref.rpartition("@")
        waiting = await submitted(pool, name, version) if digest is None and name else None
    if waiting is not None:  # what waits for its approval may be looked at
        return of_digest(artefacts.register_policy(waiting))
    if digest is None:
        shipped = ", ".join(sorted(path.stem for path in HERE.glob("*.yaml")))
        raise UsageError(f"no strategy {ref!r}: name a file, one of {shipped}, or name@version as `policy list` shows")
    return of_digest(digest)


def of_digest(digest: str) -> Source:
    """A strategy that this process has loaded, with its file if one that is shipped says the very same."""
    strategy = artefacts.policy(digest)
    path = HERE / f"{strategy.name}.yaml"
    document = None
    if path.is_file():
        shown, same = load_located(path)
        document = _shorter(shown) if artefacts.digest(same) == digest else None
    return Source(f"{strategy.name}@{strategy.version}", strategy, digest, document)


def from_file(path: Path) -> Source:
    """The strategy of a file. Raises UsageError with all that is wrong in it."""
    try:
        document, strategy = load_located(path)
    except PolicyError as error:
        raise UsageError(str(error)) from None
    digest = artefacts.register_policy(strategy)
    return Source(f"{strategy.name}@{strategy.version}", strategy, digest, _shorter(document))


def rulebook_file(ref: str) -> Rulebook:
    """The rulebook of a file, or the shipped one of this name. Raises UsageError."""
    path = Path(ref)
    if not ref.endswith((".yaml", ".yml")):
        if ref not in rulebook_names():
            raise UsageError(f"--law: no rulebook {ref!r}: name a file, or one of {', '.join(rulebook_names())}")
        path = HERE / "rulebooks" / f"{ref}.yaml"
    try:
        return load_rulebook(path)
    except PolicyError as error:
        raise UsageError(str(error)) from None


def _shorter(document: Document) -> Document:
    """Its file named as one would from here."""
    relative = os.path.relpath(document.file)
    document.file = document.file if relative.startswith("..") else relative
    return document
