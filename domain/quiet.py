"""A case to which nothing happens: every contact arrives and has no effect, nobody pays, and what follows is what the
strategy and the law make of it. So it can be told in advance what a case will do, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from domain.agenda import next_step
from domain.calendar import bank_date
from domain.case import Case
from domain.money import ZERO, position
from domain.segments import Choice, choose, profile
from schemas.account import COMPONENTS, AccountRules
from schemas.contact import Verdict
from schemas.court import Piece, PieceState
from schemas.facts import (
    AccountRead,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    CertificateIssued,
    CourtStepTaken,
    CreditRecordRead,
    CreditReported,
    DocumentsRequested,
    EpisodeOpened,
    Fact,
    FileChecked,
    InterestCharged,
    RestrictionSet,
    TaskCalledOff,
    WaiverBooked,
    WaiverReversed,
)
from schemas.ledger import NewFact, RecordedFact
from schemas.loan import Account, CollectionRequest, CreditRecord
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Action, Decide, Step

MOST_STEPS = 500
"""A case that takes more than this to come to rest goes round in circles."""


@dataclass(frozen=True)
class Foreseen:
    """One step, the moment at which it is taken, and the case that takes it."""

    at: datetime
    step: Step
    case: Case


def opened(request: CollectionRequest, policy: str, at: datetime) -> Case:
    """The case of `request` just opened under the strategy with this sha256."""
    case = Case(loan_id=request.loan_id)
    return with_fact(case, EpisodeOpened(request=request, epoch=1, policy=policy), at)


def with_fact(case: Case, body: Fact, at: datetime) -> Case:
    """`case` after `body` happened `at`, numbered as the ledger would number it."""
    seq = case.head.seq + 1
    fact = NewFact(fact_id=f"f{seq}", occurred_at=at, source="foreseen", body=body)
    return case.apply(RecordedFact(**dict(fact), seq=seq, hash=f"{seq:064x}", epoch=case.epoch, recorded_at=at))


def foresee(
    case: Case,
    strategy: Strategy,
    law: tuple[str, Rulebook],
    now: datetime,
    until: datetime,
    account: Callable[[datetime], Account],
) -> Iterator[Foreseen]:
    """The steps of `case` from `now` to `until` (aware) if nothing happens, those that wait included.

    `account` is what core banking would say at a moment. It ends early where the case does, waits for somebody without an
    end, or has taken MOST_STEPS.
    """
    for _ in range(MOST_STEPS):
        step = next_step(case, strategy, law, now)
        yield Foreseen(now, step, case)
        if step.kind == "done":
            return
        if step.kind == "wait":
            if step.until is None or step.until > until or step.until <= now:
                return
            now = step.until
            continue
        bodies = step.facts if isinstance(step, Decide) else answers(step.action, law[0], now, strategy, account)
        for body in bodies:
            case = with_fact(case, body, now)


def answers(
    action: Action, rulebook: str, now: datetime, strategy: Strategy, account: Callable[[datetime], Account]
) -> tuple[Fact, ...]:
    """What the outside answers if everything goes well and moves nobody. `rulebook` is the digest of the law."""
    today = bank_date(now, strategy.bank_zone)
    match action.kind:
        case "read_account":
            return (AccountRead(account=account(now)),)
        case "read_credit_record":
            return (CreditRecordRead(record=CreditRecord(as_of=now, grade="b"), authorisation=action.authorisation),)
        case "report_credit":
            said = action.model_dump(include={"status", "amount", "days_past_due", "notice"})
            return (CreditReported(**said, reference="CR-1"),)
        case "make_contact":
            verdict = Verdict(verdict="allow", rulebook=rulebook)
            attempt = action.proposal.attempt
            reserved = AttemptReserved(proposal=action.proposal, verdict=verdict)
            return (reserved, AttemptSending(attempt=attempt), AttemptSent(attempt=attempt))
        case "resolve_attempt":
            return (AttemptSent(attempt=action.proposal.attempt),)
        case "call_off":
            return (TaskCalledOff(attempt=action.proposal.attempt, code=action.reason),)
        case "check_file":
            there: dict[Piece, PieceState] = dict.fromkeys(get_args(Piece), "there")
            return (FileChecked(pieces=there),)
        case "request_documents":
            return (DocumentsRequested(pieces=action.pieces),)
        case "book_waiver":
            said = action.model_dump(include={"amount", "made_of"})
            return (WaiverBooked(reference=action.key, value_date=today, **said),)
        case "reverse_waiver":
            said = action.model_dump(include={"agreement", "reverses", "amount"})
            return (WaiverReversed(**said, reference=action.key, value_date=today),)
        case "charge_interest":
            said = action.model_dump(include={"agreement", "amount"})
            return (InterestCharged(**said, reference=action.key, value_date=action.on),)
        case "set_restriction":
            said = action.model_dump(include={"restriction", "change", "reason", "approval"})
            return (RestrictionSet(**said, reference="RS-1"),)
        case "issue_certificate":
            return (CertificateIssued(agreement=action.agreement, reference=action.key),)
        case "take_court_step":
            return (CourtStepTaken(step=action.step, reference="CT-1", on=today, claim=action.claim),)


def account_of(
    case: Case, currency: str, zone: str, rules: AccountRules | None = None
) -> Callable[[datetime], Account]:
    """What core banking would say of a case whose account was read once: the same, with figures as of the moment asked."""

    def at(moment: datetime) -> Account:
        on = bank_date(moment, zone)
        money = position(case.instalments, case.transactions, on, case.basis(rules, as_contracted=True))
        told = case.explained.difference if case.explained else None
        more = {part.component: part.amount for part in told.components} if told else {}
        return Account(
            loan_id=case.loan_id,
            as_of=moment,
            currency=currency,
            instalments=case.instalments,
            transactions=case.transactions,
            arrears=max(money.arrears + told.arrears, ZERO) if told else money.arrears,
            outstanding=max(money.outstanding + told.outstanding, ZERO) if told else money.outstanding,
            previous_episodes=case.previous_episodes,
            written_off_on=case.written_off_on,
            behaviour=case.behaviour,
            contract=case.contract,
            pauses=case.pauses,
            components={name: max(money.of(name) + more.get(name, ZERO), ZERO) for name in COMPONENTS}
            if more
            else None,
        )

    return at


def chosen_of(case: Case, strategy: Strategy, on: date) -> Choice | None:
    """The row of `segments` that decides for an assessed case on the bank's date `on`; None if the strategy has none."""
    assessed = case.assessed
    if not strategy.segments or assessed is None or case.request is None:
        return None
    loan = profile(case.request, case.money(on, strategy.account), assessed.tier, assessed.segment)
    return choose(strategy, loan, case.request.borrower_id)
