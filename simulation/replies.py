"""How a reaction is put together: who was reached, what they said, when they pay; all from named dice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

from domain.calendar import zone
from domain.money import minor_unit, position
from schemas.base import as_utc
from schemas.contact import ContactResult
from schemas.facts import BorrowerFact
from schemas.loan import Transaction
from schemas.messages import ContactResultSignal, PaymentPostedSignal, PaymentReversedSignal, RecordContact
from simulation.chance import name, roll
from simulation.model import (
    AcceptedContact,
    Act,
    ActKind,
    Posted,
    SimulatedBorrower,
    SimulatedLoan,
    today_at_bank,
)

_VERIFIED: frozenset[ContactResult] = frozenset({"right_party", "refused", "promised", "needs_time", "disputed"})


@dataclass(frozen=True)
class History:
    """What had happened on a loan when a contact arrived: contacts, and money moved or on its way."""

    loan: SimulatedLoan
    contacts: tuple[AcceptedContact, ...] = ()
    money: tuple[Posted, ...] = ()


@dataclass(frozen=True)
class Scene:
    """One contact arriving at one borrower. Every method is a pure function of these fields."""

    seed: int
    borrower: SimulatedBorrower
    contact: AcceptedContact
    history: History

    # --- what there is to know -----------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """When the gateway took it."""
        return self.contact.as_of

    @property
    def is_call(self) -> bool:
        """Whether somebody speaks, robot or collector."""
        return self.contact.channel in ("robot_call", "human_call")

    @property
    def count(self) -> int:
        """How many contacts about this loan, this one included."""
        return len(self.history.contacts) + 1

    @property
    def reached(self) -> bool:
        """Whether the borrower reads it or picks up."""
        return not self.is_call or self.chance(80, "picks up")

    @property
    def money_on_its_way(self) -> bool:
        """Whether a payment or a reversal is already going to happen after now."""
        return any(item.posted_at > self.now for item in self.history.money)

    @property
    def returned_before(self) -> bool:
        """Whether a payment of theirs has been taken back."""
        return any(item.transaction.kind == "reversal" for item in self.history.money)

    def arrears(self, at: datetime) -> Decimal:
        """What will be overdue at `at`, in the loan's currency, if all money on its way arrives."""
        moved = [item.transaction for item in self.history.money if item.posted_at <= at]
        return position(self.history.loan.instalments, moved, today_at_bank(at)).arrears

    # --- dice ----------------------------------------------------------------------------------------------

    def number(self, low: int, high: int, what: str) -> int:
        """A number of this contact's own.

        `as_of` is no part of the dice: it holds the milliseconds of this very run, and two runs of a book
        should see the same lives. What happens is counted from it, though.
        """
        c = self.contact
        return roll(low, high, self.seed, c.borrower_id, c.loan_id, c.key, c.channel, what)

    def chance(self, percents: int, what: str) -> bool:
        """A chance of this contact's own."""
        return self.number(0, 99, what) < percents

    def trait(self, low: int, high: int, what: str) -> int:
        """A number that belongs to the borrower, the same at every contact."""
        return roll(low, high, self.seed, self.borrower.borrower_id, "trait", what)

    def hours(self, low: int, high: int, what: str) -> timedelta:
        """A span between `low` and `high` hours, to the minute."""
        return timedelta(minutes=self.number(low * 60, high * 60, what))

    # --- acts ----------------------------------------------------------------------------------------------

    def answer(
        self, said: ContactResult, quiet_until: datetime | None = None, otherwise: ContactResult = "no_answer"
    ) -> Iterator[Act]:
        """The gateway's word: delivered, or for a call `said` if they are reached, else `otherwise`."""
        channel = self.contact.channel
        if channel == "human_call":
            yield from self.collector(said if self.reached else otherwise, quiet_until if self.reached else None)
        elif channel == "robot_call":
            yield self.result(said if self.reached else otherwise, self.hours(0, 1, "dialling"))
        elif channel == "letter":
            yield self.result("delivered", self.hours(36, 96, "post"))
        else:
            yield self.result("delivered", timedelta(seconds=self.number(40, 300, "transit")))

    def result(self, result: ContactResult, after: timedelta) -> Act:
        """Signal `contact_result`."""
        at = self.now + max(after, timedelta(minutes=1))
        signal = ContactResultSignal(attempt=self.contact.key, result=result, at=at)
        return self._act("contact_result", at, signal.model_dump(mode="json"))

    def collector(self, result: ContactResult, quiet_until: datetime | None = None) -> Iterator[Act]:
        """Update `record_contact` of a human call, hours later in working hours; none past its deadline."""
        at = working_moment(self.now + self.hours(1, 5, "queue"), self.borrower.zone, self.number(0, 240, "turn"))
        if self.contact.deadline is None or at <= self.contact.deadline:
            yield self._record(at, result, self.contact.key, quiet_until)

    def calls_in(self, result: ContactResult, quiet_until: datetime | None = None) -> Act:
        """The borrower rings the bank because of this contact, in working hours."""
        at = working_moment(self.now + self.hours(2, 20, "rings"), self.borrower.zone, self.number(0, 240, "turn"))
        return self._record(at, result, None, quiet_until)

    def pays(self, posted_at: datetime, amount: Decimal, tag: str = "payment") -> Iterator[Act]:
        """Signal `payment_posted`, minutes or hours after core banking shows it; nothing for nothing."""
        if amount <= 0:
            return
        loan = self.history.loan
        # One in ten signals comes hours late, and one payment in ten is valued the day before it is booked.
        late = self.hours(4, 20, tag + " late") if self.chance(10, tag + " is late") else self.hours(0, 1, tag)
        valued = posted_at - timedelta(days=1) if self.chance(10, tag + " backdated") else posted_at
        signal = PaymentPostedSignal(
            reference=f"pay-{name(self.seed, loan.loan_id, self.contact.key, tag)}",
            amount=amount,
            currency=loan.currency,
            value_date=max(today_at_bank(valued), today_at_bank(self.now)),
            posted_at=posted_at,
        )
        yield self._act("payment", posted_at + late, signal.model_dump(mode="json"), tag)

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
        return self._act("reversal", at, signal.model_dump(mode="json"), "reversal")

    def fact(self, fact: BorrowerFact, after: timedelta) -> Act:
        """A fact of the borrower's own stream."""
        return self._act("borrower_fact", self.now + after, fact.model_dump(mode="json"), fact.kind)

    def parts(self, count: int, first_at: datetime, gap: timedelta) -> Iterator[Act]:
        """What will be overdue at the last part, in `count` payments `gap` apart."""
        moments = [first_at + gap * i for i in range(count)]
        total = self.arrears(moments[-1])
        part = (total / count).quantize(minor_unit(self.history.loan.currency), rounding=ROUND_DOWN)
        for index, moment in enumerate(moments):
            amount = total - part * (count - 1) if index == count - 1 else part
            yield from self.pays(moment, amount, f"part {index + 1}")

    def _record(self, at: datetime, result: ContactResult, attempt: str | None, quiet_until: datetime | None) -> Act:
        record = RecordContact(
            by=f"collector-{self.number(1, 6, 'collector')}",
            attempt=attempt,
            result=result,
            identity_verified=result in _VERIFIED,
            quiet_until=quiet_until,
        )
        return self._act("record_contact", at, record.model_dump(mode="json"))

    def _act(self, kind: ActKind, at: datetime, payload: dict[str, object], tag: str = "") -> Act:
        c = self.contact
        act_id = f"{kind}-{name(self.seed, c.loan_id, c.key, kind, tag)}"
        return Act(id=act_id, at=at, loan_id=c.loan_id, borrower_id=c.borrower_id, kind=kind, payload=payload)


