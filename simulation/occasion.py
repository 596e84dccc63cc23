"""One occasion on which a borrower may do something, or somebody of the bank: what is known then, its dice, its acts.

Everything is a pure function of the occasion's fields: no clock, no global chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.commands.table import NAMES
from schemas.contact import InboundChannel, Intent
from schemas.facts import BorrowerFact
from schemas.loan import Instalment, Transaction
from schemas.messages import (
    AcceptPromise,
    Command,
    InboundContactSignal,
    PaymentPostedSignal,
    PaymentReversedSignal,
)
from schemas.steps import Ask
from schemas.terms import AgreedOn, Part
from simulation.books import Balance, balance
from simulation.chance import name, roll
from simulation.model import (
    BANK_ZONE,
    AcceptedContact,
    Act,
    ActKind,
    Posted,
    SimulatedBorrower,
    SimulatedLoan,
    today_at_bank,
)
from simulation.model.acts import INSTALMENT
from simulation.moments import DAY, at_bank, in_parts, working_moment

FOLLOWING = 3
"""So many instalments are paid in time by who has paid what was overdue: as long as a strategy may watch a cured loan."""


@dataclass(frozen=True)
class History:
    """What had happened on a loan: contacts taken and not called off; money and acts, those on their way included."""

    loan: SimulatedLoan
    contacts: tuple[AcceptedContact, ...] = ()
    money: tuple[Posted, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """Something that happens at `now` about one loan. `key` names it: the root of its dice, the cause of its acts."""

    seed: int
    borrower: SimulatedBorrower
    history: History
    key: str
    now: datetime

    # --- what there is to know -----------------------------------------------------------------------------

    @property
    def loan(self) -> SimulatedLoan:
        """The loan it is about."""
        return self.history.loan

    @property
    def money_on_its_way(self) -> bool:
        """Whether a payment of what is overdue, or a reversal, is already going to happen after now."""
        return any(item.posted_at > self.now and not item.regular for item in self.history.money)

    def told(self, result: str) -> int:
        """How often a conversation or a visit had this result before now."""
        return sum(act.told(result, self.now) for act in self.history.acts)

    def position(self, at: datetime) -> Balance:
        """What will be owed at `at`, in the loan's currency, if all money on its way arrives."""
        moved = [item.transaction for item in self.history.money if item.posted_at <= at]
        return balance(self.loan.instalments, moved, today_at_bank(at), self.loan.contract, self.loan.currency)

    def arrears(self, at: datetime) -> Decimal:
        """What will be overdue then."""
        return self.position(at).arrears

    # --- dice ----------------------------------------------------------------------------------------------

    def number(self, low: int, high: int, what: str) -> int:
        """A number of this occasion's own.

        Its time is no part of the dice: it holds the milliseconds of this very run, and two runs of a book
        should see the same lives. What happens is counted from it, though.
        """
        return roll(low, high, self.seed, self.borrower.borrower_id, self.loan.loan_id, self.key, what)

    def chance(self, percents: int, what: str) -> bool:
        """A chance of this occasion's own."""
        return self.number(0, 99, what) < percents

    def trait(self, low: int, high: int, what: str) -> int:
        """A number that belongs to the borrower, the same on every occasion."""
        return roll(low, high, self.seed, self.borrower.borrower_id, "trait", what)

    def inclined(self, percents: int, what: str) -> bool:
        """Whether this borrower is of those `percents` of a hundred."""
        return self.trait(0, 99, what) < percents

    def hours(self, low: int, high: int, what: str) -> timedelta:
        """A span between `low` and `high` hours, to the minute."""
        return timedelta(minutes=self.number(low * 60, high * 60, what))

    def days(self, low: int, high: int, what: str) -> timedelta:
        """A span of whole days."""
        return timedelta(days=self.number(low, high, what))

    # --- money ---------------------------------------------------------------------------------------------

    def pays(self, posted_at: datetime, amount: Decimal, tag: str = "payment", earlier: bool = True) -> Iterator[Act]:
        """Signal `payment_posted`, minutes or hours after core banking shows it; nothing for nothing.

        `earlier`: it may be valued the day before.
        """
        if amount <= 0:
            return
        # One in ten signals comes hours late, and one payment in ten is valued the day before it is booked.
        valued = posted_at - DAY if earlier and self.chance(10, tag + " backdated") else posted_at
        yield self._payment(f"pay-{name(self.seed, self.loan.loan_id, self.key, tag)}", posted_at, valued, amount, tag)

    def clears(self, posted_at: datetime, tag: str = "payment") -> Iterator[Act]:
        """All that is overdue then, and the following instalments each in time."""
        yield from self.pays(posted_at, self.arrears(posted_at), tag)
        yield from self.goes_on(posted_at)

    def pays_off(self, posted_at: datetime, tag: str = "payment") -> Iterator[Act]:
        """The whole balance."""
        yield from self.pays(posted_at, self.position(posted_at).outstanding, tag)

    def in_parts(self, count: int, first_at: datetime, gap: timedelta) -> Iterator[Act]:
        """What will be overdue at the last part, in `count` payments `gap` apart; then as `clears`."""
        moments = [first_at + gap * i for i in range(count)]
        parts = in_parts(self.arrears(moments[-1]), [today_at_bank(m) for m in moments], self.loan.currency)
        for index, (part, moment) in enumerate(zip(parts, moments, strict=False)):
            yield from self.pays(moment, part.amount, f"part {index + 1}")
        yield from self.goes_on(moments[-1])

    def goes_on(self, after: datetime, until: datetime | None = None) -> Iterator[Act]:
        """The instalments due from the day of `after` on, each paid in time: the next few, or those `until` then."""
        coming = [i for i in self.loan.instalments if i.due_on >= today_at_bank(after)]
        wanted = [i for i in coming if i.due_on <= today_at_bank(until)] if until else coming[:FOLLOWING]
        for instalment in wanted:
            yield from self._instalment(instalment, after)

    def _instalment(self, instalment: Instalment, after: datetime) -> Iterator[Act]:
        amount = instalment.principal + instalment.interest + instalment.fees
        tag = f"instalment {instalment.number}"
        reference = f"{INSTALMENT}{name(self.seed, self.loan.loan_id, tag)}"
        if amount <= 0 or any(item.transaction.reference == reference for item in self.history.money):
            return
        posted_at = max(at_bank(instalment.due_on, self.number(9 * 60, 21 * 60, tag)), after + timedelta(minutes=5))
        yield self._payment(reference, posted_at, posted_at, amount, tag)

    def _payment(self, reference: str, posted_at: datetime, valued: datetime, amount: Decimal, tag: str) -> Act:
        late = self.hours(4, 20, tag + " late") if self.chance(10, tag + " is late") else self.hours(0, 1, tag)
        signal = PaymentPostedSignal(
            reference=reference,
            amount=amount,
            currency=self.loan.currency,
            value_date=max(today_at_bank(valued), today_at_bank(self.now)),
            posted_at=posted_at,
        )
        return self.act("payment", posted_at + late, signal.model_dump(mode="json"), tag)

    def taken_back(self, payment: Act, posted_at: datetime) -> Act:
        """Signal `payment_reversed` for `payment`."""
        reference = payment.payload["reference"]
        signal = PaymentReversedSignal(
            reference=f"ret-{name(self.seed, reference)}",
            reverses=reference,
            value_date=today_at_bank(posted_at),
            posted_at=posted_at,
        )
        at = max(posted_at, payment.at) + self.hours(0, 6, "returned")
        return self.act("reversal", at, signal.model_dump(mode="json"), "reversal")

    # --- other acts ------------------------------------------------------------------------------------------

    def gets_in_touch(self, intent: Intent, at: datetime, channel: InboundChannel = "link") -> Act:
        """Signal `inbound_contact`."""
        told = InboundContactSignal(
            inbound=f"in-{name(self.seed, self.loan.loan_id, self.key, intent)}", channel=channel, intent=intent, at=at
        )
        return self.act("inbound_contact", at, told.model_dump(mode="json"), intent)

    def promises(
        self,
        at: datetime,
        part: Part,
        by: str,
        channel: AgreedOn,
        then: Iterable[Part] = (),
        role: str | None = None,
    ) -> Act:
        """Update `accept_promise`: the promise of `part`, and of the parts `then`, is taken down by `by` in `role`."""
        taken = AcceptPromise(
            by=by,
            amount=part.amount,
            pay_by=part.due_on,
            then=tuple(then),
            channel=channel,
            identity_verified=True,
            role=role,
        )
        return self.command(taken, at)

    def command(self, command: Command, at: datetime, tag: str = "", answers: Ask | None = None) -> Act:
        """An update that somebody of the bank gives."""
        update = NAMES[type(command)]
        payload = {"update": update, "command": command.model_dump(mode="json")}
        return self.act("command", at, payload, f"{update} {tag}", answers=answers)

    def fact(self, fact: BorrowerFact, at: datetime) -> Act:
        """A fact of the borrower's own stream: the same, whichever of their loans it came up with."""
        made = self.act("borrower_fact", at, fact.model_dump(mode="json"), fact.kind)
        of_all = f"borrower_fact-{name(self.seed, self.borrower.borrower_id, self.key, fact.kind)}"
        return made.model_copy(update={"id": of_all})

    def somebody(self, role: str, count: int = 3) -> str:
        """One of the bank's people in a role."""
        return f"{role}-{self.number(1, count, role)}"

    def office(self, earliest: datetime, what: str = "turn") -> datetime:
        """The first moment from `earliest` on at which the bank's people work."""
        return working_moment(earliest, BANK_ZONE, self.number(0, 240, what))

    def act(
        self, kind: ActKind, at: datetime, payload: dict[str, Any], tag: str = "", answers: Ask | None = None
    ) -> Act:
        """An act of this occasion. An id is made of the loan, the occasion's key, the kind and the tag."""
        return Act(
            id=f"{kind}-{name(self.seed, self.loan.loan_id, self.key, kind, tag)}",
            at=at,
            loan_id=self.loan.loan_id,
            borrower_id=self.borrower.borrower_id,
            kind=kind,
            payload=payload,
            cause=self.key,
            answers=answers,
        )


def posted_by(act: Act) -> Posted | None:
    """The movement of money behind a payment or reversal act, None for other acts."""
    if act.kind == "payment":
        paid = PaymentPostedSignal.model_validate(act.payload)
        moved = Transaction(reference=paid.reference, amount=paid.amount, value_date=paid.value_date)
        return Posted(transaction=moved, posted_at=paid.posted_at or act.at, cause=act.cause)
    if act.kind == "reversal":
        back = PaymentReversedSignal.model_validate(act.payload)
        moved = Transaction(
            reference=back.reference,
            kind="reversal",
            amount=Decimal(0),  # the store puts in the amount of the payment that is taken back
            value_date=back.value_date,
            reverses=back.reverses,
        )
        return Posted(transaction=moved, posted_at=back.posted_at or act.at, cause=act.cause)
    return None
