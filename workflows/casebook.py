"""The case as the ledger has it: opened, appended to, folded anew when a store was restored, taken back or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

from activities.ledger import LedgerActivities
from activities.runs import RunActivities
from domain import artefacts
from domain.calendar import bank_date
from domain.case import Case
from domain.commands.holding import binds_borrower
from domain.reviving import unmet
from schemas.facts import BY_MONEY, Decision, Fact, Rebuilt
from schemas.ledger import Append, Appended, NewFact, Opened, Opening
from schemas.loan import CollectionRequest
from schemas.messages import Carried
from schemas.orders import BorrowerOrder
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from workflows import calls


class CaseBook:
    """Holds the case of one run and keeps it equal to the fold of its ledger stream.

    `epoch` is the one under which this run may decide; `superseded` is set when another run carries the case.
    """

    def __init__(self, request: CollectionRequest) -> None:
        self.request = request
        self.case = Case(loan_id=request.loan_id)
        self.law: tuple[str, ...] = ()
        self.epoch = 0
        self.superseded = False

    @property
    def currency(self) -> str:
        """The loan's, as its case was opened: a later start may say anything."""
        return (self.case.request or self.request).currency

    @property
    def strategy(self) -> Strategy:
        """The strategy pinned to the case. Raises UnknownArtefact: the task is tried again."""
        return artefacts.policy(self.case.policy)

    @property
    def rulebook(self) -> tuple[str, Rulebook]:
        """The law in force, as the ledger told it: digest and rulebook. Raises UnknownArtefact."""
        if not self.law:
            raise artefacts.UnknownArtefact(
                "no rulebook is in force in this ledger; `starter.py up` publishes the shipped"
            )
        return self.law[0], artefacts.rulebook(self.law[0])

    def owes_again(self) -> bool:
        """Whether a case that closed by payment owes after all: a payment was taken back, or that of a settlement."""
        if self.case.status != "closed" or self.case.outcome not in BY_MONEY:
            return False
        # A clock behind the case's own would not see its last payments.
        moment = max(workflow.now(), self.case.clock or workflow.now())
        overdue = self.case.money(bank_date(moment, self.strategy.bank_zone), self.strategy.account).overdue
        return overdue or unmet(self.case, self.strategy, moment)

    # --- opening ------------------------------------------------------------------------------------------------

    async def open(self, carried: Carried | None) -> bool:
        """Open the case, take it over, or take it from the run before; False if this episode is closed already.

        Raises ApplicationError, by which the run ends, if the ledger refuses it for good.
        """
        if carried is not None and carried.build == build():
            self.case, self.law, self.epoch = Case.model_validate(carried.state), carried.law, carried.epoch
            return True
        loan_id = self.request.loan_id
        try:
            opened = await self._ask(LedgerActivities.open, self._opening(), "open the case, or take it over")
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            said = f"the ledger refuses to open {loan_id}: {code(error)}"
            raise ApplicationError(said, type="NotOpened", non_retryable=True) from error
        if opened.status == "inadmissible":
            raise not_admitted(opened.faults)
        if opened.status == "unknown_policy":
            raise ApplicationError(
                f"policy {self.request.policy or 'default'!r} was never published to this ledger; "
                "`starter.py up` publishes the shipped ones",
                type="UnknownPolicy",
                non_retryable=True,
            )
        await self._adopt(opened)
        return opened.status != "closed"

    async def reopen(self) -> None:
        """Open a closed episode again."""
        why = "open it again: money is owed after all"
        await self._adopt(await self._ask(LedgerActivities.reopen, self._opening(), why))

    async def _adopt(self, opened: Opened) -> None:
        case, more = Case.fold(self.request.loan_id, opened.facts), opened.more
        while more:  # a long stream comes in pages
            request = Append(stream=f"loan:{case.loan_id}", epoch=opened.epoch, after=case.head, now=workflow.now())
            page = await self._ask(LedgerActivities.append, request, f"read on from fact {case.head.seq}")
            for fact in page.facts:
                case = case.apply(fact)
            more = page.more
        self.case, self.epoch, self.law = case, opened.epoch, opened.law or self.law

    def _opening(self) -> Opening:
        info = workflow.info()
        return Opening(
            request=self.request,
            chain=info.first_execution_run_id,
            run_id=info.run_id,
            now=workflow.now(),
            build=build(),
        )

    # --- appending ----------------------------------------------------------------------------------------------

    def fact(self, fact_id: str, body: Fact, source: str = "workflow", actor: str = "arrears") -> NewFact:
        """A fact of this run, at its time."""
        return NewFact(fact_id=fact_id, occurred_at=workflow.now(), source=source, actor=actor, body=body)

    async def decide(self, bodies: Sequence[Fact]) -> None:
        """Write decisions down, made on the case as it stands; if something newer had come, that is applied instead.

        What binds all of the borrower's loans goes to their stream, whatever has come.
        """
        root = f"{self.case.loan_id}:e{self.case.epoch}:{self.case.decision_head}"
        facts = [self.fact(f"{root}:{body.kind}", body) for body in bodies]
        if len(facts) == 1 and binds_borrower(self.case, facts[0].body):
            await self.tell_borrower(facts[0])
            return
        await self.append(facts, decided_on=self.case.decision_head)

    async def append(self, facts: Sequence[NewFact], decided_on: int | None = None) -> Appended | None:
        """Append and apply. None if they are to be appended again: the ledger's past is not ours, or the epoch over."""
        request = Append(
            stream=f"loan:{self.case.loan_id}",
            epoch=self.epoch,
            after=self.case.head,
            facts=tuple(facts),
            decided_on=decided_on,
            state=self.case.digest() if decided_on is not None else None,
            build=build(),
            now=workflow.now(),
        )
        appended = await self._ask(LedgerActivities.append, request, _said(facts))
        return appended if await self.absorb(appended) else None

    async def tell_borrower(self, fact: NewFact) -> Appended | None:
        """Write a fact that binds all of the borrower's loans to their stream, and apply what this loan's got of it."""
        order = BorrowerOrder(
            borrower_id=self.request.borrower_id,
            fact=fact,
            stream=f"loan:{self.case.loan_id}",
            epoch=self.epoch,
            after=self.case.head,
            build=build(),
            now=workflow.now(),
        )
        appended = await self._ask(
            LedgerActivities.tell_borrower, order, f"{_said([fact])}, for all of the borrower's loans"
        )
        return appended if await self.absorb(appended) else None

    async def find_policy(self, ref: str) -> str | None:
        """The sha256 of the strategy that `ref` means in this ledger; None if none does."""
        return await self._ask(LedgerActivities.find_policy, ref, "which strategy is meant?")

    async def collectors_of_all(self) -> tuple[str, ...]:
        """Who has spoken with the borrower, on whichever of their loans."""
        asked = self.request.borrower_id
        return await self._ask(LedgerActivities.collectors_of, asked, "who has spoken with the borrower?")

    async def absorb(self, appended: Appended) -> bool:
        """Apply what the ledger answered, to an action too. False if this run had to find its place again."""
        if appended.status == "diverged":
            await self._rebuild()
            return False
        if not self._joins(appended):
            await self._rebuild()
            return False
        for fact in appended.facts:
            if fact.seq > self.case.head.seq:
                self.case = self.case.apply(fact)
        self.law = appended.law or self.law
        if appended.more:
            request = Append(
                stream=f"loan:{self.case.loan_id}", epoch=self.epoch, after=self.case.head, now=workflow.now()
            )
            return await self.absorb(await self._ask(LedgerActivities.append, request, "read on"))
        if appended.status == "stale_epoch" or self.case.epoch != self.epoch:
            await self._regain()
            return False
        return True

    def _joins(self, appended: Appended) -> bool:
        """Whether an answer continues this case: an action's may come from before, or after, a store was restored."""
        head = self.case.head
        newer = [fact.seq for fact in appended.facts if fact.seq > head.seq]
        same = all(fact.hash == head.hash for fact in appended.facts if fact.seq == head.seq)
        return same and (not newer or newer[0] == head.seq + 1)

    async def _rebuild(self) -> None:
        """A store was restored to another moment: the ledger is right, and the account is to be read again."""
        workflow.logger.warning("ledger diverged, folding the case anew")
        why = "the ledger's past is not ours: fold the case anew"
        await self._adopt(await self._ask(LedgerActivities.open, self._opening(), why))
        rebuilt = self.fact(f"rebuilt:{workflow.info().run_id}:{self.case.head.seq}", Rebuilt())
        await self.append([rebuilt], decided_on=self.case.decision_head)

    async def _regain(self) -> None:
        """Another chain took this case over. Take it back only if this is the id's current run; else give it up."""
        current = await workflow.execute_local_activity_method(
            RunActivities.current_run,
            workflow.info().workflow_id,
            start_to_close_timeout=timedelta(seconds=10),
            summary="is this still the current run of its id?",
        )
        if current != workflow.info().run_id:
            self.superseded = True
            return
        why = "another run took this case over and is gone: take it back"
        await self._adopt(await self._ask(LedgerActivities.open, self._opening(), why))

    async def _ask(self, method: Any, request: Any, summary: str) -> Any:
        return await calls.ask_ledger(method, request, summary, _say_ledger_is_silent)


