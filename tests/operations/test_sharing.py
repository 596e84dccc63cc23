"""One payment for several loans of a borrower, as it is planned from the ledger: all of it or nothing, and once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from ledger.artefacts import publish_policy
from ledger.pool import Pool
from ledger.streams import Provenance, lock_loan, write
from operations import sharing
from operations.commands.money import shared_lines
from operations.errors import UsageError
from operations.paying import begun_on
from schemas.account import Contract
from schemas.facts import CaseClosed, PaymentPosted
from schemas.ledger import NewFact
from schemas.loan import Transaction
from schemas.messages import PaymentPostedSignal
from tests.domain.casework import Life

PAY = "PAY-7"


def borrowed(loan: str, days: float = 0.2, **changes: Any) -> Life:
    """A loan of B-1 with 1,050.00 due since 2026-03-10 and more to come, lived for some days."""
    life = Life(loan, borrower_id="B-1", **changes)
    life.live(timedelta(days=days))
    return life


async def kept(pool: Pool, *lives: Life) -> None:
    """These lives in the ledger."""
    await publish_policy(pool, lives[0].strategy, "tests")
    for life in lives:
        async with pool.acquire() as conn, conn.transaction():
            held = await lock_loan(conn, life.case.loan_id, "B-1")
            facts = [NewFact(**{name: getattr(fact, name) for name in NewFact.model_fields}) for fact in life.facts]
            await write(conn, held, facts, Provenance("b1", "state-digest"))


async def planned(pool: Pool, amount: str, payment: str = PAY, borrower: str = "B-1", **more: Any) -> sharing.Plan:
    """What would be told to whom."""
    paid = sharing.Paid(amount=Decimal(amount), payment=payment, value_date=date(2026, 3, 12), **more)
    return await sharing.plan(cast("Any", pool), borrower, paid)


def amounts(plan: sharing.Plan) -> dict[str, Decimal]:
    """What each loan's case would be told."""
    return {loan: signal.amount for loan, signal in plan.signals.items()}


def posted(signal: PaymentPostedSignal) -> PaymentPosted:
    """The fact that a case makes of it."""
    return PaymentPosted(**signal.model_dump(exclude={"posted_at"}))


async def test_civil_code_560_a_plan_says_what_each_debt_gets_and_why(pool: Pool) -> None:
    """By designation first; each loan's signal tells of the whole payment, under its one id."""
    await kept(pool, borrowed("L1"), borrowed("L2"))
    plan = await planned(pool, "2000.00", designated={"L2": Decimal("1000.00")})
    # All instalments are due by the day on which this runs: in proportion where two fell due together.
    assert sum(amounts(plan).values()) == 2000
    assert amounts(plan)["L2"] > 1000
    lines = list(shared_lines(plan))
    assert lines[0] == "  L2, due 2026-03-10: 1,000.00 of 1,050.00 CNY (the payer designated it)"
    assert "art. 560: " in lines[1]
    assert lines[-1].startswith("L2: ")
    little = list(shared_lines(await planned(pool, "1.00", designated={"L2": Decimal("1.00")})))
    assert [line for line in little if "0.00 of" in line.replace("1.00 of", "")] == []
    assert any("nothing is left for" in line for line in little)
    (shared,) = {signal.shared.model_dump_json() for signal in plan.signals.values() if signal.shared}
    assert '"payment":"PAY-7"' in shared
    assert {signal.reference for signal in plan.signals.values()} == {PAY}


async def test_the_same_payment_again_is_shared_as_it_was(pool: Pool) -> None:
    """Though one part alone had been told, its loan was closed by it, and less is owed now."""
    first, second = borrowed("L1"), borrowed("L2")
    await kept(pool, first, second)
    before = await planned(pool, "3000.00")
    assert not before.again
    first.facts.clear()
    first.tell(posted(before.signals["L1"]))
    first.tell(CaseClosed(outcome="cured", rule="money.cured", why="the arrears are paid"))
    await kept(pool, first)
    again = await planned(pool, "3000.00")
    assert again.again
    assert amounts(again) == amounts(before)
    assert "told before" in next(iter(shared_lines(again)))
    with pytest.raises(UsageError, match=r"PAY-7 was told before, as 3,000\.00 CNY over L1, L2"):
        await planned(pool, "3000.01")


