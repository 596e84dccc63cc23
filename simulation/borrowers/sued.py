"""What a suit moves a borrower to, between its acceptance and the judgment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from schemas.terms import Part
from simulation.model import Act, today_at_bank
from simulation.occasion import Occasion

GivesIn = Literal["accepted", "mediated", "judgment"]


def gives_in(o: Occasion) -> GivesIn | None:
    """At which milestone the borrower gives in; None for who does not."""
    match o.borrower.character:
        case "gives_in_at_court":
            how: tuple[GivesIn, ...] = ("accepted", "mediated", "judgment")
            return how[o.trait(0, 2, "gives in")]
        case "settles":
            return "mediated"
        case "is_hostile" | "breaks_promises" | "promises_at_visit":
            return "judgment"
        case "forgets" | "needs_time" | "opts_out" | "pays_unasked" | "pays_then_reverses" | "complains":
            return "accepted"
        case _:
            return None


def sued(o: Occasion, accepted_at: datetime, decided_at: datetime) -> Iterator[Act]:
    """What they do about it. `decided_at`: when the court is to decide, or to hear that they have come to terms."""
    if o.borrower.character == "settles":
        yield o.gets_in_touch("wants_settlement", accepted_at + o.days(3, 10, "wants to settle"), "inbound_call")
        return
    match gives_in(o):
        case "accepted":
            yield from o.pays_off(accepted_at + o.days(5, 20, "pays after"))
        case "mediated":
            # What they agree to before the court is taken down there, just before the court reports it.
            paid_at = decided_at + o.days(2, 6, "pays after")
            owed = o.position(paid_at).outstanding
            if owed > 0:
                part = Part(amount=owed, due_on=today_at_bank(paid_at))
                yield o.promises(decided_at - timedelta(hours=1), part, o.somebody("legal"), "court")
            yield from o.pays_off(paid_at)
        case "judgment":
            yield from o.pays_off(decided_at + o.days(3, 12, "pays after"))
        case None:
            return
