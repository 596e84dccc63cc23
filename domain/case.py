"""The case: the fold of a loan's facts. `apply` is the only way it changes."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from domain.artefacts import canonical
from domain.money import Position, position
from domain.standing import apply_standing
from schemas.base import Code, Identifier, Instant, Recorded
from schemas.contact import ContactProposal, ContactResult, Standing
from schemas.facts import (
    AccountRead,
    Assessed,
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    CaseClosed,
    ContactPointAdded,
    ContactPointInvalid,
    ContactRecorded,
    ContactResultPosted,
    CreditRecordRead,
    EpisodeOpened,
    EpisodeReopened,
    Fact,
    HandedToPerson,
    HandledBy,
    Outcome,
    OutsideFailed,
    Parked,
    Paused,
    PaymentPosted,
    PaymentReversed,
    Rebuilt,
    Resumed,
    Stage,
    StageEntered,
    TakenOver,
)
from schemas.ledger import Head, RecordedFact
from schemas.loan import CollectionRequest, ContactPoint, CreditRecord, Instalment, Party, Transaction

REMEMBERED = 24
"""How many past contacts a case carries; caps are counted by the ledger over all of them."""


class OutOfOrder(ValueError):
    """A fact was applied that is not the next one of its stream: the caller must fold the ledger again."""


class OpenAttempt(Recorded):
    """A contact that began and of which it is not known how it ended."""

    proposal: ContactProposal
    state: Literal["reserved", "sending", "unknown"]
    at: Instant
    result: ContactResult | None = None
    """A gateway's word may overtake our own record of the sending."""


class PastContact(Recorded):
    """A contact that went out, and the last word on it."""

    attempt: Identifier
    proposal: ContactProposal
    at: Instant
    result: ContactResult | None = None
    shadow: bool = False


class Task(Recorded):
    """Something a person was asked to do by `deadline`."""

    attempt: Identifier
    deadline: Instant


class Failing(Recorded):
    """A system outside that did not answer: how often in a row, since when, last when, how."""

    count: int
    since: Instant
    last: Instant
    code: Code


