"""The pieces that a case is made of."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier, Instant, Recorded
from schemas.contact import ContactProposal, ContactResult


class OpenAttempt(Recorded):
    """A contact that began and of which it is not known how it ended."""

    proposal: ContactProposal
    state: Literal["reserved", "sending", "unknown"]
    at: Instant
    result: ContactResult | None = None
    """A gateway's word may overtake our own record of the sending."""


class PastContact(Recorded):
    """A contact that went out, and the last word on it."""

    attempt: Identifier
    proposal: ContactProposal
    at: Instant
    result: ContactResult | None = None
    shadow: bool = False


class Task(Recorded):
    """Something a person was asked to do by `deadline`."""

    attempt: Identifier
    deadline: Instant


class Failing(Recorded):
    """A system outside that did not answer: how often in a row, since when, last when, how."""

    count: int
    since: Instant
    last: Instant
    code: Code
