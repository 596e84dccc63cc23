"""The court: what follows from a step taken there, day by day. A pure function of the step, the loan and the borrower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from schemas.base import Code
from schemas.court import CourtStep, Piece, Reportable
from schemas.gateways import CourtRequest
from schemas.messages import CourtReportedSignal
from simulation.borrowers.sued import gives_in, sued
from simulation.chance import name
from simulation.model import Act, Character, SimulatedBorrower, today_at_bank
from simulation.moments import DAY, at_bank, percent_of
from simulation.occasion import History, Occasion

_NOTHING_TO_TAKE: dict[Character, int] = {
    "lost_contact": 70,
    "refuses": 45,
    "will_not_pay": 100,
    "cannot_pay": 100,
    "falls_ill": 100,
    "is_distressed": 100,
}
"""In how many of a hundred an enforcement finds nothing; a tenth of the others."""
_FOUND_LATER = 40
"""In how many of a hundred of these a later search finds property."""


def case_number(seed: int, loan_id: str) -> str:
    """The court's number of the suit about a loan: one for all of it."""
    return f"suit-{name(seed, loan_id, 'suit')}"


def follows(
    seed: int,
    borrower: SimulatedBorrower,
    step: CourtStep,
    key: str,
    request: CourtRequest,
    lacking: Sequence[Piece],
    history: History,
) -> tuple[Act, ...]:
    """What the court reports after `step`, taken under `key`, and what it moves the borrower to; by time.

    `lacking`: papers that are not in the loan's file then.
    """
    suit = _Suit(seed, borrower, history, key, request.as_of, request)
    match step:
        case "file":
            missing: Piece | None = next((piece for piece in request.pieces if piece in lacking), None)
            acts = suit.returned(missing) if missing else suit.heard()
        case "apply_for_enforcement":
            acts = suit.enforced()
        case "check_property":
            acts = suit.searched()
        case "withdraw":
            return ()
    return tuple(sorted(acts, key=lambda act: (act.at, act.id)))


@dataclass(frozen=True)
class _Suit(Occasion):
    """One step at court."""

    request: CourtRequest

    def returned(self, piece: Piece) -> Iterator[Act]:
        """For want of a paper that was named and is not there."""
        yield self._reports("returned", self._session(self.now, 2, 4, "returned"), code=piece)

    def heard(self) -> Iterator[Act]:
        """Accepted within a week, decided a month or two later, or settled before the court by who gives in there."""
        accepted_at = self._session(self.now, 3, 7, "accepted")
        decided_at = self._session(accepted_at, 30, 60, "decided")
        yield self._reports("accepted", accepted_at)
        mediated = gives_in(self) == "mediated"
        # One judgment in eight is written and not sent on for ten weeks: by then somebody has asked.
        late = 70 * DAY if self.chance(12, "not sent on") and not mediated else 0 * DAY
        yield self._reports("mediated" if mediated else "judgment", decided_at, self.request.claim, late=late)
        yield from sued(self, accepted_at, decided_at)

    def enforced(self) -> Iterator[Act]:
        """The money comes the same day, or nothing is found to take. What a search has found is there to be taken."""
        at = self._session(self.now, 15, 40, "enforced")
        found = any(act.payload.get("milestone") == "property_found" for act in self.history.acts)
        if not found and self.inclined(_NOTHING_TO_TAKE.get(self.borrower.character, 10), "nothing to take"):
            yield self._reports("terminated", at, code="no_property")
            return
        owed = self.position(at).outstanding
        amount = owed if found or not self.chance(20, "in part") else percent_of(owed, 60, self.loan.currency)
        yield from self.pays(at - timedelta(hours=2), amount, "enforced", earlier=False)
        yield self._reports("enforced", at, amount)

    def searched(self) -> Iterator[Act]:
        """Something for some; nothing is not reported."""
        if self.inclined(_FOUND_LATER, "something found"):
            yield self._reports("property_found", self._session(self.now, 10, 30, "found"))

    def _session(self, after: datetime, low: int, high: int, what: str) -> datetime:
        """A moment in the afternoon of a working day, between `low` and `high` days later."""
        coming = [today_at_bank(after) + timedelta(days=n) for n in range(low, high + 1)]
        working = [day for day in coming if day.weekday() < 5]
        day = working[self.number(0, len(working) - 1, what)]
        return at_bank(day, self.number(13 * 60, 17 * 60, what + " at"))

    def _reports(
        self,
        milestone: Reportable,
        at: datetime,
        amount: Decimal | None = None,
        code: Code | None = None,
        late: timedelta = timedelta(0),
    ) -> Act:
        """Signal `court_reported`, `late` after the day it speaks of."""
        told = CourtReportedSignal(
            milestone=milestone,
            on=today_at_bank(at),
            at=at + late,
            reference=case_number(self.seed, self.loan.loan_id),
            amount=amount,
            code=code,
        )
        return self.act("court_reported", at + late, told.model_dump(mode="json"), milestone)
