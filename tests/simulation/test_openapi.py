"""The OpenAPI document: whole, resolvable, and true to what the bank does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from schemas.gateways import CallRequest, GatewayProblem, GatewayReceipt
from simulation.bank.openapi import document
from simulation.bank.operations import CONTRACT, OPERATIONS
from tests.simulation.conftest import BankProcess

DOCUMENT = document(OPERATIONS)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON document."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def test_every_reference_resolves():
    """Nothing points to a schema that is not there, and none is there unused."""
    named = {node["$ref"] for node in nodes(DOCUMENT) if "$ref" in node}
    mapped = {ref for node in nodes(DOCUMENT) for ref in node.get("discriminator", {}).get("mapping", {}).values()}
    there = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert named | mapped == there


def test_every_operation_is_described():
    """Method and path of each, its body, its answer, its key and its problems."""
    assert DOCUMENT["openapi"] == "3.1.0"
    ids = [op["operationId"] for path in DOCUMENT["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids)) == len(OPERATIONS)
    for operation in OPERATIONS:
        made = DOCUMENT["paths"][operation.path][operation.method.lower()]
        headers = [p for p in made["parameters"] if p["in"] == "header"]
        assert ("requestBody" in made) == (operation.body is not None)
        assert [h["name"] for h in headers] == (["Idempotency-Key"] if operation.keyed else [])
        assert {"200", "default", *map(str, operation.problems)} <= made["responses"].keys()
        if operation in CONTRACT:
            assert "Retry-After" in made["responses"]["429"]["headers"]


def test_schemas_are_the_models():
    """Fields and required fields are those of schemas/gateways.py; money is a string."""
    schemas = DOCUMENT["components"]["schemas"]
    for model in (CallRequest, GatewayReceipt, GatewayProblem):
        assert schemas[model.__name__]["properties"].keys() == model.model_fields.keys()
    assert schemas["Account"]["properties"]["arrears"]["type"] == "string"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: f"{op.method} {op.path}")
def test_the_bank_answers_each_as_described(operation: Any, shared_bank: BankProcess):
    """Asked for nothing in particular, it gives a status that is described, and a problem has the problem's body."""
    path = operation.path.replace("{", "none-").replace("}", "")
    with httpx2.Client(base_url=shared_bank.url, trust_env=False, verify=False) as http:
        body = b"{}" if operation.body else None
        answer = http.request(operation.method, path, content=body, headers={"Idempotency-Key": "K:1"})
        described = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]
        assert str(answer.status_code) in described
        if answer.status_code == 200:
            operation.answer.model_validate_json(answer.content)
        else:
            problem = GatewayProblem.model_validate_json(answer.content)
            assert problem.code in operation.problems[answer.status_code]


def test_it_is_served_and_other_paths_are_not(shared_bank: BankProcess):
    """GET /openapi.json is this document; a path that nobody serves is a problem of its own."""
    with httpx2.Client(base_url=shared_bank.url, trust_env=False, verify=False) as http:
        assert http.get("/openapi.json").json() == DOCUMENT
        assert GatewayProblem.model_validate(http.get("/nowhere").json()).code == "not_found"
        assert http.delete("/health").status_code == 405
