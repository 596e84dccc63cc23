"""A case in the ledger that has come to its ladder: what its own steps say is what its desk proposes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from domain import artefacts
from domain.agenda import next_step
from domain.case import Case
from ledger.append import append
from ledger.covering import Together
from ledger.episodes import open_episode
from ledger.pool import Pool
from ledger.reading import facts
from ledger.reservations import Reserved, Sending, begin_sending, reserve
from schemas.contact import ContactProposal
from schemas.facts import AccountRead, Assessed, StageEntered
from schemas.ledger import NewFact, RecordedFact
from schemas.loan import Account, ContactPoint, Instalment, Party
from schemas.steps import Act, MakeContact, Step
from tests.ledger.support import DUE, NOON, Desk, opening

TOGETHER = Together(frozenset({"reminder"}), "CNY")


class Living(Desk):
    """The case of a loan, of B-1 if nobody else is named, overdue since DUE, whose next contact is an SMS that is due now."""

    @classmethod
    async def begin(
        cls,
        pool: Pool,
        loan_id: str = "L-1",
        *,
        borrower_id: str = "B-1",
        currency: str = "CNY",
        point: str = "cp-1",
        amount: str = "1000.00",
    ) -> Self:
        """Open it, read its account at NOON, and bring it to the stage contact."""
        party = Party(
            party_id=borrower_id,
            zone="Asia/Shanghai",
            contact_points=(ContactPoint(contact_point_id=point, kind="phone"),),
        )
        asked = opening(loan_id, borrower_id)
        request = asked.request.model_copy(update={"parties": (party,), "currency": currency})
        self = cls(pool, loan_id, borrower_id, await open_episode(pool, asked.model_copy(update={"request": request})))
        await self.tell(self.account(amount, currency))
        assessed = Assessed(segment="first_time", tier="low", rule="ASSESS", why="test")
        entered = StageEntered(stage="contact", rule="CASE.STAGE", why="assessed")
        await self.decide(assessed, entered)
        return self

    def account(self, amount: str = "1000.00", currency: str = "CNY", at: datetime = NOON, name: str = "a1") -> NewFact:
        """Core banking's word on it: one instalment."""
        told = Account(
            loan_id=self.loan_id,
            as_of=at,
            currency=currency,
            instalments=(Instalment(number=1, due_on=DUE, principal=Decimal(amount)),),
            arrears=Decimal(amount),
            outstanding=Decimal(amount),
        )
        return NewFact(fact_id=f"{self.loan_id}:{name}", occurred_at=at, source="core", body=AccountRead(account=told))

    async def decide(self, *bodies: Any) -> None:
        """Decisions of the case."""
        told = [
            NewFact(fact_id=f"d{self.decided_on}:{body.kind}", occurred_at=NOON, source="case", body=body)
            for body in bodies
        ]
        assert (await self.tell(*told)).status == "ok"

    async def look(self) -> list[RecordedFact]:
        """Read on in the stream; what is new."""
        return list(self.take(await append(self.pool, self.call())).facts)

    @property
    def case(self) -> Case:
        """The fold of what the desk has read."""
        return Case.fold(self.loan_id, self.facts)

    def step(self, now: datetime = NOON) -> Step:
        """What the case would do."""
        law = self.opened.law[0]
        return next_step(self.case, artefacts.policy(self.case.policy), (law, artefacts.rulebook(law)), now)

    def wanted(self, now: datetime = NOON) -> ContactProposal:
        """The contact that it would make now."""
        step = self.step(now)
        assert isinstance(step, Act), step
        assert isinstance(step.action, MakeContact), step
        return step.action.proposal

    async def reserve(self, now: datetime = NOON, together: Together | None = TOGETHER) -> Reserved:
        """Propose it, with whatever other debts it can cover; the answer is read."""
        answer = await reserve(self.pool, self.order(), self.wanted(now), now, together)
        self.take(answer.appended)
        return answer

    async def send(self, proposal: ContactProposal, now: datetime = NOON, **how: bool) -> Sending:
        """Begin to send it; the answer is read."""
        answer = await begin_sending(self.pool, self.order(), proposal, now, **how)
        self.take(answer.appended)
        return answer


async def kinds(pool: Pool, loan_id: str) -> list[str]:
    """The kinds of a loan's facts."""
    return [fact.body.kind for fact in await facts(pool, f"loan:{loan_id}")]


def loans(answer: Reserved | Sending) -> list[str]:
    """The other debts that an answer covers."""
    return [cover.loan_id for cover in answer.covers]
