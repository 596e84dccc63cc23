"""Cases lived in memory, told in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from operations.sentences import sentence
from operations.telling import CATALOGUES, Carrier, Story, tell
from operations.values import Speaker
from schemas.facts import Fact
from schemas.ledger import RecordedFact
from schemas.loan import Language
from tests.domain.casework import NOON, Life, rules, whole_strategy


def recorded(body: Fact, seq: int = 1, at: datetime = NOON, actor: str = "ops-wang") -> RecordedFact:
    """A fact as from the ledger."""
    return RecordedFact(
        fact_id=f"f:{seq}",
        occurred_at=at,
        source="test",
        actor=actor,
        body=body,
        seq=seq,
        hash=f"{seq:064x}",
        epoch=1,
        recorded_at=at,
    )


class Told(Life):
    """A life under the strategy of the spine, or a whole one, that begins with the case opened and its account read."""

    def __init__(self, *, whole: bool = False, days: float = 0) -> None:
        super().__init__(strategy=whole_strategy() if whole else None)
        self.live(timedelta(days=days))


def said(body: Fact, language: Language = "en") -> str:
    """One fact in words."""
    return sentence(recorded(body), Speaker(CATALOGUES[language], "Asia/Shanghai", "CNY", {}))


def told(life: Told, language: Language = "en", carrier: Carrier | None = None) -> Story:
    """The story of a life lived in memory."""
    return tell("L1", life.facts, life.strategy, rules()[1], life.now, language, carrier)
