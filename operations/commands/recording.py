"""Commands by which people report: record-contact, record-visit, record-court-step."""

from __future__ import annotations

from datetime import date
from typing import Literal

from cyclopts import App

from operations import environment, sending
from operations.commands.answering import carry_out
from operations.commands.common import Flag, Id, add, identifier, instant
from operations.commands.common import amount as amount_of
from operations.commands.common import code as code_of
from operations.commands.groups import COURT, TALKS
from operations.commands.parts import means_of, promise_of
from operations.sending import valid
from schemas.contact import ContactResult, Level, VisitResult
from schemas.court import Reportable
from schemas.messages import RecordContact, RecordCourtStep, RecordVisit


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        TALKS,
        "record-contact",
        record_contact,
        "record-contact LN-1 --by agent-7 --attempt LN-1:3 --result promised --identity-verified "
        "--promise 500.00 --promise-by 2026-12-01",
        "record-contact LN-1 --by agent-7 --result needs_time --identity-verified --overdue-reason salary_late "
        '--quiet-until 2026-12-01T09:00:00+08:00 --note "wages come on the 30th"',
        "record-contact LN-1 --by agent-7 --result right_party --identity-verified --wish plan --willingness high "
        "--ability low",
        sort=1,
    )
    add(
        app,
        TALKS,
        "record-visit",
        record_visit,
        "record-visit LN-1 --by field-4 --attempt LN-1:9 --result met --staff 2 --recording REC-20261201-7",
        "record-visit LN-1 --by field-4 --attempt LN-1:9 --result promised --staff 2 --promise 500.00 "
        "--promise-by 2026-12-01",
        sort=2,
    )
    add(
        app,
        COURT,
        "record-court-step",
        record_court_step,
        "record-court-step LN-1 accepted --by legal-2 --on 2026-12-01 --reference 2026-hu-0101-4711",
        "record-court-step LN-1 judgment --by legal-2 --on 2027-02-10 --amount 20400.00",
        "record-court-step LN-1 returned --by legal-2 --on 2026-12-03 --code service_address",
    )


async def record_contact(
    loan: str,
    /,
    *,
    by: str,
    result: ContactResult,
    attempt: str | None = None,
    identity_verified: Flag = False,
    willingness: Level | None = None,
    ability: Level | None = None,
    overdue_reason: str | None = None,
    wish: Literal["time", "plan", "settlement"] | None = None,
    promise: str | None = None,
    promise_by: date | None = None,
    quiet_until: str | None = None,
    income: str | None = None,
    obligations: str | None = None,
    living_minimum: str | None = None,
    note: str | None = None,
    recording: str | None = None,
    id: Id = None,
) -> int:
    """Record what came of a conversation with the borrower.

    Args:
        loan: The loan's id.
        by: The collector's id.
        result: What came of it.
        attempt: The call that was asked for and that this answers; none for a call that came in.
        identity_verified: The right person was on the line.
        willingness: The collector's impression of whether they want to pay.
        ability: The collector's impression of whether they can.
        overdue_reason: The cause that the borrower gave: a code, such as salary_late or illness.
        wish: What they would like.
        promise: How much they said they will pay, in the loan's currency; with --promise-by.
        promise_by: By when.
        quiet_until: No contact before; time with zone.
        income: What they have a month, as they said, in the loan's currency. `offers` makes plans of it.
        obligations: What goes to others a month: rent, other debts, maintenance.
        living_minimum: What is left to live on a month.
        note: Free text; kept in the erasable tables, the ledger has its id alone.
        recording: The id under which the recording is kept.
        id: The command's own id; the same again gives the same answer.
    """
    update_id = identifier("--id", id) if id else sending.fresh_id()
    command = valid(
        RecordContact,
        by=identifier("--by", by),
        result=result,
        attempt=identifier("--attempt", attempt) if attempt else None,
        identity_verified=identity_verified,
        willingness=willingness,
        ability=ability,
        overdue_reason=code_of("--overdue-reason", overdue_reason) if overdue_reason else None,
        wish=wish,
        promise=promise_of("--promise", promise, promise_by),
        means=means_of(income, obligations, living_minimum),
        quiet_until=instant("--quiet-until", quiet_until) if quiet_until else None,
        note_id=_note_id(update_id) if note else None,
        recording=identifier("--recording", recording) if recording else None,
    )
    await _keep(loan, update_id, note)
    return await carry_out(loan, command, update_id)


async def record_visit(
    loan: str,
    /,
    *,
    by: str,
    attempt: str,
    result: VisitResult,
    staff: int,
    promise: str | None = None,
    promise_by: date | None = None,
    note: str | None = None,
    recording: str | None = None,
    id: Id = None,
) -> int:
    """Record what came of a visit. `case LOAN` shows the visits with their attempts.

    Args:
        loan: The loan's id.
        by: Who reports it.
        attempt: The visit.
        result: What came of it.
        staff: How many people were there.
        promise: How much the borrower said they will pay, in the loan's currency; with --promise-by.
        promise_by: By when.
        note: Free text; kept in the erasable tables, the ledger has its id alone.
        recording: The id under which the recording is kept.
        id: The command's own id; the same again gives the same answer.
    """
    update_id = identifier("--id", id) if id else sending.fresh_id()
    command = valid(
        RecordVisit,
        by=identifier("--by", by),
        attempt=identifier("--attempt", attempt),
        result=result,
        staff=staff,
        promise=promise_of("--promise", promise, promise_by),
        note_id=_note_id(update_id) if note else None,
        recording=identifier("--recording", recording) if recording else None,
    )
    await _keep(loan, update_id, note)
    return await carry_out(loan, command, update_id)


async def record_court_step(
    loan: str,
    milestone: Reportable,
    /,
    *,
    by: str,
    on: date,
    reference: str | None = None,
    amount: str | None = None,
    code: str | None = None,
    id: Id = None,
) -> int:
    """Record a milestone that came from the court.

    Args:
        loan: The loan's id.
        milestone: What the court did. `terminated`: this enforcement ended for want of property, and the claim lives.
        by: Who records it.
        on: The day of it.
        reference: The court's number of the case, as an id.
        amount: What was awarded, in the loan's currency.
        code: What is missing, or why: such as service_address or no_property.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        RecordCourtStep,
        by=identifier("--by", by),
        milestone=milestone,
        on=on,
        reference=identifier("--reference", reference) if reference else None,
        amount=amount_of("--amount", amount) if amount else None,
        code=code_of("--code", code) if code else None,
    )
    return await carry_out(loan, command, id)


def _note_id(update_id: str) -> str:
    return f"note:{update_id}"[:80]


async def _keep(loan: str, update_id: str, note: str | None) -> None:
    """Put free text into the erasable notes, if there is any."""
    if note:
        async with environment.ledger(environment.resolve(need=("database",))) as pool:
            await sending.keep_note(pool, identifier("LOAN", loan), _note_id(update_id), note)
