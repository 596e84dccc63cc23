"""Commands about rules of conduct: review-contact, record-notice, consent, withdraw-consent, leave-alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import Annotated, Literal, TypeVar, get_args

import asyncpg
from cyclopts import App, Parameter, validators

from operations import environment, people, sending
from operations.commands.answering import carry_out
from operations.commands.common import Flag, Id, add, code, identifier, instant, saying_id
from operations.commands.groups import HOLDS
from operations.commands.output import console
from operations.errors import UsageError
from operations.sending import valid
from schemas.contact import Channel
from schemas.debt import NoticeKind
from schemas.facts import BorrowerFact, ConsentGiven, ConsentWithdrawn, PartyRefused
from schemas.messages import RecordNotice, ReviewContact

Told = TypeVar("Told", bound=BorrowerFact)
Approved = Annotated[bool, Parameter(name="--approve", negative="--reject")]


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        HOLDS,
        "review-contact",
        review_contact,
        "review-contact LN-1 CN.TIME_BARRED --approve --by legal-2 --reason period_interrupted",
        "review-contact LN-1 HOUSE.COMPLAINT --reject --by service-3 --reason not_before_the_answer",
        sort=11,
    )
    add(
        app,
        HOLDS,
        "record-notice",
        record_notice,
        "record-notice LN-1 outsourcing --by service-3 --arrived --evidence DOC-81",
        sort=10,
    )
    add(
        app,
        HOLDS,
        "consent",
        consent,
        "consent B-1 hours --channels sms,human_call --from 07:00 --to 08:00 --evidence DOC-82",
        "consent B-1 attempts --channels human_call --until 2026-12-08T00:00:00+08:00",
        sort=7,
    )
    add(app, HOLDS, "withdraw-consent", withdraw_consent, "withdraw-consent B-1 CONSENT", sort=8)
    add(app, HOLDS, "leave-alone", leave_alone, "leave-alone B-1 --party P-2", sort=9)


async def review_contact(
    loan: str,
    rule: str,
    /,
    *,
    approve: Approved,
    by: str,
    reason: str,
    until: str | None = None,
    id: Id = None,
) -> int:
    """Decide on contacts that a rule of conduct sends to review. The word holds for later ones too, until its end or another.

    Args:
        loan: The loan's id.
        rule: The rule's id, as the case shows it.
        approve: Whether the contacts may be made.
        by: Who decides.
        reason: A code, such as period_interrupted.
        until: How long the word holds; time with zone. Without it, until another is given.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        ReviewContact,
        by=identifier("--by", by),
        rule=rule,
        approve=approve,
        reason=code("--reason", reason),
        until=instant("--until", until) if until else None,
    )
    return await carry_out(loan, command, id)


