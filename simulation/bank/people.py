"""The bank's people in the simulation: they are told what cases ask for, and what became of what they did."""

from __future__ import annotations

from schemas.messages import CommandOutcome
from simulation.bank.answering import history, plan
from simulation.bank.problems import Refusal, unknown_loan
from simulation.bank.store import Store
from simulation.desk import Followed, Question, answer, follow
from simulation.desk.answering import asks_the_same
from simulation.model import Act, Asking, DeliveryNote, Planned, SimulatedBorrower, SimulatedLoan


def ask(store: Store, asking: Asking) -> Planned:
    """Plan what is done about it; nothing while something is on its way. 422 unknown_loan."""
    with store.transaction():
        borrower, loan = _whose(store, asking.loan_id)
        waiting = store.acts_of(loan.loan_id, delivered=False)
        if any(act.answers and asks_the_same(act.answers, asking.ask) for act in waiting):
            return Planned(acts=0)
        question = Question.of(
            store.seed, borrower, history(store, loan), asking.at, asking.ask, asking.rule, asking.stage
        )
        return Planned(acts=plan(store, answer(question)))


def delivered(store: Store, act_id: str, note: DeliveryNote) -> Planned:
    """Mark an act as delivered, and plan what follows if its case accepted it; twice is once. 404 unknown_act."""
    with store.transaction():
        act = store.act(act_id)
        if act is None or not store.mark_delivered(act_id):
            raise Refusal(404, "unknown_act", f"no act {act_id}")
        if note.outcome is None or not note.outcome.accepted:
            return Planned(acts=0)
        return Planned(acts=plan(store, _following(store, act, note.outcome)))


def _following(store: Store, act: Act, outcome: CommandOutcome) -> tuple[Act, ...]:
    borrower, loan = _whose(store, act.loan_id)
    contact = store.contact(act.payload.get("attempt") or "") if act.kind == "record_contact" else None
    return follow(Followed(store.seed, borrower, history(store, loan), act.id, act.at, act, outcome, contact))


def _whose(store: Store, loan_id: str) -> tuple[SimulatedBorrower, SimulatedLoan]:
    loan = store.loan(loan_id)
    borrower = store.borrower(loan.borrower_id) if loan else None
    if loan is None or borrower is None:
        raise unknown_loan(loan_id, 422)
    return borrower, loan
