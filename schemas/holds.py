"""Holds: what stops a collection, on one debt or on all of a borrower, until something ends it."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier, Instant, Recorded

HoldKind = Literal[
    "deceased",
    "self_harm",
    "minor",
    "incapacity",
    "insolvency",
    "moratorium",
    "military",
    "stopped",
    "represented",
    "pause",
    "identity_fraud",
    "dispute",
    "complaint",
    "hardship",
]
"""In the order of precedence. `stopped`: the borrower asked for all contact to stop, or the law demands it.

`self_harm`: they spoke of harming themselves; `minor`: a child without a known guardian; `incapacity`: a person who cannot
manage their affairs; `moratorium`: a respite of debts that the law or an authority grants until a day; `military`: service
that protects the borrower; `represented`: an attorney or an authorised agent acts; `identity_fraud`: somebody says that the
loan was taken in their name."""

OpenableHold = Literal[
    "deceased",
    "self_harm",
    "minor",
    "incapacity",
    "insolvency",
    "moratorium",
    "military",
    "represented",
    "identity_fraud",
    "dispute",
    "complaint",
    "hardship",
]
"""Those that `open_hold` opens; the others have a command or a fact of their own."""

HoldScope = Literal["debt", "borrower"]

SCOPE_OF: dict[HoldKind, HoldScope] = {
    "deceased": "borrower",
    "self_harm": "borrower",
    "minor": "borrower",
    "incapacity": "borrower",
    "insolvency": "borrower",
    "moratorium": "borrower",
    "military": "borrower",
    "stopped": "borrower",
    "represented": "borrower",
    "hardship": "borrower",
    "pause": "debt",
    "identity_fraud": "debt",
    "dispute": "debt",
    "complaint": "debt",
}
"""What befalls a person binds every loan of theirs; a dispute, a complaint, a forged signature is about one."""


class Hold(Recorded):
    """A hold that is in force. `review_at`: when it is looked at again, if nothing ends it before."""

    hold: Identifier
    kind: HoldKind
    reason: Code
    opened_at: Instant
    review_at: Instant | None = None
