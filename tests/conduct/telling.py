"""What can be told of a borrower and their loans, to the world and to the oracle alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from domain.tightening import loosened
from policies.loader import HERE, load_rulebook
from schemas.contact import Channel
from schemas.facts import (
    AgreementBroken,
    AgreementMade,
    BorrowerDeceased,
    ChannelOptedIn,
    ChannelOptedOut,
    ConsentGiven,
    ConsentWithdrawn,
    ContactAllowed,
    ContactReviewed,
    ContactStopped,
    HoldEnded,
    HoldOpened,
    InboundContact,
    NoticeGiven,
    PartyRefused,
    PaymentPosted,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.holds import SCOPE_OF, HoldKind
from schemas.loan import CollectionRequest, Party
from schemas.terms import Part, PlanTerms, PromiseTerms
from tests.conduct.oracle import Oracle
from tests.conduct.texts import LAWS, TIGHT, listing, tightened
from tests.conduct.world import World

LOANS = {"L-1": "consumer_loan", "L-2": "credit_card", "L-3": "small_business"}
PEOPLE = {"P-1": "borrower", "P-2": "guarantor", "P-3": "emergency_contact"}
EXECUTOR = "P-9"
CHANNELS: list[Channel] = ["sms", "email", "im", "letter", "robot_call", "human_call", "human_call", "visit"]
KINDS: list[HoldKind] = [
    *("insolvency", "moratorium", "minor", "minor", "represented", "represented", "hardship"),
    *("dispute", "complaint", "identity_fraud"),
]
REVIEWED = ["HOUSE.VULNERABLE", "HOUSE.COMPLAINT", "US.HOUSE.VULNERABLE", "US.HOUSE.COMPLAINT", "CN.TIME_BARRED"]
SOON = [None, timedelta(minutes=20), timedelta(days=1), timedelta(days=60)]
loans, channels, soon = st.sampled_from(sorted(LOANS)), st.sampled_from(CHANNELS), st.sampled_from(SOON)
Data = st.DataObject


class Telling:
    """A world, an oracle, and everything that may be told to both. Words that say nothing just now are passed over."""

    def __init__(self, start: datetime, zones: tuple[tuple[str, ...], ...], law: str) -> None:
        parties = tuple(Party.model_validate({"party_id": p, "role": r}) for p, r in PEOPLE.items())
        common = {"borrower_id": "B-1", "overdue_since": "2026-10-01", "parties": parties}
        requests = [
            CollectionRequest.model_validate({"loan_id": loan, "product": what} | common)
            for loan, what in LOANS.items()
        ]
        self.world = World(now=start, requests=tuple(requests))
        self.oracle = Oracle(roles=dict.fromkeys(LOANS, PEOPLE))
        self.zones = dict(zip(PEOPLE, zones, strict=True)) | {EXECUTOR: zones[0]}
        self.law, self.number = law, 0
        self.enact(tight=False)
        for loan in ("L-1", "L-2"):
            self._notice(loan, "validation")

    def enact(self, *, tight: bool) -> None:
        """The shipped law, or a tighter overlay, is law from now on."""
        base = listing(load_rulebook(HERE / "rulebooks" / f"{self.law}.yaml"))
        book = tightened(base) if tight else base
        assert loosened(base, book) == ()
        assert book.name.endswith(TIGHT) == tight
        self.world.enact(book)
        self.oracle.texts = LAWS[self.law].tight() if tight else LAWS[self.law]

    # --- what the borrower says ------------------------------------------------------------------------------------

    def opts_out(self, data: Data) -> None:
        self._opt_out(data.draw(channels))

    def opts_in(self, data: Data) -> None:
        channel = data.draw(channels)
        self.world.borrower(ChannelOptedIn(channel=channel), self.world.now)
        self.oracle.opted_in.add(channel)
        self.oracle.opted_out.discard(channel)

    def stops_or_allows(self, data: Data) -> None:
        self.oracle.stopped = not self.oracle.stopped
        body = ContactStopped(reason="asked") if self.oracle.stopped else ContactAllowed(reason="asked")
        self.world.borrower(body, self.world.now)

    def consents(self, data: Data) -> None:
        grants, consent = data.draw(st.sampled_from(["hours", "attempts"])), f"CO-{self.next}"
        terms = {"open": time(5), "close": time(9)}
        if grants == "attempts":
            terms = {"maximum": data.draw(st.sampled_from([None, 1, 8]))}
        given = {"consent": consent, "grants": grants, "channels": tuple(data.draw(st.sets(channels, min_size=3)))}
        given |= {"until": self.until(data)} | terms
        self.world.borrower(ConsentGiven.model_validate(given), self.world.now)
        self.oracle.agreed[consent] = {"open": None, "close": None, "maximum": None} | given

    def withdraws_a_consent(self, data: Data) -> None:
        if self.oracle.agreed:
            consent = data.draw(st.sampled_from(sorted(self.oracle.agreed)))
            self.world.borrower(ConsentWithdrawn(consent=consent), self.world.now)
            del self.oracle.agreed[consent]

    # --- what befalls them -----------------------------------------------------------------------------------------

    def dies(self, data: Data) -> None:
        self.world.borrower(BorrowerDeceased(), self.world.now)
        self.oracle.dead = True

    def an_executor_is_named(self, data: Data) -> None:
        self.world.borrower(RepresentativeNamed(party_id=EXECUTOR, role="executor"), self.world.now)
        self.oracle.acting.add(EXECUTOR)

    def and_renounces(self, data: Data) -> None:
        if self.oracle.acting:
            self.world.borrower(RepresentativeRemoved(party_id=EXECUTOR, reason="renounced"), self.world.now)
            self.oracle.acting.clear()

    def the_hold_of_death_ends(self, data: Data) -> None:
        """With somebody who acts for the estate they stay dead; without, the report was a mistake."""
        if self.oracle.dead:
            self.world.borrower(HoldEnded(hold="deceased", reason="looked_at"), self.world.now)
            self.oracle.dead = bool(self.oracle.acting)

    def a_hold_opens(self, data: Data) -> None:
        kind, loan, hold = data.draw(st.sampled_from(KINDS)), data.draw(loans), f"H-{self.next}"
        until = self.until(data)
        body = HoldOpened(hold=hold, hold_kind=kind, reason="told_us", review_at=until)
        self.oracle.holds[hold] = (kind, until, None if SCOPE_OF[kind] == "borrower" else loan)
        self._about(self.oracle.holds[hold][2], body)

    def a_hold_ends(self, data: Data) -> None:
        if self.oracle.holds:
            hold = data.draw(st.sampled_from(sorted(self.oracle.holds)))
            _, _, loan = self.oracle.holds.pop(hold)
            self._about(loan, HoldEnded(hold=hold, reason="looked_at"))

    def a_relative_wants_no_contact(self, data: Data) -> None:
        self.world.borrower(PartyRefused(party_id="P-3"), self.world.now)
        self.oracle.said_no.add("P-3")

    # --- the loans -------------------------------------------------------------------------------------------------

    def agrees(self, data: Data) -> None:
        loan, agreement = data.draw(loans), f"AG-{self.next}"
        kind = data.draw(st.sampled_from([PlanTerms, PromiseTerms]))
        terms = kind(parts=(Part(amount=Decimal(100), due_on=date(2027, 12, 1)),))
        made = {"agreement": agreement, "terms": terms, "terms_hash": "h", "channel": "call", "taken_by": "anna"}
        self.world.hear(loan, AgreementMade.model_validate(made | {"identity_verified": True}), self.world.now)
        self.oracle.agreement[loan] = agreement

    def breaks_it(self, data: Data) -> None:
        if self.oracle.agreement:
            loan = data.draw(st.sampled_from(sorted(self.oracle.agreement)))
            over = {"agreement": self.oracle.agreement.pop(loan), "due_on": "2027-01-01", "due": "100", "paid": "0"}
            broken = AgreementBroken.model_validate(over | {"rule": "r", "why": "w"})
            self.world.hear(loan, broken, self.world.now)

    def pays(self, data: Data) -> None:
        paid = {"reference": f"PAY-{self.next}", "amount": "10.00", "currency": "CNY", "value_date": "2027-01-01"}
        self.world.hear(data.draw(loans), PaymentPosted.model_validate(paid), self.world.now)

    def a_notice_is_given(self, data: Data) -> None:
        self._notice(data.draw(loans), data.draw(st.sampled_from(["outsourcing", "validation"])))

    def rings(self, data: Data) -> None:
        """Once, or over and over."""
        loan, intent = data.draw(loans), data.draw(st.sampled_from(["disputes", "other", "other", "other"]))
        for _ in range(data.draw(st.sampled_from([1, 1, 3]))):
            inbound = {"inbound": f"IN-{self.next}", "channel": "inbound_call", "intent": intent}
            self.world.hear(loan, InboundContact.model_validate(inbound), self.world.now)
            self.oracle.missed[loan] = 0
            self.oracle.talks.append((loan, "P-1", self.world.now))
            if intent == "disputes":
                self.implied(loan, "dispute", "disputed")

    def a_person_reviews(self, data: Data) -> None:
        loan, what, approved = data.draw(loans), data.draw(st.sampled_from(REVIEWED)), data.draw(st.booleans())
        until = self.until(data)
        word = {"rule": what, "approved": approved, "decided_by": "boss", "reason": "seen", "until": until}
        self.world.hear(loan, ContactReviewed.model_validate(word), self.world.now)
        self.oracle.words[loan, what] = (approved, until)

    # --- small words -----------------------------------------------------------------------------------------------

    @property
    def next(self) -> int:
        """A number for an id."""
        self.number += 1
        return self.number

    def until(self, data: Data) -> datetime | None:
        """How long something is to last."""
        lasts = data.draw(soon)
        return None if lasts is None else self.world.now.astimezone(UTC) + lasts

    def implied(self, loan: str, kind: str, why: str) -> None:
        """What was said in a talk holds the debt, unless it is held for the same already."""
        now = self.world.now
        if not any(k == kind and of == loan and (u is None or now < u) for k, u, of in self.oracle.holds.values()):
            self.oracle.holds[f"{why}:{self.world.length(loan)}"] = (kind, None, loan)

    def _opt_out(self, channel: Channel) -> None:
        self.world.borrower(ChannelOptedOut(channel=channel), self.world.now)
        self.oracle.opted_out.add(channel)
        self.oracle.opted_in.discard(channel)

    def _notice(self, loan: str, notice: Any) -> None:
        self.world.hear(loan, NoticeGiven(notice=notice), self.world.now)
        self.oracle.notices.add((loan, notice))

    def _about(self, loan: str | None, body: HoldOpened | HoldEnded) -> None:
        """A fact of one loan, or of the borrower."""
        if loan is None:
            self.world.borrower(body, self.world.now)
        else:
            self.world.hear(loan, body, self.world.now)
