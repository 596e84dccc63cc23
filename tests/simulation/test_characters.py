"""Each character true to itself, by example."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.contact import Channel
from simulation.model import Act, Character
from simulation.occasion import posted_by
from simulation.scene import NEGOTIATION
from tests.simulation.lives import NOW, Life, every_life

DAY = timedelta(days=1)
SEEDS = range(6)


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    """All of them, lived once."""
    return every_life()


def of(lives: list[Life], character: Character) -> list[Life]:
    """Those of one character."""
    found = [life for life in lives if life.borrower.character == character]
    assert found
    return found


def posted_at(act: Act) -> datetime:
    """When a payment's money came."""
    moved = posted_by(act)
    assert moved is not None
    return moved.posted_at


def results(life: Life, *channels: Channel) -> list[str]:
    """What contacts by these channels came to, in order."""
    keys = [contact.key for contact in life.contacts if contact.channel in channels]
    said = [(act.cause, act.payload.get("command", act.payload).get("result")) for act in life.acts if act.cause]
    told = {cause: result for cause, result in said if result}
    return [str(told[key]) for key in keys if key in told]


# --- who pays by themselves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_who_forgets_pays_on_the_first_or_second_message(seed: int):
    """In full, once, and goes on paying what falls due; some forget the next instalment, and pay when reminded."""
    life = Life("forgets", seed)
    for n in range(3):
        life.contact("sms", NOW + 4 * n * DAY)
    assert len(life.payments) == 1
    assert life.arrears(NOW + 8 * DAY) == 0
    going_on = len(life.of("payment")) - 1
    assert going_on in (0, 3)
    if going_on:
        assert life.arrears(NOW + 60 * DAY) == 0
    else:
        life.contact("sms", NOW + 60 * DAY)
        assert life.arrears(NOW + 63 * DAY) == 0
        assert life.arrears(NOW + 100 * DAY) == 0


def test_instalments_paid_in_time_are_paid_once():
    """Whoever pays twice within a month has one payment for each instalment to come."""
    life = Life("forgets", 1)
    life.contact("human_call", NOW)
    life.contact("human_call", NOW + 20 * DAY)
    references = [act.payload["reference"] for act in life.of("payment")]
    assert len(references) == len(set(references))


def ways_of_asking() -> set[str]:
    """How those ask who need time, over many seeds."""
    found = set()
    for seed in range(12):
        life = Life("needs_time", seed)
        for n in range(3):
            life.contact("sms", NOW + 4 * n * DAY)
        asked = [act for act in life.acts if act.kind not in ("payment", "contact_result")]
        assert len(asked) == 1
        found.add(asked[0].what)
        assert len(life.payments) in (2, 3)
        last = posted_at(life.payments[-1])
        assert life.arrears(last) == 0
        assert life.arrears(last - timedelta(seconds=1)) > 0
    return found


def test_who_needs_time_asks_and_pays_in_parts():
    """By ringing, by the link in a message, or at a branch; then in two or three parts, until nothing is left."""
    assert ways_of_asking() == {"record_contact", "inbound_contact", "accept_promise"}


def test_who_asks_for_time_on_the_phone():
    """No contact is wanted before the first part; called again meanwhile, they promise the next."""
    life = Life("needs_time", 3)
    asked = life.until_said("needs_time", "human_call")
    first, second, *_ = life.payments
    assert datetime.fromisoformat(asked.payload["quiet_until"]) > posted_at(first)
    assert asked.payload["wish"] == "time"
    (record,) = [
        act for act in life.contact("human_call", posted_at(first) + DAY, template=NEGOTIATION) if act.kind != "payment"
    ]
    if record.payload["result"] == "right_party":
        assert record.payload["promise"]["amount"] == second.payload["amount"]


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
    assert 3 * DAY <= returned.posted_at - posted.posted_at <= 5 * DAY
    assert life.arrears(posted.posted_at) == 0
    assert life.arrears(returned.posted_at) > 0
    life.contact("sms", NOW + 20 * DAY)
    assert len(life.payments) == 2
    assert len(life.of("reversal")) == 1
    assert life.arrears(NOW + 22 * DAY) == 0


