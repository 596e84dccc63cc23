"""Policies and rulebooks in the ledger: published once, never changed, found by the sha256 of their text."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

import asyncpg

from domain import artefacts
from domain.artefacts import UnknownArtefact
from domain.tightening import loosened
from ledger.errors import ArtefactConflict, LooseningRefused
from ledger.pool import Executor
from ledger.sql import Queries
from schemas.base import as_utc
from schemas.policy import Strategy
from schemas.rulebook import Rulebook

_artefacts = Queries("artefacts")

DEFAULT_POLICY = "default"


async def publish_policy(pool: Executor, strategy: Strategy, by: str) -> str:
    """Make a strategy known to this ledger and this process; answers its digest. Publishing it again changes nothing.

    Raises:
        ArtefactConflict: its name and version are taken by another text.
    """
    await store(pool, "policy", strategy, by)
    return artefacts.register_policy(strategy)


async def publish_rulebook(pool: Executor, rulebook: Rulebook, by: str, in_force_from: datetime) -> str:
    """Make a rulebook known, and the law from `in_force_from` (aware) on; answers its digest.

    Nothing changes if it is the law at that time already. Of rulebooks in force, the one with the latest
    `in_force_from` is the law, of equals the one recorded last: to go back to an older book, publish it again from a
    later time.

    Raises:
        ArtefactConflict: its name and version are taken by another text.
        LooseningRefused: it is laxer than the book that it is laid over, or that one is not in this ledger.
        ValueError: `in_force_from` has no zone.
    """
    since = as_utc(in_force_from)
    digest = await keep_rulebook(pool, rulebook, by)
    await _artefacts.enact.run(pool, kind="rulebook", digest=digest, in_force_from=since, recorded_by=by)
    return digest


async def keep_rulebook(pool: Executor, rulebook: Rulebook, by: str) -> str:
    """Make a rulebook known without making it law, so that others may be laid over it; answers its digest.

    Raises: as `publish_rulebook`.
    """
    await store(pool, "rulebook", rulebook, by)
    return artefacts.register_rulebook(rulebook)


async def is_published(pool: Executor, digest: str) -> bool:
    """Whether a policy or rulebook stands in this ledger under `digest`."""
    return await _artefacts.body_of.row(pool, digest=digest) is not None


async def load_all(pool: Executor) -> int:
    """Register every published artefact in this process; answers how many there are.

    Raises:
        ArtefactConflict: a stored text is not what its digest says.
    """
    rows = await _artefacts.all_bodies.rows(pool)
    for row in rows:
        _register(row)
    return len(rows)


async def resolve_policy(conn: Executor, ref: str | None) -> str | None:
    """The digest (sha256, hex) of the policy that `ref` names: a name, `name@version` or a sha256; None if none is.

    A bare name means its newest published version; without `ref`, that of `default`. What waits for its approval is not
    found. This process knows it from then on,
    however lately it was published.
    """
    digest = await _named(conn, ref or DEFAULT_POLICY)
    if digest:
        try:
            artefacts.policy(digest)
        except UnknownArtefact:
            if row := await _artefacts.body_of.row(conn, digest=digest):
                _register(row)
    return digest


async def _named(conn: Executor, wanted: str) -> str | None:
    if "\0" in wanted:  # which PostgreSQL cannot even be asked for
        return None
    name, at, version = wanted.rpartition("@")
    if at:
        return await _artefacts.resolve_version.value(conn, kind="policy", name=name, version=version)
    if digest := await _artefacts.resolve_digest.value(conn, kind="policy", digest=wanted):
        return digest
    return await _artefacts.resolve_newest.value(conn, kind="policy", name=wanted)


async def policy_of(conn: Executor, digest: str) -> Strategy:
    """The strategy with this digest, from the ledger if this process does not know it. Raises UnknownArtefact."""
    try:
        return artefacts.policy(digest)
    except UnknownArtefact:
        if row := await _artefacts.body_of.row(conn, digest=digest):
            _register(row)
    return artefacts.policy(digest)


async def law_in_force(conn: Executor, now: datetime | None = None) -> tuple[str, ...]:
    """The digests of the law in force, by kind, as of the later of `now` and the wall clock."""
    return tuple(row["digest"] for row in await _artefacts.in_force.rows(conn, now=now))


async def rulebook_in_force(conn: Executor, now: datetime) -> tuple[str, Rulebook] | None:
    """Digest and text of the rulebook that is law as of the later of `now` and the wall clock; None without one."""
    rows = await _artefacts.in_force.rows(conn, now=now)
    digest = next((row["digest"] for row in rows if row["kind"] == "rulebook"), None)
    if digest is None:
        return None
    try:
        return digest, artefacts.rulebook(digest)
    except UnknownArtefact:
        if row := await _artefacts.body_of.row(conn, digest=digest):
            _register(row)
    return digest, artefacts.rulebook(digest)


async def store(pool: Executor, kind: Literal["policy", "rulebook"], model: Strategy | Rulebook, by: str) -> None:
    """Write an artefact's text under its digest. Raises as `publish_policy` and `publish_rulebook` do.

    Whoever publishes comes by here, whatever they read the text from, so it is here that an overlay is held against its base.
    """
    if isinstance(model, Rulebook):
        await _must_tighten(pool, model)
    body = artefacts.canonical(model)
    digest = hashlib.sha256(body).hexdigest()
    try:
        await _artefacts.publish.run(
            pool,
            digest=digest,
            kind=kind,
            name=model.name,
            version=model.version,
            body=body.decode(),
            published_by=by,
        )
    except asyncpg.UniqueViolationError:
        raise ArtefactConflict(
            f"{kind} {model.name}@{model.version} is published with another text than this one (sha256 {digest[:12]}). "
            "Give the changed text a new version"
        ) from None


async def _must_tighten(pool: Executor, rulebook: Rulebook) -> None:
    base = rulebook.base
    if base is None:
        return
    over = f"rulebook {rulebook.name}@{rulebook.version} is laid over {base.name}@{base.version}"
    row = await _artefacts.body_of.row(pool, digest=base.sha256)
    if row is None or (row["kind"], row["name"], row["version"]) != ("rulebook", base.name, base.version):
        raise LooseningRefused(
            f"{over} (sha256 {base.sha256[:12]}), which is not in this ledger. Put that there first, then publish again"
        )
    _register(row)
    if looser := loosened(artefacts.rulebook(base.sha256), rulebook):
        told = "; ".join(f"{one.rule or one.field}: {one.what} ({one.field or 'rule'}): {one.hint}" for one in looser)
        raise LooseningRefused(f"{over} and only tightens it. {told}")


def _register(row: asyncpg.Record) -> None:
    body, digest = row["body"], row["digest"]
    if hashlib.sha256(body.encode()).hexdigest() != digest:
        raise ArtefactConflict(
            f"the stored text of {row['kind']} {row['name']}@{row['version']} does not give its digest {digest[:12]}: "
            "table artefact was tampered with. Restore it from a backup"
        )
    # Under the digest it was published with: a field that the model gained since does not change what was published.
    if row["kind"] == "policy":
        artefacts.register_policy(Strategy.model_validate_json(body), digest)
    else:
        artefacts.register_rulebook(Rulebook.model_validate_json(body), digest)
