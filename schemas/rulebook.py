"""A rulebook of conduct: dated rules with their strength and source. Written in YAML, recorded by its sha256."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from schemas.base import Code, Submitted, added
from schemas.contact import Channel, Purpose
from schemas.holds import HoldKind
from schemas.loan import Language, PointUse
from schemas.rule import RuleBase
from schemas.rules_of_debts import DebtHold, DisclosedFees, PriorNotice, RunningAgreement, TimeBarred
from schemas.rules_of_recipients import (
    ApprovedAgency,
    ListedAgency,
    Obligations,
    Recipients,
    Recording,
    ThirdParty,
    ThroughRepresentative,
)


class ContactHours(RuleBase):
    """Contact is allowed in [open, close) on the clock of every zone the borrower may be in."""

    kind: Literal["contact_hours"]
    channels: tuple[Channel, ...]
    open: time
    close: time
    waivable: bool = added(False)
    """Whether the borrower may agree to other hours."""

    @model_validator(mode="after")
    def _open_before_close(self) -> ContactHours:
        if self.open.tzinfo or self.close.tzinfo:
            raise ValueError(f"{self.id}: hours are on the borrower's own clock; give them without a zone")
        if self.open >= self.close:
            raise ValueError(f"{self.id}: open {self.open} must be before close {self.close}")
        return self


class ChannelOptOut(RuleBase):
    """A channel that the borrower opted out of is blocked until they opt in."""

    kind: Literal["channel_opt_out"]


class WholeStop(RuleBase):
    """After a request to stop all contact nothing goes out until it is lifted."""

    kind: Literal["whole_stop"]


class Deceased(RuleBase):
    """Nothing is sent to a borrower who died: a representative who was named, or another obligor, may be written to."""

    kind: Literal["deceased"]


Days = Annotated[int, Field(gt=0, le=30)]


class AttemptCap(RuleBase):
    """At most `maximum` attempts in `days` local days on these channels, over all the borrower's loans.

    `per`: counted for the borrower as a whole, for each contact point, for each debt, or for whoever is contacted: then a
    guarantor has a count of their own. Of more than one day both ways of counting hold, local dates and `days` times 24
    hours: seven local dates can be longer or shorter than 168 hours. `waivable`: the borrower may agree to more.
    `uses`: counts and binds contact points of these uses, and those of which nobody knows the use; without it, all.
    """

    kind: Literal["attempt_cap"]
    channels: tuple[Channel, ...]
    maximum: int = Field(gt=0)
    per: Literal["borrower", "contact_point", "debt", "recipient"]
    days: Days = added(1)
    waivable: bool = added(False)
    uses: tuple[PointUse, ...] = added(())


class ConversationCap(RuleBase):
    """After `maximum` conversations on one local day these channels are closed until the next. `per` as for attempts."""

    kind: Literal["conversation_cap"]
    channels: tuple[Channel, ...]
    maximum: int = Field(gt=0)
    per: Literal["borrower", "debt", "recipient"]


class ConversationPause(RuleBase):
    """After a conversation these channels are closed for `days` local days, of which the conversation's is the first."""

    kind: Literal["conversation_pause"]
    channels: tuple[Channel, ...]
    days: Days
    per: Literal["borrower", "debt", "recipient"]
    waivable: bool = added(False)


class AttemptGap(RuleBase):
    """At least `minutes` between two attempts on these channels, whichever they are about."""

    kind: Literal["attempt_gap"]
    channels: tuple[Channel, ...]
    minutes: int = Field(gt=0)


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class ClosedDays(RuleBase):
    """On these dates, and on these days of the week, nothing goes out on these channels, by the clock of every zone."""

    kind: Literal["closed_days"]
    channels: tuple[Channel, ...]
    weekdays: tuple[Weekday, ...] = ()
    dates: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _open_on_some_day(self) -> ClosedDays:
        if not self.weekdays and not self.dates:
            raise ValueError(f"{self.id}: name weekdays or dates on which nothing goes out")
        if len(set(self.weekdays)) == 7:
            raise ValueError(f"{self.id}: closes every day of the week; leave one open, or take the channel away")
        return self


class Consent(RuleBase):
    """These channels are used only after the borrower opted in to them."""

    kind: Literal["consent"]
    channels: tuple[Channel, ...]


