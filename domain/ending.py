"""How a case ends by money, and what must be put in order first: a task called off, a suit withdrawn, a waiver booked, a
restriction lifted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from domain import restricting, reviving, watching
from domain.agreements import judge
from domain.bearing import charged_on, to_charge
from domain.counting import counted
from domain.court import CourtRow, at_court
from domain.outside import patience
from domain.parts import Agreement, Settled
from domain.stages.litigation import take
from domain.stages.situation import Situation, system_of, words
from domain.waivers import accrued_meanwhile, booked_of, to_waive
from schemas.facts import AgreementKept, CaseClosed, Cured, Outcome, Parked
from schemas.gateways import WAIVER_REFUSED
from schemas.steps import Act, BookWaiver, CallOff, ChargeInterest, Decide, IssueCertificate, Step, Wait, Why
from schemas.terms import PlanTerms, SettlementTerms


def next_step(s: Situation) -> Step | None:
    """What money has decided: an agreement kept, a settlement to be carried out, the end, a cure; None while it is owed."""
    return _kept(s) or _borne(s) or _settled(s) or _ended(s) or watching.next_step(s)


def _kept(s: Situation) -> Step | None:
    agreement = s.case.agreement
    if agreement is None or judge(agreement, s.case, s.strategy, s.now).state != "kept":
        return None
    judged = judge(agreement, s.case, s.strategy, s.now)
    text = f"the {agreement.terms.kind} was kept: {s.shown(judged.paid)} paid of {s.shown(judged.due)}"
    kept = AgreementKept(
        agreement=agreement.agreement,
        paid=judged.paid,
        accrued=accrued_meanwhile(s, agreement),
        rule="agreement.kept",
        why=text,
    )
    return Decide(facts=(kept,), why=Why(rule="agreement.kept", text=text))


def _borne(s: Situation) -> Step | None:
    """A plan's own interest is charged as it falls due: so its books say at any time what is left of the plan."""
    agreement = s.case.agreement
    return _charge(s, agreement, to_charge(s, agreement)) if agreement else None


def _charge(s: Situation, agreement: Agreement, amount: Decimal) -> Step | None:
    if not amount:
        return None
    waiting = patience(s.case, "core_banking", s.strategy, s.now)
    if waiting:
        return waiting
    action = ChargeInterest(
        key=f"{s.case.loan_id}:e{s.case.epoch}:i{_place(s, agreement)}.{agreement.charges + 1}",
        agreement=agreement.agreement,
        amount=amount,
        on=charged_on(s, agreement),
    )
    text = f"{s.shown(amount)} of the plan's interest has fallen due: core banking charges it"
    return Act(action=action, why=Why(rule="plan.interest", text=text))


def _place(s: Situation, agreement: Agreement) -> int:
    """Which agreement of the case this is, whether it runs or is over."""
    past = [one.agreement for one in s.case.past_agreements]
    return past.index(agreement.agreement) if agreement.agreement in past else len(past)


def _settled(s: Situation) -> Step | None:
    """A kept settlement waives the rest: core banking books it, after the money (先还后减). A kept plan with interest of its
    own is charged what is missing of it, and what grew beyond it is waived. Once its money is taken back it is undone."""
    settled = s.case.settled
    if settled is None:
        return None
    if undone := reviving.next_step(s, settled, _place(s, settled.agreement)):
        return undone
    if settled.earlier:
        return None
    if charge := _charge(s, settled.agreement, to_charge(s, settled.agreement, kept=True)):
        return charge
    amount = to_waive(s, settled)
    if amount == 0:
        return None
    waiting = _refused(s) or patience(s.case, "core_banking", s.strategy, s.now)
    if waiting:
        return waiting
    key = f"{s.case.loan_id}:e{s.case.epoch}:w{len(s.case.past_agreements)}"
    if settled.bookings:
        key = f"{key}.{settled.bookings + 1}"
    made_of = booked_of(s, settled, amount)
    action = BookWaiver(key=key, agreement=settled.agreement.agreement, amount=amount, made_of=made_of)
    return Act(action=action, why=Why(rule="settlement.waiver", text=_of_a_waiver(settled, s.shown(amount))))


def _refused(s: Situation) -> Step | None:
    """Park a case whose waiver core banking does not take as it is made up: asking again mends nothing."""
    failing = s.case.failing.get("core_banking")
    if failing is None or failing.code not in WAIVER_REFUSED:
        return None
    text = f"core banking did not take the waiver ({failing.code}); an operator is to look and resume"
    return Decide(facts=(Parked(rule="settlement.refused", why=text),), why=Why(rule="settlement.refused", text=text))


def _of_a_waiver(settled: Settled, amount: str) -> str:
    terms = settled.agreement.terms
    if settled.booked:
        return f"{amount} accrued until the waiver counted: it is waived too"
    if isinstance(terms, PlanTerms):
        return f"the plan was kept: {amount} that accrued meanwhile is waived"
    if _covers_balance(settled.agreement):
        return "the settlement was kept: the rest is waived"
    return f"the arrears were paid as agreed: {amount} is waived"


