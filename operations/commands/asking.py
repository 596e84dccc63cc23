"""What a command asks the running case first: the state that its workflow holds, and what is owed by its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel
from temporalio.client import WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError, RPCStatusCode

from domain import artefacts
from domain.case import Case
from domain.money import ZERO
from domain.parts import Offer
from domain.stages.situation import Situation
from domain.treatments import authority
from ledger.artefacts import law_in_force, load_all
from operations.commands.giving import Desk
from operations.errors import UsageError
from operations.phrases import en
from operations.sending import why_not_running
from operations.starting import workflow_id
from operations.takeover import PATIENCE
from schemas.loan import CollectionRequest
from schemas.messages import Agenda, CaseView
from schemas.terms import Covers

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Owed:
    """What an instalment plan has to add up to, in `currency`, on the bank's day `today`; and the yearly rate, in percent,
    that it bears by the strategy."""

    amount: Decimal
    currency: str
    today: date
    annual_percent: Decimal


async def owed(desk: Desk, loan_id: str, covers: Covers) -> Owed:
    """What is owed of the arrears or the whole balance, today by the case's own clock.

    Raises:
        UsageError: no case of the loan runs or answers, or nothing is owed as far as it knows.
    """
    s = await situation(desk, loan_id)
    amount = s.money.arrears if covers == "arrears" else s.money.outstanding
    if amount <= 0:
        raise UsageError(f"nothing is owed on {loan_id} ({covers}): there is nothing to pay in parts")
    policy = authority(s)
    currency = s.case.request.currency if s.case.request else ""
    return Owed(amount, currency, s.today, policy.plan.annual_percent if policy else ZERO)


async def situation(desk: Desk, loan_id: str) -> Situation:
    """The case as it stands by its own clock. Raises UsageError if none answers, or what is owed is not known."""
    case, _ = await _with_account(desk, loan_id)
    agenda = await _ask(desk, loan_id, "agenda", Agenda)
    async with desk.ledger() as pool:
        await load_all(pool)
        laws = await law_in_force(pool)
    if not laws:
        raise UsageError("no rulebook is in force in this ledger: `starter.py up` publishes the shipped one")
    return Situation.of(case, artefacts.policy(case.policy), (laws[0], artefacts.rulebook(laws[0])), agenda.now)


async def offer_of(desk: Desk, loan_id: str, offer_id: str) -> tuple[Offer, str] | None:
    """The case's open offer with this id, and the loan's currency; None if it has no such offer."""
    case = await case_of(desk, loan_id)
    if case is None or case.request is None or case.offer is None or case.offer.offer != offer_id:
        return None
    return case.offer, case.request.currency


async def case_of(desk: Desk, loan_id: str) -> Case | None:
    """The case as its workflow holds it; None if it is not open yet. Raises UsageError if none runs or answers."""
    view = await _ask(desk, loan_id, "case", CaseView)
    return Case.model_validate(view.state) if view.state else None


async def _with_account(desk: Desk, loan_id: str) -> tuple[Case, CollectionRequest]:
    case = await case_of(desk, loan_id)
    if case is None or case.request is None or case.account_as_of is None:
        raise UsageError(
            f"the case of {loan_id} has not read its account yet: what is owed is not known. Ask again then"
        )
    if case.status == "closed":
        ended = f", {en.CATALOGUE.word(case.outcome)}" if case.outcome else ""
        raise UsageError(
            f"the case of {loan_id} is closed{ended}: nothing is agreed on it. `starter.py case {loan_id}` tells its story"
        )
    return case, case.request


async def _ask(desk: Desk, loan_id: str, query: str, answer: type[Answer]) -> Answer:
    handle = desk.client.get_workflow_handle(workflow_id(loan_id))
    try:
        return await handle.query(query, result_type=answer, rpc_timeout=PATIENCE)
    except (WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
        raise UsageError(f"the case of {loan_id} does not answer ({error}): is its worker of another build?") from error
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            async with desk.ledger() as pool:
                why = await why_not_running(desk.client, pool, loan_id)
            raise UsageError(f"{why or f'the case of {loan_id} has just been started'}. Nothing was sent") from None
        raise UsageError(
            f"the case of {loan_id} gave no answer within {PATIENCE.seconds} s: is a worker running "
            "(`starter.py status`)? Nothing was sent"
        ) from None
