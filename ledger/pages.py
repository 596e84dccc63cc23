"""As many facts as travel at once: an answer of the ledger stays far below what a message may hold (2 MiB)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.ledger import RecordedFact

PAGE = 400_000
"""Bytes of JSON. An answer may hold a fact twice, and a codec makes it longer."""
_FEW = 8
"""So many fit, whatever they are: an account of thirty years has some forty thousand bytes."""


def page(facts: Sequence[RecordedFact]) -> tuple[tuple[RecordedFact, ...], bool]:
    """The first facts of these that fit, at least one, and whether there are more."""
    if len(facts) <= _FEW:
        return tuple(facts), False
    size = 0
    for place, fact in enumerate(facts):
        size += len(fact.model_dump_json().encode())
        if size > PAGE and place:
            return tuple(facts[:place]), True
    return tuple(facts), False
