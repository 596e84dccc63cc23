"""Litigation: the table of `domain.court` carried out, one row after the other, each on its day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.authority import acceleration, asked_of
from domain.calendar import day_start
from domain.counting import counted
from domain.court import CourtRow, court_reference, phase, row_after
from domain.outside import patience
from domain.prospects import limitation_ends, reach
from domain.stages import papers
from domain.stages.outreach import Touch, read_account, touch
from domain.stages.situation import Situation
from schemas.court import Milestone, Reached
from schemas.facts import Accelerated, ApprovalRequested, HandedToPerson, MilestoneReached
from schemas.policy import Litigation
from schemas.steps import Act, Ask, Decide, Step, TakeCourtStep, Wait, Why


def next_step(s: Situation) -> Step:
    """What follows the last milestone."""
    policy = s.strategy.litigation
    if policy is None:
        return _to_person("the strategy of this case brings no suits")
    last = phase(s.case)
    row = row_after(last.milestone if last else None)
    match row.does:
        case "papers":
            return _papers(s, policy, row)
        case "demand":
            return _acceleration_wanted(s, policy) or _demand(s, policy, row)
        case "step":
            return _demanded(s, policy) if row.after == "demanded" else _step(s, row)
        case "await":
            return _served(s) or _await(s, policy, row, last)
        case "effect":
            return _effect(s, policy, row, last)
        case "recheck":
            return _recheck(s, policy, row, last)
        case "person":
            return _to_person(row.why)


# --- papers, limitation ------------------------------------------------------------------------------------------


def _papers(s: Situation, policy: Litigation, row: CourtRow) -> Step:
    """Everything there, and in time; else it is asked for and waited for."""
    ends = limitation_ends(s)
    if ends and s.today > ends:
        text = f"the limitation period ended on {ends:%Y-%m-%d}: no suit without a person's word"
        return _to_person(text, "court.limitation")
    asking = papers.ask(s)
    if asking:
        return asking
    assert s.case.file is not None
    lacking = s.case.file.lacks(policy.pieces)
    if lacking:
        names = ", ".join(piece.replace("_", " ") for piece in lacking)
        why = Why(rule="court.papers", text=f"waiting for papers that were asked for: {names}")
        late = (s.case.file.requested_at or s.case.file.checked_at) + timedelta(days=policy.late_after_days)
        return Wait(until=late, why=why, ask=Ask(kind="documents")) if s.now < late else _hand_over(why)
    if row.after == "returned":
        return _step(s, CourtRow("returned", "step", ("filed",), "the papers are complete: filed again", "file"))
    ready = MilestoneReached(milestone="ready", on=s.today, rule="court.ready", why="all papers are there, and in time")
    return Decide(facts=(ready,), why=Why(rule="court.ready", text=ready.why))


def _hand_over(why: Why) -> Step:
    return Decide(facts=(HandedToPerson(rule=why.rule, why=why.text),), why=why)


# --- acceleration, demand ------------------------------------------------------------------------------------------


def _acceleration_wanted(s: Situation, policy: Litigation) -> Step | None:
    """Whether the whole balance is to be called due is a person's decision; without anything undue there is none, and none
    where the contract that core banking tells does not let it be called due, or not yet."""
    if not policy.accelerate or s.case.accelerate is not None or s.case.whole_is_due:
        return None
    if s.money.outstanding == s.money.arrears:
        return None
    contract = s.case.contract
    if contract and (contract.accelerates_from_dpd is None or s.money.days_past_due < contract.accelerates_from_dpd):
        return None
    if any(approval.subject == "acceleration" for approval in s.case.approvals):
        return None  # it is waited for where all approvals are (`domain.agenda`)
    asked = ApprovalRequested(
        approval=f"{s.case.loan_id}:e{s.case.epoch}:a{s.case.decision_head}",
        subject="acceleration",
        asked_by="arrears",
        limit="limit.acceleration",
        why=f"{s.shown(s.money.arrears)} is overdue; suing for {s.shown(s.money.outstanding)} calls the whole balance due",
        deadline=s.now + timedelta(hours=policy.approval_hours),
    )
    table = s.strategy.authority
    if table is not None and table.speaks_of("acceleration"):
        found = asked_of(table, acceleration(s))
        since = f"{s.shown(s.money.arrears)} is overdue for {counted(s.money.days_past_due, 'day')} ({s.money.bucket})"
        named = {
            "asks": found.asks if found else table.highest,
            "authority": found.row if found else None,
            "amount": s.money.outstanding,
            "bucket": s.money.bucket,
            "why": f"{since}; suing for {s.shown(s.money.outstanding)} calls the whole balance due",
        }
        asked = asked.model_copy(update=named)
    return Decide(facts=(asked,), why=Why(rule="court.acceleration", text=asked.why))


def _demand(s: Situation, policy: Litigation, row: CourtRow) -> Step:
    """A last demand by letter; where the balance is called due, the notice of it. Where no letter reaches the borrower, the
    complaint that a court serves takes its place."""
    reached = reach(s, "letter")
    accelerating = bool(s.case.accelerate) and not s.case.whole_is_due
    if reached:
        party, point = reached
        wanted = Touch(
            channel="letter",
            template=policy.acceleration_template if accelerating else policy.demand_template,
            party=party,
            point=point,
            earliest=s.now,
            why=Why(rule="court.demand", text=row.why),
            purpose="statutory_notice",
            more={"milestone": "demanded"},
        )
        step = touch(s, wanted)
        if step:
            return step
    text = "no letter reaches the borrower: the complaint that the court serves will tell them"
    return _reached(s, "demanded", "court.no_letter", text)


def _demanded(s: Situation, policy: Litigation) -> Step:
    """Until the demand's time is over; then the suit."""
    demanded, arrived = s.case.reached("demanded"), s.case.reached("demand_arrived")
    assert demanded is not None
    if arrived and s.case.accelerate and not s.case.whole_is_due:
        told = "the notice arrived: the whole balance is due"
        due = Accelerated(on=s.today, by="notice", rule="court.accelerated", why=told)
        return Decide(facts=(due,), why=Why(rule=due.rule, text=told))
    counted = arrived.on if arrived else demanded.on + timedelta(days=policy.assumed_days)
    ends = _day(s, policy, counted, policy.demand_days + 1)
    if s.now < ends:
        return Wait(
            until=ends, why=Why(rule="court.demand", text="the borrower has until then to meet the last demand")
        )
    return _step(s, row_after("demanded"))


