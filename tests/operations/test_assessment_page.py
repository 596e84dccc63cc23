"""docs/assessment.md says what the shipped files say."""

from __future__ import annotations

from pathlib import Path

from operations.assessment_page import page

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "assessment.md"


def test_the_page_is_what_the_files_say() -> None:
    """`python -m operations.assessment_page > docs/assessment.md` renews it."""
    assert DOCUMENT.read_text(encoding="utf-8") == page()
