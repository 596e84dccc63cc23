"""Whatever an activity raises, what goes into history and logs names its kind and place, never what it quotes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import structlog
from pydantic import TypeAdapter, ValidationError
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.http import Ambiguous, Gateway, Refused
from activities.sanitiser import Sanitiser
from ledger.outcomes import finish
from ledger.pool import Pool
from schemas.facts import AttemptReleased
from schemas.gateways import GatewayReceipt
from schemas.loan import CollectionRequest
from tests.activities.support import Contacts
from tests.activities.wire import Wire
from tests.ledger.support import NOON

NAME, NUMBER, MAIL = "赵子虚", "+8610012345678", "zhao.zixu@example.com"
Work = Callable[[], Awaitable[Any]]


class Raising(ActivityInboundInterceptor):
    """An activity that does this."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Do it."""
        return await self._work()


def failure_of(error: BaseException) -> Failure:
    """What the SDK would write into history."""
    failure = Failure()
    converter = pydantic_data_converter
    converter.failure_converter.to_failure(error, converter.payload_converter, failure)
    return failure


def quoted(failure: Failure) -> list[str]:
    """Which of the personal data it carries, wherever: message, cause, details, stack."""
    raw = failure.SerializeToString()
    return [datum for datum in (NAME, NUMBER, MAIL) if datum.encode() in raw]


async def raised(work: Work) -> Exception:
    """What `work` raises."""
    try:
        await work()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


async def sanitised(work: Work) -> ApplicationError:
    """What becomes of `work` under the sanitiser, which says as little in the log."""
    interceptor = Sanitiser().intercept_activity(Raising(work))
    given = ExecuteActivityInput(fn=work, args=[NAME, NUMBER, MAIL], executor=None, headers={})
    with structlog.testing.capture_logs() as lines:
        error = await raised(lambda: interceptor.execute_activity(given))
    assert isinstance(error, ApplicationError)
    assert len(lines) == 1
    assert not [datum for datum in (NAME, NUMBER, MAIL) if datum in repr(lines)]
    assert quoted(failure_of(error)) == []
    assert failure_of(error).message
    return error


async def validate() -> None:
    """Pydantic's error quotes what it was given, unless it is told not to."""
    TypeAdapter(list[int]).validate_python([NAME, NUMBER, MAIL])


async def ours() -> None:
    """A model of ours is told not to; a field that nobody knows is named all the same, and may be anything."""
    CollectionRequest.model_validate({"loan_id": NAME, "borrower_id": NUMBER, "parties": MAIL, MAIL: "?"})


async def plain() -> None:
    """A plain exception, with what it was about."""
    raise ValueError(f"cannot write to {NAME} at {NUMBER}")


async def chained() -> None:
    """Raised from another."""
    try:
        {}[NUMBER]
    except KeyError as error:
        raise RuntimeError(MAIL) from error


async def in_passing() -> None:
    """Raised while another was handled."""
    try:
        {}[NUMBER]
    finally:
        raise LookupError(NAME)


async def noted() -> None:
    """With a note on it."""
    error = OSError(5, NAME)
    error.add_note(NUMBER)
    raise error


async def in_details() -> None:
    """An ApplicationError with details, as activities elsewhere like to raise."""
    raise ApplicationError(NAME, {"phone": NUMBER}, type="Unwilling", non_retryable=True) from ValueError(MAIL)


async def several() -> None:
    """A group."""
    raise ExceptionGroup(NAME, [ValueError(NUMBER), OSError(MAIL)])


@pytest.mark.parametrize("work", [validate, ours, plain, chained, in_passing, noted, in_details, several])
async def test_an_error_is_reduced_to_its_kind_and_place(work: Work) -> None:
    """The function that failed is named; without the sanitiser the data would have gone into history."""
    assert quoted(failure_of(await raised(work)))
    error = await sanitised(work)
    assert error.type == type(await raised(work)).__name__ or work is in_details
    assert error.cause is None
    assert error.details == ()
    assert work in (validate, ours) or work.__name__ in error.message


