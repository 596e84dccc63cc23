"""A book of overdue loans made up from a seed: loans, how borrowers behave, personal records apart."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from domain.calendar import zone
from schemas.base import Submitted, as_utc
from schemas.loan import CollectionRequest, Language, Product
from simulation.chance import percent, pick, roll
from simulation.dealing import CHARACTERS, Kind, character_of, contract_of, is_firm, kind_of, missing_of, write_off_of
from simulation.model import BANK_ZONE, BookLoad, Character, SimulatedBorrower, SimulatedLoan
from simulation.people import PersonalDetails, invent
from simulation.schedule import instalments, paid_before

_ZONES: tuple[tuple[str, Language], ...] = (
    ("Asia/Shanghai", "zh-CN"),
    ("Asia/Shanghai", "zh-CN"),
    ("Asia/Urumqi", "zh-CN"),
    ("Asia/Shanghai", "zh-CN"),
    ("Asia/Shanghai", "en"),
    ("Asia/Singapore", "en"),
    ("Europe/London", "en"),
)


DEFAULT_SIZE = 48


class SimulatedBook(Submitted):
    """A whole book. `requests` start cases, `people` are personal records, the rest is the bank's."""

    seed: int
    today: date
    borrowers: tuple[SimulatedBorrower, ...]
    loans: tuple[SimulatedLoan, ...]
    requests: tuple[CollectionRequest, ...]
    people: tuple[PersonalDetails, ...]

    def load(self, opened_at: datetime | None = None) -> BookLoad:
        """What POST /simulation/book wants. Acts begin at `opened_at`, by default midnight of `today`."""
        opened = opened_at or datetime.combine(self.today, time(), tzinfo=zone(BANK_ZONE))
        return BookLoad(opened_at=as_utc(opened), borrowers=self.borrowers, loans=self.loans)

    def loans_of(self) -> dict[str, tuple[str, ...]]:
        """Loan ids by borrower id, as the book's clock wants them."""
        return {
            borrower.borrower_id: tuple(loan.loan_id for loan in self.loans if loan.borrower_id == borrower.borrower_id)
            for borrower in self.borrowers
        }


