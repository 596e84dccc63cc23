"""Type: Latin in a face that every reader of PDF has, Chinese in STSong-Light, which readers have for Chinese."""

from __future__ import annotations

import re
from html import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

LATIN, STRONG, CODE, HAN = "Helvetica", "Helvetica-Bold", "Courier", "STSong-Light"

_NOT_LATIN = re.compile("[^\x09\x0a\x20-\x7e\xa0-\xff\u20ac\u2013]+")


def register() -> None:
    """Make the faces known; again is no harm."""
    if HAN not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(HAN))


def markup(text: str) -> str:
    """A text for a paragraph: escaped, with what the Latin face lacks set in the Chinese one, and its lines kept."""
    marked = _NOT_LATIN.sub(lambda found: f'<font name="{HAN}">{found.group()}</font>', escape(text, quote=False))
    return marked.replace("\n", "<br/>")


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
