"""Who calls the whole balance due (提前到期): by the rows of the table of authority; a case asks and never decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.artefacts import digest
from schemas.authority import AuthorityTable
from schemas.facts import ApprovalDecided, ApprovalLapsed, ApprovalRequested
from schemas.messages import DecideApproval
from schemas.steps import Wait
from tests.domain.casework import Life
from tests.domain.test_authority import TABLE
from tests.domain.test_litigation import in_law, refusing
from tests.domain.test_negotiation import refused

ROWS = [
    {"role": "supervisor", "kinds": ["acceleration"], "most_amount": "2000.00", "decides": True},
    {"role": "supervisor", "kinds": ["acceleration"], "asks": "head_office"},
    {"role": "head_office", "kinds": ["acceleration"], "decides": True},
]
"""Rows 10 to 12."""


def table(*rows: dict[str, object]) -> AuthorityTable:
    """The usual table, with these rows at its end."""
    there = TABLE.model_dump(exclude_defaults=True)
    return AuthorityTable.model_validate(there | {"rows": [*there["rows"], *rows]})


def asking(*rows: dict[str, object], reminder: int | None = None) -> tuple[Life, ApprovalRequested]:
    """A case in litigation under such a table, and what it asks for."""
    life = refusing()
    talks = life.strategy.negotiation
    assert talks
    more = {"authority": table(*rows), "negotiation": talks.model_copy(update={"approval_reminder_hours": reminder})}
    life.strategy = life.strategy.model_copy(update=more)
    life.live(timedelta(days=49))
    (asked,) = (fact.body for fact in life.facts if isinstance(fact.body, ApprovalRequested))
    assert asked.subject == "acceleration"
    return life, asked


def word(asked: ApprovalRequested, role: str | None, by: str = "boss") -> DecideApproval:
    """Yes."""
    return DecideApproval(by=by, approval=asked.approval, approve=True, reason="looked_at", role=role)


@pytest.mark.parametrize(
    ("most", "asks", "row"),
    [("2000.00", "head_office", "authority.11"), ("999999.00", "supervisor", "authority.10")],
)
def test_the_balance_says_who_is_asked(most: str, asks: str, row: str) -> None:
    """Of the lowest role that has a row for it, the first that fits: that role, or whom it asks."""
    _, asked = asking({**ROWS[0], "most_amount": most}, *ROWS[1:])
    assert (asked.asks, asked.authority) == (asks, row)
    assert asked.amount
    assert asked.amount > 2000


def test_the_bucket_says_who_is_asked() -> None:
    """A row of other buckets than the loan's is passed over."""
    life, asked = asking({**ROWS[0], "most_amount": "999999.00", "buckets": ["M1"]}, *ROWS[1:])
    assert life.case.money(life.today).bucket != "M1"
    assert asked.asks == "head_office"


def test_only_the_role_that_was_asked_decides_and_whoever_asked_does_not() -> None:
    """Maker is not checker; no role, a lower one and an unknown one are told so."""
    life, asked = asking(*ROWS)
    assert refused(life.judge(word(asked, None))) == "approval.role"
    assert refused(life.judge(word(asked, "supervisor"))) == "approval.role"
    assert refused(life.judge(word(asked, "janitor"))) == "authority.unknown_role"
    assert refused(life.judge(word(asked, "head_office", by=asked.asked_by))) == "approval.same_person"
    decided = life.command(word(asked, "head_office"))
    assert isinstance(decided, ApprovalDecided)
    assert (decided.role, decided.authority) == ("head_office", "authority.12")
    life.live(timedelta(minutes=1))
    assert life.case.accelerate is True


def test_a_higher_role_decides_by_its_own_row_alone() -> None:
    """Head office has a row for it; without one it is told that nobody let it."""
    life, asked = asking({**ROWS[0], "most_amount": "999999.00"}, ROWS[2])
    assert isinstance(life.judge(word(asked, "head_office")), ApprovalDecided)
    life, asked = asking({**ROWS[0], "most_amount": "999999.00"})
    assert refused(life.judge(word(asked, "head_office"))) == "approval.authority"


def test_it_is_decided_as_it_was_asked_for() -> None:
    """The loan grows older and interest accrues while somebody thinks: the row by which they were asked still lets them."""
    life, asked = asking({**ROWS[0], "most_amount": "999999.00", "buckets": ["M3"]}, *ROWS[1:])
    assert (asked.asks, asked.bucket) == ("supervisor", "M3")
    assert asked.amount
    assert life.case.money(life.today).bucket == "M4"
    exactly = table({**ROWS[0], "most_amount": str(asked.amount), "buckets": ["M3"]}, *ROWS[1:])
    less = table({**ROWS[0], "most_amount": str(asked.amount - 1), "buckets": ["M3"]}, *ROWS[1:])
    life.strategy = life.strategy.model_copy(update={"authority": exactly})
    assert isinstance(life.judge(word(asked, "supervisor")), ApprovalDecided)
    life.strategy = life.strategy.model_copy(update={"authority": less})
    assert refused(life.judge(word(asked, "supervisor"))) == "approval.authority"


def test_whoever_is_asked_sees_what_it_is_about_is_reminded_and_runs_out_of_time() -> None:
    """What is overdue, since when, what would be called due; then the suit is for the arrears alone."""
    life, asked = asking(*ROWS, reminder=12)
    money = life.case.money(life.today - timedelta(days=1))
    for told in (f"{money.arrears:,}", f"{money.days_past_due} days ({money.bucket})", f"{money.outstanding:,}"):
        assert told in asked.why
    waiting = life.step()
    assert isinstance(waiting, Wait)
    assert waiting.ask
    assert (waiting.ask.kind, waiting.ask.role, waiting.ask.deadline) == ("approval", "head_office", asked.deadline)
    life.now = asked.deadline - timedelta(hours=11)
    reminded = life.step()
    assert isinstance(reminded, Wait)
    assert reminded.ask
    assert (reminded.ask.reminder, reminded.ask.role) == (True, "head_office")
    life.live(timedelta(days=1))
    assert any(isinstance(fact.body, ApprovalLapsed) for fact in life.facts)
    assert life.case.accelerate is False


def test_a_table_without_such_rows_leaves_it_to_anybody_and_to_its_digest() -> None:
    """As it was: no role is asked for, whoever decides, and a row without kinds speaks of agreements alone."""
    _, asked = asking()
    assert (asked.asks, asked.authority, asked.amount) == (None, None, None)
    life = in_law()
    assert life.case.accelerate is True
    assert digest(table()) == digest(TABLE)
    assert all("acceleration" not in row.kinds for row in TABLE.rows)
