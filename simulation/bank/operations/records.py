"""Core banking, the bureau, the archive."""

from __future__ import annotations

from schemas.gateways import (
    BureauInquiry,
    BureauReport,
    CertificateRequest,
    DocumentsRequest,
    GatewayReceipt,
    LoanFileAnswer,
    PlanInterestReceipt,
    PlanInterestRequest,
    RestrictionRequest,
    WaiverReceipt,
    WaiverRequest,
)
from schemas.loan import Account, CreditRecord
from simulation.bank import bureau, core, documents
from simulation.bank.answering import asked_by_key
from simulation.bank.operations.table import Operation, by_key, taking

_READ = {404: ("unknown_loan",), 422: ("invalid_request",)}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/core/loans/{loan_id}/account",
        "The account as of a moment: schedule, transactions posted by then, arrears and outstanding.",
        Account,
        lambda store, call: core.account(store, call.part, call.query),
        query=core.AccountQuery,
        system="core",
        takes=True,  # so that a lost answer and a refusal can be tried on core banking too
        problems=_READ,
    ),
    taking(
        "core",
        "/core/waivers",
        "Book a waiver of what a settlement, paid, has left open.",
        WaiverRequest,
        WaiverReceipt,
        lambda store, call: core.waive(store, call.key, call.body),
        "wrong_currency",
        "more_than_owed",
        "components_do_not_add_up",
        "more_than_owed_of_component",
    ),
    by_key(
        "core",
        "/core/waivers/{key}",
        "a waiver",
        WaiverReceipt,
        lambda store, call: asked_by_key(store, core.WAIVERS, call.part, WaiverReceipt),
    ),
    taking(
        "core",
        "/core/plan-interest",
        "Charge interest that has fallen due under an instalment plan.",
        PlanInterestRequest,
        PlanInterestReceipt,
        lambda store, call: core.charge(store, call.key, call.body),
        "wrong_currency",
        "not_yet_due",
    ),
    by_key(
        "core",
        "/core/plan-interest/{key}",
        "a charge of a plan's interest",
        PlanInterestReceipt,
        lambda store, call: asked_by_key(store, core.PLAN_INTEREST, call.part, PlanInterestReceipt),
    ),
    taking(
        "core",
        "/core/restrictions",
        "Impose or lift a restriction: a card's limit frozen, the loan on the internal watch list.",
        RestrictionRequest,
        GatewayReceipt,
        lambda store, call: core.restrict(store, call.key, call.body),
        "no_limit",
    ),
    by_key(
        "core",
        "/core/restrictions/{key}",
        "a restriction",
        GatewayReceipt,
        lambda store, call: asked_by_key(store, core.RESTRICTIONS, call.part, GatewayReceipt),
    ),
    taking(
        "bureau",
        "/bureau/inquiries",
        "Inquire a borrower's credit record, under their authorisation and for a stated purpose.",
        BureauInquiry,
        CreditRecord,
        lambda store, call: bureau.inquire(store, call.key, call.body),
    ),
    taking(
        "bureau",
        "/bureau/reports",
        "Report how a loan stands: overdue (told before), paid since, or wrong until now.",
        BureauReport,
        GatewayReceipt,
        lambda store, call: bureau.report(store, call.key, call.body),
        "not_told_before",
    ),
    by_key(
        "bureau",
        "/bureau/reports/{key}",
        "a report",
        GatewayReceipt,
        lambda store, call: asked_by_key(store, bureau.REPORTS, call.part, GatewayReceipt),
    ),
    Operation(
        "GET",
        "/documents/loans/{loan_id}/file",
        "Which of the papers that a suit needs are in the archive, as of a moment.",
        LoanFileAnswer,
        lambda store, call: documents.file(store, call.part, call.query),
        query=documents.FileQuery,
        system="documents",
        takes=True,
        problems=_READ,
    ),
    taking(
        "documents",
        "/documents/requests",
        "Get papers that are missing; each is signalled when it has come.",
        DocumentsRequest,
        GatewayReceipt,
        lambda store, call: documents.request(store, call.key, call.body),
    ),
    by_key(
        "documents",
        "/documents/requests/{key}",
        "a request",
        GatewayReceipt,
        lambda store, call: asked_by_key(store, "documents", call.part, GatewayReceipt),
    ),
    taking(
        "documents",
        "/documents/certificates",
        "Certify to the borrower that a debt is settled.",
        CertificateRequest,
        GatewayReceipt,
        lambda store, call: documents.certify(store, call.key, call.body),
        "still_owed",
    ),
    by_key(
        "documents",
        "/documents/certificates/{key}",
        "a certificate",
        GatewayReceipt,
        lambda store, call: asked_by_key(store, documents.CERTIFICATES, call.part, GatewayReceipt),
    ),
)
