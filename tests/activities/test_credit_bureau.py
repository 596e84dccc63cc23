"""The credit bureau: one report for a key, and none on paper."""

from __future__ import annotations

from decimal import Decimal

import pytest

from activities.credit_bureau import CreditBureau
from activities.http import Refused
from ledger.switches import flip
from schemas.facts import CreditReported
from schemas.gateways import GatewayReceipt
from schemas.ledger import Appended
from schemas.orders import CreditReportOrder
from tests.activities.acting import Acting
from tests.ledger.support import NOON, Desk


@pytest.fixture
async def desk(acting: Acting) -> Desk:
    """The case of a loan."""
    return await acting.case()


def reporting(acting: Acting, desk: Desk, notice: str | None = "L-1:2") -> CreditReportOrder:
    """A report that the loan is overdue."""
    said = {"status": "overdue", "amount": Decimal("1050.00"), "days_past_due": 40, "currency": "CNY"}
    key = f"{desk.loan_id}:e1:b1"
    return acting.order(CreditReportOrder, desk, key=key, as_of=NOON, notice=notice, **said)


def told(appended: Appended) -> list[CreditReported]:
    """The reports that were written down."""
    return [fact.body for fact in appended.facts if isinstance(fact.body, CreditReported)]


async def test_a_report_is_one_fact_with_the_bureaus_reference(acting: Acting, desk: Desk) -> None:
    """However often it is asked for, also for another amount after an answer that got lost."""
    bureau, order = CreditBureau(acting.pool, acting.gateway), reporting(acting, desk)
    (report,) = told(await acting.run(bureau.report_credit, order))
    receipt = await acting.gateway.get(f"/bureau/reports/{order.key}", GatewayReceipt)
    assert (report.status, report.amount, report.notice) == ("overdue", Decimal("1050.00"), "L-1:2")
    assert report.reference == receipt.reference
    again = await acting.run(bureau.report_credit, order.model_copy(update={"amount": Decimal("900.00")}))
    assert [one.reference for one in told(again)] == [receipt.reference]


async def test_in_shadow_mode_the_bureau_hears_nothing(acting: Acting, desk: Desk) -> None:
    """What would have been told is written down."""
    await flip(acting.pool, "shadow", True, "chief", "trial run")
    order = reporting(acting, desk)
    (report,) = told(await acting.run(CreditBureau(acting.pool, acting.gateway).report_credit, order))
    assert (report.shadow, report.reference) == (True, None)
    with pytest.raises(Refused, match="unknown_key"):
        await acting.gateway.get(f"/bureau/reports/{order.key}", GatewayReceipt)


async def test_a_report_without_notice_is_refused_for_good(acting: Acting, desk: Desk) -> None:
    """By the bureau too."""
    bureau = CreditBureau(acting.pool, acting.gateway)
    with pytest.raises(Refused, match="not_told_before"):
        await acting.run(bureau.report_credit, reporting(acting, desk, notice=None))
