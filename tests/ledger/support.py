"""Facts, openings and rulebooks as the tests of the ledger say them, and a case that appends like a workflow."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import asyncpg

from ledger.append import append
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.episodes import open_episode
from ledger.pool import Pool
from ledger.reading import head
from ledger.streams import StreamState, stream_state
from schemas.contact import Channel, ContactProposal
from schemas.facts import (
    AccountRead,
    CaseClosed,
    CommandRefused,
    EpisodeReopened,
    PaymentPosted,
    StageEntered,
)
from schemas.ledger import Append, Appended, Head, NewFact, Opened, Opening, RecordedFact
from schemas.loan import Account, CollectionRequest, Party
from schemas.orders import ActionOrder
from schemas.policy import Patience, Strategy, Thresholds
from schemas.rulebook import AttemptCap, ChannelOptOut, ContactHours, Deceased, Rulebook, WholeStop
from schemas.treatment import Rung, Treatment

NOON = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
"""Monday, 12:00 in Shanghai: a time at which anybody may be called."""
DUE = date(2027, 2, 1)


def payment(reference: str, amount: str = "100.00", at: datetime = NOON) -> NewFact:
    body = PaymentPosted(reference=reference, amount=Decimal(amount), currency="CNY", value_date=date(2027, 3, 1))
    return NewFact(fact_id=f"payment:{reference}", occurred_at=at, source="payments", body=body)


def decision(fact_id: str, why: str = "due") -> NewFact:
    body = StageEntered(stage="contact", rule="CASE.STAGE", why=why)
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="case", body=body)


def inert(fact_id: str, why: str = "not now") -> NewFact:
    body = CommandRefused(command="pause", rule="CASE.CLOSED", why=why)
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="desk", actor="collector-7", body=body)


def closing(fact_id: str) -> NewFact:
    body = CaseClosed(outcome="cured", rule="CASE.CURED", why="nothing is past due")
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="case", body=body)


def reopening(fact_id: str, epoch: int) -> NewFact:
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="case", body=EpisodeReopened(epoch=epoch))


def account_read(fact_id: str, loan_id: str = "L-1") -> NewFact:
    account = Account(
        loan_id=loan_id,
        as_of=NOON,
        currency="CNY",
        instalments=(),
        arrears=Decimal("1200.50"),
        outstanding=Decimal("9000"),
    )
    return NewFact(fact_id=fact_id, occurred_at=NOON, source="core", body=AccountRead(account=account))


def strategy(version: str = "1", name: str = "default", *, grace_days: int = 3) -> Strategy:
    treatment = Treatment(
        grace_days=grace_days,
        ladder=(Rung(channel="sms", template="reminder", from_dpd=3, gap_days=2),),
        person_after_days=60,
    )
    return Strategy(
        name=name,
        version=version,
        account_max_age_hours=24,
        spread=time(2, 0),
        credit_record=False,
        thresholds=Thresholds(ignore_arrears=Decimal("10"), high_arrears=Decimal("50000"), medium_dpd=30, high_dpd=60),
        patience=Patience(),
        treatments={"first_time": treatment, "repeated": treatment},
    )


def rulebook(version: str = "1", *, a_day: int = 1) -> Rulebook:
    base = {"strength": "law", "source": "test", "effective_from": date(2000, 1, 1)}
    return Rulebook(
        name="test",
        version=version,
        rules=(
            ContactHours(id="T.HOURS", kind="contact_hours", channels=("sms",), open=time(8), close=time(20), **base),
            ChannelOptOut(id="T.OPT_OUT", kind="channel_opt_out", **base),
            WholeStop(id="T.STOP", kind="whole_stop", **base),
            Deceased(id="T.DECEASED", kind="deceased", **base),
            AttemptCap(id="T.CAP", kind="attempt_cap", channels=("sms",), maximum=a_day, per="borrower", **base),
        ),
    )


async def publish(pool: Pool, *, a_day: int = 1) -> str:
    """A policy and a rulebook in force; answers the policy's digest."""
    await publish_rulebook(pool, rulebook(a_day=a_day), "tests", datetime(2000, 1, 1, tzinfo=UTC))
    return await publish_policy(pool, strategy(), "tests")


def opening(
    loan_id: str = "L-1",
    borrower_id: str = "B-1",
    chain: str = "chain-a",
    *,
    overdue_since: date = DUE,
    run_id: str = "run-1",
    take_over: bool = True,
    policy: str | None = None,
) -> Opening:
    request = CollectionRequest(
        loan_id=loan_id,
        borrower_id=borrower_id,
        overdue_since=overdue_since,
        parties=(Party(party_id=borrower_id, zone="Asia/Shanghai"),),
        policy=policy,
    )
    return Opening(request=request, chain=chain, run_id=run_id, now=NOON, build="b1", take_over=take_over)


def proposal(attempt: str = "L-1:a1", channel: Channel = "sms") -> ContactProposal:
    return ContactProposal(
        attempt=attempt,
        channel=channel,
        contact_point_id="cp-1",
        party_id="B-1",
        template="reminder",
        zones=("Asia/Shanghai",),
    )


class Desk:
    """One open case and what its workflow remembers: where it has read to, and what it decided on."""

    def __init__(self, pool: Pool, loan_id: str, borrower_id: str, opened: Opened) -> None:
        self.pool = pool
        self.loan_id = loan_id
        self.borrower_id = borrower_id
        self.stream = f"loan:{loan_id}"
        self.epoch = opened.epoch
        self.opened = opened
        self.facts: list[RecordedFact] = list(opened.facts)

    @classmethod
    async def open(cls, pool: Pool, loan_id: str = "L-1", borrower_id: str = "B-1", chain: str = "chain-a") -> Desk:
        """Open (or take over) the case; a policy must have been published."""
        return cls(pool, loan_id, borrower_id, await open_episode(pool, opening(loan_id, borrower_id, chain)))

    @property
    def after(self) -> Head:
        return Head(seq=self.facts[-1].seq, hash=self.facts[-1].hash) if self.facts else Head()

    @property
    def decided_on(self) -> int:
        return max((fact.seq for fact in self.facts if fact.body.weight != "inert"), default=0)

    def take(self, answer: Appended) -> Appended:
        """Apply what an answer tells."""
        self.facts += answer.facts
        return answer

    async def tell(self, *facts: NewFact, **changes: object) -> Appended:
        """Append as the workflow would, and apply the answer."""
        return self.take(await append(self.pool, self.call(*facts, **changes)))

    def call(self, *facts: NewFact, **changes: object) -> Append:
        """The append that the workflow would make."""
        request = Append(
            stream=self.stream,
            epoch=self.epoch,
            after=self.after,
            facts=facts,
            decided_on=self.decided_on,
            state="state-digest",
            build="b1",
        )
        return request.model_copy(update=changes)

    def order(self, **changes: object) -> ActionOrder:
        """What the workflow would hand to an activity now."""
        order = ActionOrder(
            stream=self.stream,
            loan_id=self.loan_id,
            borrower_id=self.borrower_id,
            epoch=self.epoch,
            after=self.after,
            decided_on=self.decided_on,
            state="state-digest",
            build="b1",
            key=f"{self.loan_id}:act",
        )
        return order.model_copy(update=changes)

    async def state(self) -> StreamState:
        found = await stream_state(self.pool, self.stream)
        assert found is not None
        return found

    async def head(self) -> Head:
        return await head(self.pool, self.stream)


async def tamper(url: str, *statements: str) -> None:
    """What a superuser can do who switches the triggers off."""
    conn = await asyncpg.connect(url)
    try:
        await conn.execute("SET session_replication_role = replica")
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()
