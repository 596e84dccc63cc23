"""What every rule of a rulebook says of itself."""

from __future__ import annotations

from datetime import date

from schemas.base import Submitted
from schemas.contact import Strength


class RuleBase(Submitted):
    """What every rule says of itself: its id, how binding it is, from and until when, and where it stands."""

    id: str
    strength: Strength
    source: str
    effective_from: date
    effective_until: date | None = None
