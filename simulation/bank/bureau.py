"""The credit bureau: a record that does not contradict how the borrower behaves."""

from __future__ import annotations

from schemas.gateways import BureauInquiry, BureauReport, GatewayReceipt
from schemas.loan import CreditRecord
from simulation.bank.answering import answered, debtor, reference, remember
from simulation.bank.problems import Refusal
from simulation.bank.store import Store
from simulation.chance import pick, roll
from simulation.model import Character

REPORTS = "bureau_reports"
"""Under which name the store keeps what was answered."""

_GOOD, _FAIR, _MIDDLING, _POOR, _BAD = ("a", "b"), ("a", "b", "c"), ("b", "c"), ("c", "d"), ("c", "d", "e")
_GRADES: dict[Character, tuple[str, ...]] = {
    "forgets": _GOOD,
    "pays_unasked": _GOOD,
    "dies": _GOOD,
    "opts_out": _FAIR,
    "complains": _FAIR,
    "falls_ill": _FAIR,
    "is_distressed": _FAIR,
    "needs_time": _MIDDLING,
    "pays_then_reverses": _MIDDLING,
    "disputes": _MIDDLING,
    "is_hostile": _MIDDLING,
    "promises_at_visit": _MIDDLING,
    "gives_in_at_court": _MIDDLING,
    "settles": _MIDDLING,
    "breaks_promises": _POOR,
    "lost_contact": _POOR,
    "refuses": _POOR,
    "cannot_pay": _BAD,
    "will_not_pay": _BAD,
    "goes_insolvent": _BAD,
}
"""The worse the character for the bank, the worse the grades it may be given."""


def inquire(store: Store, key: str, inquiry: BureauInquiry) -> CreditRecord:
    """The bureau's record of a borrower; the same key, the same record. 422 unknown_loan, 409 on a reused key."""
    with store.transaction():
        known = answered(store, "bureau", key, inquiry, CreditRecord)
        if known is not None:
            return known
        borrower, _ = debtor(store, inquiry.loan_id, inquiry.borrower_id)
        of = (store.seed, borrower.borrower_id, "bureau")
        bad = _GRADES[borrower.character] in (_POOR, _BAD)
        record = CreditRecord(
            as_of=inquiry.as_of,
            grade=pick(_GRADES[borrower.character], *of, "grade"),
            lenders=roll(2 if bad else 1, 7 if bad else 3, *of, "lenders"),
            past_due_elsewhere=roll(1, 3, *of, "elsewhere") if bad else 0,
        )
        remember(store, "bureau", key, inquiry, record, inquiry.loan_id)
        return record


def report(store: Store, key: str, told: BureauReport) -> GatewayReceipt:
    """Take a report in; the same key, the same receipt. 422 unknown_loan, not_told_before; 409 on a reused key."""
    with store.transaction():
        known = answered(store, REPORTS, key, told, GatewayReceipt)
        if known is not None:
            return known
        debtor(store, told.loan_id, told.borrower_id)
        if told.status == "overdue" and told.notice is None:
            raise Refusal(422, "not_told_before", "body.notice: the borrower is told before bad news is reported")
        receipt = GatewayReceipt(reference=reference("report", key), status="accepted", as_of=told.as_of)
        remember(store, REPORTS, key, told, receipt, told.loan_id)
        return receipt
