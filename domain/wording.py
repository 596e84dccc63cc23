"""What a text must and must not say on a channel, by the rules of wording of a rulebook.

Asked of the shipped texts before a strategy is published, and of every text as it is about to go out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import observed
from domain.conduct_timing import in_force
from schemas.contact import Channel, Purpose
from schemas.loan import Language
from schemas.rulebook import OWN_WORDS, Rulebook, WordingRule

WITHHELD = "wording"
"""Under this name, beside the systems outside, a case is told that a rule of wording kept a text back."""


@dataclass(frozen=True)
class Text:
    """Words as they would go out. `own`: by element, the sender's own words that rules may ask for (`OWN_WORDS`)."""

    channel: Channel
    purpose: Purpose
    language: Language
    words: str
    own: Mapping[str, str]


@dataclass(frozen=True)
class Objection:
    """One thing that a rule has against a text: an element that it lacks, or a phrase that it may not have."""

    rule: str
    lacks: str | None = None
    bans: str | None = None


def objections(text: Text, rulebook: Rulebook, at: datetime, zones: tuple[str, ...]) -> tuple[Objection, ...]:
    """Everything that the rules in force at `at` (aware) in any of `zones` have against `text`; empty if it may go out."""
    known, _ = observed(zones)
    rules = [rule for rule in rulebook.rules if isinstance(rule, WordingRule) and in_force(rule, at, known)]
    return tuple(one for rule in rules for one in against(text, rule))


def against(text: Text, rule: WordingRule) -> Iterator[Objection]:
    """What one rule has against `text`, whether it is in force or not."""
    if text.channel not in rule.channels or (rule.purposes and text.purpose not in rule.purposes):
        return
    for one in rule.required:
        own = one.element in OWN_WORDS
        phrases = (text.own.get(one.element, ""),) if own else one.phrases[text.language]
        if not any(phrase and _says(text, phrase) for phrase in phrases):
            yield Objection(rule.id, lacks=one.element)
    yield from banned(text, rule)


def banned(text: Text, rule: WordingRule) -> Iterator[Objection]:
    """The phrases of `rule` that stand in `text`: all there is to say of a line that is part of a text."""
    if text.channel in rule.channels and (not rule.purposes or text.purpose in rule.purposes):
        for phrase in rule.banned.get(text.language, ()):
            if _says(text, phrase):
                yield Objection(rule.id, bans=phrase)


def _says(text: Text, phrase: str) -> bool:
    if text.language == "en":
        wanted = re.escape(_plain(phrase, " "))
        return re.search(rf"(?<![^\W_]){wanted}", _plain(text.words, " ")) is not None
    return _plain(phrase, "") in _plain(text.words, "")


def _plain(words: str, space: str) -> str:
    """Without differences of case, of width and of spacing: Chinese has no spaces that mean anything."""
    return re.sub(r"\s+", space, unicodedata.normalize("NFKC", words)).casefold().strip()
