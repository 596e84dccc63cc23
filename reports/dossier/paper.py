"""A paper as it is to be set: headings, lines, tables, notices. In whatever language; nothing here knows of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone = Literal["plain", "quiet", "good", "bad"]


@dataclass(frozen=True)
class Heading:
    """Begins a section; `new_page`: on a page of its own."""

    text: str
    new_page: bool = False


@dataclass(frozen=True)
class Lines:
    """Paragraphs under each other."""

    texts: Sequence[str]
    tone: Tone = "plain"


@dataclass(frozen=True)
class Notice:
    """Something that nobody is to overlook, in a box."""

    texts: Sequence[str]
    tone: Tone


@dataclass(frozen=True)
class Pairs:
    """Names and what they stand for, a line each."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Rows under a head that each page repeats. A line feed in a cell begins a line.

    Attributes:
        widths: shares of the line's width, one for each column.
        right: columns of figures, set to the right.
        code: columns of ids and hashes, set in a type of even width.
        marked: rows (from 0) that something is wrong with.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    right: Sequence[int] = ()
    code: Sequence[int] = ()
    marked: Sequence[int] = ()


Block: TypeAlias = Heading | Lines | Notice | Pairs | Table


@dataclass(frozen=True)
class Paper:
    """A whole paper.

    Attributes:
        language: as a BCP 47 tag, for readers of the file.
        running: stands at the foot of every page, on the left.
        page_of: how a page is numbered, naming `{page}` and `{pages}`.
    """

    language: str
    title: str
    subtitle: str
    running: str
    page_of: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the paper, inside of its PDF."""

    name: str
    mime: str
    content: bytes
    about: str
