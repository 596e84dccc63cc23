"""Pages that say at their foot what they belong to and how many there are, and carry files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports.dossier.attaching import attach
from reports.dossier.faces import Faces
from reports.dossier.paper import Attachment, Paper

MARGIN, FOOT = 18 * mm, 16 * mm
QUIET, RULE = HexColor("#5b6470"), HexColor("#c4cad2")
_SIZE = 7.5


class Numbered(Canvas):
    """Each page is kept until the last is known."""

    def __init__(
        self, *args: Any, paper: Paper, attachments: Sequence[Attachment], faces: Faces, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._paper, self._attachments, self._faces = paper, attachments, faces
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keep the page."""
        self._kept.append(dict(self.__dict__))
        own: Any = self
        own._startPage()

    def save(self) -> None:
        """Write all pages with their feet, and what is attached."""
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            self._foot(number, len(self._kept))
            super().showPage()
        self.showOutline()
        if self._attachments:
            own: Any = self
            attach(own._doc, self._attachments)
        super().save()

    def _foot(self, page: int, pages: int) -> None:
        self.setStrokeColor(RULE)
        self.setLineWidth(0.4)
        self.line(MARGIN, FOOT, A4[0] - MARGIN, FOOT)
        self._say(self._paper.running, MARGIN)
        number = self._paper.page_of.format(page=page, pages=pages)
        width = sum(self.stringWidth(piece, face, _SIZE) for piece, face in self._faces.runs(number))
        self._say(number, A4[0] - MARGIN - width)

    def _say(self, text: str, x: float) -> None:
        line = self.beginText(x, FOOT - 4 * mm)
        line.setFillColor(QUIET)
        for piece, face in self._faces.runs(text):
            line.setFont(face, _SIZE)
            line.textOut(piece)
        self.drawText(line)
