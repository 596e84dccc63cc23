"""What the ledger says of itself: chains, rows of streams, mirrors, contacts and slots, published texts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import asyncpg

from ledger import audit
from ledger.reading import broken_links

Kind = Literal[
    "agrees",
    "behind",
    "other_build",
    "not_opened",
    "not_kept",
    "ended_otherwise",
    "differs",
]
"""What came of one case. `behind`: agrees as far as it has read, and has not read all. `not_opened`: runs, and has not
opened in the ledger. `not_kept`: ended, and the server keeps it no longer. `ended_otherwise`: ended in the ledger, its
workflow ended from outside."""


@dataclass(frozen=True)
class Difference:
    """Something that should not be: where, and what."""

    where: str
    what: str


@dataclass
class Report:
    """What was found.

    Attributes:
        restored: contacts that were out when the ledger was restored to before their reservation. They are recorded,
            counted against the caps, and explained; so they are named and no difference.
        cases: how each loan's workflow stands to its ledger.
    """

    counts: audit.Counts
    differences: list[Difference] = field(default_factory=list)
    restored: list[Difference] = field(default_factory=list)
    cases: Counter[Kind] = field(default_factory=Counter)

    @property
    def compared(self) -> int:
        """Cases whose workflow was held against the fold of its ledger, or should have been and could not."""
        return self.cases["agrees"] + self.cases["behind"] + self.cases["differs"]

    @property
    def blind(self) -> bool:
        """Whether there are cases of other builds and nothing else was compared: no difference then means nothing."""
        return self.cases["other_build"] > 0 and self.compared == 0

    @property
    def sound(self) -> bool:
        """Whether all agrees, and something was looked at."""
        return not self.differences and not self.blind


async def examine(pool: asyncpg.Pool) -> Report:
    """Look at the ledger alone, at all of it; no case is asked anything."""
    report = Report(await audit.counts(pool))
    found = report.differences
    async for broken in broken_links(pool):
        found.append(Difference(f"{broken.stream}/{broken.seq}", f"chain {broken.fault}: {broken.detail}"))
    for row in await audit.misstated(pool):
        found.append(Difference(row.stream, f"row of stream: {row.field} is {row.told}, its facts say {row.folded}"))
    for row in await audit.unmirrored(pool):
        found.append(Difference(f"loan:{row.loan_id}", f"no true mirror of {row.stream}/{row.seq} ({row.fact_id})"))
    for row in await audit.unreserved(pool):
        where = f"{row.stream}/{row.seq}"
        if row.restored:
            said = f"{row.attempt} went out before the ledger was restored, and its reservation is lost"
            report.restored.append(Difference(where, said))
        else:
            found.append(Difference(where, f"{row.kind} of {row.attempt} {_lacking(row)}"))
    for cover in await audit.miscovered(pool):
        found.append(Difference(cover.stream, f"{cover.attempt} of {cover.by_stream}: {_COVERING[cover.fault]}"))
    for slot in await audit.stray_slots(pool):
        said = "given back, and the attempt was never released" if slot.given_back else "of an attempt no fact tells of"
        found.append(Difference(slot.stream, f"slot {slot.attempt}: {said}"))
    for text in await audit.altered_artefacts(pool):
        where = f"{text.kind} {text.name}@{text.version}"
        found.append(Difference(where, f"its text does not give its digest {text.digest[:12]}"))
    return report


_COVERING = {
    "untold": "was reserved for this debt too, and its stream does not say so",
    "unnamed": "covers this debt by its stream, and the reservation does not say so",
    "open": "was to cover this debt, and its stream does not say what came of it",
}


def _lacking(row: audit.Unreserved) -> str:
    return "without an allowing reservation before it" if not row.reserved else "takes no slot under the caps"
