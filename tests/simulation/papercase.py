"""A case on paper: the real decider and the real simulated bank, without Temporal, ledger or HTTP between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from domain import conduct
from domain.agenda import next_step
from domain.artefacts import register_policy
from domain.case import Case
from domain.commands import decide_command
from domain.commands.holding import binds_borrower
from domain.commands.table import NAMES
from domain.stages.situation import Situation
from schemas.contact import ConductFacts, PastAttempt
from schemas.facts import (
    AccountRead,
    ApprovalRequested,
    AttemptRefused,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    CertificateIssued,
    CommandRefused,
    CourtStepTaken,
    CreditRecordRead,
    CreditReported,
    DocumentsRequested,
    EpisodeOpened,
    Fact,
    FileChecked,
    InterestCharged,
    OfferMade,
    RestrictionSet,
    TaskCalledOff,
    WaiverBooked,
    WaiverReversed,
)
from schemas.gateways import (
    BureauInquiry,
    BureauReport,
    CallOffRequest,
    CallRequest,
    CertificateRequest,
    CourtRequest,
    DocumentsRequest,
    MessageRequest,
    PlanInterestRequest,
    RestrictionRequest,
    VisitRequest,
    WaiverRequest,
    WaiverReversalRequest,
)
from schemas.ledger import NewFact, RecordedFact
from schemas.loan import CollectionRequest
from schemas.messages import Command, CommandOutcome
from schemas.steps import Act as Doing
from schemas.steps import Decide, Done, MakeContact, Step, Wait
from simulation.bank import bureau, contacts, core, court, documents
from simulation.bank.store import Store
from simulation.model import Act
from tests.domain.casework import rules, shipped_default

_ADDRESS = {"phone": "+86 100 0000 0000", "email": "mail@example.com", "app": "app", "im": "im", "postal": "Nowhere 1"}
_COMMANDS = {name: command for command, name in NAMES.items()}
MOST_STEPS = 60
"""More than this without a wait are no progress."""


class Around(Protocol):
    """What a case sees of the book it is in."""

    now: datetime
    store: Store

    def tell_borrower(self, fact_id: str, borrower: str, body: Fact) -> None: ...
    def attempts(self, borrower: str) -> Iterator[PastAttempt]: ...


class PaperCase:
    """One case: its facts, and what it did."""

    def __init__(self, book: Around, request: CollectionRequest) -> None:
        self.book, self.request, self.store = book, request, book.store
        self.strategy = shipped_default()
        self.case = Case(loan_id=request.loan_id)
        self.facts: list[RecordedFact] = []
        self.known: set[str] = set()
        self.step: Step | None = None
        self.asked: tuple[str, str | None] | None = None
        self.tell("opened", EpisodeOpened(request=request, epoch=1, policy=register_policy(self.strategy)), book.now)

    def tell(self, fact_id: str, body: Fact, at: datetime) -> Fact:
        """A fact happens; the same id again is the same fact. Answers what stands under it."""
        if fact_id in self.known:
            return next(f.body for f in self.facts if f.fact_id == fact_id)
        self.known.add(fact_id)
        seq = self.case.head.seq + 1
        new = NewFact(fact_id=fact_id, occurred_at=at, source="paper", body=body)
        fact = RecordedFact(**dict(new), seq=seq, hash=f"{seq:064x}", epoch=self.case.epoch, recorded_at=at)
        self.facts.append(fact)
        self.case = self.case.apply(fact)
        return body

    def own(self, body: Fact) -> None:
        """A fact of the case's own making."""
        self.tell(f"own:{self.case.head.seq + 1}", body, self.book.now)

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.case.status == "closed"

    def rest(self) -> Step:
        """Do all there is to do now."""
        for _ in range(MOST_STEPS):
            self.step = next_step(self.case, self.strategy, rules()[1], self.book.now)
            if isinstance(self.step, Wait | Done):
                return self.step
            if isinstance(self.step, Decide):
                for body in self.step.facts:
                    self.own(body)
            else:
                self.do(self.step)
        raise AssertionError(f"{self.case.loan_id} does not come to rest: {self.step}")

    def command(self, act: Act) -> CommandOutcome:
        """Somebody commands something."""
        given = act.payload["command"] if act.kind == "command" else act.payload
        command: Command = _COMMANDS[act.what].model_validate(given)
        situation = Situation.of(self.case, self.strategy, rules()[1], self.book.now)
        body = decide_command(situation, command, act.id)
        if binds_borrower(self.case, body):
            self.book.tell_borrower(f"update:{act.id}", act.borrower_id, body)
        else:
            body = self.tell(f"update:{act.id}", body, self.book.now)
        match body:
            case CommandRefused():
                return CommandOutcome(accepted=False, seq=0, rule=body.rule, why=body.why)
            case ApprovalRequested():
                return CommandOutcome(accepted=True, seq=0, rule=body.limit, waits_for=body.approval)
            case OfferMade():
                return CommandOutcome(accepted=True, seq=0, offer=body.offer, terms_hash=body.terms_hash)
            case _:
                return CommandOutcome(accepted=True, seq=0)

    # --- the outside ----------------------------------------------------------------------------------------

    def do(self, step: Doing) -> None:
        """The simulated bank does what is asked of it, at once."""
        action, request, now = step.action, self.request, self.book.now
        loan, borrower = request.loan_id, request.borrower_id
        match action.kind:
            case "read_account":
                self.own(AccountRead(account=core.account(self.store, loan, core.AccountQuery(as_of=now))))
            case "read_credit_record":
                inquiry = BureauInquiry(
                    loan_id=loan, borrower_id=borrower, authorisation=action.authorisation, as_of=now
                )
                record = bureau.inquire(self.store, action.key, inquiry)
                self.own(CreditRecordRead(record=record, authorisation=action.authorisation))
            case "report_credit":
                said = action.model_dump(include={"status", "amount", "days_past_due", "notice"})
                told = BureauReport(loan_id=loan, borrower_id=borrower, currency=request.currency, as_of=now, **said)
                receipt = bureau.report(self.store, action.key, told)
                self.own(CreditReported(**said, reference=receipt.reference))
            case "make_contact":
                self._contact(action)
            case "resolve_attempt":
                raise AssertionError("nothing gets lost on paper")
            case "call_off":
                visit = action.proposal.channel == "visit"
                receipt = contacts.call_off(
                    self.store,
                    "field" if visit else "telephony",
                    action.proposal.channel,
                    action.proposal.attempt,
                    CallOffRequest(reason=action.reason, as_of=now),
                )
                late = receipt.status == "too_late"
                self.own(TaskCalledOff(attempt=action.proposal.attempt, code=action.reason, too_late=late))
            case "check_file":
                file = documents.file(self.store, loan, documents.FileQuery(as_of=now))
                self.own(FileChecked(pieces=dict(file.pieces)))
            case "request_documents":
                wanted = DocumentsRequest(loan_id=loan, borrower_id=borrower, pieces=action.pieces, as_of=now)
                documents.request(self.store, action.key, wanted)
                self.own(DocumentsRequested(pieces=action.pieces))
            case "book_waiver":
                waiver = WaiverRequest(
                    loan_id=loan,
                    agreement=action.agreement,
                    amount=action.amount,
                    currency=request.currency,
                    as_of=now,
                    made_of=action.made_of,
                )
                booked = core.waive(self.store, action.key, waiver)
                self.own(WaiverBooked(**booked.model_dump(include={"reference", "amount", "value_date", "made_of"})))
            case "reverse_waiver":
                said = action.model_dump(include={"agreement", "reverses"})
                taken_back = WaiverReversalRequest(loan_id=loan, as_of=now, **said)
                back = core.take_back(self.store, action.key, taken_back)
                told = back.model_dump(include={"reference", "reverses", "amount", "value_date"})
                self.own(WaiverReversed(agreement=action.agreement, **told))
            case "charge_interest":
                said = action.model_dump(include={"agreement", "amount", "on"})
                charge = PlanInterestRequest(loan_id=loan, currency=request.currency, as_of=now, **said)
                due = core.charge(self.store, action.key, charge)
                told = due.model_dump(include={"reference", "amount", "value_date"})
                self.own(InterestCharged(agreement=action.agreement, **told))
            case "set_restriction":
                said = action.model_dump(include={"restriction", "change", "reason", "approval"})
                restriction = RestrictionRequest(loan_id=loan, borrower_id=borrower, as_of=now, **said)
                taken = core.restrict(self.store, action.key, restriction)
                self.own(RestrictionSet(**said, reference=taken.reference))
            case "issue_certificate":
                said = action.model_dump(include={"agreement", "paid", "waived"})
                certificate = CertificateRequest(
                    loan_id=loan, borrower_id=borrower, currency=request.currency, as_of=now, **said
                )
                issued = documents.certify(self.store, action.key, certificate)
                self.own(CertificateIssued(agreement=action.agreement, reference=issued.reference))
            case "take_court_step":
                step_at_court = CourtRequest(
                    loan_id=loan,
                    borrower_id=borrower,
                    reference=action.reference,
                    claim=action.claim,
                    currency=request.currency,
                    pieces=action.pieces,
                    as_of=now,
                )
                taken = court.take(self.store, action.step, action.key, step_at_court)
                self.own(CourtStepTaken(step=action.step, reference=taken.reference, on=taken.on, claim=action.claim))

    def _contact(self, action: MakeContact) -> None:
        proposal, now = action.proposal, self.book.now
        facts = ConductFacts(standing=self.case.standing, attempts=tuple(self.book.attempts(self.request.borrower_id)))
        verdict = conduct.decide(proposal, facts, now, rules()[1][1], rules()[1][0])
        if verdict.verdict != "allow":
            self.own(AttemptRefused(proposal=proposal, verdict=verdict))
            return
        self.own(AttemptReserved(proposal=proposal, verdict=verdict))
        self.own(AttemptSending(attempt=proposal.attempt))
        points = (point for party in self.case.parties() for point in party.contact_points)
        kind = next(point.kind for point in points if point.contact_point_id == proposal.contact_point_id)
        fields = {
            **proposal.model_dump(include={"channel", "contact_point_id", "template", "purpose"}),
            "loan_id": self.request.loan_id,
            "borrower_id": self.request.borrower_id,
            "address": _ADDRESS[kind],
            "language": "zh-CN",
            "text": "…",
            "as_of": now,
        }
        if proposal.channel == "visit":
            more = proposal.model_dump(include={"appointment", "appointment_end", "deadline", "team", "papers"})
            receipt = contacts.take(
                self.store, "field", proposal.attempt, VisitRequest.model_validate(fields | more), ("visit",)
            )
        elif proposal.channel in ("robot_call", "human_call"):
            call = CallRequest.model_validate(fields | proposal.model_dump(include={"deadline", "exclude"}))
            receipt = contacts.take(self.store, "telephony", proposal.attempt, call, (proposal.channel,))
        else:
            message = MessageRequest.model_validate(fields)
            receipt = contacts.take(self.store, "messaging", proposal.attempt, message, contacts.MESSAGES)
        self.own(AttemptSent(attempt=proposal.attempt, gateway_reference=receipt.reference))
