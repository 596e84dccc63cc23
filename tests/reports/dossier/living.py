"""A case lived in memory and kept in a real ledger, hash by hash: contacts, refusals, talks, money, holds, a suit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from domain.artefacts import digest
from ledger.artefacts import publish_policy, publish_rulebook
from ledger.attempts import take_slot
from ledger.pool import Pool
from ledger.streams import Provenance, lock_loan, write
from schemas.contact import ContactProposal, Finding, Verdict
from schemas.facts import (
    ApprovalRequested,
    AttemptRefused,
    AttemptReserved,
    ContactRecorded,
    ContactResultPosted,
    EpisodeOpened,
    HoldEnded,
    HoldOpened,
    InboundContact,
    PaymentReversed,
    WaiverBooked,
)
from schemas.ledger import NewFact
from schemas.loan import Party
from schemas.messages import AcceptPromise, DecideApproval, ExplainDifference, Pause, Resume
from schemas.orders import ActionOrder
from schemas.terms import Part
from tests.domain.casework import Life, instalments, request, rules, whole_strategy

NAME = "赵子虚"
BORROWER = "B-L1"


def eventful() -> Life:
    """Contacted, refused, spoken with, promised, paid and taken back, disputed: a case with something of each kind."""
    party = request("L1").parties[0]
    borrower = party.model_copy(update={"party_id": BORROWER, "kind": "person"})
    guarantor = Party(party_id="G-1", role="guarantor", zone="Asia/Shanghai")
    life = Life("L1", strategy=whole_strategy(), parties=(borrower, guarantor))
    life.schedule = instalments(months=4, principal="1000.00")
    life.live(timedelta(days=9))
    refuse(life, "defer", Finding(rule="CN.HOURS", verdict="defer", until=life.now + timedelta(hours=9)))
    refuse(
        life,
        "block",
        Finding(rule="HOUSE.OPT_OUT", verdict="block", release="channel_opted_in"),
        Finding(rule="HOUSE.STOP_ALL", verdict="block", release="stop_all_lifted"),
    )
    last = life.case.contacts[-1].attempt
    life.tell(ContactResultPosted(attempt=last, result="answered", recording="rec:L1:call-1"))
    life.tell(InboundContact(inbound="IN-1", channel="link", intent="asks_for_time"))
    life.tell(
        ContactRecorded(
            collector="agent-7",
            result="right_party",
            identity_verified=True,
            overdue_reason="salary_late",
            promise=Part(amount=Decimal("500.00"), due_on=life.today + timedelta(days=2)),
            note_id="note:1",
            recording="rec:in-1",
        )
    )
    life.command(
        AcceptPromise(
            by="agent-7",
            amount=Decimal("500.00"),
            pay_by=life.today + timedelta(days=2),
            channel="inbound_call",
            identity_verified=True,
        )
    )
    life.pay("500.00", "PAY-1")
    life.tell(PaymentReversed(reference="RET-1", reverses="PAY-1", value_date=life.today))
    life.tell(HoldOpened(hold="H-1", hold_kind="dispute", reason="amount_wrong", evidence="EV-1"))
    life.live(timedelta(days=2))
    life.tell(HoldEnded(hold="H-1", reason="dispute_answered"))
    life.command(Pause(by="ops-wang", reason="complaint_wave"))
    life.command(Resume(by="ops-wang", reason="complaint_answered"))
    life.beyond = Decimal("50.00"), Decimal("50.00")
    life.read()
    explained = life.command(
        ExplainDifference(
            by="recon-2", arrears=Decimal(50), outstanding=Decimal(50), reason="fee_not_in_the_books", evidence="EV-2"
        )
    )
    assert isinstance(explained, ApprovalRequested)
    life.command(DecideApproval(by="boss", approval=explained.approval, approve=True, reason="looked_at"))
    life.live(timedelta(hours=1))
    life.tell(WaiverBooked(reference="W-1", amount=Decimal("3.50"), value_date=date(2026, 3, 24)))
    life.live(timedelta(days=20))
    return life


def refuse(life: Life, verdict: str, *findings: Finding) -> None:
    """The guard refuses a contact."""
    attempt = f"L1:{life.case.attempts + 1}"
    proposal = ContactProposal(
        attempt=attempt,
        channel="sms",
        contact_point_id="L1-phone",
        party_id=BORROWER,
        template="reminder_sms",
        zones=("Asia/Urumqi",),
    )
    until = min((finding.until for finding in findings if finding.until), default=None)
    said = Verdict.model_validate({"verdict": verdict, "findings": findings, "until": until, "rulebook": rules()[1][0]})
    life.tell(AttemptRefused(proposal=proposal, verdict=said))


async def keep(pool: Pool, life: Life) -> None:
    """Write its facts into the ledger, as the ledger hashes them, with the slots and texts that belong to them."""
    await publish_rulebook(pool, rules()[1][1], "tests", datetime(2000, 1, 1, tzinfo=UTC))
    assert digest(rules()[1][1]) == rules()[1][0]
    await publish_policy(pool, life.strategy, "tests")
    loan = life.case.loan_id
    async with pool.acquire() as conn, conn.transaction():
        held = await lock_loan(conn, loan, f"B-{loan}")
        facts = [NewFact(**{name: getattr(fact, name) for name in NewFact.model_fields}) for fact in life.facts]
        facts = [fact.model_copy(update=_named(fact)) for fact in facts]
        await write(conn, held, facts, Provenance("b1", "state-digest"))
        for fact in facts:
            if isinstance(fact.body, AttemptReserved):
                await take_slot(conn, _order(loan), fact.body.proposal, fact.occurred_at)


def _named(fact: NewFact) -> dict[str, object]:
    """Ids as the ledger's audit looks for them."""
    body = fact.body
    if isinstance(body, EpisodeOpened):
        return {"fact_id": f"episode:{body.request.overdue_since.isoformat()}"}
    if isinstance(body, AttemptReserved):
        return {"fact_id": f"{body.proposal.attempt}:reserved"}
    if isinstance(body, ContactRecorded):
        return {"actor": body.collector}
    return {}


def _order(loan: str) -> ActionOrder:
    return ActionOrder(
        stream=f"loan:{loan}",
        loan_id=loan,
        borrower_id=f"B-{loan}",
        epoch=1,
        after={"seq": 0, "hash": ""},  # pyright: ignore[reportArgumentType]
        decided_on=0,
        key="k",
    )
