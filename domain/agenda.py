"""What a case does next: one pure function over its facts, the pinned strategy, the law in force and the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import aftermath, bureau, complaints, ending, explaining, restricting
from domain.agreements import judge
from domain.bearing import next_charge_on
from domain.calendar import day_start
from domain.case import Case
from domain.court import at_court
from domain.duties import minded
from domain.holds import in_force
from domain.outside import patience
from domain.stages import assessment, contact, field_visit, litigation, negotiation
from domain.stages.outreach import read_account
from domain.stages.situation import Situation, account_key, system_of, words
from domain.stopped import held, latest_confirmation, overtaken
from schemas.facts import HoldOpened, Parked, PartyRefused
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, Ask, Decide, Done, ReadAccount, ResolveAttempt, Step, Wait, Why

CLOCK_TOLERANCE = timedelta(seconds=5)
"""House value: servers of one cluster differ by less, and no rule of conduct turns on it."""


def next_step(case: Case, strategy: Strategy, law: tuple[str, Rulebook], now: datetime) -> Step:
    """The one thing to do now, or until when to wait. `law` is the rulebook's digest and the rulebook.

    Same arguments, same answer: it reads no clock and no store. The case must have been opened.

    In this order: what had begun is found out; the account is known; money decides; what was just heard is followed up;
    what people were asked to do and is not wanted any more is taken back; holds; agreements; the stage.
    """
    if case.status == "closed" and case.outcome:
        return Done(outcome=case.outcome, why=Why(rule="case.closed", text=case.closing_why))
    if case.clock and now < case.clock - CLOCK_TOLERANCE:
        text = "the ledger is ahead of this clock: nothing is decided before its time"
        return Wait(until=case.clock, why=Why(rule="clock.behind_ledger", text=text))
    if told := for_all_loans(case):
        return told
    if case.parked and case.open_attempt is not None:
        return _look(case.parked.why)
    if case.open_attempt is not None:
        return _resolve(case, strategy, now)
    if case.account_as_of is None:
        return _first_account(case, strategy, now)
    s = Situation.of(case, strategy, law, now)
    return minded(s, _no_later_than_something_changes(s, _decided(s)))


def for_all_loans(case: Case) -> Decide | None:
    """What befell the borrower and was heard on this debt is told to all of theirs; who wants no contact about them; and
    whom a complaint takes off their cases. None if all of it was told."""
    heard = next((hold for hold in case.holds if hold.kind == "self_harm"), None)
    if heard is None:
        return _left_alone(case)
    why = Why(rule="hold.for_all_loans", text="the borrower spoke of harming themselves: collection stops on all loans")
    return Decide(facts=(HoldOpened(hold=heard.hold, hold_kind=heard.kind, reason=heard.reason),), why=why)


def _left_alone(case: Case) -> Decide | None:
    refused = next((party for party in case.debt.refused_by if party not in case.standing.refused_by), None)
    if refused is None:
        return _removed(case)
    why = Why(rule="contact.party_refused", text="somebody else wants no contact about the borrower, on any loan")
    return Decide(facts=(PartyRefused(party_id=refused),), why=why)


def _removed(case: Case) -> Decide | None:
    fact = complaints.for_all_loans(case)
    if fact is None:
        return None
    if fact.kind == "collectors_removed":
        text = "whom a complaint is against is off all loans of the borrower"
    else:
        text = "a complaint was rejected: whom it was against may deal with the borrower again"
    return Decide(facts=(fact,), why=Why(rule="complaint.for_all_loans", text=text))


def _decided(s: Situation) -> Step:
    case = s.case
    if told := explaining.next_step(s):
        return told
    if case.parked and not _paid(s):
        return _parked(s)
    step = _unexplained(s) or _first(s) or overtaken(s) or _beside(s) or held(s) or _staged(s)
    parks_again = case.parked and isinstance(step, Decide) and all(isinstance(fact, Parked) for fact in step.facts)
    return _parked(s) if parks_again else step


def _first(s: Situation) -> Step | None:
    """What money and what was heard decide, once the credit bureau knows what it must know."""
    return bureau.put_right(s) or ending.next_step(s) or aftermath.next_step(s)


def _beside(s: Situation) -> Step | None:
    """What others are told, whatever the case does."""
    return bureau.next_step(s) or restricting.next_step(s)


def _paid(s: Situation) -> bool:
    """A case that was parked closes all the same once it is paid, if nothing is to be done for it outside; what restricts the
    loan is lifted first, unless that was tried in vain."""
    outside = s.case.pending_task(s.now) is not None or at_court(s.case) or restricting.given_up(s)
    return not s.money.overdue and not outside


def _parked(s: Situation) -> Step:
    """An operator is to look. A visit or a call that is not wanted any more is called off all the same."""
    assert s.case.parked is not None
    off = overtaken(s)
    if isinstance(off, Act):
        return off
    look = _look(s.case.parked.why)
    latest = latest_confirmation(s)
    return look.model_copy(update={"until": latest}) if latest and s.now < latest else look


def _unexplained(s: Situation) -> Step | None:
    """Core banking's figures are the ones quoted. Where they are not what its own books give, or are old, nothing is said to
    anybody before a person has explained it; the account is read again every day."""
    quoted, read_at = s.case.quoted, s.case.account_read_at
    if quoted is None or read_at is None:
        return None
    lag = timedelta(hours=s.strategy.account_lag_hours)
    if differs := explaining.unexplained(s.case, s.strategy):
        rule = "account.differs"
        said = f"{s.shown(quoted.arrears)} overdue of {s.shown(quoted.outstanding)}"
        text = f"core banking quotes {said}, and its books give other figures"
    elif quoted.as_of < read_at - lag:
        rule = "account.stale"
        text = f"core banking tells the account as of {quoted.as_of:%Y-%m-%d %H:%M} UTC, which is too long ago"
    else:
        return None
    off = ending.call_off(s, rule.replace(".", "_"))
    if off:
        return off
    why = Why(rule=rule, text=f"{text}: a person is to look")
    again = read_at + timedelta(days=1)
    if s.now >= again:
        return read_account(s, why)
    asked = explaining.waiting(s.case) if differs else None
    ask = Ask(kind="reconcile")
    if asked:
        ask = Ask(kind="approval", about=asked.approval, deadline=asked.deadline)
    return Wait(until=again, why=why, ask=ask)


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
        return _look(case.parked.why)
    waiting = patience(case, "core_banking", strategy, now)
    if waiting is not None:
        return waiting
    why = Why(rule="account.first", text="read the account at core banking before anything is decided")
    return Act(action=ReadAccount(key=account_key(case)), why=why)


def _no_later_than_something_changes(s: Situation, step: Step) -> Step:
    """Whatever a case waits for, it looks again on the day from which money that has come counts, when an approval's time is
    over, when an agreement is judged or interest of it falls due, and when a hold ends by itself."""
    if not isinstance(step, Wait):
        return step
    counting = s.case.counting_from(s.today)
    moments = [day_start(counting, s.strategy.bank_zone)] if counting else []
    moments += [approval.deadline for approval in s.case.approvals]
    moments += [hold.until for hold in in_force(s.case, s.now) if hold.until]
    moments += bureau.moments(s)
    moments += restricting.moments(s)
    if s.case.agreement:
        moments.append(judge(s.case.agreement, s.case, s.strategy, s.now).at)
        charged = next_charge_on(s, s.case.agreement)
        moments += [day_start(charged, s.strategy.bank_zone)] if charged else []
    earliest = min((moment for moment in moments if moment > s.now), default=None)
    if earliest is None or (step.until and step.until <= earliest):
        return step
    return step.model_copy(update={"until": earliest})


def _staged(s: Situation) -> Step:
    match s.case.stage:
        case "assessment":
            return assessment.next_step(s)
        case "contact":
            return contact.next_step(s)
        case "negotiation":
            return negotiation.next_step(s)
        case "field_visit":
            return field_visit.next_step(s)
        case "litigation":
            return litigation.next_step(s)


def _look(why: str) -> Wait:
    return Wait(until=None, why=Why(rule="case.parked", text=why), ask=Ask(kind="look"))
