"""What all systems share: the same key is the same request, a debtor must be known, acts come with their money."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel

from domain.artefacts import digest
from simulation.bank.problems import Refusal, unknown_loan
from simulation.bank.store import Store
from simulation.model import Act, SimulatedBorrower, SimulatedLoan
from simulation.occasion import History, posted_by

Answer = TypeVar("Answer", bound=BaseModel)


def answered(store: Store, system: str, key: str, request: BaseModel, answer: type[Answer]) -> Answer | None:
    """What this very request was answered before; None for a new key. 409 idempotency_conflict for another request's."""
    known = store.answer(system, key)
    if known is None:
        return None
    if known[0] != digest(request):
        text = f"{system} has taken another request under the key {key}; a new request wants a new key"
        raise Refusal(409, "idempotency_conflict", text)
    return answer.model_validate_json(known[1])


def remember(store: Store, system: str, key: str, request: BaseModel, answer: BaseModel, loan_id: str) -> None:
    """Keep the answer given under a key."""
    store.add_answer(store.next_seq(), system, key, digest(request), answer.model_dump_json(), loan_id)


def asked_by_key(store: Store, system: str, key: str, answer: type[Answer]) -> Answer:
    """What was answered under `key`. 404 unknown_key: nothing was ever taken under it."""
    known = store.answer(system, key)
    if known is None:
        name = system.replace("_", " ")
        raise Refusal(404, "unknown_key", f"{name} has taken nothing under the key {key}")
    return answer.model_validate_json(known[1])


def reference(prefix: str, key: str) -> str:
    """A system's own reference of what it took under `key`."""
    return f"{prefix}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def debtor(store: Store, loan_id: str, borrower_id: str) -> tuple[SimulatedBorrower, SimulatedLoan]:
    """The loan and who owes it. 422 unknown_loan."""
    loan = store.loan(loan_id)
    borrower = store.borrower(borrower_id)
    if loan is None or borrower is None or loan.borrower_id != borrower_id:
        raise unknown_loan(f"{loan_id} of borrower {borrower_id}", 422)
    return borrower, loan


def history(store: Store, loan: SimulatedLoan) -> History:
    """What has happened on a loan, and what is on its way."""
    contacts = tuple(contact for contact in store.contacts(loan.loan_id) if not contact.called_off)
    money, acts = store.money(loan.loan_id), store.acts_of(loan.loan_id)
    return History(loan=loan, contacts=contacts, money=money, acts=acts)


def plan(store: Store, acts: Iterable[Act]) -> int:
    """Take acts in, with the money that they signal; answers how many."""
    count = 0
    for act in acts:
        store.add_act(act)
        count += 1
        moved = posted_by(act)
        if moved is None:
            continue
        if moved.transaction.reverses:
            paid = store.movement(moved.transaction.reverses)
            assert paid is not None  # a reaction takes back what it has just paid
            amount = paid[1].transaction.amount
            moved = moved.model_copy(update={"transaction": moved.transaction.model_copy(update={"amount": amount})})
        store.add_movement(act.loan_id, moved)
    return count
