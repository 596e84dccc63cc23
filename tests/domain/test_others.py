"""A case whose strategy writes to guarantors and asks others where the borrower is; contacts that a person looks at first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from schemas.facts import ContactPointInvalid, ContactRecorded, ContactResultPosted
from schemas.loan import ContactPoint, Party
from schemas.messages import RecordNotice, ReviewContact
from schemas.policy import Strategy
from schemas.steps import Act, MakeContact, Wait
from tests.domain.casework import Life, request, rules

DAY = timedelta(days=1)


def party(role: Any, kind: Any = "phone") -> Party:
    name = f"P-{role}"
    point = ContactPoint(contact_point_id=f"{name}-{kind}", kind=kind)
    return Party(party_id=name, role=role, zone="Asia/Shanghai", contact_points=(point,))


def life(*ladder: dict[str, Any], parties: tuple[Party, ...] = (), **changes: Any) -> Life:
    """A case under the spine with another ladder."""
    spine = rules()[0].model_dump()
    rungs = [{"from_dpd": 4, "gap_days": 1} | rung for rung in ladder]
    spine["treatments"] = {
        name: {"grace_days": 0, "person_after_days": 3, "ladder": rungs} for name in ("first_time", "repeated")
    }
    strategy = Strategy.model_validate(spine | {"version": "test"})
    (borrower,) = request().parties
    return Life(strategy=strategy, parties=(borrower, *parties), **changes)


def sent(one: Life) -> list[tuple[str, str, str]]:
    """Party, role and template of every contact that went out."""
    made = [s.action.proposal for s in one.seen if isinstance(s, Act) and isinstance(s.action, MakeContact)]
    return [(proposal.party_id, proposal.role, proposal.template) for proposal in made]


TEXT = {"channel": "sms", "template": "reminder_sms"}
LETTER = {"channel": "letter", "template": "guarantor_letter", "role": "guarantor"}
LOCATE = {"channel": "human_call", "template": "locate_call", "purpose": "locate", "role": "emergency_contact"}


def test_a_guarantor_is_written_to_in_their_own_role() -> None:
    """Where the loan has one; where it has none the rung is passed over."""
    with_one = life(TEXT, LETTER, parties=(party("guarantor", "postal"),))
    with_one.live(20 * DAY)
    assert ("P-guarantor", "guarantor", "guarantor_letter") in sent(with_one)
    without = life(TEXT, LETTER)
    without.live(20 * DAY)
    assert [role for _, role, _ in sent(without)] == ["borrower"]


def test_others_are_asked_only_once_the_borrower_is_lost() -> None:
    """GB/T 45251-2025: after three contacts in a row that failed; while the borrower is reached, never."""
    reached = life(TEXT, LOCATE, parties=(party("emergency_contact"),))
    reached.live(20 * DAY)
    assert [role for _, role, _ in sent(reached)] == ["borrower"]

    lost = life(TEXT, TEXT, TEXT, LOCATE, LOCATE, parties=(party("emergency_contact"),))
    for _ in range(3):
        while not (lost.case.contacts and lost.case.contacts[-1].result is None):
            step = lost.step()
            if isinstance(step, Wait):
                assert step.until is not None
                lost.now = step.until
            else:
                lost.do(step)
        lost.tell(ContactResultPosted(attempt=lost.case.contacts[-1].attempt, result="no_answer"))
    lost.live(10 * DAY)
    assert sent(lost).count(("P-emergency_contact", "emergency_contact", "locate_call")) == 1


def test_what_a_relative_says_is_not_the_borrowers_word() -> None:
    """Neither a refusal nor a promise of theirs; and who says no is never asked again."""
    lost = life(TEXT, LOCATE, LOCATE, parties=(party("emergency_contact"),))
    lost.live(4 * DAY)
    for n in range(3):
        lost.tell(ContactResultPosted(attempt=f"L1:{n}x", result="no_answer"))
    lost.tell(ContactPointInvalid(contact_point_id="L1-phone"))
    lost.live(4 * DAY)
    asked = lost.case.contacts[-1]
    assert asked.proposal.role == "emergency_contact"
    lost.tell(ContactRecorded(attempt=asked.attempt, collector="c-1", result="refused"))
    assert (lost.case.refusals, lost.case.heard) == (0, None)
    assert lost.case.debt.refused_by == ("P-emergency_contact",)
    lost.live(timedelta(hours=1))
    assert lost.case.standing.refused_by == ("P-emergency_contact",)  # told to every loan of the borrower


def test_a_contact_that_a_rule_sends_to_review_waits_for_a_persons_word() -> None:
    """A letter to be signed for, on a debt whose period is over: nothing goes out before somebody has looked."""
    old = life({"channel": "letter", "template": "demand_letter"}, overdue_since=date(2019, 1, 10))
    strategy = old.strategy.model_dump() | {
        "litigation": {"from_dpd": 100000, "minimum": "1000000.00", "prepare_from_dpd": 100000}
    }
    old.strategy = Strategy.model_validate(strategy)
    old.schedule = tuple(each.model_copy(update={"due_on": each.due_on.replace(year=2019)}) for each in old.schedule)
    step = old.live(3 * DAY)
    assert isinstance(step, Wait)
    assert step.ask is not None
    assert (step.ask.kind, step.ask.about) == ("review", "CN.TIME_BARRED")
    assert sent(old) == []
    unknown = old.judge(ReviewContact(by="legal-2", rule="CN.HOURS", approve=True, reason="checked"))
    assert (unknown.kind, getattr(unknown, "rule", "")) == ("command_refused", "review.unknown")
    assert old.command(ReviewContact(by="legal-2", rule="CN.TIME_BARRED", approve=True, reason="interrupted"))
    old.live(3 * DAY)
    assert [template for _, _, template in sent(old)] == ["demand_letter"]


def test_a_contact_that_was_reviewed_and_not_allowed_is_passed_over() -> None:
    """The case goes on without it."""
    old = life({"channel": "letter", "template": "demand_letter"}, TEXT, overdue_since=date(2019, 1, 10))
    strategy = old.strategy.model_dump() | {
        "litigation": {"from_dpd": 100000, "minimum": "1000000.00", "prepare_from_dpd": 100000}
    }
    old.strategy = Strategy.model_validate(strategy)
    old.schedule = tuple(each.model_copy(update={"due_on": each.due_on.replace(year=2019)}) for each in old.schedule)
    old.live(DAY)
    old.command(ReviewContact(by="legal-2", rule="CN.TIME_BARRED", approve=False, reason="no_demand"))
    old.live(5 * DAY)
    assert [template for _, _, template in sent(old)] == ["reminder_sms"]


def test_a_notice_given_elsewhere_is_known_to_the_debt() -> None:
    """With the day on which it is known to have arrived."""
    one = life(TEXT)
    one.command(RecordNotice(by="service-3", notice="outsourcing", arrived=True))
    (notice,) = one.case.debt.notices
    assert (notice.notice, notice.given_at, notice.arrived_at) == ("outsourcing", one.now, one.now)
