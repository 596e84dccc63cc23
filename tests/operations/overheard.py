"""Lives that make cases give as many of their reasons as they can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

from domain.holds import in_force, row_of
from schemas.facts import ContactResultPosted, Decision, DocumentArrived, Stage, VisitReported
from schemas.holds import OpenableHold
from schemas.messages import (
    AcceptPlan,
    AcceptPromise,
    CloseByBank,
    Command,
    DecideApproval,
    DecideComplaint,
    EndHold,
    Escalate,
    ExplainDifference,
    ExtendComplaint,
    LiftRestriction,
    OfferPlan,
    OpenComplaint,
    OpenHold,
    Pause,
    RecordContact,
    RecordCourtStep,
    RecordVisit,
    Restrict,
    Resume,
    WithdrawExplanation,
)
from schemas.restrictions import Restrictions
from schemas.steps import Why
from schemas.terms import Part, PlanOffer, SettlementOffer
from tests.domain.casework import Life, instalments, whole_strategy


class Overheard(Life):
    """A life that keeps every reason that was given."""

    def __init__(self, **changes: Any) -> None:
        self.reasons: set[tuple[str, str]] = set()
        super().__init__(strategy=whole_strategy(), **changes)
        self.schedule = instalments(months=8, principal="2500.00")
        self.observers.append(lambda step, _case: self._hear(step.why))

    def live(self, until: Any, limit: int = 400) -> Any:
        """The step it rests on gives its reason too."""
        step = super().live(until, limit)
        self._hear(step.why)
        return step

    def give(self, command: Command) -> str:
        """A command, whose refusal is a reason too; answers the id of what it created."""
        body = self.command(command)
        if body.kind == "command_refused":
            self.reasons.add((body.rule, body.why))
        if body.kind == "approval_requested":
            self.reasons.add((body.limit, body.why))
        return f"cmd-{self.commands}"

    def _hear(self, why: Why) -> None:
        self.reasons.add((why.rule, why.text))


def ladder_visits_and_suit() -> Overheard:
    """Nobody answers: every rung, two visits without a report, a suit to the end of an enforcement, then paid."""
    life = Overheard()
    life.lacking = {"contract"}
    life.live(timedelta(days=89))
    for approval in life.case.approvals:
        life.give(DecideApproval(by="boss", approval=approval.approval, approve=True, reason="looked_at"))
    life.give(RecordCourtStep(by="legal", milestone="judgment", on=life.today))
    life.live(timedelta(days=3))
    life.lacking = set()
    life.tell(DocumentArrived(piece="contract"))
    life.live(timedelta(days=40))
    for milestone, days in (("accepted", 20), ("judgment", 40), ("terminated", 200)):
        life.give(
            RecordCourtStep.model_validate(
                {"by": "legal", "milestone": milestone, "on": life.today, "reference": "CT-2"}
            )
        )
        life.live(timedelta(days=days))
    life.give(CloseByBank(by="ops", reason="sold"))
    life.pay("30000.00", "ALL")
    life.live(timedelta(days=1))
    return life


def agreements() -> Overheard:
    """Everything that may be asked for above a limit, refused, broken and kept."""
    life = Overheard()
    life.live(timedelta(days=12))
    known: dict[str, Any] = {"by": "anna", "identity_verified": True}
    today = life.today
    life.give(AcceptPromise(**known, amount=Decimal("99999.00"), pay_by=today))
    life.give(AcceptPromise(**known, amount=Decimal("10.005"), pay_by=today))
    life.give(AcceptPromise(**known, amount=Decimal("10.00"), pay_by=today - timedelta(days=1)))
    asked = life.give(AcceptPromise(**known, amount=Decimal("2550.00"), pay_by=today + timedelta(days=20)))
    life.give(AcceptPromise(**known, amount=Decimal("2550.00"), pay_by=today))
    life.give(DecideApproval(by="anna", approval=asked, approve=True, reason="fine"))
    life.give(DecideApproval(by="boss", approval="cmd-0", approve=True, reason="fine"))
    life.live(timedelta(0))
    life.give(DecideApproval(by="boss", approval=asked, approve=False, reason="too_long"))
    life.give(OfferPlan(by="anna", terms=PlanOffer(parts=(Part(amount=Decimal("1.00"), due_on=today),))))
    for days in (0, 40):
        parts = tuple(Part(amount=Decimal("1275.00"), due_on=today + timedelta(days=days + 50 * n)) for n in range(2))
        above = life.give(OfferPlan(by="anna", terms=PlanOffer(covers="arrears", parts=parts)))
        life.give(DecideApproval(by="boss", approval=above, approve=False, reason="too_long"))
    many = tuple(Part(amount=Decimal("170.00"), due_on=today + timedelta(days=n)) for n in range(15))
    above = life.give(OfferPlan(by="anna", terms=PlanOffer(covers="arrears", parts=many)))
    life.live(timedelta(days=3))
    life.give(OfferPlan(by="anna", terms=SettlementOffer(amount=Decimal("20400.00"), pay_by=life.today)))
    cheap = SettlementOffer(amount=Decimal("15000.00"), pay_by=life.today + timedelta(days=3))
    above = life.give(OfferPlan(by="anna", terms=cheap))
    life.give(DecideApproval(by="boss", approval=above, approve=True, reason="fine"))
    life.live(timedelta(hours=1))
    life.give(OfferPlan(by="anna", terms=cheap))
    life.give(AcceptPlan(**known, offer=above, terms_hash="0"))
    life.give(AcceptPlan(**known, offer="none", terms_hash="0"))
    assert life.case.offer
    life.give(AcceptPlan(**known, offer=above, terms_hash=life.case.offer.terms_hash))
    life.live(timedelta(days=1))
    life.give(Escalate(by="ops", to="field_visit", reason="impatience"))
    life.live(timedelta(days=5))
    life.give(AcceptPromise(**known, amount=Decimal("100.00"), pay_by=life.today))
    life.pay("100.00", "P-1")
    life.live(timedelta(days=30))
    return life


def holds_and_records() -> Overheard:
    """Whatever stops a case, and what may not be recorded or commanded."""
    life = Overheard()
    life.live(timedelta(days=20))
    for kind in get_args(OpenableHold):
        end = life.now + timedelta(days=60) if row_of(kind).review == "must" else None
        opened = OpenHold(by="ops", hold_kind=kind, reason="asked", review_at=end)
        life.give(opened.model_copy(update={"review_at": None if end else life.now + timedelta(days=1)}))
        for hold in [each.hold for each in in_force(life.case, life.now)]:
            life.give(EndHold(by="ops", hold=hold, reason="asked"))
        hold = life.give(opened)
        life.give(opened)
        life.live(timedelta(hours=1))
        for stage in get_args(Stage):
            life.give(Escalate(by="ops", to=stage, reason="asked"))
        life.give(OfferPlan(by="anna", terms=SettlementOffer(amount=Decimal("1.00"), pay_by=life.today)))
        life.give(EndHold(by="ops", hold=hold, reason="answered"))
    complaints(life)
    life.give(EndHold(by="ops", hold="none", reason="answered"))
    life.give(Resume(by="ops", reason="none"))
    for until in (timedelta(days=-1), timedelta(days=1)):
        life.give(Pause(by="ops", reason="asked", until=life.now + until))
    life.give(EndHold(by="ops", hold="pause", reason="asked"))
    life.live(timedelta(days=2))
    life.give(RecordContact(by="anna", attempt="L1:99", result="answered"))
    life.give(RecordContact(by="anna", result="promised"))
    life.give(RecordContact(by="anna", result="answered", promise=Part(amount=Decimal(1), due_on=life.today)))
    life.give(RecordVisit(by="anna", attempt="L1:99", result="met", staff=2))
    life.give(RecordCourtStep(by="legal", milestone="enforced", on=life.today + timedelta(days=1)))
    life.live(timedelta(days=60))
    for visit in life.case.visits:
        life.give(RecordVisit(by="anna", attempt=visit.attempt, result="nobody", staff=2))
        life.give(RecordVisit(by="anna", attempt=visit.attempt, result="nobody", staff=2))
    for _ in range(2):
        life.tell(ContactResultPosted(attempt=life.case.contacts[-1].attempt, result="refused"))
        life.tell(ContactResultPosted(attempt=life.case.contacts[0].attempt, result="refused"))
    life.live(timedelta(days=10))
    for contact in life.case.contacts:
        life.tell(VisitReported(attempt=contact.attempt, result="unsafe", staff=2))
    life.live(timedelta(days=10))
    return life


def complaints(life: Overheard) -> None:
    """Taken in, given more time, late, answered; and what is refused on the way."""
    life.give(OpenComplaint(by="bad", reason="impolite", against=("bad",)))
    life.give(OpenComplaint(by="ops", reason="impolite", received_at=life.now + timedelta(days=1)))
    told = life.give(OpenComplaint(by="ops", reason="impolite", against=("bad",)))
    life.give(EndHold(by="ops", hold=told, reason="answered"))
    more = ExtendComplaint(by="boss", complaint=told, more_time="senior", reason="asked", asked_by="ops")
    life.give(more)
    for kind in ("complicated", "complicated", "senior", "senior"):
        life.give(more.model_copy(update={"more_time": kind, "by": "bad"}))
        life.give(more.model_copy(update={"more_time": kind, "asked_by": "boss"}))
        life.give(more.model_copy(update={"more_time": kind}))
    life.live(timedelta(days=1))
    life.live(timedelta(days=61))
    answer = DecideComplaint(by="bad", complaint=told, outcome="rejected", reason="fine", correction="none")
    for by, correction in (("bad", None), ("quality", "none"), ("quality", None), ("quality", None)):
        life.give(answer.model_copy(update={"by": by, "correction": correction}))


def restrictions() -> Overheard:
    """Asked for by people and by the strategy, approved, refused, lifted, and lifted by the money."""
    life = Overheard(product="credit_card")
    life.strategy = life.strategy.model_copy(update={"restrictions": Restrictions(freeze_from_dpd=20)})
    life.live(timedelta(days=17))
    listed = Restrict(by="risk", restriction="watch_list", reason="moved")
    asked = life.give(listed)
    life.give(listed)
    life.live(timedelta(hours=1))
    life.give(DecideApproval(by="boss", approval=asked, approve=True, reason="looked_at"))
    life.live(timedelta(hours=1))
    life.give(listed)
    lift = LiftRestriction(by="risk", restriction="watch_list", reason="cleared_up")
    for _ in range(2):
        life.give(lift)
    life.live(timedelta(days=1))
    life.give(lift)
    for approval in life.case.approvals:
        life.give(DecideApproval(by="boss", approval=approval.approval, approve=True, reason="looked_at"))
    life.live(timedelta(days=1))
    life.give(listed)
    life.live(timedelta(days=5))
    life.pay("2550.00", "P-1")
    life.live(timedelta(days=1))
    life.give(listed)
    loan = Overheard()
    loan.live(timedelta(days=1))
    loan.give(Restrict(by="risk", restriction="freeze", reason="moved"))
    life.reasons |= loan.reasons
    return life


def differences() -> Overheard:
    """Explained by the wrong amounts, twice, in vain, approved, withdrawn, and past."""
    life = Overheard()
    beyond = Decimal("50.00")
    explained = ExplainDifference(by="recon", arrears=beyond, outstanding=beyond, reason="late_fee")
    life.give(explained)
    life.live(timedelta(hours=1))
    life.give(explained)
    life.give(WithdrawExplanation(by="recon", reason="mistaken"))
    life.beyond = beyond, beyond
    life.live(timedelta(days=2))
    life.give(explained.model_copy(update={"arrears": Decimal("-1.00")}))
    life.give(explained)
    life.give(explained)
    life.live(timedelta(days=5))
    for further in (beyond, beyond + 1, None):
        asked = life.give(explained)
        life.give(DecideApproval(by="boss", approval=asked, approve=True, reason="looked_at"))
        life.live(timedelta(hours=1))
        life.give(explained)
        life.beyond = (further, beyond) if further else None
        life.live(timedelta(days=2))
        life.beyond = beyond, beyond
        life.live(timedelta(days=2))
        if life.case.explained:
            life.give(WithdrawExplanation(by="recon", reason="mistaken"))
    life.give(explained)
    life.beyond = None
    life.live(timedelta(days=2))
    return life


def overheard() -> Iterator[tuple[str, str]]:
    """Rules and reasons of all of them: of steps, decisions and refusals."""
    for life in (ladder_visits_and_suit(), agreements(), holds_and_records(), restrictions(), differences()):
        facts = [fact.body for fact in life.facts]
        decisions = {(body.rule, body.why) for body in facts if isinstance(body, Decision) and body.kind != "assessed"}
        yield from life.reasons | decisions