async def record_notice(
    loan: str,
    notice: NoticeKind,
    /,
    *,
    by: str,
    arrived: Flag = False,
    evidence: str | None = None,
    id: Id = None,
) -> int:
    """Record that a notice of law was given outside this system. Those that cases send themselves are recorded by themselves.

    Args:
        loan: The loan's id.
        notice: Which notice.
        by: Who records it.
        arrived: Its arrival is proven.
        evidence: The id of the papers that prove it.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        RecordNotice,
        by=identifier("--by", by),
        notice=notice,
        arrived=arrived,
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    return await carry_out(loan, command, id)


async def consent(
    borrower: str,
    to: Literal["hours", "attempts"],
    /,
    *,
    channels: str,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to_: Annotated[str | None, Parameter(name="--to")] = None,
    maximum: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    until: str | None = None,
    evidence: str | None = None,
    by: str = "operator",
    id: Id = None,
) -> int:
    """Take in that a borrower agrees to contact at other hours, or to more attempts, where the rule lets them.

    One says nothing about the other, and neither about anybody else than the borrower.

    Args:
        borrower: The borrower's id.
        to: What they agree to.
        channels: By which channels, with commas between.
        from_: Of hours: from when on, on their own clock.
        to_: Of hours: until when.
        maximum: Of attempts: so many at most; without it, without a cap.
        until: When it ends; time with zone. Without it, when it is taken back.
        evidence: The id of the papers, or of the recording, in which they say so.
        by: Who took it in.
        id: The consent's own id, by which it is taken back.
    """
    opens, closes = _clock("--from", from_), _clock("--to", to_)
    if to == "hours" and (opens is None or closes is None or opens >= closes):
        raise UsageError(
            "hours: from when until when? Give --from and --to on the borrower's clock, on one day and in that order; over "
            "midnight they are two consents"
        )
    if to == "attempts" and (opens or closes):
        raise UsageError("attempts: a consent to more attempts says nothing about hours; leave --from and --to out")
    ends = instant("--until", until) if until else None
    if ends is not None and ends <= datetime.now(UTC):
        raise UsageError("--until: is past, so that this would let nothing: give a time to come, or leave it out")
    fact_id = identifier("--id", id) if id else sending.fresh_id()
    saying_id(fact_id)
    given = valid(
        ConsentGiven,
        consent=fact_id,
        grants=to,
        channels=_channels(channels),
        open=opens,
        close=closes,
        maximum=maximum,
        until=ends,
        evidence=identifier("--evidence", evidence) if evidence else None,
    )
    return await _tell(borrower, given, by, fact_id)


async def withdraw_consent(borrower: str, consent: str, /, *, by: str = "operator", id: Id = None) -> int:
    """Take in that a borrower takes a consent back; from then on the rule alone holds again.

    Args:
        borrower: The borrower's id.
        consent: The consent's id.
        by: Who took it in.
        id: The fact's own id.
    """
    fact_id = identifier("--id", id) if id else sending.fresh_id()
    saying_id(fact_id)
    taken_back = identifier("CONSENT", consent)
    return await _tell(borrower, ConsentWithdrawn(consent=taken_back), by, fact_id, must=people.must_have_agreed)


async def leave_alone(borrower: str, /, *, party: str, by: str = "operator", id: Id = None) -> int:
    """Take in that somebody wants no contact about a borrower, such as an emergency contact; nobody asks them again.

    Args:
        borrower: The borrower's id.
        party: Who wants none.
        by: Who took it in.
        id: The fact's own id.
    """
    fact_id = identifier("--id", id) if id else sending.fresh_id()
    saying_id(fact_id)
    refused = PartyRefused(party_id=identifier("--party", party))
    return await _tell(borrower, refused, by, fact_id, must=people.must_be_theirs)


async def _tell(
    borrower: str,
    body: Told,
    by: str,
    fact_id: str,
    must: Callable[[asyncpg.Pool, str, Told], Awaitable[None]] | None = None,
) -> int:
    """Record it. `must` raises UsageError where it is about something that the ledger does not know."""
    borrower, by = identifier("BORROWER", borrower), identifier("--by", by)
    async with environment.session() as session:
        if must:
            await people.must_be_known(session.pool, borrower)
            await must(session.pool, borrower, body)
        told = await people.tell_borrower(session.client, session.pool, borrower, body, by=by, fact_id=fact_id)
    loans = ", ".join(told.loans) if told.loans else "no open loan"
    said = "was there already for" if told.before else "recorded for"
    console.print(f"{body.kind.replace('_', ' ')} {said} [bold]{borrower}[/] (id {fact_id}); holds for {loans}")
    return 0


def _channels(value: str) -> tuple[str, ...]:
    given = tuple(part.strip() for part in value.split(","))
    known = get_args(Channel)
    unknown = [part for part in given if part not in known]
    if unknown:
        raise UsageError(f"--channels: {', '.join(unknown)} is none; there are {', '.join(known)}")
    return given


def _clock(name: str, value: str | None) -> time | None:
    if value is None:
        return None
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{name}: give a time of day, such as 07:30") from None
