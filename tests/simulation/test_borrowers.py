"""Borrowers: each true to character, every act well formed, and the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.calendar import zone
from domain.money import position
from schemas.contact import Channel
from schemas.facts import BorrowerFact
from schemas.messages import ContactResultSignal, PaymentPostedSignal, PaymentReversedSignal, RecordContact
from simulation.book import CHARACTERS, loan_for, make_book
from simulation.borrowers import react, unasked
from simulation.model import AcceptedContact, Act, Character, Posted, SimulatedBorrower, SimulatedLoan, today_at_bank
from simulation.replies import History, posted_by, working_moment

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CHANNELS: tuple[Channel, ...] = ("sms", "email", "app_push", "letter", "robot_call", "human_call")
PAYLOADS = {
    "payment": TypeAdapter(PaymentPostedSignal),
    "reversal": TypeAdapter(PaymentReversedSignal),
    "contact_result": TypeAdapter(ContactResultSignal),
    "record_contact": TypeAdapter(RecordContact),
    "borrower_fact": TypeAdapter(BorrowerFact),
}
LOAN = loan_for(7, make_book(7, 1, date(2026, 11, 22)).requests[0])


class Life:
    """A borrower with one loan, contacted again and again."""

    def __init__(self, character: Character, seed: int = 7, where: str = "Asia/Shanghai", loan: SimulatedLoan = LOAN):
        self.seed, self.loan = seed, loan
        self.borrower = SimulatedBorrower(borrower_id=loan.borrower_id, character=character, zone=where)
        self.contacts: list[AcceptedContact] = []
        self.money = [Posted(transaction=t, posted_at=NOW - timedelta(days=90)) for t in loan.transactions]
        self.acts: list[Act] = []

    def contact(self, channel: Channel, at: datetime) -> tuple[Act, ...]:
        """What follows from one contact."""
        n = len(self.contacts) + 1
        contact = AcceptedContact(
            seq=n,
            system="telephony" if channel.endswith("call") else "messaging",
            key=f"{self.loan.loan_id}:{n}",
            reference=f"ref-{n}",
            loan_id=self.loan.loan_id,
            borrower_id=self.loan.borrower_id,
            channel=channel,
            contact_point_id="point",
            template="reminder",
            purpose="dunning",
            as_of=at,
            deadline=at + timedelta(hours=48) if channel == "human_call" else None,
        )
        history = History(loan=self.loan, contacts=tuple(self.contacts), money=tuple(self.money))
        acts = react(self.seed, self.borrower, contact, history)
        assert acts == react(self.seed, self.borrower, contact, history)
        self.contacts.append(contact)
        self.acts.extend(acts)
        self.money.extend(moved for act in acts if (moved := posted_by(act)))
        return acts

    def arrears(self, at: datetime) -> Decimal:
        """What is overdue at `at`."""
        moved = [item.transaction for item in self.money if item.posted_at <= at]
        return position(self.loan.instalments, moved, today_at_bank(at)).arrears

    def of(self, kind: str) -> list[Act]:
        """Acts of one kind so far, by time."""
        return sorted((act for act in self.acts if act.kind == kind), key=lambda act: act.at)


def every_life() -> list[Life]:
    """Each character under some seeds, through every channel, four days apart."""
    lives = []
    for character in sorted(set(CHARACTERS)):
        for seed in range(8):
            life = Life(character, seed, ("Asia/Shanghai", "Asia/Urumqi", "Europe/London")[seed % 3])
            for n, channel in enumerate(CHANNELS * 2):
                life.contact(channel, NOW + timedelta(days=4 * n))
            lives.append(life)
    return lives


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    """All of them, lived once."""
    return every_life()


def test_every_act_is_what_the_case_expects(lives: list[Life]):
    """Payloads are the JSON of their signals, updates and facts; nothing happens before it was caused."""
    seen = set()
    for life in lives:
        ids = [act.id for act in life.acts]
        assert len(ids) == len(set(ids))
        for act in life.acts:
            adapter = PAYLOADS[act.kind]
            assert adapter.dump_python(adapter.validate_python(act.payload), mode="json") == act.payload
            assert act.at > NOW
            seen.add(act.kind)
    assert seen == set(PAYLOADS)


def test_results_name_their_attempt(lives: list[Life]):
    """Every gateway's word and every record of a task carries a key that was used, and comes after it."""
    for life in lives:
        taken = {contact.key: contact for contact in life.contacts}
        for act in life.of("contact_result"):
            assert act.at > taken[act.payload["attempt"]].as_of
        for act in life.of("record_contact"):
            if act.payload["attempt"]:
                contact = taken[act.payload["attempt"]]
                assert contact.as_of < act.at <= (contact.deadline or act.at)
                assert contact.channel == "human_call"


def test_collectors_work_in_office_hours(lives: list[Life]):
    """Conversations are between 9:30 and 18:00 in the borrower's zone, never on a Sunday."""
    for life in lives:
        for act in life.of("record_contact"):
            local = act.at.astimezone(zone(life.borrower.zone))
            assert time(9, 30) <= local.time() < time(18)
            assert local.weekday() != 6


def test_signals_follow_the_money(lives: list[Life]):
    """Core banking shows a payment no later than its signal comes, and it is valued no later than posted."""
    for life in lives:
        for act in life.of("payment") + life.of("reversal"):
            moved = posted_by(act)
            assert moved is not None
            assert moved.posted_at <= act.at <= moved.posted_at + timedelta(hours=24)
            assert moved.transaction.value_date <= today_at_bank(moved.posted_at)


