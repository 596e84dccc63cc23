"""Holds: what stops a collection, on one debt or on all of a borrower, until something ends it."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier, Instant, Recorded

HoldKind = Literal["deceased", "insolvency", "stopped", "pause", "dispute", "complaint", "hardship"]
"""In the order of precedence. `stopped`: the borrower asked for all contact to stop, or the law demands it."""

OpenableHold = Literal["deceased", "insolvency", "dispute", "complaint", "hardship"]
"""Those that `open_hold` opens; the others have a command or a fact of their own."""

HoldScope = Literal["debt", "borrower"]

SCOPE_OF: dict[HoldKind, HoldScope] = {
    "deceased": "borrower",
    "insolvency": "borrower",
    "stopped": "borrower",
    "hardship": "borrower",
    "pause": "debt",
    "dispute": "debt",
    "complaint": "debt",
}
"""Death, insolvency and distress befall a person, and bind every loan of theirs; a dispute or a complaint is about one."""


class Hold(Recorded):
    """A hold that is in force. `review_at`: when it is looked at again, if nothing ends it before."""

    hold: Identifier
    kind: HoldKind
    reason: Code
    opened_at: Instant
    review_at: Instant | None = None
