"""What a rule changes for living cases, from the ledger's facts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ledger.append import append
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.episodes import open_episode
from ledger.pool import Pool
from operations.errors import UsageError
from operations.strategies.impact import impact
from policies.loader import HERE, load_rulebook, load_strategy
from schemas.facts import AccountRead
from schemas.ledger import NewFact
from schemas.loan import Account, ContactPoint, Instalment
from schemas.rulebook import Rulebook
from tests.ledger.support import Desk, opening

NIGHT = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
"""23:00 in Shanghai."""
CN = load_rulebook(HERE / "rulebooks" / "cn.yaml")


@pytest.fixture
async def overdue(pool: Pool) -> Desk:
    """A case under the shipped strategy and rulebook, its account read."""
    await publish_policy(pool, load_strategy(HERE / "default.yaml"), "tests")
    await publish_rulebook(pool, CN, "tests", datetime(2020, 1, 1, tzinfo=UTC))
    asked = opening()
    (party,) = asked.request.parties
    party = party.model_copy(update={"contact_points": (ContactPoint(contact_point_id="B-1:phone", kind="phone"),)})
    request = asked.request.model_copy(update={"parties": (party,)})
    opened = await open_episode(pool, asked.model_copy(update={"request": request}))
    desk = Desk(pool, "L-1", "B-1", opened)
    due = Instalment(number=1, due_on=date(2027, 2, 1), principal="900.00")  # pyright: ignore[reportArgumentType]
    account = Account(
        loan_id="L-1",
        as_of=NIGHT,
        currency="CNY",
        instalments=(due,),
        arrears=due.principal,
        outstanding=due.principal,
    )
    read = NewFact(fact_id="account:1", occurred_at=NIGHT, source="core", body=AccountRead(account=account))
    await append(pool, desk.call(read))
    return desk


def later(book: Rulebook) -> Rulebook:
    """A draft that opens at noon."""
    rules = tuple(
        rule.model_copy(update={"open": rule.open.replace(hour=12)}) if rule.kind == "contact_hours" else rule
        for rule in book.rules
    )
    return book.model_copy(update={"rules": rules, "version": "draft"})


async def test_a_rule_in_force_is_compared_with_its_absence(pool: Pool, overdue: Desk) -> None:
    """At night the hours are what the next contact waits for."""
    seen = await impact(pool, "CN.HOURS", None, NIGHT, lambda *_: None)
    assert (seen.known, seen.open, len(seen.touched)) == (True, 1, 1)
    (touched,) = seen.touched
    assert touched.loan_id == "L-1"
    assert touched.without
    assert touched.under
    assert touched.without.at < touched.under.at
    assert (await impact(pool, "HOUSE.STOP", None, NIGHT, lambda *_: None)).touched == ()


async def test_a_draft_is_laid_over_the_law(pool: Pool, overdue: Desk) -> None:
    """Later hours, a later contact."""
    seen = await impact(pool, "CN.HOURS", later(CN), NIGHT, lambda *_: None)
    (touched,) = seen.touched
    assert touched.without
    assert touched.under
    assert (touched.without.at.hour < 4, touched.under.at.hour >= 4) == (True, True)


async def test_a_rule_that_is_nowhere_is_told(pool: Pool, overdue: Desk) -> None:
    """With those that are there."""
    with pytest.raises(UsageError, match=r"no rule 'CN.HUORS' there; there are CN.HOURS"):
        await impact(pool, "CN.HUORS", None, NIGHT, lambda *_: None)
