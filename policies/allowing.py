"""Steps that the rulebook could never allow, found by asking the guard itself: of somebody who agreed to everything."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

from domain import conduct
from domain.artefacts import digest
from domain.calendar import bank_date, day_start
from policies.located import Document, Loc, Problem
from policies.treating import ways_of
from schemas.contact import Channel, ConductFacts, ContactProposal, Purpose, Standing
from schemas.debt import DebtStanding, Notice, NoticeKind
from schemas.loan import Role
from schemas.policy import FieldVisit, Strategy
from schemas.rulebook import Rulebook

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_TOLD = tuple(Notice(notice=notice, given_at=_LONG_AGO, arrived_at=_LONG_AGO) for notice in get_args(NoticeKind))
_WILLING = ConductFacts(
    standing=Standing(opted_in=get_args(Channel)), debt=DebtStanding(notices=_TOLD, failures=sys.maxsize)
)
"""A borrower who opted in to every channel, was told whatever the law wants told, was never contacted, and whom nothing has
befallen; lost, as far as others are to be asked about them."""

_EVERY = timedelta(minutes=15)


def conduct_problems(document: Document, strategy: Strategy, rulebook: Rulebook, on: datetime) -> Iterator[Problem]:
    """Rungs and visits that no moment and no consent makes lawful under `rulebook`, as of the days after `on` (aware)."""
    known: dict[tuple[Channel, Purpose, Role, str], str | None] = {}
    for name, treatment in strategy.treatments.items():
        for index, rung in enumerate(treatment.ladder):
            for at, way in ways_of(("treatments", name, "ladder", index), rung):
                if way.channel == "visit":
                    message = "a visit is no rung of a ladder: it has a stage of its own"
                    yield document.problem((*at, "channel"), "conduct", message, "write field_visit instead")
                    continue
                key = (way.channel, rung.purpose, rung.role, way.template)
                if key not in known:
                    known[key] = _refused(_proposal(strategy, *key), rulebook, on)
                if known[key]:
                    yield _problem(document, (*at, "channel"), way.channel, rulebook, known[key] or "")
    if strategy.field_visit:
        refused = _visit_refused(strategy, strategy.field_visit, rulebook, on)
        if refused:
            yield _problem(document, ("field_visit",), "visit", rulebook, refused)


def _problem(document: Document, loc: Loc, channel: str, rulebook: Rulebook, rules: str) -> Problem:
    message = f"{rulebook.name}@{rulebook.version} never allows this {channel.replace('_', ' ')}: {rules}"
    return document.problem(loc, "conduct", message, "take the step out, or choose another channel or time")


def _refused(proposal: ContactProposal, rulebook: Rulebook, on: datetime) -> str | None:
    """The rules that keep `proposal` from ever being made; None if it is allowed, or will be by waiting."""
    verdict = conduct.decide(proposal, _WILLING, on, rulebook, digest(rulebook))
    return None if verdict.verdict in ("allow", "defer") else ", ".join(verdict.rules)


def _visit_refused(strategy: Strategy, visit: FieldVisit, rulebook: Rulebook, on: datetime) -> str | None:
    """A visit is judged by its appointment: whether one of the hours that the strategy keeps suits the rules."""
    duration = timedelta(minutes=visit.minutes)
    opening = timedelta(hours=visit.opens.hour, minutes=visit.opens.minute)
    closing = timedelta(hours=visit.closes.hour, minutes=visit.closes.minute)
    midnight = day_start(bank_date(on, strategy.bank_zone) + timedelta(days=visit.lead_days), strategy.bank_zone)
    begins, last = midnight + opening, midnight + closing - duration
    if begins > last:
        return f"no visit of {visit.minutes} minutes fits between {visit.opens:%H:%M} and {visit.closes:%H:%M}"
    refused: str | None = None
    while begins <= last:
        appointment = {"appointment": begins, "appointment_end": begins + duration, "team": visit.team}
        proposal = _proposal(strategy, "visit", "dunning").model_copy(update=appointment)
        refused = _refused(proposal, rulebook, on)
        if refused is None:
            return None
        begins += _EVERY
    return refused


def _proposal(
    strategy: Strategy, channel: Channel, purpose: Purpose, role: Role = "borrower", template: str = "check"
) -> ContactProposal:
    return ContactProposal(
        attempt="check:1",
        channel=channel,
        contact_point_id="check",
        party_id="check",
        purpose=purpose,
        template=template,
        role=role,
        zones=(strategy.bank_zone,),
    )
