"""The words in which a case's story is told, a catalogue for each language.

Sentences are format strings; what they name is listed in `operations.values`. Codes of closed vocabularies have words of
their own; a code that a catalogue lacks is shown as it is, with blanks for underscores.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Wordings: TypeAlias = "tuple[tuple[re.Pattern[str], str], ...]"
"""How the ledger words a piece of a reason in English, and the sentence that says the same here."""

_PIECES = "; "
"""What parts the pieces of a reason that is put together of several."""


@dataclass(frozen=True)
class Catalogue:
    """One language.

    Attributes:
        headings: of the story's parts.
        facts: a sentence for each kind of fact.
        steps: sentences about what is next.
        parts: pieces that go into sentences where there is something to say.
        words: codes of closed vocabularies. Where one code means different things, `vocabulary.code` stands beside it.
        rules: reasons by rule id, where the language does not take the ledger's own English reason. An id that ends in a
            dot stands for all that begin with it.
        dossier: what stands in a dossier besides the sentences of its facts.
        wordings: reasons that carry figures, by how the ledger words them: these keep the figures. What they name
            `word…` in it is a code, what they name `why…` a reason of its own.
    """

    headings: Mapping[str, str]
    facts: Mapping[str, str]
    steps: Mapping[str, str]
    parts: Mapping[str, str]
    words: Mapping[str, str]
    dossier: Mapping[str, str]
    rules: Mapping[str, str] = field(default_factory=dict)
    wordings: Wordings = ()

    def word(self, code: str | None, vocabulary: str = "") -> str:
        """A code in words, as it is meant in that vocabulary; "" for none."""
        if not code:
            return ""
        return self.words.get(f"{vocabulary}.{code}") or self.words.get(code) or code.replace("_", " ")

    def reason(self, rule: str, why: str) -> str:
        """The reason that `rule` gave, as the ledger says it or in this language."""
        return self._worded(why) or self._by_rule(rule) or why

    def _by_rule(self, rule: str) -> str | None:
        if rule in self.rules:
            return self.rules[rule]
        families = [name for name in self.rules if name.endswith(".") and rule.startswith(name)]
        return self.rules[max(families, key=len)] if families else None

    def _worded(self, why: str) -> str | None:
        """The reason said again piece by piece; None unless every piece is known."""
        whole = self._piece(why)
        if whole:
            return whole
        said = [self._piece(piece) for piece in why.split(_PIECES)]
        return self.parts["pieces"].join(piece for piece in said if piece) if all(said) else None

    def _piece(self, text: str) -> str | None:
        for pattern, sentence in self.wordings:
            found = pattern.fullmatch(text)
            values = {name: self._value(name, value) for name, value in found.groupdict().items()} if found else {}
            if found and None not in values.values():
                return sentence.format_map(values)
        return None

    def _value(self, name: str, text: str) -> str | None:
        """What a wording named, said in this language; None if it cannot be."""
        if name.startswith("word"):
            codes = [code.replace(" ", "_") for code in text.split(", ")]
            return self.parts["list"].join(map(self.word, codes))
        return self._worded(text) if name.startswith("why") else text


def wordings(*pairs: tuple[str, str]) -> Wordings:
    """Patterns and their sentences, ready to be used."""
    return tuple((re.compile(pattern), sentence) for pattern, sentence in pairs)
