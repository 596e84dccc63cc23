"""The account of a case on one page (`case L --money`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg
from temporalio.client import Client

from domain.calendar import bank_date
from domain.case import Case
from operations import accounting
from operations.errors import UsageError
from operations.telling import CATALOGUES, Part, clock, gathered
from operations.values import Speaker
from schemas.ledger import RecordedFact
from schemas.loan import Language
from schemas.policy import Strategy


@dataclass(frozen=True)
class AccountPage:
    """An account in words, of one language."""

    title: str
    parts: tuple[Part, ...]


def account_page(
    loan_id: str,
    facts: Sequence[RecordedFact],
    strategy: Strategy,
    at: datetime,
    by: date | None = None,
    language: Language = "en",
    policies: Mapping[str, str] | None = None,
) -> AccountPage:
    """The account as of `at` (aware), with what is to be paid on that day of the bank and `by` a later one.

    Raises:
        UsageError: `by` is past.
    """
    case = Case.fold(loan_id, list(facts))
    words = CATALOGUES[language]
    currency = case.request.currency if case.request else ""
    speaker = Speaker(words, strategy.bank_zone, currency, policies or {})
    on = bank_date(at, strategy.bank_zone)
    if by is not None and by < on:
        raise UsageError(f"--by {by}: the case's day is {on} already; give that day or a later one")
    title = words.headings["account"].format(loan=loan_id)
    if not case.instalments:
        return AccountPage(title, (Part(speaker.part("money_unread"), ()),))
    days = (on, by) if by is not None and by != on else (on,)
    told = {
        "account.terms": accounting.terms(case, facts, strategy, speaker),
        "account.movements": accounting.movements(case, strategy, on, speaker),
        "account.position": accounting.standing_of(case, strategy, on, speaker),
        "account.class": accounting.classes(case, strategy, on, speaker),
        "account.quotes": accounting.quotes(case, strategy, days, speaker),
    }
    parts = [
        Part(words.headings[name].format(on=on.isoformat(), zone=strategy.bank_zone), tuple(lines))
        for name, lines in told.items()
    ]
    return AccountPage(title, tuple(parts))


async def read(
    client: Client | None, pool: asyncpg.Pool, loan_id: str, now: datetime, by: date | None, language: Language
) -> AccountPage:
    """The page of a loan, from the ledger, at the case's own time if that is later than `now`.

    Raises:
        UsageError: the ledger has never opened a case of this loan; `by` is past.
    """
    found = await gathered(client, pool, loan_id, now)
    at = clock(Case.fold(loan_id, list(found.facts)), now, found.carrier)
    return account_page(loan_id, found.facts, found.strategy, at, by, language, found.policies)
