"""Questions to the guard under a shipped rulebook, with everything said that is not asked about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.artefacts import digest
from domain.conduct import decide
from policies.loader import HERE, load_rulebook
from schemas.contact import ConductFacts, ContactProposal, Standing, Verdict
from schemas.debt import DebtStanding, Notice, Obligation
from schemas.holds import Hold, HoldKind
from schemas.representatives import Representative
from schemas.rulebook import ApprovedAgency, Rulebook

DAY = timedelta(days=1)
PARTIES = (
    Obligation(party_id="P-1", role="borrower"),
    Obligation(party_id="P-2", role="co_borrower"),
    Obligation(party_id="P-3", role="guarantor"),
    Obligation(party_id="P-4", role="emergency_contact"),
)
EXECUTOR = Representative(party_id="P-9", role="executor", zone="Asia/Shanghai")


class Asking:
    """One rulebook, asked at one moment of one zone."""

    def __init__(self, name: str, now: datetime, zone: str, agencies: tuple[ApprovedAgency, ...] = ()) -> None:
        book = load_rulebook(HERE / "rulebooks" / f"{name}.yaml")
        self.book: Rulebook = book.model_copy(update={"agencies": agencies})
        self.now, self.zone = now, zone

    def ask(
        self,
        party: Any = "P-1",
        now: Any = None,
        standing: Any = None,
        facts: Any = None,
        debt: Any = None,
        **proposal: Any,
    ) -> Verdict:
        """The verdict on an SMS to the borrower, unless it is told otherwise. `debt` as fields of DebtStanding."""
        roles = {each.party_id: each.role for each in PARTIES} | {"P-9": "representative"}
        told = tuple(Notice(notice="validation", given_at=self.now - 30 * DAY) for _ in range(1))
        asked = ContactProposal.model_validate(
            {
                "attempt": "new",
                "channel": "sms",
                "contact_point_id": f"cp-{party}",
                "party_id": party,
                "role": roles[party],
                "template": "reminder_sms",
                "zones": (self.zone,),
            }
            | proposal
        )
        known = ConductFacts(
            standing=standing or Standing(),
            debt=DebtStanding(**{"product": "consumer_loan", "parties": PARTIES, "notices": told} | (debt or {})),
            loan_id="L-1",
            **(facts or {}),
        )
        return decide(asked, known, now or self.now, self.book, digest(self.book))

    def hold(self, kind: HoldKind, review_at: datetime | None = None) -> Hold:
        """A hold that began yesterday."""
        return Hold(hold="H-1", kind=kind, reason="told_us", opened_at=self.now - DAY, review_at=review_at)


def released(verdict: Verdict) -> list[tuple[str, str, str | None]]:
    """The rules that do not pass, each with its verdict and what would release it."""
    return [(finding.rule, finding.verdict, finding.release) for finding in verdict.findings]
