"""What is told to a case: money that arrived or was taken back, commands of people, facts about its borrower."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeVar
from uuid import uuid4

import asyncpg
from pydantic import BaseModel, ValidationError
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from domain import artefacts
from domain.calendar import bank_date
from ledger.artefacts import load_all
from ledger.borrowers import record_borrower_fact
from ledger.personal import PersonalPoint, PersonalRecord, intake, name_of, put_note
from ledger.reading import facts, stream_state
from operations.errors import UsageError
from operations.nudges import send_pending
from operations.requests import check_id, places
from operations.starting import launch, workflow_id
from schemas.contact import Channel
from schemas.facts import (
    BorrowerDeceased,
    BorrowerFact,
    ChannelOptedIn,
    ChannelOptedOut,
    ContactAllowed,
    ContactPointAdded,
    ContactStopped,
    EpisodeOpened,
)
from schemas.ledger import NewFact
from schemas.loan import CollectionRequest, PointKind
from schemas.messages import Command, CommandOutcome, PaymentPostedSignal, PaymentReversedSignal

M = TypeVar("M", bound=BaseModel)

ANSWER = 60.0
"""Seconds in which a case has to answer a command; its worker may be replaying, the ledger away for a moment."""

Update = Literal["pause", "resume", "record_contact", "close_by_bank"]
BorrowerEvent = Literal["opt-out", "opt-in", "stop", "allow", "deceased", "new-number"]


@dataclass(frozen=True)
class KnownLoan:
    """What the ledger knows of a loan: its newest request and the bank's calendar, an IANA zone."""

    request: CollectionRequest
    bank_zone: str


async def known_loan(pool: asyncpg.Pool, loan_id: str) -> KnownLoan | None:
    """The loan as its newest episode has it; None if the ledger never opened a case of it."""
    opened = [f.body for f in await facts(pool, f"loan:{loan_id}") if isinstance(f.body, EpisodeOpened)]
    if not opened:
        return None
    await load_all(pool)
    return KnownLoan(opened[-1].request, artefacts.policy(opened[-1].policy).bank_zone)


async def keep_note(pool: asyncpg.Pool, loan_id: str, note_id: str, text: str) -> None:
    """Put free text of a conversation into the erasable notes, as the borrower's: with them it is erased.

    Raises:
        UsageError: the ledger knows no such loan, so that nobody's erasure would ever find the note.
    """
    known = await known_loan(pool, loan_id)
    if known is None:
        raise UsageError(
            f"the ledger knows no loan {loan_id}: a note on it would be nobody's, and could not be erased with them. "
            "Nothing was written; check the id, or start the case first"
        )
    parties = known.request.parties
    owner = next((party for party in parties if party.role == "borrower"), parties[0])
    await put_note(pool, note_id, text, owner.party_id)


async def pay(
    client: Client,
    pool: asyncpg.Pool,
    loan_id: str,
    amount: str,
    *,
    reference: str | None = None,
    value_date: date | None = None,
    currency: str | None = None,
) -> PaymentPostedSignal:
    """Tell a running case that money arrived; answers the signal as sent.

    `amount` is a decimal in text, in units of the currency. Without a reference one is made up; without a currency it is
    the loan's; without a value date, the bank's today.

    Raises:
        UsageError: no case of the loan runs, or what was given is no payment.
    """
    known = await known_loan(pool, loan_id)
    if currency is None and known is None:
        raise UsageError(f"the ledger knows no loan {loan_id}, so not its currency either: give --currency")
    now = datetime.now(UTC)
    signal = valid(
        PaymentPostedSignal,
        reference=reference or f"P-{uuid4().hex[:12]}",
        amount=amount,
        currency=currency or (known.request.currency if known else None),
        value_date=value_date or bank_date(now, known.bank_zone if known else "Asia/Shanghai"),
        posted_at=now,
    )
    try:
        await client.get_workflow_handle(workflow_id(loan_id)).signal("payment_posted", signal)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        raise _not_running(loan_id, known is not None) from None
    return signal


async def reverse(
    client: Client,
    pool: asyncpg.Pool,
    loan_id: str,
    payment: str,
    *,
    reference: str | None = None,
    value_date: date | None = None,
) -> PaymentReversedSignal:
    """Tell a case that a payment was taken back in full; a case that had ended starts again and sees for itself.

    Raises:
        UsageError: the ledger has never had a case of this loan, or what was given is no reversal.
    """
    known = await known_loan(pool, loan_id)
    if known is None:
        raise UsageError(f"the ledger knows no loan {loan_id}: start its case first (`starter.py start`)")
    now = datetime.now(UTC)
    signal = valid(
        PaymentReversedSignal,
        reference=reference or f"R-{payment}"[:80],
        reverses=payment,
        value_date=value_date or bank_date(now, known.bank_zone),
        posted_at=now,
    )
    await launch(client, known.request, signal="payment_reversed", signal_args=[signal])
    return signal


