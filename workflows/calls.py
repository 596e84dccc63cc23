"""How each activity is called: its queue, its patience, what cancels it, and the reason shown beside it in the UI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception
from temporalio.workflow import ActivityCancellationType, ActivityHandle

from activities import queues
from activities.contact import ContactActivities
from activities.core_banking import CoreBanking
from activities.credit_bureau import CreditBureau
from domain.case import Case
from domain.money import minor_unit
from domain.stages.situation import system_of
from schemas.ledger import Appended
from schemas.orders import AccountOrder, ActionOrder, ContactOrder, CreditOrder
from schemas.steps import Act, MakeContact, ReadAccount, ReadCreditRecord, ResolveAttempt

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
    """The one action in flight."""

    step: Act
    handle: ActivityHandle[Appended]
    cancelled: bool = False

    def cancel(self) -> None:
        """Ask the action to stop; it answers how far it had come."""
        if not self.cancelled:
            self.cancelled = True
            self.handle.cancel()


def start(step: Act, case: Case, build: str, fields: dict[str, str]) -> Flight:
    """Start the step's action; `fields` fill a contact's template."""
    order = _order(step, case, build)
    action = step.action
    summary = step.why.text[:SUMMARY_LENGTH]
    match action:
        case ReadAccount():
            request = AccountOrder(**order, as_of=workflow.now())
            handle = workflow.start_activity_method(
                CoreBanking.read_account, request, task_queue=queues.CORE_BANKING, summary=summary, **_READING
            )
        case ReadCreditRecord():
            request = CreditOrder(**order, authorisation=action.authorisation, as_of=workflow.now())
            handle = workflow.start_activity_method(
                CreditBureau.read_credit_record,
                request,
                task_queue=queues.CREDIT_BUREAU,
                summary=summary,
                **_READING,
            )
        case MakeContact() | ResolveAttempt():
            party = case.borrower()
            request = ContactOrder(
                **order,
                proposal=action.proposal,
                language=party.language if party else "zh-CN",
                fields=fields,
            )
            calling = system_of(action.proposal.channel) == "telephony"
            handle = workflow.start_activity_method(
                ContactActivities.make_contact
                if isinstance(action, MakeContact)
                else ContactActivities.resolve_attempt,
                request,
                task_queue=queues.TELEPHONY if calling else queues.MESSAGING,
                summary=summary,
                **_CONTACT,
            )
    return Flight(step=step, handle=handle)


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


def template_fields(case: Case, today: Any) -> dict[str, str]:
    """The figures that templates may name, as strings: money with its currency, dates in ISO form."""
    money = case.money(today)
    assert case.request is not None
    unit = minor_unit(case.request.currency)
    return {
        "amount": str(money.arrears.quantize(unit)),
        "currency": case.request.currency,
        "days_past_due": str(money.days_past_due),
        "due_date": money.overdue_since.isoformat() if money.overdue_since else "",
    }
