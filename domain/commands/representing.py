"""A suspicion against whoever acts for the borrower, and its review by somebody else."""

from __future__ import annotations

from domain.commands.table import Judges, Refused
from domain.representing import suspicion
from domain.stages.situation import Situation
from schemas.facts import Fact, RacketReviewed, RacketSuspected
from schemas.messages import ReviewRacket, SuspectRacket


def _suspect(s: Situation, command: SuspectRacket, command_id: str) -> Fact:
    own = next((party for party in s.case.parties() if party.party_id == command.party), None)
    if own:
        why = f"{command.party} is the {own.role.replace('_', ' ')}: only who acts for the borrower is suspected of a racket"
        raise Refused("racket.own_party", why)
    if there := suspicion(s.case.standing, command.party):
        raise Refused("racket.already", f"{there.suspected_by} suspected {command.party} before: it is to be reviewed")
    return RacketSuspected(
        party_id=command.party, reason=command.reason, suspected_by=command.by, evidence=command.evidence
    )


def _review(s: Situation, command: ReviewRacket, command_id: str) -> Fact:
    there = suspicion(s.case.standing, command.party)
    if there is None:
        known = ", ".join(each.party_id for each in s.case.standing.suspected) or "nobody"
        raise Refused("racket.unknown", f"{command.party} is not suspected; suspected: {known}")
    if command.by == there.suspected_by:
        raise Refused("racket.same_person", f"{command.by} suspects them: somebody else looks into it")
    return RacketReviewed(
        party_id=command.party,
        found=command.found,
        reason=command.reason,
        decided_by=command.by,
        evidence=command.evidence,
    )


JUDGES: Judges = {SuspectRacket: _suspect, ReviewRacket: _review}
