"""People of the bank: what they answer, within which time, in which hours; and what follows from what they did."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, get_args

import pytest

from domain.calendar import zone
from domain.commands.table import NAMES
from schemas.facts import Stage
from schemas.messages import CommandOutcome
from schemas.steps import Ask, AskKind
from schemas.terms import PlanOffer
from simulation.desk import ANSWERED, Followed, Question, answer, follow
from simulation.model import BANK_ZONE, Act, Character
from simulation.moments import at_bank
from simulation.scene import NEGOTIATION
from tests.simulation.lives import NOW, Life

DAY = timedelta(days=1)
OTHERS: tuple[AskKind, ...] = ("call", "visit", "offer", "documents", "reconcile", "credit_notice")
CHARACTERS: tuple[Character, ...] = ("falls_ill", "dies", "will_not_pay", "goes_insolvent")


def asked(life: Life, kind: AskKind, about: str | None = "H-1", **more: Any) -> tuple[Act, ...]:
    """What people do when this life's case asks for something."""
    ask = Ask(kind=kind, about=about, deadline=more.get("deadline"))
    rule, stage = more.get("rule", "some.rule"), more.get("stage", "contact")
    question = Question.of(life.seed, life.borrower, life.history, more.get("at", NOW), ask, rule, stage)
    acts = answer(question)
    assert acts == answer(question)
    return acts


def answers(kind: AskKind, stage: Stage = "contact", **more: Any) -> list[Act]:
    """First answers to one kind of ask, over many lives."""
    lives = (Life(CHARACTERS[seed % 4], seed) for seed in range(40))
    return [act for life in lives for act in asked(life, kind, stage=stage, **more)]


def updates(acts: list[Act]) -> set[tuple[str, str]]:
    """Which updates, to which end."""
    return {(act.what, act.payload["command"].get("outcome") or "") for act in acts if act.kind == "command"}


@pytest.mark.parametrize("kind", get_args(AskKind))
def test_every_answer_is_a_command_in_working_hours(kind: AskKind):
    """Well formed, tied to what was asked, in the bank's hours. Some asks are others' to answer."""
    acts = answers(kind)
    assert (kind in ANSWERED) == (kind not in OTHERS)
    assert acts or kind in (*OTHERS, "court")
    commands = {name: command for command, name in NAMES.items()}
    for act in acts:
        assert act.at > NOW
        if act.kind == "payment":
            assert kind == "estate"
            continue
        command = commands[act.what].model_validate(act.payload["command"])
        assert command.model_dump(mode="json") == act.payload["command"]
        assert act.answers == Ask(kind=kind, about="H-1")
        local = act.at.astimezone(zone(BANK_ZONE))
        assert time(9, 30) <= local.time() < time(18)
        assert local.weekday() != 6


def test_approvals_are_decided_in_time_by_somebody_else():
    """Within 48 hours whenever it was asked for, Saturday evenings included; about four in five are given."""
    given = []
    for hours in range(168):
        at = NOW + timedelta(hours=hours)
        (decided,) = asked(Life("settles", hours), "approval", at=at, deadline=at + timedelta(hours=48))
        command = decided.payload["command"]
        assert decided.at < at + timedelta(hours=48)
        assert command["by"].startswith("supervisor-")
        assert command["approval"] == "H-1"
        given.append(command["approve"])
    assert 0.6 < sum(given) / len(given) < 0.95
    assert all(act.payload["command"]["approve"] for act in answers("approval", rule="limit.acceleration"))


def test_disputes_and_complaints():
    """Two disputes in three are unfounded, the others are let go, though not over a suit; complaints are answered in time."""
    disputes = answers("dispute")
    assert updates(disputes) == {("end_hold", ""), ("close_by_bank", "closed_by_bank")}
    assert all(5 * DAY <= act.at - NOW <= 22 * DAY for act in disputes)
    assert updates(answers("dispute", "litigation")) == {("end_hold", "")}
    complaints = answers("complaint")
    assert updates(complaints) == {("decide_complaint", "upheld"), ("decide_complaint", "rejected")}
    assert all(act.at - NOW <= 15 * DAY for act in complaints)
    assert {act.payload["command"]["by"].split("-")[0] for act in complaints} == {"quality"}


