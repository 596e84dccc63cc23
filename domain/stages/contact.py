"""Contact: climb the strategy's ladder of channels, at legal moments only, until paid or a person is needed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain import conduct
from domain.calendar import stable_phase
from domain.outside import patience
from domain.stages.situation import Situation, account_key, day_start, system_of, words
from schemas.contact import POINT_OF, ConductFacts, ContactProposal, PastAttempt, Verdict
from schemas.facts import HandedToPerson
from schemas.loan import ContactPoint, Party
from schemas.policy import Rung, Treatment
from schemas.steps import Act, Decide, MakeContact, ReadAccount, Step, Wait, Why


def next_step(s: Situation) -> Step:
    """Silence in grace and below the threshold; else the next rung that can be climbed, when it may be."""
    assessed = s.case.assessed
    treatment = s.strategy.treatments[assessed.segment if assessed else "first_time"]
    return _silent(s) or _with_a_person(s) or _climb(s, treatment)


def _silent(s: Situation) -> Step | None:
    if s.money.arrears < s.strategy.thresholds.ignore_arrears:
        following = [i.due_on for i in s.case.instalments if i.due_on >= s.today]
        until = day_start(min(following) + timedelta(days=1), s.strategy.bank_zone) if following else None
        why = Why(rule="policy.ignore_arrears", text="the arrears are too small to trouble anybody")
        return Wait(until=until, why=why, person=until is None)
    counting = s.case.counting_from(s.today)
    if counting and s.case.arrears_with_all_known(s.today) < s.strategy.thresholds.ignore_arrears:
        text = f"the money has come and counts from {counting:%Y-%m-%d}: nobody is asked for it again"
        until = day_start(counting, s.strategy.bank_zone)
        return Wait(until=until, why=Why(rule="money.on_its_way", text=text))
    if s.case.quiet_until and s.now < s.case.quiet_until:
        why = Why(rule="contact.quiet", text="the borrower was given time in a conversation")
        return Wait(until=s.case.quiet_until, why=why)
    return None


def _with_a_person(s: Situation) -> Step | None:
    task = s.case.task
    if task is None or s.now >= task.deadline:
        return None
    why = Why(rule="task.human_call", text="a collector is to call and record what came of it")
    return Wait(until=task.deadline, why=why, person=True)


def _climb(s: Situation, treatment: Treatment) -> Step:
    for index in range(s.case.rung, len(treatment.ladder)):
        rung = treatment.ladder[index]
        reached = _reach(s, rung)
        if reached is None or rung.channel in s.case.standing.opted_out:
            continue
        step = _at_rung(s, treatment, index, *reached)
        if step is not None:
            return step
    return _hand_over(s, treatment)


def _reach(s: Situation, rung: Rung) -> tuple[Party, ContactPoint] | None:
    party = s.case.borrower()
    if party is None:
        return None
    wanted = POINT_OF[rung.channel]
    point = next((p for p in s.case.points(party) if p.kind == wanted), None)
    return (party, point) if point else None


def _at_rung(s: Situation, treatment: Treatment, index: int, party: Party, point: ContactPoint) -> Step | None:
    case = s.case
    rung = treatment.ladder[index]
    grace_ends = _grace_ends(s, treatment)
    earliest = max(_earliest(s, rung), grace_ends)
    proposal = ContactProposal(
        attempt=f"{case.loan_id}:{case.attempts + 1}",
        channel=rung.channel,
        contact_point_id=point.contact_point_id,
        party_id=party.party_id,
        purpose=rung.purpose,
        template=rung.template,
        zones=(party.zone,) if party.zone else (),
        rung=index + 1,
    )
    facts = ConductFacts(
        standing=case.standing,
        attempts=tuple(
            PastAttempt(
                attempt=c.attempt,
                loan_id=case.loan_id,
                channel=c.proposal.channel,
                contact_point_id=c.proposal.contact_point_id,
                at=c.at,
            )
            for c in case.contacts
        ),
    )
    verdict = conduct.decide(proposal, facts, earliest, s.rulebook, s.rulebook_digest)
    if verdict.verdict in ("block", "review"):
        return None
    planned = _planned(s, earliest, verdict)
    name = f"{words(rung.channel)} ({rung.template})"
    if s.now < planned:
        return Wait(until=planned, why=_reason_to_wait(s, treatment, index, name, grace_ends, verdict))
    waiting = patience(case, system_of(rung.channel), s.strategy, s.now)
    if waiting is not None:
        return waiting
    return _refresh(s, name) or _contact(s, rung, index, proposal, name)


def _reason_to_wait(
    s: Situation, treatment: Treatment, index: int, name: str, grace_ends: datetime, verdict: Verdict
) -> Why:
    if s.now < grace_ends:
        return Why(rule="policy.grace", text=f"{treatment.grace_days} days of grace for this segment, then {name}")
    rules = f", deferred by {', '.join(verdict.rules)}" if verdict.rules else ""
    return Why(rule=f"policy.ladder.{index + 1}", text=f"next is {name}{rules}")


def _overdue_since(s: Situation) -> date:
    assert s.money.overdue_since is not None, "a case without arrears is closed before its stage is asked"
    return s.money.overdue_since


def _grace_ends(s: Situation, treatment: Treatment) -> datetime:
    return day_start(_overdue_since(s) + timedelta(days=treatment.grace_days + 1), s.strategy.bank_zone)


def _earliest(s: Situation, rung: Rung) -> datetime:
    overdue_since = _overdue_since(s)
    moments = [s.now, day_start(overdue_since + timedelta(days=rung.from_dpd), s.strategy.bank_zone)]
    if s.case.contacts:
        moments.append(s.case.contacts[-1].at + timedelta(days=rung.gap_days))
    if s.case.not_before:
        moments.append(s.case.not_before)
    if s.case.stop_all_refusals:
        tries = s.strategy.patience.minutes
        pause = tries[min(s.case.stop_all_refusals, len(tries)) - 1]
        assert s.case.clock is not None
        moments.append(s.case.clock + timedelta(minutes=pause))
    return max(moments)


def _planned(s: Situation, earliest: datetime, verdict: Verdict) -> datetime:
    """The legal moment; at the opening of a window cases spread over a while by a stable phase of the loan id."""
    if verdict.verdict == "allow":
        return earliest
    assert verdict.until is not None
    if s.case.not_before and s.now >= s.case.not_before:
        return verdict.until
    spread = timedelta(hours=s.strategy.spread.hour, minutes=s.strategy.spread.minute)
    return verdict.until + spread * stable_phase(s.case.loan_id)


def _refresh(s: Situation, name: str) -> Step | None:
    """A lost payment signal must not make us chase a paid debt: look at the account before speaking."""
    as_of = s.case.account_as_of
    assert as_of is not None
    if s.now - as_of <= timedelta(hours=s.strategy.account_max_age_hours):
        return None
    waiting = patience(s.case, "core_banking", s.strategy, s.now)
    if waiting is not None:
        return waiting
    why = Why(rule="account.before_contact", text=f"read the account again before {name}")
    return Act(action=ReadAccount(key=account_key(s.case)), why=why)


def _contact(s: Situation, rung: Rung, index: int, proposal: ContactProposal, name: str) -> Step:
    if rung.channel == "human_call":
        deadline = s.now + timedelta(hours=rung.deadline_hours)
        proposal = proposal.model_copy(update={"deadline": deadline})
    text = f"{name}, {s.money.days_past_due} days past due"
    why = Why(rule=f"policy.ladder.{index + 1}", text=text)
    return Act(action=MakeContact(key=proposal.attempt, proposal=proposal), why=why)


def _hand_over(s: Situation, treatment: Treatment) -> Step:
    if not s.case.contacts and not s.case.contacts_made:
        text = "no way to reach the borrower is left: a collector is to look"
        rule = "contact.unreachable"
        grace_ends = _grace_ends(s, treatment)
        if s.now < grace_ends:
            waiting = (
                f"{treatment.grace_days} days of grace for this segment, then a person: nothing reaches the borrower"
            )
            return Wait(until=grace_ends, why=Why(rule="policy.grace", text=waiting))
    else:
        last = s.case.contacts[-1].at
        hand_at = last + timedelta(days=treatment.person_after_days)
        rule, text = "policy.person", f"every rung climbed, not paid {treatment.person_after_days} days later"
        if s.now < hand_at:
            waiting = f"the last rung was climbed; a person takes over {treatment.person_after_days} days later"
            return Wait(until=hand_at, why=Why(rule=rule, text=waiting))
    handed = HandedToPerson(rule=rule, why=text)
    return Decide(facts=(handed,), why=Why(rule=rule, text=text))
