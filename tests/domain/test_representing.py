"""Agreements by whoever acts for the borrower; a suspicion that they are a racket, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.commands.holding import binds_borrower
from domain.complaints import due_at, undecided
from domain.holds import in_force
from schemas.facts import (
    AgreementMade,
    ApprovalLapsed,
    ApprovalRequested,
    CommandRefused,
    OfferMade,
    RacketReviewed,
    RacketSuspected,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.messages import (
    AcceptPlan,
    AcceptPromise,
    DecideApproval,
    DecideComplaint,
    OpenComplaint,
    ReviewRacket,
    SuspectRacket,
)
from schemas.representatives import RacketFound, RepresentativeScope
from schemas.steps import Act, MakeContact, Wait
from tests.domain.casework import Life, whole_strategy
from tests.domain.test_negotiation import plan, promise, refused


def acted_for(scope: RepresentativeScope = "agreements") -> Life:
    """A case ten days on whose borrower has an attorney."""
    life = Life(strategy=whole_strategy())
    life.live(timedelta(days=10))
    life.tell(RepresentativeNamed(party_id="AGENT-9", role="attorney", scope=scope))
    return life


def by_agent(life: Life, **more: Any) -> AcceptPromise:
    """A promise that the attorney gives."""
    return promise(life, representative="AGENT-9", **more)


def suspect(life: Life, party: str = "AGENT-9") -> object:
    """A collector's suspicion."""
    return life.command(SuspectRacket(by="anna", party=party, reason="fees_in_advance"))


def review(life: Life, found: RacketFound, by: str = "legal", party: str = "AGENT-9") -> object:
    """What came of it."""
    return life.command(ReviewRacket(by=by, party=party, found=found, reason="looked_into"))


def test_who_acts_for_the_borrower_agrees_in_their_place_and_is_recorded() -> None:
    """A promise, and a plan: only with a verified authorisation that names agreements."""
    life = acted_for()
    made = life.judge(by_agent(life))
    assert isinstance(made, AgreementMade)
    assert made.representative == "AGENT-9"
    offered = life.command(plan(life))
    assert isinstance(offered, OfferMade)
    accepted = AcceptPlan(
        by="anna",
        offer=offered.offer,
        terms_hash=offered.terms_hash,
        identity_verified=True,
        representative="AGENT-9",
    )
    made = life.command(accepted)
    assert isinstance(made, AgreementMade)
    assert made.representative == "AGENT-9"


def test_without_authority_for_agreements_nobody_agrees_for_the_borrower() -> None:
    """Civil Procedure Law of China, art. 62: to admit, waive or settle is a special power that the papers must name."""
    life = acted_for("contact")
    assert refused(life.judge(by_agent(life))) == "agree.beyond_scope"
    assert refused(life.judge(promise(life, representative="AGENT-1"))) == "agree.no_representative"
    assert refused(life.judge(by_agent(life, identity_verified=False))) == "agree.identity"
    life.tell(RepresentativeRemoved(party_id="AGENT-9", reason="revoked"))
    assert refused(life.judge(by_agent(life))) == "agree.no_representative"


def test_an_approval_carries_who_agreed_and_lapses_if_they_may_no_longer() -> None:
    """Twenty days are above a collector's limit; meanwhile a suspicion came."""
    life = acted_for()
    asked = life.command(by_agent(life, days=20))
    assert isinstance(asked, ApprovalRequested)
    word = DecideApproval(by="boss", approval=asked.approval, approve=True, reason="fine")
    again = acted_for()
    again.command(by_agent(again, days=20))
    again.command(word)
    again.live(timedelta(0))
    made = next(fact.body for fact in again.facts if isinstance(fact.body, AgreementMade))
    assert made.representative == "AGENT-9"
    suspect(life)
    life.command(word.model_copy(update={"approval": asked.approval}))
    life.live(timedelta(0))
    assert any(isinstance(fact.body, ApprovalLapsed) for fact in life.facts)
    assert life.case.agreement is None


