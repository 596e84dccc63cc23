"""Who acts for a borrower that has died, is a child, cannot manage their affairs, or has asked somebody to."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Identifier, Instant, Recorded
from schemas.loan import Language

RepresentativeRole = Literal["executor", "heir", "guardian", "attorney"]
"""`executor`: who administers an estate (Civil Code of China, art. 1145-1147), or its executor elsewhere; `attorney`: whoever
holds a power, a lawyer or not."""

RepresentativeScope = Literal["contact", "agreements"]
"""What they may do: be spoken with about the debt, or also agree to terms. A power to admit, waive or settle is a special
one that its papers must name (Civil Procedure Law of China, art. 62)."""

RemovedBecause = Literal["renounced", "withdrew", "unresponsive", "revoked", "mistaken"]
"""Why somebody acts no longer. `renounced`: an heir who gave up the inheritance owes nothing (Civil Code of China, art.
1161); `unresponsive`: an attorney who does not answer within a reasonable time (12 CFR 1006.6(b)(2)(ii))."""

ACTING_FOR_AN_ESTATE: tuple[RepresentativeRole, ...] = ("executor", "heir")


class Representative(Recorded):
    """Somebody who may be spoken with in the borrower's place, by their party id. `zone`: IANA zone in which their contact
    hours are counted; None if it is not known."""

    party_id: Identifier
    role: RepresentativeRole
    scope: RepresentativeScope = "contact"
    zone: str | None = None
    language: Language = "zh-CN"


RacketFound = Literal["cleared", "confirmed"]
"""What became of a suspicion once a person had looked into it."""


class Suspicion(Recorded):
    """Somebody who says that they act for the borrower is suspected of debt relief as a racket (代理维权): fees in advance,
    forged papers, complaints by the dozen. They agree to nothing until a person has looked into it."""

    party_id: Identifier
    reason: Code
    suspected_by: Identifier
    suspected_at: Instant
