"""Messaging, telephony, field force: what they take, and tasks of people taken back."""

from __future__ import annotations

from schemas.contact import Channel
from schemas.gateways import (
    CallOffReceipt,
    CallOffRequest,
    CallRequest,
    GatewayReceipt,
    MessageRequest,
    VisitRequest,
)
from simulation.bank import contacts
from simulation.bank.contacts import Carrier
from simulation.bank.operations.table import Operation, by_key, taking

_ADDRESSED = ("invalid_address", "wrong_channel")


def _takes(
    system: Carrier,
    path: str,
    summary: str,
    body: type[MessageRequest],
    channels: tuple[Channel, ...],
    *refused: str,
) -> Operation:
    return taking(
        system,
        path,
        summary,
        body,
        GatewayReceipt,
        lambda store, call: contacts.take(store, system, call.key, call.body, channels),
        *_ADDRESSED,
        *refused,
    )


def _calls_off(system: Carrier, path: str, summary: str, channel: Channel) -> Operation:
    return Operation(
        "POST",
        path,
        summary,
        CallOffReceipt,
        lambda store, call: contacts.call_off(store, system, channel, call.part, call.body),
        body=CallOffRequest,
        system=system,
        keyed=True,
        takes=True,
        problems={404: ("unknown_key",), 422: ("invalid_request",)},
    )


OPERATIONS: tuple[Operation, ...] = (
    _takes(
        "messaging",
        "/messaging/messages",
        "Send one message by SMS, email, app push, instant message or letter.",
        MessageRequest,
        contacts.MESSAGES,
    ),
    by_key(
        "messaging",
        "/messaging/messages/{key}",
        "a message",
        GatewayReceipt,
        lambda store, call: contacts.receipt(store, "messaging", call.part),
    ),
    _takes("telephony", "/telephony/robot-calls", "Have a robot call one number.", CallRequest, ("robot_call",)),
    _takes(
        "telephony",
        "/telephony/human-calls",
        "Give collectors the task to call one number until a deadline.",
        CallRequest,
        ("human_call",),
    ),
    by_key(
        "telephony",
        "/telephony/calls/{key}",
        "a call or a task",
        GatewayReceipt,
        lambda store, call: contacts.receipt(store, "telephony", call.part),
    ),
    _calls_off(
        "telephony",
        "/telephony/human-calls/{key}/cancellation",
        "Take a collector's task back: it is not wanted any more.",
        "human_call",
    ),
    _takes(
        "field",
        "/field/visits",
        "Have people visit an address at an appointment, and report by a deadline.",
        VisitRequest,
        ("visit",),
        "team_too_small",
        "appointment_past",
    ),
    by_key(
        "field",
        "/field/visits/{key}",
        "a visit",
        GatewayReceipt,
        lambda store, call: contacts.receipt(store, "field", call.part),
    ),
    _calls_off(
        "field",
        "/field/visits/{key}/cancellation",
        "Take a visit back: it is not wanted any more.",
        "visit",
    ),
)
