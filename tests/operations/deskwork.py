"""A case lived in memory behind the handle of a workflow, so that commands can be typed without a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import decide_command
from domain.commands.table import NAMES
from domain.stages.situation import Situation
from schemas.ledger import RecordedFact
from schemas.messages import Agenda, CaseView, Command, CommandOutcome
from tests.domain.casework import Life, rules
from workflows.outcomes import outcome_of

Typed = Callable[..., tuple[int, str]]
"""Runs a command as typed; answers its exit code and what it printed."""

BY = ("--by", "anna")
WHY = (*BY, "--reason", "asked")


class Running:
    """A handle of a case lived in memory, answering updates and queries as its workflow does."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.given: list[tuple[str, Command]] = []
        self.outcomes: dict[str, CommandOutcome] = {}
        self.stored: dict[str, RecordedFact] = {}
        self.others: dict[str, Running] = {}
        """Cases that run beside this one, by their workflows' ids."""

    async def execute_update(self, name: str, command: Command, *, id: str, result_type: type) -> CommandOutcome:
        """The ledger's answer; the same for the same id."""
        assert name == NAMES[type(command)]
        assert result_type is CommandOutcome
        if id not in self.outcomes:
            self.given.append((id, command))
            situation = Situation.of(self.life.case, self.life.strategy, rules()[1], self.life.now)
            self.life.tell(decide_command(situation, command, id))
            stored = self.life.facts[-1].model_copy(update={"fact_id": f"update:{id}", "actor": command.by})
            self.stored[id] = stored
            self.outcomes[id] = outcome_of(command, stored)
            self.life.live(timedelta(0))
        return self.outcomes[id]

    async def query(self, name: str, *, result_type: type[BaseModel], rpc_timeout: timedelta) -> BaseModel:
        """The case as it is, or what it waits for."""
        case, step = self.life.case, self.life.step()
        if name == "case":
            assert result_type is CaseView
            state = case.model_dump(mode="json")
            return CaseView(head=case.head, epoch=1, build="b", digest=case.digest(), state=state)
        assert result_type is Agenda
        now, stage, kind = self.life.now, case.stage, step.kind
        return Agenda(
            head=case.head, now=now, stage=stage, handled_by=case.handled_by, step=kind, why=step.why, quiet=True
        )


class Lost:
    """A handle of a case that nobody runs."""

    async def execute_update(self, *_: Any, **__: Any) -> None:
        """The server knows no such workflow."""
        raise RPCError("not found", RPCStatusCode.NOT_FOUND, b"")

    query = execute_update


def day(running: Running, days: int) -> str:
    """So many days from the bank's today."""
    return (running.life.today + timedelta(days=days)).isoformat()
