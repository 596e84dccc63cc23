"""Negotiation: somebody comes to an agreement with the borrower, within limits or with an approval, or the case goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.complaints import off_the_case
from domain.counting import counted
from domain.lifecycle import enter
from domain.prospects import reach
from domain.stages.onward import onward
from domain.stages.outreach import Touch, touch
from domain.stages.situation import Situation
from schemas.facts import OfferLapsed
from schemas.policy import Negotiation
from schemas.steps import Ask, Decide, Step, Wait, Why


def next_step(s: Situation) -> Step:
    """Wait for the borrower's word on an offer; else have a collector seek an agreement; else go on without one."""
    policy = s.strategy.negotiation
    if policy is None:  # adopted from a strategy without negotiation in the middle of one
        return _leave(s, "the strategy of this case has no part `negotiation`")
    return _offered(s) or _seek(s, policy) or _offer_wanted(s, policy) or _leave(s, "no agreement came of it")


def _offered(s: Situation) -> Step | None:
    offer = s.case.offer
    if offer is None:
        return None
    if s.now >= offer.expires_at:
        text = f"nobody accepted the {offer.terms.kind} that was offered, and it has expired"
        lapsed = OfferLapsed(offer=offer.offer, rule="offer.expired", why=text)
        return Decide(facts=(lapsed,), why=Why(rule="offer.expired", text=text))
    text = f"a {offer.terms.kind} of {counted(len(offer.terms.parts), 'part')} is offered; the borrower is to say"
    return Wait(until=offer.expires_at, why=Why(rule="offer.open", text=text))


def _seek(s: Situation, policy: Negotiation) -> Step | None:
    reached = reach(s, "human_call")
    if s.case.negotiation_calls >= policy.calls or reached is None:
        return None
    party, point = reached
    number = s.case.negotiation_calls + 1
    text = f"a collector is to come to an agreement with the borrower, call {number} of {policy.calls}"
    wanted = Touch(
        channel="human_call",
        template=policy.template,
        party=party,
        point=point,
        earliest=_earliest(s, policy),
        why=Why(rule="negotiation.call", text=text),
        # Whoever asked for it is answered; else it is another demand.
        purpose="reply" if s.case.wish else "dunning",
        deadline_hours=policy.deadline_hours,
        more={"prefer": owner} if (owner := _owner(s)) else None,
    )
    return touch(s, wanted)


def _owner(s: Situation) -> str | None:
    """Who took the agreement that was not kept calls again, unless a talk with them got out of hand or they are off it."""
    last = s.case.past_agreements[-1] if s.case.past_agreements else None
    if last is None or last.ended not in ("partly", "broken") or last.taken_by in (None, "robot", "field", "arrears"):
        return None
    return None if last.taken_by in {*s.case.hostile_to, *off_the_case(s.case)} else last.taken_by


def _offer_wanted(s: Situation, policy: Negotiation) -> Step | None:
    """The last word of the borrower was a wish: the offer is still to be put down."""
    wish, heard = s.case.wish, s.case.heard
    if wish is None or (heard and heard.at > wish.at):
        return None
    until = wish.at + timedelta(hours=policy.offer_within_hours)
    if s.now >= until:
        return None
    why = Why(rule="negotiation.offer", text="the borrower would agree to something: an offer is to be made")
    return Wait(until=until, why=why, ask=Ask(kind="offer", deadline=until))


def _earliest(s: Situation, policy: Negotiation) -> datetime:
    last = s.case.contacts[-1] if s.case.contacts else None
    if last is None or last.proposal.template != policy.template:
        return s.now
    return last.at + timedelta(days=policy.gap_days)


def _leave(s: Situation, why: str) -> Step:
    """Back to what was interrupted: the suit, the ladder; else onward."""
    for target in ("litigation", "contact"):
        entered = enter(s, target)
        if entered:
            told = entered.model_copy(update={"why": f"{why}: {entered.why}"})
            return Decide(facts=(told,), why=Why(rule=told.rule, text=told.why))
    return onward(s, "negotiation.failed", why)
