"""What a case does next: one pure function over its facts, the pinned strategy, the law in force and the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import aftermath, bureau, ending, restricting
from domain.agreements import judge
from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.court import at_court
from domain.duties import minded
from domain.holds import WHILE_AGREED, InForce, Matter, in_force, stopping
from domain.outside import patience
from domain.parts import Approval
from domain.stages import assessment, contact, field_visit, litigation, negotiation
from domain.stages.outreach import read_account
from domain.stages.reminding import remind
from domain.stages.situation import Situation, account_key, system_of, words
from schemas.facts import HoldOpened, PartyRefused
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, Ask, Decide, Done, ReadAccount, ResolveAttempt, Step, Wait, Why

CONFIRMED_BEFORE = timedelta(hours=2)
"""A visit whose account could not be read until so long before it is called off: people have yet to hear of it."""

FARTHEST_VALUE_DATE = timedelta(days=14)
"""Money that counts from a later day than this is looked into by a person; weekends, holidays and cheques are within it."""

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
    if danger := _for_all_loans(case):
        return danger
    if case.parked and case.open_attempt is not None:
        return _look(case.parked.why)
    if case.open_attempt is not None:
        return _resolve(case, strategy, now)
    if case.account_as_of is None:
        return _first_account(case, strategy, now)
    s = Situation.of(case, strategy, law, now)
    return minded(s, _no_later_than_something_changes(s, _decided(s)))


def _for_all_loans(case: Case) -> Decide | None:
    """What befell the borrower and was heard on this debt is told to all of theirs; and who wants no contact about them."""
    heard = next((hold for hold in case.holds if hold.kind == "self_harm"), None)
    if heard is None:
        return _left_alone(case)
    why = Why(rule="hold.for_all_loans", text="the borrower spoke of harming themselves: collection stops on all loans")
    return Decide(facts=(HoldOpened(hold=heard.hold, hold_kind=heard.kind, reason=heard.reason),), why=why)


def _left_alone(case: Case) -> Decide | None:
    refused = next((party for party in case.debt.refused_by if party not in case.standing.refused_by), None)
    if refused is None:
        return None
    why = Why(rule="contact.party_refused", text="somebody else wants no contact about the borrower, on any loan")
    return Decide(facts=(PartyRefused(party_id=refused),), why=why)


def _decided(s: Situation) -> Step:
    case = s.case
    if case.parked and not _paid(s):
        return _parked(s)
    return _unexplained(s) or _first(s) or _overtaken(s) or _beside(s) or _held(s) or _staged(s)


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
    off = _overtaken(s)
    if isinstance(off, Act):
        return off
    look = _look(s.case.parked.why)
    latest = _latest_confirmation(s)
    return look.model_copy(update={"until": latest}) if latest and s.now < latest else look


def _unexplained(s: Situation) -> Step | None:
    """Core banking's figures are the ones quoted. Where they are not what its own books give, or are old, nothing is said to
    anybody before a person has explained it; the account is read again every day."""
    quoted, read_at = s.case.quoted, s.case.account_read_at
    if quoted is None or read_at is None:
        return None
    lag = timedelta(hours=s.strategy.account_lag_hours)
    if s.case.differs(bank_date(quoted.as_of, s.strategy.bank_zone), s.strategy.account):
        rule = "account.differs"
        text = f"core banking quotes {quoted.arrears} overdue of {quoted.outstanding}, and its books give other figures"
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
    return Wait(until=again, why=why, ask=Ask(kind="reconcile")) if s.now < again else read_account(s, why)


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
    over, when an agreement is judged, and when a hold ends by itself."""
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
    earliest = min((moment for moment in moments if moment > s.now), default=None)
    if earliest is None or (step.until and step.until <= earliest):
        return step
    return step.model_copy(update={"until": earliest})


# --- what stops a case -------------------------------------------------------------------------------------------


def _matter(s: Situation) -> Matter:
    """What the case would do now, as the holds' table calls it."""
    match s.case.stage:
        case "assessment":
            return "assessment"
        case "contact":
            return "dunning"
        case "negotiation":
            return "negotiation"
        case "field_visit":
            return "visit"
        case "litigation":
            return "court_steps" if at_court(s.case) else "new_suit"


def _overtaken(s: Situation) -> Step | None:
    """A call or a visit that people have still to make, and that something stops now."""
    task = s.case.pending_task(s.now)
    if task is None:
        return None
    asked: Matter = "negotiation" if s.case.stage == "negotiation" else "dunning"
    matter: Matter = "visit" if task.proposal.channel == "visit" else asked
    hold = stopping(s.case, matter, s.now)
    if hold:
        return ending.call_off(s, hold.row.kind)
    if s.case.agreement:
        return ending.call_off(s, "agreed")
    if not s.money.overdue:
        return ending.call_off(s, "paid")
    return _confirmed(s)


def _confirmed(s: Situation) -> Step | None:
    """Before a visit the account is read again; if nobody can say by then whether it was paid, nobody is visited."""
    task, policy = s.case.task, s.strategy.field_visit
    if task is None or policy is None or task.proposal.appointment is None or s.now >= task.proposal.appointment:
        return None
    look = task.proposal.appointment - timedelta(hours=policy.confirm_hours)
    read_at = s.case.account_read_at
    if s.now < look or (read_at is not None and read_at >= look):
        return None
    latest = _latest_confirmation(s)
    assert latest is not None
    if s.now >= latest:
        return ending.call_off(s, "not_confirmed")
    if s.case.parked:
        return None
    step = read_account(s, Why(rule="account.before_visit", text="read the account again before the visit"))
    if isinstance(step, Wait) and step.until:
        return step.model_copy(update={"until": min(step.until, latest)})
    return step


