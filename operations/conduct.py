"""Was every contact allowed: all verdicts judged again, all caps counted again, and nobody contacted who owed nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg

from domain.conduct_audit import audit
from domain.conduct_record import Breach
from ledger import conduct
from operations.said import said
from reports.book import chased
from schemas.facts import AttemptCovered, AttemptRefused, AttemptReserved, AttemptSending

BATCH = 100
"""Borrowers read at a time."""
PAID = "HOUSE.NOTHING_OVERDUE"


@dataclass
class Conduct:
    """What was judged again, and what was found.

    Attributes:
        borrowers, allowed, refused, sent: how many were looked at: verdicts, and contacts that went out.
        by_rule: of the breaches, how many name each rule.
    """

    borrowers: int = 0
    allowed: int = 0
    refused: int = 0
    sent: int = 0
    breaches: list[Breach] = field(default_factory=list)

    @property
    def by_rule(self) -> Counter[str]:
        """Breaches by the rules they name."""
        return Counter(rule for breach in self.breaches for rule in breach.rules)

    @property
    def after_payment(self) -> int:
        """Contacts that went out although the ledger knew by then that nothing was overdue."""
        return self.by_rule[PAID]


async def verify_conduct(pool: asyncpg.Pool, *, advance: Callable[[int, int], None] | None = None) -> Conduct:
    """Judge again everything that the ledger has of contacts; sends and changes nothing.

    Args:
        advance: told how many borrowers of how many have been looked at.

    Raises:
        ArtefactConflict: the text of a rulebook is not what its digest says, and nothing can be judged by it.
    """
    house, found = await conduct.house(pool), Conduct()
    everybody = await conduct.borrowers(pool)
    for start in range(0, len(everybody), BATCH):
        of = await conduct.told(pool, everybody[start : start + BATCH])
        for told in of.values():
            found.borrowers += 1
            kinds = Counter(type(one.fact.body) for one in told)
            found.allowed += kinds[AttemptReserved]
            found.refused += kinds[AttemptRefused]
            found.sent += kinds[AttemptSending]
            found.breaches += audit(told, house)
            found.breaches += said(told, house)
            for stream in sorted(
                {one.stream for one in told if isinstance(one.fact.body, AttemptSending | AttemptCovered)}
            ):
                found.breaches += [
                    Breach(stream, fact.seq, attempt, (PAID,), f"{attempt} went out although nothing was overdue")
                    for fact, attempt in await chased(pool, stream)
                ]
        if advance:
            advance(found.borrowers, len(everybody))
    found.breaches.sort(key=lambda breach: (breach.stream, breach.seq))
    return found
