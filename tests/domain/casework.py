"""A small ledger in memory: numbers facts as the real one does, so that the domain can be lived without a server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from domain.agenda import next_step
from domain.artefacts import digest, register_policy
from domain.case import Case
from policies.loader import shipped
from schemas.contact import Verdict
from schemas.facts import (
    AccountRead,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    CreditRecordRead,
    EpisodeOpened,
    Fact,
    PaymentPosted,
)
from schemas.ledger import NewFact, RecordedFact
from schemas.loan import Account, CollectionRequest, ContactPoint, CreditRecord, Instalment, Party
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, Decide, Step

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


@lru_cache(maxsize=1)
def rules() -> tuple[Strategy, tuple[str, Rulebook]]:
    """The shipped default strategy and the Chinese rulebook."""
    strategies, rulebooks = shipped()
    strategy = next(s for s in strategies if s.name == "default")
    book = next(b for b in rulebooks if b.name == "cn")
    return strategy, (digest(book), book)


def request(loan_id: str = "L1", **changes: object) -> CollectionRequest:
    """A consumer loan of one borrower in Shanghai who can be reached by every channel."""
    points = tuple(
        ContactPoint(contact_point_id=f"{loan_id}-{kind}", kind=kind) for kind in ("phone", "email", "app", "postal")
    )
    party = Party(party_id=f"{loan_id}-P", zone="Asia/Shanghai", contact_points=points)
    values: dict[str, object] = {
        "loan_id": loan_id,
        "borrower_id": f"B-{loan_id}",
        "overdue_since": date(2026, 3, 10),
        "parties": (party,),
    }
    return CollectionRequest.model_validate(values | changes)


def instalments(
    first_due: date = date(2026, 3, 10), months: int = 3, principal: str = "1000.00"
) -> tuple[Instalment, ...]:
    """Equal monthly instalments from `first_due` on."""
    due = [first_due.replace(month=first_due.month + n) for n in range(months)]
    return tuple(
        Instalment(number=n + 1, due_on=day, principal=Decimal(principal), interest=Decimal("50.00"))
        for n, day in enumerate(due)
    )


class Life:
    """One case lived in memory. `now` is its clock; `seen` every step it took."""

    def __init__(self, loan_id: str = "L1", now: datetime = NOON, **changes: object) -> None:
        self.now = now
        self.case = Case(loan_id=loan_id)
        self.seen: list[Step] = []
        self.previous_episodes = 0
        self.schedule = instalments()
        strategy, _ = rules()
        self.tell(EpisodeOpened(request=request(loan_id, **changes), epoch=1, policy=register_policy(strategy)))

    def tell(self, body: Fact, at: datetime | None = None) -> None:
        """A fact happens."""
        fact = NewFact(fact_id=f"f{self.case.head.seq + 1}", occurred_at=at or self.now, source="test", body=body)
        seq = self.case.head.seq + 1
        recorded = RecordedFact(**dict(fact), seq=seq, hash=f"{seq:064x}", epoch=self.case.epoch, recorded_at=self.now)
        self.case = self.case.apply(recorded)

    def step(self) -> Step:
        """What the case would do now."""
        strategy, law = rules()
        return next_step(self.case, strategy, law, self.now)

    def pay(self, amount: str, reference: str = "P1", on: date | None = None) -> None:
        """A payment is posted."""
        self.tell(
            PaymentPosted(reference=reference, amount=Decimal(amount), currency="CNY", value_date=on or self.now.date())
        )

    def do(self, step: Step) -> None:
        """The outside does what `step` asks, at once and successfully."""
        self.seen.append(step)
        if isinstance(step, Decide):
            for body in step.facts:
                self.tell(body)
            return
        assert isinstance(step, Act)
        action = step.action
        match action.kind:
            case "read_account":
                self.tell(AccountRead(account=self._account()))
            case "read_credit_record":
                record = CreditRecord(as_of=self.now, grade="b")
                self.tell(CreditRecordRead(record=record, authorisation=action.authorisation))
            case "make_contact":
                verdict = Verdict(verdict="allow", rulebook=rules()[1][0])
                self.tell(AttemptReserved(proposal=action.proposal, verdict=verdict))
                self.tell(AttemptSending(attempt=action.proposal.attempt))
                self.tell(AttemptSent(attempt=action.proposal.attempt))
            case "resolve_attempt":
                self.tell(AttemptSent(attempt=action.proposal.attempt))

    def live(self, until: datetime | timedelta, limit: int = 400) -> Step:
        """Do whatever there is to do, skipping waits, until `until`; answers the step it rests on."""
        end = self.now + until if isinstance(until, timedelta) else until
        for _ in range(limit):
            step = self.step()
            if step.kind == "done":
                return step
            if step.kind == "wait":
                assert step.until is None or step.until > self.now, step
                if step.until is None or step.until > end:
                    self.now = end
                    return step
                self.now = step.until
            else:
                self.do(step)
        raise AssertionError(f"the case does not come to rest: {self.seen[-3:]}")

    def _account(self) -> Account:
        money = self.case.model_copy(update={"instalments": self.schedule}).money(self.now.date())
        return Account(
            loan_id=self.case.loan_id,
            as_of=self.now,
            currency="CNY",
            instalments=self.schedule,
            transactions=self.case.transactions,
            arrears=money.arrears,
            outstanding=money.outstanding,
            previous_episodes=self.previous_episodes,
        )