@pytest.mark.parametrize("seed", range(6))
def test_who_forgets_pays_on_the_first_or_second_message(seed: int):
    """In full, once."""
    life = Life("forgets", seed)
    life.contact("sms", NOW)
    life.contact("sms", NOW + timedelta(days=4))
    life.contact("sms", NOW + timedelta(days=8))
    assert len(life.of("payment")) == 1
    assert life.arrears(NOW + timedelta(days=8)) == 0


@pytest.mark.parametrize("seed", range(6))
def test_who_needs_time_asks_and_pays_in_parts(seed: int):
    """Two or three parts, no contact wanted before the first; nothing is left at the last."""
    life = Life("needs_time", seed)
    for n in range(3):
        life.contact("sms", NOW + timedelta(days=4 * n))
    (asked,) = life.of("record_contact")
    parts = life.of("payment")
    assert asked.payload["result"] == "needs_time"
    assert datetime.fromisoformat(asked.payload["quiet_until"]) > posted_by(parts[0]).posted_at  # pyright: ignore[reportOptionalMemberAccess]
    assert len(parts) in (2, 3)
    last = posted_by(parts[-1])
    assert last is not None
    assert life.arrears(last.posted_at) == 0
    assert life.arrears(last.posted_at - timedelta(seconds=1)) > 0


@pytest.mark.parametrize("character", ["will_not_pay", "lost_contact"])
def test_who_never_pays(character: Character, lives: list[Life]):
    """Not a cent; and who is lost is never reached."""
    mine = [life for life in lives if life.borrower.character == character]
    assert mine
    for life in mine:
        assert life.of("payment") == []
        if character == "lost_contact":
            results = {act.payload["result"] for act in life.acts}
            assert results <= {"undeliverable", "wrong_number", "no_answer"}


def test_who_cannot_pay_has_a_tenth(lives: list[Life]):
    """A token payment once at most: the arrears stay."""
    for life in lives:
        if life.borrower.character == "cannot_pay":
            assert len(life.of("payment")) <= 1
            assert life.arrears(NOW + timedelta(days=60)) > 0


@pytest.mark.parametrize("seed", range(4))
def test_a_returned_debit(seed: int):
    """The first payment cures and is taken back three to five days later; the second, after contact, stands."""
    life = Life("pays_then_reverses", seed)
    life.contact("sms", NOW)
    (paid,), (back,) = life.of("payment"), life.of("reversal")
    posted, returned = posted_by(paid), posted_by(back)
    assert posted is not None
    assert returned is not None
    assert returned.transaction.reverses == posted.transaction.reference
    assert timedelta(days=3) <= returned.posted_at - posted.posted_at <= timedelta(days=5)
    assert life.arrears(posted.posted_at) == 0
    assert life.arrears(returned.posted_at) > 0
    life.contact("sms", NOW + timedelta(days=20))
    assert len(life.of("payment")) == 2
    assert len(life.of("reversal")) == 1
    assert life.arrears(NOW + timedelta(days=22)) == 0


@pytest.mark.parametrize("seed", range(8))
def test_who_opts_out(seed: int):
    """The first text message brings an opt-out within hours, and the money weeks later without another word."""
    life = Life("opts_out", seed)
    life.contact("sms", NOW)
    (fact,), (paid,) = life.of("borrower_fact"), life.of("payment")
    assert fact.payload["kind"] in ("channel_opted_out", "contact_stopped")
    assert fact.at <= NOW + timedelta(hours=6)
    assert timedelta(days=8) <= paid.at - NOW <= timedelta(days=22)
    life.contact("sms", NOW + timedelta(days=4))
    assert len(life.of("borrower_fact")) == 1
    assert len(life.of("payment")) == 1


def test_disputes_are_said(lives: list[Life]):
    """Everybody who disputes says so sooner or later."""
    for life in lives:
        if life.borrower.character == "disputes":
            assert any(act.payload.get("result") == "disputed" for act in life.acts)


def test_who_pays_unasked():
    """One payment within ten days of the opening, and none from the others."""
    for character in sorted(set(CHARACTERS)):
        borrower = SimulatedBorrower(borrower_id=LOAN.borrower_id, character=character)
        acts = unasked(7, borrower, LOAN, NOW)
        assert [act.kind for act in acts] == (["payment"] if character == "pays_unasked" else [])
        assert all(NOW < act.at < NOW + timedelta(days=12) for act in acts)


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Europe/London", "America/New_York"]),
    st.integers(0, 240),
)
def test_a_working_moment_is_in_working_hours(earliest: datetime, where: str, turn: int):
    """Never before it was asked for, never more than two days later, always in hours; clock changes included."""
    at = working_moment(earliest, where, turn)
    local = at.astimezone(zone(where))
    assert earliest <= at <= earliest + timedelta(hours=50)
    assert time(9, 30) <= local.time() < time(18)
    assert local.weekday() != 6


def test_the_same_in_every_process():
    """Reactions do not hang on the hash seed of a process, nor on what ran before."""
    root = Path(__file__).resolve().parents[2]
    program = (
        "from tests.simulation.test_borrowers import every_life;"
        "import hashlib;"
        "print(hashlib.sha256(repr([life.acts for life in every_life()]).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1
