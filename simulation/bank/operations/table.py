"""What the table of endpoints is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from simulation.bank.store import Store
from simulation.model import System


@dataclass(frozen=True)
class Call:
    """One request, checked: `part` is what the path names, `key` the Idempotency-Key."""

    part: str = ""
    key: str = ""
    body: Any = None
    query: Any = None


@dataclass(frozen=True)
class Operation:
    """One endpoint. `system`: whose faults strike it; `keyed`: it wants an Idempotency-Key; `takes`: a lost answer or
    a refusal can strike it; `problems`: codes by status.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    answer: type[BaseModel]
    run: Callable[[Store, Call], BaseModel]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    system: System | None = None
    keyed: bool = False
    takes: bool = False
    problems: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The first part of the path."""
        return self.path.split("/")[1]


def taking(
    system: System,
    path: str,
    summary: str,
    body: type[BaseModel],
    answer: type[BaseModel],
    run: Callable[[Store, Call], BaseModel],
    *refused: str,
) -> Operation:
    """A POST by which a system takes something, once for a key. `refused`: codes of its 422, besides the usual."""
    problems = {409: ("idempotency_conflict",), 422: ("invalid_request", "unknown_loan", *refused)}
    return Operation(
        "POST", path, summary, answer, run, body=body, system=system, keyed=True, takes=True, problems=problems
    )


def by_key(
    system: System, path: str, what: str, answer: type[BaseModel], run: Callable[[Store, Call], BaseModel]
) -> Operation:
    """The question whether something was taken under a key."""
    summary = f"Was {what} taken under this key? Its receipt, or 404: it was never taken."
    return Operation("GET", path, summary, answer, run, system=system, problems={404: ("unknown_key",)})
