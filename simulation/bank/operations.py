"""Every endpoint in one table: the application is routed by it, and the OpenAPI document written from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from schemas.gateways import BureauInquiry, CallRequest, GatewayReceipt, MessageRequest
from schemas.loan import Account, CreditRecord
from simulation.bank import control, faults, systems
from simulation.bank.control import AcceptedQuery, ActsQuery, FaultsQuery
from simulation.bank.store import Store
from simulation.bank.systems import AccountQuery
from simulation.model import (
    AcceptedContacts,
    Acts,
    BookLoad,
    Done,
    Fault,
    Health,
    Loaded,
    LoanRefs,
    MoneyPosted,
    NextActs,
    PaymentOrder,
    ReversalOrder,
    System,
)


@dataclass(frozen=True)
class Call:
    """One request, checked: `part` is what the path names, `key` the Idempotency-Key."""

    part: str = ""
    key: str = ""
    body: Any = None
    query: Any = None


@dataclass(frozen=True)
class Operation:
    """One endpoint. `system`: whose faults strike it; `keyed`: it wants an Idempotency-Key; `takes`: a lost answer or
    a refusal can strike it; `problems`: codes by status.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    answer: type[BaseModel]
    run: Callable[[Store, Call], BaseModel]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    system: System | None = None
    keyed: bool = False
    takes: bool = False
    problems: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The first part of the path."""
        return self.path.split("/")[1]


def _fault(store: Store, call: Call) -> Done:
    faults.add(store, call.body)
    return Done()


def _heal(store: Store, call: Call) -> Done:
    faults.clear(store, call.query.system)
    return Done()


_TAKEN = {409: ("idempotency_conflict",), 422: ("invalid_request", "invalid_address", "wrong_channel", "unknown_loan")}

CONTRACT: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/core/loans/{loan_id}/account",
        "The account as of a moment: schedule, transactions posted by then, arrears and outstanding.",
        Account,
        lambda store, call: systems.account(store, call.part, call.query),
        query=AccountQuery,
        system="core",
        takes=True,  # so that a lost answer and a refusal can be tried on core banking too
        problems={404: ("unknown_loan",), 422: ("invalid_request",)},
    ),
    Operation(
        "POST",
        "/bureau/inquiries",
        "Inquire a borrower's credit record, under their authorisation and for a stated purpose.",
        CreditRecord,
        lambda store, call: systems.inquire(store, call.key, call.body),
        body=BureauInquiry,
        system="bureau",
        keyed=True,
        takes=True,
        problems={409: ("idempotency_conflict",), 422: ("invalid_request", "unknown_loan")},
    ),
    Operation(
        "POST",
        "/messaging/messages",
        "Send one message by SMS, email, app push or letter.",
        GatewayReceipt,
        lambda store, call: systems.take(
            store, "messaging", call.key, call.body, ("sms", "email", "app_push", "letter")
        ),
        body=MessageRequest,
        system="messaging",
        keyed=True,
        takes=True,
        problems=_TAKEN,
    ),
    Operation(
        "GET",
        "/messaging/messages/{key}",
        "Was a message taken under this key? Its receipt, or 404: it was never taken.",
        GatewayReceipt,
        lambda store, call: systems.receipt(store, "messaging", call.part),
        system="messaging",
        problems={404: ("unknown_key",)},
    ),
    Operation(
        "POST",
        "/telephony/robot-calls",
        "Have a robot call one number.",
        GatewayReceipt,
        lambda store, call: systems.take(store, "telephony", call.key, call.body, ("robot_call",)),
        body=CallRequest,
        system="telephony",
        keyed=True,
        takes=True,
        problems=_TAKEN,
    ),
    Operation(
        "POST",
        "/telephony/human-calls",
        "Give collectors the task to call one number until a deadline.",
        GatewayReceipt,
        lambda store, call: systems.take(store, "telephony", call.key, call.body, ("human_call",)),
        body=CallRequest,
        system="telephony",
        keyed=True,
        takes=True,
        problems=_TAKEN,
    ),
    Operation(
        "GET",
        "/telephony/calls/{key}",
        "Was a call or a task taken under this key? Its receipt, or 404: it was never taken.",
        GatewayReceipt,
        lambda store, call: systems.receipt(store, "telephony", call.part),
        system="telephony",
        problems={404: ("unknown_key",)},
    ),
)

SIMULATION: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/health",
        "The bank is up, how many loans it has and by which seed its borrowers act.",
        Health,
        lambda store, _: Health(seed=store.seed, loans=store.count_loans()),
    ),
    Operation(
        "POST",
        "/simulation/book",
        "Take in loans and borrowers; the same again changes nothing.",
        Loaded,
        lambda store, call: control.load(store, call.body),
        body=BookLoad,
        problems={409: ("book_conflict",), 422: ("invalid_request", "unknown_borrower")},
    ),
    Operation(
        "GET",
        "/simulation/book",
        "The loans, whose they are and how their borrowers behave.",
        LoanRefs,
        lambda store, _: control.loans(store),
    ),
    Operation(
        "GET",
        "/simulation/acts",
        "Borrowers' acts by time: those not yet delivered, or with `delivered=true` those that are.",
        Acts,
        lambda store, call: control.acts(store, call.query),
        query=ActsQuery,
        problems={422: ("invalid_request",)},
    ),
    Operation(
        "GET",
        "/simulation/next",
        "The earliest act not yet delivered, over the book and of each borrower.",
        NextActs,
        lambda store, _: control.next_acts(store),
    ),
    Operation(
        "POST",
        "/simulation/acts/{act_id}/delivered",
        "Mark an act as delivered.",
        Done,
        lambda store, call: control.delivered(store, call.part),
        problems={404: ("unknown_act",)},
    ),
    Operation(
        "GET",
        "/simulation/accepted",
        "What the gateways really took, in order; no addresses.",
        AcceptedContacts,
        lambda store, call: control.accepted(store, call.query),
        query=AcceptedQuery,
        problems={422: ("invalid_request",)},
    ),
    Operation(
        "POST",
        "/simulation/payments",
        "Post a payment, and the act that signals it.",
        MoneyPosted,
        lambda store, call: control.pay(store, call.body),
        body=PaymentOrder,
        problems={409: ("idempotency_conflict",), 422: ("invalid_request", "unknown_loan")},
    ),
    Operation(
        "POST",
        "/simulation/reversals",
        "Take a payment back, and the act that signals it.",
        MoneyPosted,
        lambda store, call: control.reverse(store, call.body),
        body=ReversalOrder,
        problems={
            404: ("unknown_payment",),
            409: ("idempotency_conflict", "already_reversed"),
            422: ("invalid_request",),
        },
    ),
    Operation(
        "POST",
        "/simulation/faults",
        "Make a system misbehave.",
        Done,
        _fault,
        body=Fault,
        problems={422: ("invalid_request",)},
    ),
    Operation(
        "DELETE",
        "/simulation/faults",
        "Heal one system, or all.",
        Done,
        _heal,
        query=FaultsQuery,
        problems={422: ("invalid_request",)},
    ),
)

OPERATIONS: tuple[Operation, ...] = CONTRACT + SIMULATION
