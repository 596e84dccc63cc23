"""Sets a paper as PDF: A4, page numbers, heads of tables repeated, a table of contents for the reader's sidebar."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from reports.dossier import faces
from reports.dossier.pages import FOOT, MARGIN, QUIET, RULE, Numbered
from reports.dossier.paper import Attachment, Block, Heading, Lines, Notice, Pairs, Paper, Table, Tone

_WIDTH = A4[0] - 2 * MARGIN
_INK, _HEAD, _BAD = (colors.HexColor(f"#{code}") for code in ("1b1f24", "eef1f5", "a3122a"))
_GROUNDS = {"plain": "f4f6f9", "quiet": "f4f6f9", "good": "e9f5ec", "bad": "fbe9ec"}
_EDGES = {"plain": "5b6470", "quiet": "5b6470", "good": "2d7d46", "bad": "a3122a"}


def set_paper(paper: Paper, attachments: Sequence[Attachment] = (), font: Path | None = None) -> bytes:
    """The PDF of a paper, with files inside. The same paper gives the same bytes.

    `font`: a TrueType file for Chinese, to be embedded. Raises UnfitFont for another file.
    """
    target = io.BytesIO()
    styles = _Styles(paper.language, faces.register(font))
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        title=paper.title,
        subject=paper.subtitle,
        author="Arrears",
        lang=paper.language,
        invariant=1,
    )
    frame = Frame(MARGIN, FOOT + 6 * mm, _WIDTH, A4[1] - FOOT - 6 * mm - MARGIN, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    story: list[Flowable] = [Paragraph(styles.markup(paper.title), styles.title)]
    story += [Paragraph(styles.markup(paper.subtitle), styles.subtitle)]
    for block in paper.blocks:
        story += _flowables(block, styles)

    def canvas(*args: Any, **kwargs: Any) -> Numbered:
        return Numbered(*args, paper=paper, attachments=attachments, faces=styles.faces, **kwargs)

    document.build(story, canvasmaker=canvas)
    return target.getvalue()


class _Styles:
    """Paragraph styles. Chinese breaks between any two characters, and wants a little more air."""

    def __init__(self, language: str, used: faces.Faces) -> None:
        self.faces = used
        han = language.startswith("zh")
        wrap: dict[str, Any] = {"wordWrap": "CJK"} if han else {"splitLongWords": 1}
        air = 1.5 if han else 1.34

        def style(name: str, size: float, face: str = faces.LATIN, **more: Any) -> ParagraphStyle:
            values: dict[str, Any] = {"fontName": face, "fontSize": size, "leading": size * air, "textColor": _INK}
            return ParagraphStyle(name, **(values | wrap | more))

        self.title = style("title", 20, faces.STRONG, spaceAfter=2 * mm)
        self.subtitle = style("subtitle", 10.5, textColor=QUIET, spaceAfter=5 * mm)
        self.heading = style("heading", 13, faces.STRONG, spaceAfter=2.2 * mm)
        self.body = style("body", 9.4, spaceAfter=1.2 * mm)
        self.quiet = style("quiet", 8.4, textColor=QUIET, spaceAfter=1.2 * mm)
        self.cell = style("cell", 8)
        self.head = style("head", 7.6, faces.STRONG, textColor=QUIET)
        self.figure = style("figure", 8, alignment=TA_RIGHT)
        self.figure_head = style("figure_head", 7.6, faces.STRONG, textColor=QUIET, alignment=TA_RIGHT)
        self.code = style("code", 6.8, faces.CODE, wordWrap="CJK")

    def markup(self, text: str) -> str:
        """A text for a paragraph of any of them."""
        return self.faces.markup(text)

    def of_lines(self, tone: Tone) -> ParagraphStyle:
        """For running text."""
        return self.quiet if tone == "quiet" else self.body


def _flowables(block: Block, styles: _Styles) -> Iterator[Flowable]:
    match block:
        case Heading():
            yield PageBreak() if block.new_page else CondPageBreak(45 * mm)
            yield _Headed(block.text, styles)
        case Lines():
            for text in block.texts:
                yield Paragraph(styles.markup(text), styles.of_lines(block.tone))
        case Notice():
            yield _notice(block, styles)
            yield Spacer(1, 3 * mm)
        case Pairs():
            yield _pairs(block, styles)
            yield Spacer(1, 3 * mm)
        case Table():
            yield _table(block, styles)
            yield Spacer(1, 3 * mm)


class _Headed(Paragraph):
    """A heading, which is also an entry of the sidebar."""

    def __init__(self, text: str, styles: _Styles) -> None:
        super().__init__(styles.markup(text), styles.heading)
        self.spaceBefore = 5 * mm
        self._told = text

    def draw(self) -> None:
        """Draw it, with a rule above it."""
        canvas = self.canv
        key = f"section-{self._told}"
        canvas.bookmarkHorizontal(key, 0, self.height + 2 * mm)
        canvas.addOutlineEntry(self._told, key, 0)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.6)
        canvas.line(0, self.height + 1.6 * mm, _WIDTH, self.height + 1.6 * mm)
        super().draw()


def _notice(block: Notice, styles: _Styles) -> Flowable:
    cells = [[Paragraph(styles.markup(text), styles.body)] for text in block.texts]
    grid = Grid(cells, colWidths=[_WIDTH])
    grid.setStyle(
        [
            ("BACKGROUND", (0, 0), (-1, -1), colors.HexColor(f"#{_GROUNDS[block.tone]}")),
            ("LINEBEFORE", (0, 0), (0, -1), 3, colors.HexColor(f"#{_EDGES[block.tone]}")),
            ("LEFTPADDING", (0, 0), (-1, -1), 4 * mm),
            ("TOPPADDING", (0, 0), (-1, -1), 1.6 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.6 * mm),
        ]
    )
    return grid


def _pairs(block: Pairs, styles: _Styles) -> Flowable:
    cells = [
        [Paragraph(styles.markup(name), styles.quiet), Paragraph(styles.markup(told), styles.body)]
        for name, told in block.rows
    ]
    grid = Grid(cells, colWidths=[0.24 * _WIDTH, 0.76 * _WIDTH])
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
        ]
    )
    return grid


def _table(block: Table, styles: _Styles) -> Flowable:
    def style(column: int, head: bool) -> ParagraphStyle:
        if column in block.right:
            return styles.figure_head if head else styles.figure
        return styles.head if head else styles.code if column in block.code else styles.cell

    def cell(text: str, column: int) -> list[Paragraph]:
        return [Paragraph(styles.markup(line), style(column, False)) for line in text.split("\n")]

    cells: list[list[Any]] = [
        [Paragraph(styles.markup(text), style(column, True)) for column, text in enumerate(block.head)]
    ]
    cells += [[cell(text, column) for column, text in enumerate(row)] for row in block.rows]
    whole = sum(block.widths)
    grid = Grid(cells, colWidths=[share / whole * _WIDTH for share in block.widths], repeatRows=1)
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
            *(("BACKGROUND", (0, row + 1), (-1, row + 1), colors.HexColor("#fbe9ec")) for row in block.marked),
            *(("LINEBEFORE", (0, row + 1), (0, row + 1), 2, _BAD) for row in block.marked),
        ]
    )
    return grid
