"""The control plane: what tests and the book's clock do to the simulated world. No real bank has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from schemas.base import Identifier, Instant, Submitted
from schemas.loan import Transaction
from schemas.messages import PaymentPostedSignal, PaymentReversedSignal
from simulation.bank.answering import plan
from simulation.bank.problems import Refusal, unknown_loan
from simulation.bank.store import Store, stamp
from simulation.borrowers import unasked
from simulation.chance import name
from simulation.model import (
    AcceptedContacts,
    Act,
    Acts,
    BookLoad,
    Loaded,
    LoanRef,
    LoanRefs,
    MoneyPosted,
    NextAct,
    NextActs,
    PaymentOrder,
    Posted,
    ReversalOrder,
    SimulatedLoan,
    System,
    today_at_bank,
)


class ActsQuery(Submitted):
    """Query of GET /simulation/acts. `after`: only acts later than this; `until`: not later than this."""

    borrower_id: Identifier | None = None
    after: Instant | None = None
    until: Instant | None = None
    limit: int = Field(default=100, ge=1, le=10_000)
    delivered: bool = False


class AcceptedQuery(Submitted):
    """Query of GET /simulation/accepted; without a loan, of all."""

    loan_id: Identifier | None = None


class FaultsQuery(Submitted):
    """Query of DELETE /simulation/faults; without a system, of all."""

    system: System | None = None


def load(store: Store, book: BookLoad) -> Loaded:
    """Take in borrowers and loans. What is there already must be the same: 409 book_conflict."""
    borrowers = loans = acts = 0
    with store.transaction():
        for borrower in book.borrowers:
            known = store.borrower(borrower.borrower_id)
            if known is None:
                store.add_borrower(borrower)
                borrowers += 1
            elif known != borrower:
                raise Refusal(409, "book_conflict", f"borrower {borrower.borrower_id} is here, and different")
        for loan in book.loans:
            known = store.loan(loan.loan_id)
            if known is None:
                acts += _add_loan(store, loan, book.opened_at)
                loans += 1
            elif known != loan:
                raise Refusal(409, "book_conflict", f"loan {loan.loan_id} is here, and different")
    return Loaded(borrowers=borrowers, loans=loans, acts=acts)


def _add_loan(store: Store, loan: SimulatedLoan, opened_at: datetime) -> int:
    borrower = store.borrower(loan.borrower_id)
    if borrower is None:
        text = f"loan {loan.loan_id}: its borrower {loan.borrower_id} is neither here nor in this load"
        raise Refusal(422, "unknown_borrower", text)
    store.add_loan(loan)
    for paid in loan.transactions:
        # What was paid before the book opened is there from the start, whatever is asked as of when.
        booked = datetime.combine(paid.value_date, datetime.min.time(), tzinfo=UTC)
        store.add_movement(loan.loan_id, Posted(transaction=paid, posted_at=min(booked, opened_at)))
    return plan(store, unasked(store.seed, borrower, loan, opened_at))


def loans(store: Store) -> LoanRefs:
    """Every loan with its borrower and that borrower's character."""
    rows = store.db.execute(
        "SELECT loan_id, borrower_id, b.body ->> '$.character' FROM loans JOIN borrowers b USING (borrower_id)"
        " ORDER BY loan_id"
    )
    return LoanRefs(loans=tuple(LoanRef(loan_id=a, borrower_id=b, character=c) for a, b, c in rows))


def acts(store: Store, query: ActsQuery) -> Acts:
    """Acts by time, of one borrower or of all: those not yet delivered, or those that are."""
    rows = store.db.execute(
        "SELECT body FROM acts WHERE delivered = ?1 AND (?2 IS NULL OR borrower_id = ?2)"
        " AND at > ?3 AND at <= ?4 ORDER BY at, id LIMIT ?5",
        (
            int(query.delivered),
            query.borrower_id,
            stamp(query.after) if query.after else "",
            stamp(query.until) if query.until else "9999",
            query.limit,
        ),
    )
    return Acts(acts=tuple(Act.model_validate_json(row[0]) for row in rows))


