"""Figures of a book, out of facts in a real ledger; and which loans a seed draws."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from domain.conduct import decide
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.pool import Pool
from operations.carrying import sample
from operations.pacing import Pace
from reports import book
from reports.chart import cases_by_state, sampled
from reports.flow import flow
from reports.flow_chart import stage_flow
from reports.lives import lives
from reports.tally import tally
from schemas.authority import Reminder, WatchReminder
from schemas.contact import ConductFacts, Finding, Standing, Verdict, VerdictKind
from schemas.facts import (
    AccountRead,
    AgreementMade,
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    ContactStopped,
    Cured,
    Fact,
    HandedToPerson,
    HoldEnded,
    HoldOpened,
    PaymentPosted,
    PaymentReversed,
    Resumed,
)
from schemas.ledger import NewFact
from schemas.loan import Account, Instalment, Transaction
from schemas.policy import Negotiation
from schemas.terms import Part, PlanTerms
from tests.ledger.support import NOON, Desk, closing, decision, payment, proposal, publish, rulebook, strategy

DAY = timedelta(days=1)


def fact(fact_id: str, body: Fact, days: int = 0) -> NewFact:
    """A fact some days after the opening."""
    return NewFact(fact_id=fact_id, occurred_at=NOON + days * DAY, source="tests", body=body)


def reading(fact_id: str, *transactions: Transaction, arrears: str = "500.00") -> NewFact:
    """The account as core banking quotes it."""
    account = Account(
        loan_id="L-1",
        as_of=NOON,
        currency="CNY",
        instalments=(),
        transactions=transactions,
        arrears=Decimal(arrears),
        outstanding=Decimal("9000"),
    )
    return fact(fact_id, AccountRead(account=account))


def paid(reference: str, amount: str) -> Transaction:
    """A payment in core banking's books."""
    return Transaction(reference=reference, amount=Decimal(amount), value_date=date(2027, 3, 1))


def refused(attempt: str, verdict: VerdictKind, *rules: str) -> NewFact:
    """A contact that the guard did not let out."""
    findings = tuple(Finding(rule=rule, verdict=verdict) for rule in rules)
    ruling = Verdict(verdict=verdict, findings=findings, rulebook="0" * 64)
    return fact(f"{attempt}:refused", AttemptRefused(proposal=proposal(attempt), verdict=ruling))


def allowed(attempt: str) -> AttemptReserved:
    """A reservation as the guard makes it."""
    verdict = decide(proposal(attempt), ConductFacts(standing=Standing()), NOON, rulebook(), "0" * 64)
    assert verdict.verdict == "allow"
    return AttemptReserved(proposal=proposal(attempt), verdict=verdict)


async def test_money_counts_each_payment_once_whatever_brought_the_news(pool: Pool):
    """By signal, by a later reading, by both; what was paid before the first reading is no collection."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(reading("r1", paid("old", "80.00")))
    await desk.tell(payment("p1", "100.00"), payment("p2", "200.00"))
    await desk.tell(
        reading("r2", paid("old", "80.00"), paid("p1", "100.00"), paid("lost-signal", "50.00"), arrears="9.00")
    )
    await desk.tell(fact("reversal:b1", PaymentReversed(reference="b1", reverses="p2", value_date=date(2027, 3, 4))))
    (money,) = await book.money(pool, ["L-1"])
    assert (money.currency, money.loans, money.arrears) == ("CNY", 1, Decimal("500.00"))
    assert (money.payments, money.paid, money.taken_back) == (3, Decimal("350.00"), Decimal("200.00"))
    assert money.collected == Decimal("150.00")


async def test_contacts_are_counted_by_channel_if_made_and_by_rule_if_not(pool: Pool):
    """A contact that two rules refused is one contact, and counts under both."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(fact("a1:reserved", allowed("L-1:a1")))
    await desk.tell(fact("a1:sent", AttemptSent(attempt="L-1:a1")))
    await desk.tell(refused("L-1:a2", "block", "T.STOP", "T.OPT_OUT"))
    await desk.tell(refused("L-1:a3", "defer", "T.HOURS"))
    await desk.tell(fact("a4:reserved", allowed("L-1:a4")))
    await desk.tell(fact("a4:released", AttemptReleased(attempt="L-1:a4", code="newer_facts")))
    counted = {(c.fate, c.reason): c.count for c in await book.contacts(pool, ["L-1"])}
    assert counted == {
        ("made", None): 1,
        ("made", "sms"): 1,
        ("refused", None): 1,
        ("refused", "T.STOP"): 1,
        ("refused", "T.OPT_OUT"): 1,
        ("deferred", None): 1,
        ("deferred", "T.HOURS"): 1,
        ("given up before sending", None): 1,
        ("given up before sending", "newer_facts"): 1,
    }


