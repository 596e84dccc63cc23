"""What a case does next: one step, always with its reason and the rule behind it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Identifier, Instant, Recorded
from schemas.contact import ContactProposal
from schemas.facts import Fact, Outcome


class Why(Recorded):
    """The reason of a step in a short English sentence, and the id of the rule that made it."""

    rule: str
    text: str


class ReadAccount(Recorded):
    """Ask core banking for the account."""

    kind: Literal["read_account"] = "read_account"
    key: str


class ReadCreditRecord(Recorded):
    """Ask the credit bureau, under the borrower's authorisation."""

    kind: Literal["read_credit_record"] = "read_credit_record"
    key: str
    authorisation: Identifier


class MakeContact(Recorded):
    """Reserve, send and record one contact."""

    kind: Literal["make_contact"] = "make_contact"
    key: str
    proposal: ContactProposal


class ResolveAttempt(Recorded):
    """Find out what became of a contact that had begun: ask its gateway by key."""

    kind: Literal["resolve_attempt"] = "resolve_attempt"
    key: str
    proposal: ContactProposal


Action = Annotated[ReadAccount | ReadCreditRecord | MakeContact | ResolveAttempt, Field(discriminator="kind")]


class Act(Recorded):
    """Start this action now."""

    kind: Literal["act"] = "act"
    action: Action
    why: Why


class Decide(Recorded):
    """Record these decisions now."""

    kind: Literal["decide"] = "decide"
    facts: tuple[Fact, ...]
    why: Why


class Wait(Recorded):
    """Nothing to do before `until`, or, without it, before something happens (`person`: somebody is asked)."""

    kind: Literal["wait"] = "wait"
    until: Instant | None
    why: Why
    person: bool = False


class Done(Recorded):
    """The case has ended."""

    kind: Literal["done"] = "done"
    outcome: Outcome
    why: Why


Step = Annotated[Act | Decide | Wait | Done, Field(discriminator="kind")]
