"""The one clock of a virtual book: a discrete-event driver over running cases.

Each workflow has its own virtual time; caps and turns compare times over a borrower's loans. So the clock moves a
borrower's cases together: it takes the borrower's earliest event (a case's next deadline or the borrower's next act),
brings every case of theirs to it, hands over the act, waits until all of them rest, and looks for the next. A case that
rests and asks people for something has the bank told so; what they do about it is an act like any other. Borrowers do
not touch each other: those with events in the same window of virtual time are taken concurrently.

Virtual time runs on at the wall clock's rate between two events. The cases of one borrower drift alike, and an event that
has been overtaken by the drift happens at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from temporalio.client import Client
from temporalio.service import RPCError

from schemas.loan import CollectionRequest
from schemas.steps import Ask
from simulation.cases import Cases, Handed, Look, Stalled, Start
from simulation.control import BankControl, ControlError
from simulation.desk import ANSWERED
from simulation.desk.answering import asks_the_same
from simulation.model import Act, Asking
from simulation.progress import CarryReport, CaseSeen, Entry, Progress

__all__ = ["CarryReport", "CaseSeen", "Entry", "Progress", "VirtualBook"]

HOLDS = ("open_hold", "end_hold")
"""Commands that may bind all loans of a borrower: their other cases are told at once, as a bank's front end would."""


@dataclass
class _Borrower:
    borrower_id: str
    loans: tuple[str, ...]
    next_at: datetime | None = None


