"""A settlement whose money is taken back: core banking takes back what it waived for it, the settlement is broken, what was
certified does not hold, and the debt is again what it was. A plan that was kept, likewise.

First the waiver, then the word that it is broken: nobody is asked for anything before core banking has done its part.
"""

from __future__ import annotations

from datetime import datetime

from domain.agreements import judge
from domain.case import Case
from domain.money.standing import taken_back
from domain.outside import patience
from domain.parts import Agreement, Settled
from domain.stages.situation import Situation
from schemas.facts import AgreementBroken, CertificateVoided, Fact, Parked
from schemas.loan import Transaction
from schemas.policy import Strategy
from schemas.steps import Act, Ask, Decide, ReverseWaiver, Step, Wait, Why
from schemas.terms import PlanTerms


def unmet(case: Case, strategy: Strategy, now: datetime) -> bool:
    """Whether the money that kept a settlement is there no longer, and something was done for it that is to be undone: a case
    that closed is opened again, even if nothing is overdue."""
    settled = case.settled
    if settled is None or judge(settled.agreement, case, strategy, now).state == "kept":
        return False
    return bool(waivers(case, settled)) or certified(case, settled)


def next_step(s: Situation, settled: Settled, place: int) -> Step | None:
    """What is undone next of a settlement that is not met any more; None while it is. `place`: which agreement of the case it
    is."""
    judged = judge(settled.agreement, s.case, s.strategy, s.now)
    if judged.state == "kept":
        return _taken_back_alone(s, settled)
    terms = settled.agreement.terms
    text = f"the {terms.kind}'s money was taken back: {s.shown(judged.paid)} left of {s.shown(judged.due)}"
    if standing := waivers(s.case, settled):
        return _contested(s) or _reverse(s, settled, place, standing[-1], text)
    broken = AgreementBroken(
        agreement=settled.agreement.agreement,
        due_on=judged.due_on,
        due=judged.due,
        paid=judged.paid,
        revives=terms.revives if isinstance(terms, PlanTerms) and terms.revives != "as_before" else None,
        rule="agreement.taken_back",
        why=text,
    )
    facts: tuple[Fact, ...] = (broken, *_void(settled.agreement)) if certified(s.case, settled) else (broken,)
    return Decide(facts=facts, why=Why(rule=broken.rule, text=text))


def waivers(case: Case, settled: Settled) -> tuple[Transaction, ...]:
    """What core banking waived for it and has not taken back, in the order of booking."""
    gone = taken_back(case.transactions)
    booked = {t.reference: t for t in case.transactions if t.kind == "waiver"}
    return tuple(booked[name] for name in settled.waivers if name in booked and name not in gone)


def certified(case: Case, settled: Settled) -> bool:
    """Whether it was certified to the borrower that the debt is settled."""
    return case.certificate == settled.agreement.agreement


def _reverse(s: Situation, settled: Settled, place: int, waiver: Transaction, text: str) -> Step:
    waiting = patience(s.case, "core_banking", s.strategy, s.now)
    if waiting:
        return waiting
    number = settled.waivers.index(waiver.reference) + 1
    action = ReverseWaiver(
        key=f"{s.case.loan_id}:e{s.case.epoch}:v{place}.{number}",
        agreement=settled.agreement.agreement,
        reverses=waiver.reference,
        amount=waiver.amount,
    )
    return Act(action=action, why=Why(rule="settlement.waiver_reversal", text=f"{text}: so is the waiver"))


def _void(agreement: Agreement) -> tuple[CertificateVoided, Parked]:
    """Whoever holds a certificate is told by a person that it does not hold, before anything is demanded of them."""
    why = "what was certified to the borrower does not hold: its money was taken back"
    voided = CertificateVoided(agreement=agreement.agreement, rule="certificate.void", why=why)
    text = f"{why}. A person is to tell them, and resume"
    return voided, Parked(rule=voided.rule, why=text)


def _taken_back_alone(s: Situation, settled: Settled) -> Step | None:
    """Core banking took a waiver back whose money stands: a person looks, and it is booked anew only once they resume."""
    if not settled.gone(taken_back(s.case.transactions)):
        return None
    text = "core banking took a waiver back, and the money for it is there: an operator is to look and resume"
    why = Why(rule="settlement.waiver_gone", text=text)
    return Decide(facts=(Parked(rule=why.rule, why=text),), why=why)


def _contested(s: Situation) -> Step | None:
    """What a person is to look at first: money that was charged back."""
    if s.case.parked is None:
        return None
    return Wait(until=None, why=Why(rule="case.parked", text=s.case.parked.why), ask=Ask(kind="look"))
