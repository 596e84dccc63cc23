"""A paper set as PDF: any text in any place, pages counted, tables that go over several, files inside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import get_data_path

from reports.dossier.faces import UnfitFont
from reports.dossier.paper import Attachment, Heading, Lines, Notice, Pairs, Paper, Table
from reports.dossier.setting import set_paper
from tests.reports.dossier import reader

ROW = ["7", "短信触达 L1-P（L1-phone，模板 reminder_sms）：准许 & <b>不是标记</b>", "a1" * 32]


def paper(text: str = "正文 text", rows: int = 1, language: str = "zh-CN") -> Paper:
    """One block of each kind with this text in it."""
    return Paper(
        language,
        text,
        text,
        text,
        "{page} of {pages}",
        [
            Notice([text], "bad"),
            Heading(text),
            Pairs([(text, text)]),
            Lines([text], "quiet"),
            Table(["n", text, "sha256"], [[*ROW[:1], text, *ROW[2:]], *[ROW] * rows], [1, 5, 4], [0], [2], [0]),
        ],
    )


def test_a_long_table_goes_over_pages_that_each_repeat_its_head() -> None:
    """And every page says which it is, of how many."""
    pdf = set_paper(paper("短信", 120))
    pages = reader.pages(pdf)
    text = reader.text(pdf)
    assert pages > 3
    assert [f"{page}of{pages}" in text for page in range(1, pages + 1)] == [True] * pages
    assert text.count("sha256") == pages
    assert text.count("<b>不是标记</b>") == 120


def test_the_same_paper_gives_the_same_bytes() -> None:
    """No clock and no chance is in it."""
    files = [Attachment("b.json", "application/json", b"{}", "about"), Attachment("a.py", "text/x-python", b"1", "x")]
    assert set_paper(paper(), files) == set_paper(paper(), files)
    assert reader.files(set_paper(paper(), files)) == [b"1", b"{}"]


@settings(max_examples=25)
@given(text=st.text(min_size=1), language=st.sampled_from(["en", "zh-CN"]))
def test_any_text_can_be_set(text: str, language: str) -> None:
    """Markup, controls, rare characters, line ends: a name may hold anything, and a broken entry too."""
    assert reader.pages(set_paper(paper(text, language=language))) >= 1


def test_a_named_face_is_embedded(tmp_path: Path) -> None:
    """For what the Latin face lacks; another file is refused before anything is set."""
    greek = paper("ΩΨ 7")
    assert b"/FontFile2" not in set_paper(greek)
    embedded = set_paper(greek, font=Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    assert b"/FontFile2" in embedded
    other = tmp_path / "other.ttf"
    other.write_bytes(b"no font")
    for path in (other, tmp_path / "none.ttf"):
        with pytest.raises(UnfitFont, match="not TrueType"):
            set_paper(greek, font=path)


def test_what_looks_like_markup_is_text() -> None:
    """As are a lone ampersand and a character that no font has."""
    text = reader.text(set_paper(paper("<para>&amp;</font> 𠮷 \x00\x1b")))
    assert "<para>&amp;</font>" in text
