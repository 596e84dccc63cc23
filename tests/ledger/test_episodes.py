"""Who carries a case: opening, continuing, taking over, closing and reopening."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from ledger.append import append
from ledger.artefacts import publish_policy
from ledger.borrowers import record_borrower_fact
from ledger.episodes import open_episode, open_loans, reopen_episode, stream_state
from ledger.errors import BorrowerMismatch
from ledger.pool import Pool
from ledger.reading import broken_links, facts, head, streams
from schemas.facts import ChannelOptedOut, ContactStopped, EpisodeOpened, EpisodeReopened, TakenOver
from schemas.ledger import NewFact, Opened
from schemas.loan import Party
from tests.ledger.support import NOON, Desk, closing, decision, opening, payment, publish, reopening, strategy

LATER = date(2027, 3, 1)

OPT_OUT = NewFact(fact_id="opt-1", occurred_at=NOON, source="desk", actor="c-7", body=ChannelOptedOut(channel="sms"))
STOP = NewFact(fact_id="stop-1", occurred_at=NOON, source="desk", body=ContactStopped(reason="asked"))


def ids(opened: Opened) -> list[str]:
    return [fact.fact_id for fact in opened.facts]


async def test_the_first_opening_pins_the_policy_under_epoch_1(pool: Pool, policy: str) -> None:
    opened = await open_episode(pool, opening())
    assert (opened.status, opened.epoch, opened.policy) == ("opened", 1, policy)
    assert ids(opened) == ["episode:2027-02-01"]
    body = opened.facts[0].body
    assert isinstance(body, EpisodeOpened)
    assert (body.epoch, body.policy, body.request) == (1, policy, opening().request)
    assert len(opened.law) == 1
    state = await stream_state(pool, "loan:L-1")
    assert state is not None
    assert (state.state, state.chain, state.run_id, state.borrower_id) == ("open", "chain-a", "run-1", "B-1")
    assert await streams(pool, "loan") == ["loan:L-1"]
    assert await streams(pool, "borrower") == ["borrower:B-1"]


async def test_the_same_opening_again_continues_and_writes_nothing(pool: Pool, policy: str) -> None:
    first = await open_episode(pool, opening())
    again = await open_episode(pool, opening())
    assert again == first.model_copy(update={"status": "continued"})


async def test_the_next_run_of_the_chain_continues_and_is_noted(pool: Pool, policy: str) -> None:
    await open_episode(pool, opening())
    again = await open_episode(pool, opening(run_id="run-2"))
    assert (again.status, again.epoch) == ("continued", 1)
    state = await stream_state(pool, "loan:L-1")
    assert state is not None
    assert state.run_id == "run-2"


async def test_another_chain_takes_over_under_the_next_epoch_with_the_policy_pinned(pool: Pool, policy: str) -> None:
    await open_episode(pool, opening())
    await publish_policy(pool, strategy("2"), "tests")
    taken = await open_episode(pool, opening(chain="chain-b"))
    assert (taken.status, taken.epoch, taken.policy) == ("taken_over", 2, policy)
    assert ids(taken) == ["episode:2027-02-01", "episode:2:taken_over:chain-b"]
    assert taken.facts[-1].body == TakenOver(epoch=2)
    assert (await open_episode(pool, opening(chain="chain-b"))).status == "continued"


async def test_chains_may_take_over_from_each_other_any_number_of_times(pool: Pool, policy: str) -> None:
    statuses = [(await open_episode(pool, opening(chain=f"chain-{name}"))).status for name in "abaab"]
    assert statuses == ["opened", "taken_over", "taken_over", "continued", "taken_over"]
    assert [fact.epoch for fact in await facts(pool, "loan:L-1")] == [1, 2, 3, 4]


async def test_a_chain_that_does_not_want_to_take_over_is_superseded(pool: Pool, policy: str) -> None:
    first = await open_episode(pool, opening())
    refused = await open_episode(pool, opening(chain="chain-b", take_over=False))
    assert refused == first.model_copy(update={"status": "superseded"})
    state = await stream_state(pool, "loan:L-1")
    assert state is not None
    assert state.chain == "chain-a"


async def test_an_open_case_is_one_case_whatever_date_a_request_names(pool: Pool, policy: str) -> None:
    await open_episode(pool, opening())
    assert (await open_episode(pool, opening(overdue_since=LATER))).status == "continued"
    assert (await open_episode(pool, opening(overdue_since=LATER, chain="chain-b"))).status == "taken_over"


async def test_of_16_chains_opening_at_once_one_opens_and_the_epochs_are_all_different(pool: Pool, policy: str) -> None:
    answers = await asyncio.gather(*(open_episode(pool, opening(chain=f"chain-{n}")) for n in range(16)))
    assert sorted(answer.status for answer in answers) == ["opened"] + ["taken_over"] * 15
    assert sorted(answer.epoch for answer in answers) == list(range(1, 17))


# --- policies -------------------------------------------------------------------------------------------------------


async def test_a_request_that_makes_no_sense_opens_nothing_and_goes_on_with_what_is_open(
    pool: Pool,
    policy: str,
) -> None:
    """All its faults are told, and nothing is written; one that was opened before is carried on by whoever comes."""
    party = Party(party_id="B-1", zone="Mars/Olympus")
    sane = opening()
    wrong = {"overdue_since": NOON.date() + timedelta(days=2), "currency": "ABC", "parties": (party, party)}
    mad = sane.model_copy(update={"request": sane.request.model_copy(update=wrong)})
    refused = await open_episode(pool, mad)
    assert (refused.status, refused.facts) == ("inadmissible", ())
    assert [fault.split()[0] for fault in refused.faults] == [
        "overdue_since",
        "currency",
        "parties.0.zone:",
        "parties.1.party_id",
        "parties.1.zone:",
    ]
    assert await stream_state(pool, "loan:L-1") is None
    await open_episode(pool, sane)
    other = mad.model_copy(update={"chain": "chain-b", "run_id": "run-b"})
    assert (await open_episode(pool, other)).status == "taken_over"


async def test_an_unknown_policy_opens_nothing_and_writes_nothing(pool: Pool, policy: str) -> None:
    refused = await open_episode(pool, opening(policy="no_such"))
    assert (refused.status, refused.facts) == ("unknown_policy", ())
    assert await pool.fetchval("SELECT count(*) FROM stream") == 0


async def test_a_case_that_is_open_needs_no_policy_any_more(pool: Pool, policy: str) -> None:
    await open_episode(pool, opening())
    assert (await open_episode(pool, opening(policy="no_such", chain="chain-b"))).status == "taken_over"


async def test_the_request_chooses_by_name_version_or_digest(pool: Pool, policy: str) -> None:
    second = await publish_policy(pool, strategy("2"), "tests")
    for number, (ref, expected) in enumerate(
        [("default@1", policy), ("default", second), (None, second), (policy, policy)]
    ):
        opened = await open_episode(pool, opening(f"P-{number}", policy=ref))
        assert opened.policy == expected


# --- closing and reopening ----------------------------------------------------------------------------------------


async def test_an_episode_that_was_closed_answers_closed_with_all_its_facts(pool: Pool, case: Desk) -> None:
    await case.tell(closing("c1"))
    for chain in ("chain-a", "chain-b"):
        answer = await open_episode(pool, opening(chain=chain))
        assert (answer.status, answer.epoch) == ("closed", 1)
        assert list(answer.facts) == case.facts


async def test_a_new_episode_opens_after_a_closed_one_in_the_same_stream(pool: Pool, case: Desk) -> None:
    await case.tell(closing("c1"))
    second = await open_episode(pool, opening(chain="chain-b", overdue_since=LATER))
    assert (second.status, second.epoch) == ("opened", 2)
    assert ids(second) == ["episode:2027-02-01", "c1", f"episode:{LATER}"]
    assert (await append(pool, case.call(decision("d1"), decided_on=3))).status == "stale_epoch"
    await append(pool, case.call(closing("c2"), epoch=2, decided_on=3))
    assert (await open_episode(pool, opening(chain="chain-c"))).status == "closed", "the first one opened once"


async def test_a_closed_episode_is_reopened_under_the_next_epoch(pool: Pool, policy: str, case: Desk) -> None:
    await case.tell(closing("c1"))
    await publish_policy(pool, strategy("2"), "tests")
    again = await reopen_episode(pool, opening(chain="chain-b"))
    assert (again.status, again.epoch, again.policy) == ("opened", 2, policy)
    assert again.facts[-1].body == EpisodeReopened(epoch=2)
    state = await case.state()
    assert (state.state, state.chain) == ("open", "chain-b")
    assert (await reopen_episode(pool, opening(chain="chain-b"))).status == "continued"
    assert (await append(pool, case.call(decision("d1")))).status == "stale_epoch"


async def test_an_episode_may_be_closed_and_reopened_again_and_again(pool: Pool, case: Desk) -> None:
    for number in range(3):
        await case.tell(closing(f"c{number}"))
        again = await reopen_episode(pool, opening())
        assert (again.status, again.epoch) == ("opened", number + 2)
        case.epoch, case.facts = again.epoch, list(again.facts)
    assert [broken async for broken in broken_links(pool)] == []


# --- the borrower's facts ----------------------------------------------------------------------------------------


async def test_an_opening_mirrors_what_the_borrower_said_before(pool: Pool, policy: str) -> None:
    await record_borrower_fact(pool, "B-1", OPT_OUT)
    await record_borrower_fact(pool, "B-1", STOP)
    opened = await open_episode(pool, opening())
    assert ids(opened) == ["episode:2027-02-01", "borrower:opt-1", "borrower:stop-1"]
    mirrored = opened.facts[1]
    assert (mirrored.body, mirrored.actor, mirrored.source) == (OPT_OUT.body, "c-7", "desk")


async def test_what_was_said_while_the_case_was_closed_is_mirrored_when_it_opens_again(pool: Pool, case: Desk) -> None:
    await record_borrower_fact(pool, "B-1", OPT_OUT)
    await case.tell()
    await case.tell(closing("c1"))
    assert await record_borrower_fact(pool, "B-1", STOP) == ()
    again = await reopen_episode(pool, opening(chain="chain-b"))
    assert ids(again)[-2:] == ["episode:2027-02-01:reopened:2", "borrower:stop-1"]
    assert ids(again).count("borrower:opt-1") == 1


async def test_a_reopening_by_append_mirrors_too(pool: Pool, case: Desk) -> None:
    await case.tell(closing("c1"))
    await record_borrower_fact(pool, "B-1", STOP)
    said = await case.tell(reopening("r1", epoch=1))
    assert [fact.fact_id for fact in said.facts] == ["r1", "borrower:stop-1"]


async def test_a_loan_under_another_borrower_is_refused_with_both_names(pool: Pool, case: Desk) -> None:
    with pytest.raises(BorrowerMismatch, match=r"L-1 belongs to borrower B-1 .* says B-2"):
        await open_episode(pool, opening(borrower_id="B-2"))
    assert await stream_state(pool, "borrower:B-2") is None


# --- what is open -------------------------------------------------------------------------------------------------


async def test_open_loans_can_be_started_again_from_the_ledger_alone(pool: Pool, case: Desk) -> None:
    other = await Desk.open(pool, "L-2", "B-2")
    await other.tell(closing("c1"))
    await Desk.open(pool, "L-0", "B-2", chain="chain-z")
    await case.tell(payment("p1"))
    await open_episode(pool, opening(chain="chain-b", run_id="run-9"))
    found = await open_loans(pool)
    assert [(loan.loan_id, loan.borrower_id, loan.epoch, loan.chain, loan.run_id) for loan in found] == [
        ("L-0", "B-2", 1, "chain-z", "run-1"),
        ("L-1", "B-1", 2, "chain-b", "run-9"),
    ]
    assert found[1].request == opening().request
    assert found[1].head == await head(pool, "loan:L-1")


async def test_opening_and_borrower_facts_at_once_neither_deadlock_nor_miss_a_mirror(pool: Pool) -> None:
    await publish(pool)
    said = [OPT_OUT.model_copy(update={"fact_id": f"opt-{n}"}) for n in range(12)]
    await asyncio.gather(
        *(record_borrower_fact(pool, "B-1", fact) for fact in said),
        *(open_episode(pool, opening(f"L-{n}")) for n in range(8)),
    )
    for number in range(8):
        mirrored = {fact.fact_id for fact in await facts(pool, f"loan:L-{number}")}
        assert {f"borrower:opt-{n}" for n in range(12)} <= mirrored
    assert [broken async for broken in broken_links(pool)] == []
