"""Signals become facts here. A feed cannot be asked to repeat itself, so whatever comes is kept: a payment as a payment,
and what cannot be understood as a rejection that says where and by which rule, never what it contained."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas.facts import ContactResultPosted, PaymentPosted, PaymentReversed, SignalRejected
from schemas.ledger import NewFact
from schemas.messages import (
    BorrowerChangedSignal,
    ContactResultSignal,
    PaymentPostedSignal,
    PaymentReversedSignal,
)

NUDGES = ("borrower_changed", "wake")
"""Signals that carry no fact of their own: look into the ledger."""


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
    try:
        match name:
            case "payment_posted":
                return _payment(PaymentPostedSignal.model_validate_json(json.dumps(value)), currency, now)
            case "payment_reversed":
                reversal = PaymentReversedSignal.model_validate_json(json.dumps(value))
                return NewFact(
                    fact_id=f"reversal:{reversal.reference}",
                    occurred_at=reversal.posted_at or now,
                    source="payment_system",
                    body=PaymentReversed(
                        reference=reversal.reference,
                        reverses=reversal.reverses,
                        value_date=reversal.value_date,
                    ),
                )
            case "contact_result":
                result = ContactResultSignal.model_validate_json(json.dumps(value))
                return NewFact(
                    fact_id=f"result:{result.attempt}:{result.result}",
                    occurred_at=result.at,
                    source="gateway",
                    body=ContactResultPosted(attempt=result.attempt, result=result.result),
                )
            case "borrower_changed":
                BorrowerChangedSignal.model_validate_json(json.dumps(value))
                return None
            case _:
                raise _Malformed(("signal: no such signal; see docs/integration.md",))
    except ValidationError as error:
        raise _Malformed(places(error)) from None


def _payment(signal: PaymentPostedSignal, currency: str, now: datetime) -> NewFact:
    if signal.currency != currency:
        raise _Malformed((f"currency: this loan is in {currency}",))
    return NewFact(
        fact_id=f"payment:{signal.reference}",
        occurred_at=signal.posted_at or now,
        source="payment_system",
        body=PaymentPosted(
            reference=signal.reference,
            amount=signal.amount,
            currency=signal.currency,
            value_date=signal.value_date,
        ),
    )


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
    known = {"payment_posted", "payment_reversed", "contact_result", "borrower_changed"}
    shown = name if name in known else "unknown"
    return NewFact(
        fact_id=f"rejected:{shown}:{serial}",
        occurred_at=now,
        source="signal",
        body=SignalRejected(signal=shown, errors=errors),
    )
