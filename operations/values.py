"""Values as text: amounts with their currency, times on the bank's clock, codes in words, terms in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest

from domain.calendar import zone
from domain.counting import filled
from domain.money import quantize
from operations.phrases import Catalogue
from schemas.account import Designation, Difference, Waived
from schemas.contact import Finding
from schemas.court import Piece, PieceState
from schemas.facts import Graded, Worth
from schemas.holds import SCOPE_OF, HoldKind
from schemas.terms import Part, PlanTerms, PromiseTerms, SettlementTerms, Terms

_CODES = (
    *("stage", "outcome", "segment", "tier", "system", "code", "reason", "command", "by"),
    *("channel", "result", "intent", "point_kind", "hold_kind", "role"),
    *("more_time", "correction", "complaint_outcome", "restriction"),
    *("milestone", "step", "piece"),
)
"""Fields that hold a code of a closed vocabulary; the field's name is that of the vocabulary."""

_LISTS = {"reasons": "reasons", "pieces": "piece"}
"""Fields that hold several codes, and the vocabulary of each."""

_SHOWN = 12
"""So much of a hash tells it from any other that a reader will meet."""


@dataclass(frozen=True)
class Speaker:
    """Says values in one language, on one clock (IANA zone), in the loan's currency.

    `policies`: strategies as people know them (`default@1`), by sha256.
    """

    words: Catalogue
    zone: str
    currency: str
    policies: Mapping[str, str]

    def money(self, amount: Decimal) -> str:
        """An amount with its currency, in whole minor units."""
        return f"{quantize(amount, self.currency):,} {self.currency}"

    def time(self, at: datetime) -> str:
        """A moment on the bank's clock, to the minute."""
        return f"{at.astimezone(zone(self.zone)):%Y-%m-%d %H:%M}"

    def word(self, code: str | None, vocabulary: str = "") -> str:
        """A code in words; "" for none."""
        return self.words.word(code, vocabulary)

    def listed(self, texts: Sequence[str]) -> str:
        """Several in a row."""
        return self.words.parts["list"].join(texts)

    def part(self, name: str, **values: object) -> str:
        """A piece of a sentence."""
        return filled(self.words.parts[name], values)

    def if_any(self, name: str, **values: object) -> str:
        """A piece of a sentence if the first of what it names is there to be said; else nothing."""
        if next(iter(values.values())) in (None, ""):
            return ""
        return self.part(name, **{key: self.field(key, value) for key, value in values.items()})

    def differs(self, by: Difference) -> str:
        """By how much core banking's figures are more than its books give."""
        amounts = {"arrears": self.money(by.arrears), "outstanding": self.money(by.outstanding)}
        return self.part("differs", **amounts) + (
            self.part("differs_of", parts=of) if (of := self.differs_of(by)) else ""
        )

    def differs_of(self, by: Difference) -> str:
        """Of which components core banking has how much more; "" where it does not tell them, or they are the same."""
        return self.listed(
            [
                self.part("owed", amount=self.money(part.amount), component=self.word(part.component, "component"))
                for part in by.components
            ]
        )

    def field(self, name: str, value: object) -> str:
        """The value of a fact's field `name`."""
        if isinstance(value, datetime):
            return self.time(value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return self.money(value)
        if isinstance(value, tuple):
            texts = [item for item in value if isinstance(item, str)]
            vocabulary = _LISTS.get(name)
            return self.listed([self.word(text, vocabulary) for text in texts] if vocabulary else texts)
        return self.word(value, name) if name in _CODES and isinstance(value, str) else str(value)

    def terms(self, terms: Terms) -> str:
        """What is promised, planned or settled: amounts with their days, and what is tolerated."""
        own = terms.interest if isinstance(terms, PlanTerms) else ()
        each = zip_longest(terms.parts, own)
        parts = self.listed([self.part("terms.part", **self._due(part)) + self._borne(part, of) for part, of in each])
        values: dict[str, object] = {"parts": parts, "count": len(terms.parts), "total": self.money(terms.total)}
        match terms:
            case PlanTerms():
                values["covers"] = self.word(terms.covers, "covers")
            case SettlementTerms():
                values |= {"waived": self.money(terms.waived), "components": self.made_of(terms.components)}
            case _:
                pass
        incentive = isinstance(terms, SettlementTerms) and terms.covers == "arrears"
        said = self.part("terms.incentive" if incentive else f"terms.{terms.kind}", **values)
        said += self._at_rate(terms) + self._beyond(terms) + self._grown(terms)
        if not (terms.tolerance_amount or terms.tolerance_days):
            return said
        amount = self.money(terms.tolerance_amount)
        return said + self.part("terms.tolerance", amount=amount, days=terms.tolerance_days)

    def meant(self, designates: Designation | None) -> str:
        """What a payer said a payment is for; nothing if they said nothing."""
        if designates is None:
            return ""
        instalment = self.if_any("instalment", number=designates.instalment)
        component = self.word(designates.component, "component")
        return self.part("meant", what=self.part("of").join(item for item in (component, instalment) if item))

    def _beyond(self, terms: Terms) -> str:
        """What a plan does to the contract, how long a missed part can be made good, and what a breach brings back; of what
        a promise over several loans is part."""
        if isinstance(terms, PromiseTerms) and terms.allocation:
            shares = [self.part("terms.share", loan=s.loan_id, amount=self.money(s.amount)) for s in terms.allocation]
            return self.part("terms.common", common=terms.common, shares=self.listed(shares))
        if not isinstance(terms, PlanTerms):
            return ""
        nature = self.if_any("terms.nature", nature=self.word(terms.nature))
        cure = self.part("terms.cure", days=terms.cure_days) if terms.cure_days else ""
        revives = self.word(terms.revives) if terms.revives != "as_before" else ""
        return nature + cure + self.if_any("terms.revives", revives=revives)

    def _borne(self, part: Part, interest: Decimal | None) -> str:
        """How much of a part pays the debt off, and how much is the plan's interest; nothing without any."""
        if interest is None:
            return ""
        return self.part("terms.borne", share=self.money(part.amount - interest), interest=self.money(interest))

    def _at_rate(self, terms: Terms) -> str:
        """The annual rate as it is stated to a borrower, and what it comes to."""
        if not isinstance(terms, PlanTerms) or terms.annual_percent is None:
            return ""
        rate = f"{terms.annual_percent.normalize():f}"
        return self.part(
            "terms.rate", rate=rate, interest=self.money(terms.plan_interest), total=self.money(terms.total)
        )

    def _grown(self, terms: Terms) -> str:
        """Of a debt that grows: which day's figure was taken, and what becomes of what accrues after it."""
        if isinstance(terms, PromiseTerms) or terms.owed_on is None:
            return ""
        after = "settlement" if isinstance(terms, SettlementTerms) else terms.accrued or "stays"
        return self.part("terms.owed_on", day=terms.owed_on.isoformat(), after=self.part(f"terms.after.{after}"))

    def made_of(self, components: Iterable[Waived]) -> str:
        """What a waiver is made of, as a piece of a sentence; nothing where it is not said."""
        told = [
            self.part("terms.component", component=self.word(one.component, "component"), amount=self.money(one.amount))
            for one in components
        ]
        if not told:
            return ""
        return self.part("terms.components", components=self.listed(told))

    def worth(self, worth: Worth | None) -> str:
        """What an offer is worth against going on, as a piece of a sentence."""
        if worth is None:
            return ""
        values = {"offer": self.money(worth.offer), "going_on": self.money(worth.going_on)}
        return self.part("worth", **values, chance=worth.chance_percent, rate=worth.rate_percent)

    def promise(self, promise: Part | None) -> str:
        """What a borrower said they will pay, as a piece of a sentence."""
        return self.part("promise", **self._due(promise)) if promise else ""

    def asked(self, subject: str, terms: Terms | None) -> str:
        """What an approval is asked for."""
        return self.terms(terms) if terms else self.part(f"asked.{subject}")

    def policy(self, digest: str) -> str:
        """A strategy by its name, or by the beginning of its sha256."""
        return self.policies.get(digest) or self.shortened(digest)

    def shortened(self, digest: str) -> str:
        """The beginning of a hash."""
        return digest[:_SHOWN]

    def scope(self, kind: HoldKind) -> str:
        """What a hold of this kind binds."""
        return self.part(f"scope.{SCOPE_OF[kind]}")

    def pieces(self, pieces: Mapping[Piece, PieceState]) -> str:
        """Papers, and how it stands with each."""
        told = [self.part("piece", piece=self.word(p, "piece"), state=self.word(s)) for p, s in pieces.items()]
        return self.listed(told)

    def graded(self, what: str, view: Graded | None) -> str:
        """A figure of the assessment with its grade and what it rests on; nothing without one."""
        if view is None:
            return ""
        reasons = self._weighed(view) or self.part("nothing_known")
        return self.part(
            "graded", what=self.word(what), figure=view.figure, grade=self.word(view.grade), reasons=reasons
        )

    def _weighed(self, view: Graded) -> str:
        """What a figure rests on, each with its points where the ledger has them."""
        if len(view.points) != len(view.reasons):
            return self.field("reasons", view.reasons)
        pairs = zip(view.reasons, view.points, strict=True)
        return self.listed([f"{self.word(code, 'reasons')} {points:+d}" for code, points in pairs])

    def finding(self, finding: Finding) -> str:
        """A rule of conduct that did not pass, and until when or until what."""
        if finding.until:
            return self.part("finding_until", rule=finding.rule, until=self.time(finding.until))
        if finding.release:
            return self.part("finding_release", rule=finding.rule, release=self.word(finding.release))
        return self.part("finding", rule=finding.rule)

    def _due(self, part: Part) -> dict[str, str]:
        return {"amount": self.money(part.amount), "due_on": part.due_on.isoformat()}
