"""The case: the fold of a loan's facts. `apply` is the only way it changes."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import Field

from domain.artefacts import canonical
from domain.debt_standing import apply_debt
from domain.folding import changes
from domain.money import Basis, Explained, Position, difference, position
from domain.parts import (
    Agreement,
    Approval,
    Complaint,
    Failing,
    Heard,
    Interruption,
    LoanFile,
    Offer,
    OpenAttempt,
    PastAgreement,
    PastContact,
    PastVisit,
    Quoted,
    Reporting,
    Restricted,
    Said,
    Settled,
    Task,
    Wish,
)
from schemas.account import AccountRules, AgreedPause, Contract, Difference
from schemas.base import Code, Day, Identifier, Instant, Recorded, added
from schemas.behaviour import Behaviour
from schemas.contact import Channel, Standing
from schemas.court import Milestone, Reached
from schemas.debt import DebtStanding
from schemas.facts import (
    Assessed,
    DifferenceExplained,
    HandedToPerson,
    HandledBy,
    Outcome,
    Parked,
    Paused,
    Stage,
)
from schemas.holds import Hold
from schemas.ledger import Head, RecordedFact
from schemas.loan import CollectionRequest, ContactPoint, CreditRecord, Instalment, Party, PointKind, Transaction
from schemas.means import Means


class OutOfOrder(ValueError):
    """A fact was applied that is not the next one of its stream: the caller must fold the ledger again."""


class Case(Recorded):
    """All that is known of one loan's collection at `head` of its ledger stream."""

    loan_id: Identifier
    head: Head = Head()
    decision_head: int = 0
    epoch: int = 0
    clock: Instant | None = None
    """The newest time at which this case decided anything; a clock behind it cannot be right."""
    status: Literal["unopened", "open", "closed"] = "unopened"
    request: CollectionRequest | None = None
    policy: str = ""
    stage: Stage = "assessment"
    stage_since: Instant | None = None
    handled_by: HandledBy = "robot"
    outcome: Outcome | None = None
    closing_why: str = ""

    # What is known of the loan, and what we make of it.
    instalments: tuple[Instalment, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    account_as_of: Instant | None = None
    """As of when core banking told the account; None if it is to be read before anything else."""
    account_read_at: Instant | None = None
    quoted: Quoted | None = None
    explained: DifferenceExplained | None = added(None)
    """How the difference between core banking's figures and its books was explained, while it is that one."""
    unread: tuple[Identifier, ...] = ()
    """References of transactions that the newest reading of the account did not have: signals come before the books."""
    previous_episodes: int = 0
    account_reads: int = 0
    written_off_on: Day | None = None
    accelerated_on: Day | None = None
    behaviour: Behaviour | None = None
    contract: Contract | None = added(None)
    pauses: tuple[AgreedPause, ...] = added(())
    disclosed_fees: tuple[Code, ...] = added(())
    credit: CreditRecord | None = None
    credit_tried: int = 0
    assessed: Assessed | None = None
    assessed_talks: int = 0
    """How many conversations the assessment rests on."""
    reporting: Reporting = added(Reporting())
    """What the credit bureau was told, and the notice before it."""
    restrictions: tuple[Restricted, ...] = added(())
    restrictions_told: int = added(0)
    freeze_asked: bool = added(False)
    """Whether a freeze of the limit was asked for in this episode: the strategy does so once."""
    cured_at: Instant | None = None
    relapses: int = 0

    # Contact.
    standing: Standing = Standing()
    debt: DebtStanding = DebtStanding()
    """What of this loan the guard looks at; folded by itself, see `domain.debt_standing`."""
    added_points: tuple[tuple[Identifier, ContactPoint], ...] = ()
    invalid_points: tuple[Identifier, ...] = ()
    attempts: int = 0
    open_attempt: OpenAttempt | None = None
    released: OpenAttempt | None = None
    """The last attempt that was given up, in case its gateway says later that it went out."""
    contacts: tuple[PastContact, ...] = ()
    contacts_made: int = 0
    rung: int = 0
    not_before: Instant | None = None
    stop_all_refusals: int = 0
    blocked: Channel | None = None
    """The channel that the guard has just refused for good, until something else goes out or the stage changes."""
    quiet_until: Instant | None = None
    task: Task | None = None
    heard: Heard | None = None
    refusals: int = 0
    hostile_to: tuple[Identifier, ...] = ()
    """Collectors with whom a talk got out of hand, each time."""
    collectors: tuple[Identifier, ...] = added(())
    """Who has spoken with the borrower."""
    inbound_at: Instant | None = None

    # Negotiation.
    wish: Wish | None = None
    means: Means | None = added(None)
    """What the borrower said they have to pay with, the last time they were asked."""
    said: Said | None = None
    negotiation_calls: int = 0
    offer: Offer | None = None
    approvals: tuple[Approval, ...] = ()
    agreement: Agreement | None = None
    settled: Settled | None = None
    certificate: Identifier | None = added(None)
    """The settlement that was certified to the borrower."""
    past_agreements: tuple[PastAgreement, ...] = ()

    # Field visits and litigation.
    visits: tuple[PastVisit, ...] = ()
    file: LoanFile | None = None
    file_checks: int = 0
    court: tuple[Reached, ...] = ()
    court_steps: int = 0
    property_checked_at: Instant | None = None
    accelerate: bool | None = None
    """Whether the whole balance is to be called due before a suit, once somebody has decided."""
    interrupted: Interruption | None = None

    # What stops it.
    holds: tuple[Hold, ...] = ()
    complaints: tuple[Complaint, ...] = added(())
    paused: Paused | None = None
    parked: Parked | None = None
    handed: HandedToPerson | None = None
    failing: dict[Code, Failing] = Field(default_factory=dict)

    # --- reading ------------------------------------------------------------------------------------------------

    def due_instalments(self) -> tuple[Instalment, ...]:
        """The instalments, with the due dates that hold: of a loan that is due as a whole, none lies later than that."""
        latest = self._whole_due_on()
        if latest is None:
            return self.instalments
        return tuple(i.model_copy(update={"due_on": min(i.due_on, latest)}) for i in self.instalments)

    def basis(self, rules: AccountRules | None, *, as_contracted: bool = False) -> Basis:
        """By what the account is worked out: the contract as core banking told it, and the `rules` of the pinned strategy.
        `as_contracted`: as if nobody had made it due as a whole, as core banking has it, and nothing had been explained."""
        told = None if as_contracted else self.explained
        return Basis(
            contract=self.contract,
            rules=rules,
            pauses=self.pauses,
            whole_due_on=None if as_contracted else self._whole_due_on(),
            currency=self.request.currency if self.request else "CNY",
            explained=Explained(told.difference, told.on, told.paid, told.unapplied) if told else None,
        )

    def _whole_due_on(self) -> date | None:
        """The latest due date that an instalment has, of a loan that is due as a whole."""
        whole = min((day for day in (self.accelerated_on, self.written_off_on) if day), default=None)
        # An instalment is overdue from the day after it was due.
        return None if whole is None else whole - timedelta(days=1)

    def money(self, on: date, rules: AccountRules | None = None) -> Position:
        """What is owed on the bank's date `on`, from all instalments and transactions known, and the difference to core
        banking's figures that was explained. `rules`: the pinned strategy's; what was paid is the same without them."""
        return position(self.instalments, self.transactions, on, self.basis(rules))

    def differs(self, on: date, rules: AccountRules | None = None) -> Difference | None:
        """How core banking's figures are not those that its own instalments and transactions give on the bank's date `on` of
        the reading; None if they are."""
        if self.quoted is None:
            return None
        ours = self.books(on, rules)
        return difference(self.quoted.arrears, self.quoted.outstanding, ours, self.quoted.components)

    def books(self, on: date, rules: AccountRules | None = None) -> Position:
        """What the instalments and transactions of the newest reading give on the bank's date `on`, and nothing else."""
        told = [item for item in self.transactions if item.reference not in self.unread]
        return position(self.instalments, told, on, self.basis(rules, as_contracted=True))

    def counting_from(self, today: date) -> date | None:
        """The next date after `today` from which a transaction that is known already counts; None without one."""
        return min((t.value_date for t in self.transactions if t.value_date > today), default=None)

    def money_with_all_known(self, today: date, rules: AccountRules | None = None) -> Position:
        """The position if money that has come, but counts from a later value date, counted today."""
        return position(self.instalments, self.all_known(today), today, self.basis(rules))

    def all_known(self, today: date) -> tuple[Transaction, ...]:
        """The transactions, with what counts from a later value date as of today."""
        return tuple(t.model_copy(update={"value_date": min(t.value_date, today)}) for t in self.transactions)

    def restrictions_approved(self) -> tuple[Restricted, ...]:
        """The restrictions that were approved, and of which core banking has not yet taken word."""
        return tuple(
            Restricted(restriction=a.subject, reason=a.reason or "asked_for", approval=a.approval)
            for a in self.approvals
            if a.approved and a.subject in ("freeze", "watch_list")
        )

    @property
    def whole_is_due(self) -> bool:
        """Whether nothing less than the whole balance, or a settlement, ends it: accelerated or written off."""
        return self.accelerated_on is not None or self.written_off_on is not None

    def pending_task(self, now: datetime) -> Task | None:
        """What people were asked to do and may still do."""
        return self.task if self.task and now < self.task.deadline else None

    def reached(self, *milestones: Milestone) -> Reached | None:
        """The latest of these milestones that was reached."""
        return next((r for r in reversed(self.court) if r.milestone in milestones), None)

    def broken(self, kind: str = "promise") -> int:
        """How many agreements of this kind were not kept, those that were kept in part among them."""
        return sum(past.kind == kind and past.ended in ("partly", "broken") for past in self.past_agreements)

    def digest(self) -> str:
        """sha256 (hex) of the whole state: equal digests, equal cases."""
        return hashlib.sha256(canonical(self)).hexdigest()

    def parties(self) -> tuple[Party, ...]:
        """Everybody with a role in this loan."""
        return self.request.parties if self.request else ()

    def borrower(self) -> Party | None:
        """The debtor as the request names them."""
        return next((party for party in self.parties() if party.role == "borrower"), None)

    def points(self, party: Party) -> tuple[ContactPoint, ...]:
        """The ways to reach `party` that are not known to be wrong; newest first."""
        added = tuple(point for owner, point in reversed(self.added_points) if owner == party.party_id)
        return tuple(p for p in added + party.contact_points if p.contact_point_id not in self.invalid_points)

    def usable(self, *kinds: PointKind) -> tuple[ContactPoint, ...]:
        """The borrower's contact points of these kinds that are not known to be wrong."""
        party = self.borrower()
        return tuple(p for p in self.points(party) if p.kind in kinds) if party else ()

    def and_invalid(self, contact_point_id: str) -> tuple[str, ...]:
        """The ids of all points known to be wrong, this one with them."""
        return tuple(sorted({*self.invalid_points, contact_point_id}))

    def healed(self, *systems: str) -> dict[Code, Failing]:
        """What still fails now that these systems have answered."""
        return {name: state for name, state in self.failing.items() if name not in systems}

    def set_aside(self) -> Case:
        """This case as if its open attempt had not begun: is it still wanted?"""
        if self.open_attempt is None:
            return self
        return self.model_copy(update={"open_attempt": None, "attempts": self.attempts - 1})

    # --- folding ------------------------------------------------------------------------------------------------

    def apply(self, recorded: RecordedFact) -> Case:
        """The case after the next fact of its stream. Raises OutOfOrder for any other fact."""
        if recorded.seq != self.head.seq + 1:
            raise OutOfOrder(f"fact {recorded.seq} of {self.loan_id} cannot follow {self.head.seq}")
        body = recorded.body
        updates: dict[str, object] = {"head": Head(seq=recorded.seq, hash=recorded.hash)}
        if body.weight != "inert":
            updates["decision_head"] = recorded.seq
        if body.weight == "decision":
            updates["clock"] = max(self.clock, recorded.occurred_at) if self.clock else recorded.occurred_at
        updates |= changes(self, body, recorded.occurred_at)
        updates["debt"] = apply_debt(self.debt, recorded)
        return self.model_copy(update=updates)

    @classmethod
    def fold(cls, loan_id: str, facts: tuple[RecordedFact, ...] | list[RecordedFact]) -> Case:
        """The case that these facts, a stream from its beginning, amount to."""
        case = cls(loan_id=loan_id)
        for fact in facts:
            case = case.apply(fact)
        return case
