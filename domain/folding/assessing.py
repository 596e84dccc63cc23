"""What is known of loan and borrower: the account, the credit record, our view of both, and systems that failed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding.paying import contested, together
from domain.folding.table import Changes, Folds
from domain.parts import Failing, Quoted
from schemas.facts import AccountRead, Assessed, CreditRecordRead, OutsideFailed

if TYPE_CHECKING:
    from domain.case import Case


def _account(case: Case, body: AccountRead, at: datetime) -> Changes:
    account = body.account
    transactions = together(case.transactions, account.transactions)
    changes: Changes = {
        **contested(case, account.transactions),
        "transactions": transactions,
        "account_reads": case.account_reads + 1,
        "failing": case.healed("core_banking"),
    }
    if case.account_as_of is None or account.as_of >= case.account_as_of:
        changes |= {
            "instalments": account.instalments,
            "account_as_of": account.as_of,
            "account_read_at": at,
            "quoted": Quoted(**account.model_dump(include={"arrears", "outstanding", "as_of", "components"})),
            "unread": tuple(sorted({t.reference for t in transactions} - {t.reference for t in account.transactions})),
            "previous_episodes": account.previous_episodes,
            "written_off_on": account.written_off_on,
            "behaviour": account.behaviour,
            "contract": account.contract,
            "pauses": account.pauses,
            "disclosed_fees": account.disclosed_fees,
        }
    return changes


def _credit(case: Case, body: CreditRecordRead, at: datetime) -> Changes:
    return {"credit": body.record, "credit_tried": case.credit_tried + 1, "failing": case.healed("credit_bureau")}


def _assessed(case: Case, body: Assessed, at: datetime) -> Changes:
    talks = case.heard.talks if case.heard else 0
    rung = {"rung": body.placed.rung} if body.placed else {}
    return {"assessed": body, "assessed_talks": talks, "failing": case.healed("credit_bureau"), **rung}


def _failed(case: Case, body: OutsideFailed, at: datetime) -> Changes:
    before = case.failing.get(body.system)
    failing = Failing(
        count=before.count + 1 if before else 1,
        since=before.since if before else at,
        last=at,
        code=body.code,
    )
    counted = _TRIES.get(body.system)
    tried = {counted: getattr(case, counted) + 1} if counted else {}
    return {"failing": {**case.failing, body.system: failing}, **tried}


_TRIES = {
    "core_banking": "account_reads",
    "credit_bureau": "credit_tried",
}
"""A failed try of these is counted too: the next one has a key of its own. Elsewhere the key stays until the outside has
answered under it, for what was asked may have been done."""


FOLDS: Folds = {AccountRead: _account, CreditRecordRead: _credit, Assessed: _assessed, OutsideFailed: _failed}
