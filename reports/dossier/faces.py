"""Type: Latin in a face that every reader of PDF has; Chinese in STSong-Light, which readers have for Chinese, or in a
TrueType face that is embedded."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import paragraph

LATIN, STRONG, CODE = "Helvetica", "Helvetica-Bold", "Courier"
SONG = "STSong-Light"

_NOT_LATIN = re.compile("[^\x09\x0a\x20-\x7e\xa0-\xff\u20ac\u2013]+")
_NEVER_FIRST = "，。；：！？）”’…"
_AS_TYPED = re.compile("`([^`]+)`")


class UnfitFont(ValueError):
    """A file that no face can be made of; the message says why."""


@dataclass(frozen=True)
class Faces:
    """The faces of one paper. `han` is the name of the one for what the Latin face lacks."""

    han: str = SONG

    def markup(self, text: str) -> str:
        """A text for a paragraph: escaped, with what the Latin face lacks set in the other, and what is to be typed
        (between backticks) in a face of even width."""
        marked = _NOT_LATIN.sub(
            lambda found: f'<font name="{self.han}">{found.group()}</font>', escape(text, quote=False)
        )
        return _AS_TYPED.sub(rf'<font name="{CODE}">\1</font>', marked)

    def runs(self, text: str) -> list[tuple[str, str]]:
        """A text cut into pieces, each with the face that it is set in."""
        found: list[tuple[str, str]] = []
        end = 0
        for piece in _NOT_LATIN.finditer(text):
            if piece.start() > end:
                found.append((text[end : piece.start()], LATIN))
            found.append((piece.group(), self.han))
            end = piece.end()
        if end < len(text):
            found.append((text[end:], LATIN))
        return found


def register(font: Path | None = None) -> Faces:
    """Make the faces known to the library; again is no harm.

    `font`: a TrueType file (.ttf, or .ttc, of which the first face is taken); the characters used are embedded.

    Raises:
        UnfitFont: the file cannot be read, or is not TrueType.
    """
    if SONG not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(SONG))
        setting: Any = paragraph  # its list was made for Japanese, and lacks these
        setting.ALL_CANNOT_START += _NEVER_FIRST
    return Faces(_embedded(font)) if font else Faces()


def _embedded(font: Path) -> str:
    name = f"Embedded-{hashlib.sha256(str(font.resolve()).encode()).hexdigest()[:12]}"
    if name in pdfmetrics.getRegisteredFontNames():
        return name
    try:
        pdfmetrics.registerFont(TTFont(name, str(font)))
    except (TTFError, OSError, ValueError, LookupError, struct.error):
        why = "it cannot be read, or is not TrueType (OpenType with PostScript outlines cannot be embedded)"
        raise UnfitFont(why) from None
    return name
