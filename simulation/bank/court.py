"""The court's side: takes a step once, answers with the number of the suit, and reports later what came of it."""

from __future__ import annotations

from schemas.court import CourtStep
from schemas.gateways import CourtReceipt, CourtRequest
from simulation import court
from simulation.bank.answering import answered, asked_by_key, debtor, history, plan, remember
from simulation.bank.documents import lacking
from simulation.bank.store import Store
from simulation.model import today_at_bank

PATHS: dict[CourtStep, str] = {
    "file": "filings",
    "apply_for_enforcement": "enforcements",
    "check_property": "property-checks",
    "withdraw": "withdrawals",
}


def take(store: Store, step: CourtStep, key: str, request: CourtRequest) -> CourtReceipt:
    """Take a step. 422 unknown_loan, 409 idempotency_conflict for a key used with another body."""
    with store.transaction():
        known = answered(store, _kept(step), key, request, CourtReceipt)
        if known is not None:
            return known
        borrower, loan = debtor(store, request.loan_id, request.borrower_id)
        if step == "withdraw":
            _drop(store, request)
        missing = lacking(store, loan, request.as_of)
        plan(store, court.follows(store.seed, borrower, step, key, request, missing, history(store, loan)))
        receipt = CourtReceipt(
            reference=court.case_number(store.seed, loan.loan_id),
            on=today_at_bank(request.as_of),
            claim=request.claim,
            as_of=request.as_of,
        )
        remember(store, _kept(step), key, request, receipt, loan.loan_id)
        return receipt


def receipt(store: Store, step: CourtStep, key: str) -> CourtReceipt:
    """What was answered under `key`. 404 unknown_key."""
    return asked_by_key(store, _kept(step), key, CourtReceipt)


def _drop(store: Store, request: CourtRequest) -> None:
    """After a withdrawal nothing more is reported, and nothing more comes of it."""
    for step in PATHS:
        for key in store.keys_of(request.loan_id, _kept(step)):
            store.withdraw(request.loan_id, key, request.as_of)


def _kept(step: CourtStep) -> str:
    """Under which name the store keeps what was answered."""
    return f"court_{PATHS[step].replace('-', '_')}"
