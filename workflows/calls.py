"""How each activity is called: its queue, its patience, what cancels it, and the reason shown beside it in the UI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception
from temporalio.workflow import ActivityCancellationType, ActivityHandle

from activities import queues
from activities.contact import ContactActivities
from activities.core_banking import CoreBanking
from activities.court import Court
from activities.credit_bureau import CreditBureau
from activities.documents import Documents
from activities.tasks import Tasks
from domain.agreements import judge
from domain.calendar import zone
from domain.case import Case
from domain.money import ZERO, minor_unit
from domain.stages.situation import system_of
from schemas.ledger import Appended
from schemas.orders import (
    AccountOrder,
    ActionOrder,
    CallOffOrder,
    CertificateOrder,
    ContactOrder,
    CourtOrder,
    CreditOrder,
    CreditReportOrder,
    DocumentsOrder,
    FileOrder,
    InterestOrder,
    RestrictionOrder,
    WaiverOrder,
    WaiverReversalOrder,
)
from schemas.policy import Strategy
from schemas.steps import (
    Act,
    BookWaiver,
    CallOff,
    ChargeInterest,
    CheckFile,
    IssueCertificate,
    MakeContact,
    ReadAccount,
    ReadCreditRecord,
    ReportCredit,
    RequestDocuments,
    ResolveAttempt,
    ReverseWaiver,
    SetRestriction,
    TakeCourtStep,
)

Request = TypeVar("Request")
Answer = TypeVar("Answer")

SUMMARY_LENGTH = 200

_READING = {
    # Seven tries take about a minute. Time in the queue is no failure of the system outside, so it has a bound of its own.
    "schedule_to_start_timeout": timedelta(hours=1),
    "start_to_close_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15), maximum_attempts=7
    ),
    # A run that ended while the server still had to say how its reading ended would have its last task refused.
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
}
_CONTACT = {
    "schedule_to_start_timeout": timedelta(hours=1),
    "start_to_close_timeout": timedelta(minutes=3),
    "heartbeat_timeout": timedelta(seconds=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
    # With TRY_CANCEL the workflow is told "cancelled" while the message still goes out.
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
}


async def ask_ledger(
    method: Callable[[Any, Request], Awaitable[Answer]],
    request: Request,
    summary: str,
    on_trouble: Callable[[], None],
) -> Answer:
    """Call the ledger in the workflow task itself; after a few seconds without an answer, in an activity that waits.

    A database outage must not hold workflow slots, and must not lose anything either: the second call has no end.
    """
    try:
        return await workflow.execute_local_activity_method(
            method,
            request,
            start_to_close_timeout=timedelta(seconds=3),
            schedule_to_close_timeout=timedelta(seconds=6),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=4),
            summary=summary[:SUMMARY_LENGTH],
        )
    except FailureError as error:
        # A local activity fails with its own failure, not wrapped in an ActivityError.
        if is_cancelled_exception(error) or (isinstance(error, ApplicationError) and error.non_retryable):
            raise
        on_trouble()
    return await workflow.execute_activity_method(
        method,
        request,
        task_queue=queues.LEDGER,
        start_to_close_timeout=timedelta(seconds=20),
        retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=20)),
        summary=f"the ledger does not answer, waiting for it: {summary}"[:SUMMARY_LENGTH],
    )


@dataclass
class Flight:
    """The one action in flight. A `sheltered` one goes on when it is not wanted any more: what it asks for may have been
    done, and the case then deals with that."""

    step: Act
    handle: ActivityHandle[Appended]
    sheltered: bool = False
    cancelled: bool = False

    def cancel(self) -> None:
        """Ask the action to stop; it answers how far it had come."""
        if not self.cancelled and not self.sheltered:
            self.handle.cancel()
        self.cancelled = True


def start(step: Act, case: Case, build: str, fields: dict[str, str]) -> Flight:
    """Start the step's action; `fields` fill a contact's template."""
    action, now = step.action, workflow.now()
    order = _order(step, case, build)
    begin = _begin(step)
    if isinstance(action, MakeContact | ResolveAttempt):
        party = case.borrower()
        language = party.language if party else "zh-CN"
        request = ContactOrder(**order, proposal=action.proposal, language=language, fields=fields)
        method = (
            ContactActivities.make_contact if isinstance(action, MakeContact) else ContactActivities.resolve_attempt
        )
        return begin(method, request, _QUEUES[system_of(action.proposal.channel)], _CONTACT)
    assert case.request is not None
    currency = case.request.currency
    match action:
        case ReadAccount():
            return begin(
                CoreBanking.read_account, AccountOrder(**order, currency=currency, as_of=now), queues.CORE_BANKING
            )
        case ReadCreditRecord():
            inquiry = CreditOrder(**order, authorisation=action.authorisation, as_of=now)
            return begin(CreditBureau.read_credit_record, inquiry, queues.CREDIT_BUREAU)
        case ReportCredit():
            said = action.model_dump(include={"status", "amount", "days_past_due", "notice"})
            report = CreditReportOrder(**order, **said, currency=currency, as_of=now)
            return begin(CreditBureau.report_credit, report, queues.CREDIT_BUREAU, sheltered=True)
        case CheckFile():
            return begin(Documents.check_file, FileOrder(**order, as_of=now), queues.DOCUMENTS)
        case RequestDocuments():
            wanted = DocumentsOrder(**order, pieces=action.pieces, as_of=now)
            return begin(Documents.request_documents, wanted, queues.DOCUMENTS, sheltered=True)
        case CallOff():
            off = CallOffOrder(**order, proposal=action.proposal, reason=action.reason, as_of=now)
            return begin(Tasks.call_off, off, _QUEUES[system_of(action.proposal.channel)], sheltered=True)
        case BookWaiver():
            waiver = WaiverOrder(
                **order,
                agreement=action.agreement,
                amount=action.amount,
                currency=currency,
                made_of=action.made_of,
                as_of=now,
            )
            return begin(CoreBanking.book_waiver, waiver, queues.CORE_BANKING, sheltered=True)
        case ReverseWaiver():
            said = action.model_dump(include={"agreement", "reverses"})
            back = WaiverReversalOrder(**order, **said, as_of=now)
            return begin(CoreBanking.reverse_waiver, back, queues.CORE_BANKING, sheltered=True)
        case ChargeInterest():
            said = action.model_dump(include={"agreement", "amount", "on"})
            interest = InterestOrder(**order, **said, currency=currency, as_of=now)
            return begin(CoreBanking.charge_interest, interest, queues.CORE_BANKING, sheltered=True)
        case SetRestriction():
            said = action.model_dump(include={"restriction", "change", "reason", "approval"})
            restriction = RestrictionOrder(**order, **said, as_of=now)
            return begin(CoreBanking.set_restriction, restriction, queues.CORE_BANKING, sheltered=True)
        case IssueCertificate():
            said = action.model_dump(include={"agreement", "paid", "waived"})
            certified = CertificateOrder(**order, **said, currency=currency, as_of=now)
            return begin(Documents.issue_certificate, certified, queues.DOCUMENTS, sheltered=True)
        case TakeCourtStep():
            said = action.model_dump(include={"step", "on", "claim", "reference", "pieces"})
            request = CourtOrder(**order, **said, currency=currency, as_of=now)
            return begin(Court.take_step, request, queues.COURT, sheltered=True)


_QUEUES = {
    "messaging": queues.MESSAGING,
    "telephony": queues.TELEPHONY,
    "field_force": queues.FIELD_FORCE,
}


def _begin(step: Act) -> Callable[..., Flight]:
    summary = step.why.text[:SUMMARY_LENGTH]

    def begin(
        method: Any, request: Any, queue: str, how: dict[str, Any] = _READING, *, sheltered: bool = False
    ) -> Flight:
        handle = workflow.start_activity_method(method, request, task_queue=queue, summary=summary, **how)
        return Flight(step=step, handle=handle, sheltered=sheltered)

    return begin


def system(step: Act) -> str:
    """The system outside that an action asks."""
    action = step.action
    match action:
        case ReadAccount() | BookWaiver() | ReverseWaiver() | ChargeInterest() | SetRestriction():
            return "core_banking"
        case ReadCreditRecord() | ReportCredit():
            return "credit_bureau"
        case CheckFile() | RequestDocuments() | IssueCertificate():
            return "documents"
        case TakeCourtStep():
            return "court"
        case MakeContact() | ResolveAttempt() | CallOff():
            return system_of(action.proposal.channel)


def _order(step: Act, case: Case, build: str) -> dict[str, Any]:
    assert case.request is not None
    order = ActionOrder(
        stream=f"loan:{case.loan_id}",
        loan_id=case.loan_id,
        borrower_id=case.request.borrower_id,
        epoch=case.epoch,
        after=case.head,
        decided_on=case.decision_head,
        state=case.digest(),
        build=build,
        key=step.action.key,
    )
    return dict(order)


def template_fields(step: Act, case: Case, strategy: Strategy, today: date) -> dict[str, str]:
    """The figures that templates may name, as strings: money with its currency, dates in ISO form."""
    money = case.money(today, strategy.account)
    assert case.request is not None
    unit = minor_unit(case.request.currency)
    proposal = step.action.proposal if isinstance(step.action, MakeContact | ResolveAttempt) else None
    appointment = ""
    if proposal and proposal.appointment:
        where = zone(proposal.zones[0]) if proposal.zones else zone(strategy.bank_zone)
        appointment = f"{proposal.appointment.astimezone(where):%Y-%m-%d %H:%M}"
    return {
        "amount": str(money.arrears.quantize(unit)),
        "balance": str(money.outstanding.quantize(unit)),
        "currency": case.request.currency,
        "days_past_due": str(money.days_past_due),
        "due_date": money.overdue_since.isoformat() if money.overdue_since else "",
        "demand_days": str(strategy.litigation.demand_days) if strategy.litigation else "",
        "appointment": appointment,
        **_agreed(case, strategy, unit),
        **_next_due(case, strategy, today, unit),
    }


def _agreed(case: Case, strategy: Strategy, unit: Decimal) -> dict[str, str]:
    """What is still to be paid of the part that is due next, and its day; empty without an agreement."""
    if case.agreement is None:
        return {"agreed_amount": "", "agreed_on": ""}
    judged = judge(case.agreement, case, strategy, workflow.now())
    left = max(judged.due - judged.paid, ZERO)
    return {"agreed_amount": str(left.quantize(unit)), "agreed_on": judged.due_on.isoformat()}


def _next_due(case: Case, strategy: Strategy, today: date, unit: Decimal) -> dict[str, str]:
    """What is to be paid by the next day on which an instalment falls due, and that day; empty while anything is overdue."""
    due_on = min((i.due_on for i in case.due_instalments() if i.due_on >= today), default=None)
    if due_on is None or case.cured_at is None:
        return {"next_amount": "", "next_due_on": ""}
    due = case.money(due_on + timedelta(days=1), strategy.account).arrears
    return {"next_amount": str(due.quantize(unit)), "next_due_on": due_on.isoformat()}
