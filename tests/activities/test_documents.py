"""The archive: what it has is one fact, and what is missing is asked for once, whatever gets lost on the way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from activities.documents import Documents
from activities.http import Ambiguous, GatewayError, NotFound, NotTaken, Refused
from ledger.switches import flip
from schemas.court import Piece
from schemas.facts import CertificateIssued, DocumentsRequested, FileChecked
from schemas.gateways import DocumentsRequest, GatewayReceipt
from schemas.orders import CertificateOrder, DocumentsOrder, FileOrder
from simulation.model import Fault, FaultMode, PaymentOrder
from tests.activities.acting import Acting
from tests.ledger.support import NOON, Desk, payment

MISSING: tuple[Piece, ...] = ("contract", "service_address")
DAY = timedelta(days=1)


@pytest.fixture
def documents(acting: Acting) -> Documents:
    """The activities."""
    return Documents(acting.pool, acting.gateway)


@pytest.fixture
async def desk(acting: Acting) -> Desk:
    """The case of a loan of which two papers are missing."""
    return await acting.case(missing=MISSING)


def looking(acting: Acting, desk: Desk, number: int = 1) -> FileOrder:
    return acting.order(FileOrder, desk, key=f"{desk.loan_id}:e1:p{number}c", as_of=NOON)


def wanting(acting: Acting, desk: Desk) -> DocumentsOrder:
    return acting.order(DocumentsOrder, desk, key=f"{desk.loan_id}:e1:p2r", as_of=NOON, pieces=MISSING)


async def coming(acting: Acting, desk: Desk) -> dict[str, str | None]:
    """The papers that are on their way, and under which key each was asked for."""
    acts = await acting.acts(desk, "document_arrived")
    assert len({act.payload["piece"] for act in acts}) == len(acts)
    return {act.payload["piece"]: act.cause for act in acts}


async def test_what_the_archive_has_is_one_fact(acting: Acting, documents: Documents, desk: Desk) -> None:
    """Each paper, there or missing; looked for again under the same key, the first look stands."""
    answer = await acting.run(documents.check_file, looking(acting, desk))
    (fact,) = await acting.recorded(desk)
    assert answer.facts == (fact,)
    assert (fact.fact_id, fact.source) == (f"{desk.loan_id}:e1:p1c", "documents")
    assert NOON <= fact.occurred_at < NOON + timedelta(minutes=1)
    assert fact.body == FileChecked(
        pieces={"identity": "there", "contract": "missing", "statements": "there", "service_address": "missing"}
    )
    again = await acting.run(documents.check_file, looking(acting, desk), at=NOON + DAY)
    assert again.facts == (fact,)
    assert await acting.recorded(desk) == [fact]


async def test_it_is_asked_as_of_the_time_of_the_case(acting: Acting, documents: Documents, desk: Desk) -> None:
    """A paper that has come by then is there, whatever clock the worker has."""
    await acting.run(documents.request_documents, wanting(acting, desk))
    came = {act.payload["piece"]: act.at for act in await acting.acts(desk, "document_arrived")}
    instants = sorted({moment for at in came.values() for moment in (at - timedelta(seconds=1), at)})
    for number, moment in enumerate(instants, start=3):
        order = looking(acting, desk, number).model_copy(update={"as_of": moment})
        checked = (await acting.run(documents.check_file, order)).facts[-1].body
        assert isinstance(checked, FileChecked)
        seen = {piece: checked.pieces[piece] for piece in MISSING}
        assert seen == {piece: "there" if came[piece] <= moment else "missing" for piece in MISSING}


async def test_a_loan_that_the_archive_does_not_know_is_no_empty_file(acting: Acting, documents: Documents) -> None:
    """Refused, and nothing is written."""
    stranger = await Desk.open(acting.pool, "L-nowhere", "B-nowhere")
    with pytest.raises(NotFound, match="unknown_loan"):
        await acting.run(documents.check_file, looking(acting, stranger))
    assert await acting.recorded(stranger) == []


async def test_what_is_missing_is_asked_for_once(acting: Acting, documents: Documents, desk: Desk) -> None:
    """Under the order's key, with its papers; the same order again asks for nothing new and writes nothing new."""
    order = wanting(acting, desk)
    answer = await acting.run(documents.request_documents, order)
    (fact,) = await acting.recorded(desk)
    assert answer.facts == (fact,)
    assert (fact.fact_id, fact.source, fact.body) == (order.key, "documents", DocumentsRequested(pieces=MISSING))
    assert await coming(acting, desk) == dict.fromkeys(MISSING, order.key)
    (asked,) = acting.asked
    assert (asked.method, asked.path, asked.key) == ("POST", "/documents/requests", order.key)
    assert DocumentsRequest.model_validate_json(asked.body) == DocumentsRequest(
        loan_id=desk.loan_id, borrower_id=desk.borrower_id, pieces=MISSING, as_of=NOON
    )
    again = await acting.run(documents.request_documents, order, at=NOON + DAY)
    assert again.facts == (fact,)
    assert await acting.recorded(desk) == [fact]
    assert await coming(acting, desk) == dict.fromkeys(MISSING, order.key)