async def test_values_are_not_quoted_by_the_errors_of_our_models_even_where_nothing_sanitises() -> None:
    """Of what people and systems send, and of what is recorded."""
    given = {"loan_id": NAME, "borrower_id": NUMBER, "parties": MAIL}
    for model in (CollectionRequest, GatewayReceipt):
        with pytest.raises(ValidationError) as caught:
            model.model_validate(given | {"reference": NAME, "status": NUMBER, "as_of": MAIL})
        assert quoted(failure_of(caught.value)) == []


async def test_what_an_activity_declares_final_stays_final() -> None:
    """Its type and whether it is worth a retry are codes; the rest goes."""
    error = await sanitised(in_details)
    assert (error.type, error.non_retryable) == ("Unwilling", True)


@pytest.mark.parametrize(
    ("statement", "arguments", "kind"),
    [
        ("SELECT $1::text::int", (NAME,), "InvalidTextRepresentationError"),
        ("SELECT $1::int", (NAME,), "DataError"),
        (
            "INSERT INTO party_personal (party_id, name) VALUES ($1, $1), ($1, $1)",
            (NAME,),
            "UniqueViolationError",
        ),
        (f"SELECT {NAME} {NAME} {NAME}", (), "PostgresSyntaxError"),
    ],
)
async def test_an_error_of_the_database_quotes_no_value(
    pool: Pool, statement: str, arguments: tuple[str, ...], kind: str
) -> None:
    """Messages and details of the server hold values; so do those of the driver."""

    async def work() -> None:
        await pool.execute(statement, *arguments)

    assert quoted(failure_of(await raised(work)))
    assert (await sanitised(work)).type == kind


async def test_an_error_of_the_ledger_quotes_no_id(contacts: Contacts) -> None:
    """Its messages name ids, which are meant for people at a terminal."""
    order = contacts.order(await contacts.case())
    other = order.proposal.model_copy(update={"attempt": "zhao.zixu"})
    released = AttemptReleased(attempt=order.proposal.attempt, code="cancelled")

    async def work() -> None:
        await finish(contacts.pool, order, other, released, NOON, "desk")

    assert "zhao.zixu" in str(await raised(work))
    error = await sanitised(work)
    assert (error.type, "zhao.zixu" in error.message) == ("ProtocolError", False)


@pytest.mark.parametrize(
    ("error", "final"), [(Ambiguous("timeout"), False), (Refused("unknown_loan"), True)], ids=["ambiguous", "refused"]
)
async def test_a_gateways_code_is_kept(error: Exception, final: bool) -> None:
    """Codes are closed vocabulary: the workflow acts on them, and people read them."""

    async def work() -> None:
        raise error from ValueError(NAME)

    clean = await sanitised(work)
    assert (clean.message, clean.type, clean.non_retryable) == (str(error), str(error), final)


async def test_what_a_gateway_answers_is_not_repeated(http: httpx2.AsyncClient, wire: Wire) -> None:
    """An answer that is full of personal data and cannot be understood, at an address that holds some."""
    wire.reply = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + f'{{"reference": "{NAME}", "to": "{NUMBER}'.encode()
    gateway = Gateway(http, wire.url)
    error = await sanitised(lambda: gateway.get(f"/messages/{MAIL}", GatewayReceipt, name=NAME))
    assert error.type == "answer_not_understood"


@pytest.mark.parametrize("error", [asyncio.CancelledError(), CancelledError("cancelled")], ids=["asyncio", "temporal"])
async def test_a_cancellation_stays_one(error: BaseException) -> None:
    """The server has to hear that the activity was cancelled, not that it failed."""

    async def work() -> None:
        raise error

    interceptor = Sanitiser().intercept_activity(Raising(work))
    given = ExecuteActivityInput(fn=work, args=[], executor=None, headers={})
    with pytest.raises(type(error)):
        await interceptor.execute_activity(given)


async def test_an_answer_passes(pool: Pool) -> None:
    """Only failures are touched."""

    async def work() -> int:
        return await pool.fetchval("SELECT 7")

    interceptor = Sanitiser().intercept_activity(Raising(work))
    assert await interceptor.execute_activity(ExecuteActivityInput(fn=work, args=[], executor=None, headers={})) == 7
