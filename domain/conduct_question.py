"""The question put to the guard, and the shape of what a rule may have against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.base import as_utc
from schemas.contact import ConductFacts, ContactProposal, VerdictKind
from schemas.holds import Hold, HoldKind
from schemas.rulebook import ApprovedAgency

DEMANDS = ("dunning", "locate")
"""Purposes that are ours alone: nobody asked for the contact, and no law wants it."""


class Question(NamedTuple):
    """A contact that is asked about: what it is, what stands, when (UTC), and on whose clocks; and the bank's list of
    agencies."""

    proposal: ContactProposal
    facts: ConductFacts
    at: datetime
    zones: tuple[ZoneInfo, ...]
    agencies: tuple[ApprovedAgency, ...] = ()

    @property
    def demands(self) -> bool:
        """Whether the contact is only in our own interest."""
        return self.proposal.purpose in DEMANDS

    def held(self, holds: Sequence[Hold], kinds: Sequence[HoldKind]) -> bool:
        """Whether one of `holds`, of these kinds, is in force."""
        return any(h.kind in kinds and (h.review_at is None or self.at < h.review_at) for h in holds)


class Objection(NamedTuple):
    """What a rule says against a contact, and which event would release it."""

    verdict: VerdictKind
    release: str


def block(release: str, when: bool) -> Objection | None:
    """A block until `release`, if `when`."""
    return Objection("block", release) if when else None


def appointment_of(proposal: ContactProposal) -> tuple[datetime, datetime] | None:
    """When a visit begins and ends (UTC). Of other channels an appointment says nothing about when they reach somebody."""
    if proposal.channel != "visit" or proposal.appointment is None:
        return None
    return as_utc(proposal.appointment), as_utc(proposal.appointment_end or proposal.appointment)
