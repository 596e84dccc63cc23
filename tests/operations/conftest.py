"""A case behind the command line, for tests of what people type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from domain.artefacts import register_rulebook
from operations import environment, sending
from operations.commands import answering, asking, repeating
from operations.commands.app import build
from schemas.ledger import RecordedFact
from tests.domain.casework import Life, instalments, rules, whole_strategy
from tests.operations.deskwork import Lost, Running, Typed


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Running:
    """A case that was contacted and not paid, behind the command line."""
    life = Life(strategy=whole_strategy())
    life.schedule = instalments(months=4, principal="1000.00")
    life.live(timedelta(days=12))
    case = Running(life)

    class Client:
        def get_workflow_handle(self, workflow: str) -> Running | Lost:
            return {"collection-L1": case, **case.others}.get(workflow, Lost())

    async def connect(*_: Any, **__: Any) -> Client:
        return Client()

    @asynccontextmanager
    async def ledger(*_: Any, **__: Any) -> AsyncIterator[None]:
        yield None

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(answering, "connect", connect)
    monkeypatch.setattr(environment, "resolve", lambda *_, **__: {})
    monkeypatch.setattr(environment, "ledger", ledger)

    async def in_force(*_: Any, **__: Any) -> tuple[str, ...]:
        return (register_rulebook(rules()[1][1]),)

    async def facts(_pool: None, stream: str) -> list[RecordedFact]:
        there = {"loan:L1": case, **{f"loan:{w.removeprefix('collection-')}": c for w, c in case.others.items()}}
        return list(there[stream].stored.values()) if stream in there else []

    monkeypatch.setattr(repeating, "facts", facts)
    monkeypatch.setattr(asking, "load_all", nothing)
    monkeypatch.setattr(asking, "law_in_force", in_force)
    monkeypatch.setattr(sending, "keep_note", nothing)
    return case


@pytest.fixture
def typed(running: Running, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a command as typed; answers its exit code and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        code = build()(list(words), result_action="return_value")
        return code, capsys.readouterr().out

    return run
