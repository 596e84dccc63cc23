"""The credit bureau: told before, reported with proof of it, brought up to date when paid, corrected in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from domain.artefacts import canonical
from schemas.facts import CommandRefused, ContactResultPosted, CreditReported, Fact, NoticeGiven, OutsideFailed
from schemas.messages import AnswerCreditError, OpenHold, TellCreditError
from schemas.policy import Strategy
from schemas.reporting import CreditReporting
from schemas.steps import Act, AskKind, MakeContact, ReportCredit, Step, Wait
from tests.domain.casework import Life, whole_strategy

REPORTING = CreditReporting(notice_from_dpd=20, report_from_dpd=40, wait_days=10)


def reporting(policy: CreditReporting = REPORTING) -> Strategy:
    """The default strategy of a bank that reports."""
    return whole_strategy().model_copy(update={"reporting": policy, "credit_reporting": True})


def notice_of(life: Life) -> str | None:
    """The contact by which the borrower was told."""
    return life.case.reporting.notice


def told(life: Life) -> list[CreditReported]:
    """What the bureau was told."""
    return [fact.body for fact in life.facts if isinstance(fact.body, CreditReported)]


def noticed(life: Life) -> str:
    """Live until the borrower was sent the notice; its attempt."""
    for _ in range(60):
        if notice := notice_of(life):
            return notice
        life.live(timedelta(days=1))
    raise AssertionError("no notice was sent")


def delivered(life: Life) -> None:
    """The notice arrived, and the gateway proves it."""
    life.tell(ContactResultPosted(attempt=noticed(life), result="delivered"))


def reported(life: Life) -> Life:
    """Live until the loan was reported."""
    delivered(life)
    life.live(timedelta(days=40))
    assert [report.status for report in told(life)] == ["overdue"]
    return life


def test_nothing_is_reported_before_the_borrower_provably_knows() -> None:
    """Regulation on the credit reporting industry, China, art. 15: told before. Without proof, an alarm."""
    life = Life(strategy=reporting())
    noticed(life)
    asked: set[AskKind] = set()
    first = datetime(2026, 4, 19, 16, 0, tzinfo=UTC)  # forty days past due: the 20th in Shanghai
    while life.now < first + timedelta(days=20):
        rest = life.live(timedelta(days=1))
        if life.now > first and isinstance(rest, Wait):
            assert rest.ask
            asked.add(rest.ask.kind)
    assert asked == {"credit_notice", "call"}  # while a collector is to call, that is what is asked for
    assert told(life) == []
    delivered(life)
    arrived = life.now
    life.live(timedelta(days=9, hours=23))
    assert told(life) == []
    life.live(timedelta(days=1))
    (report,) = told(life)
    assert (report.status, report.notice) == ("overdue", notice_of(life))
    assert report.days_past_due >= 40
    assert life.case.reporting.reported_at
    assert life.case.reporting.reported_at >= arrived + timedelta(days=10)


def test_a_notice_that_the_bank_gave_otherwise_counts_once_it_is_proven() -> None:
    """At the branch, or by a system of its own; nothing more is sent."""
    life = Life(strategy=reporting())
    life.tell(NoticeGiven(notice="credit_report"))
    life.live(timedelta(days=50))
    assert told(life) == []
    life.tell(NoticeGiven(notice="credit_report", arrived=True))
    life.live(timedelta(days=11))
    assert [report.status for report in told(life)] == ["overdue"]
    assert not [contact for contact in life.case.contacts if contact.proposal.notice]


def test_the_notice_is_a_statutory_one_and_no_rung_of_the_ladder() -> None:
    """Caps and stops of demands do not hold it up, and it holds up none of them."""
    sent: list[MakeContact] = []

    def see(step: Step, _case: object) -> None:
        if isinstance(step, Act) and isinstance(step.action, MakeContact) and step.action.proposal.notice:
            sent.append(step.action)
            rungs.append(life.case.rung)

    rungs: list[int] = []
    life = Life(strategy=reporting())
    life.observers.append(see)
    noticed(life)
    (notice,) = sent
    assert (notice.proposal.purpose, notice.proposal.channel, notice.proposal.template) == (
        "statutory_notice",
        "letter",
        "credit_notice",
    )
    assert [life.case.rung] == rungs


def test_a_notice_that_came_back_is_sent_to_another_address_or_nowhere() -> None:
    """It proves nothing; and an address by which post came back is not used again."""
    life = Life(strategy=reporting())
    life.tell(ContactResultPosted(attempt=noticed(life), result="undeliverable"))
    assert notice_of(life) is None
    life.live(timedelta(days=40))
    assert notice_of(life) is None
    assert told(life) == []


def test_what_was_reported_is_brought_up_to_date_once_paid() -> None:
    """Before the case is cured or ends."""
    life = reported(Life(strategy=reporting()))
    life.pay("3150.00")
    assert life.live(timedelta(days=2)).kind == "done"
    assert [report.status for report in told(life)] == ["overdue", "cleared"]
    assert life.case.status == "closed"


def test_a_bureau_that_does_not_answer_is_asked_again_and_parks_nobody() -> None:
    """Every hour; the case goes on meanwhile."""
    life = Life(strategy=reporting())
    delivered(life)
    keys = set()
    for _ in range(8):
        keys.add(until_report(life).key)
        life.tell(OutsideFailed(system="credit_bureau", code="unavailable"))
    assert life.case.parked is None
    assert len(keys) == 1
    life.live(timedelta(hours=2))
    assert [report.status for report in told(life)] == ["overdue"]


def until_report(life: Life) -> ReportCredit:
    """Live until the bureau is to be told something; what."""
    for _ in range(400):
        step = life.step()
        if isinstance(step, Act) and isinstance(step.action, ReportCredit):
            return step.action
        if isinstance(step, Wait):
            assert step.until
            life.now = step.until
        else:
            life.do(step)
    raise AssertionError("nothing was reported")


@pytest.mark.parametrize("kind", ["dispute", "identity_fraud", "deceased", "insolvency", "moratorium", "minor"])
def test_a_hold_keeps_bad_news_back(kind: str) -> None:
    """What may be wrong, or is not to be held against the borrower now, is not reported."""
    life = Life(strategy=reporting())
    delivered(life)
    until = life.now + timedelta(days=90) if kind == "moratorium" else None
    opened = {"by": "ops", "hold_kind": kind, "reason": "told_us", "review_at": until}
    life.command(OpenHold.model_validate(opened))
    life.live(timedelta(days=60))
    assert told(life) == []


def test_an_error_is_answered_within_twenty_days() -> None:
    """Regulation on the credit reporting industry, China, art. 25: twenty days; then there is an alarm. What was wrong is
    corrected at the bureau."""
    life = reported(Life(strategy=reporting()))
    life.command(TellCreditError(by="service", reason="paid_before"))
    error = f"cmd-{life.commands}"
    since = life.now
    asked: list[tuple[str, datetime | None]] = []
    while life.now < since + timedelta(days=22):
        rest = life.live(timedelta(days=1))
        if isinstance(rest, Wait) and rest.ask and rest.ask.kind.startswith("credit_error"):
            asked.append((rest.ask.kind, rest.ask.deadline))
    kinds = [kind for kind, _ in asked]
    assert kinds[-1] == "credit_error_overdue"
    (due,) = {deadline for _, deadline in asked}
    assert due
    assert timedelta(days=20) <= due - since <= timedelta(days=21)
    life.command(AnswerCreditError(by="credit", error=error, outcome="corrected", reason="booked_late"))
    life.live(timedelta(hours=1))
    assert [report.status for report in told(life)] == ["overdue", "corrected"]
    assert not life.case.reporting.wrong


def test_an_error_that_is_none_changes_nothing_at_the_bureau() -> None:
    """The record stands."""
    life = reported(Life(strategy=reporting()))
    life.command(TellCreditError(by="service", reason="not_mine"))
    error = f"cmd-{life.commands}"
    life.command(AnswerCreditError(by="credit", error=error, outcome="confirmed", reason="looked_into"))
    life.live(timedelta(days=1))
    assert [report.status for report in told(life)] == ["overdue"]


def test_what_cannot_be_wrong_is_refused() -> None:
    """Nothing reported, one open already, another's id."""

    def rule(body: Fact) -> str:
        assert isinstance(body, CommandRefused)
        return body.rule

    life = Life(strategy=reporting())
    assert rule(life.command(TellCreditError(by="service", reason="not_mine"))) == "bureau.not_reported"
    reported(life)
    life.command(TellCreditError(by="service", reason="not_mine"))
    assert rule(life.command(TellCreditError(by="service", reason="not_mine"))) == "bureau.error_open"
    unknown = AnswerCreditError(by="credit", error="none", outcome="confirmed", reason="r")
    assert rule(life.command(unknown)) == "bureau.error_unknown"


def test_a_notice_comes_before_the_report_in_every_strategy() -> None:
    """A file that says otherwise is refused; without the part nothing is written and nothing is reported."""
    with pytest.raises(ValidationError, match="the borrower is told first"):
        CreditReporting(notice_from_dpd=30, report_from_dpd=30)
    assert b"reporting" not in canonical(whole_strategy())