class BorrowerHold(RuleBase):
    """While one of these holds is in force on the borrower, nothing is demanded of them, or a person is asked first."""

    kind: Literal["borrower_hold"]
    holds: tuple[HoldKind, ...]
    verdict: Literal["block", "review"] = added("block")


class VisitTeam(RuleBase):
    """A visit is made by at least so many people."""

    kind: Literal["visit_team"]
    minimum: int = Field(gt=0)


class Required(Submitted):
    """Something that a text must say. The words of `institution`, `contact` and `opt_out` are the sender's own; of any other
    element one of `phrases` must stand in the text, which are given for every language."""

    element: Code
    phrases: dict[Language, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_words(self) -> Required:
        if self.element in OWN_WORDS:
            if self.phrases:
                raise ValueError(f"{self.element}: its words are the sender's own; leave out phrases")
        else:
            _in_every_language(self.element, self.phrases)
        return self


OWN_WORDS = ("institution", "contact", "opt_out")
"""Elements whose words the sender has: the bank's name, its service line, and how this channel is shut."""


class WordingRule(RuleBase):
    """What texts on these channels, for these purposes (none named: for any), must and must not say, in every language.

    Phrases are found regardless of case and spacing; of English from the beginning of a word.
    """

    kind: Literal["wording"]
    channels: tuple[Channel, ...]
    purposes: tuple[Purpose, ...] = ()
    required: tuple[Required, ...] = ()
    banned: dict[Language, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _asks_something(self) -> WordingRule:
        if not self.channels:
            raise ValueError(f"{self.id}: binds no channel; name at least one")
        if not self.required and not self.banned:
            raise ValueError(f"{self.id}: name what is required or what is banned")
        if self.banned:
            _in_every_language(self.id, self.banned)
        return self


def _in_every_language(name: str, phrases: dict[Language, tuple[str, ...]]) -> None:
    """A language without phrases is one in which nothing is found."""
    missing = [language for language in get_args(Language) if not any(map(str.strip, phrases.get(language, ())))]
    if missing or any(not phrase.strip() for each in phrases.values() for phrase in each):
        raise ValueError(f"{name}: give phrases, none empty, in {', '.join(get_args(Language))}")


Rule = Annotated[
    ContactHours
    | ChannelOptOut
    | WholeStop
    | Deceased
    | AttemptCap
    | ConversationCap
    | ConversationPause
    | AttemptGap
    | ClosedDays
    | Consent
    | BorrowerHold
    | VisitTeam
    | Recipients
    | ThirdParty
    | ThroughRepresentative
    | ListedAgency
    | Obligations
    | Recording
    | DebtHold
    | RunningAgreement
    | PriorNotice
    | DisclosedFees
    | TimeBarred
    | WordingRule,
    Field(discriminator="kind"),
]
TimedRule = ContactHours | AttemptCap | ConversationCap | ConversationPause | AttemptGap | ClosedDays
"""Rules that time alone can satisfy."""


class Base(Submitted):
    """The rulebook that another was laid over, as it was then. `sha256` is its digest."""

    name: str
    version: str
    sha256: str


class Rulebook(Submitted):
    """All rules of one jurisdiction; of an overlay those of its base too, `base` saying which that was.

    `agencies`: whom the bank lets collect in its name, by which a rule of kind `listed_agency` is judged. It is the bank's
    own list, and no rule: whoever is on it has the rules to keep all the same.
    """

    name: str
    version: str
    clock_tolerance_seconds: int = Field(default=5, ge=0)
    """How far the borrower's ledger may be ahead of a worker's clock before the guard refuses to judge."""
    rules: tuple[Rule, ...]
    base: Base | None = added(None)
    agencies: tuple[ApprovedAgency, ...] = added(())

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Rulebook:
        ids = [rule.id for rule in self.rules]
        twice = sorted({id for id in ids if ids.count(id) > 1})
        if twice:
            raise ValueError(f"rule ids used twice: {', '.join(twice)}")
        return self


class Overlay(Submitted):
    """The file of a book that tightens a shipped one: its rules replace those of the base under their ids, or come on top.
    `agencies`: the bank's own list, which comes on top of the base's."""

    name: str
    version: str
    overlays: str
    """The name of the shipped book beneath."""
    clock_tolerance_seconds: int | None = Field(default=None, ge=0)
    rules: tuple[Rule, ...]
    agencies: tuple[ApprovedAgency, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Overlay:
        if not self.rules and not self.agencies:
            raise ValueError(f"{self.name} says nothing of its own: give it rules, or agencies")
        return self
