"""Personal data of invented people, and a search for them in every trace that their cases leave."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle

from ledger.personal import PersonalPoint, PersonalRecord
from tests.workflow.world import World

PERSONAL = ("party_personal", "contact_point_value", "note")
"""The tables that may hold personal data, and are erased."""


@dataclass(frozen=True)
class Person:
    """Somebody with a loan: what must not be found."""

    loan_id: str
    name: str
    phone: str
    email: str
    app: str
    im: str
    postal: str

    @classmethod
    def of(cls, loan_id: str, name: str) -> Person:
        """Data that nobody else has, and that no id contains."""
        number = uuid4().int % 10**8
        return cls(
            loan_id=loan_id,
            name=f"{name}{number % 1000:03d}号",
            phone=f"+86100{number:08d}",
            email=f"zixu.{number:08d}@example.com",
            app=f"push-token-{number:08d}",
            im=f"wecom-user-{number:08d}",
            postal=f"示例路{number:08d}号",
        )

    @property
    def data(self) -> tuple[str, ...]:
        """Each datum as it stands in the personal tables."""
        return self.name, self.phone, self.email, self.app, self.im, self.postal

    def record(self) -> PersonalRecord:
        """What intake takes in."""
        points = {"phone": self.phone, "email": self.email, "app": self.app, "im": self.im, "postal": self.postal}
        return PersonalRecord(
            party_id=f"{self.loan_id}-P",
            name=self.name,
            points=tuple(PersonalPoint(contact_point_id=f"{self.loan_id}-{k}", value=v) for k, v in points.items()),
        )


def found(person: Person, text: str) -> set[str]:
    """Which of a person's data stand in `text`, in whatever case, and the number however it is spelled."""
    folded, squeezed = text.casefold(), re.sub(r"[\s().+-]", "", text)
    there = {datum for datum in person.data if datum.casefold() in folded}
    return there | ({person.phone} if person.phone.removeprefix("+86") in squeezed else set())


def texts(value: Any, known: frozenset[bytes] = frozenset()) -> Iterator[str]:
    """All text within JSON: keys and values, and what is base64 or JSON in them once more; `known` payloads left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item, known)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, known)
    elif isinstance(value, str):
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if data and data in known:
            return
        for text in (value, data.decode(errors="replace")):
            yield text
            if text[:1] in ("{", "[", '"'):
                try:
                    yield from texts(json.loads(text), known)
                except ValueError:
                    continue


@dataclass
class Search:
    """Everything that is looked through. `known`: payloads that the test itself wrote as an unruly sender."""

    world: World
    known: set[bytes] = field(default_factory=set)

    def sender(self, *arguments: Any) -> list[Any]:
        """Arguments of a message, remembered as the sender's own words."""
        converter = self.world.client.data_converter.payload_converter
        self.known |= {payload.data for payload in converter.to_payloads(arguments)}
        return list(arguments)

    async def histories(self, handle: WorkflowHandle[Any, Any]) -> list[Message]:
        """The events of all runs of a case, and what the server and its UI show of it."""
        description = await handle.describe()
        metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        seen: list[Message] = [description.raw_description, metadata]
        run_id: str | None = handle.first_execution_run_id or description.run_id
        while run_id:
            run = self.world.client.get_workflow_handle(handle.id, run_id=run_id)
            events = (await run.fetch_history()).events
            seen += events
            run_id = events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return seen

    async def case(self, handle: WorkflowHandle[Any, Any]) -> list[str]:
        """All texts of a case: histories, search attributes, memo, details, summaries, and its answers to queries."""
        known = frozenset(self.known)
        seen = [text for message in await self.histories(handle) for text in texts(MessageToDict(message), known)]
        view, agenda = await self.world.view(handle), await self.world.agenda(handle)
        return [*seen, view.model_dump_json(), agenda.model_dump_json()]

    async def tables(self, *, personal: bool = False) -> list[str]:
        """Every row of the personal tables, or of all others."""
        names = await self.world.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        wanted = [name for (name,) in names if (name in PERSONAL) is personal]
        assert len(wanted) == len(PERSONAL) or not personal
        return [row[0] for name in wanted for row in await self.world.pool.fetch(f'SELECT t::text FROM "{name}" AS t')]
