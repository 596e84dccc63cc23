"""What a case does next: one pure function over its facts, the pinned strategy, the law in force and the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.case import Case
from domain.outside import patience
from domain.stages import assessment, contact
from domain.stages.situation import Situation, account_key, day_start, system_of, words
from schemas.facts import CaseClosed, HandedToPerson, Outcome
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, Decide, Done, ReadAccount, ResolveAttempt, Step, Wait, Why

CLOCK_TOLERANCE = timedelta(seconds=5)
"""House value: servers of one cluster differ by less, and no rule of conduct turns on it."""


def next_step(case: Case, strategy: Strategy, law: tuple[str, Rulebook], now: datetime) -> Step:
    """The one thing to do now, or until when to wait. `law` is the rulebook's digest and the rulebook.

    Same arguments, same answer: it reads no clock and no store. The case must have been opened.
    """
    if case.status == "closed" and case.outcome:
        return Done(outcome=case.outcome, why=Why(rule="case.closed", text=case.closing_why))
    if case.clock and now < case.clock - CLOCK_TOLERANCE:
        text = "the ledger is ahead of this clock: nothing is decided before its time"
        return Wait(until=case.clock, why=Why(rule="clock.behind_ledger", text=text))
    if case.parked and case.open_attempt is not None:
        return _wait_for_person("case.parked", case.parked.why)
    if case.open_attempt is not None:
        return _resolve(case, strategy, now)
    if case.account_as_of is None:
        return _first_account(case, strategy, now)
    situation = Situation.of(case, strategy, law, now)
    return _no_later_than_the_money(situation, _ended(situation) or _held(situation) or _staged(situation))


def _resolve(case: Case, strategy: Strategy, now: datetime) -> Step:
    attempt = case.open_attempt
    assert attempt is not None
    waiting = patience(case, system_of(attempt.proposal.channel), strategy, now)
    if waiting is not None:
        return waiting
    text = f"find out what became of the {words(attempt.proposal.channel)} that had begun"
    why = Why(rule="attempt.resolve", text=text)
    key = f"{attempt.proposal.attempt}:resolve:{case.decision_head}"
    return Act(action=ResolveAttempt(key=key, proposal=attempt.proposal), why=why)


def _first_account(case: Case, strategy: Strategy, now: datetime) -> Step:
    if case.parked:
        return _wait_for_person("case.parked", case.parked.why)
    waiting = patience(case, "core_banking", strategy, now)
    if waiting is not None:
        return waiting
    why = Why(rule="account.first", text="read the account at core banking before anything is decided")
    return Act(action=ReadAccount(key=account_key(case)), why=why)


def _no_later_than_the_money(s: Situation, step: Step) -> Step:
    """Whatever a case waits for, it looks again on the day from which money that has come counts."""
    counting = s.case.counting_from(s.today)
    if counting is None or not isinstance(step, Wait):
        return step
    moment = day_start(counting, s.strategy.bank_zone)
    return step if step.until and step.until <= moment else step.model_copy(update={"until": moment})


def _ended(s: Situation) -> Step | None:
    outcome: Outcome
    if s.money.outstanding == 0:
        outcome, rule, text = "paid_off", "money.paid_off", "the whole balance is paid"
    elif s.money.arrears == 0 and s.case.assessed is None and s.case.contacts_made == 0:
        outcome, rule, text = "nothing_due", "money.nothing_due", "the account shows nothing overdue"
    elif s.money.arrears == 0:
        outcome, rule, text = "cured", "money.cured", "the arrears are paid"
    else:
        return None
    closed = CaseClosed(outcome=outcome, rule=rule, why=text)
    return Decide(facts=(closed,), why=Why(rule=rule, text=text))


def _held(s: Situation) -> Step | None:
    case = s.case
    if case.standing.deceased:
        return _wait_for_person("hold.deceased", "the borrower died: a person deals with the estate")
    if case.standing.stopped:
        text = f"the borrower is not to be contacted ({words(case.standing.stopped)}): a person decides"
        return _wait_for_person("hold.contact_stopped", text)
    if case.paused and (case.paused.until is None or s.now < case.paused.until):
        why = Why(rule="hold.paused", text=f"paused by an operator ({words(case.paused.reason)})")
        return Wait(until=case.paused.until, why=why, person=case.paused.until is None)
    if case.parked:
        return _wait_for_person("case.parked", case.parked.why)
    if case.handed:
        return _wait_for_person(case.handed.rule, case.handed.why)
    if case.disputed:
        text = "the borrower disputes the debt: a collector is to look into it"
        handed = HandedToPerson(rule="hold.disputed", why=text)
        return Decide(facts=(handed,), why=Why(rule="hold.disputed", text=text))
    return None


def _staged(s: Situation) -> Step:
    match s.case.stage:
        case "assessment":
            return assessment.next_step(s)
        case "contact":
            return contact.next_step(s)


def _wait_for_person(rule: str, text: str) -> Wait:
    return Wait(until=None, why=Why(rule=rule, text=text), person=True)
