"""The archive: which papers of a loan there are, and asking for those that are missing."""

from __future__ import annotations

import asyncpg
from temporalio import activity

from activities.clock import ActivityClock
from activities.http import Gateway
from activities.recording import in_shadow, record
from schemas.court import Piece, PieceState
from schemas.facts import CertificateIssued, DocumentsRequested, FileChecked
from schemas.gateways import CertificateRequest, DocumentsRequest, GatewayReceipt, LoanFileAnswer
from schemas.ledger import Appended
from schemas.orders import CertificateOrder, DocumentsOrder, FileOrder


class Documents:
    """Looks into the archive and records what it has."""

    def __init__(self, pool: asyncpg.Pool, gateway: Gateway) -> None:
        self._pool = pool
        self._gateway = gateway

    @activity.defn(name="check_file")
    async def check_file(self, order: FileOrder) -> Appended:
        """Which papers are there, as a fact. Raises GatewayError."""
        now = ActivityClock().now()
        path = f"/documents/loans/{order.loan_id}/file"
        answer = await self._gateway.get(path, LoanFileAnswer, as_of=order.as_of.isoformat())
        pieces: dict[Piece, PieceState] = {**answer.pieces}
        return await record(self._pool, order, FileChecked(pieces=pieces), "documents", now)

    @activity.defn(name="request_documents")
    async def request_documents(self, order: DocumentsOrder) -> Appended:
        """Ask once for what is missing; in shadow mode only say so. Raises GatewayError."""
        now = ActivityClock().now()
        if await in_shadow(self._pool):
            body = DocumentsRequested(pieces=order.pieces, shadow=True)
            return await record(self._pool, order, body, "documents", now)
        wanted = DocumentsRequest(
            loan_id=order.loan_id, borrower_id=order.borrower_id, pieces=order.pieces, as_of=order.as_of
        )
        await self._gateway.post_once("/documents/requests", wanted, GatewayReceipt, key=order.key)
        return await record(self._pool, order, DocumentsRequested(pieces=order.pieces), "documents", now)

    @activity.defn(name="issue_certificate")
    async def issue_certificate(self, order: CertificateOrder) -> Appended:
        """Have a paid settlement certified, once; in shadow mode only say so. Raises GatewayError."""
        now = ActivityClock().now()
        if await in_shadow(self._pool):
            body = CertificateIssued(agreement=order.agreement, shadow=True)
            return await record(self._pool, order, body, "documents", now)
        wanted = CertificateRequest(
            loan_id=order.loan_id,
            borrower_id=order.borrower_id,
            agreement=order.agreement,
            paid=order.paid,
            waived=order.waived,
            currency=order.currency,
            as_of=order.as_of,
        )
        receipt = await self._gateway.post_once("/documents/certificates", wanted, GatewayReceipt, key=order.key)
        issued = CertificateIssued(agreement=order.agreement, reference=receipt.reference)
        return await record(self._pool, order, issued, "documents", now)
