"""Who may agree in the borrower's place: whoever acts for them as far as agreements go, and is not suspected of a racket."""

from __future__ import annotations

from domain.limits import Refusal
from schemas.contact import Standing
from schemas.representatives import Suspicion


def may_not_agree(standing: Standing, party: str) -> Refusal | None:
    """Why `party` may not agree to terms in the borrower's place, and what would mend it; None if they may."""
    if suspicion(standing, party):
        why = f"{party} is suspected of a racket: nothing is agreed with them before it is reviewed. The borrower may agree"
        return Refusal("agree.suspected_racket", why)
    acting = next((each for each in standing.representatives if each.party_id == party), None)
    if acting is None:
        why = f"{party} does not act for the borrower: have their authority verified and name them, or ask the borrower"
        return Refusal("agree.no_representative", why)
    if acting.scope != "agreements":
        why = f"{party} may be spoken with and not agree: papers that name agreements are needed, or the borrower's own word"
        return Refusal("agree.beyond_scope", why)
    return None


def suspicion(standing: Standing, party: str) -> Suspicion | None:
    """The suspicion against `party` that nobody has looked into yet."""
    return next((each for each in standing.suspected if each.party_id == party), None)
