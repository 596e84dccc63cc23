"""The layout `uci-credit-card`: "Default of Credit Card Clients" (I-Cheng Yeh, UCI Machine Learning Repository, 2016;
CC BY 4.0), six months of statements and payments of credit cards in Taiwan, in TWD.

The file has no dates and no instalments. The rule by which they are derived stands in `docs/book.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import partial

from ledger.personal import PersonalPoint, PersonalRecord
from operations.layouts.base import Entry
from rows.cells import Cells
from schemas.behaviour import MOST_PERCENT, Behaviour
from schemas.loan import CollectionRequest, Instalment, Transaction
from simulation.chance import pick
from simulation.model import Character, SimulatedBorrower, SimulatedLoan
from simulation.people import PersonalDetails, invent
from simulation.schedule import add_months

CURRENCY = "TWD"
ZONE = "Asia/Taipei"
STATUSES = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
"""Repayment status, newest month first; the file has no PAY_1. n >= 1: n months past due."""
BILLS = tuple(f"BILL_AMT{n}" for n in range(1, 7))
PAID = tuple(f"PAY_AMT{n}" for n in range(1, 7))
TRAITS = frozenset({"SEX", "EDUCATION", "MARRIAGE", "AGE"})
"""Personal traits: no decision may use them, so nothing reads them."""

MINIMUM_SHARE = Decimal("0.10")
MINIMUM = Decimal(1000)
SMALLEST = Decimal(100)
"""Minimum payment: a tenth of a statement, at least 1,000 (or all of a smaller one), and 100 where it shows no debt."""
FOLLOWING = 12
"""The rest of the newest statement falls due in this many months."""
LATE = timedelta(days=3)
"""What was paid in a month past due is valued this long after that month's deadline."""

_EASY: tuple[Character, ...] = ("forgets", "forgets", "needs_time", "pays_unasked", "opts_out", "pays_then_reverses")
_HARD: tuple[Character, ...] = (
    "cannot_pay",
    "cannot_pay",
    "will_not_pay",
    "lost_contact",
    "needs_time",
    "disputes",
    "falls_ill",
    "breaks_promises",
    "promises_at_visit",
    "refuses",
    "settles",
    "gives_in_at_court",
)


@dataclass(frozen=True)
class Statements:
    """Six months of one account, newest first, amounts in TWD. `defaulted`: what the file says of the month after."""

    number: int
    status: tuple[int, ...]
    bills: tuple[Decimal, ...]
    paid: tuple[Decimal, ...]
    defaulted: bool
    limit: Decimal | None = None

    @property
    def months_past_due(self) -> int:
        """PAY_0 where it is positive, else 0."""
        return max(self.status[0], 0)

    @property
    def previous_episodes(self) -> int:
        """How often before the present delay a month was past due after one that was not."""
        late = [status >= 1 for status in self.status]
        present = next((i for i, is_late in enumerate(late) if not is_late), len(late))
        return sum(now and not before for now, before in zip(late[present:], [False, *late[present:]], strict=False))

    def deadline(self, month: int, today: date) -> date:
        """The day by which the payment of a month was due; month 0 is the newest, -1 the one to come.

        The newest deadline passed 5 to 22 days before `today`, by the account's number: so n unpaid months are
        days past due in the bucket Mn on any date.
        """
        return add_months(today - timedelta(days=5 + self.number % 18), -month)

    def minimum_payment(self, month: int) -> Decimal:
        """What had to be paid of the month's statement; months before the file's oldest count as that one."""
        bill = self.bills[min(month, 5)]
        if bill <= 0:
            return SMALLEST
        share = (bill * MINIMUM_SHARE).quantize(Decimal(1), rounding=ROUND_DOWN)
        return min(bill, max(MINIMUM, share))

    def behaviour(self, today: date) -> Behaviour:
        """The file's months as core banking would sum them up; the newest ended with its deadline."""
        newest, before = self.bills[0], self.bills[1]
        owed = sum((max(bill, Decimal(0)) for bill in self.bills), Decimal(0))
        return Behaviour(
            as_of=self.deadline(0, today),
            months_past_due=tuple(max(status, 0) for status in self.status),
            limit=self.limit,
            spent_percent=_percent(newest - before + self.paid[0], self.limit) if self.limit else None,
            paid_percent=_percent(sum(self.paid, Decimal(0)), owed) if owed else None,
        )


