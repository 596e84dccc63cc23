"""Where a case stands, in words: what holds it up, what is agreed, offered or asked for, visits, the suit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.agreements import judge
from domain.case import Case
from domain.complaints import due_at, undecided
from domain.court import court_reference
from domain.holds import in_force
from domain.parts import PastVisit
from domain.wording import WITHHELD
from operations.values import Speaker
from schemas.policy import Strategy

_LATEST = 4
"""So many visits and agreements of before are told; the facts have them all."""


def standing(case: Case, strategy: Strategy, at: datetime, speaker: Speaker) -> Iterator[str]:
    """A line for each thing that is in force on the case, or under way, at the moment `at`."""
    if case.status != "open":
        return
    yield from _stops(case, at, speaker)
    yield from _complaints(case, strategy, speaker)
    yield from _removed(case, speaker)
    yield from explanation(case, speaker)
    yield from _restricted(case, speaker)
    yield from _agreed(case, strategy, at, speaker)
    yield from _asked(case, speaker)
    yield from _visits(case, speaker)
    yield from _suit(case, speaker)
    for system, failing in case.failing.items():
        name, since = speaker.word(system, "system"), speaker.time(failing.since)
        if system == WITHHELD:
            yield speaker.part("kept_back", since=since, code=failing.code)
            continue
        yield speaker.part("silent", system=name, since=since, code=speaker.word(failing.code), count=failing.count)


def _stops(case: Case, at: datetime, speaker: Speaker) -> Iterator[str]:
    for hold in in_force(case, at):
        kind = hold.row.kind
        yield speaker.part(
            "hold",
            hold=hold.hold,
            kind=speaker.word(kind, "hold_kind"),
            reason=speaker.word(hold.reason, "reason"),
            scope=speaker.scope(kind),
            until=speaker.if_any("until" if kind == "pause" else "review", until=hold.until, at=hold.until),
        )


def _complaints(case: Case, strategy: Strategy, speaker: Speaker) -> Iterator[str]:
    for complaint in undecided(case):
        yield speaker.part(
            "complaint",
            complaint=complaint.complaint,
            reason=speaker.word(complaint.reason, "reason"),
            against=speaker.if_any("against", against=speaker.listed(complaint.against)),
            due=speaker.time(due_at(complaint, strategy)),
        )


def _removed(case: Case, speaker: Speaker) -> Iterator[str]:
    for removal in case.standing.removed:
        yield speaker.part(
            "removed",
            against=speaker.listed(removal.against),
            complaint=removal.complaint,
            loan=removal.loan_id,
        )


def explanation(case: Case, speaker: Speaker) -> Iterator[str]:
    """How the difference between core banking's figures and its books was explained, while that holds."""
    if told := case.explained:
        yield speaker.part(
            "explained",
            explanation=told.explanation,
            differs=speaker.differs(told.difference),
            reason=speaker.word(told.reason, "reason"),
            explained_by=told.explained_by,
            approved_by=told.approved_by,
            evidence=speaker.if_any("evidence", evidence=told.evidence),
        )


def _restricted(case: Case, speaker: Speaker) -> Iterator[str]:
    for each in case.restrictions:
        yield speaker.part(
            "restricted",
            restriction=speaker.word(each.restriction, "restriction"),
            reason=speaker.word(each.reason, "reason"),
            since=speaker.if_any("since", since=each.since),
            lifting=speaker.if_any("lifting", reason=each.lifting),
        )


def _agreed(case: Case, strategy: Strategy, at: datetime, speaker: Speaker) -> Iterator[str]:
    if case.agreement:
        yield speaker.part("agreement", agreement=case.agreement.agreement, terms=speaker.terms(case.agreement.terms))
        judged = judge(case.agreement, case, strategy, at)
        yield speaker.part(
            "agreement_runs",
            paid=speaker.money(judged.paid),
            due=speaker.money(judged.due),
            due_on=judged.due_on.isoformat(),
            at=speaker.time(judged.at),
        )
    if case.past_agreements:
        past = [
            speaker.part("agreement_before", kind=speaker.word(one.kind), ended=speaker.word(one.ended))
            for one in case.past_agreements[-_LATEST:]
        ]
        yield speaker.part("agreements_before", past=speaker.listed(past))


def _asked(case: Case, speaker: Speaker) -> Iterator[str]:
    """What waits for the borrower's word, or for somebody's."""
    if case.wish:
        yield speaker.part("wishes", wish=speaker.word(case.wish.kind, "wish"))
    if case.offer:
        yield speaker.part(
            "offered",
            made_by=case.offer.made_by,
            offer=case.offer.offer,
            terms=speaker.terms(case.offer.terms),
            expires=speaker.time(case.offer.expires_at),
        )
    for approval in case.approvals:
        yield speaker.part(
            "waiting",
            approval=approval.approval,
            asked_by=approval.asked_by,
            asked=speaker.asked(approval.subject, approval.terms),
            why=speaker.words.reason(approval.limit, approval.why),
            asks=speaker.if_any("asks", asks=approval.asks),
            worth=speaker.worth(approval.worth),
        )


def _visits(case: Case, speaker: Speaker) -> Iterator[str]:
    for visit in case.visits[-_LATEST:]:
        yield speaker.part(
            "visit", attempt=visit.attempt, at=speaker.time(visit.appointment), came=_came(visit, speaker)
        )


def _came(visit: PastVisit, speaker: Speaker) -> str:
    if visit.called_off:
        return speaker.part("visit_off")
    return speaker.word(visit.result) if visit.result else speaker.part("visit_open")


def _suit(case: Case, speaker: Speaker) -> Iterator[str]:
    if case.accelerated_on:
        yield speaker.part("accelerated", on=case.accelerated_on.isoformat())
    if case.written_off_on:
        yield speaker.part("written_off", on=case.written_off_on.isoformat())
    if case.court:
        reached = [
            speaker.part("milestone", milestone=speaker.word(one.milestone, "milestone"), on=one.on.isoformat())
            for one in case.court
        ]
        reference = speaker.if_any("court_reference", reference=court_reference(case))
        yield speaker.part("suit", reference=reference, milestones=speaker.listed(reached))
    if case.file and any(state != "there" for state in case.file.pieces.values()):
        yield speaker.part("papers", pieces=speaker.pieces(case.file.pieces))
