"""The command about borrowers: fact."""

from __future__ import annotations

import hashlib

from cyclopts import App

from operations import environment, people, sending
from operations.commands.common import Id, add, identifier, saying_id, zone_name
from operations.commands.groups import HOLDS
from operations.commands.output import console
from operations.errors import UsageError
from schemas.contact import Channel
from schemas.facts import BorrowerFact, RepresentativeNamed
from schemas.loan import Language, PointKind, PointUse
from schemas.representatives import RepresentativeRole, RepresentativeScope

_SHOWN = 12
"""So many characters of a fact's id are shown in that of a contact point."""


def register(app: App) -> None:
    """Put the command on `app`."""
    add(
        app,
        HOLDS,
        "fact",
        fact,
        "fact B-1 opt-out --channel sms",
        "fact B-1 opt-in --channel im",
        "fact B-1 stop --reason borrower_request",
        "fact B-1 deceased",
        "fact B-1 new-number --party B-1 --kind phone --use mobile --value +8610000000000",
        'fact B-1 representative --party EXEC-7 --role executor --may agreements --name "Wang Fang" --zone Asia/Shanghai',
        "fact B-1 no-representative --party EXEC-7 --reason renounced",
        sort=6,
    )


async def fact(
    borrower: str,
    what: people.BorrowerEvent,
    /,
    *,
    channel: Channel | None = None,
    reason: str | None = None,
    party: str | None = None,
    kind: PointKind = "phone",
    use: PointUse | None = None,
    value: str | None = None,
    point: str | None = None,
    role: RepresentativeRole | None = None,
    may: RepresentativeScope = "contact",
    name: str | None = None,
    zone: str | None = None,
    language: Language = "zh-CN",
    evidence: str | None = None,
    by: str = "operator",
    id: Id = None,
) -> int:
    """Take in what a borrower said or what befell them; it holds at once for every open loan of theirs.

    Names, numbers and addresses go to the erasable tables; the ledger and the cases hear an id. Who acts for the borrower is
    named first, and is reached by what `new-number` says of their --party.

    Args:
        borrower: The borrower's id.
        what: opt-out or opt-in (--channel), stop or allow (--reason), deceased, new-number (--party --kind --value),
            representative (--party --role --name) or no-representative (--party --reason).
        channel: Of an opt-out or opt-in.
        reason: Of a stop or its end: a code, such as borrower_request. Of a representative who acts no longer: renounced,
            withdrew, unresponsive, revoked or mistaken.
        party: Whose number it is; who acts for the borrower.
        kind: What kind of contact point.
        use: What it is to them: the number or address of their home, of their work, one they carry, or another's. Without
            it every limit for points of some use holds.
        value: The number or address itself.
        point: The id of the new contact point; made up without one.
        role: As what they act.
        may: What they may do: be spoken with, or also agree to terms.
        name: Their name.
        zone: The IANA zone in which they may be contacted; without one nothing may go out to them.
        language: In which they are written to.
        evidence: The id of the papers that say so.
        by: Who took it in.
        id: The fact's own id: the same fact again changes nothing, another one under it is an error.
    """
    borrower, by = identifier("BORROWER", borrower), identifier("--by", by)
    fact_id = identifier("--id", id) if id else sending.fresh_id()
    saying_id(fact_id)
    async with environment.session() as session:
        if what == "new-number":
            if not party or not value:
                raise UsageError("new-number: whose, and which? Give --party and --value")
            party = identifier("--party", party)
            point_id = identifier("--point", point) if point else _point_id(party, kind, fact_id)
            new = people.NewPoint(party, kind, value, point_id, use)
            body: BorrowerFact = await people.take_in(session.pool, borrower, new, fact_id)
        elif what == "representative":
            if not party or not role:
                raise UsageError("representative: who, and as what? Give --party and --role")
            named = sending.valid(
                RepresentativeNamed,
                party_id=identifier("--party", party),
                role=role,
                scope=may,
                zone=zone_name("--zone", zone) if zone else None,
                language=language,
                evidence=identifier("--evidence", evidence) if evidence else None,
            )
            body = await people.take_in_representative(session.pool, borrower, named, name)
        elif what == "no-representative":
            if not party or not reason:
                raise UsageError("no-representative: who, and why? Give --party and --reason")
            papers = identifier("--evidence", evidence) if evidence else None
            gone = people.removed(identifier("--party", party), reason, papers)
            await people.must_be_known(session.pool, borrower)
            await people.must_have_been_named(session.pool, borrower, gone)
            body = gone
        else:
            body = people.borrower_fact(what, channel=channel, reason=reason)
        told = await people.tell_borrower(session.client, session.pool, borrower, body, by=by, fact_id=fact_id)
    loans = ", ".join(told.loans) if told.loans else "no open loan"
    said = "was there already for" if told.before else "recorded for"
    console.print(f"{body.kind.replace('_', ' ')} {said} [bold]{borrower}[/] (id {fact_id}); holds for {loans}")
    return 0


def _point_id(party: str, kind: PointKind, fact_id: str) -> str:
    """An id for a contact point that nobody has named: the same for the same fact, another for another."""
    own = fact_id if len(fact_id) <= _SHOWN else hashlib.sha256(fact_id.encode()).hexdigest()[:_SHOWN]
    return f"{party[:60]}:{kind}:{own}"  # 80 characters at most, as every id