def owing(fact_id: str, *transactions: Transaction) -> NewFact:
    """An account with 1,050.00 overdue for a month."""
    account = Account(
        loan_id="L-1",
        as_of=NOON,
        currency="CNY",
        instalments=(Instalment(number=1, due_on=date(2027, 2, 1), principal=Decimal("1050")),),
        transactions=transactions,
        arrears=Decimal("1050"),
        outstanding=Decimal("1050"),
    )
    return fact(fact_id, AccountRead(account=account))


async def contacting(desk: Desk, attempt: str) -> None:
    """Reserve and begin to send, whatever the protocol would say to it."""
    await desk.tell(fact(f"{attempt}:reserved", allowed(f"L-1:{attempt}")))
    await desk.tell(fact(f"{attempt}:sending", AttemptSending(attempt=f"L-1:{attempt}")))


async def test_a_contact_after_a_payment_is_found(pool: Pool):
    """Sent although the ledger knew of money that covers all arrears: by signal, by value date to come, by an account.

    In arrears it may be sent: before the payment, after a part of it, after it was taken back.
    """
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(owing("r1"))
    await contacting(desk, "a1")
    await desk.tell(payment("part", "1000.00"))
    await contacting(desk, "a2")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 0
    later = PaymentPosted(reference="rest", amount=Decimal("50.00"), currency="CNY", value_date=date(2027, 3, 5))
    await desk.tell(fact("payment:rest", later))
    await contacting(desk, "a3")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 1
    await desk.tell(fact("reversal:x", PaymentReversed(reference="x", reverses="part", value_date=date(2027, 3, 1))))
    await contacting(desk, "a4")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 1
    await desk.tell(owing("r2", paid("core-only", "1000.00")))
    await contacting(desk, "a5")
    assert await book.contacts_after_payment(pool, ["L-1", "L-9"]) == 2


def two_instalments(*due: date) -> NewFact:
    """A reading of the account: the first instalment is overdue, the other is to come."""
    account = Account(
        loan_id="L-1",
        as_of=NOON,
        currency="CNY",
        instalments=tuple(
            Instalment(number=n, due_on=day, principal=Decimal("1050")) for n, day in enumerate(due, start=1)
        ),
        arrears=Decimal("1050"),
        outstanding=Decimal("2100"),
    )
    return fact("r1", AccountRead(account=account))


async def reminding(desk: Desk, attempt: str) -> None:
    """A message about an agreed part begins to go out."""
    wanted = proposal(f"L-1:{attempt}").model_copy(update={"template": "agreed", "purpose": "reply"})
    await desk.tell(fact(f"{attempt}:reserved", allowed(f"L-1:{attempt}").model_copy(update={"proposal": wanted})))
    await desk.tell(fact(f"{attempt}:sending", AttemptSending(attempt=f"L-1:{attempt}")))