async def command(
    client: Client, loan_id: str, update: Update, command: Command, update_id: str | None = None
) -> tuple[str, CommandOutcome]:
    """Give a case an operator's command; answers the update's id and the ledger's answer, accepted or refused.

    The same id again gives the same answer, whatever has happened since.

    Raises:
        UsageError: no case of the loan runs, or none answers in time.
    """
    update_id = update_id or fresh_id()
    handle = client.get_workflow_handle(workflow_id(loan_id))
    try:
        async with asyncio.timeout(ANSWER):
            outcome = await handle.execute_update(update, command, id=update_id, result_type=CommandOutcome)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            raise _not_running(loan_id, True) from None
        raise
    except WorkflowUpdateFailedError as error:
        raise UsageError(f"the case of {loan_id} refused the command's form: {error.cause}") from error
    except TimeoutError:
        raise UsageError(
            f"the case of {loan_id} gave no answer within {ANSWER:.0f} s: is a worker running (`starter.py status`)? "
            f"The command may still be carried out; ask again with --id {update_id}"
        ) from None
    return update_id, outcome


@dataclass(frozen=True)
class Told:
    """A borrower's fact as recorded, the open loans that it holds for, and how many cases were nudged at once."""

    fact: NewFact
    loans: tuple[str, ...]
    nudged: int


async def tell_borrower(
    client: Client, pool: asyncpg.Pool, borrower_id: str, body: BorrowerFact, *, by: str, fact_id: str | None = None
) -> Told:
    """Record a fact about a borrower for every open loan of theirs, and nudge those cases to look.

    Raises:
        UsageError: the ledger has never heard of this borrower.
    """
    await must_be_known(pool, borrower_id)
    fact = NewFact(fact_id=fact_id or fresh_id(), occurred_at=datetime.now(UTC), source="operator", actor=by, body=body)
    loans = await record_borrower_fact(pool, borrower_id, fact)
    return Told(fact, loans, await send_pending(client, pool))


async def add_number(pool: asyncpg.Pool, party: str, kind: PointKind, value: str, point: str) -> ContactPointAdded:
    """Put a new number or address into the erasable tables; answers the fact that names it by id alone.

    Raises:
        UsageError: the party's name is not in the personal tables, or the point's id looks personal.
    """
    check_id("--point", point)
    name = await name_of(pool, party)
    if name is None:
        raise UsageError(f"no party {party} in the personal tables: give the party_id that the case was started with")
    await intake(
        pool,
        [PersonalRecord(party_id=party, name=name, points=(PersonalPoint(contact_point_id=point, value=value),))],
    )
    return ContactPointAdded(party_id=party, contact_point_id=point, point_kind=kind)


def borrower_fact(what: BorrowerEvent, *, channel: Channel | None = None, reason: str | None = None) -> BorrowerFact:
    """The fact that an event is, but for a new number (see `add_number`). Raises UsageError if a part is missing."""
    if what in ("opt-out", "opt-in"):
        if channel is None:
            raise UsageError(f"{what}: of which channel? Give --channel sms (or another)")
        return ChannelOptedOut(channel=channel) if what == "opt-out" else ChannelOptedIn(channel=channel)
    if what == "deceased":
        return BorrowerDeceased()
    if what not in ("stop", "allow"):
        raise UsageError(f"{what} is recorded with its number")
    if reason is None:
        raise UsageError(f"{what}: why? Give --reason with a code such as borrower_request")
    return valid(ContactStopped if what == "stop" else ContactAllowed, reason=reason)


async def must_be_known(pool: asyncpg.Pool, borrower_id: str) -> None:
    """Raise UsageError for a borrower of whom the ledger has never heard."""
    if await stream_state(pool, f"borrower:{borrower_id}") is None:
        raise UsageError(
            f"the ledger knows no borrower {borrower_id}: check the id (`starter.py case LOAN` shows it), "
            "or start the case first"
        )


def _not_running(loan_id: str, known: bool) -> UsageError:
    if known:
        return UsageError(
            f"no case of loan {loan_id} is running: it has ended (`starter.py case {loan_id}`), or its workflow was lost "
            "(`starter.py recover`). Nothing was sent"
        )
    return UsageError(f"no case of loan {loan_id} is running, and the ledger knows none. Nothing was sent")


def fresh_id() -> str:
    """An id for what nobody has named."""
    return uuid4().hex


def valid(model: type[M], **fields: object) -> M:
    """A model of these fields. Raises UsageError that names what is wrong and repeats no value."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise UsageError(f"{'; '.join(places(error))}") from None
