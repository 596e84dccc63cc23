"""A borrower with one loan, contacted again and again, without any server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.money import Basis, Position, position
from schemas.contact import Channel
from simulation.book import CHARACTERS, make_book
from simulation.borrowers import react
from simulation.model import AcceptedContact, Act, Character, Posted, SimulatedBorrower, SimulatedLoan, today_at_bank
from simulation.occasion import History, posted_by

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CHANNELS: tuple[Channel, ...] = ("sms", "email", "app_push", "im", "letter", "robot_call", "human_call", "visit")
LOAN = next(
    loan for loan in make_book(7, 12, date(2026, 11, 22)).loans if loan.instalments[-2].due_on > date(2027, 6, 1)
)
"""A loan with a good part of its instalments still to come."""


class Life:
    """A borrower of some character. `acts`: all that followed from contacts so far."""

    def __init__(
        self, character: Character, seed: int = 7, where: str = "Asia/Shanghai", loan: SimulatedLoan = LOAN
    ) -> None:
        self.seed, self.loan = seed, loan
        self.borrower = SimulatedBorrower(borrower_id=loan.borrower_id, character=character, zone=where)
        self.contacts: list[AcceptedContact] = []
        self.money = [Posted(transaction=t, posted_at=NOW - timedelta(days=90)) for t in loan.transactions]
        self.acts: list[Act] = []

    @property
    def history(self) -> History:
        """What has happened so far."""
        contacts, money, acts = tuple(self.contacts), tuple(self.money), tuple(self.acts)
        return History(loan=self.loan, contacts=contacts, money=money, acts=acts)

    def contact(self, channel: Channel, at: datetime, **more: Any) -> tuple[Act, ...]:
        """What follows from one contact; the same again, if it is asked twice."""
        n = len(self.contacts) + 1
        fields: dict[str, Any] = {
            "seq": n,
            "system": {"human_call": "telephony", "robot_call": "telephony", "visit": "field"}.get(
                channel, "messaging"
            ),
            "key": f"{self.loan.loan_id}:{n}",
            "reference": f"ref-{n}",
            "loan_id": self.loan.loan_id,
            "borrower_id": self.loan.borrower_id,
            "channel": channel,
            "contact_point_id": "point",
            "template": "reminder",
            "purpose": "dunning",
            "as_of": at,
        }
        if channel == "human_call":
            fields["deadline"] = at + timedelta(hours=48)
        if channel == "visit":
            begins = at + timedelta(days=3)
            ends = begins + timedelta(hours=1)
            fields |= {"appointment": begins, "appointment_end": ends, "deadline": ends + timedelta(days=1), "team": 2}
        contact = AcceptedContact.model_validate(fields | more)
        acts = react(self.seed, self.borrower, contact, self.history)
        assert acts == react(self.seed, self.borrower, contact, self.history)
        self.contacts.append(contact)
        self.happens(acts)
        return acts

    def happens(self, acts: tuple[Act, ...]) -> None:
        """These acts, and their money, are on their way."""
        self.acts.extend(acts)
        self.money.extend(moved for act in acts if (moved := posted_by(act)))

    def until_said(self, result: str, channel: Channel, **more: Any) -> Act:
        """Contact them by this channel, every four days, until one act says `result`; that act."""
        for n in range(20):
            at = NOW + timedelta(days=4 * (len(self.contacts) + n))
            said = next((act for act in self.contact(channel, at, **more) if act.told(result, act.at)), None)
            if said:
                return said
        raise AssertionError(f"{self.borrower.character} never said {result}")

    def arrears(self, at: datetime) -> Decimal:
        """What is overdue at `at`."""
        return self.position(at).arrears

    def owed(self, at: datetime) -> Decimal:
        """What is owed in all at `at`."""
        return self.position(at).outstanding

    def position(self, at: datetime) -> Position:
        """What is owed at `at`, and of what."""
        moved = [item.transaction for item in self.money if item.posted_at <= at]
        return position(self.loan.instalments, moved, today_at_bank(at), Basis(contract=self.loan.contract))

    def of(self, what: str) -> list[Act]:
        """Acts of one kind (of commands: one update) so far, by time."""
        return sorted((act for act in self.acts if act.what == what), key=lambda act: act.at)

    @property
    def payments(self) -> list[Act]:
        """Payments of what was overdue, by time; instalments paid in time are none."""
        return [act for act in self.of("payment") if not act.payload["reference"].startswith("inst-")]


def every_life() -> list[Life]:
    """Each character under some seeds, through every channel twice, four days apart."""
    lives = []
    for character in sorted(set(CHARACTERS)):
        for seed in range(8):
            life = Life(character, seed, ("Asia/Shanghai", "Asia/Urumqi", "Europe/London")[seed % 3])
            for n, channel in enumerate(CHANNELS * 2):
                life.contact(channel, NOW + timedelta(days=4 * n))
            lives.append(life)
    return lives