def not_admitted(faults: Sequence[str]) -> ApplicationError:
    """The failure of a run whose request asks for a case that cannot be."""
    said = f"no case can be opened by this request: {'; '.join(faults)}. See docs/integration.md for the JSON"
    return ApplicationError(said, type="BadRequest", non_retryable=True)


def build() -> str:
    """The build id of the code that runs this workflow task."""
    version = workflow.info().get_current_deployment_version()
    return version.build_id if version else "unversioned"


def code(error: FailureError) -> str:
    """A failure as a code."""
    cause = error.cause if isinstance(error, ActivityError) else error
    name = cause.type if isinstance(cause, ApplicationError) and cause.type else type(cause).__name__
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name if c.isascii())
    plain = "".join(c if c.isalnum() else "_" for c in snake).strip("_")
    return plain[:64] if plain[:1].isalpha() else f"failed_{plain}"[:64].rstrip("_")


def _say_ledger_is_silent() -> None:
    workflow.set_current_details("**The ledger does not answer.** Nothing is decided before it does.")


def _said(facts: Sequence[NewFact]) -> str:
    """What an append writes down, in a few words for the timeline."""
    if not facts:
        return "look into the ledger"
    return ", ".join(dict.fromkeys(_words(fact.body) for fact in facts))


def _words(body: Fact) -> str:
    return f"{body.kind.replace('_', ' ')}: {body.why}" if isinstance(body, Decision) else body.kind.replace("_", " ")
