"""A small reader of the PDFs that we set: how many pages, the text in them, the files inside."""

from __future__ import annotations

import base64
import re
import zlib

_STREAM = re.compile(rb"obj\s*(<<(?:(?!endobj).)*?)stream\r?\n(.*?)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)


def pages(pdf: bytes) -> int:
    """How many pages it has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def streams(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """Every stream with its dictionary, unpacked."""
    return [(about, _unpacked(about, content)) for about, content in _STREAM.findall(pdf)]


def files(pdf: bytes) -> list[bytes]:
    """The files inside, by their order in the PDF."""
    return [content for about, content in streams(pdf) if b"/EmbeddedFile" in about]


def text(pdf: bytes) -> str:
    """The text of all pages, without its spaces and line ends: where those fall is the setter's affair."""
    han = set(re.findall(rb"/BaseFont /STSong-Light.*?/Name /(F[\w+]+)", pdf, re.DOTALL))
    said: list[str] = []
    for about, content in streams(pdf):
        if b"/EmbeddedFile" not in about:
            said += _said(content, han)
    return re.sub(r"\s", "", "".join(said))


def _said(content: bytes, han: set[bytes]) -> list[str]:
    said: list[str] = []
    wide = False
    for face, shown in _SHOWN.findall(content):
        if face:
            wide = face in han
        else:
            raw = _ESCAPE.sub(_plain, shown)
            said.append(raw.decode("utf-16-be" if wide else "cp1252", errors="replace"))
    return said


def _plain(found: re.Match[bytes]) -> bytes:
    code = found.group(1)
    return bytes([int(code, 8)]) if len(code) == 3 else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(code, code)


def _unpacked(about: bytes, content: bytes) -> bytes:
    if b"ASCII85Decode" in about:
        content = base64.a85decode(b"<~" + content.strip(), adobe=True)
    return zlib.decompress(content) if b"FlateDecode" in about else content