def next_acts(store: Store) -> NextActs:
    """The earliest act not yet delivered, over the book and of each borrower."""
    rows = store.db.execute(
        "SELECT borrower_id, at, id FROM (SELECT *, row_number() OVER (PARTITION BY borrower_id ORDER BY at, id)"
        " AS place FROM acts WHERE delivered = 0) WHERE place = 1 ORDER BY at, id"
    )
    found = tuple(NextAct(borrower_id=b, at=datetime.fromisoformat(at), act_id=a) for b, at, a in rows)
    return NextActs(at=found[0].at if found else None, borrowers=found)


def accepted(store: Store, query: AcceptedQuery) -> AcceptedContacts:
    """What the gateways really took, in order, without addresses."""
    return AcceptedContacts(contacts=store.contacts(query.loan_id))


def pay(store: Store, order: PaymentOrder) -> MoneyPosted:
    """Post a payment, and the act that signals it. 422 unknown_loan, 409 on a reused reference."""
    with store.transaction():
        loan = store.loan(order.loan_id)
        if loan is None:
            raise unknown_loan(order.loan_id, 422)
        at = order.posted_at
        reference = order.reference or f"pay-{name(order.loan_id, str(order.amount), stamp(at))}"
        value_date = order.value_date or today_at_bank(at)
        paid = Transaction(reference=reference, amount=order.amount, value_date=value_date)
        signal = PaymentPostedSignal(
            reference=reference,
            amount=order.amount,
            currency=loan.currency,
            value_date=value_date,
            posted_at=at,
        )
        act = Act(
            id=f"payment-{name(reference)}",
            at=order.signal_at or at,
            loan_id=loan.loan_id,
            borrower_id=loan.borrower_id,
            kind="payment",
            payload=signal.model_dump(mode="json"),
        )
        return _post(store, loan.loan_id, Posted(transaction=paid, posted_at=at), act, order.signalled)


def reverse(store: Store, order: ReversalOrder) -> MoneyPosted:
    """Take a payment back in full. 404 unknown_payment, 409 already_reversed or on a reused reference."""
    with store.transaction():
        found = store.movement(order.reverses)
        if found is None or found[1].transaction.kind != "payment":
            raise Refusal(404, "unknown_payment", f"no payment {order.reverses}")
        loan_id, paid = found
        loan = store.loan(loan_id)
        assert loan is not None  # money hangs on a loan, by foreign key
        at = max(order.posted_at, paid.posted_at + timedelta(microseconds=1))
        reference = order.reference or f"ret-{name(order.reverses, stamp(at))}"
        value_date = order.value_date or today_at_bank(at)
        before = store.reversal_of(order.reverses)
        if before is not None and before.reference != reference:
            raise Refusal(409, "already_reversed", f"{order.reverses} was taken back by {before.reference}")
        back = Transaction(
            reference=reference,
            kind="reversal",
            amount=paid.transaction.amount,
            value_date=value_date,
            reverses=order.reverses,
        )
        signal = PaymentReversedSignal(
            reference=reference, reverses=order.reverses, value_date=value_date, posted_at=at
        )
        act = Act(
            id=f"reversal-{name(reference)}",
            at=order.signal_at or at,
            loan_id=loan_id,
            borrower_id=loan.borrower_id,
            kind="reversal",
            payload=signal.model_dump(mode="json"),
        )
        return _post(store, loan_id, Posted(transaction=back, posted_at=at), act, order.signalled)


def _post(store: Store, loan_id: str, posted: Posted, act: Act, signalled: bool) -> MoneyPosted:
    reference = posted.transaction.reference
    known = store.movement(reference)
    if known is not None and known != (loan_id, posted):
        raise Refusal(409, "idempotency_conflict", f"reference {reference} is another movement of money")
    store.add_movement(loan_id, posted)
    if signalled:
        store.add_act(act)
    return MoneyPosted(reference=reference, act_id=act.id if signalled else None)