def test_nothing_is_agreed_with_a_suspected_racket_until_somebody_else_has_looked() -> None:
    """On all loans of the borrower; the borrower in person agrees all the same."""
    life = acted_for()
    suspected = suspect(life)
    assert isinstance(suspected, RacketSuspected)
    assert binds_borrower(life.case, suspected)
    assert refused(life.judge(by_agent(life))) == "agree.suspected_racket"
    assert isinstance(life.judge(promise(life)), AgreementMade)
    assert refused(review(life, "cleared", by="anna")) == "racket.same_person"
    assert isinstance(review(life, "cleared"), RacketReviewed)
    assert isinstance(life.judge(by_agent(life)), AgreementMade)


def test_a_racket_that_is_confirmed_acts_for_the_borrower_no_longer() -> None:
    """Whoever is named again must be verified again."""
    life = acted_for()
    suspect(life)
    review(life, "confirmed")
    assert life.case.standing.representatives == ()
    assert life.case.standing.suspected == ()
    assert refused(life.judge(by_agent(life))) == "agree.no_representative"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (SuspectRacket(by="anna", party="L1-P", reason="complained"), "racket.own_party"),
        (SuspectRacket(by="ben", party="AGENT-9", reason="fees_in_advance"), "racket.already"),
        (ReviewRacket(by="legal", party="AGENT-1", found="cleared", reason="looked_into"), "racket.unknown"),
    ],
)
def test_what_is_no_suspicion_is_refused(command: SuspectRacket | ReviewRacket, rule: str) -> None:
    """The borrower is nobody's representative: whoever complains themselves is no racket."""
    life = acted_for()
    suspect(life)
    assert refused(life.judge(command)) == rule


def test_a_review_is_asked_for_where_nothing_else_is_and_insisted_on_later() -> None:
    """Before the next contact somebody is asked; after five days it is late."""
    life = acted_for()
    suspect(life)
    step = life.live(timedelta(hours=1))
    assert isinstance(step, Wait)
    assert step.ask
    assert (step.ask.kind, step.ask.about, step.why.rule) == ("racket", "AGENT-9", "racket.review")
    life.live(timedelta(days=5))
    assert life.step().why.rule == "racket.late"
    review(life, "cleared")
    assert not life.step().why.rule.startswith("racket")


def lived(suspected: bool) -> Life:
    """A complaint on the tenth day and its answer; a suspicion with it, or none."""
    life = acted_for()
    life.command(OpenComplaint(by="service", reason="called_too_often"))
    if suspected:
        suspect(life)
    life.live(timedelta(days=8))
    life.command(
        DecideComplaint(by="quality", complaint=life.case.complaints[0].complaint, outcome="upheld", reason="so")
    )
    life.live(timedelta(days=40))
    return life


def test_complaining_through_a_suspected_racket_is_never_held_against_the_borrower() -> None:
    """银行业保险业消费投诉处理管理办法: a complaint is answered whoever brings it. Its hold and its day stay, it is asked for
    first, and the borrower is graded and contacted as without the suspicion."""
    life = acted_for()
    life.command(OpenComplaint(by="service", reason="called_too_often"))
    before = (undecided(life.case), due_at(life.case.complaints[0], life.strategy), in_force(life.case, life.now))
    suspect(life)
    after = (undecided(life.case), due_at(life.case.complaints[0], life.strategy), in_force(life.case, life.now))
    assert after == before
    rest = life.live(timedelta(days=8))
    assert isinstance(rest, Wait)
    assert rest.ask
    assert rest.ask.kind == "complaint"
    one, other = lived(suspected=True), lived(suspected=False)
    assert contacts(one) == contacts(other)
    assert one.case.assessed == other.case.assessed
    assert one.case.stage == other.case.stage
    assert one.case.money(one.today).outstanding == other.case.money(other.today).outstanding > Decimal(0)


def contacts(life: Life) -> list[tuple[str, str, str]]:
    """What went out, and when its channel and template."""
    made = [s.action.proposal for s in life.seen if isinstance(s, Act) and isinstance(s.action, MakeContact)]
    times = [contact.at.isoformat() for contact in life.case.contacts]
    return [(at, each.channel, each.template) for at, each in zip(times, made, strict=True)]


def test_refusals_say_what_to_do() -> None:
    """What, why, and how it is mended."""
    life = acted_for("contact")
    fact = life.judge(by_agent(life))
    assert isinstance(fact, CommandRefused)
    assert "the borrower's own word" in fact.why