class UciLayout:
    """Credit card accounts on the book's date `today`."""

    name = "uci-credit-card"
    required = ("ID", *STATUSES, *BILLS, *PAID)
    optional = ("class", "LIMIT_BAL")
    never_read = TRAITS

    def __init__(self, today: date) -> None:
        self._today = today

    def entry(self, row: Mapping[str, str]) -> Entry | None:
        """The account of a row, None if nothing of it is past due. Raises BadRow."""
        statements = _read(row)
        if statements.months_past_due == 0:
            return None
        number = statements.number
        borrower_id = f"uci-b{number}"
        person = invent(0, number, borrower_id, "person", "zh-CN", ZONE)
        request = CollectionRequest(
            loan_id=f"uci-{number}",
            borrower_id=borrower_id,
            overdue_since=statements.deadline(statements.months_past_due - 1, self._today),
            product="credit_card",
            currency=CURRENCY,
            parties=(person.party(),),
        )
        loan = account_of(request, statements, self._today)
        return Entry(request, (record_of(person),), partial(_account, statements, loan))


def record_of(person: PersonalDetails) -> PersonalRecord:
    """The personal record of an invented person."""
    points = tuple(PersonalPoint(contact_point_id=d.contact_point_id, value=d.value) for d in person.details)
    return PersonalRecord(party_id=person.party_id, name=person.name, points=points)


def account_of(request: CollectionRequest, statements: Statements, today: date) -> SimulatedLoan:
    """The account with dates: one instalment a month past due, what was paid before, and the rest in months to come.

    Nothing is invented but the dates: payments are those of the file, every one, and the arrears are the minimum
    payments of the months past due.
    """
    months = statements.months_past_due
    oldest = max(5, months - 1)
    due: list[tuple[int, Decimal]] = []
    transactions: list[Transaction] = []
    for month in range(oldest, -1, -1):
        paid = statements.paid[month] if month <= 5 else Decimal(0)
        if month >= months:
            due.append((month, paid))
        elif month == months - 1:
            # Payments of months past due did not end the delay: they were made on what is oldest and was more.
            due.append((month, statements.minimum_payment(month) + sum(statements.paid[:months], Decimal(0))))
        else:
            due.append((month, statements.minimum_payment(month)))
        if paid:
            late = LATE if month < months else timedelta(0)
            valued = statements.deadline(month, today) + late
            transactions.append(Transaction(reference=_paid_id(request, month), amount=paid, value_date=valued))
    arrears = sum((statements.minimum_payment(month) for month in range(months)), Decimal(0))
    due += _following(max(statements.bills[0] - arrears, Decimal(0)))
    instalments = [
        Instalment(number=number, due_on=statements.deadline(month, today), principal=amount)
        for number, (month, amount) in enumerate(((m, a) for m, a in due if a > 0), start=1)
    ]
    return SimulatedLoan(
        loan_id=request.loan_id,
        borrower_id=request.borrower_id,
        product=request.product,
        currency=request.currency,
        instalments=tuple(instalments),
        transactions=tuple(transactions),
        previous_episodes=statements.previous_episodes,
        behaviour=statements.behaviour(today),
    )


def character_of(statements: Statements, seed: int) -> Character:
    """How the simulated borrower behaves: drawn by seed, weighed by the file's own outcome and by the delay.

    Of ten sides of the die, two are hard ones; seven if the file says that the account defaulted the month
    after; one more for a delay of three months or longer, one for an earlier one.
    """
    hard = 7 if statements.defaulted else 2
    hard += (statements.months_past_due >= 3) + (statements.previous_episodes > 0)
    sides: Sequence[bool] = [True] * hard + [False] * (10 - hard)
    of = (seed, "uci", statements.number)
    return pick(_HARD if pick(sides, *of, "hard") else _EASY, *of, "character")


def _account(statements: Statements, loan: SimulatedLoan, seed: int) -> tuple[SimulatedBorrower, SimulatedLoan]:
    borrower = SimulatedBorrower(
        borrower_id=loan.borrower_id, character=character_of(statements, seed), zone=ZONE, language="zh-CN"
    )
    return borrower, loan


def _read(row: Mapping[str, str]) -> Statements:
    cells = Cells(row)
    statements = Statements(
        number=cells.whole("ID", 1, 999_999_999),
        status=tuple(cells.whole(column, -2, 9) for column in STATUSES),
        bills=tuple(cells.amount(column, negative=True) for column in BILLS),
        paid=tuple(cells.amount(column) for column in PAID),
        limit=(cells.amount("LIMIT_BAL") or None) if cells.has("LIMIT_BAL") else None,
        defaulted=cells.whole("class", 0, 1, default=0) == 1,
    )
    cells.done()
    return statements


def _following(rest: Decimal) -> list[tuple[int, Decimal]]:
    part = (rest / FOLLOWING).quantize(Decimal(1), rounding=ROUND_DOWN)
    parts = [part] * (FOLLOWING - 1) + [rest - part * (FOLLOWING - 1)]
    return [(-month, amount) for month, amount in enumerate(parts, start=1)]


def _percent(part: Decimal, whole: Decimal) -> int:
    return min(max(int(part * 100 / whole), 0), MOST_PERCENT)


def _paid_id(request: CollectionRequest, month: int) -> str:
    return f"{request.loan_id}:paid:{month + 1}"
