"""A small ledger in memory: numbers facts as the real one does, so that the domain can be lived without a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import get_args

from domain.agenda import next_step
from domain.artefacts import digest, register_policy
from domain.calendar import bank_date
from domain.case import Case
from domain.commands import decide_command
from domain.folding.paying import together
from domain.money import Basis, position
from domain.quiet import answers
from domain.stages.situation import Situation
from policies.loader import load_strategy, shipped
from schemas.account import COMPONENTS, AgreedPause, Component, Contract
from schemas.behaviour import Behaviour
from schemas.complaints import AnsweringTimes
from schemas.court import Piece, PieceState
from schemas.facts import (
    AccountRead,
    EpisodeOpened,
    Fact,
    FileChecked,
    PaymentPosted,
)
from schemas.ledger import NewFact, RecordedFact
from schemas.loan import Account, CollectionRequest, ContactPoint, Instalment, Party, Transaction
from schemas.messages import Command
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, Decide, Step

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


SPINE = Path(__file__).parent.parent / "strategies" / "spine.yaml"
"""A ladder and a person at its end; no other stage."""


@lru_cache(maxsize=1)
def rules() -> tuple[Strategy, tuple[str, Rulebook]]:
    """The strategy of the spine and the Chinese rulebook."""
    book = next(b for b in shipped()[1] if b.name == "cn")
    return load_strategy(SPINE), (digest(book), book)


@lru_cache(maxsize=1)
def shipped_default() -> Strategy:
    """The shipped default strategy."""
    return next(s for s in shipped()[0] if s.name == "default")


@lru_cache(maxsize=1)
def whole_strategy() -> Strategy:
    """All five stages, as the shipped default strategy has them, with limits alone: no table of authority, no rules of money,
    nobody reminded of what they agreed to."""
    shipped = shipped_default()
    assert shipped.negotiation is not None
    alone = shipped.negotiation.model_copy(update={"reminder": None})
    changed = {"negotiation": alone, "authority": None, "account": None, "answering": AnsweringTimes()}
    return shipped.model_copy(update=changed)


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

    def __init__(
        self, loan_id: str = "L1", now: datetime = NOON, strategy: Strategy | None = None, **changes: object
    ) -> None:
        self.now = now
        self.case = Case(loan_id=loan_id)
        self.seen: list[Step] = []
        self.previous_episodes = 0
        self.schedule = instalments()
        self.strategy = strategy or rules()[0]
        self.lacking: set[Piece] = set()
        self.quoted_arrears: Decimal | None = None
        self.beyond: tuple[Decimal, Decimal] | None = None
        self.beyond_of: dict[Component, Decimal] | None = None
        """By how much core banking's arrears and balance are more than its books give."""
        self.books_lag = timedelta()
        self.law = rules()[1]
        self.written_off_on: date | None = None
        self.behaviour: Behaviour | None = None
        self.contract: Contract | None = None
        self.pauses: tuple[AgreedPause, ...] = ()
        self.booked: tuple[Transaction, ...] = ()
        """What core banking's books have besides what the case has heard of."""
        self.shown: tuple[str, ...] = ()
        """The kinds of fees on the cost sheet."""
        self.commands = 0
        self.facts: list[RecordedFact] = []
        self.observers: list[Callable[[Step, Case], None]] = []
        policy = register_policy(self.strategy)
        self.tell(EpisodeOpened(request=request(loan_id, **changes), epoch=1, policy=policy))

    def tell(self, body: Fact, at: datetime | None = None) -> None:
        """A fact happens."""
        fact = NewFact(fact_id=f"f{self.case.head.seq + 1}", occurred_at=at or self.now, source="test", body=body)
        seq = self.case.head.seq + 1
        recorded = RecordedFact(**dict(fact), seq=seq, hash=f"{seq:064x}", epoch=self.case.epoch, recorded_at=self.now)
        self.facts.append(recorded)
        self.case = self.case.apply(recorded)

    def step(self) -> Step:
        """What the case would do now."""
        return next_step(self.case, self.strategy, self.law, self.now)

    def judge(self, command: Command, at: datetime | None = None) -> Fact:
        """The fact that a command would cause, now or `at`."""
        situation = Situation.of(self.case, self.strategy, rules()[1], at or self.now)
        return decide_command(situation, command, f"cmd-{self.commands}")

    def command(self, command: Command) -> Fact:
        """Somebody commands something; the fact it caused, which is told."""
        self.commands += 1
        body = self.judge(command)
        self.tell(body)
        return body

    def pay(self, amount: str, reference: str = "P1", on: date | None = None) -> None:
        """A payment is posted."""
        self.tell(
            PaymentPosted(reference=reference, amount=Decimal(amount), currency="CNY", value_date=on or self.now.date())
        )

    def read(self) -> None:
        """Core banking is asked for the account."""
        self.tell(AccountRead(account=self._account()))

    def do(self, step: Step) -> None:
        """The outside does what `step` asks, at once and successfully."""
        for observe in self.observers:
            observe(step, self.case)
        self.seen.append(step)
        if isinstance(step, Decide):
            for body in step.facts:
                self.tell(body)
            return
        assert isinstance(step, Act)
        if step.action.kind == "check_file":
            pieces: dict[Piece, PieceState] = {
                piece: "missing" if piece in self.lacking else "there" for piece in get_args(Piece)
            }
            self.tell(FileChecked(pieces=pieces))
            return
        for body in answers(step.action, self.law[0], self.now, self.strategy, lambda _at: self._account()):
            self.tell(body)

    @property
    def today(self) -> date:
        """The bank's date."""
        return bank_date(self.now, self.strategy.bank_zone)

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
        as_of = bank_date(self.now - self.books_lag, self.strategy.bank_zone)
        moved = together(self.case.transactions, self.booked)
        money = position(self.schedule, moved, as_of, Basis(self.contract, self.strategy.account))
        arrears, outstanding = self.beyond or (Decimal(0), Decimal(0))
        return Account(
            loan_id=self.case.loan_id,
            as_of=self.now - self.books_lag,
            currency="CNY",
            instalments=self.schedule,
            transactions=moved,
            arrears=money.arrears + arrears if self.quoted_arrears is None else self.quoted_arrears,
            outstanding=money.outstanding + outstanding,
            previous_episodes=self.previous_episodes,
            written_off_on=self.written_off_on,
            behaviour=self.behaviour,
            contract=self.contract,
            pauses=self.pauses,
            disclosed_fees=self.shown,
            components=None
            if self.beyond_of is None
            else {name: money.of(name) + self.beyond_of.get(name, Decimal(0)) for name in COMPONENTS},
        )
