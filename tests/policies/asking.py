"""Questions to the guard under a shipped rulebook of the United States: about the loan L-1, on a Wednesday in April."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from domain.artefacts import digest
from domain.conduct import decide
from policies.loader import HERE, load_rulebook
from schemas.contact import (
    Channel,
    ConductFacts,
    ContactProposal,
    Conversation,
    PastAttempt,
    Purpose,
    Standing,
    Verdict,
)
from schemas.debt import DebtStanding, Notice
from schemas.loan import PointUse
from schemas.rulebook import Rulebook
from tests.domain.guardwork import local

NEW_YORK = "America/New_York"
NOON = local("2027-04-14T12:00", NEW_YORK)
DAY = timedelta(days=1)
TOLD = DebtStanding(notices=(Notice(notice="validation", given_at=NOON - 30 * DAY),))


@dataclass(frozen=True)
class Asker:
    """Asks under one book."""

    book: Rulebook

    @classmethod
    def of(cls, name: str) -> Asker:
        """Under a shipped one."""
        return cls(load_rulebook(HERE / "rulebooks" / f"{name}.yaml"))

    def __call__(
        self,
        channel: Channel = "human_call",
        now: str = "2027-04-14T12:00",
        zones: tuple[str, ...] = (NEW_YORK,),
        purpose: Purpose = "dunning",
        team: int = 2,
        standing: Standing | None = None,
        attempts: tuple[PastAttempt, ...] = (),
        talks: tuple[Conversation, ...] = (),
        use: PointUse | None = "mobile",
    ) -> Verdict:
        """What the guard says of a contact about L-1."""
        visit = channel == "visit"
        asked = ContactProposal(
            attempt="new",
            channel=channel,
            contact_point_id="cp-1",
            party_id="P-1",
            purpose=purpose,
            template="reminder",
            zones=zones,
            appointment=local(now, NEW_YORK) + DAY if visit else None,
            team=team if visit else 0,
            use=use,
        )
        willing = Standing(opted_in=("im", "robot_call"))
        known = ConductFacts(
            standing=standing or willing, debt=TOLD, loan_id="L-1", attempts=attempts, conversations=talks
        )
        return decide(asked, known, local(now, NEW_YORK), self.book, digest(self.book))


def made(
    count: int,
    apart: timedelta,
    channel: Channel = "human_call",
    loan: str = "L-1",
    use: PointUse | None = "mobile",
) -> tuple[PastAttempt, ...]:
    """Contacts before noon, the newest one `apart` before it."""
    return tuple(
        PastAttempt(
            attempt=f"a{n}", loan_id=loan, channel=channel, contact_point_id="cp-9", at=NOON - n * apart, use=use
        )
        for n in range(1, count + 1)
    )


def untested(book: Rulebook, file: str) -> set[str]:
    """Rules of the book after which no test in `file` is named; without its base's, and those of wording (test_saying.py)."""
    base = load_rulebook(HERE / "rulebooks" / f"{book.base.name}.yaml").rules if book.base else ()
    tests = set(re.findall(r"def test_(\w+)\(", Path(file).read_text(encoding="utf-8")))
    own = (rule for rule in book.rules if rule not in base and rule.kind != "wording")
    return {rule.id.lower().replace(".", "_") for rule in own} - tests