def test_a_complaint_that_was_overlooked_is_answered_once_it_is_late():
    """One in four waits until its clock has run out; then it takes days."""
    lives = [Life(CHARACTERS[seed % 4], seed) for seed in range(60)]
    overlooked = [life for life in lives if not asked(life, "complaint")]
    assert 0 < len(overlooked) < 30
    for life in overlooked:
        (answered,) = asked(life, "complaint_overdue")
        assert answered.what == "decide_complaint"
        assert answered.at - NOW <= 5 * DAY


def test_whoever_is_asked_decides_in_their_role():
    """Where the strategy has a table of authority the case names it; else a supervisor decides, in none."""
    life = Life("settles", 3)
    ask = Ask(kind="approval", about="A-1", deadline=NOW + 2 * DAY, role="head_of_collections")
    question = Question.of(life.seed, life.borrower, life.history, NOW, ask, "limit.authority", "negotiation")
    (decided,) = answer(question)
    command = decided.payload["command"]
    assert command["role"] == "head_of_collections"
    assert command["by"].startswith("head_of_collections-")
    (alone,) = asked(life, "approval", deadline=NOW + 2 * DAY)
    assert alone.payload["command"]["role"] is None


def test_ends_by_the_bank():
    """Sold, given up, or tried again; an estate pays or does not; claims in insolvency are sold or lost."""
    assert updates(answers("collect")) == {
        ("resume", ""),
        ("close_by_bank", "sold"),
        ("close_by_bank", "closed_by_bank"),
    }
    assert updates(answers("stopped")) == {("close_by_bank", "sold"), ("close_by_bank", "closed_by_bank")}
    assert updates(answers("stopped", "litigation")) == {("close_by_bank", "sold")}
    assert updates(answers("insolvency")) == {("close_by_bank", "sold"), ("close_by_bank", "extinguished")}
    assert updates(answers("insolvency", "litigation")) == {("close_by_bank", "sold")}
    estates = answers("estate")
    assert updates(estates) == {("close_by_bank", "extinguished")}
    paid = [act for act in estates if act.kind == "payment"]
    assert 0 < len(paid) < len(estates) / 2
    assert all(act.at > NOW + 30 * DAY for act in estates)


def test_the_same_asked_again_is_answered_otherwise():
    """A case that was tried again is not tried a third time; what was looked into thrice is ended."""
    life = Life("will_not_pay", 5)
    said: list[str] = []
    for _ in range(5):
        acts = asked(life, "look", "L")
        life.happens(acts)
        said += [act.what for act in acts]
    assert said == ["resume", "resume", "resume", "close_by_bank", "close_by_bank"]
    assert len({act.id for act in life.acts}) == 5
    for seed in range(20):
        handed = Life("will_not_pay", seed)
        handed.happens(asked(handed, "collect", None))
        assert {act.what for act in asked(handed, "collect", None)} == {"close_by_bank"}


def test_what_a_court_did_not_send_on_is_asked_for():
    """Recorded by a lawyer as it was decided; a report that is not written yet is not known."""
    life = Life("will_not_pay")
    payload = {"milestone": "judgment", "on": "2026-11-20", "reference": "S-1", "amount": "10.00", "code": None}
    report = Act(
        id="r",
        at=NOW + 50 * DAY,
        loan_id=life.loan.loan_id,
        borrower_id=life.borrower.borrower_id,
        kind="court_reported",
        payload=payload | {"at": (NOW + 50 * DAY).isoformat()},
    )
    assert asked(life, "court", None) == ()
    life.happens((report,))
    (record,) = asked(life, "court", None)
    command = record.payload["command"]
    assert {name: command[name] for name in payload} == payload
    assert command["by"].startswith("legal-")
    assert record.at < NOW + 6 * DAY
    unwritten = report.model_copy(update={"payload": report.payload | {"on": "2026-12-20"}})
    life.acts = [unwritten]
    assert asked(life, "court", None) == ()