async def test_after_a_lost_answer_the_retry_asks_under_the_same_key(
    acting: Acting, documents: Documents, desk: Desk
) -> None:
    """The archive had taken it: it answers the same, and there is one fact."""
    order = wanting(acting, desk)
    await acting.bank.fault(Fault(system="documents", mode="lose_answer", times=1))
    with pytest.raises(Ambiguous, match="connection_lost"):
        await acting.run(documents.request_documents, order)
    assert await acting.recorded(desk) == []
    before = await acting.acts(desk)
    await acting.run(documents.request_documents, order)
    assert await acting.bodies(desk) == [DocumentsRequested(pieces=MISSING)]
    assert await acting.acts(desk) == before
    assert {asked.key for asked in acting.asked} == {order.key}


async def test_a_later_order_takes_what_was_asked_for_under_the_key(
    acting: Acting, documents: Documents, desk: Desk
) -> None:
    """The case gave up after a lost answer and asks again hours later, for fewer papers, from further on in its stream."""
    await acting.bank.fault(Fault(system="documents", mode="lose_answer", times=1))
    with pytest.raises(Ambiguous):
        await acting.run(documents.request_documents, wanting(acting, desk))
    before = await acting.acts(desk)
    await desk.tell(payment("p1"))
    later = wanting(acting, desk).model_copy(update={"as_of": NOON + DAY, "pieces": MISSING[:1]})
    answer = await acting.run(documents.request_documents, later, at=NOON + DAY)
    assert [fact.body.kind for fact in answer.facts] == ["documents_requested"]
    assert [body.kind for body in await acting.bodies(desk)] == ["payment_posted", "documents_requested"]
    assert await acting.acts(desk) == before
    assert acting.ways == [
        ("POST", "/documents/requests"),
        ("POST", "/documents/requests"),
        ("GET", f"/documents/requests/{later.key}"),
    ]
    receipt = await acting.gateway.get(f"/documents/requests/{later.key}", GatewayReceipt)
    assert receipt.as_of == NOON


async def test_in_shadow_mode_nobody_is_asked_and_the_fact_says_so(
    acting: Acting, documents: Documents, desk: Desk
) -> None:
    """Decided and recorded; no request leaves."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    for _ in range(2):
        await acting.run(documents.request_documents, wanting(acting, desk))
    assert await acting.bodies(desk) == [DocumentsRequested(pieces=MISSING, shadow=True)]
    assert acting.asked == []
    assert await coming(acting, desk) == {}
    await flip(acting.pool, "shadow", False, "chief", "trial over")
    other = wanting(acting, desk).model_copy(update={"key": f"{desk.loan_id}:e1:p3r"})
    await acting.run(documents.request_documents, other)
    assert (await acting.bodies(desk))[1:] == [DocumentsRequested(pieces=MISSING)]
    assert await coming(acting, desk) == dict.fromkeys(MISSING, other.key)


@pytest.mark.parametrize(("mode", "kind"), [("down", NotTaken), ("refuse", Refused), ("lose_answer", Ambiguous)])
async def test_an_archive_that_does_not_do_its_part_writes_nothing(
    acting: Acting, documents: Documents, desk: Desk, mode: FaultMode, kind: type[GatewayError]
) -> None:
    """What it answers is told by its kind, of a look and of a request, and nothing stands in the ledger."""
    await acting.bank.fault(Fault(system="documents", mode=mode))
    with pytest.raises(kind) as of_look:
        await acting.run(documents.check_file, looking(acting, desk))
    with pytest.raises(kind) as of_request:
        await acting.run(documents.request_documents, wanting(acting, desk))
    assert {type(of_look.value), type(of_request.value)} == {kind}
    assert await acting.recorded(desk) == []


# --- certificates --------------------------------------------------------------------------------------------------


def certifying(acting: Acting, desk: Desk) -> CertificateOrder:
    return acting.order(
        CertificateOrder,
        desk,
        key=f"{desk.loan_id}:e1:z1",
        as_of=NOON,
        agreement="A-1",
        paid=Decimal("1000.00"),
        waived=Decimal("10.00"),
        currency="CNY",
    )


async def test_a_debt_that_is_still_owed_is_not_certified(acting: Acting, documents: Documents, desk: Desk) -> None:
    """Refused by the archive, and nothing is written."""
    with pytest.raises(Refused) as refused:
        await acting.run(documents.issue_certificate, certifying(acting, desk))
    assert refused.value.code == "still_owed"
    assert await acting.recorded(desk) == []


async def test_a_certificate_is_issued_once(acting: Acting, documents: Documents, desk: Desk) -> None:
    """Its reference is a fact; asked for again, the first stands; in shadow mode nobody is asked."""
    paid = PaymentOrder(
        loan_id=desk.loan_id,
        amount=Decimal("1050.00"),
        posted_at=NOON - timedelta(minutes=1),
        reference=f"{desk.loan_id}:P",
    )
    await acting.bank.pay(paid)
    before = len(await acting.recorded(desk))
    await acting.run(documents.issue_certificate, certifying(acting, desk))
    again = await acting.run(documents.issue_certificate, certifying(acting, desk), at=NOON + DAY)
    issued = (await acting.recorded(desk))[before:]
    assert [fact.body.kind for fact in issued] == ["certificate_issued"]
    body = issued[0].body
    assert isinstance(body, CertificateIssued)
    assert body.reference
    assert again.facts[-1].body == body
