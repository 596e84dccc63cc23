"""What follows from what somebody of the bank did: an offer after the talk, the borrower's word on it, its payments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from schemas.messages import AcceptPlan, CommandOutcome, EndHold, OfferPlan, RecordContact
from schemas.terms import Part, PlanOffer
from simulation.borrowers import accepts, keeps
from simulation.desk.offers import offer_plan, offer_settlement
from simulation.model import AcceptedContact, Act
from simulation.occasion import Occasion
from simulation.scene import NEGOTIATION


@dataclass(frozen=True)
class Followed(Occasion):
    """A command was delivered and its case accepted it: `outcome`. `contact`: the call that it records."""

    done: Act
    outcome: CommandOutcome
    contact: AcceptedContact | None = None


def follow(f: Followed) -> tuple[Act, ...]:
    """What comes of it, by time."""
    match f.done.what:
        case "record_contact":
            acts = _talked(f, RecordContact.model_validate(f.done.payload))
        case "offer_plan" | "decide_approval":
            acts = _offered(f)
        case "accept_plan":
            acts = _agreed(f, AcceptPlan.model_validate(f.done.payload["command"]))
        case _:
            return ()
    return tuple(sorted(acts, key=lambda act: (act.at, act.id)))


def _talked(f: Followed, said: RecordContact) -> Iterator[Act]:
    """The collector who was to come to an agreement offers what the borrower would like."""
    if f.contact is None or f.contact.template != NEGOTIATION:
        return
    at = f.now + timedelta(minutes=f.number(5, 40, "offers"))
    if said.wish == "plan":
        covers = "arrears" if f.borrower.character == "cannot_pay" else "balance"
        yield from offer_plan(f, at, said.by, covers)
    elif said.wish == "settlement":
        yield from offer_settlement(f, at, said.by)


def _offered(f: Followed) -> Iterator[Act]:
    """The borrower thinks it over for some days. Above a limit there is no offer yet: it comes with the approval."""
    offer, terms_hash = f.outcome.offer, f.outcome.terms_hash
    if offer is None or terms_hash is None or not accepts(f):
        return
    at_court = any(act.kind == "court_reported" for act in f.history.acts)
    accepted = AcceptPlan(
        by=f.somebody("collector", 6),
        offer=offer,
        terms_hash=terms_hash,
        channel="court" if at_court else "call",
        identity_verified=True,
    )
    yield f.command(accepted, f.office(f.now + f.hours(20, 110, "thinks it over")))


def _agreed(f: Followed, accepted: AcceptPlan) -> Iterator[Act]:
    """It is paid as the borrower does; and what was a hardship is none any more."""
    offered = next((act for act in f.history.acts if act.id == accepted.offer), None)
    if offered is None:  # an offer that nobody here made
        return
    terms = OfferPlan.model_validate(offered.payload["command"]).terms
    if isinstance(terms, PlanOffer):
        yield from keeps(f, "plan", terms.parts, arrears=terms.covers == "arrears")
    else:
        yield from keeps(f, "settlement", (Part(amount=terms.amount, due_on=terms.pay_by),), arrears=False)
    if offered.answers and offered.answers.about:
        ended = EndHold(by=accepted.by, hold=offered.answers.about, reason="plan_agreed")
        yield f.command(ended, f.now + timedelta(minutes=f.number(2, 30, "ends the hold")))