@pytest.mark.parametrize("seed", range(8))
def test_who_opts_out(seed: int):
    """The first text message brings an opt-out within hours, and the money weeks later without another word."""
    life = Life("opts_out", seed)
    life.contact("sms", NOW)
    (fact,), (paid,) = life.of("borrower_fact"), life.payments
    assert fact.payload["kind"] in ("channel_opted_out", "contact_stopped")
    assert fact.at <= NOW + timedelta(hours=6)
    assert 8 * DAY <= paid.at - NOW <= 22 * DAY
    life.contact("sms", NOW + 4 * DAY)
    assert len(life.of("borrower_fact")) == 1
    assert len(life.payments) == 1


# --- who has something against it ----------------------------------------------------------------------------------


def test_disputes_are_said_once(lives: list[Life]):
    """By phone or by the link; told again, they refuse or pay."""
    for life in of(lives, "disputes"):
        said = life.of("record_contact") + life.of("contact_result") + life.of("inbound_contact")
        disputed = [a for a in said if a.payload.get("result") == "disputed" or a.payload.get("intent") == "disputes"]
        assert len(disputed) == 1


def test_who_complains_does_so_once_and_then_pays(lives: list[Life]):
    """Not before the third contact; somebody is to answer it."""
    for life in of(lives, "complains"):
        (complaint,) = life.of("open_complaint")
        assert complaint.at > life.contacts[2].as_of
        assert life.payments
        assert life.payments[0].at > complaint.at


def test_some_complaints_are_complicated():
    """One in three, of who complains of how often it is."""
    found = set()
    for seed in range(16):
        life = Life("complains", seed)
        for n in range(4):
            life.contact("sms", NOW + 4 * n * DAY)
        found |= {act.payload["command"]["complicated"] for act in life.of("open_complaint")}
    assert found == {True, False}


def test_some_complain_of_the_collector_whom_they_shouted_at():
    """Once, by the collector's name; the others let it be."""
    complained = []
    for seed in range(16):
        life = Life("is_hostile", seed)
        first = life.until_said("hostile", "human_call")
        life.contact("human_call", NOW + 200 * DAY)
        of_it = life.of("open_complaint")
        complained.append(len(of_it))
        assert all(act.payload["command"]["against"] == [first.payload["by"]] for act in of_it)
    assert set(complained) == {0, 1}


def test_parts_are_promised_at_a_branch():
    """All that is overdue, in two or three parts on the days on which they are paid; a supervisor takes it down."""
    found = 0
    for seed in range(12):
        life = Life("needs_time", seed)
        for n in range(3):
            life.contact("sms", NOW + 4 * n * DAY)
        for act in life.of("accept_promise"):
            found += 1
            command = act.payload["command"]
            parts = [(command["amount"], command["pay_by"]), *((p["amount"], p["due_on"]) for p in command["then"])]
            paid = [(one.payload["amount"], posted_at(one).date().isoformat()) for one in life.payments]
            assert [amount for amount, _ in parts] == [amount for amount, _ in paid]
            assert all(
                abs(date.fromisoformat(a) - date.fromisoformat(b)) <= DAY
                for (_, a), (_, b) in zip(parts, paid, strict=True)
            )
            assert command["role"] == "supervisor"
            assert len(parts) > 1
    assert found


def test_others_are_asked_in_the_borrowers_stead():
    """One guarantor in three pays on the letter; one contact in three passes it on, and the borrower rings and promises."""
    paid, rang = [], []
    for seed in range(20):
        life = Life("lost_contact", seed)
        life.contact("letter", NOW, template="guarantor_letter")
        assert [act.payload["result"] for act in life.of("contact_result")] == ["delivered"]
        paid.append(bool(life.payments))
        other = Life("lost_contact", seed)
        other.contact("human_call", NOW, template="locate_call")
        told = [act.payload["result"] for act in other.of("record_contact") if act.payload["attempt"]]
        assert set(told) <= {"answered", "no_answer"}
        calls = [act for act in other.of("record_contact") if act.payload["attempt"] is None]
        rang.append(bool(calls))
        assert bool(other.payments) == bool(calls)
    assert set(paid) == set(rang) == {True, False}


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_hostile_is_so_to_one(seed: int):
    """The next collector is another, who must not be the first; then it is a promise, or a refusal."""
    life = Life("is_hostile", seed)
    first = life.until_said("hostile", "human_call")
    later = []
    for n in range(8):
        acts = life.contact("human_call", NOW + (90 + 4 * n) * DAY, exclude=(first.payload["by"],))
        later += [act for act in acts if act.kind == "record_contact"]
    assert all(act.payload["by"] != first.payload["by"] for act in later)
    said = {act.payload["result"] for act in later}
    assert said <= {"promised", "refused", "no_answer"}
    assert ("refused" in said) == (not life.payments)


