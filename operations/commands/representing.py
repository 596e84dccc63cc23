"""Commands about whoever says that they act for the borrower: suspect-racket, review-racket."""

from __future__ import annotations

from cyclopts import App

from operations.commands.answering import code_of, desk, give, next_line
from operations.commands.common import Id, add, code, identifier
from operations.commands.groups import HOLDS
from operations.sending import valid
from schemas.messages import ReviewRacket, SuspectRacket
from schemas.representatives import RacketFound


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        HOLDS,
        "suspect-racket",
        suspect_racket,
        "suspect-racket LN-1 --party AGENT-9 --by agent-7 --reason fees_in_advance",
        sort=16,
    )
    add(
        app,
        HOLDS,
        "review-racket",
        review_racket,
        "review-racket LN-1 AGENT-9 confirmed --by legal-2 --reason forged_authority --evidence DOC-95",
        sort=17,
    )


async def suspect_racket(
    loan: str, /, *, party: str, by: str, reason: str, evidence: str | None = None, id: Id = None
) -> int:
    """Say that whoever acts for the borrower may be a racket. Nothing is agreed with them before somebody else has looked.

    It changes nothing of how the borrower is treated, and nothing of a complaint: that is answered all the same.

    Args:
        loan: The loan's id. All loans of the borrower are bound.
        party: The party id of who says that they act for the borrower.
        by: Who suspects it.
        reason: A code, such as fees_in_advance or forged_authority.
        evidence: The id of papers kept elsewhere.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        SuspectRacket,
        by=identifier("--by", by),
        party=identifier("--party", party),
        reason=code("--reason", reason),
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    _, outcome = await give(await desk(), loan, command, id)
    if outcome.accepted:
        next_line("for somebody else", f"review-racket {loan} {party} cleared|confirmed --by WHO --reason CODE")
    return code_of(outcome)


async def review_racket(
    loan: str, party: str, found: RacketFound, /, *, by: str, reason: str, evidence: str | None = None, id: Id = None
) -> int:
    """Look into a suspicion. `cleared`: they may agree as before. `confirmed`: they act for the borrower no longer.

    Args:
        loan: The loan's id.
        party: The party id of who is suspected.
        found: What was found.
        by: Who looked into it: somebody else than who suspected it.
        reason: A code, such as papers_verified or forged_authority.
        evidence: The id of papers kept elsewhere.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        ReviewRacket,
        by=identifier("--by", by),
        party=identifier("PARTY", party),
        found=found,
        reason=code("--reason", reason),
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    _, outcome = await give(await desk(), loan, command, id)
    return code_of(outcome)
