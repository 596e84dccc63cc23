"""What borrowers read: both languages, filled from named fields, never a word to the wrong person first."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from policies.loader import HERE, PolicyError, load_templates, render, shipped
from policies.wording import FIELDS, LANGUAGES, brief, read_templates
from schemas.contact import Channel
from schemas.loan import Language

VALUES = {
    "bank": "某某银行",
    "hotline": "95500",
    "amount": "1,234.50",
    "balance": "20,400.75",
    "currency": "CNY",
    "days_past_due": "12",
    "due_date": "2026-10-05",
    "demand_days": "15",
    "appointment": "2026-11-25 10:30",
    "agreed_amount": "500.00",
    "agreed_on": "2026-12-01",
    "next_amount": "300.00",
    "next_due_on": "2026-12-10",
}
EACH = [(code, language) for code in load_templates().codes for language in LANGUAGES]
OF_AGREEMENTS = ("promise_reminder_sms", "part_missed_sms")
"""What speaks of an agreed part, and not of the arrears."""
OF_WHAT_IS_NEXT = ("due_soon_sms",)
"""What speaks of the next instalment of a loan on which nothing is overdue."""
LETTERS_OF_SUIT = ("lawyer_letter", "acceleration_notice")
"""What is written before a suit; nothing else may name a court."""
FOR_COLLECTORS = ("collector_call", "negotiation_call", "visit_brief")
"""What a collector goes by: the borrower does not read it."""

OPT_OUT: dict[Channel, tuple[str, str]] = {
    "sms": ("回复R", "Reply R"),
    "email": ("退订", "unsubscribe"),
    "app_push": ("设置", "Settings"),
    "im": ("退订", "unsubscribe"),
    "robot_call": ("按9", "press 9"),
}
"""What a channel's own opt-out line is known by."""


NO_DEBT = ("locate_call",)
"""Texts for people who owe nothing."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", NO_DEBT)
def test_texts_for_third_parties_tell_nothing(code: str, language: Language) -> None:
    """GB/T 45251-2025 and 12 CFR 1006.10(b)(2): not how much, not since when, not that anything is owed."""
    text = render(code, language, VALUES)
    told = ("amount", "balance", "currency", "days_past_due", "due_date")
    assert not [field for field in told if VALUES[field] in text]
    assert VALUES["hotline"] in text


def of_channel(channel: Channel) -> list[str]:
    """The codes of the texts that are written for a channel."""
    wording = load_templates()
    return [code for code in wording.codes if not wording.objections(code, channel)]


def texts(*codes: str) -> list[tuple[str, Language]]:
    """These codes in every language."""
    return [(code, language) for code in codes for language in LANGUAGES]


@pytest.mark.parametrize(("code", "language"), EACH)
def test_every_text_is_filled_and_says_who_and_how_much(code: str, language: Language) -> None:
    """No place is left open; amount, currency and the service line stand in it."""
    text = render(code, language, VALUES)
    assert "$" not in text
    if code in NO_DEBT:
        return
    if code in OF_WHAT_IS_NEXT:
        told = ("next_amount", "next_due_on")
    else:
        told = ("agreed_amount", "agreed_on") if code in OF_AGREEMENTS else ("amount",)
    assert all(VALUES[field] in text for field in (*told, "currency", "hotline"))
    assert VALUES["bank"] in text or code == "reminder_push"  # a push notification shows the app's own name
    dated = VALUES["due_date"] in text or VALUES["days_past_due"] in text
    assert dated or code == "negotiation_call" or code in OF_AGREEMENTS + OF_WHAT_IS_NEXT


@pytest.mark.parametrize(("code", "language"), EACH)
def test_every_amount_has_its_currency(code: str, language: Language) -> None:
    """The whole balance too."""
    text = render(code, language, VALUES)
    for field in ("amount", "balance"):
        assert text.count(VALUES[field]) == text.count(f"{VALUES[field]} {VALUES['currency']}")


@pytest.mark.parametrize("channel", OPT_OUT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_electronic_messages_say_how_to_opt_out(channel: Channel, language: Language) -> None:
    """SMS, e-mail, push, messenger and robot calls carry their channel's own line."""
    codes = of_channel(channel)
    assert codes
    for code in codes:
        assert any(mark in render(code, language, VALUES) for mark in OPT_OUT[channel]), code