async def test_a_reminder_of_an_agreed_part_is_no_contact_after_a_payment(pool: Pool):
    """Who keeps a plan over the balance is in no arrears, and a part of it is due all the same. A demand is one, and so is a
    reminder once all was paid."""
    await publish_rulebook(pool, rulebook(), "tests", NOON - 9999 * DAY)
    talks = Negotiation(reminder=Reminder(template="agreed"))
    await publish_policy(pool, strategy().model_copy(update={"negotiation": talks}), "tests")
    desk = await Desk.open(pool)
    await desk.tell(two_instalments(date(2027, 2, 1), date(2027, 6, 1)))
    parts = (Part(amount=Decimal(1100), due_on=date(2027, 2, 26)), Part(amount=Decimal(1000), due_on=date(2027, 3, 20)))
    agreed = AgreementMade(
        agreement="P-1",
        terms=PlanTerms(parts=parts),
        terms_hash="0" * 64,
        channel="call",
        taken_by="collector-1",
        identity_verified=True,
    )
    await desk.tell(fact("agreed", agreed))
    await desk.tell(payment("first", "1100.00"))
    await reminding(desk, "a1")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 0
    await contacting(desk, "a2")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 1
    await desk.tell(payment("second", "1000.00"))
    await reminding(desk, "a3")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 2


async def test_a_reminder_of_the_next_instalment_is_no_contact_after_a_payment(pool: Pool):
    """Of who is cured and watched, while it is not paid; once it is, the same message is one."""
    await publish_rulebook(pool, rulebook(), "tests", NOON - 9999 * DAY)
    ahead = WatchReminder(template="agreed", days_before=3)
    await publish_policy(pool, strategy().model_copy(update={"watch_instalments": 1, "watch_reminder": ahead}), "tests")
    desk = await Desk.open(pool)
    await desk.tell(two_instalments(date(2027, 2, 1), date(2027, 3, 8)))
    await desk.tell(payment("first", "1050.00"))
    await desk.tell(fact("cured", Cured(rule="money.cured", why="paid")))
    await reminding(desk, "a1")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 0
    await desk.tell(payment("second", "1050.00"))
    await reminding(desk, "a2")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 1


async def test_a_contact_of_a_closed_case_is_found(pool: Pool):
    """In arrears or not: the bank had ended it."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(owing("r1"))
    await desk.tell(closing("c"))
    await contacting(desk, "a1")
    assert await book.contacts_after_payment(pool, ["L-1"]) == 1


async def test_a_case_is_where_its_last_turn_took_it(pool: Pool, tmp_path: Path):
    """Opened, contacted, with a person, back, held by a borrower's fact, closed; and the picture shows the same."""
    await publish(pool)
    desk = await Desk.open(pool)
    await Desk.open(pool, "L-2", "B-2", "chain-b")
    await desk.tell(decision("e1:contact"))
    await desk.tell(fact("h", HandedToPerson(rule="policy.person", why="every rung climbed"), 10))
    watched = await lives(pool, ["L-1", "L-2"])
    assert book.with_people(watched.turns) == {("policy.person", "every rung climbed"): 1}
    await desk.tell(fact("r", Resumed(reason="new_number"), 12))
    await desk.tell(fact("s", ContactStopped(reason="borrower_request"), 14))
    await desk.tell(closing("c").model_copy(update={"occurred_at": NOON + 20 * DAY}))
    assert [turn.state for turn in await watched.look(pool)] == ["contact", "held", "cured"], "it reads on"
    turns = (await lives(pool, ["L-1", "L-2"])).turns
    assert [t.state for t in turns if t.loan_id == "L-1"] == [
        "assessment",
        "contact",
        "person",
        "contact",
        "held",
        "cured",
    ]
    assert book.outcomes(turns) == {"assessment": 1, "cured": 1}
    _, counts = sampled(turns, NOON, NOON + 20 * DAY, steps=20)
    assert (dict(counts[0]), dict(counts[11]), dict(counts[20])) == (
        {"contact": 1, "assessment": 1},
        {"person": 1, "assessment": 1},
        {"cured": 1, "assessment": 1},
    )
    drawn = cases_by_state(turns, tmp_path / "reports" / "book.png", "two loans")
    assert drawn is not None
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert cases_by_state([], tmp_path / "none.png", "no loans") is None