# --- offers --------------------------------------------------------------------------------------------------------


def followed(life: Life, done: Act, outcome: CommandOutcome, call: bool = True) -> tuple[Act, ...]:
    """What follows from a command that was accepted."""
    contact = life.contacts[-1] if call and life.contacts else None
    return follow(Followed(life.seed, life.borrower, life.history, done.id, done.at, done, outcome, contact))


ACCEPTED = CommandOutcome(accepted=True, seq=1)


def offered(act: Act) -> CommandOutcome:
    """The case's answer to an offer within the limits."""
    return CommandOutcome(accepted=True, seq=1, offer=act.id, terms_hash="f" * 64)


def an_offer(character: Character, seed: int) -> tuple[Life, Act]:
    """A life in which a collector has just made the offer that was wished for."""
    life = Life(character, seed)
    said = life.until_said("right_party", "human_call", template=NEGOTIATION)
    (offer,) = followed(life, said, ACCEPTED)
    assert said.at < offer.at < said.at + timedelta(hours=1)
    assert offer.payload["command"]["by"] == said.payload["by"]
    life.happens((offer,))
    return life, offer


@pytest.mark.parametrize("seed", range(6))
def test_a_wish_for_a_plan_is_met(seed: int):
    """Parts that add up to core banking's balance to the cent, at most twelve, none later than a month after another."""
    life, offer = an_offer("falls_ill", seed)
    terms = PlanOffer.model_validate(offer.payload["command"]["terms"])
    assert terms.covers == "balance"
    assert sum(part.amount for part in terms.parts) == life.owed(offer.at)
    assert 3 <= len(terms.parts) <= 12
    days = [part.due_on for part in terms.parts]
    assert (days[0] - offer.at.date()).days <= 31
    assert max((later - earlier).days for earlier, later in pairwise(days)) <= 31


def test_settlements_give_up_penalty_and_fees_first_and_principal_last():
    """Some end with penalty and fees, or half of the interest where there are none, some with all of the interest, some with
    a part of the principal, up to a quarter of the balance; always paid within a month."""
    ends: Counter[str] = Counter()
    for seed in range(30):
        life, offer = an_offer("settles", seed)
        terms = offer.payload["command"]["terms"]
        owed = life.position(offer.at)
        waived = owed.outstanding - Decimal(terms["amount"])
        fees = owed.of("penalty") + owed.of("compound") + owed.of("fees")
        interest = fees + owed.of("interest")
        assert 0 < waived <= max(owed.outstanding / 4, interest)
        ends["less" if waived < interest else "interest" if waived == interest else "principal"] += 1
        assert (datetime.fromisoformat(f"{terms['pay_by']}T00:00+08:00") - offer.at).days <= 30
    assert set(ends) == {"less", "interest", "principal"}


def test_who_let_a_settlement_lapse_is_offered_a_step_more():
    """Once they talk again; never less than before."""
    more = 0
    for seed in range(20):
        life = Life("settles", seed)
        said = life.until_said("right_party", "human_call", template=NEGOTIATION)
        amounts: list[Decimal] = []
        for _ in range(2):
            (offer,) = followed(life, said, ACCEPTED)
            amounts.append(Decimal(offer.payload["command"]["terms"]["amount"]))
            life.happens((offer.model_copy(update={"id": f"{offer.id}-{len(amounts)}"}),))
        assert amounts[1] <= amounts[0]
        more += amounts[1] < amounts[0]
    assert more > 5


def test_only_a_call_for_an_agreement_brings_an_offer():
    """A wish heard in another call brings the case to negotiation first."""
    life = Life("falls_ill")
    said = life.until_said("right_party", "human_call")
    assert followed(life, said, ACCEPTED) == ()


