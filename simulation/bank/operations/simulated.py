"""The control plane: no bank has it."""

from __future__ import annotations

from simulation.bank import control, faults, people
from simulation.bank.operations.table import Call, Operation
from simulation.bank.store import Store
from simulation.model import (
    AcceptedContacts,
    Acts,
    Asking,
    BookLoad,
    DeliveryNote,
    Done,
    Fault,
    Health,
    Loaded,
    LoanRefs,
    MoneyPosted,
    NextActs,
    PaymentOrder,
    Planned,
    ReversalOrder,
)


def _fault(store: Store, call: Call) -> Done:
    faults.add(store, call.body)
    return Done()


def _heal(store: Store, call: Call) -> Done:
    faults.clear(store, call.query.system)
    return Done()


OPERATIONS: tuple[Operation, ...] = (
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
        "Acts by time: those not yet delivered, or with `delivered=true` those that are.",
        Acts,
        lambda store, call: control.acts(store, call.query),
        query=control.ActsQuery,
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
        "Mark an act as delivered, with what became of it; answers how many acts follow.",
        Planned,
        lambda store, call: people.delivered(store, call.part, call.body),
        body=DeliveryNote,
        problems={404: ("unknown_act",), 422: ("invalid_request",)},
    ),
    Operation(
        "POST",
        "/simulation/asks",
        "A case asks people of the bank for something: what they do about it is planned.",
        Planned,
        lambda store, call: people.ask(store, call.body),
        body=Asking,
        problems={422: ("invalid_request", "unknown_loan")},
    ),
    Operation(
        "GET",
        "/simulation/accepted",
        "What the gateways really took, in order; no addresses.",
        AcceptedContacts,
        lambda store, call: control.accepted(store, call.query),
        query=control.AcceptedQuery,
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
        query=control.FaultsQuery,
        problems={422: ("invalid_request",)},
    ),
)
