"""One contact arriving at one borrower: whether it reaches them, when, and how what they say is told to the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from schemas.base import Code
from schemas.contact import CONVERSATIONS, ContactResult, InboundChannel, Intent, Level, VisitResult
from schemas.messages import (
    ContactResultSignal,
    OpenComplaint,
    Promised,
    RecordContact,
    RecordVisit,
    VisitResultSignal,
)
from schemas.terms import Part
from simulation.model import AcceptedContact, Act, SimulatedBorrower, today_at_bank
from simulation.moments import working_moment
from simulation.occasion import History, Occasion

NEGOTIATION = "negotiation_call"
"""The template of a call by which a collector is to come to an agreement."""
COLLECTORS = tuple(f"collector-{n}" for n in range(1, 7))

_AT_THE_DOOR: dict[ContactResult, VisitResult] = {
    "promised": "promised",
    "refused": "refused",
    "hostile": "unsafe",
    "no_answer": "nobody",
    "answered": "nobody",
    "wrong_number": "moved",
    "undeliverable": "moved",
}
"""What a visit reports where a call would have had that result; `met` for every other talk."""


@dataclass(frozen=True)
class Told:
    """What a collector hears in a conversation besides its result; of a visit, only the promise is reported."""

    promise: Part | None = None
    wish: Literal["time", "plan", "settlement"] | None = None
    willingness: Level | None = None
    ability: Level | None = None
    overdue_reason: Code | None = None
    quiet_until: datetime | None = None


NOTHING = Told()


@dataclass(frozen=True)
class Scene(Occasion):
    """A contact arrives. Every method is a pure function of these fields."""

    contact: AcceptedContact

    @classmethod
    def of(cls, seed: int, borrower: SimulatedBorrower, contact: AcceptedContact, history: History) -> Scene:
        """`contact` arriving at `borrower`."""
        return cls(seed, borrower, history, contact.key, contact.as_of, contact)

    # --- what there is to know -----------------------------------------------------------------------------

    @property
    def is_call(self) -> bool:
        """Whether somebody rings up, robot or collector."""
        return self.contact.channel in ("robot_call", "human_call")

    @property
    def is_visit(self) -> bool:
        """Whether people come to the door."""
        return self.contact.channel == "visit"

    @property
    def is_talk(self) -> bool:
        """Whether a person of the bank speaks with them."""
        return self.contact.channel in ("human_call", "visit")

    @property
    def negotiates(self) -> bool:
        """Whether a collector is to come to an agreement."""
        return self.contact.template == NEGOTIATION

    @property
    def count(self) -> int:
        """How many contacts about this loan, this one included."""
        return len(self.history.contacts) + 1

    @property
    def first_talk(self) -> bool:
        """Whether no collector and no visitor came before."""
        return not any(c.channel in ("human_call", "visit") for c in self.history.contacts)

    @property
    def at(self) -> datetime | None:
        """When it comes to the borrower; None for a call that nobody makes before its deadline."""
        match self.contact.channel:
            case "human_call":
                queued = self.now + self.hours(1, 5, "queue")
                rung = working_moment(queued, self.borrower.zone, self.number(0, 240, "turn"))
                return rung if self.contact.deadline is None or rung <= self.contact.deadline else None
            case "visit":
                return (self.contact.appointment or self.now) + timedelta(minutes=self.number(5, 50, "arrive"))
            case "robot_call":
                return self.now + max(self.hours(0, 1, "dialling"), timedelta(minutes=1))
            case "letter":
                return self.now + self.hours(36, 96, "post")
            case _:
                return self.now + timedelta(seconds=self.number(40, 300, "transit"))

    @property
    def reached(self) -> bool:
        """Whether the borrower reads it, picks up, is at home."""
        if self.at is None:
            return False
        if self.is_visit:
            return self.chance(75, "at home")
        return not self.is_call or self.chance(80, "picks up")

    @property
    def heard_at(self) -> datetime:
        """When it comes to the borrower, if it does."""
        return self.at or self.now

    @property
    def promise_days(self) -> int:
        """As far off as a promise usually may be: three days in the first month, then seven."""
        return 3 if self.position(self.heard_at).days_past_due <= 30 else 7

    @property
    def expected(self) -> Part | None:
        """The next payment of what is overdue that is on its way: what a borrower promises who has arranged it."""
        coming = [m for m in self.history.money if m.posted_at > self.heard_at and m.transaction.kind == "payment"]
        first = min((m for m in coming if not m.regular), key=lambda m: m.posted_at, default=None)
        return Part(amount=first.transaction.amount, due_on=today_at_bank(first.posted_at)) if first else None

    def part(self, paid_at: datetime) -> Part | None:
        """All that is overdue then, promised for that day; None if nothing is."""
        amount = self.arrears(paid_at)
        return Part(amount=amount, due_on=today_at_bank(paid_at)) if amount > 0 else None

    # --- acts ----------------------------------------------------------------------------------------------

    def answer(
        self, said: ContactResult, told: Told = NOTHING, otherwise: ContactResult = "no_answer"
    ) -> Iterator[Act]:
        """What the case is told of it: delivered, or, where people speak, `said` if they are reached, else `otherwise`."""
        if self.at is None:
            return
        result = said if self.reached else otherwise
        match self.contact.channel:
            case "human_call":
                yield self.recorded(self.at, result, told if result in CONVERSATIONS else NOTHING, self.key)
            case "visit":
                yield self._visited(self.at, _AT_THE_DOOR.get(result, "met"), told)
            case "robot_call":  # what only a person hears, a robot takes for an answer
                heard = "answered" if result in ("hostile", "distressed") else result
                yield self.resulted(heard, self.at, self.recording if self.reached else None)
            case _:
                yield self.resulted("delivered", self.at)

    @property
    def recording(self) -> str:
        """Under which id the call or visit is kept on tape."""
        return f"rec:{self.key}"

    def resulted(self, result: ContactResult, at: datetime, recording: str | None = None) -> Act:
        """Signal `contact_result`."""
        signal = ContactResultSignal(attempt=self.key, result=result, at=at, recording=recording)
        return self.act("contact_result", at, signal.model_dump(mode="json"))

    def rings_in(self, result: ContactResult, told: Told = NOTHING) -> Act:
        """The borrower rings the bank because of this contact, in working hours."""
        return self.recorded(self.rings_at, result, told, None)

    @property
    def complained(self) -> bool:
        """Whether they have complained before."""
        return any(act.what == "open_complaint" for act in self.history.acts)

    def complains(self, reason: Code, *, against: tuple[str, ...] = (), complicated: bool = False) -> Iterator[Act]:
        """What was just heard makes them complain at the bank, once, within a day or so."""
        if not self.complained and self.reached:
            told = OpenComplaint(by=self.somebody("service"), reason=reason, against=against, complicated=complicated)
            yield self.command(told, self.office(self.heard_at + self.hours(3, 30, "complains")))

    @property
    def rings_at(self) -> datetime:
        """When they get in touch, if they do."""
        at = self.heard_at + self.hours(2, 20, "rings")
        return working_moment(at, self.borrower.zone, self.number(0, 240, "turn"))

    def writes(self, intent: Intent) -> Act:
        """The borrower answers by themselves: a reply, or the link in a message."""
        channel: InboundChannel = "im" if self.contact.channel == "im" else "link"
        return self.gets_in_touch(intent, self.heard_at + self.hours(1, 14, "writes"), channel)

    def recorded(self, at: datetime, result: ContactResult, told: Told, attempt: str | None) -> Act:
        """Update `record_contact`, by a collector who may have it."""
        record = RecordContact(
            by=self.collector,
            attempt=attempt,
            result=result,
            identity_verified=result in CONVERSATIONS,
            quiet_until=told.quiet_until,
            willingness=told.willingness,
            ability=told.ability,
            overdue_reason=told.overdue_reason,
            wish=told.wish,
            promise=told.promise,
            recording=self.recording if attempt and self.reached else None,
        )
        return self.act("record_contact", at, record.model_dump(mode="json"))

    @property
    def collector(self) -> str:
        """Who makes this call."""
        may = [one for one in COLLECTORS if one not in self.contact.exclude] or ["team-lead"]
        if self.contact.prefer in may:
            return self.contact.prefer
        return may[self.number(0, len(may) - 1, "collector")]

    def _visited(self, at: datetime, result: VisitResult, told: Told) -> Act:
        """Signal `visit_result`; of one in five, the team's leader records it in person."""
        reported_at = at + timedelta(minutes=self.number(10, 90, "report"))
        promise = told.promise if result in ("met", "promised") else None
        if self.chance(20, "recorded"):
            leader = self.somebody("field", 8)
            return self.command(
                RecordVisit(
                    by=leader,
                    attempt=self.key,
                    result=result,
                    staff=self.contact.team,
                    promise=promise,
                    recording=self.recording,
                ),
                reported_at,
            )
        said = Promised(amount=promise.amount, due_on=promise.due_on) if promise else None
        signal = VisitResultSignal(
            attempt=self.key,
            result=result,
            staff=self.contact.team,
            at=reported_at,
            promise=said,
            recording=self.recording,
        )
        return self.act("visit_result", reported_at, signal.model_dump(mode="json"))
