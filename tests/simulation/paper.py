"""A book on paper: it shows in seconds what becomes of a whole book.

So borrowers and people of the bank are seen to lead cases to every stage and every end.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from domain.feeds import fact_of
from schemas.contact import PastAttempt
from schemas.facts import BorrowerFact, EpisodeReopened, Fact
from schemas.steps import Wait
from simulation.bank import control, people
from simulation.bank.control import ActsQuery
from simulation.bank.store import Store
from simulation.book import SimulatedBook
from simulation.cases import SIGNALS
from simulation.desk import ANSWERED
from simulation.desk.answering import asks_the_same
from simulation.model import Act, Asking, DeliveryNote
from tests.simulation.papercase import PaperCase

_BORROWER_FACTS = BorrowerFact.__args__  # pyright: ignore[reportAttributeAccessIssue]


class PaperBook:
    """A book of such cases, carried one borrower after the other."""

    def __init__(self, book: SimulatedBook, state: Path, began: datetime) -> None:
        self.now = self.began = began
        self.store = Store(state, book.seed)
        control.load(self.store, book.load(began))
        self.loans_of = book.loans_of()
        self.cases = {request.loan_id: PaperCase(self, request) for request in book.requests}
        self.acts: Counter[str] = Counter()
        self.refused: list[str] = []

    def carry(self, until: datetime) -> None:
        """Everything that is due by then."""
        for borrower, loans in self.loans_of.items():
            self.now = self.began
            cases = [self.cases[loan] for loan in loans]
            self._rest(cases)
            while (at := self._next(borrower, cases)) is not None and at <= until:
                self.now = max(self.now, at)
                self._rest(cases)
                while acts := control.acts(self.store, ActsQuery(borrower_id=borrower, until=self.now, limit=1)).acts:
                    self._deliver(acts[0])
                    self._rest(cases)

    def _next(self, borrower: str, cases: list[PaperCase]) -> datetime | None:
        acts = control.acts(self.store, ActsQuery(borrower_id=borrower, limit=1)).acts
        moments = [act.at for act in acts]
        moments += [case.step.until for case in cases if isinstance(case.step, Wait) and case.step.until]
        return min(moments, default=None)

    def _rest(self, cases: list[PaperCase]) -> None:
        for case in cases:
            if case.closed:
                case.step = None
                continue
            step = case.rest()
            ask = step.ask if isinstance(step, Wait) and step.ask and step.ask.kind in ANSWERED else None
            wanted = (ask.kind, ask.about) if ask else None
            if ask and wanted != case.asked:
                asking = Asking(
                    loan_id=case.case.loan_id, at=self.now, ask=ask, rule=step.why.rule, stage=case.case.stage
                )
                people.ask(self.store, asking)
            case.asked = wanted

    def _deliver(self, act: Act) -> None:
        case = self.cases[act.loan_id]
        result, outcome = "delivered", None
        if act.kind == "borrower_fact":
            body = next(f for f in _BORROWER_FACTS if f.model_fields["kind"].default == act.payload["kind"])
            self.tell_borrower(act.id, act.borrower_id, body.model_validate(act.payload))
        elif act.kind == "reversal":
            if case.closed:
                case.tell(f"reopened:{act.id}", EpisodeReopened(epoch=case.case.epoch + 1), self.now)
            self._signal(case, "payment_reversed", act)
        elif case.closed:
            result = "closed"
        elif act.kind in SIGNALS:
            self._signal(case, SIGNALS[act.kind], act)
        elif act.answers and not self._asks(case, act):
            result = "dropped"
        else:
            outcome = case.command(act)
            if not outcome.accepted:
                result = "refused"
                self.refused.append(f"{act.what} {outcome.rule}: {outcome.why}")
            case.rest()
            if act.what == "decide_approval" and outcome.accepted and case.case.offer:
                offered = {"offer": case.case.offer.offer, "terms_hash": case.case.offer.terms_hash}
                outcome = outcome.model_copy(update=offered)
        self.acts[f"{act.what}:{result}"] += 1
        if act.answers:
            case.asked = None
        people.delivered(self.store, act.id, DeliveryNote(result=result, outcome=outcome))

    def _asks(self, case: PaperCase, act: Act) -> bool:
        assert act.answers
        return isinstance(case.step, Wait) and case.step.ask is not None and asks_the_same(case.step.ask, act.answers)

    def _signal(self, case: PaperCase, name: str, act: Act) -> None:
        fact = fact_of(name, [json.dumps(act.payload).encode()], case.request.currency, self.now, act.id)
        assert fact is not None
        case.tell(fact.fact_id, fact.body, fact.occurred_at)

    def tell_borrower(self, fact_id: str, borrower: str, body: Fact) -> None:
        """A fact that binds all of a borrower's loans."""
        for loan in self.loans_of[borrower]:
            if not self.cases[loan].closed:
                self.cases[loan].tell(f"borrower:{fact_id}", body, self.now)

    def attempts(self, borrower: str) -> Iterator[PastAttempt]:
        """All contacts with a borrower of the last week."""
        for loan in self.loans_of[borrower]:
            for contact in self.cases[loan].case.contacts:
                if contact.at > self.now - timedelta(days=7):
                    yield PastAttempt(
                        attempt=contact.attempt,
                        loan_id=loan,
                        channel=contact.proposal.channel,
                        contact_point_id=contact.proposal.contact_point_id,
                        at=contact.at,
                    )
