"""What is known of loan and borrower: the account, the credit record, our view of both, and systems that failed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.paying import together
from domain.folding.table import Changes, Folds
from domain.parts import Failing
from schemas.facts import AccountRead, Assessed, CreditRecordRead, OutsideFailed

if TYPE_CHECKING:
    from domain.case import Case


def _account(case: Case, body: AccountRead, at: datetime) -> Changes:
    account = body.account
    changes: Changes = {
        "transactions": together(case.transactions, account.transactions),
        "account_reads": case.account_reads + 1,
        "failing": case.healed("core_banking"),
    }
    if case.account_as_of is None or account.as_of >= case.account_as_of:
        changes |= {
            "instalments": account.instalments,
            "account_as_of": account.as_of,
            "previous_episodes": account.previous_episodes,
        }
    return changes


def _credit(case: Case, body: CreditRecordRead, at: datetime) -> Changes:
    return {"credit": body.record, "credit_tried": case.credit_tried + 1, "failing": case.healed("credit_bureau")}


def _assessed(case: Case, body: Assessed, at: datetime) -> Changes:
    return {"assessed": body, "failing": case.healed("credit_bureau")}


def _failed(case: Case, body: OutsideFailed, at: datetime) -> Changes:
    before = case.failing.get(body.system)
    failing = Failing(
        count=before.count + 1 if before else 1,
        since=before.since if before else at,
        last=at,
        code=body.code,
    )
    tried = {"credit_tried": case.credit_tried + 1} if body.system == "credit_bureau" else {}
    reads = {"account_reads": case.account_reads + 1} if body.system == "core_banking" else {}
    return {"failing": {**case.failing, body.system: failing}, **tried, **reads}


FOLDS: Folds = {AccountRead: _account, CreditRecordRead: _credit, Assessed: _assessed, OutsideFailed: _failed}