class VirtualBook:
    """Carries cases (`loans_of`: loan ids by borrower id) and the simulated bank's acts through virtual time.

    `request_of` gives the request with which a loan's case is started anew; `take_borrower_fact` records a borrower
    fact (the act's payload, under the act's id, occurred at its `at`) and nudges the cases. `patience` is how long, in
    real time, a case may take to come to rest: more than the minute for which an activity tries a system that is down.
    `window` of virtual time is what at most `concurrency` borrowers go through together.
    """

    def __init__(
        self,
        client: Client,
        bank: BankControl,
        loans_of: Mapping[str, Sequence[str]],
        *,
        start: Start,
        request_of: Callable[[str], CollectionRequest],
        take_borrower_fact: Callable[[Act], Awaitable[None]],
        concurrency: int = 6,
        window: timedelta = timedelta(days=1),
        patience: timedelta = timedelta(seconds=90),
    ) -> None:
        self._bank = bank
        self._request_of = request_of
        self._take_borrower_fact = take_borrower_fact
        self._window = window
        self._gate = asyncio.Semaphore(concurrency)
        self._cases = Cases(client, start, patience)
        self._book = [_Borrower(borrower, tuple(loans)) for borrower, loans in loans_of.items()]
        self._seen: dict[str, CaseSeen] = {}
        self._asked: dict[str, Ask] = {}
        self._events = 0
        self._acts: Counter[str] = Counter()
        self._entries: list[Entry] = []
        self._tell: Callable[[datetime], None]

    async def carry(self, until: datetime, on_progress: Callable[[Progress], None] | None = None) -> CarryReport:
        """Let everything happen that is due by `until` (virtual, aware), then bring every running case there.

        `on_progress` is called after every event. A borrower whose case stalls is set aside, tried once more at the
        end, and then given up and reported. Counts run on from one call to the next.

        Raises ValueError for a naive `until`.
        """
        if until.tzinfo is None:
            raise ValueError(f"until {until} has no zone; give an aware time")
        began = time.monotonic()

        def tell(now: datetime) -> None:
            if on_progress is not None:
                on_progress(self._progress(now, until, time.monotonic() - began))

        self._tell = tell
        stalled = await self._round(self._book, until)
        if stalled:  # what they waited for may have come back in the meantime
            stalled = await self._round(stalled, until)
        status = Counter({case.loan_id: case.status == "running" for case in self._seen.values()})
        return CarryReport(
            until=until,
            events=self._events,
            skips=self._cases.skips,
            acts=dict(sorted(self._acts.items())),
            running=tuple(sorted(loan for loan, runs in status.items() if runs)),
            closed=tuple(sorted(loan for loan, runs in status.items() if not runs)),
            stalled=tuple(borrower.borrower_id for borrower in stalled),
            entries=tuple(self._entries),
            seconds=time.monotonic() - began,
        )

    async def _round(self, borrowers: Sequence[_Borrower], until: datetime) -> list[_Borrower]:
        """Carry these borrowers to `until`; answers those who stalled on the way."""
        stalled: list[_Borrower] = []
        going = await self._each(borrowers, self._survey, stalled)
        while True:
            moments = [b.next_at for b in going if b.next_at is not None and b.next_at <= until]
            if not moments:
                break
            end = min(min(moments) + self._window, until)
            moving = [b for b in going if b.next_at is not None and b.next_at <= end]
            moved = await self._each(moving, lambda b, end=end: self._through(b, end), stalled)
            going = [b for b in going if b not in moving or b in moved]
        await self._each(going, lambda b: self._arrive(b, until), stalled)
        return stalled

    async def _each(
        self,
        borrowers: Sequence[_Borrower],
        step: Callable[[_Borrower], Awaitable[None]],
        stalled: list[_Borrower],
    ) -> list[_Borrower]:
        """Do `step` for each, a few at a time; answers those for whom it went well, adds the others to `stalled`."""

        async def guarded(borrower: _Borrower) -> bool:
            async with self._gate:
                try:
                    await step(borrower)
                except Stalled as error:
                    self._note(error.loan_id, borrower, error.code, error.detail)
                except (RPCError, ControlError) as error:
                    code = "bank_away" if isinstance(error, ControlError) else "server_error"
                    self._note("", borrower, code, str(error))
                else:
                    return True
                return False

        went = await asyncio.gather(*(guarded(borrower) for borrower in borrowers))
        stalled.extend(b for b, well in zip(borrowers, went, strict=True) if not well)
        return [b for b, well in zip(borrowers, went, strict=True) if well]

    async def _through(self, borrower: _Borrower, end: datetime) -> None:
        """All events of a borrower up to `end`, strictly one after the other."""
        while borrower.next_at is not None and borrower.next_at <= end:
            at = await self._synchronise(borrower, borrower.next_at)
            await self._ask_people(borrower)
            while acts := await self._bank.acts(borrower.borrower_id, until=at, limit=1):
                await self._act(borrower, acts[0], at)
            await self._plan(borrower)
            self._events += 1
            self._tell(at)

    async def _arrive(self, borrower: _Borrower, until: datetime) -> None:
        await self._synchronise(borrower, until)
        self._tell(until)

    async def _synchronise(self, borrower: _Borrower, to: datetime) -> datetime:
        """Bring all running cases of a borrower to one time and to rest there: `to`, or later if one is past it."""
        looks = [await self._cases.look(loan) for loan in borrower.loans]
        for look in looks:
            self._see(borrower, look)
        running = [look for look in looks if look.now is not None]
        at = max([to, *(look.now for look in running if look.now)])
        # Cases with nothing due come first: when the last one starts to act, the others are not behind it.
        await self._cases.bring(sorted(running, key=lambda look: self._is_due(look.loan_id, at)), at)
        await self._rest(borrower, at)
        return at

    async def _act(self, borrower: _Borrower, act: Act, at: datetime) -> None:
        handed = await self._handed(borrower, act)
        self._acts[f"{act.what}:{handed.result}"] += 1
        if handed.result == "failed":
            self._note(act.loan_id, borrower, "act_failed", f"{act.what} {act.id}: {handed.detail}", at)
        if handed.result == "reopened":  # a new run begins at the wall clock's time
            look = await self._cases.look(act.loan_id)
            self._see(borrower, look)
            await self._cases.bring([look], at)
        if handed.result == "delivered" and act.what in HOLDS:
            for loan in self._running(borrower):
                if loan != act.loan_id:
                    await self._cases.nudge(loan, borrower.borrower_id)
        await self._rest(borrower, at)
        outcome = handed.outcome
        if outcome and outcome.accepted and act.what == "decide_approval":
            outcome = await self._cases.with_offer(act.loan_id, outcome)
        await self._bank.delivered(act.id, handed.result, outcome)
        if act.answers:
            self._asked.pop(act.loan_id, None)  # if the case asks on, people are told again
        await self._ask_people(borrower)

    async def _handed(self, borrower: _Borrower, act: Act) -> Handed:
        """Hand an act over; a command only if its case still asks for what it answers."""
        if act.kind == "borrower_fact":
            try:
                await self._take_borrower_fact(act)
            except Exception as error:  # the caller's own: whatever it is, this borrower cannot go on
                text = f"act {act.id} was not taken: {type(error).__name__}: {error}"
                raise Stalled(act.loan_id, "borrower_fact_failed", text) from error
            return Handed("delivered")
        running = act.loan_id in self._running(borrower)
        if running and act.answers:
            agenda = self._seen[act.loan_id].agenda
            if agenda is None or agenda.ask is None or not asks_the_same(agenda.ask, act.answers):
                return Handed("dropped")
        return await self._cases.deliver(act, running, self._request_of)

    async def _rest(self, borrower: _Borrower, at: datetime) -> None:
        for loan in self._running(borrower):
            agenda = await self._cases.rest(loan, at)
            status = "running" if agenda else "closed"
            self._seen[loan] = CaseSeen(loan, borrower.borrower_id, status, agenda)

    async def _ask_people(self, borrower: _Borrower) -> None:
        """Tell the bank what cases ask people for, each once as long as it is asked."""
        for loan in borrower.loans:
            agenda = self._seen[loan].agenda if loan in self._seen else None
            ask = agenda.ask if agenda and agenda.ask and agenda.ask.kind in ANSWERED else None
            before = self._asked.pop(loan, None)
            if agenda is None or ask is None:
                continue
            if before is None or not asks_the_same(before, ask):
                asking = Asking(loan_id=loan, at=agenda.now, ask=ask, rule=agenda.why.rule, stage=agenda.stage)
                await self._bank.ask(asking)
            self._asked[loan] = ask

    async def _survey(self, borrower: _Borrower) -> None:
        """Where the borrower's cases stand, before anything is moved."""
        times = []
        for loan in borrower.loans:
            look = await self._cases.look(loan)
            self._see(borrower, look)
            if look.status == "missing":
                self._note(loan, borrower, "not_started", f"no workflow collection-{loan}")
            if look.now is not None:
                times.append(look.now)
        if times:
            await self._rest(borrower, max(times))
            await self._ask_people(borrower)
        await self._plan(borrower)

    async def _plan(self, borrower: _Borrower) -> None:
        """Find the borrower's next event."""
        acts = await self._bank.acts(borrower.borrower_id, limit=1)
        moments = [act.at for act in acts]
        for loan in self._running(borrower):
            agenda = self._seen[loan].agenda
            if agenda is not None and agenda.until is not None:
                moments.append(agenda.until)
        borrower.next_at = min(moments, default=None)

    def _see(self, borrower: _Borrower, look: Look) -> None:
        before = self._seen.get(look.loan_id)
        agenda = before.agenda if before and look.status == "running" else None
        self._seen[look.loan_id] = CaseSeen(look.loan_id, borrower.borrower_id, look.status, agenda)

    def _running(self, borrower: _Borrower) -> list[str]:
        return [loan for loan in borrower.loans if loan in self._seen and self._seen[loan].status == "running"]

    def _is_due(self, loan_id: str, at: datetime) -> bool:
        agenda = self._seen[loan_id].agenda
        return agenda is not None and agenda.until is not None and agenda.until <= at

    def _note(self, loan_id: str, borrower: _Borrower, code: str, detail: str, at: datetime | None = None) -> None:
        self._entries.append(Entry(loan_id, borrower.borrower_id, at or borrower.next_at, code, detail))

    def _progress(self, now: datetime, until: datetime, seconds: float) -> Progress:
        running = sum(case.status == "running" for case in self._seen.values())
        return Progress(
            now=now,
            until=until,
            events=self._events,
            acts=self._acts.total(),
            running=running,
            closed=len(self._seen) - running,
            seconds=seconds,
            cases=MappingProxyType(self._seen),
        )