def _latest_confirmation(s: Situation) -> datetime | None:
    """Until when the account must have been read for a visit to take place."""
    task = s.case.pending_task(s.now)
    appointment = task.proposal.appointment if task else None
    return appointment - CONFIRMED_BEFORE if appointment else None


def _held(s: Situation) -> Step | None:
    hold = stopping(s.case, _matter(s), s.now)
    if hold:
        return _wait_for(hold)
    if s.case.handed:
        return Wait(until=None, why=Why(rule=s.case.handed.rule, text=s.case.handed.why), ask=Ask(kind="collect"))
    suing = s.case.stage == "litigation"
    asked = next(
        (a for a in s.case.approvals if a.approved is None and (a.terms or (a.subject == "acceleration" and suing))),
        None,
    )
    if asked:
        return _approval(s, asked)
    return _agreed(s) or _with_people(s) or _silent(s)


def _approval(s: Situation, asked: Approval) -> Wait:
    """Whoever is to approve something has until its deadline, and is reminded before."""
    ask = Ask(kind="approval", about=asked.approval, deadline=asked.deadline, role=asked.asks)
    why = Why(rule=asked.limit, text=f"{asked.subject} waits for an approval: {asked.why}")
    hours = s.strategy.negotiation.approval_reminder_hours if s.strategy.negotiation else None
    if hours is None:
        return Wait(until=asked.deadline, why=why, ask=ask)
    reminded_at = asked.deadline - timedelta(hours=hours)
    if s.now < reminded_at:
        return Wait(until=reminded_at, why=why, ask=ask)
    text = f"reminder: {asked.subject} waits for an approval until {asked.deadline:%Y-%m-%d %H:%M} UTC: {asked.why}"
    ask = ask.model_copy(update={"reminder": True})
    return Wait(until=asked.deadline, why=Why(rule="approval.reminder", text=text), ask=ask)


def _wait_for(hold: InForce) -> Wait:
    text = f"{hold.row.why} ({words(hold.reason)})"
    ask = Ask(kind=hold.row.ask, about=hold.hold) if hold.row.ask else None
    if hold.row.kind == "pause" and hold.until:
        return Wait(until=hold.until, why=Why(rule="hold.pause", text=text))
    return Wait(until=hold.until, why=Why(rule=f"hold.{hold.row.kind}", text=text), ask=ask)


def _agreed(s: Situation) -> Step | None:
    """While an agreement is kept nothing is demanded."""
    agreement = s.case.agreement
    matter = _matter(s)
    if agreement is None or (matter not in WHILE_AGREED and matter != "negotiation"):
        return None
    judged = judge(agreement, s.case, s.strategy, s.now)
    what = f"a {agreement.terms.kind} is being kept" if judged.paid else f"a {agreement.terms.kind} was made"
    text = f"{what}: {judged.due} by {judged.due_on:%Y-%m-%d}, {judged.paid} paid so far"
    until = judged.at if judged.missed_at <= s.now else judged.missed_at
    waiting = Wait(until=until, why=Why(rule="agreement.running", text=text))
    return remind(s, agreement, judged) or waiting


def _with_people(s: Situation) -> Step | None:
    task = s.case.pending_task(s.now)
    if task is None:
        return None
    if task.proposal.channel != "visit":
        why = Why(rule="task.human_call", text="a collector is to call and record what came of it")
        return Wait(until=task.deadline, why=why, ask=Ask(kind="call", about=task.attempt, deadline=task.deadline))
    appointment, policy = task.proposal.appointment, s.strategy.field_visit
    assert appointment is not None
    text = (
        f"{task.proposal.team} people visit the borrower at {appointment:%Y-%m-%d %H:%M} UTC and report what came of it"
    )
    until = task.deadline
    if policy and s.now < (look := appointment - timedelta(hours=policy.confirm_hours)):
        until = look  # to see whether it was paid
    ask = Ask(kind="visit", about=task.attempt, deadline=task.deadline)
    return Wait(until=until, why=Why(rule="task.visit", text=text), ask=ask)


def _silent(s: Situation) -> Step | None:
    """Too little to trouble anybody for; money that has come and counts from a later day; time that was given."""
    ignored = s.strategy.thresholds.ignore_arrears
    if s.money.arrears < ignored and not s.case.whole_is_due:
        following = [i.due_on for i in s.case.instalments if i.due_on >= s.today]
        until = day_start(min(following) + timedelta(days=1), s.strategy.bank_zone) if following else None
        why = Why(rule="policy.ignore_arrears", text="the arrears are too small to trouble anybody")
        return Wait(until=until, why=why, ask=None if until else Ask(kind="small_arrears"))
    counting = s.case.counting_from(s.today)
    if counting and s.case.money_with_all_known(s.today, s.strategy.account).arrears < ignored:
        text = f"the money has come and counts from {counting:%Y-%m-%d}: nobody is asked for it again"
        until = day_start(counting, s.strategy.bank_zone)
        # No bank values money so late: somebody mistyped, and the silence would last for ever.
        far = counting > s.today + FARTHEST_VALUE_DATE
        ask = Ask(kind="reconcile") if far else None
        return Wait(until=until, why=Why(rule="money.on_its_way", text=text), ask=ask)
    if s.case.quiet_until and s.now < s.case.quiet_until and s.case.stage != "litigation":
        why = Why(rule="contact.quiet", text="the borrower was given time in a conversation")
        return Wait(until=s.case.quiet_until, why=why)
    return None


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
