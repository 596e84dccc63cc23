"""One message for two debts of a borrower at a real gateway: one request, and the account of the other debt read before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import httpx2
import pytest

from activities.core_banking import CoreBanking
from activities.http import Gateway
from ledger.append import append
from ledger.artefacts import publish_policy
from ledger.personal import PersonalPoint, PersonalRecord, intake
from ledger.reading import facts
from schemas.facts import AccountRead, AttemptCovered, CoverEnded
from schemas.loan import Instalment
from schemas.orders import ContactOrder
from schemas.treatment import Rung
from simulation.model import BookLoad, Fault, PaymentOrder, SimulatedBorrower, SimulatedLoan
from tests.activities.support import FIELDS, Contacts
from tests.ledger.living import Living
from tests.ledger.support import NOON, payment, strategy

NEXT_DAY = NOON + timedelta(hours=25)
"""By then the accounts read at NOON are too old to speak by."""


@dataclass
class Several:
    """Two loans of one borrower that core banking knows, both due for the shipped reminder."""

    contacts: Contacts
    first: Living
    second: Living

    def order(self, now: datetime = NOON) -> ContactOrder:
        """What the first case's workflow would order now."""
        wanted = self.first.wanted(now)
        order = self.first.order(key=wanted.attempt)
        return ContactOrder(**dict(order), proposal=wanted, language="en", fields=FIELDS)

    async def kinds(self) -> list[str]:
        """What the second case's stream has beyond what its desk has read."""
        return [fact.body.kind for fact in await self.second.look()]

    async def went_out_once(self) -> str:
        """One message was taken, for the first loan; its words."""
        assert [len(await self.contacts.bank.accepted(desk.loan_id)) for desk in (self.first, self.second)] == [1, 0]
        (said,) = self.contacts.delivery.said
        return said


@pytest.fixture
async def several(contacts: Contacts, bank_url: str, http: httpx2.AsyncClient) -> Several:
    """The two loans; the contact activity can read accounts."""
    contacts.core = CoreBanking(contacts.pool, Gateway(http, bank_url))
    plain = strategy("2")
    rung = Rung(channel="sms", template="reminder_sms", from_dpd=3, gap_days=2)
    ladder = plain.treatments["first_time"].model_copy(update={"ladder": (rung,)})
    await publish_policy(contacts.pool, plain.model_copy(update={"treatments": {"first_time": ladder}}), "tests")
    borrower_id, loan_ids = contacts.ids("B"), [contacts.ids("L") for _ in range(2)]
    instalment = Instalment(number=1, due_on=date(2027, 2, 1), principal=Decimal("1050.00"))
    loans = [SimulatedLoan(loan_id=loan_id, borrower_id=borrower_id, instalments=(instalment,)) for loan_id in loan_ids]
    borrower = SimulatedBorrower(borrower_id=borrower_id, character="will_not_pay")
    await contacts.bank.load(BookLoad(opened_at=NOON, borrowers=(borrower,), loans=tuple(loans)))
    point = PersonalPoint(contact_point_id=f"{borrower_id}-phone", value="+8610012345678")
    await intake(contacts.pool, [PersonalRecord(party_id=borrower_id, name="赵子虚", points=(point,))])
    desks = [
        await Living.begin(
            contacts.pool, loan_id, borrower_id=borrower_id, point=f"{borrower_id}-phone", amount="1050.00"
        )
        for loan_id in loan_ids
    ]
    return Several(contacts, *desks)


async def test_one_message_names_both_debts_and_their_sum(several: Several) -> None:
    await several.contacts.make(several.order())
    said = await several.went_out_once()
    assert "payments on 2 of your loans" in said
    assert f"loan ending {several.first.loan_id[-4:]}: 1050.00 CNY" in said
    assert f"loan ending {several.second.loan_id[-4:]}: 1050.00 CNY" in said
    assert "2100.00 CNY is payable now in all" in said
    assert await several.kinds() == ["attempt_covered", "cover_ended"]
    assert await several.contacts.counted(several.order(NOON)) == [several.order().proposal.attempt]


async def test_the_account_of_the_other_debt_is_read_before_it_is_spoken_of(several: Several) -> None:
    await several.first.tell(several.first.account("1050.00", at=NEXT_DAY, name="again"))
    await several.contacts.make(several.order(NEXT_DAY), at=NEXT_DAY)
    assert "2100.00 CNY" in await several.went_out_once()
    assert await several.kinds() == ["account_read", "attempt_covered", "cover_ended"]


async def test_a_debt_paid_without_a_signal_is_not_spoken_of(several: Several) -> None:
    """Its account tells, and its case learns of it."""
    paid = PaymentOrder(
        loan_id=several.second.loan_id, amount=Decimal("1050.00"), posted_at=NEXT_DAY, reference="P-1", signalled=False
    )
    await several.contacts.bank.pay(paid)
    await several.first.tell(several.first.account("1050.00", at=NEXT_DAY, name="again"))
    await several.contacts.make(several.order(NEXT_DAY), at=NEXT_DAY + timedelta(minutes=1))
    said = await several.went_out_once()
    assert "1050.00 CNY is payable now" in said
    assert "2100" not in said
    (read,) = [fact.body for fact in await several.second.look()]
    assert isinstance(read, AccountRead)
    assert read.account.arrears == 0


async def test_where_its_account_cannot_be_read_it_has_its_own_turn(
    several: Several, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.covering.READING", 0.5)
    await several.first.tell(several.first.account("1050.00", at=NEXT_DAY, name="again"))
    await several.contacts.bank.fault(Fault(system="core", mode="down"))
    await several.contacts.make(several.order(NEXT_DAY), at=NEXT_DAY)
    assert "2100" not in await several.went_out_once()
    assert await several.kinds() == []


async def test_a_payment_between_reservation_and_sending_changes_the_words(several: Several) -> None:
    async def pay(_: ContactOrder) -> None:
        await append(several.contacts.pool, several.second.call(payment("P-2", "1050.00")))

    several.contacts.delivery.gap = pay
    await several.contacts.make(several.order())
    said = await several.went_out_once()
    assert "a loan payment due on 2027-02-01 is still open" in said
    assert several.second.loan_id[-4:] not in said
    bodies = [fact.body for fact in await facts(several.contacts.pool, several.second.stream)]
    assert [type(body) for body in bodies if isinstance(body, AttemptCovered | CoverEnded)] == [
        AttemptCovered,
        CoverEnded,
    ]
    assert isinstance(bodies[-1], CoverEnded)
    assert bodies[-1].outcome == "released"


async def test_a_message_that_the_gateway_refuses_covers_nothing(several: Several) -> None:
    await several.contacts.bank.fault(Fault(system="messaging", mode="refuse"))
    await several.contacts.make(several.order())
    ended = [fact.body for fact in await several.second.look() if isinstance(fact.body, CoverEnded)]
    assert [(one.outcome, one.code) for one in ended] == [("released", "refused_by_gateway")]
    assert several.second.case.rung == 0