def make_book(seed: int, size: int, today: date, *, prefix: str = "LN") -> SimulatedBook:
    """`size` overdue loans as of `today`, the bank's date; the same arguments, the same book.

    One borrower in seven has two loans (one in 21 three, so that daily caps bind); for three in five of these all fell due on
    the same day, so that one message can speak of them. One in fourteen is a firm with a guarantor. 1 to 60 days past due, up
    to 100 for those who let it come that far; 12 to 24 monthly instalments, CNY, some at the last of them. One borrower in
    three has bound the bank's instant messenger, and most of these agree to be written to there. Ids are `{prefix}-{n}` and
    `{prefix}-B{n}`.

    Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError(f"a book of {size} loans: give a size of at least 1")
    borrowers: list[SimulatedBorrower] = []
    people: list[PersonalDetails] = []
    loans: list[SimulatedLoan] = []
    requests: list[CollectionRequest] = []
    while len(loans) < size:
        n = len(borrowers)
        borrower_id = f"{prefix}-B{n + 1:04d}"
        where, language = pick(_ZONES, seed, n, "zone")
        kind: Literal["person", "firm"] = "firm" if is_firm(n) else "person"
        character = character_of(seed, n)
        kind_of_loan = kind_of(seed, n, character)
        agrees = kind == "person" and percent(34, seed, n, "im") and percent(70, seed, n, "agrees")
        borrower = SimulatedBorrower(
            borrower_id=borrower_id,
            character=character,
            zone=where,
            language=language,
            opts_in=("im",) if agrees else (),
        )
        parties = _parties(seed, n, borrower, kind)
        borrowers.append(borrower)
        people.extend(parties)
        product: Product = "small_business" if kind == "firm" else "consumer_loan"
        alike = percent(60, seed, n, "loans alike")
        eldest = len(loans)
        for _ in range(min(_loans_of(n), size - len(loans))):
            drawn = eldest if alike else len(loans)
            request = CollectionRequest(
                loan_id=f"{prefix}-{len(loans) + 1:05d}",
                borrower_id=borrower_id,
                overdue_since=today - timedelta(days=roll(*kind_of_loan.days, seed, drawn, "days past due")),
                product=product,
                parties=tuple(person.party() for person in parties),
                credit_authorisation=f"{borrower_id}:auth" if percent(70, seed, n, "authorised") else None,
            )
            first = 0 if percent(60, seed, drawn, "first") else None
            loans.append(loan_for(seed, request, first, character=character, kind=kind_of_loan))
            requests.append(request)
    return SimulatedBook(
        seed=seed,
        today=today,
        borrowers=tuple(borrowers),
        loans=tuple(loans),
        requests=tuple(requests),
        people=tuple(people),
    )


def _loans_of(number: int) -> int:
    """How many loans the borrower numbered `number` has."""
    if number % 21 == 16:
        return 3
    return 2 if number % 7 == 2 else 1


def borrower_for(seed: int, request: CollectionRequest) -> SimulatedBorrower:
    """A borrower who behaves, for a request that came from elsewhere (an import); drawn by borrower id."""
    party = next((p for p in request.parties if p.role == "borrower"), request.parties[0])
    return SimulatedBorrower(
        borrower_id=request.borrower_id,
        character=pick(CHARACTERS, seed, request.borrower_id, "character"),
        zone=party.zone or BANK_ZONE,
        language=party.language,
    )


def loan_for(
    seed: int,
    request: CollectionRequest,
    previous_episodes: int | None = None,
    *,
    character: Character | None = None,
    kind: Kind | None = None,
) -> SimulatedLoan:
    """A loan as core banking might hold it: its schedule has the first unpaid instalment on `overdue_since`.

    `previous_episodes` is drawn (1 to 3) where none is given. `character` and `kind` are the borrower's and the loan's,
    drawn as `borrower_for` does where they are not given.
    """
    character = character or borrower_for(seed, request).character
    kind = kind or Kind()
    loan_id = request.loan_id
    count = roll(12, 24, seed, loan_id, "count")
    last = percent(15, seed, loan_id, "last")  # nothing falls due later: paying the arrears pays it off
    overdue_number = count if last else roll(2, count - 3, seed, loan_id, "overdue number")
    rate = Decimal(roll(40, 90, seed, loan_id, "rate")) / 10_000
    schedule = instalments(
        Decimal(roll(*kind.principal, seed, loan_id, "principal")) * 100,
        count,
        rate,
        request.currency,
        overdue_number,
        request.overdue_since,
    )
    if previous_episodes is None:
        previous_episodes = roll(1, 3, seed, loan_id, "episodes")
    return SimulatedLoan(
        loan_id=loan_id,
        borrower_id=request.borrower_id,
        product=request.product,
        currency=request.currency,
        instalments=schedule,
        transactions=paid_before(loan_id, schedule, overdue_number),
        previous_episodes=previous_episodes,
        missing=missing_of(seed, loan_id, character),
        write_off_after_days=write_off_of(seed, loan_id, character),
        contract=contract_of(seed, loan_id, rate, schedule[0].due_on),
    )


def _parties(
    seed: int, n: int, borrower: SimulatedBorrower, kind: Literal["person", "firm"]
) -> tuple[PersonalDetails, ...]:
    im = kind == "person" and percent(34, seed, n, "im")
    own = invent(seed, 2 * n + 1, borrower.borrower_id, kind, borrower.language, borrower.zone, im=im)
    if kind == "firm":
        other = f"{borrower.borrower_id}:G"
        return (own, invent(seed, 2 * n + 2, other, "person", borrower.language, borrower.zone, "guarantor"))
    if percent(40, seed, n, "emergency contact"):
        other = f"{borrower.borrower_id}:E"
        return (
            own,
            invent(seed, 2 * n + 2, other, "person", borrower.language, borrower.zone, "emergency_contact"),
        )
    return (own,)
