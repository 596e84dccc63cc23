"""The OpenAPI 3.1 document, written from the table of operations and the pydantic models."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from schemas.base import Identifier
from schemas.gateways import GatewayProblem
from simulation.bank.operations import Operation

Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"
_IDENTIFIER = TypeAdapter(Identifier).json_schema()


def document(operations: Iterable[Operation]) -> Schema:
    """The whole document. Every answer that a client may meet is in it, problems and their codes included."""
    all_operations = tuple(operations)
    bodies = sorted({o.body for o in all_operations if o.body}, key=_name)
    answers = sorted({o.answer for o in all_operations} | {GatewayProblem}, key=_name)
    ordered: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = []
    ordered.extend((model, "validation") for model in bodies)
    ordered.extend((model, "serialization") for model in answers)
    refs, definitions = models_json_schema(ordered, ref_template=_REF)
    paths: Schema = {}
    for operation in all_operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The systems outside, as Arrears asks them",
            "version": "1.0.0",
            "description": "Paths under /simulation are the control plane of the simulated bank alone.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _operation(operation: Operation, refs: Any) -> Schema:
    responses: Schema = {
        "200": _answer("Success", refs[operation.answer, "serialization"]),
        "default": _problem("500", ("internal_error",), refs),
    }
    for status, codes in operation.problems.items():
        responses[str(status)] = _problem(str(status), codes, refs)
    if operation.system:
        responses["429"] = _problem("429", ("busy",), refs)
        responses["429"]["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
        }
        responses["503"] = _problem("503", ("unavailable",), refs)
    made: Schema = {
        "operationId": f"{operation.method.lower()}_{re.sub(r'[^a-z]+', '_', operation.path).strip('_')}",
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": responses,
    }
    if operation.body:
        content = {"application/json": {"schema": refs[operation.body, "validation"]}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _parameters(operation: Operation) -> list[Schema]:
    made: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": _IDENTIFIER}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.keyed:
        text = "The same key with the same body is the same request, and gets the same answer, however often."
        made.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": text,
                "schema": _IDENTIFIER,
            }
        )
    if operation.query:
        schema = operation.query.model_json_schema()
        for name, one in schema["properties"].items():
            required = name in schema.get("required", ())
            made.append({"name": name, "in": "query", "required": required, "schema": one})
    return made


def _answer(description: str, schema: Any) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problem(status: str, codes: tuple[str, ...], refs: Any) -> Schema:
    text = f"{HTTPStatus(int(status)).phrase}: {', '.join(f'`{code}`' for code in codes)}"
    return _answer(text, refs[GatewayProblem, "serialization"])


def _name(model: type[BaseModel]) -> str:
    return model.__name__
