"""Rules of wording: what a text lacks, what it may not say, in either language; and a case whose text was kept back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.wording import Objection, Text, objections
from schemas.contact import Channel, Purpose
from schemas.facts import AttemptReleased, AttemptReserved, OutsideFailed, Parked, Resumed
from schemas.loan import Language
from schemas.steps import Act, Decide, MakeContact
from tests.domain.casework import Life
from tests.domain.guardwork import book, rule

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
OWN = {"institution": "Example Bank", "contact": "400-000-0000", "opt_out": "Reply R to stop."}
ROUTE = {"element": "objection_route", "phrases": {"en": ["object to", "dispute"], "zh-CN": ["异议"]}}
BANNED = {"en": ["arrest", "tell your family"], "zh-CN": ["坐牢", "借新还旧"]}


def wording(**fields: Any) -> dict[str, Any]:
    return rule("W", "wording", **{"channels": ["sms", "letter"]} | fields)


def against(
    words: str,
    *rules: dict[str, Any],
    language: Language = "en",
    channel: Channel = "sms",
    purpose: Purpose = "dunning",
    own: dict[str, str] = OWN,
) -> list[str | None]:
    """What lacks, or is banned."""
    found = objections(Text(channel, purpose, language, words, own), book(*rules), NOW, ("Asia/Shanghai",))
    return [one.lacks or one.bans for one in found]


def test_the_senders_own_words_must_stand_in_the_text() -> None:
    """Its name, its number, its opt-out line, each told that is not there; a channel without such a line has none."""
    asked = wording(required=[{"element": element} for element in OWN])
    assert against("EXAMPLE  bank: call 400-000-0000. Reply R to stop.", asked) == []
    assert against("Dear customer, please pay.", asked) == ["institution", "contact", "opt_out"]
    assert against("Example Bank, 400-000-0000", asked, own=OWN | {"opt_out": ""}) == ["opt_out"]


def test_one_phrase_of_an_element_is_enough() -> None:
    """In the language of the text."""
    asked = wording(required=[ROUTE])
    assert against("You may dispute this.", asked) == []
    assert against("You may pay.", asked) == ["objection_route"]
    assert against("如有异议，请致电。", asked, language="zh-CN") == []
    assert against("You may dispute this.", asked, language="zh-CN") == ["objection_route"]


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("en", "You will be Arrested.", ["arrest"]),
        ("en", "We tell\n  your family.", ["tell your family"]),
        ("en", "The car rests; disarrested.", []),
        ("zh-CN", "不还款就要坐 牢", ["坐牢"]),
        ("zh-CN", "可以借新\n还旧", ["借新还旧"]),
        ("zh-CN", "请坐，牢记还款日", []),
        ("zh-CN", "arrest", []),
    ],
)
def test_banned_phrases_are_found_whatever_their_case_and_spacing(
    language: Language, words: str, found: list[str]
) -> None:
    """In English from the beginning of a word; in Chinese, which has no spaces, across them."""
    assert against(words, wording(banned=BANNED), language=language) == found


def test_a_rule_binds_its_channels_purposes_and_dates_alone() -> None:
    """As every rule of conduct."""
    words = "You will be arrested."
    assert against(words, wording(banned=BANNED, channels=["letter"])) == []
    assert against(words, wording(banned=BANNED, purposes=["reply"])) == []
    assert against(words, wording(banned=BANNED, purposes=["reply"]), purpose="reply") == ["arrest"]
    assert against(words, wording(banned=BANNED, effective_from="2026-11-26")) == []
    assert against(words, wording(banned=BANNED, effective_until="2026-11-24")) == []
    assert objections(Text("sms", "dunning", "en", words, OWN), book(wording(banned=BANNED)), NOW, ()) == (
        Objection("W", bans="arrest"),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"channels": [], "banned": BANNED},
        {"banned": {"en": ["arrest"]}},
        {"banned": {"en": ["arrest"], "zh-CN": [" "]}},
        {"required": [{"element": "objection_route"}]},
        {"required": [{"element": "institution", "phrases": BANNED}]},
    ],
)
def test_a_rule_that_would_find_nothing_is_refused(fields: dict[str, Any]) -> None:
    """Neither required nor banned, no channel, a language without phrases."""
    with pytest.raises(ValidationError):
        book(wording(**fields))


def test_a_case_whose_text_was_kept_back_is_parked_and_does_not_try_again() -> None:
    """One attempt, released; an operator is asked to look, and when they resume it is tried once more."""
    life = Life()
    for tried in (1, 2):
        while not (isinstance(step := life.step(), Act) and isinstance(step.action, MakeContact)):
            if step.kind == "wait":
                assert step.until is not None
                life.now = step.until
            else:
                life.do(step)
        attempt = step.action.proposal
        verdict = {"verdict": "allow", "rulebook": life.law[0]}
        life.tell(AttemptReserved.model_validate({"proposal": attempt, "verdict": verdict}))
        life.tell(OutsideFailed(system="wording", code="guard.cn.words.threat"))
        life.tell(AttemptReleased(attempt=attempt.attempt, code="guard.cn.words.threat"))
        parked = life.step()
        assert isinstance(parked, Decide)
        assert [type(fact) for fact in parked.facts] == [Parked]
        assert "CN.WORDS.THREAT" in parked.why.text
        life.do(parked)
        assert life.live(timedelta(days=30)).kind == "wait"
        assert life.case.attempts == tried
        life.tell(Resumed(reason="template_mended"))
