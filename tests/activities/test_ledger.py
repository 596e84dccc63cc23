"""What a case asks of the ledger: which strategy is meant, its opening, its appends, and facts that bind all loans."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.ledger import LedgerActivities
from domain import artefacts as registry
from ledger.append import append
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.borrowers import pending_nudges
from ledger.pool import Pool
from ledger.reading import facts
from schemas.facts import BorrowerDeceased, ChannelOptedOut, EpisodeReopened, Fact
from schemas.ledger import Append, Head, NewFact
from schemas.orders import BorrowerOrder
from tests.ledger.support import NOON, Desk, closing, opening, payment, publish, rulebook, strategy

OPTED_OUT = ChannelOptedOut(channel="sms")


@pytest.fixture
def ledger(pool: Pool) -> LedgerActivities:
    """The activities."""
    return LedgerActivities(pool)


@pytest.fixture
async def policy(pool: Pool) -> str:
    """The digest of the published default policy."""
    return await publish(pool)


@pytest.fixture
async def desk(pool: Pool, policy: str) -> Desk:
    """The open case of loan L-1 of borrower B-1."""
    return await Desk.open(pool)


async def run(method: Callable[[Any], Awaitable[Any]], argument: Any) -> Any:
    """The activity's answer."""
    env = ActivityEnvironment()
    env.info = replace(env.info, started_time=NOON)
    return await env.run(method, argument)


def telling(desk: Desk, body: Fact = OPTED_OUT, fact_id: str = "update:u1", **changes: Any) -> BorrowerOrder:
    """What the workflow of `desk` would order."""
    order = BorrowerOrder(
        borrower_id=desk.borrower_id,
        fact=NewFact(fact_id=fact_id, occurred_at=NOON, source="desk", actor="collector-7", body=body),
        stream=desk.stream,
        epoch=desk.epoch,
        after=desk.after,
        build="b1",
        now=NOON,
    )
    return order.model_copy(update=changes)


# --- which strategy ------------------------------------------------------------------------------------------------


async def test_a_strategy_is_found_by_name_version_or_digest(pool: Pool, ledger: LedgerActivities, policy: str) -> None:
    """A bare name is the newest; what nobody published is nothing."""
    second = await publish_policy(pool, strategy("2"), "tests")
    soft = await publish_policy(pool, strategy("1", name="soft"), "tests")
    book = registry.digest(rulebook())
    found = {
        "default": second,
        "default@1": policy,
        "default@2": second,
        "soft": soft,
        "soft@1": soft,
        policy: policy,
        "default@3": None,
        "soft@2": None,
        "hard": None,
        policy[:12]: None,
        "f" * 64: None,
        book: None,
        "@1": None,
        "default@": None,
    }
    assert {ref: await run(ledger.find_policy, ref) for ref in found} == found


