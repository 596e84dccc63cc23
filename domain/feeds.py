"""Signals become facts here. A feed cannot be asked to repeat itself, so whatever comes is kept: a payment as a payment,
and what cannot be understood as a rejection that says where and by which rule, never what it contained."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from domain.money import minor_unit
from schemas.facts import (
    ContactResultPosted,
    CourtReported,
    DocumentArrived,
    InboundContact,
    PaymentPosted,
    PaymentReversed,
    SignalRejected,
    VisitReported,
)
from schemas.ledger import NewFact
from schemas.messages import (
    BorrowerChangedSignal,
    ContactResultSignal,
    CourtReportedSignal,
    DocumentArrivedSignal,
    InboundContactSignal,
    PaymentPostedSignal,
    PaymentReversedSignal,
    VisitResultSignal,
)
from schemas.terms import Part


def fact_of(name: str, payloads: Sequence[bytes], currency: str, now: datetime, serial: str) -> NewFact | None:
    """The fact that signal `name` with these JSON arguments reports on a loan in `currency`; None for a nudge.

    `serial` names the message within its workflow: a rejection's id. A hash of the message would not do, for short
    personal data can be found by trying them all.
    """
    if name == "wake":
        return None
    try:
        if len(payloads) != 1:
            raise _Malformed((f"arguments: one JSON object expected, got {len(payloads)}",))
        return _understand(name, _parse(payloads[0]), currency, now)
    except _Malformed as problem:
        return _rejected(name, problem.errors, now, serial)


LARGEST, MOST_PARTS = 65_536, 200
"""Bounds of a message, far above any that is meant."""


class _Malformed(ValueError):
    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__()
        self.errors = errors


def _parse(data: bytes) -> Any:
    # Counted, not tried: how deep a parser can go depends on the process, and a replay must judge the same.
    if len(data) > LARGEST or data.count(b"[") + data.count(b"{") > MOST_PARTS:
        raise _Malformed((f"argument: larger than {LARGEST} bytes, or more than {MOST_PARTS} lists and objects in it",))
    try:
        return json.loads(data)
    except ValueError:
        raise _Malformed(("argument: not JSON",)) from None


def _understand(name: str, value: Any, currency: str, now: datetime) -> NewFact | None:
    understand = _SIGNALS.get(name)
    if understand is None:
        raise _Malformed(("signal: no such signal; see docs/integration.md",))
    try:
        return understand(json.dumps(value), currency, now)
    except ValidationError as error:
        raise _Malformed(places(error)) from None


def _reversal(text: str, currency: str, now: datetime) -> NewFact:
    reversal = PaymentReversedSignal.model_validate_json(text)
    body = PaymentReversed(
        reference=reversal.reference,
        reverses=reversal.reverses,
        value_date=reversal.value_date,
        charged_back=reversal.charged_back,
    )
    return NewFact(
        fact_id=f"reversal:{reversal.reference}",
        occurred_at=reversal.posted_at or now,
        source="payment_system",
        body=body,
    )


def _result(text: str, currency: str, now: datetime) -> NewFact:
    result = ContactResultSignal.model_validate_json(text)
    body = ContactResultPosted(attempt=result.attempt, result=result.result, recording=result.recording)
    fact_id = f"result:{result.attempt}:{result.result}"
    return NewFact(fact_id=fact_id, occurred_at=result.at, source="gateway", body=body)


def _inbound(text: str, currency: str, now: datetime) -> NewFact:
    told = InboundContactSignal.model_validate_json(text)
    body = InboundContact(inbound=told.inbound, channel=told.channel, intent=told.intent)
    return NewFact(fact_id=f"inbound:{told.inbound}", occurred_at=told.at, source="gateway", body=body)


def _visit(text: str, currency: str, now: datetime) -> NewFact:
    told = VisitResultSignal.model_validate_json(text)
    promise = Part(amount=told.promise.amount, due_on=told.promise.due_on) if told.promise else None
    body = VisitReported(
        attempt=told.attempt, result=told.result, staff=told.staff, promise=promise, recording=told.recording
    )
    return NewFact(fact_id=f"visit:{told.attempt}", occurred_at=told.at, source="field_force", body=body)


def _document(text: str, currency: str, now: datetime) -> NewFact:
    told = DocumentArrivedSignal.model_validate_json(text)
    fact_id = f"document:{told.piece}:{told.at.isoformat()}"
    return NewFact(fact_id=fact_id, occurred_at=told.at, source="documents", body=DocumentArrived(piece=told.piece))


def _court(text: str, currency: str, now: datetime) -> NewFact:
    told = CourtReportedSignal.model_validate_json(text)
    body = CourtReported(
        milestone=told.milestone, on=told.on, reference=told.reference, amount=told.amount, code=told.code
    )
    fact_id = f"court:{told.milestone}:{told.on.isoformat()}:{told.reference or ''}"
    return NewFact(fact_id=fact_id, occurred_at=told.at, source="court", body=body)


def _nudge(text: str, currency: str, now: datetime) -> None:
    BorrowerChangedSignal.model_validate_json(text)


def _payment(text: str, currency: str, now: datetime) -> NewFact:
    signal = PaymentPostedSignal.model_validate_json(text)
    if signal.currency != currency:
        raise _Malformed((f"currency: this loan is in {currency}",))
    if signal.amount % minor_unit(currency):
        raise _Malformed((f"amount: in whole units of {minor_unit(currency)} {currency}",))
    return NewFact(
        fact_id=f"payment:{signal.reference}",
        occurred_at=signal.posted_at or now,
        source="payment_system",
        body=PaymentPosted(
            reference=signal.reference,
            amount=signal.amount,
            currency=signal.currency,
            value_date=signal.value_date,
            designates=signal.designates,
            shared=signal.shared,
        ),
    )


_SIGNALS: dict[str, Callable[[str, str, datetime], NewFact | None]] = {
    "payment_posted": _payment,
    "payment_reversed": _reversal,
    "contact_result": _result,
    "inbound_contact": _inbound,
    "visit_result": _visit,
    "document_arrived": _document,
    "court_reported": _court,
    "borrower_changed": _nudge,
}
"""The signals by name, each with how its JSON becomes a fact, in the loan's currency, at the case's time."""


def places(error: ValidationError) -> tuple[str, ...]:
    """Where a message broke which rule. Types are pydantic's; names of fields are shown only if they look like ours, for a
    sender may write anything there too; inputs stay out."""
    return tuple(
        f"{'.'.join(_part(part) for part in item['loc']) or 'argument'}: {item['type']}"
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    )


def _part(part: int | str) -> str:
    return str(part) if isinstance(part, int) or _FIELD.fullmatch(part) else "unknown field"


_FIELD = re.compile(r"[a-z][a-z_]{0,39}")


def _rejected(name: str, errors: tuple[str, ...], now: datetime, serial: str) -> NewFact:
    shown = name if name in _SIGNALS else "unknown"
    return NewFact(
        fact_id=f"rejected:{shown}:{serial}",
        occurred_at=now,
        source="signal",
        body=SignalRejected(signal=shown, errors=errors),
    )
