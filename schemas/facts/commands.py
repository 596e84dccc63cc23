"""What operators commanded, what was refused, and what could not be understood."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.base import Code, Instant
from schemas.facts.base import FactBase, Weight


class Paused(FactBase):
    """An operator stopped all contact on this case, until a time or until `resume`."""

    kind: Literal["paused"] = "paused"
    weight: ClassVar[Weight] = "decision"
    reason: Code
    until: Instant | None = None


class Resumed(FactBase):
    """An operator let a paused, parked or handed-over case go on by itself."""

    kind: Literal["resumed"] = "resumed"
    weight: ClassVar[Weight] = "decision"
    reason: Code


class CommandRefused(FactBase):
    """An operator's command that the case's rules did not allow, and which rule."""

    kind: Literal["command_refused"] = "command_refused"
    weight: ClassVar[Weight] = "inert"
    command: Code
    rule: str
    why: str


class SignalRejected(FactBase):
    """A message that could not be understood. Where and which rule it broke; never what it said."""

    kind: Literal["signal_rejected"] = "signal_rejected"
    weight: ClassVar[Weight] = "inert"
    signal: str
    errors: tuple[str, ...]


class FactConflicted(FactBase):
    """A source sent the same id again with other content; the first stands, and a person should look."""

    kind: Literal["fact_conflicted"] = "fact_conflicted"
    weight: ClassVar[Weight] = "inert"
    fact_id: str
