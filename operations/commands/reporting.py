"""Commands about what the credit bureau was told: tell-credit-error, answer-credit-error."""

from __future__ import annotations

from cyclopts import App

from operations.commands.answering import code_of, desk, give, next_line
from operations.commands.common import Id, add, code, identifier
from operations.commands.groups import HOLDS
from operations.sending import valid
from schemas.messages import AnswerCreditError, TellCreditError
from schemas.reporting import ErrorOutcome


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        HOLDS,
        "tell-credit-error",
        tell_credit_error,
        "tell-credit-error LN-1 --by service-3 --reason paid_before",
        sort=12,
    )
    add(
        app,
        HOLDS,
        "answer-credit-error",
        answer_credit_error,
        "answer-credit-error LN-1 ERROR corrected --by credit-2 --reason booked_late",
        sort=13,
    )


async def tell_credit_error(loan: str, /, *, by: str, reason: str, evidence: str | None = None, id: Id = None) -> int:
    """Take in that the borrower says the bureau was told something wrong. It is answered within the law's time.

    Args:
        loan: The loan's id.
        by: Who took it in.
        reason: A code, such as paid_before or not_mine.
        evidence: The id of papers kept elsewhere.
        id: The error's own id; the same again gives the same answer.
    """
    command = valid(
        TellCreditError,
        by=identifier("--by", by),
        reason=code("--reason", reason),
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    error, outcome = await give(await desk(), loan, command, id)
    if outcome.accepted:
        next_line("to answer it", f"answer-credit-error {loan} {error} corrected|confirmed --by WHO --reason CODE")
    return code_of(outcome)


async def answer_credit_error(
    loan: str, error: str, outcome: ErrorOutcome, /, *, by: str, reason: str, id: Id = None
) -> int:
    """Answer what the borrower says is wrong. If it was, the case tells the bureau.

    Args:
        loan: The loan's id.
        error: The error's id.
        outcome: Whether it was wrong.
        by: Who looked into it.
        reason: A code, such as booked_late.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        AnswerCreditError,
        by=identifier("--by", by),
        error=identifier("ERROR", error),
        outcome=outcome,
        reason=code("--reason", reason),
    )
    _, told = await give(await desk(), loan, command, id)
    return code_of(told)
