"""What borrowers read: both languages, filled from named fields, never a word to the wrong person first."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from policies.loader import HERE, PolicyError, load_templates, render
from policies.wording import FIELDS, LANGUAGES, read_templates
from schemas.loan import Language

VALUES = {
    "bank": "某某银行",
    "hotline": "95500",
    "amount": "1,234.50",
    "currency": "CNY",
    "days_past_due": "12",
    "due_date": "2026-10-05",
}
EACH = [(code, language) for code in load_templates().codes for language in LANGUAGES]


@pytest.mark.parametrize(("code", "language"), EACH)
def test_every_text_is_filled_and_says_who_and_how_much(code: str, language: Language) -> None:
    """No place is left open; amount, currency and the service line stand in it."""
    text = render(code, language, VALUES)
    assert "$" not in text
    assert all(VALUES[field] in text for field in ("amount", "currency", "hotline"))
    assert VALUES["bank"] in text or code == "reminder_push"  # a push notification shows the app's own name


@pytest.mark.parametrize(("code", "language"), EACH)
def test_electronic_messages_say_how_to_opt_out(code: str, language: Language) -> None:
    """SMS, e-mail, push and robot calls carry their channel's own line."""
    lines = {"sms": ("R",), "email": ("退订", "unsubscribe"), "push": ("设置", "Settings"), "robot": ("9",)}
    for kind, marks in lines.items():
        if kind in code:
            assert any(mark in render(code, language, VALUES) for mark in marks)


@pytest.mark.parametrize("code", ["reminder_robot_call", "collector_call"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_names_no_debt_before_the_person_is_verified(code: str, language: Language) -> None:
    """Identity first: the first two lines carry neither sum nor date, and the way out for others comes before
    both."""
    text = render(code, language, VALUES)
    opening = text[: min(text.index(VALUES["amount"]), text.index(VALUES["due_date"]))]
    assert re.search(r"本人|holder of this number|with the customer", opening)
    assert re.search(r"打扰您了|非本人接听|Not the holder|Anyone else", opening)


@pytest.mark.parametrize(("code", "language"), EACH)
def test_no_text_threatens(code: str, language: Language) -> None:
    """Courts, lists of the dishonest, police, family and employers have no place in a reminder."""
    banned = (
        r"法院|起诉|失信|黑名单|公安|坐牢|家人|单位|后果自负|立即还款|court|sue|police|blacklist|family|employer|jail"
    )
    assert not re.search(banned, render(code, language, VALUES), re.IGNORECASE)


def test_a_field_that_is_missing_empty_or_unknown_is_an_error() -> None:
    """A message with a hole in it does not go out, and a field nobody knows is told."""
    without = {key: value for key, value in VALUES.items() if key != "amount"}
    with pytest.raises(ValueError, match="missing or empty: amount"):
        render("reminder_sms", "zh-CN", without)
    with pytest.raises(ValueError, match="missing or empty: amount"):
        render("reminder_sms", "zh-CN", {**without, "amount": ""})
    with pytest.raises(ValueError, match="unknown: name"):
        render("reminder_sms", "en", {**VALUES, "name": "x"})
    with pytest.raises(LookupError, match="no template 'reminder_fax' in en"):
        render("reminder_fax", "en", VALUES)


def test_a_value_is_never_read_as_a_template() -> None:
    """A bank called ${amount} is printed as such."""
    text = render("reminder_sms", "en", {**VALUES, "bank": "${amount} {bank.__class__}"})
    assert text.startswith("${amount} {bank.__class__}: ")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("${hotline}", "${hot_line}", "there is no field 'hot_line' [place]; did you mean 'hotline'?"),
        ("${hotline}", "$ {hotline}", "has a $ that starts no field [place]; write $$"),
        ("  reminder_push:", "  reminder_pusch:", "'reminder_pusch' is missing in zh-CN [twin]"),
        ("    channel: letter", "    channel: sms", "'demand_letter' is for letter in zh-CN [twin]"),
        ("  sms: Reply R", "  letter: Reply R", "no opt-out line for sms [opt_out]; write opt_out.sms"),
        ("language: en", "language: zh-CN", "the file is named for en [language]"),
    ],
)
def test_faulty_texts_are_refused_with_their_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """A wrong place, languages that differ, an opt-out that is not there."""
    folder = tmp_path / "templates"
    shutil.copytree(HERE / "templates", folder)
    text = (folder / "en.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "en.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_templates(folder)
    assert fault in str(caught.value)
    assert re.search(r"\.yaml:\d+:\d+: ", str(caught.value))


def test_the_fields_are_those_the_sender_has() -> None:
    """No name, number or address of the borrower is among them: a text discloses nothing by itself."""
    assert set(VALUES) == FIELDS
