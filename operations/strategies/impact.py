"""What a rule of conduct means for living cases: their next contact with the rule and without it, nothing else changed.

It is what the ledger's facts say today: other loans of the borrower are not counted, and nothing is assumed to happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from domain import artefacts
from domain.case import Case
from domain.quiet import account_of, foresee
from ledger.approvals import open_cases
from ledger.artefacts import law_in_force, load_all
from ledger.reading import facts
from operations.errors import UsageError
from schemas.rulebook import Rule, Rulebook
from schemas.steps import Act, MakeContact

AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Next:
    """The next contact of a case, on which channel; None within AHEAD."""

    at: datetime
    channel: str


@dataclass(frozen=True)
class Touched:
    """A case whose next contact the rule changes."""

    loan_id: str
    stage: str
    without: Next | None
    under: Next | None


@dataclass(frozen=True)
class Impact:
    """How many open cases there are, how many have a contact ahead on a channel that the rule binds, and those it changes."""

    rule: Rule
    known: bool
    open: int
    bound: int
    touched: tuple[Touched, ...]


async def impact(
    pool: asyncpg.Pool, rule_id: str, book: Rulebook | None, now: datetime, advance: Callable[[int, int], None]
) -> Impact:
    """The rule of the law in force, or of `book` (a draft), over every open case.

    Raises:
        UsageError: no law is in force, or neither names the rule.
    """
    await load_all(pool)
    law = await law_in_force(pool, now)
    if not law:
        raise UsageError("no rulebook is in force in this ledger: `starter.py up` publishes the shipped one")
    current = artefacts.rulebook(law[0])
    rule, known = _rule(rule_id, current, book)
    others = tuple(other for other in current.rules if other.id != rule_id)
    before = current if book else current.model_copy(update={"rules": others})
    after = current.model_copy(update={"rules": (*others, rule)})
    loans = await open_cases(pool)
    bound, touched = 0, []
    for number, loan in enumerate(loans, start=1):
        case = Case.fold(loan, await facts(pool, f"loan:{loan}"))
        without, under = (_next(case, each, now) for each in (before, after))
        channels = getattr(rule, "channels", None)
        bound += any(n is not None and (channels is None or n.channel in channels) for n in (without, under))
        if without != under:
            touched.append(Touched(loan, case.stage, without, under))
        advance(number, len(loans))
    return Impact(rule, known, len(loans), bound, tuple(touched))


def _rule(rule_id: str, current: Rulebook, book: Rulebook | None) -> tuple[Rule, bool]:
    """The rule, newest first, and whether the law in force has one of that name."""
    known = any(rule.id == rule_id for rule in current.rules)
    for source in (book, current):
        found = next((rule for rule in source.rules if rule.id == rule_id), None) if source else None
        if found:
            return found, known
    ids = ", ".join(rule.id for rule in (book or current).rules)
    raise UsageError(f"no rule {rule_id!r} there; there are {ids}")


def _next(case: Case, book: Rulebook, now: datetime) -> Next | None:
    strategy, request = artefacts.policy(case.policy), case.request
    if request is None:
        return None
    now = max(now, case.clock or now)
    told = account_of(case, request.currency, strategy.bank_zone, strategy.account)
    law = (artefacts.register_rulebook(book), book)
    for foreseen in foresee(case, strategy, law, now, now + AHEAD, told):
        if isinstance(foreseen.step, Act) and isinstance(foreseen.step.action, MakeContact):
            return Next(foreseen.at, foreseen.step.action.proposal.channel)
    return None
