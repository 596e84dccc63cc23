"""Whatever happens to a case, in whatever order: it is never stuck, never in a stage without its condition, never after
somebody who has paid, and its next step always ends or waits for a later time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.calendar import zone
from domain.case import Case
from domain.complaints import undecided
from domain.holds import WHILE_AGREED, stopping
from domain.lifecycle import ESCALATION, ROWS
from domain.stages.situation import Situation
from schemas.contact import Channel, ContactResult, VisitResult
from schemas.facts import (
    BorrowerDeceased,
    ChannelOptedOut,
    ContactAllowed,
    ContactPointInvalid,
    ContactResultPosted,
    ContactStopped,
    CourtReported,
    DocumentArrived,
    InboundContact,
    OutsideFailed,
    PaymentReversed,
    StageEntered,
    VisitReported,
)
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
    OfferPlan,
    OpenComplaint,
    OpenHold,
    Pause,
    RecordContact,
    RecordCourtStep,
    RecordVisit,
    Resume,
)
from schemas.steps import Act, Decide, MakeContact, Step, Wait
from schemas.terms import Part, PlanOffer, SettlementOffer
from tests.domain.casework import Life, instalments, rules, whole_strategy

SHANGHAI = zone("Asia/Shanghai")
CHAINED = 60
"""More steps than this without waiting are no progress."""

amounts = st.integers(1, 900_000).map(lambda cents: Decimal(cents) / 100)
days = st.integers(-3, 60)


class AnyCase(RuleBasedStateMachine):
    """One case under the shipped strategy, with everything that can be told to it or asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(strategy=whole_strategy())
        self.life.schedule = instalments(months=8, principal="2500.00")
        self.payments = 0
        self.broken_systems: set[str] = set()
        self.life.observers.append(self._watch)
        self._settle()

    # --- what is held against every step ------------------------------------------------------------------------

    def _watch(self, step: Step, before: Case) -> None:
        s = Situation.of(before, self.life.strategy, rules()[1], self.life.now)
        if isinstance(step, Decide):
            for fact in step.facts:
                if isinstance(fact, StageEntered):
                    self._stage_was_due(s, fact, step)
        if isinstance(step, Act) and isinstance(step.action, MakeContact):
            self._contact_was_due(s, step.action)

    def _stage_was_due(self, s: Situation, fact: StageEntered, step: Decide) -> None:
        assert fact.rule != ESCALATION, "only an operator escalates"
        assessed = [f for f in step.facts if f.kind == "assessed"]
        if assessed:
            case = s.case.model_copy(update={"assessed": assessed[0]})
            s = Situation.of(case, s.strategy, rules()[1], s.now)
        row = next(r for r in ROWS if r.rule == fact.rule)
        assert row.target == fact.stage
        assert s.case.stage in row.sources
        assert row.holds(s)

    def _contact_was_due(self, s: Situation, action: MakeContact) -> None:
        proposal = action.proposal
        owed = s.case.money_with_all_known(s.today)
        assert owed.arrears > 0, "somebody who has paid is left alone"
        assert s.case.pending_task(s.now) is None, "one task of people at a time"
        matter = {"contact": "dunning", "negotiation": "negotiation", "field_visit": "visit"}.get(
            s.case.stage, "new_suit"
        )
        assert stopping(s.case, matter, s.now) is None  # pyright: ignore[reportArgumentType]
        assert s.case.agreement is None or matter not in (*WHILE_AGREED, "negotiation")
        assert proposal.channel not in s.case.standing.opted_out or proposal.channel == "letter"
        moments = [proposal.appointment, proposal.appointment_end] if proposal.appointment else [s.now]
        for moment in moments:
            assert moment is not None
            assert 8 <= moment.astimezone(SHANGHAI).hour < 22
        if proposal.channel == "visit":
            assert proposal.team >= 2
            assert proposal.appointment
            assert proposal.appointment > s.now

    def _settle(self) -> None:
        """Do all there is to do at this moment."""
        for _ in range(CHAINED):
            step = self.life.step()
            if step.kind in ("wait", "done"):
                return
            if isinstance(step, Act) and self._fails(step):
                continue
            self.life.do(step)
        raise AssertionError(f"no rest: {[s.why for s in self.life.seen[-4:]]}")

    def _fails(self, step: Act) -> bool:
        systems = {
            "read_account": "core_banking",
            "book_waiver": "core_banking",
            "reverse_waiver": "core_banking",
            "charge_interest": "core_banking",
            "check_file": "documents",
            "request_documents": "documents",
            "take_court_step": "court",
        }
        system = systems.get(step.action.kind)
        if system not in self.broken_systems:
            return False
        self.life.tell(OutsideFailed(system=system, code="timeout"))
        return True

    @invariant()
    def is_never_stuck(self) -> None:
        """It is closed, or waits for a time to come, or for a person who is asked."""
        step = self.life.step()
        if self.life.case.status == "closed":
            assert step.kind == "done"
            return
        assert isinstance(step, Wait), step
        assert step.until is not None or step.ask is not None, step
        assert step.until is None or step.until > self.life.now, step

    @invariant()
    def nobody_visits_or_calls_who_has_paid(self) -> None:
        """What people were still to do is called off at once, unless the outside does not answer."""
        case = self.life.case
        task = case.pending_task(self.life.now)
        if task and not task.called_off and case.account_as_of:
            assert case.money(self.life.today).arrears > 0 or case.failing

    @invariant()
    def is_the_fold_of_its_facts(self) -> None:
        """From the beginning, the same to the byte."""
        if self.life.case.head.seq % 7 == 0:
            assert Case.fold("L1", self.life.facts).digest() == self.life.case.digest()

    @invariant()
    def knows_what_the_guard_has_to_know_of_the_debt(self) -> None:
        """The guard's own fold and the case agree on what holds the debt and what is agreed."""
        case, debt = self.life.case, self.life.case.debt
        held = {(hold.hold, hold.kind) for hold in debt.holds if hold.kind != "pause"}
        assert held == {(hold.hold, hold.kind) for hold in case.holds}
        assert (case.paused is not None) == any(hold.kind == "pause" for hold in debt.holds)
        assert debt.agreement == (case.agreement.terms.kind if case.agreement else None)

    # --- time -----------------------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 24 * 45))
    def some_time_passes(self, hours: int) -> None:
        """Everything that is due on the way is done when it is due."""
        self.time_passes(hours)

    def time_passes(self, hours: int) -> None:
        """Everything that is due on the way is done when it is due."""
        end = self.life.now + timedelta(hours=hours)
        for _ in range(400):
            self._settle()
            step = self.life.step()
            until = step.until if isinstance(step, Wait) else None
            if until is None or until > end:
                break
            self.life.now = until
        self.life.now = max(self.life.now, end)
        self._settle()

    @initialize(days_gone=st.integers(0, 130), refuses=st.booleans())
    def some_time_has_passed(self, days_gone: int, refuses: bool) -> None:
        """Some cases are met in the middle of their lives."""
        if refuses and days_gone > 10:
            for _ in range(2):
                self.a_collector_records("refused", None, None, None, "anna")
        self.time_passes(days_gone * 24)

    @rule(hours=st.integers(1, 24 * 45))
    def more_time_passes(self, hours: int) -> None:
        """Time is what passes most."""
        self.time_passes(hours)

    @rule(system=st.sampled_from(["core_banking", "documents", "court"]))
    def a_system_breaks_or_is_mended(self, system: str) -> None:
        """It does not answer from now on, or does again."""
        self.broken_systems ^= {system}

    # --- money ----------------------------------------------------------------------------------------------------

    @rule(amount=amounts, later=days)
    def some_money_comes(self, amount: Decimal, later: int) -> None:
        """Backdated, today's, or counting from a later day."""
        self._pay(amount, self.life.today + timedelta(days=later))

    @rule(really=st.integers(0, 4))
    def the_arrears_are_paid(self, really: int) -> None:
        """All that is overdue."""
        if really == 0:
            self._pay(self.life.case.money(self.life.today).arrears)

    @rule(really=st.integers(0, 9))
    def everything_is_paid(self, really: int) -> None:
        """The whole balance."""
        if really == 0:
            self._pay(self.life.case.money(self.life.today).outstanding)

    @rule()
    def what_was_agreed_is_paid(self) -> None:
        """The next part of what is being kept."""
        agreement = self.life.case.agreement
        if agreement:
            paid = self.life.case.money(self.life.today).paid - agreement.paid_before
            due = Decimal(0)
            for part in sorted(agreement.terms.parts, key=lambda part: part.due_on):
                due += part.amount
                if due > paid:
                    self._pay(due - paid)
                    return

    def _pay(self, amount: Decimal, on: date | None = None) -> None:
        if amount > 0 and self.life.case.status == "open":
            self.payments += 1
            self.life.pay(str(amount), f"P{self.payments}", on or self.life.today)
            self._settle()

    @precondition(lambda self: self.payments > 0)
    @rule(data=st.data())
    def money_is_taken_back(self, data: st.DataObject) -> None:
        """One of the payments."""
        if self.life.case.status != "open":
            return
        number = data.draw(st.integers(1, self.payments))
        reversal = PaymentReversed(reference=f"R{number}", reverses=f"P{number}", value_date=self.life.today)
        self._hear(reversal)

    # --- what is heard ----------------------------------------------------------------------------------------------

    @rule(result=st.sampled_from([*ContactResult.__args__]))
    def a_gateway_tells(self, result: ContactResult) -> None:
        """Of the last contact."""
        if self.life.case.contacts:
            self._hear(ContactResultPosted(attempt=self.life.case.contacts[-1].attempt, result=result))

    @rule(
        result=st.sampled_from([*ContactResult.__args__]),
        promised=st.none() | st.tuples(amounts, days),
        wish=st.sampled_from([None, "time", "plan", "settlement"]),
        quiet=st.none() | st.integers(1, 20),
        by=st.sampled_from(["anna", "ben"]),
    )
    def collectors_record(
        self, result: ContactResult, promised: tuple[Decimal, int] | None, wish: str | None, quiet: int | None, by: str
    ) -> None:
        """Of the task, or of a call that came in."""
        self.a_collector_records(result, promised, wish, quiet, by)

    def a_collector_records(
        self, result: ContactResult, promised: tuple[Decimal, int] | None, wish: str | None, quiet: int | None, by: str
    ) -> None:
        """The command itself."""
        task = self.life.case.pending_task(self.life.now)
        attempt = task.attempt if task and task.proposal.channel == "human_call" else None
        promise = self._part(*promised) if promised else None
        command = RecordContact.model_validate(
            {
                "by": by,
                "attempt": attempt,
                "result": result,
                "identity_verified": True,
                "promise": promise,
                "wish": wish,
                "quiet_until": self.life.now + timedelta(days=quiet) if quiet else None,
            }
        )
        self._command(command)

    @rule(
        channel=st.sampled_from(["inbound_call", "reply", "link"]),
        intent=st.sampled_from(["asks_for_time", "wants_plan", "wants_settlement", "says_paid", "disputes", "other"]),
    )
    def the_borrower_gets_in_touch(self, channel: str, intent: str) -> None:
        """By themselves."""
        told = {"inbound": f"in-{self.life.case.head.seq}", "channel": channel, "intent": intent}
        self._hear(InboundContact.model_validate(told))

    @rule(result=st.sampled_from([*VisitResult.__args__]), promised=st.none() | st.tuples(amounts, days))
    def a_visit_is_reported(self, result: VisitResult, promised: tuple[Decimal, int] | None) -> None:
        """By the field force or a person, once it took place."""
        visits = [v for v in self.life.case.visits if v.result is None and v.appointment <= self.life.now]
        if visits:
            part = self._part(*promised) if promised and result in ("met", "promised") else None
            attempt = visits[-1].attempt
            if self.life.case.head.seq % 2:
                self._hear(VisitReported(attempt=attempt, result=result, staff=2, promise=part))
            else:
                self._command(RecordVisit(by="anna", attempt=attempt, result=result, staff=2, promise=part))

    @rule(
        milestone=st.sampled_from(
            ["returned", "accepted", "mediated", "judgment", "dismissed", "enforced", "terminated", "property_found"]
        ),
        by_person=st.booleans(),
    )
    def the_court_tells(self, milestone: str, by_person: bool) -> None:
        """In order where a person records it, in any where a feed does."""
        fields = {"milestone": milestone, "on": self.life.today, "reference": "CT-1"}
        if by_person:
            self._command(RecordCourtStep.model_validate({"by": "law", **fields}))
        elif self.life.case.court:
            self._hear(CourtReported.model_validate(fields))

    @rule(well=st.booleans())
    def the_court_goes_on(self, well: bool) -> None:
        """With what comes next there, and the approval that a suit waits for."""
        for approval in self.life.case.approvals[:1]:
            self._command(DecideApproval(by="boss", approval=approval.approval, approve=True, reason="looked_at"))
        reached = [r.milestone for r in self.life.case.court]
        following = {
            "filed": ("accepted", "returned"),
            "accepted": ("judgment", "mediated"),
            "enforcement_applied": ("terminated", "enforced"),
            "terminated": ("property_found", "property_found"),
        }.get(reached[-1] if reached else "")
        if following:
            fields = {"milestone": following[0 if well else 1], "on": self.life.today, "reference": "CT-1"}
            self._hear(CourtReported.model_validate(fields))

    @rule(piece=st.sampled_from(["identity", "contract", "statements", "service_address"]), lost=st.booleans())
    def a_paper_comes_or_goes(self, piece: str, lost: bool) -> None:
        """Missing in the archive, or arrived."""
        if lost:
            self.life.lacking.add(piece)  # pyright: ignore[reportArgumentType]
        else:
            self.life.lacking.discard(piece)  # pyright: ignore[reportArgumentType]
            self._hear(DocumentArrived.model_validate({"piece": piece}))

    @rule(channel=st.sampled_from(["sms", "email", "letter", "human_call"]))
    def the_borrower_opts_out(self, channel: Channel) -> None:
        """Of one channel."""
        self._hear(ChannelOptedOut(channel=channel))

    @rule(kind=st.sampled_from(["phone", "email", "app", "postal"]))
    def a_contact_point_is_wrong(self, kind: str) -> None:
        """It reaches nobody."""
        self._hear(ContactPointInvalid(contact_point_id=f"L1-{kind}"))

    @rule(stopped=st.booleans())
    def all_contact_is_stopped_or_allowed(self, stopped: bool) -> None:
        """By the borrower."""
        self._hear(ContactStopped(reason="borrower_request") if stopped else ContactAllowed(reason="withdrawn"))

    @rule(really=st.integers(0, 9))
    def the_borrower_dies(self, really: int) -> None:
        """Seldom, or nothing else would ever be seen."""
        if really == 0:
            self._hear(BorrowerDeceased())

    def _hear(self, fact: object) -> None:
        if self.life.case.status == "open":
            self.life.tell(fact)  # pyright: ignore[reportArgumentType]
            self._settle()

    # --- what people command ----------------------------------------------------------------------------------------

    @rule(amount=amounts, later=days)
    def a_promise_is_taken(self, amount: Decimal, later: int) -> None:
        """Within the limits, above them, or not at all."""
        part = self._part(amount, later)
        self._command(AcceptPromise(by="anna", amount=part.amount, pay_by=part.due_on, identity_verified=True))

    @rule(parts=st.integers(1, 15), covers=st.sampled_from(["arrears", "balance"]), gap=st.integers(5, 45))
    def a_plan_is_offered(self, parts: int, covers: str, gap: int) -> None:
        """That adds up."""
        money = self.life.case.money(self.life.today)
        owed = money.outstanding if covers == "balance" else money.arrears
        cents = int(owed * 100)
        if cents < parts:
            return
        shares = [cents // parts] * parts
        shares[-1] += cents - sum(shares)
        made = [
            Part(amount=Decimal(share) / 100, due_on=self.life.today + timedelta(days=gap * (n + 1)))
            for n, share in enumerate(shares)
        ]
        offer = PlanOffer.model_validate({"covers": covers, "parts": made})
        self._command(OfferPlan(by="anna", terms=offer))

    @rule(percent=st.integers(20, 100), later=st.integers(0, 40))
    def a_settlement_is_offered(self, percent: int, later: int) -> None:
        """For a part of the balance."""
        owed = self.life.case.money(self.life.today).outstanding
        amount = (owed * percent / 100).quantize(Decimal("0.01"))
        if amount > 0:
            offer = SettlementOffer(amount=amount, pay_by=self.life.today + timedelta(days=later))
            self._command(OfferPlan(by="anna", terms=offer))

    @rule(right=st.booleans())
    def an_offer_is_accepted(self, right: bool) -> None:
        """By its hash, or by another."""
        offer = self.life.case.offer
        if offer:
            told = offer.terms_hash if right else "0" * 64
            self._command(AcceptPlan(by="anna", offer=offer.offer, terms_hash=told, identity_verified=True))

    @rule(approve=st.booleans(), by=st.sampled_from(["anna", "boss"]))
    def an_approval_is_decided(self, approve: bool, by: str) -> None:
        """By somebody else, or by whoever asked."""
        for approval in self.life.case.approvals[:1]:
            self._command(DecideApproval(by=by, approval=approval.approval, approve=approve, reason="looked_at"))

    @rule(kind=st.sampled_from(get_args(OpenableHold)), review=st.none() | st.integers(1, 90))
    def a_hold_is_opened(self, kind: str, review: int | None) -> None:
        """By a person."""
        review_at = self.life.now + timedelta(days=review) if review else None
        fields = {"by": "ops", "hold_kind": kind, "reason": "told_us", "review_at": review_at}
        self._command(OpenHold.model_validate(fields))

    @rule(against=st.lists(st.sampled_from(["anna", "agency-2"]), unique=True), complicated=st.booleans())
    def the_borrower_complains(self, against: list[str], complicated: bool) -> None:
        """Of somebody, or of the bank."""
        told = OpenComplaint(by="ops", reason="impolite", against=tuple(against), complicated=complicated)
        self._command(told)

    @rule(by=st.sampled_from(["anna", "quality"]), outcome=st.sampled_from(["upheld", "rejected"]))
    def a_complaint_is_decided(self, by: str, outcome: str) -> None:
        """By somebody, who may be involved."""
        for complaint in undecided(self.life.case)[:1]:
            fields = {"by": by, "complaint": complaint.complaint, "outcome": outcome, "reason": "looked_into"}
            self._command(DecideComplaint.model_validate(fields))

    @rule(data=st.data())
    def a_hold_is_ended(self, data: st.DataObject) -> None:
        """One of those in force."""
        case = self.life.case
        holds = [hold.hold for hold in (*case.holds, *case.standing.holds)]
        if holds:
            self._command(EndHold(by="ops", hold=data.draw(st.sampled_from(holds)), reason="answered"))

    @rule(paused=st.booleans(), until=st.none() | st.integers(1, 40))
    def an_operator_pauses_or_resumes(self, paused: bool, until: int | None) -> None:
        """Whether or not there is anything to."""
        end = self.life.now + timedelta(days=until) if until else None
        self._command(Pause(by="ops", reason="asked", until=end) if paused else Resume(by="ops", reason="answered"))

    @rule(to=st.sampled_from(["contact", "negotiation", "field_visit", "litigation"]))
    def an_operator_escalates(self, to: str) -> None:
        """To any stage."""
        self._command(Escalate.model_validate({"by": "ops", "to": to, "reason": "decided"}))

    @rule(outcome=st.sampled_from(["closed_by_bank", "sold", "extinguished"]), really=st.integers(0, 9))
    def the_bank_closes(self, outcome: str, really: int) -> None:
        """Seldom."""
        if really == 0:
            self._command(CloseByBank.model_validate({"by": "ops", "reason": "decided", "outcome": outcome}))

    def _command(self, command: Command) -> None:
        self.life.command(command)
        self._settle()

    def _part(self, amount: Decimal, later: int) -> Part:
        return Part(amount=amount, due_on=self.life.today + timedelta(days=later))


TestCase = AnyCase.TestCase
TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
