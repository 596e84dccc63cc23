"""Between a fact's model and its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from asyncpg import Record
from pydantic import TypeAdapter, ValidationError

from ledger.chain import canonical
from ledger.errors import UnknownFact
from schemas.facts import Fact, Weight
from schemas.ledger import NewFact, RecordedFact

_FACT: TypeAdapter[Fact] = TypeAdapter(Fact)


def weight(fact: NewFact) -> Weight:
    """How the ledger judges it: input, decision or inert."""
    return fact.body.weight


def parsed(text: str, where: str) -> Fact:
    """The body in a JSON text. Raises UnknownFact if this build has no such kind; `where` names the place."""
    try:
        return _FACT.validate_json(text)
    except ValidationError as error:
        # Without the input: what a body holds is not for an error message.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise UnknownFact(
            f"{where} cannot be read by this build ({first['type']} at {first['loc']}): "
            "a newer build wrote it. Run that one, or one after it"
        ) from None


def recorded(row: Record) -> RecordedFact:
    """A row of `fact` as a model."""
    return RecordedFact(
        fact_id=row["fact_id"],
        occurred_at=row["occurred_at"],
        source=row["source"],
        actor=row["actor"],
        body=parsed(row["body"], f"fact {row['stream']}/{row['seq']}"),
        seq=row["seq"],
        hash=row["hash"],
        epoch=row["epoch"],
        recorded_at=row["recorded_at"],
        decided_on=row["decided_on"],
        build=row["build"],
    )


def body_json(body: Fact) -> dict[str, Any]:
    """The body as JSON, fit for PostgreSQL: its strings cannot hold U+0000, which becomes U+FFFD.

    Only free text of outsiders can hold one. Refusing it would stop the case for good over a stray character.
    """
    value = body.model_dump(mode="json")
    return _clean(value) if b"\\u0000" in canonical(value) else value


def same_content(new: NewFact, old: NewFact) -> bool:
    """Whether two facts say the same, whenever and by whom: equal bodies.

    Compared as models, so that a body stored before its model got a new field still equals its repetition.
    """
    return new.body == old.body or canonical(body_json(new.body)) == canonical(body_json(old.body))


def content_digest(fact: NewFact) -> str:
    """sha256 (hex) of the canonical body."""
    return hashlib.sha256(canonical(body_json(fact.body))).hexdigest()


def by_id(facts: Iterable[RecordedFact]) -> dict[str, RecordedFact]:
    """The facts under their ids."""
    return {fact.fact_id: fact for fact in facts}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
