"""Reads one loan's stream as it stands, whole or broken, with all that its facts refer to; in one snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from pydantic import ValidationError

from ledger.chain import Hashed, canonical
from ledger.errors import UnknownFact
from ledger.links import BrokenLink, walk
from ledger.pool import Conn, Pool
from ledger.sql import Queries
from ledger.stored import parsed
from ledger.streams import StreamState, loan_stream, stream_state
from schemas.facts import AttemptRefused, AttemptReserved, EpisodeOpened, PolicyAdopted
from schemas.ledger import Head, RecordedFact
from schemas.rulebook import Rule, Rulebook

_dossier = Queries("dossier", Path(__file__).parents[1] / "queries")


@dataclass(frozen=True)
class Entry:
    """One row of the stream. `fact`: what it says, None if this build cannot read it; `breaks`: what is wrong with it."""

    row: Hashed
    fact: RecordedFact | None
    breaks: tuple[BrokenLink, ...]

    @property
    def seq(self) -> int:
        """Its number."""
        return self.row.link.seq


@dataclass(frozen=True)
class Artefact:
    """A strategy or rulebook that the facts name.

    `whole`: its text gives its digest; `rules`: of a rulebook that does, by id; `in_force_from`: since when it is law.
    """

    kind: str
    name: str
    version: str
    digest: str
    whole: bool
    in_force_from: datetime | None = None
    rules: dict[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True)
class Extract:
    """All that a dossier is made of. `read_at` is the database's clock; `names`: of parties by id, if they were wanted."""

    loan_id: str
    stream: str
    read_at: datetime
    state: StreamState | None
    entries: tuple[Entry, ...]
    broken: tuple[BrokenLink, ...]
    artefacts: tuple[Artefact, ...]
    names: dict[str, str]

    @property
    def head(self) -> Head:
        """The end of the chain as the stream's own row tells it; the last fact's where there is no such row."""
        if self.state:
            return self.state.at
        return Head(seq=self.entries[-1].seq, hash=self.entries[-1].row.hash) if self.entries else Head()

    @property
    def facts(self) -> list[RecordedFact]:
        """All facts that can be read, those behind a break too."""
        return [entry.fact for entry in self.entries if entry.fact]

    @property
    def sound(self) -> list[RecordedFact]:
        """The facts before the first entry that is broken, missing or cannot be read: what a case can be folded from."""
        first = min((found.seq for found in self.broken if found.fault != "head"), default=None)
        whole = takewhile(lambda entry: entry.fact and (first is None or entry.seq < first), self.entries)
        return [entry.fact for entry in whole if entry.fact]

    def rule(self, rulebook: str, rule_id: str) -> Rule | None:
        """A rule as it stands in the rulebook of this digest; None for one of the house that no rulebook holds."""
        return next((a.rules.get(rule_id) for a in self.artefacts if a.digest == rulebook), None)


async def extract(pool: Pool, loan_id: str, *, with_names: bool = False) -> Extract | None:
    """What the ledger has of a loan; None if it has no fact of it. Names are read if they are wanted, and only then."""
    stream = loan_stream(loan_id)
    async with pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        rows, broken = await walk(conn, stream)
        if not rows and not broken:
            return None
        entries = tuple(_entry(row, tuple(found for found in broken if found.seq == row.link.seq)) for row in rows)
        facts = [entry.fact for entry in entries if entry.fact]
        state = await stream_state(conn, stream)
        clock = await _dossier.clock.row(conn)
        assert clock is not None
        return Extract(
            loan_id=loan_id,
            stream=stream,
            read_at=clock["at"],
            state=state,
            entries=entries,
            broken=tuple(broken),
            artefacts=await _artefacts(conn, facts),
            names=await _names(conn, facts) if with_names else {},
        )


def _entry(row: Hashed, breaks: tuple[BrokenLink, ...]) -> Entry:
    link = row.link
    try:
        fact = RecordedFact(
            body=parsed(canonical(link.body).decode(), f"fact {link.stream}/{link.seq}"),
            hash=row.hash,
            **{name: getattr(link, name) for name in _COLUMNS},
        )
    except (UnknownFact, ValidationError):  # of a newer build, or altered
        fact = None
    return Entry(row, fact, breaks)


_COLUMNS = ("seq", "fact_id", "occurred_at", "recorded_at", "source", "actor", "epoch", "decided_on", "build")


async def _artefacts(conn: Conn, facts: Sequence[RecordedFact]) -> tuple[Artefact, ...]:
    named = {digest for fact in facts if (digest := _named(fact))}
    rows = await _dossier.artefacts.rows(conn, digests=sorted(named))
    return tuple(
        _artefact(row["kind"], row["name"], row["version"], row["digest"], row["body"], row["in_force_from"])
        for row in rows
    )


def _named(fact: RecordedFact) -> str | None:
    match fact.body:
        case EpisodeOpened(policy=digest) | PolicyAdopted(policy=digest):
            return digest
        case AttemptReserved(verdict=verdict) | AttemptRefused(verdict=verdict):
            return verdict.rulebook
        case _:
            return None


def _artefact(kind: str, name: str, version: str, digest: str, body: str, since: datetime | None) -> Artefact:
    whole = hashlib.sha256(body.encode()).hexdigest() == digest
    rules = {rule.id: rule for rule in Rulebook.model_validate_json(body).rules} if kind == "rulebook" and whole else {}
    return Artefact(kind, name, version, digest, whole, since, rules)


async def _names(conn: Conn, facts: Sequence[RecordedFact]) -> dict[str, str]:
    opened = [fact.body for fact in facts if isinstance(fact.body, EpisodeOpened)]
    parties = sorted({party.party_id for body in opened for party in body.request.parties})
    return {row["party_id"]: row["name"] for row in await _dossier.names.rows(conn, party_ids=parties)}