class Case(Recorded):
    """All that is known of one loan's collection at `head` of its ledger stream."""

    loan_id: Identifier
    head: Head = Head()
    decision_head: int = 0
    epoch: int = 0
    clock: Instant | None = None
    """The newest time at which this case decided anything; a clock behind it cannot be right."""
    status: Literal["unopened", "open", "closed"] = "unopened"
    request: CollectionRequest | None = None
    policy: str = ""
    stage: Stage = "assessment"
    stage_since: Instant | None = None
    handled_by: HandledBy = "robot"
    outcome: Outcome | None = None
    closing_why: str = ""

    instalments: tuple[Instalment, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    account_as_of: Instant | None = None
    previous_episodes: int = 0
    account_reads: int = 0
    credit: CreditRecord | None = None
    credit_tried: int = 0
    assessed: Assessed | None = None

    standing: Standing = Standing()
    added_points: tuple[tuple[Identifier, ContactPoint], ...] = ()
    invalid_points: tuple[Identifier, ...] = ()
    attempts: int = 0
    open_attempt: OpenAttempt | None = None
    contacts: tuple[PastContact, ...] = ()
    contacts_made: int = 0
    rung: int = 0
    not_before: Instant | None = None
    stop_all_refusals: int = 0
    quiet_until: Instant | None = None
    task: Task | None = None
    disputed: bool = False

    paused: Paused | None = None
    parked: Parked | None = None
    handed: HandedToPerson | None = None
    failing: dict[Code, Failing] = Field(default_factory=dict)

    # --- reading ------------------------------------------------------------------------------------------------

    def money(self, on: date) -> Position:
        """What is owed on the bank's date `on`, from all instalments and transactions known."""
        return position(self.instalments, self.transactions, on)

    def digest(self) -> str:
        """sha256 (hex) of the whole state: equal digests, equal cases."""
        return hashlib.sha256(canonical(self)).hexdigest()

    def parties(self) -> tuple[Party, ...]:
        """Everybody with a role in this loan."""
        return self.request.parties if self.request else ()

    def borrower(self) -> Party | None:
        """The debtor as the request names them."""
        return next((party for party in self.parties() if party.role == "borrower"), None)

    def points(self, party: Party) -> tuple[ContactPoint, ...]:
        """The ways to reach `party` that are not known to be wrong; newest first."""
        added = tuple(point for owner, point in reversed(self.added_points) if owner == party.party_id)
        return tuple(p for p in added + party.contact_points if p.contact_point_id not in self.invalid_points)

    def set_aside(self) -> Case:
        """This case as if its open attempt had not begun: is it still wanted?"""
        if self.open_attempt is None:
            return self
        return self.model_copy(update={"open_attempt": None, "attempts": self.attempts - 1})

    # --- folding ------------------------------------------------------------------------------------------------

    def apply(self, recorded: RecordedFact) -> Case:
        """The case after the next fact of its stream. Raises OutOfOrder for any other fact."""
        if recorded.seq != self.head.seq + 1:
            raise OutOfOrder(f"fact {recorded.seq} of {self.loan_id} cannot follow {self.head.seq}")
        body = recorded.body
        changes: dict[str, object] = {"head": Head(seq=recorded.seq, hash=recorded.hash)}
        if body.weight != "inert":
            changes["decision_head"] = recorded.seq
        if body.weight == "decision":
            changes["clock"] = max(self.clock, recorded.occurred_at) if self.clock else recorded.occurred_at
        changes |= _changes(self, body, recorded.occurred_at)
        return self.model_copy(update=changes)

    @classmethod
    def fold(cls, loan_id: str, facts: tuple[RecordedFact, ...] | list[RecordedFact]) -> Case:
        """The case that these facts, a stream from its beginning, amount to."""
        case = cls(loan_id=loan_id)
        for fact in facts:
            case = case.apply(fact)
        return case


def _changes(case: Case, body: Fact, at: datetime) -> dict[str, object]:
    match body:
        case EpisodeOpened():
            fresh = Case(loan_id=case.loan_id, standing=case.standing, added_points=case.added_points)
            kept = {"loan_id", "standing", "added_points", "head", "decision_head", "clock", "transactions"}
            reset = {k: getattr(fresh, k) for k in Case.model_fields if k not in kept}
            return reset | {
                "status": "open",
                "request": body.request,
                "policy": body.policy,
                "epoch": body.epoch,
                "stage_since": at,
                "invalid_points": case.invalid_points,
                "attempts": case.attempts,
                "account_reads": case.account_reads,
                "credit_tried": case.credit_tried,
            }
        case EpisodeReopened():
            return {
                "status": "open",
                "epoch": body.epoch,
                "outcome": None,
                "closing_why": "",
                "account_as_of": None,
                "rung": 0,
            }
        case TakenOver():
            return {"epoch": body.epoch}
        case Rebuilt():
            return {"account_as_of": None}
        case StageEntered():
            return {"stage": body.stage, "stage_since": at}
        case CaseClosed():
            return {"status": "closed", "outcome": body.outcome, "closing_why": body.why, "task": None}
        case HandedToPerson():
            return {"handled_by": "collector", "handed": body}
        case Parked():
            return {"parked": body}
        case Paused():
            return {"paused": body}
        case Resumed():
            restart = {"rung": 0} if case.handled_by == "collector" else {}
            cleared = {"paused": None, "parked": None, "handed": None, "failing": {}, "disputed": False}
            return {"handled_by": "robot", "stop_all_refusals": 0, **cleared, **restart}
        case AccountRead() | CreditRecordRead() | Assessed() | OutsideFailed():
            return _assessing(case, body, at)
        case PaymentPosted() | PaymentReversed():
            return _paying(case, body)
        case ContactPointAdded():
            point = ContactPoint(contact_point_id=body.contact_point_id, kind=body.point_kind)
            invalid = tuple(p for p in case.invalid_points if p != body.contact_point_id)
            return {
                "added_points": (*case.added_points, (body.party_id, point)),
                "invalid_points": invalid,
            }
        case ContactPointInvalid():
            return {"invalid_points": _with(case.invalid_points, body.contact_point_id)}
        case _:
            return _contacting(case, body, at)


def _assessing(
    case: Case, body: AccountRead | CreditRecordRead | Assessed | OutsideFailed, at: datetime
) -> dict[str, object]:
    match body:
        case AccountRead(account=account):
            known = {t.reference: t for t in case.transactions}
            known |= {t.reference: t for t in account.transactions}
            newer = case.account_as_of is None or account.as_of >= case.account_as_of
            changes: dict[str, object] = {
                "transactions": tuple(known[k] for k in sorted(known)),
                "account_reads": case.account_reads + 1,
                "failing": _healed(case, "core_banking"),
            }
            if newer:
                changes |= {
                    "instalments": account.instalments,
                    "account_as_of": account.as_of,
                    "previous_episodes": account.previous_episodes,
                }
            return changes
        case CreditRecordRead():
            healed = _healed(case, "credit_bureau")
            return {"credit": body.record, "credit_tried": case.credit_tried + 1, "failing": healed}
        case Assessed():
            return {"assessed": body, "failing": _healed(case, "credit_bureau")}
        case OutsideFailed():
            before = case.failing.get(body.system)
            failing = Failing(
                count=before.count + 1 if before else 1,
                since=before.since if before else at,
                last=at,
                code=body.code,
            )
            tried = {"credit_tried": case.credit_tried + 1} if body.system == "credit_bureau" else {}
            reads = {"account_reads": case.account_reads + 1} if body.system == "core_banking" else {}
            return {"failing": {**case.failing, body.system: failing}, **tried, **reads}


def _paying(case: Case, body: PaymentPosted | PaymentReversed) -> dict[str, object]:
    known = {t.reference: t for t in case.transactions}
    if body.reference in known:
        return {}
    if isinstance(body, PaymentPosted):
        known[body.reference] = Transaction(reference=body.reference, amount=body.amount, value_date=body.value_date)
    else:
        paid = known.get(body.reverses)
        known[body.reference] = Transaction(
            reference=body.reference,
            kind="reversal",
            amount=paid.amount if paid else 0,  # pyright: ignore[reportArgumentType]
            value_date=body.value_date,
            reverses=body.reverses,
        )
    return {"transactions": tuple(known[k] for k in sorted(known))}


def _contacting(case: Case, body: Fact, at: datetime) -> dict[str, object]:
    match body:
        case AttemptReserved():
            opened = OpenAttempt(proposal=body.proposal, state="reserved", at=at)
            return {"open_attempt": opened, "attempts": case.attempts + 1, "stop_all_refusals": 0}
        case AttemptRefused():
            return {"attempts": case.attempts + 1} | _refused(case, body)
        case AttemptSending():
            return {"open_attempt": _moved(case, body.attempt, "sending")}
        case AttemptUnknown():
            return {"open_attempt": _moved(case, body.attempt, "unknown")}
        case AttemptReleased():
            return {"open_attempt": None} if _is_open(case, body.attempt) else {}
        case AttemptSent():
            return _sent(case, body, at)
        case ContactResultPosted():
            return _resulted(case, body.attempt, body.result)
        case ContactRecorded():
            changes = _resulted(case, body.attempt, body.result) if body.attempt else {}
            if body.result == "disputed":
                changes["disputed"] = True
            if body.quiet_until:
                changes["quiet_until"] = body.quiet_until
            if case.task and case.task.attempt == body.attempt:
                changes["task"] = None
            return changes
        case _:
            standing = apply_standing(case.standing, body)
            return {} if standing == case.standing else {"standing": standing}


def _sent(case: Case, body: AttemptSent, at: datetime) -> dict[str, object]:
    if case.open_attempt is None or not _is_open(case, body.attempt):
        return {}
    proposal = case.open_attempt.proposal
    result = case.open_attempt.result
    contact = PastContact(attempt=body.attempt, proposal=proposal, at=at, result=result, shadow=body.shadow)
    changes: dict[str, object] = {
        "open_attempt": None,
        "contacts": (*case.contacts, contact)[-REMEMBERED:],
        "contacts_made": case.contacts_made + 1,
        "rung": case.rung + 1,
        "not_before": None,
        "failing": _healed(case, "messaging", "telephony"),
    }
    if proposal.deadline and not body.shadow:
        changes["task"] = Task(attempt=body.attempt, deadline=proposal.deadline)
    return changes


def _refused(case: Case, body: AttemptRefused) -> dict[str, object]:
    verdict = body.verdict
    if verdict.verdict == "defer":
        return {"not_before": verdict.until}
    if any(finding.release == "stop_all_lifted" for finding in verdict.findings):
        return {"stop_all_refusals": case.stop_all_refusals + 1}
    return {"rung": case.rung + 1}


def _resulted(case: Case, attempt: str, result: ContactResult) -> dict[str, object]:
    changes: dict[str, object] = {}
    proposal: ContactProposal | None = None
    if case.open_attempt is not None and _is_open(case, attempt):
        proposal = case.open_attempt.proposal
        told = _stronger(case.open_attempt.result, result)
        changes["open_attempt"] = case.open_attempt.model_copy(update={"result": told})
    for index, contact in enumerate(case.contacts):
        if contact.attempt == attempt:
            proposal = contact.proposal
            told = contact.model_copy(update={"result": _stronger(contact.result, result)})
            changes["contacts"] = (*case.contacts[:index], told, *case.contacts[index + 1 :])
    if result == "disputed":
        changes["disputed"] = True
    if result in ("undeliverable", "wrong_number") and proposal:
        changes["invalid_points"] = _with(case.invalid_points, proposal.contact_point_id)
    return changes


_TELLING: tuple[ContactResult, ...] = (
    "delivered",
    "no_answer",
    "answered",
    "undeliverable",
    "wrong_number",
    "right_party",
    "needs_time",
    "promised",
    "refused",
    "disputed",
)


def _stronger(one: ContactResult | None, other: ContactResult) -> ContactResult:
    """Receipts overtake one another: the one that tells most stands, whatever came last."""
    return other if one is None or _TELLING.index(other) > _TELLING.index(one) else one


def _is_open(case: Case, attempt: str) -> bool:
    return case.open_attempt is not None and case.open_attempt.proposal.attempt == attempt


def _moved(case: Case, attempt: str, state: Literal["sending", "unknown"]) -> OpenAttempt | None:
    if case.open_attempt is None or not _is_open(case, attempt):
        return case.open_attempt
    return case.open_attempt.model_copy(update={"state": state})


def _with(ids: tuple[str, ...], new: str) -> tuple[str, ...]:
    return tuple(sorted({*ids, new}))


def _healed(case: Case, *systems: str) -> dict[Code, Failing]:
    return {name: state for name, state in case.failing.items() if name not in systems}
