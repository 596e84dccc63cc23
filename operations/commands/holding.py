"""Commands about what stops a case: open-hold, end-hold."""

from __future__ import annotations

from cyclopts import App

from operations.commands.answering import code_of, desk, give, next_line
from operations.commands.common import Id, add, code, identifier, instant
from operations.commands.groups import HOLDS
from operations.sending import valid
from schemas.holds import OpenableHold
from schemas.messages import EndHold, OpenHold


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        HOLDS,
        "open-hold",
        open_hold,
        "open-hold LN-1 dispute --by service-3 --reason amount_disputed",
        "open-hold LN-1 hardship --by agent-7 --reason illness --review-at 2026-12-20T09:00:00+08:00",
        "open-hold LN-1 insolvency --by legal-2 --reason court_notice --evidence DOC-81",
        "open-hold LN-1 moratorium --by legal-2 --reason breathing_space --review-at 2027-01-25T00:00:00+00:00",
        "open-hold LN-1 represented --by service-3 --reason attorney_known --evidence DOC-82",
        sort=1,
    )
    add(app, HOLDS, "end-hold", end_hold, "end-hold LN-1 HOLD --by service-3 --reason answered", sort=2)


async def open_hold(
    loan: str,
    kind: OpenableHold,
    /,
    *,
    by: str,
    reason: str,
    review_at: str | None = None,
    evidence: str | None = None,
    id: Id = None,
) -> int:
    """Stop collecting. A dispute, a complaint or identity fraud stops this debt, all others every debt of the borrower's.

    Args:
        loan: The loan's id.
        kind: What happened.
        by: Who took it in.
        reason: A code, such as amount_disputed or illness.
        review_at: When it is looked at again, or ends by itself, if nothing ends it before; time with zone. Hardship has a
            time without one; a moratorium needs its end; death, insolvency, identity fraud and a complaint have none.
        evidence: The id of papers kept elsewhere.
        id: The hold's own id; the same again gives the same answer.
    """
    command = valid(
        OpenHold,
        by=identifier("--by", by),
        hold_kind=kind,
        reason=code("--reason", reason),
        review_at=instant("--review-at", review_at) if review_at else None,
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    hold, outcome = await give(await desk(), loan, command, id)
    if outcome.accepted:
        next_line("to end it", f"end-hold {loan} {hold} --by WHO --reason CODE")
    return code_of(outcome)


async def end_hold(loan: str, hold: str, /, *, by: str, reason: str, id: Id = None) -> int:
    """Let go on what a hold stopped. `case LOAN` shows the holds in force; a pause is ended by `resume`.

    Args:
        loan: The loan's id.
        hold: The hold's id.
        by: Who commands it.
        reason: A code, such as answered.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(EndHold, by=identifier("--by", by), hold=identifier("HOLD", hold), reason=code("--reason", reason))
    _, outcome = await give(await desk(), loan, command, id)
    return code_of(outcome)