def posted_by(act: Act) -> Posted | None:
    """The movement of money behind a payment or reversal act, None for other acts."""
    if act.kind == "payment":
        paid = PaymentPostedSignal.model_validate(act.payload)
        moved = Transaction(reference=paid.reference, amount=paid.amount, value_date=paid.value_date)
        return Posted(transaction=moved, posted_at=paid.posted_at or act.at)
    if act.kind == "reversal":
        back = PaymentReversedSignal.model_validate(act.payload)
        moved = Transaction(
            reference=back.reference,
            kind="reversal",
            amount=Decimal(0),  # the store puts in the amount of the payment that is taken back
            value_date=back.value_date,
            reverses=back.reverses,
        )
        return Posted(transaction=moved, posted_at=back.posted_at or act.at)
    return None


def working_moment(earliest: datetime, where: str, turn: int) -> datetime:
    """`earliest` if within 9:30-18:00, Monday to Saturday, in `where`; else `turn` minutes into the next."""
    local = earliest.astimezone(zone(where))
    if local.weekday() != 6 and time(9, 30) <= local.time() < time(18):
        return as_utc(earliest)
    if local.time() >= time(9, 30):
        local += timedelta(days=1)
    if local.weekday() == 6:
        local += timedelta(days=1)
    opening = datetime.combine(local.date(), time(9, 30), tzinfo=zone(where))
    return as_utc(opening) + timedelta(minutes=turn)


def percent_of(amount: Decimal, percents: int, currency: str) -> Decimal:
    """`percents` of `amount`, rounded down to whole minor units of `currency`."""
    return (amount * percents / 100).quantize(minor_unit(currency), rounding=ROUND_DOWN)
