"""Content-addressed policies and rulebooks: the same digest is the same text for ever, in every process.

The registry is the one piece of state in this room. It is deterministic all the same: what a digest names never changes,
and a digest that is missing raises instead of answering, so that the caller's task is tried again elsewhere.
"""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel

from schemas.policy import Strategy
from schemas.rulebook import Rulebook


class UnknownArtefact(LookupError):
    """A policy or rulebook that this process has not loaded. Publish it, or wait for the background refresh."""


_policies: dict[str, Strategy] = {}
_rulebooks: dict[str, Rulebook] = {}


def canonical(model: BaseModel) -> bytes:
    """The one byte string that stands for `model`: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(model.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(model: BaseModel) -> str:
    """sha256 (hex) of the canonical form."""
    return hashlib.sha256(canonical(model)).hexdigest()


def register_policy(strategy: Strategy, published: str | None = None) -> str:
    """Make a strategy known in this process; answers its digest.

    `published` is the digest it was published under: a later version of the model may write the same text otherwise.
    """
    key = published or digest(strategy)
    _policies[key] = strategy
    return key


def policy(key: str) -> Strategy:
    """The strategy with this digest. Raises UnknownArtefact."""
    try:
        return _policies[key]
    except KeyError:
        raise UnknownArtefact(f"policy {key[:12]} is not loaded here; was it published to this ledger?") from None


def register_rulebook(book: Rulebook, published: str | None = None) -> str:
    """Make a rulebook known in this process; answers its digest. `published` as for policies."""
    key = published or digest(book)
    _rulebooks[key] = book
    return key


def rulebook(key: str) -> Rulebook:
    """The rulebook with this digest. Raises UnknownArtefact."""
    try:
        return _rulebooks[key]
    except KeyError:
        raise UnknownArtefact(f"rulebook {key[:12]} is not loaded here; was it published to this ledger?") from None
