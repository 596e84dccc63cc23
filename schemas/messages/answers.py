"""What a case answers: to commands, to queries, and at its end."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import computed_field

from schemas.base import Code, Identifier, Instant, Recorded, Submitted
from schemas.facts import HandledBy, Outcome, Stage
from schemas.ledger import Head
from schemas.loan import CollectionRequest
from schemas.steps import Ask, Why


class CommandOutcome(Recorded):
    """The ledger's answer to a command: accepted as fact `seq`, or refused, by which rule and why.

    `waits_for`: accepted, and in effect only after this approval, by somebody in the role `asks` if one is named. `offer`
    and `terms_hash`: what the borrower is to accept.
    """

    accepted: bool
    seq: int
    rule: str = ""
    why: str = ""
    waits_for: Identifier | None = None
    offer: Identifier | None = None
    terms_hash: str | None = None
    asks: Code | None = None


class CaseView(Recorded):
    """Query `case`: the state that the workflow holds, at `head` of its ledger stream, folded by `build`."""

    head: Head
    epoch: int
    build: str
    digest: str
    state: dict[str, Any]


class Agenda(Recorded):
    """Query `agenda`: what the case does or waits for, why, and until when. `quiet`: nothing in flight or queued. `ask`: what
    a person is asked for."""

    head: Head
    now: Instant
    stage: Stage
    handled_by: HandledBy
    step: Literal["act", "decide", "wait", "done", "opening"]
    action: str | None = None
    until: Instant | None = None
    why: Why
    quiet: bool
    ask: Ask | None = None

    @computed_field
    @property
    def person(self) -> bool:
        """Whether somebody is asked for something."""
        return self.ask is not None


class CaseSummary(Recorded):
    """The result of a case's workflow."""

    loan_id: Identifier
    outcome: Outcome | Literal["superseded"]
    head: Head
    epoch: int
    digest: str
    build: str
    why: str


class Carried(Recorded):
    """What a run hands to the next one of the same build. Another build gets identity only and folds again."""

    build: str
    epoch: int
    state: dict[str, Any]
    law: tuple[str, ...]
    policy: str


class RunInput(Submitted):
    """The workflow's input: the bank's request, and, between runs of one case, what was carried over."""

    request: CollectionRequest
    carried: Carried | None = None
