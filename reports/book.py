"""Figures of a set of loans, from their facts alone: outcomes, money, contacts. Every function takes loan ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from domain import artefacts
from domain.agreements import judge
from domain.calendar import bank_date
from domain.case import Case
from domain.money import position
from ledger.artefacts import load_all
from ledger.pool import Executor
from ledger.reading import facts
from ledger.sql import Queries
from ledger.streams import LOAN, loan_stream
from reports.lives import STATES, State, Turn
from schemas.facts import AttemptCovered, AttemptSending, CoverEnded
from schemas.ledger import RecordedFact
from schemas.loan import CollectionRequest

_book = Queries("book", Path(__file__).parent / "queries")


@dataclass(frozen=True)
class Known:
    """A loan that the ledger has had a case of. `episodes`: ids of its openings, `episode:{overdue_since}`."""

    borrower_id: str
    is_open: bool
    episodes: frozenset[str]


@dataclass(frozen=True)
class Money:
    """Of all loans in one currency, in that currency.

    Attributes:
        arrears: as core banking told them when it was first asked.
        paid: since then, of which `taken_back` was reversed.
    """

    currency: str
    loans: int
    arrears: Decimal
    payments: int
    paid: Decimal
    taken_back: Decimal

    @property
    def collected(self) -> Decimal:
        """What was paid and stands."""
        return self.paid - self.taken_back


@dataclass(frozen=True)
class Contacts:
    """So many contacts had this fate; `reason` is the channel of those made, else the rule or code.

    None for all of that fate: a contact that two rules refused counts there once, and under each of them.
    """

    fate: str
    reason: str | None
    count: int


async def known(pool: Executor, loans: Sequence[str]) -> dict[str, Known]:
    """What the ledger knows of these loans, by loan id."""
    rows = await _book.known.rows(pool, streams=_streams(loans))
    return {
        row["loan_id"]: Known(row["borrower_id"], row["state"] == "open", frozenset(row["episodes"])) for row in rows
    }


async def opened(pool: Executor, loans: Sequence[str]) -> int:
    """How many of these loans have had a case opened."""
    return await _book.opened.value(pool, streams=_streams(loans))


async def settled(pool: Executor, loans: Sequence[str]) -> set[str]:
    """Those of these loans whose case has been assessed or has ended, or that waits for something outside."""
    rows = await _book.settled.rows(pool, streams=_streams(loans))
    return {row["stream"].removeprefix(LOAN) for row in rows}


async def written(pool: Executor) -> int:
    """How many facts there are in all streams of loans: while it grows, somebody works."""
    return await _book.written.value(pool)


async def count_with_prefix(pool: Executor, prefix: str) -> int:
    """How many loans have ids that begin so."""
    return await _book.loans_with_prefix.value(pool, prefix=prefix)


async def requests(pool: Executor, loans: Sequence[str]) -> dict[str, CollectionRequest]:
    """The request of each loan's newest episode, by loan id."""
    rows = await _book.requests.rows(pool, streams=_streams(loans))
    found = [CollectionRequest.model_validate_json(row["request"]) for row in rows]
    return {request.loan_id: request for request in found}


def latest(of: Sequence[Turn]) -> dict[str, Turn]:
    """Where each loan is now."""
    return {turn.loan_id: turn for turn in of}


def outcomes(of: Sequence[Turn]) -> dict[State, int]:
    """How many loans are in each state now; states without any are left out."""
    counted = Counter(turn.state for turn in latest(of).values())
    return {state: counted[state] for state in STATES if counted[state]}


def with_people(of: Sequence[Turn]) -> dict[tuple[str, str], int]:
    """How many cases a person has to do something about now, by rule and reason: handed over, parked, held."""
    held = Counter((turn.rule, turn.why) for turn in latest(of).values() if turn.state in ("person", "held"))
    return dict(sorted(held.items(), key=lambda item: (-item[1], item[0])))


async def money(pool: Executor, loans: Sequence[str]) -> list[Money]:
    """What was owed and what was paid, a row for each currency."""
    rows = await _book.money.rows(pool, streams=_streams(loans))
    return [Money(**dict(row)) for row in rows]


async def contacts(pool: Executor, loans: Sequence[str]) -> list[Contacts]:
    """Contacts by fate: `made`, `deferred`, `refused` and so on, and by channel or rule."""
    rows = await _book.attempts.rows(pool, streams=_streams(loans))
    return [Contacts(row["fate"], row["reason"], row["contacts"]) for row in rows]


