"""What a check of one case's ledger found, as sentences of a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger import audit
from ledger.pool import Pool
from operations.phrases import Catalogue
from reports.dossier.reading import Extract


@dataclass(frozen=True)
class Audited:
    """What the ledger's audit has against one loan's stream."""

    misstated: list[audit.Misstated]
    unmirrored: list[audit.Unmirrored]
    unreserved: list[audit.Unreserved]
    stray: list[audit.StraySlot]
    miscovered: list[audit.Miscovered]


async def audited(pool: Pool, stream: str) -> Audited:
    """Ask the audit about one stream."""
    return Audited(
        await audit.misstated(pool, stream),
        await audit.unmirrored(pool, stream),
        # Contacts that outlived a restore are explained, as `operations.examining` has it.
        [row for row in await audit.unreserved(pool, stream) if not row.restored],
        await audit.stray_slots(pool, stream),
        await audit.miscovered(pool, stream),
    )


def differences(extract: Extract, told: Audited, words: Catalogue) -> list[str]:
    """A sentence for each difference: the chain's by entry, then what the audit says, then published texts."""
    return [words.dossier[f"found.{name}"].format_map(values) for name, values in _found(extract, told, words)]


def _found(extract: Extract, told: Audited, words: Catalogue) -> Iterator[tuple[str, dict[str, object]]]:
    for broken in sorted(extract.broken, key=lambda one: one.seq):
        yield broken.fault, {"seq": broken.seq}
    for entry in extract.entries:
        if entry.fact is None and not entry.breaks:
            yield "unread", {"seq": entry.seq}
    for row in told.misstated:
        yield "misstated", {"field": row.field, "told": row.told, "folded": row.folded}
    for row in told.unmirrored:
        yield "unmirrored", {"fact": row.fact_id}
    for row in told.unreserved:
        yield "uncounted" if row.reserved else "unreserved", {"seq": row.seq, "attempt": row.attempt}
    for slot in told.stray:
        yield "given_back" if slot.given_back else "stray", {"attempt": slot.attempt}
    for cover in told.miscovered:
        yield f"cover_{cover.fault}", {"attempt": cover.attempt, "by": cover.by_stream.removeprefix("loan:")}
    for text in extract.artefacts:
        if not text.whole:
            name = f"{text.name}@{text.version}"
            yield "artefact", {"kind": words.dossier[f"kind.{text.kind}"], "name": name, "digest": text.digest}
