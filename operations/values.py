"""What a fact's sentence names, as text: amounts with their currency, times on the bank's clock, codes in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.calendar import zone
from domain.money import quantize
from operations.phrases import Catalogue
from schemas.contact import ContactProposal, Finding
from schemas.facts import (
    AccountRead,
    Assessed,
    AttemptRefused,
    AttemptReserved,
    AttemptSent,
    ContactPointAdded,
    ContactPointInvalid,
    ContactRecorded,
    CreditRecordRead,
    Decision,
    EpisodeOpened,
    Fact,
    Paused,
    PaymentPosted,
)
from schemas.ledger import RecordedFact

_CODES = (
    "stage",
    "outcome",
    "system",
    "channel",
    "result",
    "reason",
    "code",
    "command",
    "point_kind",
    "tier",
    "segment",
)


@dataclass(frozen=True)
class Speaker:
    """Says values in one language, on one clock (IANA zone), in the loan's currency.

    `policies`: strategies as people know them (`default@1`), by sha256.
    """

    words: Catalogue
    zone: str
    currency: str
    policies: Mapping[str, str]

    def sentence(self, fact: RecordedFact) -> str:
        """A fact in one line."""
        body = fact.body
        values = {name: self._plain(name, getattr(body, name)) for name in type(body).model_fields}
        values |= {"actor": fact.actor} | self._special(body)
        return self.words.facts[body.kind].format_map(values)

    def money(self, amount: Decimal) -> str:
        """An amount with its currency, in whole minor units."""
        return f"{quantize(amount, self.currency):,} {self.currency}"

    def time(self, at: datetime) -> str:
        """A moment on the bank's clock, to the minute."""
        return f"{at.astimezone(zone(self.zone)):%Y-%m-%d %H:%M}"

    def part(self, name: str, **values: object) -> str:
        """A piece of a sentence."""
        return self.words.parts[name].format_map(values)

    def _plain(self, name: str, value: object) -> str:
        if isinstance(value, datetime):
            return self.time(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return self.money(value)
        if isinstance(value, tuple):
            texts = [item for item in value if isinstance(item, str)]
            return ", ".join(map(self.words.word, texts) if name == "reasons" else texts)
        return self.words.word(value) if name in _CODES and isinstance(value, str) else str(value)

    def _special(self, body: Fact) -> dict[str, str]:
        """What is not simply a field of the fact."""
        match body:
            case EpisodeOpened():
                since = body.request.overdue_since.isoformat()
                return {"overdue_since": since, "policy": self.policies.get(body.policy, body.policy[:12])}
            case AccountRead(account=account):
                return {
                    "as_of": self.time(account.as_of),
                    "arrears": self.money(account.arrears),
                    "outstanding": self.money(account.outstanding),
                }
            case CreditRecordRead(record=record):
                return {
                    "grade": record.grade,
                    "lenders": str(record.lenders),
                    "past_due": str(record.past_due_elsewhere),
                }
            case AttemptReserved(proposal=proposal, verdict=verdict):
                must = ", ".join(self.words.word(code) for code in verdict.obligations)
                return self._proposal(proposal) | {
                    "attempt": proposal.attempt,
                    "obligations": self.part("obligations", obligations=must) if must else "",
                }
            case AttemptRefused(proposal=proposal, verdict=verdict):
                return self._proposal(proposal) | {
                    "verdict": self.words.word(verdict.verdict),
                    "findings": "; ".join(self._finding(finding) for finding in verdict.findings),
                }
            case AttemptSent():
                reference = body.gateway_reference
                return {
                    "reference": self.part("reference", reference=reference) if reference else "",
                    "shadow": self.part("shadow") if body.shadow else "",
                }
            case ContactRecorded():
                quiet, note = body.quiet_until, body.note_id
                return {
                    "identity": self.part("identity") if body.identity_verified else "",
                    "quiet": self.part("quiet", until=self.time(quiet)) if quiet else "",
                    "note": self.part("note", note=note) if note else "",
                }
            case PaymentPosted():
                return {"amount": f"{body.amount:,} {body.currency}"}
            case Paused():
                return {"until": self.part("until", until=self.time(body.until)) if body.until else ""}
            case ContactPointAdded():
                return {"party": body.party_id, "point": body.contact_point_id}
            case ContactPointInvalid():
                return {"point": body.contact_point_id}
            case Decision() if not isinstance(body, Assessed):
                return {"why": self.words.reason(body.rule, body.why)}
            case _:
                if body.kind == "command_refused":
                    return {"why": self.words.reason(body.rule, body.why)}
                return {}

    def _proposal(self, proposal: ContactProposal) -> dict[str, str]:
        return {
            "channel": self.words.word(proposal.channel),
            "party": proposal.party_id,
            "point": proposal.contact_point_id,
            "template": proposal.template,
        }

    def _finding(self, finding: Finding) -> str:
        if finding.until:
            return self.part("finding_until", rule=finding.rule, until=self.time(finding.until))
        if finding.release:
            return self.part("finding_release", rule=finding.rule, release=self.words.word(finding.release))
        return self.part("finding", rule=finding.rule)
