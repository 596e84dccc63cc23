"""The words in which a case's story is told, a catalogue for each language.

Sentences are format strings; what they name is listed in `operations.values`. Codes of closed vocabularies have words of
their own; a code that a catalogue lacks is shown as it is, with blanks for underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Catalogue:
    """One language.

    Attributes:
        headings: of the story's parts.
        facts: a sentence for each kind of fact.
        steps: sentences about what is next.
        parts: pieces that go into sentences where there is something to say.
        rules: reasons by rule id, where the language does not take the ledger's own English reason.
        words: codes of closed vocabularies.
    """

    headings: Mapping[str, str]
    facts: Mapping[str, str]
    steps: Mapping[str, str]
    parts: Mapping[str, str]
    words: Mapping[str, str]
    rules: Mapping[str, str] = field(default_factory=dict)

    def word(self, code: str | None) -> str:
        """A code in words; "" for none."""
        return self.words.get(code, code.replace("_", " ")) if code else ""

    def reason(self, rule: str, why: str) -> str:
        """The reason that `rule` gave, as the ledger says it or in this language."""
        if rule in self.rules:
            return self.rules[rule]
        family = next((name for name in self.rules if name.endswith(".") and rule.startswith(name)), None)
        return self.rules[family] if family else why
