"""The archive: which papers of a loan are there, and getting those that are missing."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from domain.money import position
from schemas.base import Instant, Submitted
from schemas.court import Piece
from schemas.gateways import CertificateRequest, DocumentsRequest, GatewayReceipt, LoanFileAnswer
from schemas.messages import DocumentArrivedSignal
from simulation.bank.answering import answered, debtor, history, plan, reference, remember
from simulation.bank.problems import Refusal, unknown_loan
from simulation.bank.store import Store
from simulation.model import SimulatedLoan, today_at_bank
from simulation.occasion import Occasion

CERTIFICATES = "documents_certificates"
"""Under which name the store keeps what was answered."""

PIECES: tuple[Piece, ...] = get_args(Piece)


class FileQuery(Submitted):
    """Query of GET /documents/loans/{loan_id}/file."""

    as_of: Instant


def file(store: Store, loan_id: str, query: FileQuery) -> LoanFileAnswer:
    """The papers that are there at `as_of`. 404 unknown_loan."""
    loan = store.loan(loan_id)
    if loan is None:
        raise unknown_loan(loan_id, 404)
    gone = lacking(store, loan, query.as_of)
    pieces = {piece: "missing" if piece in gone else "there" for piece in PIECES}
    return LoanFileAnswer.model_validate({"loan_id": loan_id, "pieces": pieces, "as_of": query.as_of})


def lacking(store: Store, loan: SimulatedLoan, as_of: datetime | None = None) -> tuple[Piece, ...]:
    """The papers that have not come by `as_of`; without it, those that nobody has asked for."""
    come = [act for act in store.acts_of(loan.loan_id) if act.kind == "document_arrived"]
    there = {act.payload["piece"] for act in come if as_of is None or act.at <= as_of}
    return tuple(piece for piece in loan.missing if piece not in there)


def request(store: Store, key: str, wanted: DocumentsRequest) -> GatewayReceipt:
    """Get papers: each that is missing comes days later. 422 unknown_loan, 409 on a reused key."""
    with store.transaction():
        known = answered(store, "documents", key, wanted, GatewayReceipt)
        if known is not None:
            return known
        borrower, loan = debtor(store, wanted.loan_id, wanted.borrower_id)
        o = Occasion(store.seed, borrower, history(store, loan), key, wanted.as_of)
        for piece in lacking(store, loan):
            if piece in wanted.pieces:
                at = o.office(o.now + o.days(5, 25, piece), piece)
                told = DocumentArrivedSignal(piece=piece, at=at)
                plan(store, [o.act("document_arrived", at, told.model_dump(mode="json"), piece)])
        receipt = GatewayReceipt(reference=reference("docs", key), status="accepted", as_of=wanted.as_of)
        remember(store, "documents", key, wanted, receipt, loan.loan_id)
        return receipt


def certify(store: Store, key: str, wanted: CertificateRequest) -> GatewayReceipt:
    """Certify a settlement to the borrower. 422 unknown_loan, still_owed; 409 on a reused key."""
    with store.transaction():
        known = answered(store, CERTIFICATES, key, wanted, GatewayReceipt)
        if known is not None:
            return known
        _, loan = debtor(store, wanted.loan_id, wanted.borrower_id)
        moved = (item.transaction for item in store.money(loan.loan_id, wanted.as_of))
        if position(loan.instalments, moved, today_at_bank(wanted.as_of)).outstanding:
            raise Refusal(422, "still_owed", f"body.loan_id: something is still owed on {loan.loan_id}")
        receipt = GatewayReceipt(reference=reference("cert", key), status="accepted", as_of=wanted.as_of)
        remember(store, CERTIFICATES, key, wanted, receipt, loan.loan_id)
        return receipt
