"""What borrowers read where one text speaks of several debts: each with its amount, and the sum; else as in other texts."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from policies.loader import HERE, PolicyError, load_templates
from policies.several import Debt
from policies.wording import LANGUAGES, read_templates, render_several
from schemas.contact import Channel
from schemas.loan import Language
from tests.policies.test_wording import LETTERS_OF_SUIT, OPT_OUT, VALUES

DEBTS = (
    Debt(loan_id="LN-70001234", amount=Decimal("1234.50"), due_date="2026-10-05", days_past_due="12"),
    Debt(loan_id="LN-70005678", amount=Decimal("0.55"), due_date="2026-10-09", days_past_due="8"),
)
EACH = [(code, language) for code in sorted(load_templates().for_several) for language in LANGUAGES]
CHANNELS: tuple[Channel, ...] = ("sms", "email", "app_push", "im", "letter")


def channel_of(code: str) -> Channel:
    """The one that the text is written for."""
    return next(channel for channel in CHANNELS if not load_templates().objections(code, channel))


@pytest.mark.parametrize(("code", "language"), EACH)
def test_it_names_each_debt_and_the_sum(code: str, language: Language) -> None:
    text = render_several(code, language, VALUES, DEBTS)
    assert "$" not in text
    for wanted in ("1234", "5678", "1234.50 CNY", "0.55 CNY", "2026-10-05", "2026-10-09", "1235.05 CNY"):
        assert wanted in text, wanted
    assert VALUES["amount"] not in text  # the one debt's, as a text about it alone would tell it
    assert VALUES["hotline"] in text
    assert VALUES["bank"] in text or code == "reminder_push"


@pytest.mark.parametrize(("code", "language"), EACH)
def test_it_says_how_to_opt_out_or_to_object(code: str, language: Language) -> None:
    text = render_several(code, language, VALUES, DEBTS)
    channel = channel_of(code)
    if channel == "letter":
        assert re.search(r"异议|object", text)
        assert re.search(r"不必理会|disregard", text)
    else:
        assert any(mark in text for mark in OPT_OUT[channel])
    assert not re.search(r"法院|诉讼|征信|court|lawyer|credit record|consequence|employer|family", text, re.IGNORECASE)


def test_texts_with_an_effect_of_their_own_in_law_are_about_one_debt() -> None:
    """A validation notice (12 CFR 1006.34) and what is written before a suit concern one debt each."""
    alone = {*LETTERS_OF_SUIT, "us_first_notice"}
    assert alone <= set(load_templates().codes)
    assert not alone & load_templates().for_several
    with pytest.raises(LookupError, match="no text for several debts"):
        render_several("lawyer_letter", "en", VALUES, DEBTS)


def test_languages_are_alike_in_which_texts_can_speak_of_several(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(HERE / "templates", folder)
    text = (folder / "zh-CN.yaml").read_text(encoding="utf-8")
    (folder / "zh-CN.yaml").write_text(re.sub(r"\n    several: 【[^\n]*", "", text, count=1), encoding="utf-8")
    with pytest.raises(PolicyError, match="'reminder_sms' has no text for several debts in zh-CN"):
        read_templates(folder)
