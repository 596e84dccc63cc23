"""What people report: a conversation, a visit, the court's word."""

from __future__ import annotations

from decimal import Decimal

from domain.commands.table import Judges, Refused
from domain.limits import amount_fault
from domain.stages.situation import Situation
from schemas.contact import CONVERSATIONS
from schemas.court import COMES_AFTER
from schemas.facts import ContactRecorded, CourtReported, Fact, VisitReported
from schemas.messages import RecordContact, RecordCourtStep, RecordVisit
from schemas.terms import Part


def _contact(s: Situation, command: RecordContact, command_id: str) -> Fact:
    known = {c.attempt for c in s.case.contacts} | ({s.case.task.attempt} if s.case.task else set())
    if command.attempt and command.attempt not in known:
        why = f"this case made no contact {command.attempt}; name none for a call that came in"
        raise Refused("record.unknown_attempt", why)
    # A life comes before the form of its record.
    if command.result in CONVERSATIONS and command.result != "self_harm" and not command.identity_verified:
        why = f"'{command.result}' is a talk about the debt: record it with the identity check, or as 'answered'"
        raise Refused("record.identity", why)
    if command.quiet_until and command.quiet_until <= s.now:
        until = f"{command.quiet_until:%Y-%m-%d %H:%M}Z"
        raise Refused("record.past", f"the quiet time would end at {until}, which is past; give a later time or none")
    if command.means and command.result not in CONVERSATIONS:
        why = f"what somebody can pay is asked of them in person: it does not go with '{command.result}'"
        raise Refused("record.means", why)
    if (means := command.means) and command.result != "self_harm":
        _check_amounts(s, means.income, means.obligations, means.living_minimum)
    if command.promise:
        if command.result not in ("promised", "right_party", "needs_time"):
            why = f"a promise does not go with '{command.result}': record it as 'promised'"
            raise Refused("record.promise", why)
        _check_promise(s, command.promise)
    said = command.model_dump(exclude={"by", "attempt"})
    return ContactRecorded(attempt=command.attempt, collector=command.by, **said)


def _visit(s: Situation, command: RecordVisit, command_id: str) -> Fact:
    visit = next((v for v in s.case.visits if v.attempt == command.attempt), None)
    if visit is None:
        made = ", ".join(v.attempt for v in s.case.visits) or "none"
        raise Refused("record.unknown_visit", f"this case has no visit {command.attempt}; it has: {made}")
    if visit.result is not None:
        raise Refused("record.visit_known", f"the visit {command.attempt} was reported already, as '{visit.result}'")
    if s.now < visit.appointment:
        at = f"{visit.appointment:%Y-%m-%d %H:%M}Z"
        raise Refused("record.visit_early", f"the visit is to take place at {at}: it cannot have been made yet")
    if command.promise:
        if command.result not in ("promised", "met"):
            raise Refused("record.promise", f"a promise does not go with '{command.result}': record it as 'promised'")
        _check_promise(s, command.promise)
    return VisitReported(
        attempt=command.attempt,
        result=command.result,
        staff=command.staff,
        promise=command.promise,
        note_id=command.note_id,
        recording=command.recording,
    )


def _check_amounts(s: Situation, *amounts: Decimal) -> None:
    """Nothing is recorded that would be shown rounded."""
    for amount in amounts:
        if fault := amount_fault(s, amount):
            raise Refused(fault.rule, fault.why)


def _check_promise(s: Situation, promise: Part) -> None:
    _check_amounts(s, promise.amount)
    if promise.due_on < s.today:
        raise Refused("promise.past", f"{promise.due_on} is past: a promise is for today or later")
    if promise.amount > s.money.outstanding:
        raise Refused("promise.more_than_owed", f"no more than {s.shown(s.money.outstanding)} is owed")


def _court(s: Situation, command: RecordCourtStep, command_id: str) -> Fact:
    if command.on > s.today:
        raise Refused("record.future", f"{command.on} is not yet: record what has happened")
    before = COMES_AFTER.get(command.milestone, ())
    if before and not s.case.reached(*before):
        why = f"'{command.milestone}' comes after {' or '.join(before)}, which this case has not reached"
        raise Refused("record.court_order", why)
    if command.amount is not None:
        _check_amounts(s, command.amount)
    return CourtReported(
        milestone=command.milestone,
        on=command.on,
        reference=command.reference,
        amount=command.amount,
        code=command.code,
    )


JUDGES: Judges = {RecordContact: _contact, RecordVisit: _visit, RecordCourtStep: _court}