@pytest.mark.parametrize("code", ["reminder_robot_call", *FOR_COLLECTORS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_or_visit_names_no_debt_before_the_person_is_verified(code: str, language: Language) -> None:
    """Identity first: what comes before the check carries neither sum nor date, and the way out for others comes before
    both."""
    text = render(code, language, VALUES)
    figures = [text.index(VALUES[field]) for field in ("amount", "balance", "due_date") if VALUES[field] in text]
    opening = text[: min(figures)]
    assert re.search(r"本人|holder of this number|with the customer", opening)
    assert re.search(
        r"打扰您了|非本人接听|非本人的|对其他人|Not the holder|Anyone else|anyone else",
        opening,
    )


@pytest.mark.parametrize(("code", "language"), texts(*FOR_COLLECTORS))
def test_collectors_are_told_what_is_recorded_and_whom_to_tell_nothing(code: str, language: Language) -> None:
    """The whole of it is recorded, and no word of the loan before the person is verified."""
    text = render(code, language, VALUES)
    assert re.search(r"全程录音|recorded throughout", text)
    assert re.search(r"不得提及贷款|no word of the loan|say nothing of the loan", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visit_keeps_the_rules_of_visits(language: Language) -> None:
    """By two, as appointed, staff cards shown unasked, in with consent alone, out when asked; no cash, no open note."""
    text = render("visit_brief", language, VALUES)
    assert VALUES["appointment"] in text
    for wanted in (
        r"两人|Two of you",
        r"主动出示工作证件|Show your staff cards",
        r"未经同意不得进入|Do not enter without consent",
        r"要求离开时立即离开|leave when asked",
        r"不收现金|no cash",
        r"不得留下公开张贴|no open note",
        r"录像|picture",
    ):
        assert re.search(wanted, text), wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_negotiates_knows_the_limits_and_when_to_stop(language: Language) -> None:
    """Nothing is promised above the limits, terms are repeated by the borrower, distress ends the asking."""
    text = render("negotiation_call", language, VALUES)
    assert VALUES["balance"] in text
    for wanted in (r"权限|limits", r"不作任何许诺|promise nothing", r"复述|repeat", r"丧亲|bereavement"):
        assert re.search(wanted, text), wanted


@pytest.mark.parametrize(("code", "language"), texts("demand_letter", *LETTERS_OF_SUIT))
def test_a_letter_says_how_to_object_and_that_payment_may_have_crossed_it(code: str, language: Language) -> None:
    """The obligation `objection_route`; and whoever has paid is not to worry."""
    text = render(code, language, VALUES)
    assert re.search(r"异议|object", text)
    assert re.search(r"协商|arrangement", text)
    assert re.search(r"忽略|不必理会|disregard", text)


@pytest.mark.parametrize(("code", "language"), EACH)
def test_no_text_threatens(code: str, language: Language) -> None:
    """Lists of the dishonest, police, family, employers, ruin: no text has a word of them. Courts are for two letters."""
    banned = (
        r"失信|黑名单|征信|公安|警察|刑事|诈骗|坐牢|拘留|家人|亲友|邻居|单位|同事|曝光|上门催|后果自负|后果严重|立即还款|马上还款|"
        r"最后机会|police|criminal|fraud|jail|prison|blacklist|credit record|family|relatives|neighbo|employer|workplace|"
        r"colleague|publish|consequence|immediately pay|pay immediately|last chance|or else"
    )
    text = render(code, language, VALUES)
    assert not re.search(banned, text, re.IGNORECASE)
    court = re.findall(r"法院|诉讼|起诉|律师|\bcourt|\bsue|\bsuit|lawsuit|legal action|lawyer", text, re.IGNORECASE)
    assert not court or code in LETTERS_OF_SUIT


@pytest.mark.parametrize(("code", "language"), texts(*LETTERS_OF_SUIT))
def test_a_letter_that_announces_a_suit_does_it_neutrally(code: str, language: Language) -> None:
    """On a condition, after a time that is given, before the competent court; what may follow is only possible; no outcome
    is foretold; the borrower is told what is still open to them after it."""
    text = render(code, language, VALUES)
    assert len(re.findall(r"法院|\bcourt\b", text)) == 1
    (announced,) = [line for line in text.splitlines() if re.search(r"法院|\bcourt\b", line)]
    assert re.search(rf"{VALUES['demand_days']}日内|within {VALUES['demand_days']} days", announced)
    assert re.search(r"送达后|arrival", announced)
    assert re.search(r"逾期未还且未达成还款安排的|If it is not paid .* and no arrangement is made", announced)
    assert re.search(r"依法|competent", announced)
    assert re.search(r"可能由您承担|may be added", announced)
    after = announced[re.search(r"法院|\bcourt\b", announced).end() :]  # pyright: ignore[reportOptionalMemberAccess]
    assert re.search(r"您仍可.*协商.*异议|You can still .*arrangement.*object", after)
    foretold = (
        r"执行|查封|冻结|扣押|拍卖|限制消费|限制高消费|出行|胜诉|败诉|必将|一定会|判决|判令|"
        r"seiz|froz|freez|attach|garnish|enforce|auction|judg|certain|guarante|will lose|will have to pay"
    )
    assert not re.search(foretold, text, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_of_acceleration_says_what_is_due_from_when_and_by_what_right(language: Language) -> None:
    """The agreement provides it, the whole balance is due, with the arrival of the notice and not before."""
    text = render("acceleration_notice", language, VALUES)
    assert f"{VALUES['balance']} {VALUES['currency']}" in text
    assert re.search(r"依照合同约定|As the agreement provides", text)
    assert re.search(r"于本通知送达时提前到期|with the arrival of this notice", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_can_be_answered_where_it_came(language: Language) -> None:
    """A messenger is a conversation: the borrower is told that they can write back."""
    assert re.search(r"在此回复|write here", render("reminder_im", language, VALUES))


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
        ("(${debts})", "(${amount})", "there is no field 'amount' [place]"),
        ("loan ending ${ending}", "loan of ${bank}", "there is no field 'bank' [place]"),
        ("    several: >-\n", "    text_of_many: >-\n", "text_of_many"),
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


# --- briefs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_has_its_points_before_what_may_follow(language: Language) -> None:
    """In the order of the treatment; a code that lost its text does not hold a call up."""
    lines = brief(["rights", "no_such_point", "listen_first"], ["suit"], language)
    assert len(lines) == 3
    assert re.search(r"异议|objected", lines[0])
    assert re.search(r"倾听|Listen", lines[1])
    assert re.search(r"法院|court", lines[2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_follow_is_said_as_a_possibility_or_as_a_rule(language: Language) -> None:
    """No outcome is foretold: a consequence is what the bank may do, or what rules provide."""
    for code in ("visit", "acceleration", "suit", "enforcement"):
        (line,) = brief([], [code], language)
        assert re.search(r"可以|可能|\bmay\b", line), line
    (line,) = brief([], ["credit_report"], language)
    assert re.search(r"按规定|rules provide", line)


def test_a_point_that_one_language_lacks_is_named(tmp_path: Path) -> None:
    """With the part and the file."""
    folder = tmp_path / "templates"
    shutil.copytree(HERE / "templates", folder)
    path = folder / "en.yaml"
    path.write_text(re.sub(r"\n  rights: [^\n]*", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"zh-CN\.yaml:\d+:\d+: talking_points\.rights: 'rights' is missing in en"):
        read_templates(folder)


def test_texts_that_a_strategy_names_have_one_digest() -> None:
    """It moves when another text is named."""
    wording = load_templates()
    strategy = next(strategy for strategy in shipped()[0] if strategy.name == "cn-consumer-loan")
    sooner = strategy.treatments["sooner"].model_copy(update={"talking_points": ("rights",), "consequences": ()})
    renamed = strategy.model_copy(update={"name": "another"})
    changed = strategy.model_copy(update={"treatments": {"sooner": sooner}})
    assert wording.digest(renamed) == wording.digest(strategy) != wording.digest(changed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_paid_reads_no_word_of_arrears(language: Language) -> None:
    """The reminder of the next instalment is none of a debt that is overdue."""
    text = render("due_soon_sms", language, VALUES).lower()
    assert not [word for word in ("逾期", "欠", "催", "征信", "overdue", "past due", "arrears", "owe") if word in text]
