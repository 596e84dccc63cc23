"""Texts held against the rules of wording of the shipped rulebooks, as files: a rule is named after which each test is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.wording import Text, against
from policies.checking import check
from policies.loader import HERE, load_rulebook
from policies.located import Problem
from policies.wording import read_templates
from schemas.contact import Channel
from schemas.loan import Language
from schemas.rulebook import Rulebook, WordingRule

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
OWN = {"institution": "Example Bank", "contact": "400-000-0000", "opt_out": "reply R"}
BOOKS = {
    name: load_rulebook(HERE / "rulebooks" / f"{name}.yaml")
    for name in ("cn", "us-first-party", "us-third-party", "us-ma-first-party")
}
Faults = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """What is found in a shipped strategy when one text is changed."""

    def found(old: str, new: str, language: Language, strategy: str, law: Rulebook) -> tuple[Problem, ...]:
        for file in (HERE / "templates").glob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            if file.stem == language:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / file.name).write_text(text, encoding="utf-8")
        return check(HERE / f"{strategy}.yaml", law, NOW, read_templates(tmp_path))

    return found


@pytest.mark.parametrize(
    ("strategy", "law", "language", "old", "new", "rule", "path"),
    [
        (
            "cn-consumer-loan",
            "cn",
            "zh-CN",
            "尽快安排还款；",
            "尽快安排还款，否则将被拘留；",
            "CN.WORDS.THREAT bans",
            "treatments",
        ),
        (
            "cn-consumer-loan",
            "cn",
            "en",
            "apologise and end the call.\n      2. The customer: give",
            "apologise.\n      2. They may borrow from friends. The customer: give",
            "CN.WORDS.BORROW bans",
            "ladder",
        ),
        (
            "cn-consumer-loan",
            "cn",
            "zh-CN",
            "不打断、不评价",
            "可提示列入黑名单",
            "CN.WORDS.LISTED bans",
            "talking_points",
        ),
        (
            "us-third-party",
            "us-third-party",
            "en",
            "${opt_out}\n  us_third",
            "Regards\n  us_third",
            "US.WORDS.OPT_OUT",
            "email",
        ),
    ],
)
def test_policy_check_names_template_line_and_rule(
    faults: Faults, strategy: str, law: str, language: Language, old: str, new: str, rule: str, path: str
) -> None:
    """The text with its file and line, at the place of the strategy that names it."""
    found = faults(old, new, language, strategy, BOOKS[law])
    assert found
    assert all(problem.rule == "wording" for problem in found)
    said = [str(problem) for problem in found if rule in str(problem)]
    assert said, found
    assert any(path in one for one in said)
    assert all(f"({language}.yaml:" in one for one in said)


def objections_of(book: str, rule: str, words: str, channel: Channel, language: Language) -> list[str | None]:
    (one,) = (each for each in BOOKS[book].rules if each.id == rule)
    assert isinstance(one, WordingRule)
    found = against(Text(channel, "dunning", language, words, OWN), one)
    return [each.lacks or each.bans for each in found]


PASSES = "Example Bank, 400-000-0000"
EXAMPLES: list[tuple[str, str, Channel, Language, str, str]] = [
    # book, rule, channel, language, a text that passes, a text that does not
    ("cn", "CN.WORDS.SENDER", "sms", "en", PASSES, "Pay now: 400-000-0000"),
    ("cn", "CN.WORDS.OPT_OUT", "app_push", "en", "400-000-0000, reply R", "400-000-0000"),
    ("cn", "CN.WORDS.WHO", "robot_call", "zh-CN", "请问您是机主本人吗？", "您有贷款逾期。"),
    ("cn", "CN.WORDS.LETTER", "letter", "zh-CN", "如有异议，请致电400-000-0000", "请致电400-000-0000"),
    ("cn", "CN.WORDS.THREAT", "human_call", "zh-CN", "请您安排还款", "不还要坐牢"),
    ("cn", "CN.WORDS.SHAMING", "sms", "zh-CN", "请您安排还款", "将予以曝光"),
    ("cn", "CN.WORDS.LISTED", "letter", "zh-CN", "生效判决未履行的，可申请强制执行", "您将成为失信被执行人"),
    ("cn", "CN.WORDS.BORROW", "human_call", "zh-CN", "可商定分期", "建议借新还旧"),
    ("us-first-party", "US.WORDS.SENDER", "email", "en", PASSES, "Example Bank"),
    ("us-first-party", "US.WORDS.OPT_OUT", "sms", "en", "reply R", "pay"),
    ("us-first-party", "US.WORDS.DISPUTE", "letter", "en", "you may dispute it", "pay"),
    ("us-first-party", "US.WORDS.THREAT", "email", "en", "please pay", "or go to jail"),
    ("us-first-party", "US.WORDS.SHAMING", "email", "en", "please pay", "we will tell your employer"),
    ("us-ma-first-party", "US.MA.WORDS.THREAT", "letter", "en", "please pay", "we garnish wages"),
    ("us-ma-first-party", "US.MA.WORDS.CALLER", "human_call", "en", "Example Bank; give your name", "Example Bank"),
    (
        "us-third-party",
        "US.WORDS.COLLECTOR",
        "email",
        "en",
        "From a debt collector, to collect a debt; information will be used for that purpose",
        "From a debt collector, to collect a debt",
    ),
    ("us-third-party", "US.WORDS.CREDITOR", "letter", "en", PASSES, "400-000-0000"),
    ("us-third-party", "US.WORDS.OPT_OUT", "email", "en", "reply R", "pay"),
    ("us-third-party", "US.WORDS.DISPUTE", "letter", "en", "you may dispute it", "you may object"),
    ("us-third-party", "US.WORDS.LIMITED", "robot_call", "en", "Please call 400-000-0000", "You owe us; 400-000-0000"),
    ("us-third-party", "US.WORDS.THREAT", "human_call", "en", "please pay", "you will be arrested"),
    ("us-third-party", "US.WORDS.SHAMING", "human_call", "en", "please pay", "we publish your name"),
]


@pytest.mark.parametrize(("book", "rule", "channel", "language", "passes", "fails"), EXAMPLES)
def test_each_rule_of_wording(
    book: str, rule: str, channel: Channel, language: Language, passes: str, fails: str
) -> None:
    """One example on either side of each."""
    assert objections_of(book, rule, passes, channel, language) == []
    assert objections_of(book, rule, fails, channel, language) != []


def test_every_rule_of_wording_has_an_example() -> None:
    """A rule added without one fails here."""
    has = {(book, rule) for book, rule, *_ in EXAMPLES}
    for name, book in BOOKS.items():
        over = {rule.id for rule in BOOKS[book.base.name].rules} if book.base else set()
        wanted = {rule.id for rule in book.rules if isinstance(rule, WordingRule)} - over
        assert {(name, rule) for rule in wanted} <= has
