"""Failure messages are written to workflow history for ever: they are reduced to codes before they leave here."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.http import GatewayError, Refused

log = structlog.get_logger(__name__)


class Sanitiser(Interceptor):
    """Replaces whatever an activity raises by an ApplicationError that names its type and, if safe, its code."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wraps the activity."""
        return _Sanitising(next)


class _Sanitising(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await self.next.execute_activity(input)
        except (CancelledError, asyncio.CancelledError):
            raise
        except GatewayError as error:
            log.warning("gateway_failed", code=error.code, kind=type(error).__name__)
            raise ApplicationError(error.code, type=error.code, non_retryable=isinstance(error, Refused)) from None
        except Exception as error:
            # Other people's messages quote inputs and addresses: only the type is kept. The traceback below
            # holds lines of code, not values.
            declared = error if isinstance(error, ApplicationError) else None
            name = declared.type if declared and declared.type else type(error).__name__
            final = bool(declared and declared.non_retryable)
            log.warning("activity_failed", error=name, where=_where(error))
            raise ApplicationError(f"{name} in {_where(error)}", type=name, non_retryable=final) from None


def _where(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return "?"
    code = frame.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno} {code.co_name}"
