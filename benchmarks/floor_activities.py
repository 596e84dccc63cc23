"""The floor's one activity: answer so many bytes; on the floor `calls`, after our HTTP call and bare INSERTs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import httpx2
from temporalio import activity

from activities.court import PATHS as COURT
from benchmarks import plans

TABLE = """
CREATE TABLE IF NOT EXISTS floor_row (
    number  bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    loan_id text   NOT NULL,
    body    jsonb  NOT NULL
)
"""
_INSERT = "INSERT INTO floor_row (loan_id, body) SELECT $1, $2::jsonb FROM generate_series(1, $3)"
_ADDRESS = {"app_push": "app-of-nobody", "email": "nobody@example.com", "letter": "1 Nowhere", "visit": "1 Nowhere"}
_PHONE = "+8619900000000"
_PATHS = {
    "robot_call": "/telephony/robot-calls",
    "human_call": "/telephony/human-calls",
    "visit": "/field/visits",
    "read_credit_record": "/bureau/inquiries",
    "request_documents": "/documents/requests",
}


class FloorActivities:
    """Holds the connections; `gateways` is the base URL of the simulated bank."""

    def __init__(self, pool: asyncpg.Pool, http: httpx2.AsyncClient, gateways: str) -> None:
        self._pool, self._http, self._gateways = pool, http, gateways

    @activity.defn(name="act")
    async def act(self, request: str) -> str:
        """`request`: `FLOOR LIFE STEP LOAN` and filling."""
        floor, life, number, loan_id, _ = request.split(" ", 4)
        step = plans.of(life).steps[int(number)]
        if floor == "calls":
            if step.kind == "activity":
                await self._call(step, loan_id, number)
            size = step.answer // max(sum(step.rows), 1)
            for rows in step.rows:
                await self._pool.execute(_INSERT, loan_id, f'"{plans.padded("", size)}"', rows)
        return plans.padded("", step.answer)

    async def _call(self, step: plans.Step, loan_id: str, number: str) -> None:
        now = activity.info().started_time
        if step.activity in _READ:
            url = self._gateways + _READ[step.activity].format(loan_id=loan_id)
            response = await self._http.get(url, params={"as_of": now.isoformat()})
        else:
            path, body = _posted(step, loan_id, now)
            headers = {"Idempotency-Key": f"{loan_id}:{number}"}
            response = await self._http.post(self._gateways + path, json=body, headers=headers)
        response.raise_for_status()


_READ = {"read_account": "/core/loans/{loan_id}/account", "check_file": "/documents/loans/{loan_id}/file"}
_TAKEN_OVER = {
    "read_credit_record": ("authorisation",),
    "request_documents": ("pieces",),
    "take_court_step": ("claim", "currency", "pieces"),
}
"""What the body of a request has from our activity's order, by activity."""


def _posted(step: plans.Step, loan_id: str, now: datetime) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any] = {"loan_id": loan_id, "borrower_id": f"B-{loan_id}", "as_of": now.isoformat()}
    if step.activity in _TAKEN_OVER:
        path = _PATHS.get(step.activity) or COURT[step.order["step"]]
        return path, body | {name: step.order[name] for name in _TAKEN_OVER[step.activity]}
    proposal = step.order["proposal"]
    channel = proposal["channel"]
    body |= {
        "channel": channel,
        "contact_point_id": f"{loan_id}-point",
        "address": _ADDRESS.get(channel, _PHONE),
        "language": step.order["language"],
        "template": proposal["template"],
        "text": "您有一笔贷款已到还款日。" * 6,
        "purpose": proposal["purpose"],
    }
    if channel in _PATHS:
        body["deadline"] = proposal["deadline"]
    if channel == "visit":
        body |= {name: proposal[name] for name in ("appointment", "appointment_end", "team", "papers")}
    return _PATHS.get(channel, "/messaging/messages"), body
