"""One overdue loan: a loop that keeps time, takes messages and starts actions, around a pure decider."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import ContinueAsNewVersioningBehavior

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from domain.admission import faults
    from domain.agenda import for_all_loans, next_step
    from domain.calendar import bank_date
    from domain.case import Case
    from domain.commands import decide_command
    from domain.commands.holding import binds_borrower
    from domain.feeds import fact_of, places
    from domain.stages.situation import Situation, account_key
    from domain.story import details
    from schemas.facts import BY_MONEY, CommandRefused, Fact, OutsideFailed, Parked
    from schemas.ledger import Head, NewFact
    from schemas.loan import CollectionRequest
    from schemas.messages import (
        AdoptPolicy,
        Agenda,
        Carried,
        CaseSummary,
        CaseView,
        CloseByBank,
        Command,
        CommandOutcome,
        DecideComplaint,
        ExtendComplaint,
        RunInput,
    )
    from schemas.steps import Act, Decide, Done, MakeContact, ReadAccount, Step, Wait, Why
    from workflows import calls, visibility
    from workflows.casebook import CaseBook, build, code, not_admitted
    from workflows.desk import Desk
    from workflows.outcomes import outcome_of

EVENTS_BEFORE_HANDOVER = 500
"""An evicted case wakes by replaying its history: at this length in about a quarter of a second."""


AT_ONCE = 200
"""So many facts are written down in one call: a flood of signals comes in several, none too large to travel."""

MOST_DECISIONS = 25
"""So many decisions in a row, with nothing done and nothing heard between, are no progress."""


@workflow.defn(name="CollectionWorkflow", versioning_behavior=VersioningBehavior.PINNED)
class CollectionWorkflow(Desk):
    """Collects one overdue loan until it is cured, paid, settled or closed.

    Input: a `CollectionRequest` as JSON. Signals: payment_posted, payment_reversed, contact_result, inbound_contact,
    visit_result, document_arrived, court_reported, borrower_changed, wake. Updates: see `workflows.desk`. Queries: case,
    agenda.
    """

    @workflow.init
    def __init__(self, request: Any = None) -> None:
        self.input = request
        self.opened: CaseBook | None = None
        self.opens_at: datetime | None = None
        self.inbox: list[NewFact] = []
        self.signals: list[tuple[str, list[bytes], datetime]] = []
        self.commands: list[tuple[str, Command]] = []
        self.outcomes: dict[str, CommandOutcome] = {}
        self.flight: calls.Flight | None = None
        self.timer: tuple[datetime, asyncio.Task[None]] | None = None
        self.step: Step = Wait(until=None, why=Why(rule="case.opening", text="the case is being opened"))
        self.nudged = self.woken = self.idle = False
        self.heard = 0
        self.tried: tuple[str, int] | None = None
        self.streak = 0

    # --- the life of a run --------------------------------------------------------------------------------------

    @workflow.run
    async def run(self, request: Any = None) -> CaseSummary:  # noqa: ARG002 (the same as `__init__` took)
        """Carry the case to its end; answers how it ended."""
        run_input = self._understand()
        await self._wait_for_opening(run_input.request)
        await self._open(run_input.request, run_input.carried)
        while True:
            await self._sync()
            if self.book.superseded:
                return await self._end()
            step = await self._follow()
            if isinstance(step, Done) and self._at_rest():
                if not self.book.owes_again():
                    return await self._end()
                await self.book.reopen()
                continue
            if isinstance(step, Wait) and self._may_hand_over():
                self._hand_over()
            if isinstance(step, Wait | Done) or self.flight:
                await self._until_something_happens(step)

    def _understand(self) -> RunInput:
        """The input, or a clear failure: nothing has been accepted yet, so failing loses nothing."""
        try:
            if isinstance(self.input, dict) and "request" in self.input:
                return RunInput.model_validate(self.input)
            run_input = RunInput(request=CollectionRequest.model_validate(self.input))
        except ValidationError as error:
            raise ApplicationError(
                f"not a CollectionRequest: {'; '.join(places(error))}. See docs/integration.md for the JSON",
                type="BadRequest",
                non_retryable=True,
            ) from None
        wanted = f"collection-{run_input.request.loan_id}"
        if workflow.info().workflow_id != wanted:
            # Payments of the loan are signalled to that id: under another, this case would never hear of them.
            raise ApplicationError(f"start this case under the id {wanted}", type="BadRequest", non_retryable=True)
        return run_input

    async def _wait_for_opening(self, request: CollectionRequest) -> None:
        """What cannot be opened is said now, not when it is due. A case that the ledger has is past its `opens_at`."""
        opens_at = request.opens_at
        if opens_at is None or opens_at <= workflow.now():
            return
        if wrong := faults(request, workflow.now()):
            raise not_admitted(wrong)
        self.step = Wait(until=opens_at, why=Why(rule="case.opens_at", text="the bank asked to open it then"))
        self.opens_at, self.idle = opens_at, True
        await workflow.sleep(opens_at - workflow.now(), summary=self.step.why.text)
        self.opens_at, self.idle = None, False

    async def _open(self, request: CollectionRequest, carried: Carried | None) -> None:
        book = CaseBook(request)
        is_open = await book.open(carried)
        self.opened = book
        if not is_open:
            await self._sync()
            if self.case.outcome in BY_MONEY:
                await self._look_again()
            if book.owes_again():
                await book.reopen()

    async def _look_again(self) -> None:
        """A start that finds its episode closed by money looks at the account once more: perhaps it came back. If core
        banking does not answer, what was known stands."""
        why = Why(rule="account.closed", text="this episode was closed: is anything owed again?")
        action = ReadAccount(key=f"{account_key(self.case)}:{workflow.info().run_id[:8]}")
        self.step = Act(action=action, why=why)
        self.flight = calls.start(self.step, self.case, build(), {})
        await workflow.wait_condition(self.flight.handle.done)
        await self._land(self.flight)

    async def _end(self) -> CaseSummary:
        if self.flight:
            self.flight.cancel()
        for update_id, _ in self.commands:  # only a superseded run leaves any
            why = "another run carries this case: send the command again"
            self.outcomes[update_id] = CommandOutcome(accepted=False, seq=0, rule="case.superseded", why=why)
        await workflow.wait_condition(workflow.all_handlers_finished)
        self.idle = True
        self._show()
        case, superseded = self.case, self.book.superseded
        return CaseSummary(
            loan_id=case.loan_id,
            outcome="superseded" if superseded or case.outcome is None else case.outcome,
            head=case.head,
            epoch=case.epoch,
            digest=case.digest(),
            build=build(),
            why="another run carries this case" if superseded else case.closing_why,
        )

    # --- what came in -------------------------------------------------------------------------------------------

    async def _sync(self) -> None:
        """Write down what came in, apply what the ledger returns, decide the commands; until nothing is left."""
        while (self.inbox or self.signals or self.nudged or self.commands) and not self.book.superseded:
            self._read_signals()
            if self.inbox or self.nudged:
                batch, self.nudged = self.inbox[:AT_ONCE], False
                if await self.book.append(batch):
                    del self.inbox[: len(batch)]
                else:
                    self.nudged = True
            elif self._commands_held_up():
                return
            else:
                await self._obey()

    def _read_signals(self) -> None:
        waiting, self.signals = self.signals, []
        for name, payloads, at in waiting:
            self.heard += 1
            serial = f"{workflow.info().run_id}:{self.heard}"
            fact = fact_of(name, payloads, self.book.currency, at, serial)
            if fact is None:
                self.nudged = True
            else:
                self.inbox.append(fact)

    def _commands_held_up(self) -> bool:
        """A case is not closed over an action that may still send something: that one is stopped first."""
        if not isinstance(self.commands[0][1], CloseByBank) or self.flight is None:
            return False
        self.flight.cancel()
        return True

    async def _obey(self) -> None:
        """Decide the oldest command and write the outcome down."""
        update_id, command = self.commands[0]
        body = await self._decided(command, update_id)
        fact = self.book.fact(f"update:{update_id}", body, source="operator", actor=command.by)
        if binds_borrower(self.case, body):
            appended, fact_id = await self.book.tell_borrower(fact), f"borrower:{fact.fact_id}"
        else:
            appended, fact_id = await self.book.append([fact], decided_on=self.case.decision_head), fact.fact_id
        known = {f.fact_id: f for f in (*appended.facts, *appended.stored)} if appended else {}
        if fact_id in known:
            self.commands.pop(0)
            self.outcomes[update_id] = outcome_of(command, known[fact_id])

    async def _decided(self, command: Command, update_id: str) -> Fact:
        if isinstance(command, AdoptPolicy):
            digest = await self.book.find_policy(command.policy)
            if digest is None:
                why = f"strategy {command.policy} is not published here, or waits for its approval: see `policy list`"
                return CommandRefused(command="adopt_policy", rule="policy.unknown", why=why)
            command = command.model_copy(update={"policy": digest})
        situation = Situation.of(self.case, self.book.strategy, self.book.rulebook, workflow.now())
        if isinstance(command, ExtendComplaint | DecideComplaint):
            situation = replace(situation, elsewhere=await self.book.collectors_of_all())
        return decide_command(situation, command, update_id)

    # --- the next step ------------------------------------------------------------------------------------------

    async def _follow(self) -> Step:
        """Work out the next step and do it: start or stop an action, write decisions down, or show what is awaited."""
        if self.flight and self.flight.handle.done():
            await self._land(self.flight)
        if self.flight:
            if told := for_all_loans(self.case):  # what binds every loan does not wait for a call outside
                await self.book.decide(told.facts)
            if not self._still_wanted(self.flight):
                self.flight.cancel()
            self._show()
            return self.flight.step
        step = self.step = self._next_step(self.case)
        self._show()
        if isinstance(step, Act | Decide):
            mark = (step.model_dump_json(exclude={"why"}), self.case.decision_head)
            self.streak = self.streak + 1 if isinstance(step, Decide) else 0
            if mark == self.tried or self.streak > MOST_DECISIONS:
                step, self.streak = self._park(step), 0
            self.tried = mark
        else:
            self.streak = 0
        if isinstance(step, Decide):
            await self.book.decide(step.facts)
        elif isinstance(step, Act):
            strategy = self.book.strategy
            fields = calls.template_fields(step, self.case, strategy, bank_date(workflow.now(), strategy.bank_zone))
            self.flight = calls.start(step, self.case, build(), fields)
        return step

    def _next_step(self, case: Case) -> Step:
        return next_step(case, self.book.strategy, self.book.rulebook, workflow.now())

    def _park(self, step: Act | Decide) -> Decide:
        """The same step twice and nothing learnt: a person is to look, rather than the case to spin."""
        text = f"'{step.why.text}' came to nothing; an operator is to look and resume"
        parked = Parked(rule="loop.no_progress", why=text)
        return Decide(facts=(parked,), why=Why(rule=parked.rule, text=text))

    def _still_wanted(self, flight: calls.Flight) -> bool:
        action = flight.step.action
        case = self.case.set_aside() if isinstance(action, MakeContact) else self.case
        wanted = self._next_step(case)
        return isinstance(wanted, Act) and wanted.action.key == action.key

    async def _land(self, flight: calls.Flight) -> None:
        """The action in flight has ended: take its facts, or write down that the outside did not do its part."""
        self.flight = None
        if flight.cancelled:
            self.tried = None
        try:
            await self.book.absorb(flight.handle.result())
        except asyncio.CancelledError:
            self.nudged = True
        except ActivityError as error:
            if not isinstance(error.cause, ApplicationError) and flight.cancelled:
                self.nudged = True
            else:
                failed = OutsideFailed(system=calls.system(flight.step), code=code(error))
                fact_id = f"{flight.step.action.key}:failed:{self.case.head.seq}"
                self.inbox.append(self.book.fact(fact_id, failed))
        await self._sync()  # before anything else is begun: what had waited for this action's end comes first

    async def _until_something_happens(self, step: Step) -> None:
        self._set_timer(step)
        self.idle = True
        await workflow.wait_condition(self._happened)
        self.idle = False

    def _happened(self) -> bool:
        if self.inbox or self.signals or self.nudged:
            return True
        if self.woken and self._at_rest():  # woken while it is busy, a case goes on with that first
            return True
        stopping = self.flight is not None and self.flight.cancelled
        if self.commands and not stopping:
            return True
        if self.timer and self.timer[1].done():
            self.timer = None
            return True
        if isinstance(self.step, Done) and self._at_rest():
            return True
        return self.flight is not None and self.flight.handle.done()

    def _set_timer(self, step: Step) -> None:
        """At most one timer, to the next moment at which something is due; kept while that stays the same."""
        until = step.until if isinstance(step, Wait) and not self.flight else None
        if self.timer and self.timer[0] != until:
            self.timer[1].cancel()
            self.timer = None
        if until and not self.timer:
            pause = max(until - workflow.now(), timedelta(milliseconds=1))
            summary = step.why.text[: calls.SUMMARY_LENGTH]
            self.timer = (until, asyncio.create_task(workflow.sleep(pause, summary=summary)))

    # --- handing over -------------------------------------------------------------------------------------------

    def _at_rest(self) -> bool:
        waiting = self.inbox or self.signals or self.nudged or self.commands or self.outcomes
        return not waiting and self.flight is None and workflow.all_handlers_finished()

    def _may_hand_over(self) -> bool:
        woken, self.woken = self.woken, False
        if not self._at_rest():
            self.woken = woken
            return False
        info = workflow.info()
        if woken and info.is_target_worker_deployment_version_changed():
            return True
        return info.get_current_history_length() >= EVENTS_BEFORE_HANDOVER or info.is_continue_as_new_suggested()

    def _hand_over(self) -> None:
        request = self.book.request
        if workflow.info().is_target_worker_deployment_version_changed():
            # Another build may fold otherwise: it gets the identity and folds the ledger itself.
            workflow.continue_as_new(
                RunInput(request=request), initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE
            )
        carried = Carried(
            build=build(),
            epoch=self.book.epoch,
            state=self.case.model_dump(mode="json"),
            law=self.book.law,
            policy=self.case.policy,
        )
        workflow.continue_as_new(RunInput(request=request, carried=carried))

    # --- what everything needs ----------------------------------------------------------------------------------

    @property
    def book(self) -> CaseBook:
        """The case's book; there is one once the case was opened."""
        assert self.opened is not None
        return self.opened

    @property
    def case(self) -> Case:
        """The case at its head."""
        return self.book.case

    def _show(self) -> None:
        workflow.set_current_details(details(self.case, self.step, self.book.strategy, workflow.now()))
        current = workflow.info().typed_search_attributes
        changed = visibility.changes(current, visibility.shown(self.case, self.step, workflow.now()))
        if changed:
            workflow.upsert_search_attributes([key.value_set(value) for key, value in changed])

    # --- messages -----------------------------------------------------------------------------------------------

    @workflow.signal(dynamic=True, description="payment_posted, payment_reversed, contact_result, …: feeds")
    def feed(self, name: str, args: Sequence[RawValue]) -> None:
        """Every signal, whatever its shape: a named handler would fail the task on a wrong number of arguments."""
        if name == "wake":
            self.woken = True
        self.signals.append((name, [bytes(arg.payload.data) for arg in args], workflow.now()))

    @workflow.query(name="case", description="the case as this workflow holds it, at which place of its ledger stream")
    def case_view(self) -> CaseView:
        """Not yet opened: an empty state at head 0."""
        if self.opened is None:
            return CaseView(head=Head(), epoch=0, build=build(), digest="", state={})
        case = self.case
        state = case.model_dump(mode="json")
        return CaseView(head=case.head, epoch=case.epoch, build=build(), digest=case.digest(), state=state)

    @workflow.query(description="what the case does or waits for, why, and until when")
    def agenda(self) -> Agenda:
        """What is next."""
        case, step = self.case if self.opened else None, self.step
        opened = case is not None  # what comes before the opening keeps until then
        queued = opened and (self.inbox or self.signals or self.nudged or self.commands or self.flight)
        return Agenda(
            head=case.head if case else Head(),
            now=workflow.now(),
            stage=case.stage if case else "assessment",
            handled_by=case.handled_by if case else "robot",
            step="opening" if case is None else step.kind,
            action=step.action.kind if isinstance(step, Act) else None,
            until=step.until if isinstance(step, Wait) else None,
            why=step.why,
            quiet=self.idle and not queued and not (self.timer and self.timer[1].done()),
            ask=step.ask if isinstance(step, Wait) else None,
        )
