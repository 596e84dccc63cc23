"""What the four systems do: core banking, bureau, messaging, telephony. All as of the request's `as_of`."""

from __future__ import annotations

import hashlib
import re

from pydantic import BaseModel

from domain.artefacts import digest
from domain.money import position
from schemas.base import Instant, Submitted
from schemas.contact import POINT_OF, Channel
from schemas.gateways import BureauInquiry, CallRequest, GatewayReceipt, MessageRequest
from schemas.loan import Account, CreditRecord
from simulation.bank.problems import Refusal, unknown_loan
from simulation.bank.store import Store
from simulation.borrowers import react
from simulation.chance import pick, roll
from simulation.model import AcceptedContact, Character, SimulatedBorrower, SimulatedLoan, System, today_at_bank
from simulation.replies import History, posted_by

_PREFIX: dict[System, str] = {"messaging": "msg", "telephony": "call"}
_ADDRESS = {
    "phone": re.compile(r"\+?[0-9][0-9 -]{4,24}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "app": re.compile(r"\S+"),
    "postal": re.compile(r"(?s)\s*\S.*"),
}
# The worse the character for the bank, the worse the grades it may be given.
_GRADES: dict[Character, tuple[str, ...]] = {
    "forgets": ("a", "b"),
    "pays_unasked": ("a", "b"),
    "opts_out": ("a", "b", "c"),
    "needs_time": ("b", "c"),
    "pays_then_reverses": ("b", "c"),
    "disputes": ("b", "c"),
    "lost_contact": ("c", "d"),
    "cannot_pay": ("c", "d", "e"),
    "will_not_pay": ("c", "d", "e"),
}


class AccountQuery(Submitted):
    """Query of GET /core/loans/{loan_id}/account."""

    as_of: Instant


def account(store: Store, loan_id: str, query: AccountQuery) -> Account:
    """The account at `as_of`: money posted by then, figures on the bank's date. 404 unknown_loan."""
    loan = store.loan(loan_id)
    if loan is None:
        raise unknown_loan(loan_id, 404)
    moved = tuple(item.transaction for item in store.money(loan_id, query.as_of))
    today = position(loan.instalments, moved, today_at_bank(query.as_of))
    return Account(
        loan_id=loan_id,
        as_of=query.as_of,
        currency=loan.currency,
        instalments=loan.instalments,
        transactions=moved,
        arrears=today.arrears,
        outstanding=today.outstanding,
        previous_episodes=loan.previous_episodes,
    )


def inquire(store: Store, key: str, inquiry: BureauInquiry) -> CreditRecord:
    """The bureau's record of a borrower; the same key, the same record. 422 unknown_loan, 409 on a reused key."""
    with store.transaction():
        known = _answered(store, "bureau", key, inquiry)
        if known is not None:
            return CreditRecord.model_validate_json(known)
        borrower, _ = _debtor(store, inquiry.loan_id, inquiry.borrower_id)
        of = (store.seed, borrower.borrower_id, "bureau")
        bad = borrower.character in ("cannot_pay", "will_not_pay", "lost_contact")
        record = CreditRecord(
            as_of=inquiry.as_of,
            grade=pick(_GRADES[borrower.character], *of, "grade"),
            lenders=roll(2 if bad else 1, 7 if bad else 3, *of, "lenders"),
            past_due_elsewhere=roll(1, 3, *of, "elsewhere") if bad else 0,
        )
        answer = record.model_dump_json()
        store.add_answer(store.next_seq(), "bureau", key, digest(inquiry), answer, inquiry.loan_id, None)
        return record


def take(
    store: Store, system: System, key: str, request: MessageRequest, channels: tuple[Channel, ...]
) -> GatewayReceipt:
    """Take a message, a call or a task, once for a key, and let the borrower react.

    422 wrong_channel, invalid_address, unknown_loan; 409 idempotency_conflict for a key used with another body.
    """
    with store.transaction():
        known = _answered(store, system, key, request)
        if known is not None:
            return GatewayReceipt.model_validate_json(known)
        if request.channel not in channels:
            wanted = " or ".join(channels)
            raise Refusal(422, "wrong_channel", f"body.channel: {request.channel} here, expected {wanted}")
        kind = POINT_OF[request.channel]
        if not _ADDRESS[kind].fullmatch(request.address):
            text = f"body.address: does not look like the {kind} address that {request.channel} needs"
            raise Refusal(422, "invalid_address", text)
        borrower, loan = _debtor(store, request.loan_id, request.borrower_id)
        reference = f"{_PREFIX[system]}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        receipt = GatewayReceipt(reference=reference, status="accepted", as_of=request.as_of)
        contact = AcceptedContact(
            seq=store.next_seq(),
            system=system,
            key=key,
            reference=reference,
            deadline=request.deadline if isinstance(request, CallRequest) else None,
            **request.model_dump(
                include={
                    "loan_id",
                    "borrower_id",
                    "channel",
                    "contact_point_id",
                    "template",
                    "purpose",
                    "as_of",
                }
            ),
        )
        _react(store, borrower, loan, contact)
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


def receipt(store: Store, system: System, key: str) -> GatewayReceipt:
    """The receipt given under `key`. 404 unknown_key: it was never taken."""
    known = store.answer(system, key)
    if known is None:
        raise Refusal(404, "unknown_key", f"{system} has taken nothing under the key {key}")
    return GatewayReceipt.model_validate_json(known[1])


def _react(store: Store, borrower: SimulatedBorrower, loan: SimulatedLoan, contact: AcceptedContact) -> None:
    history = History(loan=loan, contacts=store.contacts(loan.loan_id), money=store.money(loan.loan_id))
    for act in react(store.seed, borrower, contact, history):
        store.add_act(act)
        moved = posted_by(act)
        if moved is None:
            continue
        if moved.transaction.reverses:
            paid = store.movement(moved.transaction.reverses)
            assert paid is not None  # a reaction takes back what it has just paid
            amount = paid[1].transaction.amount
            moved = moved.model_copy(update={"transaction": moved.transaction.model_copy(update={"amount": amount})})
        store.add_movement(loan.loan_id, moved)


def _answered(store: Store, system: System, key: str, request: BaseModel) -> str | None:
    known = store.answer(system, key)
    if known is None:
        return None
    asked, answer = known
    if asked != digest(request):
        text = f"{system} has taken another request under the key {key}; a new request wants a new key"
        raise Refusal(409, "idempotency_conflict", text)
    return answer


def _debtor(store: Store, loan_id: str, borrower_id: str) -> tuple[SimulatedBorrower, SimulatedLoan]:
    loan = store.loan(loan_id)
    borrower = store.borrower(borrower_id)
    if loan is None or borrower is None or loan.borrower_id != borrower_id:
        raise unknown_loan(f"{loan_id} of borrower {borrower_id}", 422)
    return borrower, loan
