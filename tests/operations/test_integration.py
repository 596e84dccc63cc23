"""The page for other systems says what is so: every message is on it, every example is understood, and so is the glossary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from domain.commands.table import NAMES
from domain.feeds import fact_of
from operations.telling import CATALOGUES
from schemas.contact import ContactResult, InboundChannel, Intent, VisitResult
from schemas.court import Piece, Reportable
from schemas.facts import Outcome, Stage
from schemas.holds import OpenableHold
from schemas.loan import CollectionRequest, PointKind
from schemas.messages import Agenda, Command, CommandOutcome
from schemas.steps import AskKind
from schemas.terms import AgreedOn, Offerable

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "integration.md").read_text(encoding="utf-8")
VOCABULARIES = (
    *(ContactResult, VisitResult, InboundChannel, Intent, Piece, Reportable),
    *(AgreedOn, OpenableHold, Stage, PointKind, Outcome, AskKind),
)


def blocks() -> list[tuple[str, Any]]:
    """The JSON blocks of the page, with the name in the line above each, if there is one."""
    found = re.findall(r"(?:^`(\w+)`\n)?^```json\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    return [(name, json.loads(text)) for name, text in found]


def typed(kind: str) -> Iterator[tuple[str, str]]:
    """Name and input of each message that the page sends with the `temporal` command."""
    yield from re.findall(rf"workflow {kind} .*?--name (\w+) .*?--input '(.*?)'", PAGE, re.DOTALL)


def command(name: str, fields: Any) -> Command:
    """The command of that name."""
    return next(kind for kind, known in NAMES.items() if known == name).model_validate(fields)


def test_every_update_and_signal_is_on_the_page() -> None:
    """By its name, in a table."""
    signals = re.findall(r"^\| `(\w+)` \| `?\w+", PAGE, re.MULTILINE)
    assert set(NAMES.values()) <= set(signals)
    now = datetime(2026, 11, 25, tzinfo=UTC)
    for name in ("payment_posted", "payment_reversed", "contact_result", "inbound_contact", "visit_result"):
        assert name in signals
    for name in ("document_arrived", "court_reported", "borrower_changed"):
        fact = fact_of(name, [b"{}"], "CNY", now, "1")
        assert fact is not None
        assert fact.body.kind == "signal_rejected"
        assert getattr(fact.body, "signal", "") == name
        assert name in signals


@pytest.mark.parametrize("words", VOCABULARIES)
def test_every_word_of_a_closed_vocabulary_is_on_the_page(words: Any) -> None:
    """Whoever sends it can look it up."""
    assert [word for word in get_args(words) if f"`{word}`" not in PAGE] == []


@pytest.mark.parametrize("model", [CommandOutcome, Agenda])
def test_every_field_of_an_answer_is_on_the_page(model: Any) -> None:
    """Whoever reads it can look it up."""
    fields = [*model.model_fields, *model.model_computed_fields]
    assert [name for name in fields if f"`{name}`" not in PAGE] == []


def test_the_json_of_the_page_is_understood() -> None:
    """A request, the terms of two offers, and a command of every kind that is not shown as it is sent."""
    request, plan, settlement = [fields for name, fields in blocks() if not name]
    CollectionRequest.model_validate(request)
    offers: TypeAdapter[Any] = TypeAdapter(Offerable)
    assert [offers.validate_python(terms).kind for terms in (plan, settlement)] == ["plan", "settlement"]
    shown = {name: command(name, fields) for name, fields in blocks() if name in NAMES.values()}
    sent = {name for name, _ in typed("update execute")}
    assert set(shown) | sent | {"resume"} == set(NAMES.values())


def test_what_the_page_sends_is_understood() -> None:
    """Signals become facts and not rejections; updates are commands."""
    now = datetime(2026, 11, 25, tzinfo=UTC)
    shown = [(name, json.dumps(fields)) for name, fields in blocks() if name and name not in NAMES.values()]
    signals = [*typed("signal"), *shown]
    assert {name for name, _ in signals} == {
        "payment_posted",
        "inbound_contact",
        "contact_result",
        "visit_result",
        "document_arrived",
        "court_reported",
    }
    for name, given in signals:
        fact = fact_of(name, [given.encode()], "CNY", now, "1")
        assert fact is not None
        assert fact.body.kind != "signal_rejected", (name, fact.body)
    updates = list(typed("update execute"))
    assert len(updates) >= 3
    for name, given in updates:
        command(name, json.loads(given))


def test_the_glossary_and_the_story_use_one_name_for_one_thing() -> None:
    """Where a term of the glossary is a code, the story says it in the same Chinese word."""
    words = CATALOGUES["zh-CN"].words
    text = (DOCS / "glossary.md").read_text(encoding="utf-8").partition("| --- | --- | --- |\n")[2]
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", text, re.MULTILINE)
    assert len(rows) > 90
    names = [name for name, _ in rows]
    assert names == sorted(names, key=str.lower)
    differ = {
        name: (chinese, words[code])
        for name, chinese in rows
        for code in (re.sub(r" \(.*\)", "", part.strip()).replace(" ", "_") for part in name.split(","))
        if code in words and code != "review" and chinese not in words[code] and words[code] not in chinese
    }
    assert differ == {}
