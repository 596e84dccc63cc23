"""Borrowers: every act well formed, in its time, and the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.calendar import zone
from domain.commands.table import NAMES
from schemas.contact import CONVERSATIONS
from schemas.facts import BorrowerFact
from schemas.messages import (
    ContactResultSignal,
    InboundContactSignal,
    PaymentPostedSignal,
    PaymentReversedSignal,
    RecordContact,
    VisitResultSignal,
)
from simulation.book import CHARACTERS
from simulation.borrowers import unasked
from simulation.model import Act, SimulatedBorrower, today_at_bank
from simulation.moments import working_moment
from simulation.occasion import posted_by
from tests.simulation.lives import LOAN, NOW, Life, every_life

PAYLOADS = {
    "payment": TypeAdapter(PaymentPostedSignal),
    "reversal": TypeAdapter(PaymentReversedSignal),
    "contact_result": TypeAdapter(ContactResultSignal),
    "inbound_contact": TypeAdapter(InboundContactSignal),
    "visit_result": TypeAdapter(VisitResultSignal),
    "record_contact": TypeAdapter(RecordContact),
    "borrower_fact": TypeAdapter(BorrowerFact),
}
COMMANDS = {name: TypeAdapter(command) for command, name in NAMES.items()}


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    """All of them, lived once."""
    return every_life()


def well_formed(act: Act) -> bool:
    """Whether its payload is the JSON of its signal, update or fact, to the last field."""
    if act.kind == "command":
        adapter, given_ = COMMANDS[act.payload["update"]], act.payload["command"]
    else:
        adapter, given_ = PAYLOADS[act.kind], act.payload
    return adapter.dump_python(adapter.validate_python(given_), mode="json") == given_


def test_every_act_is_what_the_case_expects(lives: list[Life]):
    """Payloads are the JSON of their signals, updates and facts; nothing happens before it was caused."""
    seen = set()
    for life in lives:
        caused = {contact.key: contact.as_of for contact in life.contacts}
        ids = [act.id for act in life.acts]
        assert len(ids) == len(set(ids))
        for act in life.acts:
            assert well_formed(act), act
            assert act.at > caused[act.cause or ""]
            seen.add(act.kind)
    assert seen == {*PAYLOADS, "command"}


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


def test_visits_are_reported_after_they_were_made(lives: list[Life]):
    """By signal, or by the team's leader: after the appointment, before the deadline, by as many as were sent."""
    recorded = 0
    for life in lives:
        visits = {contact.key: contact for contact in life.contacts if contact.channel == "visit"}
        reports = life.of("visit_result") + life.of("record_visit")
        assert sorted(act.payload.get("command", act.payload)["attempt"] for act in reports) == sorted(visits)
        for act in reports:
            told = act.payload.get("command", act.payload)
            visit = visits[told["attempt"]]
            assert visit.appointment is not None
            assert visit.deadline is not None
            assert visit.appointment < act.at < visit.deadline
            assert told["staff"] == visit.team
            assert told["promise"] is None or told["result"] in ("met", "promised")
            recorded += act.kind == "command"
    assert recorded


def test_only_a_talk_tells_more_than_its_result(lives: list[Life]):
    """Wishes, promises, causes and impressions are heard from people, and every talk has its identity check."""
    said = ("promise", "wish", "willingness", "ability", "overdue_reason", "quiet_until")
    heard = set()
    for life in lives:
        for act in life.of("record_contact"):
            talk = act.payload["result"] in CONVERSATIONS
            assert act.payload["identity_verified"] == talk
            told = {name for name in said if act.payload[name] is not None}
            assert talk or not told
            heard |= told
    assert heard == set(said)


def test_promises_can_be_meant(lives: list[Life]):
    """For today or later, and for no more than is owed."""
    promised = 0
    for life in lives:
        for act in life.acts:
            told = act.payload.get("command", act.payload)
            promise = told.get("promise")
            if promise:
                promised += 1
                assert promise["due_on"] >= today_at_bank(act.at).isoformat()
                assert 0 < Decimal(promise["amount"]) <= life.owed(NOW - timedelta(days=1))
    assert promised > 30


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
            assert moved.cause == act.cause
            assert moved.posted_at <= act.at <= moved.posted_at + timedelta(hours=24)
            assert moved.transaction.value_date <= today_at_bank(moved.posted_at)


def test_unasked():
    """By themselves one pays, one dies, one is declared insolvent; consent is given whoever they are."""
    wanted = {"pays_unasked": ["payment"], "dies": ["borrower_fact"], "goes_insolvent": ["open_hold"]}
    for character in sorted(set(CHARACTERS)):
        borrower = SimulatedBorrower(borrower_id=LOAN.borrower_id, character=character, opts_in=("im",))
        consent, *acts = sorted(unasked(7, borrower, LOAN, NOW), key=lambda act: act.at)
        assert (consent.payload["kind"], consent.payload["channel"]) == ("channel_opted_in", "im")
        assert all(well_formed(act) and act.at > NOW for act in acts)
        kinds = [act.what for act in acts if not act.payload.get("reference", "").startswith("inst-")]
        assert kinds == wanted.get(character, [])
        if character == "pays_unasked":
            assert acts[0].at < NOW + timedelta(days=12)


def test_what_befalls_a_borrower_befalls_them_once():
    """Two loans of one borrower: one death, one notice, one consent, under one id each."""
    other = LOAN.model_copy(update={"loan_id": "another"})
    for character in ("dies", "goes_insolvent"):
        borrower = SimulatedBorrower(borrower_id=LOAN.borrower_id, character=character, opts_in=("im",))
        first, second = ({act.id for act in unasked(7, borrower, loan, NOW)} for loan in (LOAN, other))
        assert first == second
        assert len(first) == 2


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
        "from tests.simulation.lives import every_life;"
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