def _served(s: Situation) -> Step | None:
    """Where no notice had arrived, the served complaint calls the whole balance due."""
    accepted = s.case.reached("accepted")
    if accepted is None or s.case.whole_is_due or not s.case.accelerate:
        return None
    told = "no notice had arrived; the complaint was served and calls the whole balance due"
    due = Accelerated(on=s.today, by="complaint", rule="court.accelerated", why=told)
    return Decide(facts=(due,), why=Why(rule=due.rule, text=told))


# --- at court ------------------------------------------------------------------------------------------------------


def _step(s: Situation, row: CourtRow) -> Step:
    assert row.step is not None
    read_at = s.case.account_read_at
    if read_at is None or read_at < s.now - timedelta(hours=1):
        return read_account(s, Why(rule="account.before_court", text=f"read the account again: {row.why}"))
    return take(s, row)


def take(s: Situation, row: CourtRow) -> Step:
    """Take the row's step at court, or wait until the court's side may be asked again."""
    assert row.step is not None
    waiting = patience(s.case, "court", s.strategy, s.now)
    if waiting:
        return waiting
    whole = bool(s.case.accelerate) or s.case.whole_is_due
    action = TakeCourtStep(
        key=f"{s.case.loan_id}:e{s.case.epoch}:c{s.case.court_steps + 1}",
        step=row.step,
        on=s.today,
        claim=None if row.step == "withdraw" else s.money.outstanding if whole else s.money.arrears,
        reference=court_reference(s.case),
        pieces=s.strategy.litigation.pieces if s.strategy.litigation and row.step == "file" else (),
    )
    return Act(action=action, why=Why(rule=f"court.{row.step}", text=row.why))


def _await(s: Situation, policy: Litigation, row: CourtRow, last: Reached | None) -> Step:
    """The court's word; if it is late, a person asks there."""
    assert last is not None
    late = _day(s, policy, last.on, policy.late_after_days)
    why = Why(rule=f"court.await.{row.after}", text=row.why)
    if s.now < late:
        return Wait(until=late, why=why)
    text = f"{row.why}; nothing for {counted(policy.late_after_days, 'day')}: a person is to ask there"
    return Wait(until=None, why=Why(rule="court.late", text=text), ask=Ask(kind="court"))


def _effect(s: Situation, policy: Litigation, row: CourtRow, last: Reached | None) -> Step:
    assert last is not None
    effective = _day(s, policy, last.on, policy.appeal_days + 1)
    if s.now < effective:
        return Wait(until=effective, why=Why(rule="court.effect", text=row.why))
    text = (
        "nobody appealed: the judgment is in effect" if row.after == "judgment" else "its time is over: it is in effect"
    )
    return _reached(s, "effective", "court.effect", text)


def _recheck(s: Situation, policy: Litigation, row: CourtRow, last: Reached | None) -> Step:
    assert last is not None
    checked = s.case.property_checked_at
    due = _day(s, policy, last.on, policy.recheck_days)
    if checked and checked + timedelta(days=policy.recheck_days) > due:
        due = checked + timedelta(days=policy.recheck_days)
    if s.now < due:
        return Wait(until=due, why=Why(rule="court.recheck", text=row.why))
    return _step(s, row)


def _reached(s: Situation, milestone: Milestone, rule: str, why: str) -> Step:
    reached = MilestoneReached(milestone=milestone, on=s.today, rule=rule, why=why)
    return Decide(facts=(reached,), why=Why(rule=rule, text=why))


def _to_person(why: str, rule: str = "court.stopped") -> Step:
    return _hand_over(Why(rule=rule, text=why))


def _day(s: Situation, policy: Litigation, day: date, after: int) -> datetime:
    """When the office opens, so many days after a day."""
    opens = timedelta(hours=policy.office_opens.hour, minutes=policy.office_opens.minute)
    return day_start(day + timedelta(days=after), s.strategy.bank_zone) + opens