def _ended(s: Situation) -> Step | None:
    """The money is there: what is out is taken back first."""
    if s.money.overdue or (s.case.whole_is_due and s.money.outstanding > 0):
        return None
    if s.money.outstanding > 0 and (s.case.cured_at or _covers_it_all(s) or _owed_tonight(s)):
        return None
    ended = _end_of(s)
    cured = isinstance(ended, Cured) or ended.outcome == "cured"
    lifted = restricting.lifted(s, "cured" if cured else "paid")
    before = call_off(s, "paid") or _withdrawn(s) or lifted or _certified(s, ended)
    return before or Decide(facts=(ended,), why=Why(rule=ended.rule, text=ended.why))


def _covers_it_all(s: Situation) -> bool:
    """Whether a plan over the whole balance, or a settlement, is being kept: it replaces what the arrears would cure."""
    return s.case.agreement is not None and _covers_balance(s.case.agreement)


def _covers_balance(agreement: Agreement) -> bool:
    return isinstance(agreement.terms, SettlementTerms | PlanTerms) and agreement.terms.covers == "balance"


def _ends_it_all(agreement: Agreement) -> bool:
    return agreement.terms.kind == "settlement" and _covers_balance(agreement)


def _owed_tonight(s: Situation) -> bool:
    """Whether a plan over the arrears is being kept, and an instalment that falls due today is still open: the payment for
    it went to the older debt, which the plan pays off by and by."""
    terms = s.case.agreement.terms if s.case.agreement else None
    tonight = s.case.money(s.today + timedelta(days=1), s.strategy.account)
    return isinstance(terms, PlanTerms) and tonight.overdue


def _end_of(s: Situation) -> CaseClosed | Cured:
    outcome: Outcome
    settled = None if s.case.settled and s.case.settled.earlier else s.case.settled
    if settled and s.money.outstanding == 0 and _ends_it_all(settled.agreement):
        outcome, rule, text = "settled", "money.settled", "the settlement was paid, and the rest is waived"
    elif s.money.outstanding == 0:
        outcome, rule, text = "paid_off", "money.paid_off", "the whole balance is paid"
    elif s.case.assessed is None and s.case.contacts_made == 0 and s.case.relapses == 0:
        outcome, rule, text = "nothing_due", "money.nothing_due", "the account shows nothing overdue"
    elif s.strategy.watch_instalments:
        watched = counted(s.strategy.watch_instalments, "instalment is", "instalments are")
        text = f"the arrears are paid; the next {watched} watched"
        return Cured(rule="money.cured", why=text)
    else:
        outcome, rule, text = "cured", "money.cured", "the arrears are paid"
    return CaseClosed(outcome=outcome, rule=rule, why=text)


def _certified(s: Situation, ended: CaseClosed | Cured) -> Step | None:
    """A settlement, or a plan over the whole balance that bore interest, is certified to the borrower before its case
    closes. An archive that fails for good holds no end up."""
    wanted = s.strategy.negotiation is not None and s.strategy.negotiation.certificate
    settled = s.case.settled
    if not wanted or settled is None or settled.earlier or not isinstance(ended, CaseClosed):
        return None
    terms = settled.agreement.terms
    paid_off = isinstance(terms, PlanTerms) and terms.plan_interest and ended.outcome == "paid_off"
    if ended.outcome != "settled" and not (paid_off and _covers_balance(settled.agreement)):
        return None
    failing = s.case.failing.get("documents")
    given_up = failing is not None and failing.count > len(s.strategy.patience.minutes)
    if s.case.certificate == settled.agreement.agreement or given_up:
        return None
    waiting = patience(s.case, "documents", s.strategy, s.now)
    if waiting:
        return waiting
    action = IssueCertificate(
        key=f"{s.case.loan_id}:e{s.case.epoch}:z{len(s.case.past_agreements)}",
        agreement=settled.agreement.agreement,
        paid=s.money.paid - settled.agreement.paid_before,
        waived=s.money.waived,
    )
    return Act(
        action=action, why=Why(rule="settlement.certificate", text=f"the {terms.kind} is certified to the borrower")
    )


def call_off(s: Situation, reason: str) -> Step | None:
    """Take back what people were asked to do and have not done; None if there is nothing. Once they are at it, their
    report is waited for."""
    task = s.case.pending_task(s.now)
    if task is None:
        return None
    what = words(task.proposal.channel)
    if task.called_off:
        return Wait(
            until=task.deadline, why=Why(rule="task.too_late", text=f"the {what} was under way: its report comes")
        )
    waiting = patience(s.case, system_of(task.proposal.channel), s.strategy, s.now)
    if waiting:
        return waiting
    action = CallOff(key=f"{task.attempt}:off", proposal=task.proposal, reason=reason)
    return Act(action=action, why=Why(rule="task.call_off", text=f"the {what} is called off: {words(reason)}"))


def _withdrawn(s: Situation) -> Step | None:
    """What is pending at a court is finished there, too."""
    if not at_court(s.case):
        return None
    why = "paid: the court is told, and what is pending there is withdrawn"
    return take(s, CourtRow(None, "step", ("withdrawn",), why, "withdraw"))
