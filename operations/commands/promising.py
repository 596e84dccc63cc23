"""A promise over several of a borrower's loans: the case of each is told its own part, under one id."""

from __future__ import annotations

from collections.abc import Sequence

from operations.commands import asking
from operations.commands.answering import code_of, give
from operations.commands.common import amount, identifier
from operations.commands.giving import Desk
from operations.errors import UsageError
from operations.sending import fresh_id, valid
from schemas.messages import AcceptPromise
from schemas.terms import Share


async def promise_over_several(
    desk: Desk, loan: str, promised: AcceptPromise, also: Sequence[str], update_id: str | None
) -> int:
    """Give each loan's case its part of `promised`, which is what was promised on `loan`; `also` are LOAN=AMOUNT each.

    Nothing is sent before all of the loans are known to be one borrower's. A case that refuses its part leaves those of the
    others as they are, and is said; answers the exit code: 1 if one refused. Raises UsageError.
    """
    if promised.then:
        raise UsageError("--then and --also do not go together: promise the further parts loan by loan")
    shares = (Share(loan_id=loan, amount=promised.amount), *(_share(text) for text in also))
    names = [share.loan_id for share in shares]
    if len(set(names)) != len(names):
        raise UsageError("a loan stands twice in the promise: name each once, with all that is for it")
    await _one_borrower(desk, names)
    common = identifier("--id", update_id) if update_id else fresh_id()
    codes = [0]
    for share in shares:
        update = {"amount": share.amount, "common": common, "allocation": shares}
        _, outcome = await give(desk, share.loan_id, promised.model_copy(update=update), common)
        codes.append(code_of(outcome))
    return max(codes)


async def _one_borrower(desk: Desk, loans: Sequence[str]) -> None:
    borrowers: set[str] = set()
    for loan in loans:
        case = await asking.case_of(desk, loan)
        if case is None or case.request is None:
            raise UsageError(f"the case of {loan} is not open yet. Nothing was sent")
        borrowers.add(case.request.borrower_id)
    if len(borrowers) > 1:
        raise UsageError("the loans are not one borrower's: a promise is taken from whoever owes. Nothing was sent")


def _share(text: str) -> Share:
    loan, equals, owed = text.partition("=")
    if not equals:
        raise UsageError(f"--also {text}: give it as LOAN=AMOUNT, such as LN-2=300.00")
    return valid(Share, loan_id=identifier("--also", loan), amount=amount(f"--also {text}", owed))