# --- whom something has befallen -----------------------------------------------------------------------------------


def test_who_cannot_pay_has_a_tenth(lives: list[Life]):
    """A token payment once at most: the arrears stay."""
    for life in of(lives, "cannot_pay"):
        assert len(life.of("payment")) <= 1
        assert life.arrears(NOW + 80 * DAY) > 0


def test_who_fell_ill_would_like_a_plan():
    """Illness, low ability, a wish; half of them are held at once by the collector who heard it."""
    holds = 0
    for seed in range(10):
        life = Life("falls_ill", seed)
        told = life.until_said("right_party", "human_call", template=NEGOTIATION)
        assert (told.payload["wish"], told.payload["overdue_reason"]) == ("plan", "illness")
        assert told.payload["ability"] == "low"
        assert not life.of("payment")
        holds += len(life.of("open_hold"))
    assert 0 < holds < 10


def test_who_is_distressed_is_so_once():
    """Then calm, with a wish for instalments."""
    life = Life("is_distressed")
    life.until_said("distressed", "human_call")
    later = life.until_said("right_party", "human_call")
    assert later.payload["wish"] == "plan"


# --- who is pressed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["will_not_pay", "lost_contact", "refuses", "settles", "gives_in_at_court"])
def test_who_does_not_pay_for_being_asked(character: Character, lives: list[Life]):
    """Not a cent; and who is lost is never reached."""
    for life in of(lives, character):
        assert life.of("payment") == []
        if character == "lost_contact":
            said = {act.payload.get("command", act.payload)["result"] for act in life.acts}
            assert said <= {"undeliverable", "wrong_number", "no_answer", "moved"}
        if character == "refuses":
            assert set(results(life, "human_call", "visit")) <= {"refused", "no_answer", "nobody"}


@pytest.mark.parametrize("seed", SEEDS)
def test_broken_promises(seed: int):
    """Two promises on the phone, half of them or nothing paid; then no answer. At the door it is promised, and paid."""
    life = Life("breaks_promises", seed)
    for n in range(10):
        life.contact("human_call", NOW + 10 * n * DAY)
    promised = [act for act in life.of("record_contact") if act.payload["result"] == "promised"]
    assert len(promised) == 2
    for act in promised:
        due = datetime.fromisoformat(f"{act.payload['promise']['due_on']}T23:59:00+08:00")
        assert life.arrears(due) > 0
    life.until_said("promised", "visit")
    paid = life.payments[-1]
    assert life.arrears(posted_at(paid)) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_who_promises_at_the_door(seed: int):
    """Never picks up; to the people at the door promises all that is overdue, and pays it by then."""
    life = Life("promises_at_visit", seed)
    for n in range(3):
        life.contact("human_call", NOW + 4 * n * DAY)
    assert set(results(life, "human_call")) == {"no_answer"}
    visit = life.until_said("promised", "visit")
    promise = visit.payload.get("command", visit.payload)["promise"]
    (paid,) = life.payments
    assert Decimal(promise["amount"]) == Decimal(paid.payload["amount"])
    assert promise["due_on"] >= paid.payload["value_date"]


def test_who_settles_wishes_to_when_called_for_it():
    """A third also opens the door for it."""
    life = Life("settles")
    told = life.until_said("right_party", "human_call", template=NEGOTIATION)
    assert told.payload["wish"] == "settlement"
    at_the_door = set()
    for seed in range(12):
        other = Life("settles", seed)
        for n in range(4):
            other.contact("visit", NOW + 10 * n * DAY)
        at_the_door |= set(results(other, "visit"))
    assert {"met", "refused"} <= at_the_door