async def test_a_book_flows_through_its_stages(pool: Pool, tmp_path: Path):
    """How often each was come into, how long the stays were, what was paid there, where cases went; drawn and counted."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(decision("e1:contact"))
    await desk.tell(fact("h", HoldOpened(hold="h-1", hold_kind="dispute", reason="amount"), 10))
    await desk.tell(fact("payment:p", paid_later("300.00"), 12))
    await desk.tell(fact("e", HoldEnded(hold="h-1", reason="answered"), 16))
    of = (await lives(pool, ["L-1"])).of.values()
    through = flow(of, NOON + 20 * DAY)
    assert {n.state: (n.loans, n.entered, n.stay, n.now) for n in through.nodes if n.state != "assessment"} == {
        "contact": (1, 2, 7 * DAY, 1),  # ten days, and four that go on
        "held": (1, 1, 6 * DAY, 0),
    }
    assert {n.state: n.paid for n in through.nodes if n.paid} == {"held": Decimal("300.00")}
    assert through.towards("contact") == [("held", 1)]
    assert through.towards("held") == [("contact", 1)]
    assert dict(tally(of, NOON).holds) == {"dispute": 1}
    drawn = stage_flow(through, tmp_path / "stages.png", "one loan", "CNY")
    assert drawn is not None
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert stage_flow(flow([], NOON), tmp_path / "none.png", "no loans", "CNY") is None


def paid_later(amount: str) -> PaymentPosted:
    """A payment."""
    return PaymentPosted(reference="P", amount=Decimal(amount), currency="CNY", value_date=date(2027, 3, 12))


async def test_what_the_ledger_knows_of_loans(pool: Pool):
    """Under which borrower, whether open, and which episodes; nothing of others."""
    await publish(pool)
    desk = await Desk.open(pool)
    await desk.tell(closing("c"))
    assert await book.known(pool, ["L-1", "L-9"]) == {
        "L-1": book.Known(borrower_id="B-1", is_open=False, episodes=frozenset({"episode:2027-02-01"}))
    }
    assert await book.opened(pool, ["L-1", "L-9"]) == 1
    assert (await book.requests(pool, ["L-1"]))["L-1"].borrower_id == "B-1"


async def test_starting_waits_until_earlier_cases_have_got_somewhere(pool: Pool):
    """One case may be on its way here: the next waits for its assessment."""
    await publish(pool)
    desk = await Desk.open(pool)
    pace = Pace(pool, limit=1, patience=60)
    await pace.room()
    pace.begin("L-1")
    waiting = asyncio.create_task(pace.room())
    done, _ = await asyncio.wait({waiting}, timeout=0.5)
    assert not done
    await desk.tell(decision("e1:contact"))
    await asyncio.wait_for(waiting, 60)
    assert not pace.given_up


async def test_starting_does_not_wait_for_ever_where_nobody_works(pool: Pool):
    """No worker: after a while the rest is started all the same. A case that could not be started is not waited for."""
    pace = Pace(pool, limit=1, patience=0.3)
    pace.begin("L-1")
    pace.end("L-1")
    await pace.room()
    assert not pace.given_up
    pace.begin("L-2")
    await asyncio.wait_for(pace.room(), 60)
    assert pace.given_up


def test_a_seed_draws_the_same_borrowers_whole():
    """All loans of a borrower or none, whatever order the book was in."""
    borrowers = {f"L-{n}": f"B-{n // 2}" for n in range(40)}
    drawn = sample(borrowers, 5, 7)
    assert drawn == sample(dict(reversed(borrowers.items())), 5, 7)
    assert drawn != sample(borrowers, 5, 8)
    assert sorted(map(len, drawn.values())) == [2, 2, 2]
    assert sample(borrowers, 1000, 7).keys() == set(borrowers.values())
