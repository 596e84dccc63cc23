"""Commands about a difference between core banking's figures and its books: explain-difference, withdraw-explanation."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

from cyclopts import App, Parameter

from operations.commands.answering import carry_out
from operations.commands.common import Id, add, code, identifier
from operations.commands.groups import MONEY
from operations.errors import UsageError
from operations.sending import valid
from schemas.messages import ExplainDifference, WithdrawExplanation

Signed = Annotated[str, Parameter(allow_leading_hyphen=True)]
"""An amount that may be negative."""


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        MONEY,
        "explain-difference",
        explain_difference,
        "explain-difference LN-1 --arrears 50.00 --outstanding 50.00 --by recon-2 --reason fee_not_in_the_books",
        "explain-difference LN-1 --arrears -1.00 --outstanding 0 --by recon-2 --reason rounded_down --evidence DOC-81",
        sort=3,
    )
    add(
        app,
        MONEY,
        "withdraw-explanation",
        withdraw_explanation,
        "withdraw-explanation LN-1 --by recon-2 --reason was_mistaken",
        sort=4,
    )


async def explain_difference(
    loan: str,
    /,
    *,
    arrears: Signed,
    outstanding: Signed,
    by: str,
    reason: str,
    evidence: str | None = None,
    id: Id = None,
) -> int:
    """Say why core banking's figures are not what its books give. Once somebody else has approved it, they are quoted.

    The amounts are those that `case LOAN --money` shows. It holds for this difference alone: figures that differ by anything
    else, or that agree and then differ again, have to be explained anew.

    Args:
        loan: The loan's id.
        arrears: By how much more core banking has overdue, in the loan's currency; negative: less.
        outstanding: By how much more it has outstanding; negative: less.
        by: Who explains it; somebody else decides.
        reason: Why, as a code, such as fee_not_in_the_books.
        evidence: The id of the papers that show it.
        id: The explanation's own id; the same again gives the same answer.
    """
    command = valid(
        ExplainDifference,
        by=identifier("--by", by),
        arrears=_signed("--arrears", arrears),
        outstanding=_signed("--outstanding", outstanding),
        reason=code("--reason", reason),
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    return await carry_out(loan, command, id)


async def withdraw_explanation(loan: str, /, *, by: str, reason: str, id: Id = None) -> int:
    """Take back the explanation of a difference, approved or not: nothing is quoted again until there is another.

    Args:
        loan: The loan's id.
        by: Who takes it back.
        reason: A code, such as was_mistaken.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(WithdrawExplanation, by=identifier("--by", by), reason=code("--reason", reason))
    return await carry_out(loan, command, id)


def _signed(name: str, value: str) -> Decimal:
    """An amount that may be negative or nothing, as given on the command line. Raises UsageError."""
    try:
        given = Decimal(value)
    except InvalidOperation:
        given = Decimal("NaN")
    if not given.is_finite():
        raise UsageError(
            f"{name}: give by how much more core banking has, such as 50.00, -1.00 or 0; `case LOAN --money` shows it"
        )
    return given
