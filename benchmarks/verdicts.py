"""Verdicts a second of the pure guard, beside the building of the proposal that it judges."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from benchmarks.figures import Figures, Spread
from domain.artefacts import register_rulebook
from domain.conduct import decide
from policies.loader import HERE, load_rulebook
from schemas.contact import Channel, ConductFacts, ContactProposal, PastAttempt, Standing, VerdictKind
from schemas.debt import DebtStanding, Notice
from schemas.rulebook import Rulebook

BOOKS = {"cn": "Asia/Shanghai", "us-third-party": "America/New_York"}
"""Rulebooks that are measured, and the zone of the borrower in each."""
PAST = (0, 10, 100)
"""Attempts that count: of the last forty days, the newest two days old, so that a contact at noon is still allowed."""
ASKED: dict[VerdictKind, timedelta] = {"allow": timedelta(0), "defer": timedelta(hours=11)}
"""How long after noon the guard is asked: what is allowed, and what waits for the morning, which has to be searched for."""

_NOON_IN = {"Asia/Shanghai": 4, "America/New_York": 16}
_CHANNELS: tuple[Channel, ...] = ("sms", "robot_call", "human_call", "letter")


class VerdictFigures(Figures):
    """`rate`, `floor`: verdicts, and proposals built, a second of our own CPU. `times`: what a verdict costs in proposals."""

    book: str
    past: int
    verdict: VerdictKind
    rate: Spread
    floor: Spread
    times: Spread


def measure(verdicts: int, rounds: int) -> list[VerdictFigures]:
    """Every book, number of past attempts and verdict; so many of each a round, ours and the floor in turn."""
    found: list[VerdictFigures] = []
    for name, zone in BOOKS.items():
        book = load_rulebook(HERE / "rulebooks" / f"{name}.yaml")
        noon = datetime(2026, 12, 9, _NOON_IN[zone], tzinfo=UTC)  # a Wednesday
        for past in PAST:
            facts = _facts(noon, past)
            found += [_one(book, zone, facts, kind, noon + after, verdicts, rounds) for kind, after in ASKED.items()]
    return found


def _one(
    book: Rulebook, zone: str, facts: ConductFacts, kind: VerdictKind, at: datetime, verdicts: int, rounds: int
) -> VerdictFigures:
    digest, proposal = register_rulebook(book), _proposal(zone)
    given = decide(proposal, facts, at, book, digest)
    if given.verdict != kind:
        raise AssertionError(f"{book.name}, {len(facts.attempts)} past: {kind} was to be measured, not {given}")
    pairs = [
        (
            _seconds(lambda: _proposal(zone), verdicts),
            _seconds(lambda: decide(proposal, facts, at, book, digest), verdicts),
        )
        for _ in range(rounds)
    ]
    return VerdictFigures(
        book=book.name,
        past=len(facts.attempts),
        verdict=kind,
        rate=Spread.of(verdicts / ours for _, ours in pairs),
        floor=Spread.of(verdicts / bare for bare, _ in pairs),
        times=Spread.of(ours / bare for bare, ours in pairs),
    )


def _proposal(zone: str) -> ContactProposal:
    return ContactProposal(
        attempt="L-1:a1",
        channel="human_call",
        contact_point_id="CP-1",
        party_id="P-1",
        template="reminder",
        zones=(zone,),
    )


def _facts(noon: datetime, past: int) -> ConductFacts:
    """Over the loans of a borrower with twenty of them, for no cap of one debt is to be full."""
    span = timedelta(days=37) / max(past, 1)
    attempts = tuple(
        PastAttempt(
            attempt=f"L-{n % 20 + 2}:a{n}",
            loan_id=f"L-{n % 20 + 2}",
            channel=_CHANNELS[n % len(_CHANNELS)],
            contact_point_id="CP-1",
            at=noon - timedelta(days=39) + n * span,
        )
        for n in range(past)
    )
    return ConductFacts(
        standing=Standing(),
        debt=DebtStanding(notices=(Notice(notice="validation", given_at=noon - timedelta(days=60)),)),
        loan_id="L-1",
        attempts=attempts,
        latest_at=attempts[-1].at if attempts else None,
    )


def _seconds(work: Callable[[], object], times: int) -> float:
    """CPU of this process for so many calls, the median of three looks: others on the machine do not count."""
    looks: list[float] = []
    for _ in range(3):
        began = time.process_time()
        for _ in range(times):
            work()
        looks.append(time.process_time() - began)
    return median(looks)
