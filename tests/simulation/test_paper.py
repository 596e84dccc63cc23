"""A whole book on paper, decided by the real domain: every stage is entered, every end reached, nobody does what the rules
do not allow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.facts import Stage
from simulation.book import DEFAULT_SIZE, make_book
from tests.simulation.asking import TODAY
from tests.simulation.paper import PaperBook

BEGAN = datetime(2026, 11, 22, 2, tzinfo=UTC)
STAGES: set[Stage] = {"contact", "negotiation", "field_visit", "litigation"}
ENDS = {"cured", "paid_off", "settled", "sold", "closed_by_bank", "extinguished"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> PaperBook:
    """The demo's book, a year later."""
    book = make_book(11, DEFAULT_SIZE, TODAY)
    paper = PaperBook(book, tmp_path_factory.mktemp("paper") / "bank.sqlite", BEGAN)
    paper.carry(BEGAN + timedelta(days=365))
    return paper


def test_every_stage_and_every_end(lived: PaperBook):
    """Some are written off and go on."""
    cases = [case.case for case in lived.cases.values()]
    entered = {f.body.stage for case in lived.cases.values() for f in case.facts if f.body.kind == "stage_entered"}
    assert entered >= STAGES
    assert {case.outcome for case in cases if case.outcome} == ENDS
    assert any(case.written_off_on and case.status == "open" for case in cases)


def test_every_kind_of_act_is_delivered(lived: PaperBook):
    """Signals, facts of borrowers, and commands of people; hardly any is refused, some come too late."""
    done = {what.partition(":")[0] for what in lived.acts if what.endswith(":delivered")}
    assert done >= {
        *("payment", "reversal", "contact_result", "inbound_contact", "visit_result", "document_arrived"),
        *("court_reported", "record_contact", "borrower_fact", "record_visit", "record_court_step"),
        *("accept_promise", "offer_plan", "accept_plan", "decide_approval", "open_hold", "end_hold"),
        *("close_by_bank", "resume"),
    }
    assert len(lived.refused) <= 3, lived.refused


def test_agreements_are_kept_and_broken(lived: PaperBook):
    """Promises, plans and settlements, each kept by some; promises and plans broken by others."""
    past = {(one.kind, one.ended) for case in lived.cases.values() for one in case.case.past_agreements}
    assert past >= {("promise", "kept"), ("promise", "broken"), ("plan", "kept"), ("settlement", "kept")}


def test_settlements_are_decided_by_more_than_one_role_and_booked_as_they_were_agreed(lived: PaperBook):
    """Penalty and interest by lower ones, principal by the highest alone; core banking refuses no component."""
    table = next(iter(lived.cases.values())).strategy.authority
    assert table
    roles = set()
    for case in lived.cases.values():
        decided = {f.body.approval: f.body.role for f in case.facts if f.body.kind == "approval_decided"}
        for fact in case.facts:
            if fact.body.kind == "offer_made" and fact.body.terms.kind == "settlement":
                role = decided[fact.body.approval] if fact.body.approval else table.lowest
                roles.add(role)
                named = {part.component for part in fact.body.terms.components}
                assert role == table.highest or "principal" not in named
            assert fact.body.kind != "waiver_booked" or fact.body.made_of
            assert fact.body.kind != "parked" or fact.body.rule != "settlement.refused"
    assert len(roles) > 1


def test_the_same_again(tmp_path: Path):
    """The same seed, the same lives, to the last fact."""
    streams = []
    for run in ("one", "two"):
        paper = PaperBook(make_book(3, 6, TODAY), tmp_path / run, BEGAN)
        paper.carry(BEGAN + timedelta(days=200))
        streams.append([fact for case in paper.cases.values() for fact in case.facts])
    assert streams[0] == streams[1]
