"""Core banking: the account as of a moment, waivers, interest of plans, restrictions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from schemas.account import Component
from schemas.base import Instant, Submitted
from schemas.gateways import (
    GatewayReceipt,
    PlanInterestReceipt,
    PlanInterestRequest,
    RestrictionRequest,
    WaiverReceipt,
    WaiverRequest,
    WaiverReversalReceipt,
    WaiverReversalRequest,
)
from schemas.loan import Account, Transaction
from simulation.bank.answering import answered, debtor, reference, remember
from simulation.bank.behaviour import behaviour_on
from simulation.bank.problems import Refusal, unknown_loan
from simulation.bank.store import Store
from simulation.books import Balance, balance
from simulation.model import Posted, SimulatedLoan, today_at_bank

WAIVERS = "core_waivers"
"""Under which name the store keeps what was answered."""
WAIVER_REVERSALS = "core_waiver_reversals"
PLAN_INTEREST = "core_plan_interest"
RESTRICTIONS = "core_restrictions"


class AccountQuery(Submitted):
    """Query of GET /core/loans/{loan_id}/account."""

    as_of: Instant


def account(store: Store, loan_id: str, query: AccountQuery) -> Account:
    """The account at `as_of`: money posted by then, figures on the bank's date. 404 unknown_loan."""
    loan = store.loan(loan_id)
    if loan is None:
        raise unknown_loan(loan_id, 404)
    money = store.money(loan_id, query.as_of)
    moved = tuple(item.transaction for item in money)
    on = today_at_bank(query.as_of)
    today = balance(loan.instalments, moved, on, loan.contract, loan.currency)
    return Account(
        loan_id=loan_id,
        as_of=query.as_of,
        currency=loan.currency,
        instalments=loan.instalments,
        transactions=moved,
        arrears=today.arrears + loan.off_books,
        outstanding=today.outstanding + loan.off_books,
        previous_episodes=loan.previous_episodes,
        written_off_on=written_off_on(loan, money, on),
        behaviour=behaviour_on(loan, moved, on),
        contract=loan.contract,
        components=_components(loan, today),
    )


def _components(loan: SimulatedLoan, today: Balance) -> dict[Component, Decimal] | None:
    """What is outstanding of each component. Not of cards: after 90 days their payments go another way, which these books do
    not keep."""
    if loan.product == "credit_card":
        return None
    return {name: amount for name, amount in today.components.items() if amount}


def written_off_on(loan: SimulatedLoan, money: tuple[Posted, ...], on: date) -> date | None:
    """The first day, up to `on`, on which the loan was past due for as long as takes to be written off. It stays so."""
    if loan.write_off_after_days is None:
        return None
    patience = timedelta(days=loan.write_off_after_days)
    for instalment in sorted(loan.instalments, key=lambda i: i.due_on):
        day = instalment.due_on + patience
        if day > on:
            return None
        posted = [item.transaction for item in money if today_at_bank(item.posted_at) <= day]
        since = balance(loan.instalments, posted, day, loan.contract, loan.currency).overdue_since
        if since is not None and since <= instalment.due_on:
            return day
    return None


def _loan_of(store: Store, request: WaiverRequest | PlanInterestRequest) -> SimulatedLoan:
    """The loan that money is booked on, in its own currency."""
    loan = store.loan(request.loan_id)
    if loan is None:
        raise unknown_loan(request.loan_id, 422)
    if request.currency != loan.currency:
        raise Refusal(422, "wrong_currency", f"body.currency: loan {loan.loan_id} is in {loan.currency}")
    return loan


def waive(store: Store, key: str, request: WaiverRequest) -> WaiverReceipt:
    """Book a waiver, once for a key. 422 unknown_loan, wrong_currency, more_than_owed, components_do_not_add_up,
    more_than_owed_of_component; 409 on a reused key."""
    with store.transaction():
        known = answered(store, WAIVERS, key, request, WaiverReceipt)
        if known is not None:
            return known
        loan = _loan_of(store, request)
        _may_waive(request, _today(store, loan, request.as_of))
        receipt = WaiverReceipt(
            reference=reference("waiver", key),
            amount=request.amount,
            value_date=today_at_bank(request.as_of),
            as_of=request.as_of,
            made_of=request.made_of,
        )
        waived = Transaction(
            kind="waiver", **receipt.model_dump(include={"reference", "amount", "value_date", "made_of"})
        )
        store.add_movement(loan.loan_id, Posted(transaction=waived, posted_at=request.as_of))
        remember(store, WAIVERS, key, request, receipt, loan.loan_id)
        return receipt


