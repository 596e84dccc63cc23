"""What operators may do, decided on the case alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from schemas.facts import CaseClosed, CommandRefused, ContactRecorded, Paused, Resumed
from schemas.means import Means
from schemas.messages import CloseByBank, Pause, RecordContact, Resume
from tests.domain.casework import NOON, Life


def refused(fact: object) -> str:
    """The rule of a refusal."""
    assert isinstance(fact, CommandRefused), fact
    assert fact.why
    return fact.rule


def test_a_pause_is_taken_once() -> None:
    """A second one would hide the first's reason; after its end a new one is taken."""
    life = Life()
    until = NOON + timedelta(days=2)
    fact = life.judge(Pause(by="o", reason="x", until=until))
    assert fact == Paused(reason="x", until=until)
    life.tell(fact)
    assert refused(life.judge(Pause(by="o", reason="y"))) == "pause.already"
    later = until + timedelta(seconds=1)
    assert isinstance(life.judge(Pause(by="o", reason="y"), later), Paused)


def test_resume_needs_something_to_resume() -> None:
    """Paused, parked or handed to a person."""
    life = Life()
    assert refused(life.judge(Resume(by="o", reason="x"))) == "resume.nothing"
    life.tell(Paused(reason="x"))
    assert life.judge(Resume(by="o", reason="x")) == Resumed(reason="x")


def test_a_conversation_about_the_debt_needs_the_identity_check() -> None:
    """Nobody else is told of it (CBA guideline 2026: identity verified)."""
    life = Life()
    told = RecordContact(by="c", result="promised")
    assert refused(life.judge(told)) == "record.identity"
    verified = told.model_copy(update={"identity_verified": True})
    assert isinstance(life.judge(verified), ContactRecorded)


def test_an_unknown_attempt_is_refused() -> None:
    """A record belongs to a contact that was made, or to a call that came in."""
    life = Life()
    command = RecordContact(by="c", attempt="L9:1", result="no_answer")
    assert refused(life.judge(command)) == "record.unknown_attempt"


def test_what_is_reported_is_in_whole_cents() -> None:
    """A figure finer than the loan's currency would be shown rounded ever after; of self-harm the record comes first."""
    life = Life()
    fine = Means(income=Decimal("5000.005"))
    said = RecordContact(by="c", result="right_party", identity_verified=True, means=fine)
    assert refused(life.judge(said)) == "terms.minor_unit"
    whole = said.model_copy(update={"means": Means(income=Decimal("5000.00"))})
    assert isinstance(life.judge(whole), ContactRecorded)
    assert isinstance(life.judge(said.model_copy(update={"result": "self_harm"})), ContactRecorded)


def test_a_closed_case_takes_no_commands() -> None:
    """And says so."""
    life = Life()
    closing = life.judge(CloseByBank(by="o", reason="sold"))
    assert isinstance(closing, CaseClosed)
    life.tell(closing)
    assert refused(life.judge(Pause(by="o", reason="x"))) == "case.closed"
