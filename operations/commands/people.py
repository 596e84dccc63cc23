"""The command about borrowers: fact."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from operations import environment, sending
from operations.commands.common import add, console, identifier
from operations.errors import UsageError
from schemas.contact import Channel
from schemas.loan import PointKind


def register(app: App) -> None:
    """Put the command on `app`."""
    add(
        app,
        "fact",
        fact,
        "fact B-1 opt-out --channel sms",
        "fact B-1 stop --reason borrower_request",
        "fact B-1 deceased",
        "fact B-1 new-number --party B-1 --kind phone --value +8610000000000",
        sort=20,
    )


async def fact(
    borrower: str,
    what: sending.BorrowerEvent,
    /,
    *,
    channel: Channel | None = None,
    reason: str | None = None,
    party: str | None = None,
    kind: PointKind = "phone",
    value: str | None = None,
    point: str | None = None,
    by: str = "operator",
    id: Annotated[str | None, Parameter(name="--id")] = None,
) -> int:
    """Take in what a borrower said or what befell them; it holds at once for every open loan of theirs.

    Numbers and addresses go to the erasable tables; the ledger and the cases hear an id.

    Args:
        borrower: The borrower's id.
        what: opt-out or opt-in (--channel), stop or allow (--reason), deceased, new-number (--party --kind --value).
        channel: Of an opt-out or opt-in.
        reason: Of a stop or its end: a code, such as borrower_request.
        party: Whose number it is.
        kind: What kind of contact point.
        value: The number or address itself.
        point: The id of the new contact point; made up without one.
        by: Who took it in.
        id: The fact's own id: the same again changes nothing.
    """
    borrower, by = identifier("BORROWER", borrower), identifier("--by", by)
    fact_id = identifier("--id", id) if id else sending.fresh_id()
    async with environment.session() as session:
        await sending.must_be_known(session.pool, borrower)
        if what == "new-number":
            if not party or not value:
                raise UsageError("new-number: whose, and which? Give --party and --value")
            point_id = identifier("--point", point or f"{party}:{kind}:{fact_id[:12]}")
            body = await sending.add_number(session.pool, identifier("--party", party), kind, value, point_id)
        else:
            body = sending.borrower_fact(what, channel=channel, reason=reason)
        told = await sending.tell_borrower(session.client, session.pool, borrower, body, by=by, fact_id=fact_id)
    loans = ", ".join(told.loans) if told.loans else "no open loan"
    console.print(f"{body.kind.replace('_', ' ')} recorded for [bold]{borrower}[/] (id {fact_id}); holds for {loans}")
    return 0
