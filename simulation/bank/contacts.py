"""Messaging, telephony, field force: they take a message, a call, a visit once, and let the borrower react."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from domain.artefacts import digest
from schemas.contact import POINT_OF, Channel
from schemas.gateways import CallOffReceipt, CallOffRequest, GatewayReceipt, MessageRequest, VisitRequest
from schemas.loan import PointKind
from simulation.bank.answering import answered, asked_by_key, debtor, history, plan, reference
from simulation.bank.problems import Refusal
from simulation.bank.store import Store
from simulation.borrowers import react
from simulation.model import AcceptedContact

Carrier = Literal["messaging", "telephony", "field"]

MESSAGES: tuple[Channel, ...] = ("sms", "email", "app_push", "im", "letter")
_PREFIX: dict[Carrier, str] = {"messaging": "msg", "telephony": "call", "field": "visit"}
_ADDRESS: dict[PointKind, re.Pattern[str]] = {
    "phone": re.compile(r"\+?[0-9][0-9 -]{4,24}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "app": re.compile(r"\S+"),
    "im": re.compile(r"\S+"),
    "postal": re.compile(r"(?s)\s*\S.*"),
}
SMALLEST_TEAM = 2


def take(
    store: Store, system: Carrier, key: str, request: MessageRequest, channels: tuple[Channel, ...]
) -> GatewayReceipt:
    """Take a message, a call or a visit, once for a key, and let the borrower react.

    422 wrong_channel, invalid_address, unknown_loan, and what `_check_visit` says; 409 idempotency_conflict for a key used
    with another body.
    """
    with store.transaction():
        known = answered(store, system, key, request, GatewayReceipt)
        if known is not None:
            return known
        _check(request, channels)
        borrower, loan = debtor(store, request.loan_id, request.borrower_id)
        receipt = GatewayReceipt(reference=reference(_PREFIX[system], key), status="accepted", as_of=request.as_of)
        fields = request.model_dump(exclude={"address", "text", "language", "papers"})
        contact = AcceptedContact(seq=store.next_seq(), system=system, key=key, reference=receipt.reference, **fields)
        plan(store, react(store.seed, borrower, contact, history(store, loan)))
        store.add_answer(
            contact.seq,
            system,
            key,
            digest(request),
            receipt.model_dump_json(),
            loan.loan_id,
            contact.model_dump_json(),
        )
        return receipt


def receipt(store: Store, system: Carrier, key: str) -> GatewayReceipt:
    """The receipt given under `key`. 404 unknown_key: it was never taken."""
    return asked_by_key(store, system, key, GatewayReceipt)


def call_off(store: Store, system: Carrier, channel: Channel, key: str, request: CallOffRequest) -> CallOffReceipt:
    """Take a task of people back, and with it all that hangs on it; the first answer stands. 404 unknown_key."""
    asked = f"{system}_cancellation"
    with store.transaction():
        known = store.answer(asked, key)
        if known is not None:
            return CallOffReceipt.model_validate_json(known[1])
        contact = store.contact(key)
        if contact is None or contact.system != system or contact.channel != channel:
            raise Refusal(404, "unknown_key", f"{system} has no {channel.replace('_', ' ')} under the key {key}")
        status = "too_late" if _is_late(store, contact, request.as_of) else "called_off"
        answer = CallOffReceipt(status=status, as_of=request.as_of)
        if status == "called_off":
            store.withdraw(contact.loan_id, key, request.as_of)
            store.change_contact(contact.model_copy(update={"called_off": True}))
        store.add_answer(store.next_seq(), asked, key, digest(request), answer.model_dump_json(), contact.loan_id)
        return answer


def _is_late(store: Store, contact: AcceptedContact, as_of: datetime) -> bool:
    """People are at it once an appointment has come; a collector's task is over once acted on, or at its deadline."""
    if contact.appointment is not None:
        return as_of >= contact.appointment
    if contact.deadline is not None and as_of >= contact.deadline:
        return True
    done = store.acts_of(contact.loan_id, delivered=True)
    due = (act for act in store.acts_of(contact.loan_id, delivered=False) if act.at <= as_of)
    return any(act.kind == "record_contact" and act.cause == contact.key for act in (*done, *due))


def _check(request: MessageRequest, channels: tuple[Channel, ...]) -> None:
    if request.channel not in channels:
        wanted = " or ".join(channels)
        raise Refusal(422, "wrong_channel", f"body.channel: {request.channel} here, expected {wanted}")
    kind = POINT_OF[request.channel]
    if not _ADDRESS[kind].fullmatch(request.address):
        text = f"body.address: does not look like the {kind} address that {request.channel} needs"
        raise Refusal(422, "invalid_address", text)
    if isinstance(request, VisitRequest):
        _check_visit(request)


def _check_visit(visit: VisitRequest) -> None:
    """422 team_too_small, appointment_past."""
    if visit.team < SMALLEST_TEAM:
        raise Refusal(422, "team_too_small", f"body.team: {visit.team}, at least {SMALLEST_TEAM} people go on a visit")
    if visit.appointment <= visit.as_of:
        raise Refusal(422, "appointment_past", "body.appointment: expected later than body.as_of")
