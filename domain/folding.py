"""How each fact changes a case: the cases of `Case.apply`, apart from the case itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from domain.parts import Failing, OpenAttempt, PastContact, Task
from domain.standing import apply_standing
from schemas.base import Code
from schemas.contact import ContactProposal, ContactResult
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
    OutsideFailed,
    Parked,
    Paused,
    PaymentPosted,
    PaymentReversed,
    Rebuilt,
    Resumed,
    StageEntered,
    TakenOver,
)
from schemas.loan import ContactPoint, Transaction

if TYPE_CHECKING:
    from domain.case import Case

REMEMBERED = 24
"""How many past contacts a case carries; caps are counted by the ledger over all of them."""


def changes(case: Case, body: Fact, at: datetime) -> dict[str, object]:
    """The fields of `case` that `body`, which happened `at`, changes."""
    match body:
        case EpisodeOpened():
            fresh = type(case)(loan_id=case.loan_id, standing=case.standing, added_points=case.added_points)
            kept = {"loan_id", "standing", "added_points", "head", "decision_head", "clock", "transactions"}
            reset = {k: getattr(fresh, k) for k in type(case).model_fields if k not in kept}
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
            newer = case.account_as_of is None or account.as_of >= case.account_as_of
            changes: dict[str, object] = {
                "transactions": _together(case.transactions, account.transactions),
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
    if isinstance(body, PaymentPosted):
        moved = Transaction(reference=body.reference, amount=body.amount, value_date=body.value_date)
    else:
        paid = next((t for t in case.transactions if _key(t) == ("payment", body.reverses)), None)
        moved = Transaction(
            reference=body.reference,
            kind="reversal",
            amount=paid.amount if paid else Decimal(0),
            value_date=body.value_date,
            reverses=body.reverses,
        )
    return {"transactions": _together((moved,), case.transactions)}


def _together(*sets: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    """All transactions, each once; of two records of one, that of the later set. A reversal may bear its payment's
    reference: they are two movements."""
    known = {_key(t): t for some in sets for t in some}
    return tuple(known[key] for key in sorted(known))


def _key(transaction: Transaction) -> tuple[str, str]:
    return (transaction.kind, transaction.reference)


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
        case AttemptReleased() if case.open_attempt is not None and _is_open(case, body.attempt):
            return {"open_attempt": None, "released": case.open_attempt}
        case AttemptReleased():
            return {}
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
    # A gateway may say, after we gave an attempt up, that it went out after all: then it counts.
    begun = next((a for a in (case.open_attempt, case.released) if a and a.proposal.attempt == body.attempt), None)
    if begun is None:
        return {}
    proposal, result = begun.proposal, begun.result
    contact = PastContact(attempt=body.attempt, proposal=proposal, at=at, result=result, shadow=body.shadow)
    still_open = None if _is_open(case, body.attempt) else case.open_attempt
    changes: dict[str, object] = {
        "open_attempt": still_open,
        "released": None,
        "contacts": (*case.contacts, contact)[-REMEMBERED:],
        "contacts_made": case.contacts_made + 1,
        "rung": max(case.rung + 1, proposal.rung),
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
    return {"rung": max(case.rung + 1, body.proposal.rung)}


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