async def test_a_strategy_published_after_this_process_started_is_known_once_it_was_found(
    pool: Pool, ledger: LedgerActivities, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process published it: who asked for it can plan with it, and does not wait for the background refresh."""
    digest = await _published_elsewhere(pool, monkeypatch)
    assert await run(ledger.find_policy, "late@1") == digest
    assert registry.policy(digest) == strategy(name="late")


async def test_a_strategy_published_after_this_process_started_is_known_once_a_case_opened_under_it(
    pool: Pool, ledger: LedgerActivities, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first task of the case needs it."""
    digest = await _published_elsewhere(pool, monkeypatch)
    opened = await run(ledger.open, opening(policy="late"))
    assert (opened.status, opened.policy) == ("opened", digest)
    assert registry.policy(digest) == strategy(name="late")


async def _published_elsewhere(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> str:
    """The digest of a strategy that this process has not heard of."""
    monkeypatch.setattr(registry, "_policies", {})
    digest = await publish_policy(pool, strategy(name="late"), "tests")
    registry._policies.clear()
    with pytest.raises(registry.UnknownArtefact):
        registry.policy(digest)
    return digest


# --- what binds all loans ------------------------------------------------------------------------------------------


async def test_a_borrowers_fact_stands_in_their_stream_and_in_every_open_loan_of_theirs(
    pool: Pool, ledger: LedgerActivities, desk: Desk
) -> None:
    """As it was said, by whom; closed loans and strangers hear nothing; the other case is nudged."""
    second = await Desk.open(pool, "L-2", "B-1")
    closed = await Desk.open(pool, "L-3", "B-1")
    await closed.tell(closing("c1"))
    stranger = await Desk.open(pool, "L-4", "B-2")
    answer = await run(ledger.tell_borrower, telling(desk))
    (said,) = await facts(pool, "borrower:B-1")
    assert (said.fact_id, said.body, said.actor, said.source) == ("update:u1", OPTED_OUT, "collector-7", "desk")
    for one in (desk, second):
        (mirror,) = (await append(pool, one.call())).facts
        assert (mirror.fact_id, mirror.body) == ("borrower:update:u1", OPTED_OUT)
        assert (mirror.actor, mirror.source, mirror.occurred_at) == ("collector-7", "desk", NOON)
    assert [fact.fact_id for fact in answer.facts] == ["borrower:update:u1"]
    assert (answer.status, answer.law) == ("ok", desk.opened.law)
    for one in (closed, stranger):
        assert (await append(pool, one.call())).facts == ()
    assert {nudge.loan_id for nudge in await pending_nudges(pool)} == {"L-1", "L-2"}


async def test_told_again_it_is_told_once(pool: Pool, ledger: LedgerActivities, desk: Desk) -> None:
    """The answer was lost, or the task failed: the same order, and later one from further on in the stream."""
    second = await Desk.open(pool, "L-2", "B-1")
    order = telling(desk)
    first = await run(ledger.tell_borrower, order)
    again = await run(ledger.tell_borrower, order)
    assert again == first
    desk.take(first)
    assert (await run(ledger.tell_borrower, telling(desk))).facts == ()
    assert len(await facts(pool, "borrower:B-1")) == 1
    for one in (desk, second):
        assert [fact.fact_id for fact in await facts(pool, one.stream)].count("borrower:update:u1") == 1
    assert len(await pending_nudges(pool)) == 2


async def test_the_answer_is_all_that_this_loan_has_above_after(
    pool: Pool, ledger: LedgerActivities, desk: Desk
) -> None:
    """What else had come is told with it, in order; what comes of other loans is not."""
    second = await Desk.open(pool, "L-2", "B-1")
    await append(pool, second.call(payment("p2")))
    await append(pool, desk.call(payment("p1")))
    await run(ledger.tell_borrower, telling(second, BorrowerDeceased(), "update:u2"))
    answer = await run(ledger.tell_borrower, telling(desk))
    assert [fact.fact_id for fact in answer.facts] == ["payment:p1", "borrower:update:u2", "borrower:update:u1"]
    assert answer.facts[0].seq == desk.after.seq + 1


async def test_the_law_is_told_as_of_the_cases_clock(pool: Pool, ledger: LedgerActivities, desk: Desk) -> None:
    """A virtual case may be years ahead of the wall."""
    later = await publish_rulebook(pool, rulebook("2"), "tests", datetime(2099, 1, 1, tzinfo=UTC))
    answer = await run(ledger.tell_borrower, telling(desk, now=datetime(2100, 1, 1, tzinfo=UTC)))
    assert answer.law == (later,)


async def test_a_borrower_is_heard_even_by_a_case_that_has_lost_its_place(
    pool: Pool, ledger: LedgerActivities, desk: Desk
) -> None:
    """The ledger was restored: the case is told to fold anew, and what the borrower said is not lost meanwhile."""
    answer = await run(ledger.tell_borrower, telling(desk, after=Head(seq=99, hash="f" * 64)))
    assert (answer.status, answer.facts) == ("diverged", ())
    assert [fact.body for fact in await facts(pool, "borrower:B-1")] == [OPTED_OUT]
    assert [fact.body for fact in (await append(pool, desk.call())).facts] == [OPTED_OUT]


# --- opening and appending -----------------------------------------------------------------------------------------


async def test_a_loan_under_another_borrower_is_refused_for_good(ledger: LedgerActivities, desk: Desk) -> None:
    """Trying again would not help, and somebody must look at the request."""
    with pytest.raises(ApplicationError, match="L-1 belongs to borrower B-1") as caught:
        await run(ledger.open, opening(borrower_id="B-2"))
    assert (caught.value.type, caught.value.non_retryable) == ("BorrowerMismatch", True)


async def test_a_closed_case_is_opened_again(ledger: LedgerActivities, desk: Desk) -> None:
    """Under the next epoch; asked twice it is the same."""
    await desk.tell(closing("c1"))
    assert (await run(ledger.open, opening())).status == "closed"
    opened = await run(ledger.reopen, opening())
    assert (opened.status, opened.epoch, opened.facts[-1].body) == ("opened", 2, EpisodeReopened(epoch=2))
    assert (await run(ledger.reopen, opening())).status == "continued"


async def test_an_append_tells_each_new_fact_once(ledger: LedgerActivities, desk: Desk) -> None:
    """It rides in a history: what was just written is among the news, and is not repeated as stored."""
    call: Append = desk.call(payment("p1"))
    answer = desk.take(await run(ledger.append, call))
    assert [fact.fact_id for fact in answer.facts] == ["payment:p1"]
    assert answer.stored == ()
    again = await run(ledger.append, desk.call(payment("p1"), payment("p2")))
    assert [fact.fact_id for fact in again.facts] == ["payment:p2"]
    assert [fact.fact_id for fact in again.stored] == ["payment:p1"]
