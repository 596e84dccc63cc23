"""One overdue loan: a loop that keeps time, takes messages and starts actions, around a pure decider."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, VersioningBehavior
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import ContinueAsNewVersioningBehavior

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.ledger import LedgerActivities
    from activities.runs import RunActivities
    from domain import artefacts
    from domain.agenda import next_step
    from domain.calendar import bank_date
    from domain.case import Case
    from domain.commands import decide_command
    from domain.feeds import fact_of
    from domain.story import details
    from schemas.facts import CommandRefused, Fact, OutsideFailed, Parked, Rebuilt
    from schemas.ledger import Append, Appended, Head, NewFact, Opened, Opening, RecordedFact
    from schemas.loan import CollectionRequest
    from schemas.messages import (
        Agenda,
        Carried,
        CaseSummary,
        CaseView,
        CloseByBank,
        Command,
        CommandOutcome,
        Pause,
        RecordContact,
        Resume,
        RunInput,
    )
    from schemas.policy import Strategy
    from schemas.rulebook import Rulebook
    from schemas.steps import Act, Decide, Done, MakeContact, Step, Wait, Why
    from workflows import calls, visibility

EVENTS_BEFORE_HANDOVER = 500
"""An evicted case wakes by replaying its history: at this length in about a quarter of a second."""


@workflow.defn(name="CollectionWorkflow", versioning_behavior=VersioningBehavior.PINNED)
class CollectionWorkflow:
    """Collects one overdue loan until it is cured, paid or closed.

    Input: a `CollectionRequest` as JSON. Signals: payment_posted, payment_reversed, contact_result,
    borrower_changed, wake. Updates: pause, resume, record_contact, close_by_bank. Queries: case, agenda.
    """

    @workflow.init
    def __init__(self, request: Any = None) -> None:
        self.input = request
        self.request: CollectionRequest | None = None
        self.case: Case | None = None
        self.law: tuple[str, ...] = ()
        self.epoch = 0
        self.inbox: list[NewFact] = []
        self.signals: list[tuple[str, list[bytes], datetime]] = []
        self.commands: list[tuple[str, Command]] = []
        self.outcomes: dict[str, CommandOutcome] = {}
        self.flight: calls.Flight | None = None
        self.timer: tuple[datetime, asyncio.Task[None]] | None = None
        self.step: Step = Wait(until=None, why=Why(rule="case.opening", text="the case is being opened"))
        self.nudged = self.woken = self.idle = self.superseded = False
        self.tried: tuple[str, int] | None = None

    # --- the life of a run --------------------------------------------------------------------------------------

    @workflow.run
    async def run(self, request: Any = None) -> CaseSummary:  # noqa: ARG002 (the same as `__init__` took)
        """Carry the case to its end; answers how it ended."""
        run_input = self._understand()
        self.request = run_input.request
        await self._wait_for_opening()
        await self._open(run_input.carried)
        while True:
            await self._sync()
            if self.superseded:
                return await self._end()
            step = await self._follow()
            if isinstance(step, Done) and self._at_rest():
                if not self._owes_again():
                    return await self._end()
                self._adopt(await self._ledger(LedgerActivities.reopen, self._opening()))
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
            return RunInput(request=CollectionRequest.model_validate(self.input))
        except ValidationError as error:
            places = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['type']}"
                for e in error.errors(include_url=False, include_context=False, include_input=False)
            )
            raise ApplicationError(
                f"not a CollectionRequest: {places}. See docs/integration.md for the JSON",
                type="BadRequest",
                non_retryable=True,
            ) from None

    async def _wait_for_opening(self) -> None:
        assert self.request is not None
        opens_at = self.request.opens_at
        if opens_at is None or opens_at <= workflow.now():
            return
        self.step = Wait(until=opens_at, why=Why(rule="case.opens_at", text="the bank asked to open it then"))
        self.idle = True
        await workflow.sleep(opens_at - workflow.now(), summary=self.step.why.text)
        self.idle = False

    async def _open(self, carried: Carried | None) -> None:
        assert self.request is not None
        if carried is not None and carried.build == self._build():
            self.case, self.law, self.epoch = Case.model_validate(carried.state), carried.law, carried.epoch
            return
        opened = await self._ledger(LedgerActivities.open, self._opening())
        if opened.status == "unknown_policy":
            raise ApplicationError(
                f"policy {self.request.policy or 'default'!r} was never published to this ledger; "
                "`starter.py up` publishes the shipped ones",
                type="UnknownPolicy",
                non_retryable=True,
            )
        self._adopt(opened)
        if opened.status == "closed":
            await self._sync()
            if self._owes_again():
                self._adopt(await self._ledger(LedgerActivities.reopen, self._opening()))

    def _adopt(self, opened: Opened) -> None:
        assert self.request is not None
        self.case, self.epoch = Case.fold(self.request.loan_id, opened.facts), opened.epoch
        self.law = opened.law or self.law

    def _owes_again(self) -> bool:
        assert self.case is not None
        if self.case.status != "closed" or self.case.outcome == "closed_by_bank":
            return False
        return self.case.money(bank_date(workflow.now(), self._strategy().bank_zone)).arrears > 0

    async def _end(self) -> CaseSummary:
        await workflow.wait_condition(workflow.all_handlers_finished)
        case = self.case
        assert case is not None
        self.idle = True
        self._show()
        why = "another run carries this case" if self.superseded else case.closing_why
        return CaseSummary(
            loan_id=case.loan_id,
            outcome="superseded" if self.superseded or case.outcome is None else case.outcome,
            head=case.head,
            epoch=case.epoch,
            digest=case.digest(),
            build=self._build(),
            why=why,
        )

    # --- the ledger ---------------------------------------------------------------------------------------------

    async def _sync(self) -> None:
        """Write down what came in, apply what the ledger returns, decide the commands; until nothing is left."""
        while self.inbox or self.signals or self.nudged or self.commands:
            self._read_signals()
            if self.inbox or self.nudged:
                batch, self.nudged = list(self.inbox), False
                if await self._append(batch):
                    del self.inbox[: len(batch)]
                else:
                    self.nudged = True
            elif self._may_obey():
                await self._obey()
            else:
                return
            if self.superseded:
                return

    def _read_signals(self) -> None:
        assert self.request is not None
        waiting, self.signals = self.signals, []
        for name, payloads, at in waiting:
            fact = fact_of(name, payloads, self.request.currency, at)
            if fact is None:
                self.nudged = True
            else:
                self.inbox.append(fact)

    def _may_obey(self) -> bool:
        """A case is not closed over an action that may still send something: that one is stopped first."""
        if not self.commands:
            return False
        if isinstance(self.commands[0][1], CloseByBank) and self.flight:
            self.flight.cancel()
            return False
        return True

    async def _obey(self) -> None:
        """Decide the oldest command and write the outcome down."""
        assert self.case is not None
        update_id, command = self.commands[0]
        body = decide_command(self.case, command, workflow.now())
        fact = self._fact(f"update:{update_id}", body, source="operator", actor=command.by)
        appended = await self._append([fact], decided_on=self.case.decision_head)
        if appended and appended.stored:
            self.commands.pop(0)
            self.outcomes[update_id] = _outcome(appended.stored[0])

    async def _append(self, facts: Sequence[NewFact], decided_on: int | None = None) -> Appended | None:
        """Append and apply. None if the ledger did not write them: its past is not ours, or the epoch is over."""
        case = self.case
        assert case is not None
        request = Append(
            stream=f"loan:{case.loan_id}",
            epoch=self.epoch,
            after=case.head,
            facts=tuple(facts),
            decided_on=decided_on,
            build=self._build(),
        )
        appended = await self._ledger(LedgerActivities.append, request)
        return appended if await self._absorb(appended) else None

    async def _absorb(self, appended: Appended) -> bool:
        case = self.case
        assert case is not None
        if appended.status == "diverged":
            await self._rebuild()
            return False
        for fact in appended.facts:
            if fact.seq > case.head.seq:
                case = case.apply(fact)
        self.case, self.law = case, appended.law or self.law
        if appended.status == "stale_epoch" or case.epoch != self.epoch:
            await self._regain()
            return False
        return True

    async def _rebuild(self) -> None:
        """A store was restored to another moment: the ledger is right, and the account is to be read again."""
        workflow.logger.warning("ledger diverged, folding the case anew")
        self._adopt(await self._ledger(LedgerActivities.open, self._opening()))
        assert self.case is not None
        seq = self.case.head.seq
        rebuilt = self._fact(f"rebuilt:{workflow.info().run_id}:{seq}", Rebuilt())
        await self._append([rebuilt], decided_on=self.case.decision_head)

    async def _regain(self) -> None:
        """Another chain took this case over. Take it back only if this is the id's current run; else end."""
        current = await workflow.execute_local_activity_method(
            RunActivities.current_run,
            workflow.info().workflow_id,
            start_to_close_timeout=timedelta(seconds=10),
        )
        if current == workflow.info().run_id:
            self._adopt(await self._ledger(LedgerActivities.open, self._opening()))
        else:
            self.superseded = True

    def _opening(self) -> Opening:
        assert self.request is not None
        info = workflow.info()
        return Opening(
            request=self.request,
            chain=info.first_execution_run_id,
            run_id=info.run_id,
            now=workflow.now(),
            build=self._build(),
        )

    async def _ledger(self, method: Any, request: Any) -> Any:
        return await calls.ask_ledger(method, request, self._say_ledger_is_silent)

    def _say_ledger_is_silent(self) -> None:
        workflow.set_current_details("**The ledger does not answer.** Nothing is decided before it does.")

    def _fact(self, fact_id: str, body: Fact, source: str = "workflow", actor: str = "arrears") -> NewFact:
        return NewFact(fact_id=fact_id, occurred_at=workflow.now(), source=source, actor=actor, body=body)

    # --- the next step ------------------------------------------------------------------------------------------

    async def _follow(self) -> Step:
        """Work out the next step and do it: start or stop an action, write decisions down, or show what is awaited."""
        if self.flight and self.flight.handle.done():
            await self._land(self.flight)
        if self.flight:
            if not self._still_wanted(self.flight):
                self.flight.cancel()
            return self.flight.step
        case = self.case
        assert case is not None
        step = self.step = self._next_step(case)
        self._show()
        if isinstance(step, Act | Decide):
            mark = (step.model_dump_json(exclude={"why"}), case.decision_head)
            if mark == self.tried:
                step = self._park(step)
            self.tried = mark
        if isinstance(step, Decide):
            await self._decide(step)
        elif isinstance(step, Act):
            today = bank_date(workflow.now(), self._strategy().bank_zone)
            fields = calls.template_fields(case, today)
            self.flight = calls.start(step, case, self._build(), fields)
        return step

    def _next_step(self, case: Case) -> Step:
        return next_step(case, self._strategy(), self._law(), workflow.now())

    async def _decide(self, step: Decide) -> None:
        case = self.case
        assert case is not None
        root = f"{case.loan_id}:e{case.epoch}:{case.decision_head}"
        facts = [self._fact(f"{root}:{body.kind}", body) for body in step.facts]
        await self._append(facts, decided_on=case.decision_head)

    def _park(self, step: Act | Decide) -> Decide:
        """The same step twice and nothing learnt: a person is to look, rather than the case to spin."""
        text = f"'{step.why.text}' came to nothing; an operator is to look and resume"
        parked = Parked(rule="loop.no_progress", why=text)
        return Decide(facts=(parked,), why=Why(rule=parked.rule, text=text))

    def _still_wanted(self, flight: calls.Flight) -> bool:
        assert self.case is not None
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
            await self._absorb(flight.handle.result())
        except asyncio.CancelledError:
            self.nudged = True
        except ActivityError as error:
            if not isinstance(error.cause, ApplicationError) and flight.cancelled:
                self.nudged = True
                return
            assert self.case is not None
            failed = OutsideFailed(system=_system(flight.step), code=_code(error))
            fact_id = f"{flight.step.action.key}:failed:{self.case.head.seq}"
            self.inbox.append(self._fact(fact_id, failed))
        if self.nudged or self.inbox:
            await self._sync()

    async def _until_something_happens(self, step: Step) -> None:
        self._set_timer(step)
        self.idle = True
        await workflow.wait_condition(self._happened)
        self.idle = False

    def _happened(self) -> bool:
        if self.inbox or self.signals or self.nudged or self.woken:
            return True
        if self.commands and self._may_obey():
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
        assert self.case is not None
        assert self.request is not None
        if workflow.info().is_target_worker_deployment_version_changed():
            # Another build may fold otherwise: it gets the identity and folds the ledger itself.
            workflow.continue_as_new(
                RunInput(request=self.request),
                initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
            )
        carried = Carried(
            build=self._build(),
            epoch=self.epoch,
            state=self.case.model_dump(mode="json"),
            law=self.law,
            policy=self.case.policy,
        )
        workflow.continue_as_new(RunInput(request=self.request, carried=carried))

    # --- what everything needs ----------------------------------------------------------------------------------

    def _build(self) -> str:
        version = workflow.info().get_current_deployment_version()
        return version.build_id if version else "unversioned"

    def _strategy(self) -> Strategy:
        assert self.case is not None
        return artefacts.policy(self.case.policy)

    def _law(self) -> tuple[str, Rulebook]:
        return self.law[0], artefacts.rulebook(self.law[0])

    def _show(self) -> None:
        assert self.case is not None
        workflow.set_current_details(details(self.case, self.step, self._strategy()))
        current = workflow.info().typed_search_attributes
        changed = visibility.changes(current, visibility.shown(self.case, self.step))
        if changed:
            workflow.upsert_search_attributes([key.value_set(value) for key, value in changed])

    # --- messages -----------------------------------------------------------------------------------------------

    @workflow.signal(dynamic=True, description="payment_posted, payment_reversed, contact_result, …: feeds")
    def feed(self, name: str, args: Sequence[RawValue]) -> None:
        """Every signal, whatever its shape: a named handler would fail the task on a wrong number of arguments."""
        if name == "wake":
            self.woken = True
        self.signals.append((name, [bytes(arg.payload.data) for arg in args], workflow.now()))

    @workflow.update(description="stop all contact on this case, until a time or until resume")
    async def pause(self, command: Pause) -> CommandOutcome:
        """Stop all contact."""
        return await self._command(command)

    @workflow.update(description="let a paused, parked or handed-over case go on by itself")
    async def resume(self, command: Resume) -> CommandOutcome:
        """Go on."""
        return await self._command(command)

    @workflow.update(description="what came of a conversation with the borrower")
    async def record_contact(self, command: RecordContact) -> CommandOutcome:
        """Record a conversation."""
        return await self._command(command)

    @workflow.update(description="the bank ends this case")
    async def close_by_bank(self, command: CloseByBank) -> CommandOutcome:
        """End the case."""
        return await self._command(command)

    @pause.validator
    def _check_pause(self, command: Pause) -> None:
        """Shape only, and that has been checked by now; whether it may be is a fact of the ledger."""

    @resume.validator
    def _check_resume(self, command: Resume) -> None:
        """Shape only."""

    @record_contact.validator
    def _check_record_contact(self, command: RecordContact) -> None:
        """Shape only."""

    @close_by_bank.validator
    def _check_close_by_bank(self, command: CloseByBank) -> None:
        """Shape only."""

    async def _command(self, command: Command) -> CommandOutcome:
        info = workflow.current_update_info()
        assert info is not None
        self.commands.append((info.id, command))
        await workflow.wait_condition(lambda: info.id in self.outcomes)
        return self.outcomes.pop(info.id)

    @workflow.query(name="case", description="the case as this workflow holds it, at which place of its ledger stream")
    def case_view(self) -> CaseView:
        """Not yet opened: an empty state at head 0."""
        case = self.case
        if case is None:
            return CaseView(head=Head(), epoch=0, build=self._build(), digest="", state={})
        state = case.model_dump(mode="json")
        return CaseView(head=case.head, epoch=case.epoch, build=self._build(), digest=case.digest(), state=state)

    @workflow.query(description="what the case does or waits for, why, and until when")
    def agenda(self) -> Agenda:
        """What is next."""
        case, step = self.case, self.step
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
            person=isinstance(step, Wait) and step.person,
        )


def _outcome(stored: RecordedFact) -> CommandOutcome:
    body = stored.body
    if isinstance(body, CommandRefused):
        return CommandOutcome(accepted=False, seq=stored.seq, rule=body.rule, why=body.why)
    return CommandOutcome(accepted=True, seq=stored.seq)


def _system(step: Act) -> str:
    kind = step.action.kind
    if kind == "read_account":
        return "core_banking"
    if kind == "read_credit_record":
        return "credit_bureau"
    return calls.system_of(step.action.proposal.channel)  # pyright: ignore[reportAttributeAccessIssue]


def _code(error: ActivityError) -> str:
    cause = error.cause
    name = cause.type if isinstance(cause, ApplicationError) and cause.type else type(cause).__name__
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")
    return "".join(c if c.isalnum() or c == "_" else "_" for c in snake) or "failed"
