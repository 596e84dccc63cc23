"""Type: Latin in a face that every reader of PDF has, Chinese in STSong-Light, which readers have for Chinese."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import paragraph

LATIN, STRONG, CODE, HAN = "Helvetica", "Helvetica-Bold", "Courier", "STSong-Light"

_NOT_LATIN = re.compile("[^\x09\x0a\x20-\x7e\xa0-\xff\u20ac\u2013]+")
_NEVER_FIRST = "，。；：！？）”’…"
_AS_TYPED = re.compile("`([^`]+)`")


def register() -> None:
    """Make the faces known, and what no line of Chinese begins with; again is no harm."""
    if HAN not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(HAN))
        setting: Any = paragraph  # its list was made for Japanese, and lacks these
        setting.ALL_CANNOT_START += _NEVER_FIRST


def markup(text: str) -> str:
    """A text for a paragraph: escaped, with what the Latin face lacks set in the Chinese one, and what is to be typed
    (between backticks) in a face of even width."""
    marked = _NOT_LATIN.sub(lambda found: f'<font name="{HAN}">{found.group()}</font>', escape(text, quote=False))
    return _AS_TYPED.sub(rf'<font name="{CODE}">\1</font>', marked)


def runs(text: str, latin: str) -> list[tuple[str, str]]:
    """A text cut into pieces, each with the face that it is set in."""
    found: list[tuple[str, str]] = []
    end = 0
    for piece in _NOT_LATIN.finditer(text):
        if piece.start() > end:
            found.append((text[end : piece.start()], latin))
        found.append((piece.group(), HAN))
        end = piece.end()
    if end < len(text):
        found.append((text[end:], latin))
    return found