async def contacts_after_payment(pool: Executor, loans: Sequence[str]) -> int:
    """Contacts that began to be sent although the loan was in no arrears by all money that the ledger knew of then, or
    although its case was closed. A reminder of an agreed part that is not paid is none of them: who keeps a plan over the
    balance may be in no arrears for months, and asked to be told.

    Each loan is folded anew, fact by fact. At every sending, whatever had been recorded before counts, from whatever
    value date; the day is the bank's. Must be nought.
    """
    await load_all(pool)
    return sum([len(await chased(pool, loan_stream(loan))) for loan in loans])


async def chased(pool: Executor, stream: str) -> list[tuple[RecordedFact, str]]:
    """Of one loan, the sendings that `contacts_after_payment` counts, each with its attempt. Every policy must be loaded."""
    case, found = Case(loan_id=stream.removeprefix("loan:")), list[tuple[RecordedFact, str]]()
    covering: dict[str, tuple[RecordedFact, datetime]] = {}
    for fact in await facts(pool, stream):
        body = fact.body
        if isinstance(body, AttemptSending) and _owes_nothing(case, fact.occurred_at) and not _reminds(case, fact):
            found.append((fact, body.attempt))
        gone = [attempt for attempt, (_, sent_at) in covering.items() if sent_at < fact.recorded_at]
        found += _spoken_of(case, {attempt: covering.pop(attempt) for attempt in gone})
        case = case.apply(fact)
        if isinstance(body, AttemptCovered) and (sent_at := await _began(pool, body)):
            covering[body.attempt] = (fact, sent_at)
        elif isinstance(body, CoverEnded) and body.outcome == "released":
            covering.pop(body.attempt, None)
    return [*found, *_spoken_of(case, covering)]


async def _began(pool: Executor, covered: AttemptCovered) -> datetime | None:
    """When the message of another case that covers this loan began to go out, by the ledger's clock, if it ever did so."""
    stream = loan_stream(covered.by_loan)
    return await _book.began.value(pool, stream=stream, attempt=covered.attempt, loan_id=covered.cover.loan_id)


def _spoken_of(case: Case, covering: Mapping[str, tuple[RecordedFact, datetime]]) -> list[tuple[RecordedFact, str]]:
    """Of messages that went out and cover this loan, those that it had nothing to do with by then."""
    return [(fact, attempt) for attempt, (fact, _) in covering.items() if _owes_nothing(case, fact.occurred_at)]


def _reminds(case: Case, sending: RecordedFact) -> bool:
    """Whether what begins to go out is no demand: it reminds of what was agreed, or of what is to come."""
    return _agreed(case, sending) or _ahead(case, sending)


def _agreed(case: Case, sending: RecordedFact) -> bool:
    """Whether what begins to go out reminds of a part that was agreed and is not paid."""
    attempt, talks = case.open_attempt, artefacts.policy(case.policy).negotiation
    if case.status == "closed" or not (case.agreement and attempt and talks and talks.reminder):
        return False
    judged = judge(case.agreement, case, artefacts.policy(case.policy), sending.occurred_at)
    open_still = judged.state == "running" and judged.paid < judged.due - case.agreement.terms.tolerance_amount
    reminds = (talks.reminder.template, talks.reminder.missed_template)
    return open_still and attempt.proposal.purpose == "reply" and attempt.proposal.template in reminds


def _ahead(case: Case, sending: RecordedFact) -> bool:
    """Whether what begins to go out reminds a cured borrower of an instalment that is to come and is not paid."""
    attempt, strategy = case.open_attempt, artefacts.policy(case.policy)
    if case.status == "closed" or not (case.cured_at and attempt and strategy.watch_reminder):
        return False
    reminds = attempt.proposal.purpose == "reply" and attempt.proposal.template == strategy.watch_reminder.template
    return reminds and case.money(bank_date(sending.occurred_at, strategy.bank_zone)).next_due_on is not None


def _owes_nothing(case: Case, at: datetime) -> bool:
    strategy = artefacts.policy(case.policy)
    today = bank_date(at, strategy.bank_zone)
    money = [t.model_copy(update={"value_date": min(t.value_date, today)}) for t in case.transactions]
    return case.status == "closed" or not position(case.instalments, money, today, case.basis(strategy.account)).overdue


async def heard(pool: Executor, loans: Sequence[str]) -> Mapping[str, int]:
    """What came of contacts: delivered, no_answer, promised and so on."""
    rows = await _book.results.rows(pool, streams=_streams(loans))
    return {row["result"]: row["contacts"] for row in rows}


def _streams(loans: Sequence[str]) -> list[str]:
    return [loan_stream(loan_id) for loan_id in loans]
