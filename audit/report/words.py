"""The words of the page, in English and Chinese; codes of contacts have theirs in the catalogues of `operations`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from audit.report.words_en import ENGLISH
from audit.report.words_zh import CHINESE
from domain.counting import filled

Language = Literal["en", "zh-CN"]
_TEXTS: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "zh-CN": CHINESE}


@dataclass(frozen=True)
class Words:
    """One language. `word` says codes of contacts (channels, results, roles)."""

    language: Language
    word: Callable[[str], str]

    def say(self, name: str, **values: object) -> str:
        """The text `name`, with the values that it names."""
        return filled(_TEXTS[self.language][name], values)

    def code(self, code: str, vocabulary: str = "") -> str:
        """A code in words, as it is meant in that vocabulary of ours, or of contacts."""
        texts = _TEXTS[self.language]
        return texts.get(f"{vocabulary}.{code}") or texts.get(f"code.{code}") or self.word(code)
