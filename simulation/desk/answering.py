"""What a case asks people of the bank for, and how they answer: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from schemas.facts import Stage
from schemas.messages import (
    AnswerCreditError,
    CloseByBank,
    Command,
    CourtReportedSignal,
    DecideApproval,
    DecideComplaint,
    EndHold,
    RecordCourtStep,
    Resume,
    ReviewContact,
    ReviewRacket,
)
from schemas.representatives import RacketFound
from schemas.steps import Ask, AskKind
from simulation.chance import name
from simulation.desk.offers import offer_plan
from simulation.model import Act, SimulatedBorrower, today_at_bank
from simulation.moments import DAY
from simulation.occasion import History, Occasion

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Question(Occasion):
    """At `now` a case rests and asks for `ask`, by `rule`, in `stage`. `turn`: how often it was answered before."""

    ask: Ask
    rule: str
    stage: Stage
    turn: int

    @classmethod
    def of(
        cls, seed: int, borrower: SimulatedBorrower, history: History, now: datetime, ask: Ask, rule: str, stage: Stage
    ) -> Question:
        """The question, with what was answered to the same before."""
        same = [act for act in history.acts if act.answers and asks_the_same(act.answers, ask)]
        key = f"ask-{name(seed, history.loan.loan_id, ask.kind, ask.about or '', len(same))}"
        return cls(seed, borrower, history, key, now, ask, rule, stage, len(same))

    def given(self, command: Command, at: datetime) -> Act:
        """A command that answers it."""
        return self.command(command, at, answers=self.ask)

    def later(self, low: timedelta, high: timedelta) -> datetime:
        """A working moment between `low` and `high` later."""
        minutes = timedelta(minutes=1)
        return self.office(self.now + self.number(low // minutes, high // minutes, "when") * minutes)

    @property
    def about(self) -> str:
        """The id of what is asked about."""
        return self.ask.about or ""


def asks_the_same(one: Ask, other: Ask) -> bool:
    """Whether two asks are for the same thing."""
    return (one.kind, one.about) == (other.kind, other.about)


def answer(q: Question) -> tuple[Act, ...]:
    """What people do about it, by time; nothing about what is not theirs to answer."""
    answered = ANSWERED.get(q.ask.kind)
    return tuple(sorted(answered(q), key=lambda act: (act.at, act.id))) if answered else ()


def _approval(q: Question) -> Iterator[Act]:
    """Somebody in the role that is asked, by default a supervisor: approves four in five, and every suit for all of it."""
    approve = q.rule == "limit.acceleration" or q.chance(80, "approves")
    reason = "reasonable" if approve else "not_convincing"
    by, role = q.somebody(q.ask.role or "supervisor"), q.ask.role
    decided = DecideApproval(by=by, approval=q.about, approve=approve, reason=reason, role=role)
    at = q.later(timedelta(hours=1), timedelta(hours=20))
    if q.ask.deadline and at >= q.ask.deadline:  # not over a Sunday
        at = q.later(timedelta(minutes=5), timedelta(hours=1))
    yield q.given(decided, at)


def _hardship(q: Question) -> Iterator[Act]:
    """After a few days a collector offers instalments; if that came to nothing before, the hold is ended."""
    at = q.later(2 * DAY, 5 * DAY)
    if q.turn % 2 == 0 and q.position(at).arrears > 0:
        covers = "arrears" if q.inclined(30, "only what is overdue") and q.stage != "litigation" else "balance"
        yield from offer_plan(q, at, q.somebody("collector", 6), covers, answers=q.ask)
    else:
        yield q.given(EndHold(by=q.somebody("service"), hold=q.about, reason="reviewed"), at)


def _dispute(q: Question) -> Iterator[Act]:
    """Looked into for some weeks: two in three are unfounded, of the others the bank lets go. Not what is at court."""
    at = q.later(5 * DAY, 20 * DAY)
    if q.chance(67, "unfounded") or q.stage == "litigation":
        yield q.given(EndHold(by=q.somebody("service"), hold=q.about, reason="unfounded"), at)
    else:
        yield q.given(CloseByBank(by=q.somebody("service"), reason="not_owed"), at)


def _complaint(q: Question) -> Iterator[Act]:
    """Answered within fifteen days, by somebody uninvolved; one in three is right. One in four is overlooked until its clock
    has run out and the case says so; then it is answered within days."""
    overdue = q.ask.kind == "complaint_overdue"
    if not overdue and q.inclined(25, "overlooked"):
        return
    upheld = q.chance(33, "upheld")
    answered = DecideComplaint(
        by=q.somebody("quality"),
        complaint=q.about,
        outcome="upheld" if upheld else "rejected",
        reason="as_told" if upheld else "within_rules",
        correction="apology_sent" if upheld else None,
    )
    yield q.given(answered, q.later(DAY, 2 * DAY) if overdue else q.later(3 * DAY, 12 * DAY))


def _review(q: Question) -> Iterator[Act]:
    """Somebody from legal looks at it within a few days, and lets three in five go out."""
    approve = q.chance(60, "lets it go out")
    reviewed = ReviewContact(by=q.somebody("legal"), rule=q.about, approve=approve, reason="looked_at")
    yield q.given(reviewed, q.later(DAY, 4 * DAY))


def _racket(q: Question) -> Iterator[Act]:
    """Somebody from legal asks for the papers: half of them are what they say."""
    found: RacketFound = "cleared" if q.chance(50, "has papers") else "confirmed"
    reviewed = ReviewRacket(by=q.somebody("legal"), party=q.about, found=found, reason="papers_asked_for")
    yield q.given(reviewed, q.later(DAY, 4 * DAY))


def _acted_for(q: Question) -> Iterator[Act]:
    """After some weeks it is known who acts for the borrower, or that nobody does."""
    yield q.given(EndHold(by=q.somebody("service"), hold=q.about, reason="cleared_up"), q.later(WEEK, 4 * WEEK))


def _credit_error(q: Question) -> Iterator[Act]:
    """Looked into within two weeks; one in four was wrong."""
    outcome = "corrected" if q.chance(25, "wrong") else "confirmed"
    answered = AnswerCreditError(by=q.somebody("credit"), error=q.about, outcome=outcome, reason="looked_into")
    yield q.given(answered, q.later(3 * DAY, 14 * DAY))


def _estate(q: Question) -> Iterator[Act]:
    """Months later the estate pays, or there is none."""
    if q.inclined(30, "estate pays") and q.turn == 0:
        yield from q.pays_off(q.later(40 * DAY, 100 * DAY), "estate")
    gone = CloseByBank(by="legal-1", reason="no_estate", outcome="extinguished")
    yield q.given(gone, q.later(110 * DAY, 150 * DAY))


def _insolvency(q: Question) -> Iterator[Act]:
    """Months later nothing is left of it, or somebody buys the claim; a suit goes with it to the buyer."""
    sold = q.stage == "litigation" or q.chance(40, "sold")
    outcome, reason = ("sold", "insolvency_claim_sold") if sold else ("extinguished", "discharged")
    closed = CloseByBank(by="legal-1", reason=reason, outcome=outcome)
    yield q.given(closed, q.later(60 * DAY, 150 * DAY))


def _stopped(q: Question) -> Iterator[Act]:
    """Nobody may be asked for it: after some weeks it is sold, or given up."""
    yield q.given(_given_up(q), q.later(4 * WEEK, 9 * WEEK))


def _collect(q: Question) -> Iterator[Act]:
    """Handed over: sold, given up, or, the first time, tried all over again."""
    at = q.later(2 * WEEK, 6 * WEEK)
    if q.turn == 0 and q.chance(30, "again"):
        yield q.given(Resume(by=q.somebody("collector", 6), reason="worth_another_try"), at)
    else:
        yield q.given(_given_up(q), at)


def _look(q: Question) -> Iterator[Act]:
    """What was out of order is mended within a day or two; if it is so again and again, the case is ended."""
    at = q.later(timedelta(hours=2), timedelta(hours=40))
    resumed = Resume(by=q.somebody("operator"), reason="looked_into")
    yield q.given(resumed if q.turn < 3 else _given_up(q), at)


def _small_arrears(q: Question) -> Iterator[Act]:
    """Too little to be collected."""
    closed = CloseByBank(by=q.somebody("supervisor"), reason="too_small")
    yield q.given(closed, q.later(2 * WEEK, 4 * WEEK))


def _pause(q: Question) -> Iterator[Act]:
    yield q.given(Resume(by=q.somebody("operator"), reason="pause_over"), q.later(3 * DAY, 10 * DAY))


def _court(q: Question) -> Iterator[Act]:
    """A lawyer asks at court, and records what was decided and not sent on; the report comes all the same, later."""
    waiting = [act for act in q.history.acts if act.kind == "court_reported" and act.at > q.now]
    known = [CourtReportedSignal.model_validate(act.payload) for act in waiting]
    said = next((one for one in known if one.on <= today_at_bank(q.now)), None)
    if said:
        told = RecordCourtStep(by=q.somebody("legal"), **said.model_dump(exclude={"at"}))
        yield q.given(told, q.later(timedelta(hours=4), 3 * DAY))


def _given_up(q: Question) -> CloseByBank:
    by = q.somebody("supervisor")
    outcome: Literal["sold", "closed_by_bank"] = (
        "sold" if q.stage == "litigation" or q.chance(50, "sold") else "closed_by_bank"
    )
    return CloseByBank(by=by, reason="portfolio_sale" if outcome == "sold" else "not_worth_while", outcome=outcome)


ANSWERED: dict[AskKind, Callable[[Question], Iterator[Act]]] = {
    "approval": _approval,
    "hardship": _hardship,
    "dispute": _dispute,
    "complaint": _complaint,
    "review": _review,
    "racket": _racket,
    "complaint_overdue": _complaint,
    "dispute_overdue": _dispute,
    "estate": _estate,
    "insolvency": _insolvency,
    "stopped": _stopped,
    "guardian": _acted_for,
    "credit_error": _credit_error,
    "credit_error_overdue": _credit_error,
    "self_harm": _acted_for,
    "military": _acted_for,
    "represented": _acted_for,
    "identity_fraud": _dispute,
    "collect": _collect,
    "look": _look,
    "small_arrears": _small_arrears,
    "pause": _pause,
    "court": _court,
}
"""Calls and visits are answered by who makes them (`simulation.borrowers`), offers are put down by who talked about them
(`simulation.desk.following`), papers come from the archive. Books that do not agree
are mended at core banking, whose account is read again every day."""
