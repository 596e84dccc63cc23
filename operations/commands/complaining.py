"""Commands about complaints: open-complaint, extend-complaint, decide-complaint."""

from __future__ import annotations

from cyclopts import App

from operations.commands.answering import code_of, desk, give, next_line
from operations.commands.common import Flag, Id, add, code, identifier, instant
from operations.commands.groups import HOLDS
from operations.sending import valid
from schemas.complaints import ComplaintOutcome, MoreTime
from schemas.messages import DecideComplaint, ExtendComplaint, OpenComplaint


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        HOLDS,
        "open-complaint",
        open_complaint,
        "open-complaint LN-1 --by service-3 --reason impolite --against agent-7",
        "open-complaint LN-1 --by service-3 --reason privacy --against agency-2 --complicated --evidence DOC-91",
        sort=3,
    )
    add(
        app,
        HOLDS,
        "extend-complaint",
        extend_complaint,
        "extend-complaint LN-1 COMPLAINT complicated --by service-3 --reason recordings_wanted",
        "extend-complaint LN-1 COMPLAINT senior --by director-1 --asked-by service-3 --reason witness_away",
        sort=4,
    )
    add(
        app,
        HOLDS,
        "decide-complaint",
        decide_complaint,
        "decide-complaint LN-1 COMPLAINT rejected --by quality-2 --reason within_rules",
        "decide-complaint LN-1 COMPLAINT upheld --by quality-2 --reason called_too_often --correction apology_sent",
        sort=5,
    )


async def open_complaint(
    loan: str,
    /,
    *,
    by: str,
    reason: str,
    against: list[str] | None = None,
    complicated: Flag = False,
    received_at: str | None = None,
    evidence: str | None = None,
    id: Id = None,
) -> int:
    """Take in a complaint. Dunning stops, its time to be answered begins, whom it is against is off all the borrower's loans.

    Args:
        loan: The loan's id.
        by: Who took it in.
        reason: A code, such as impolite or too_many_contacts.
        against: A collector or an agency complained of, by id; again for another.
        complicated: It takes longer than an ordinary one may.
        received_at: When it came, if not just now; time with zone.
        evidence: The id of papers kept elsewhere.
        id: The complaint's own id; the same again gives the same answer.
    """
    command = valid(
        OpenComplaint,
        by=identifier("--by", by),
        reason=code("--reason", reason),
        against=tuple(identifier("--against", name) for name in against or ()),
        complicated=complicated,
        received_at=instant("--received-at", received_at) if received_at else None,
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    complaint, outcome = await give(await desk(), loan, command, id)
    if outcome.accepted:
        next_line("to answer it", f"decide-complaint {loan} {complaint} upheld|rejected --by WHO --reason CODE")
    return code_of(outcome)


async def extend_complaint(
    loan: str,
    complaint: str,
    more_time: MoreTime,
    /,
    *,
    by: str,
    reason: str,
    asked_by: str | None = None,
    id: Id = None,
) -> int:
    """Give more time to answer a complaint: because it is complicated, and once more by somebody senior.

    Args:
        loan: The loan's id.
        complaint: The complaint's id.
        more_time: Why.
        by: Who gives it.
        reason: A code, such as recordings_wanted.
        asked_by: Of a senior's approval: who asked for it.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        ExtendComplaint,
        by=identifier("--by", by),
        complaint=identifier("COMPLAINT", complaint),
        more_time=more_time,
        reason=code("--reason", reason),
        asked_by=identifier("--asked-by", asked_by) if asked_by else None,
    )
    _, outcome = await give(await desk(), loan, command, id)
    return code_of(outcome)


async def decide_complaint(
    loan: str,
    complaint: str,
    outcome: ComplaintOutcome,
    /,
    *,
    by: str,
    reason: str,
    correction: str | None = None,
    evidence: str | None = None,
    id: Id = None,
) -> int:
    """Answer a complaint; by somebody who is not complained of and has not spoken with the borrower, on whichever loan.

    Args:
        loan: The loan's id.
        complaint: The complaint's id.
        outcome: Whether it is right.
        by: Who decides it.
        reason: A code, such as within_rules.
        correction: What was put right, by commands and facts of its own: a code, such as hold_opened or fee_waived.
        evidence: The id of the answer's papers.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        DecideComplaint,
        by=identifier("--by", by),
        complaint=identifier("COMPLAINT", complaint),
        outcome=outcome,
        reason=code("--reason", reason),
        correction=code("--correction", correction) if correction else None,
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    _, told = await give(await desk(), loan, command, id)
    return code_of(told)
