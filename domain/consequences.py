"""What may be said to follow if nothing is paid: only what is open to this case at this moment.

A consequence that cannot come, or not yet, is a threat: it is not said, whatever the strategy lists.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.court import at_court
from domain.prospects import no_suit, suit_from, visit_from
from domain.stages.situation import Situation
from domain.treatments import treatment
from schemas.treatment import Consequence


def available(s: Situation) -> tuple[Consequence, ...]:
    """Those of the treatment's consequences that may be stated now, in the treatment's order."""
    return tuple(code for code in treatment(s).consequences if OPEN[code](s))


def _come(s: Situation, day: date | None) -> bool:
    return day is not None and s.today >= day


def _reported(s: Situation) -> bool:
    """The borrower is told before bad news of them is reported (Regulation on credit reporting, China, art. 15)."""
    return s.strategy.credit_reporting and s.money.days_past_due > 0


def _accelerated(s: Situation) -> bool:
    policy = s.strategy.litigation
    wanted = policy is not None and policy.accelerate and s.case.accelerate is not False
    return wanted and not s.case.whole_is_due and no_suit(s) is None and _come(s, suit_from(s))


def _sued(s: Situation) -> bool:
    return _come(s, suit_from(s)) and not at_court(s.case)


def _enforced(s: Situation) -> bool:
    """Of a judgment in effect alone: before that there is nothing to enforce (Civil Procedure Law of China, art. 250)."""
    return s.case.reached("effective") is not None


OPEN: dict[Consequence, Callable[[Situation], bool]] = {
    "credit_report": _reported,
    "visit": lambda s: _come(s, visit_from(s)),
    "acceleration": _accelerated,
    "suit": _sued,
    "enforcement": _enforced,
}
"""When each is open to a case."""
