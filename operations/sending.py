"""What is told to a case and kept with it: notes; and what to say where no case runs to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import uuid4

import asyncpg
from pydantic import BaseModel, ValidationError
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain import artefacts
from domain.calendar import bank_date
from domain.case import Case
from ledger.artefacts import load_all
from ledger.personal import note_of, put_note
from ledger.reading import facts, stream_state
from operations.errors import UsageError
from operations.phrases import en
from operations.requests import places
from operations.starting import workflow_id
from schemas.facts import CaseClosed, EpisodeOpened, Outcome
from schemas.loan import CollectionRequest

M = TypeVar("M", bound=BaseModel)


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
        UsageError: the ledger knows no such loan, so that nobody's erasure would ever find the note; or another text
            stands under this id, which a fact may name by now.
    """
    known = await known_loan(pool, loan_id)
    if known is None:
        raise UsageError(
            f"the ledger knows no loan {loan_id}: a note on it would be nobody's, and could not be erased with them. "
            "Nothing was written; check the id, or start the case first"
        )
    if await note_of(pool, note_id) not in (None, text):
        raise UsageError(
            f"{note_id} holds another text: give this command an id of its own with --id. Nothing was sent"
        )
    parties = known.request.parties
    owner = next((party for party in parties if party.role == "borrower"), parties[0])
    await put_note(pool, note_id, text, owner.party_id)


@dataclass(frozen=True)
class Ending:
    """How a case was closed: the outcome's word, the day at the bank, and the ledger's reason."""

    outcome: Outcome
    on: date
    why: str

    def __str__(self) -> str:
        word = en.CATALOGUE.word(self.outcome)
        return f"{word} on {self.on} ({self.why.removeprefix(f'{word}: ')})"


async def ending(pool: asyncpg.Pool, loan_id: str) -> Ending | None:
    """How the loan's case was closed; None while it is open, and if the ledger never opened one."""
    recorded = await facts(pool, f"loan:{loan_id}")
    case = Case.fold(loan_id, recorded)
    if case.status != "closed" or case.outcome is None:
        return None
    at = next(fact.occurred_at for fact in reversed(recorded) if isinstance(fact.body, CaseClosed))
    await load_all(pool)
    return Ending(case.outcome, bank_date(at, artefacts.policy(case.policy).bank_zone), case.closing_why)


async def why_not_running(client: Client, pool: asyncpg.Pool, loan_id: str) -> str | None:
    """What to say of a loan for which no case runs, and what to do about it; None if one runs after all."""
    status = await _status(client, loan_id)
    if status == WorkflowExecutionStatus.RUNNING:
        return None
    state = await stream_state(pool, f"loan:{loan_id}")
    if state is not None and state.state == "open":
        why = "the ledger has it open and nothing carries it: `starter.py recover` starts it again"
    elif closed := await ending(pool, loan_id):
        why = (
            f"it was closed, {closed}. `starter.py case {loan_id}` tells its story; if the loan fell overdue again, "
            "`starter.py start` opens the new episode"
        )
    elif status is None:
        why = "the ledger knows no such loan: check the id, or `starter.py start` its case first"
    else:
        why = f"it ended before it opened ({status.name.lower()}): the Web UI says why; mend that and `starter.py start` it"
    return f"no case of loan {loan_id} is running: {why}"


async def no_case(client: Client | None, loan_id: str) -> UsageError:
    """What to say of a loan of which the ledger has no case, by what the server knows of it, if there is one to ask."""
    try:
        status = await _status(client, loan_id) if client else None
    except RPCError:  # what the ledger says is said all the same
        status = None
    if status == WorkflowExecutionStatus.RUNNING:
        return UsageError(f"the case of loan {loan_id} is started and not yet open: ask again when it is")
    if status is not None:
        return UsageError(
            f"the case of loan {loan_id} ended before it opened ({status.name.lower()}): the Web UI says why; mend that and "
            "`starter.py start` it"
        )
    return UsageError(f"the ledger knows no case of loan {loan_id}: check the id, or `starter.py start` it")


async def running(client: Client, loan_id: str) -> bool:
    """Whether a workflow carries the loan now."""
    return await _status(client, loan_id) == WorkflowExecutionStatus.RUNNING


async def _status(client: Client, loan_id: str) -> WorkflowExecutionStatus | None:
    """How the newest run of the loan's workflow is; None if the server knows none."""
    try:
        return (await client.get_workflow_handle(workflow_id(loan_id)).describe()).status
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


def fresh_id() -> str:
    """An id for what nobody has named."""
    return uuid4().hex


def valid(model: type[M], **fields: object) -> M:
    """A model of these fields. Raises UsageError that names what is wrong and repeats no value."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise UsageError(f"{'; '.join(places(error))}") from None
