"""What a borrower has said, or what has befallen them, folded from the facts of their stream.

A standing binds every loan of the borrower. It is folded in the ledger's order from the borrower's own
stream, or from the mirrors of that stream in a loan's: the same facts in the same order, so the same
standing.
"""

from __future__ import annotations

from schemas.contact import Standing
from schemas.facts import (
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    ContactAllowed,
    ContactStopped,
    Fact,
)


def apply_standing(standing: Standing, fact: Fact) -> Standing:
    """`standing` after `fact`. Facts that say nothing about standing leave it as it is; a fact told twice
    changes nothing.

    A death is never taken back here: a mistaken report is a matter for a person, not for the next feed.
    """
    match fact:
        case ChannelOptedOut(channel=channel):
            return standing.model_copy(update={"opted_out": tuple(sorted({*standing.opted_out, channel}))})
        case ChannelOptedIn(channel=channel):
            kept = tuple(other for other in standing.opted_out if other != channel)
            return standing.model_copy(update={"opted_out": kept})
        case ContactStopped(reason=reason):
            return standing.model_copy(update={"stopped": reason})
        case ContactAllowed():
            return standing.model_copy(update={"stopped": None})
        case BorrowerDeceased():
            return standing.model_copy(update={"deceased": True})
        case _:
            return standing
