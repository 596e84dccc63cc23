"""What becomes of an offer, and of what was agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from schemas.terms import Part
from simulation.model import Act
from simulation.moments import DAY, at_bank
from simulation.occasion import Occasion

_BREAKS_OFF_AFTER = 2


def accepts(o: Occasion) -> bool:
    """Whether the borrower takes the offer that was put to them on this occasion; one in seven lets it lapse."""
    return not o.chance(15, "lets it lapse")


def keeps(o: Occasion, kind: Literal["plan", "settlement"], parts: Sequence[Part], *, arrears: bool) -> Iterator[Act]:
    """The payments of what was agreed: each part on its day, one in ten of a plan's a day late, none for more than is owed.

    Who cannot pay breaks a plan off. `arrears`: the plan is about what is overdue, so that later instalments are paid
    beside it, and after it.
    """
    breaks_off = o.borrower.character == "cannot_pay" and kind == "plan"
    wanted = sorted(parts, key=lambda part: part.due_on)[: _BREAKS_OFF_AFTER if breaks_off else None]
    left = o.position(at_bank(parts[-1].due_on, 0)).outstanding
    for index, part in enumerate(wanted):
        tag = f"agreed {index + 1}"
        late = DAY if kind == "plan" and o.chance(10, tag + " late") else 0 * DAY
        paid_at = max(at_bank(part.due_on, o.number(9 * 60, 20 * 60, tag)), o.now) + late
        amount = min(part.amount, left)
        yield from o.pays(paid_at, amount, tag, earlier=False)
        left -= amount
    if arrears:
        last = wanted[-1].due_on
        yield from o.goes_on(o.now, at_bank(last, 23 * 60))
        if not breaks_off:
            yield from o.goes_on(at_bank(last + DAY, 0))