async def test_a_value_date_before_the_loans_is_told_of(pool: Pool) -> None:
    """A year mistyped: from the contract's day on, or the first instalment's where that is not known."""
    life = borrowed("L1")
    await kept(pool, life, borrowed("L2"))
    paid = sharing.Paid(amount=Decimal("2000.00"), payment=PAY, value_date=date(1999, 1, 1))
    plan = await sharing.plan(cast("Any", pool), "B-1", paid)
    first = min(one.due_on for one in life.case.instalments)
    assert (plan.no_loan_before, plan.later) == ({"L1": first, "L2": first}, False)
    assert (await planned(pool, "2000.00")).no_loan_before == {}
    signed = Contract(signed_on=date(2025, 12, 1), annual_percent=Decimal(6))
    assert begun_on(life.case.model_copy(update={"contract": signed})) == date(2025, 12, 1)


async def test_an_id_of_another_payment_is_refused(pool: Pool) -> None:
    """One that one loan had alone, and one that core banking has booked."""
    one, other = borrowed("L1"), borrowed("L2")
    one.pay("5.00", PAY)
    other.booked = (Transaction(reference="PAY-8", amount=Decimal(5), value_date=date(2026, 3, 12)),)
    other.read()
    await kept(pool, one, other)
    with pytest.raises(UsageError, match=r"PAY-7 was told before, as a payment of 5\.00 CNY on L1 alone"):
        await planned(pool, "100.00")
    with pytest.raises(UsageError, match="core banking's books have PAY-8 already, on L2"):
        await planned(pool, "100.00", "PAY-8")


async def test_debts_of_another_kind_are_not_paid_by_it(pool: Pool) -> None:
    """Art. 560 is of debts of one kind: those in another currency are left out, and named."""
    dollars = Life("L2", borrower_id="B-1", currency="USD")
    await kept(pool, borrowed("L1"), dollars)
    with pytest.raises(UsageError, match="the open loans are in CNY, USD: say in which the payment is"):
        await planned(pool, "100.00")
    assert list((await planned(pool, "100.00", currency="CNY")).signals) == ["L1"]
    with pytest.raises(UsageError, match="--currency EUR: the open loans are in CNY, USD"):
        await planned(pool, "100.00", currency="EUR")
    with pytest.raises(UsageError, match="--for: L2 is not in CNY; open in CNY are L1"):
        await planned(pool, "100.00", currency="CNY", designated={"L2": Decimal(1)})
    with pytest.raises(UsageError, match="the account of L2 has not been read yet"):
        await planned(pool, "100.00", currency="USD")


async def test_what_does_not_fit_is_refused_before_anything_is_sent(pool: Pool) -> None:
    """Borrower, loans and amounts."""
    closed = borrowed("L2")
    closed.tell(CaseClosed(outcome="sold", rule="command.close_by_bank", why="sold"))
    await kept(pool, borrowed("L1"), closed)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"borrower": "B-9"}, "the ledger knows no loan of a borrower B-9"),
        ({"designated": {"L2": Decimal(1)}}, "--for: L2 is closed; open in CNY are L1"),
        ({"designated": {"L3": Decimal(1)}}, "--for: L3 is no loan of borrower B-1"),
        ({"designated": {"L1": Decimal(101)}}, "101.00 is designated, and 100.00 was paid"),
        ({"designated": {"L1": Decimal("0.001")}}, "0.001 is not in whole units of 0.01 CNY"),
    ]
    for more, said in wrong:
        with pytest.raises(UsageError, match=said):
            await planned(pool, "100.00", **more)


async def test_of_a_borrower_without_an_open_loan_nothing_is_paid(pool: Pool) -> None:
    """It is said."""
    closed = borrowed("L1")
    closed.tell(CaseClosed(outcome="sold", rule="command.close_by_bank", why="sold"))
    await kept(pool, closed)
    with pytest.raises(UsageError, match="borrower B-1 has no open loan"):
        await planned(pool, "100.00")