def test_offers_are_accepted_within_days_or_lapse():
    """By their id and hash; above a limit only once the approval has made an offer of it."""
    taken = 0
    for seed in range(30):
        life, offer = an_offer("falls_ill", seed)
        waiting = CommandOutcome(accepted=True, seq=1, rule="limit.plan.parts", waits_for=offer.id)
        assert followed(life, offer, waiting) == ()
        for act in followed(life, offer, offered(offer)):
            taken += 1
            command = act.payload["command"]
            assert (command["offer"], command["terms_hash"]) == (offer.id, "f" * 64)
            assert command["identity_verified"]
            assert timedelta(hours=20) <= act.at - offer.at < 7 * DAY
    assert 15 < taken < 30


def agreed(character: Character, seed: int) -> tuple[Life, Act, tuple[Act, ...]]:
    """An offer accepted, and what comes of it."""
    life, offer = an_offer(character, seed)
    payload = {"by": "c", "offer": offer.id, "terms_hash": "f", "channel": "call", "identity_verified": True}
    accepted = offer.model_copy(
        update={
            "id": "accepted",
            "at": offer.at + DAY,
            "payload": {"update": "accept_plan", "command": payload},
            "answers": None,
        }
    )
    acts = followed(life, accepted, ACCEPTED, call=False)
    life.happens(acts)
    return life, offer, acts


@pytest.mark.parametrize("seed", range(8))
def test_an_agreed_plan_is_paid_part_by_part(seed: int):
    """Each on its day, or a day late; nothing is left."""
    life, offer, acts = agreed("falls_ill", seed)
    parts = PlanOffer.model_validate(offer.payload["command"]["terms"]).parts
    for part, act in zip(parts, acts, strict=True):
        assert Decimal(act.payload["amount"]) == part.amount
        assert 0 <= (datetime.fromisoformat(act.payload["value_date"]).date() - part.due_on).days <= 1
    assert life.owed(acts[-1].at) == 0


def test_who_cannot_pay_breaks_off():
    """Two parts, and no more."""
    for seed in range(12):
        life = Life("cannot_pay", seed)
        try:
            told = life.until_said("right_party", "human_call", template=NEGOTIATION)
        except AssertionError:
            continue  # one of those who do not wish for a plan
        if told.payload["wish"] == "plan":
            _, _, acts = agreed("cannot_pay", seed)
            paid = [act for act in acts if not act.payload["reference"].startswith("inst-")]
            assert len(paid) == 2
            return
    raise AssertionError("nobody who cannot pay wished for a plan")


@pytest.mark.parametrize("seed", range(6))
def test_an_agreed_settlement_is_paid_in_time(seed: int):
    """Once, on its day at the latest: there is no tolerance."""
    life, offer, (paid,) = agreed("settles", seed)
    terms = offer.payload["command"]["terms"]
    assert paid.payload["amount"] == terms["amount"]
    assert paid.payload["value_date"] == terms["pay_by"]
    assert life.owed(at_bank(datetime.fromisoformat(terms["pay_by"]).date(), 1439)) > 0


def test_a_hardship_ends_with_a_plan():
    """Offered within days; once it is agreed on, the hold is ended. If it comes to nothing, it is ended all the same."""
    life = Life("is_distressed", 2)
    (offer,) = asked(life, "hardship")
    assert offer.what == "offer_plan"
    assert 2 * DAY <= offer.at - NOW <= 7 * DAY
    life.happens((offer,))
    payload = {"by": "c", "offer": offer.id, "terms_hash": "f", "channel": "call", "identity_verified": True}
    accepted = offer.model_copy(update={"payload": {"update": "accept_plan", "command": payload}, "answers": None})
    ends = [act for act in followed(life, accepted, ACCEPTED, call=False) if act.kind == "command"]
    assert [(act.what, act.payload["command"]["hold"]) for act in ends] == [("end_hold", "H-1")]
    assert [act.what for act in asked(life, "hardship")] == ["end_hold"]
