"""The application: one way through which every request goes, from the table of operations."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from schemas.base import Identifier
from schemas.gateways import GatewayProblem
from simulation.bank import faults
from simulation.bank.openapi import document
from simulation.bank.operations import OPERATIONS, Call, Operation
from simulation.bank.problems import Refusal, invalid
from simulation.bank.store import Store

_log = logging.getLogger("simulation.bank")
_key: TypeAdapter[str] = TypeAdapter(Identifier)


class LostAnswer(Response):
    """The request was carried out, and the connection closes in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive  # a lost answer does not look at what was asked
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def build(state: Path, seed: int) -> Starlette:
    """The bank on the SQLite file `state`. Raises WrongSeed for a file made with another seed."""
    store = Store(state, seed)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    async def openapi(_: Request) -> Response:
        return JSONResponse(document(OPERATIONS))

    routes = [Route(op.path, _endpoint(store, op), methods=[op.method]) for op in OPERATIONS]
    routes.append(Route("/openapi.json", openapi, methods=["GET"]))
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _no_such_place})


def _endpoint(store: Store, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            lost = await _misbehave(store, operation)
            call = await _read(operation, request)
            answer = operation.run(store, call)
        except Refusal as refusal:
            return _problem(refusal.status, refusal.problem, refusal.headers)
        except Exception:
            # Neither the request nor the error goes into the answer: either may hold an address.
            _log.exception("%s %s failed", operation.method, operation.path)
            text = "this is a defect of the simulated bank; its log says more"
            return _problem(500, GatewayProblem(code="internal_error", retryable=True, detail=text), {})
        return LostAnswer() if lost else Response(answer.model_dump_json(), media_type="application/json")

    return endpoint


async def _misbehave(store: Store, operation: Operation) -> bool:
    """Let a fault strike; True if the answer is to get lost. Raises Refusal."""
    if operation.system is None:
        return False
    fault = faults.hit(store, operation.system, takes=operation.takes)
    if fault is None:
        return False
    faults.refuse(fault)
    if fault.mode == "slow":
        await asyncio.sleep(fault.delay_seconds)
    return fault.mode == "lose_answer"


async def _read(operation: Operation, request: Request) -> Call:
    key = ""
    if operation.keyed:
        try:
            key = _key.validate_python(request.headers.get("Idempotency-Key"))
        except ValidationError as error:
            raise invalid("header.Idempotency-Key", error) from None
    body = await request.body() if operation.body else b""
    return Call(
        part=next(iter(request.path_params.values()), ""),
        key=key,
        body=_checked("body", operation.body, body),
        query=_checked("query", operation.query, dict(request.query_params)),
    )


def _checked(where: str, model: type[BaseModel] | None, given: bytes | dict[str, str]) -> Any:
    if model is None:
        return None
    try:
        if isinstance(given, bytes):
            return model.model_validate_json(given)
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid(where, error) from None


def _problem(status: int, problem: GatewayProblem, headers: dict[str, str]) -> Response:
    return JSONResponse(problem.model_dump(mode="json"), status, headers)


def _no_such_place(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = "method_not_allowed" if status == 405 else "not_found"
    text = f"nothing answers {request.method} at this path; GET /openapi.json lists what does"
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return _problem(status, GatewayProblem(code=code, retryable=False, detail=text), headers)