def take_back(store: Store, key: str, request: WaiverReversalRequest) -> WaiverReversalReceipt:
    """Take a waiver back, once for a key; of one that was taken back before, the reversal that did. 422 unknown_loan,
    unknown_waiver; 409 on a reused key."""
    with store.transaction():
        known = answered(store, WAIVER_REVERSALS, key, request, WaiverReversalReceipt)
        if known is not None:
            return known
        if store.loan(request.loan_id) is None:
            raise unknown_loan(request.loan_id, 422)
        loan_id, waived = store.movement(request.reverses) or ("", None)
        if waived is None or loan_id != request.loan_id or waived.transaction.kind != "waiver":
            raise Refusal(422, "unknown_waiver", f"body.reverses: loan {request.loan_id} has no such waiver")
        back = store.reversal_of(request.reverses)
        if back is None:
            back = Transaction(
                reference=reference("waiver-back", key),
                kind="reversal",
                amount=waived.transaction.amount,
                value_date=today_at_bank(request.as_of),
                reverses=request.reverses,
            )
            store.add_movement(loan_id, Posted(transaction=back, posted_at=request.as_of))
        said = back.model_dump(include={"reference", "amount", "value_date", "reverses"})
        receipt = WaiverReversalReceipt(**said, as_of=request.as_of)
        remember(store, WAIVER_REVERSALS, key, request, receipt, loan_id)
        return receipt


def charge(store: Store, key: str, request: PlanInterestRequest) -> PlanInterestReceipt:
    """Charge interest of a plan, once for a key. 422 unknown_loan, wrong_currency, not_yet_due; 409 on a reused key."""
    with store.transaction():
        known = answered(store, PLAN_INTEREST, key, request, PlanInterestReceipt)
        if known is not None:
            return known
        loan = _loan_of(store, request)
        if request.amount <= 0 or request.on > today_at_bank(request.as_of):
            raise Refusal(422, "not_yet_due", "body.on: interest is charged once it has fallen due, and never nothing")
        receipt = PlanInterestReceipt(
            reference=reference("interest", key), amount=request.amount, value_date=request.on, as_of=request.as_of
        )
        charged = Transaction(
            reference=receipt.reference,
            kind="charge",
            amount=receipt.amount,
            value_date=receipt.value_date,
            component="interest",
        )
        store.add_movement(loan.loan_id, Posted(transaction=charged, posted_at=request.as_of))
        remember(store, PLAN_INTEREST, key, request, receipt, loan.loan_id)
        return receipt


def restrict(store: Store, key: str, told: RestrictionRequest) -> GatewayReceipt:
    """Impose or lift a restriction; the same key, the same receipt. 422 unknown_loan, no_limit; 409 on a reused key."""
    with store.transaction():
        known = answered(store, RESTRICTIONS, key, told, GatewayReceipt)
        if known is not None:
            return known
        _, loan = debtor(store, told.loan_id, told.borrower_id)
        if told.restriction == "freeze" and loan.product != "credit_card":
            raise Refusal(422, "no_limit", f"body.restriction: loan {loan.loan_id} is no credit card")
        receipt = GatewayReceipt(reference=reference("restriction", key), status="accepted", as_of=told.as_of)
        remember(store, RESTRICTIONS, key, told, receipt, told.loan_id)
        return receipt


def _today(store: Store, loan: SimulatedLoan, as_of: datetime) -> Balance:
    moved = (item.transaction for item in store.money(loan.loan_id, as_of))
    return balance(loan.instalments, moved, today_at_bank(as_of), loan.contract, loan.currency)


def _may_waive(request: WaiverRequest, today: Balance) -> None:
    """No more than is owed, in all and of each component, and of components that are the whole of it."""
    if not 0 < request.amount <= today.outstanding:
        raise Refusal(422, "more_than_owed", "body.amount: more than is owed on the loan, or nothing")
    if request.made_of is None:
        return
    if fault := request.made_of.fault(request.amount):
        raise Refusal(422, "components_do_not_add_up", f"body.made_of.components: {fault}")
    for part in request.made_of.components:
        owed = today.may_waive(part.component, request.made_of.agreed_on)
        if part.amount > owed:
            text = f"body.made_of.components: {part.amount} of {part.component}, and {owed} is owed of it"
            raise Refusal(422, "more_than_owed_of_component", text)
