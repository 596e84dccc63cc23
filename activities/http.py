"""HTTP to the systems outside: one client, and a vocabulary of what can go wrong that callers can act on."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from schemas.gateways import GatewayProblem

Answer = TypeVar("Answer", bound=BaseModel)

TIMEOUT = httpx2.Timeout(10.0, connect=3.0)
"""Seconds. A gateway that has not answered by then may still have acted: the call's outcome is ambiguous."""


class GatewayError(Exception):
    """A system outside did not do its part. `code` is closed vocabulary, safe to record and to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotTaken(GatewayError):
    """The request was certainly not taken: no connection, or the system said so. Trying again is harmless."""


class Busy(NotTaken):
    """Not taken because of a rate limit; to be tried again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("busy")
        self.retry_after = retry_after


class Refused(GatewayError):
    """The system refuses this request for good."""


class NotFound(Refused):
    """The system knows nothing under this key or id."""


class Ambiguous(GatewayError):
    """The request left and no usable answer came: it may have been taken."""


class Gateway:
    """One system outside, by its base URL."""

    def __init__(self, client: httpx2.AsyncClient, base_url: str) -> None:
        self._client = client
        self._base = base_url.rstrip("/")

    async def get(self, path: str, answer: type[Answer], **params: str) -> Answer:
        """GET and validate. Raises a GatewayError; a reading is repeatable, so nothing about it is ambiguous."""
        return await self._call("GET", path, answer, params=params)

    async def post(self, path: str, body: BaseModel, answer: type[Answer], *, key: str) -> Answer:
        """POST under an idempotency key and validate the answer. Raises a GatewayError."""
        return await self._call(
            "POST", path, answer, json=body.model_dump(mode="json"), headers={"Idempotency-Key": key}
        )

    async def post_once(self, path: str, body: BaseModel, answer: type[Answer], *, key: str) -> Answer:
        """The same for what is asked again at another time, or for another amount, after an answer that got lost: if the key
        was taken with another body, what was done under it counts, and is asked for by key."""
        try:
            return await self.post(path, body, answer, key=key)
        except Refused as problem:
            if problem.code != "idempotency_conflict":
                raise
        return await self.get(f"{path}/{key}", answer)

    async def _call(self, method: str, path: str, answer: type[Answer], **request: Any) -> Answer:
        try:
            response = await self._client.request(method, self._base + path, timeout=TIMEOUT, **request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotTaken("unreachable") from error
        except httpx2.TimeoutException as error:
            raise Ambiguous("timeout") from error
        except httpx2.RequestError as error:
            raise Ambiguous("connection_lost") from error
        if response.is_success:
            try:
                return answer.model_validate_json(response.content)
            except ValidationError:
                raise Ambiguous("answer_not_understood") from None
        raise _problem(response)


def _problem(response: httpx2.Response) -> GatewayError:
    status = response.status_code
    try:
        problem = GatewayProblem.model_validate_json(response.content)
    except ValidationError:
        problem = None
    if status == 429:
        return Busy(_seconds(response.headers.get("Retry-After")))
    if status == 404:
        return NotFound(problem.code if problem else "not_found")
    if problem is None:
        return Ambiguous(f"http_{status}")
    if not problem.retryable:
        return Refused(problem.code)
    # By the contract only 503 (and 429, above) say that nothing was done; after any other 5xx nobody knows.
    return NotTaken(problem.code) if status == 503 else Ambiguous(problem.code)


def _seconds(header: str | None) -> float:
    try:
        return max(0.05, float(header or 1))
    except ValueError:
        return 1.0
