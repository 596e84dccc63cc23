"""Files that people write: what is right loads exactly, what is wrong is named by line, column and remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from domain.artefacts import digest
from policies.loader import HERE, PolicyError, Problem, load_rulebook, load_strategy, load_templates, shipped
from schemas.contact import POINT_OF
from schemas.court import Piece

DEFAULT = (HERE / "default.yaml").read_text(encoding="utf-8")
VERSION = next(line for line in DEFAULT.splitlines() if line.startswith("version:"))
CN = (HERE / "rulebooks" / "cn.yaml").read_text(encoding="utf-8")


@pytest.fixture
def faults(tmp_path: Path) -> Callable[..., tuple[Problem, ...]]:
    """Loads a changed copy of a shipped file and answers the problems it has."""

    def load(old: str, new: str, text: str = DEFAULT) -> tuple[Problem, ...]:
        assert old in text
        file = tmp_path / "changed.yaml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PolicyError) as caught:
            (load_rulebook if text is CN else load_strategy)(file)
        return caught.value.problems

    return load


def line_of(part: str, text: str = DEFAULT) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


# --- what is right -----------------------------------------------------------------------------------------------


def test_the_shipped_files_load() -> None:
    """Each strategy is called as its file is, and so is each rulebook."""
    strategies, rulebooks = shipped()
    assert [strategy.name for strategy in strategies] == sorted(path.stem for path in HERE.glob("*.yaml"))
    assert "default" in {strategy.name for strategy in strategies}
    assert [book.name for book in rulebooks] == [
        "cn",
        "in",
        "uk",
        "us-first-party",
        "us-ma-first-party",
        "us-ma-third-party",
        "us-third-party",
    ]


def test_the_default_strategy_says_what_the_product_promises() -> None:
    """Three days of grace for the first time, none after; both ladders reach every channel but the visit, which is a
    stage of its own, in about two months."""
    strategy = load_strategy(HERE / "default.yaml")
    assert (strategy.treatments["first_time"].grace_days, strategy.treatments["repeated"].grace_days) == (3, 0)
    assert strategy.thresholds.ignore_arrears == Decimal("10.00")
    assert strategy.spread == time(2)
    for treatment in strategy.treatments.values():
        everybodys = [rung for rung in treatment.ladder if rung.channel != "im"]  # that one goes out with consent alone
        days = [rung.from_dpd for rung in everybodys]
        gaps = [later - earlier for earlier, later in pairwise(days)]
        assert min(days) > treatment.grace_days
        assert 50 <= max(days) <= 60
        assert all(rung.gap_days <= gap for rung, gap in zip(everybodys[1:], gaps, strict=True))
        assert {rung.channel for rung in treatment.ladder} == set(POINT_OF) - {"visit"}


def test_the_default_strategy_has_all_five_stages() -> None:
    """Agreements, visits and suits within the house's limits: by two people, well inside the hours, on papers in hand."""
    strategy = load_strategy(HERE / "default.yaml")
    assert strategy.negotiation is not None
    assert (strategy.negotiation.promise.m1_days, strategy.negotiation.promise.later_days) == (3, 7)
    visit = strategy.field_visit
    assert visit is not None
    assert visit.team >= 2
    assert time(8) < visit.opens < visit.closes < time(22)
    assert {"staff_card", "authorisation_letter"} <= set(visit.papers)
    suit = strategy.litigation
    assert suit is not None
    assert suit.prepare_from_dpd < suit.from_dpd
    assert set(suit.pieces) == set(get_args(Piece))


def test_unquoted_text_stays_what_was_written(tmp_path: Path) -> None:
    """A version of 1.10, an amount of 10.00 and a time of 02:00 lose nothing without quotes."""
    bare = DEFAULT.replace(VERSION, "version: 1.10").replace('"10.00"', "10.00").replace('"02:00"', "02:00")
    file = tmp_path / "bare.yaml"
    file.write_text(bare, encoding="utf-8")
    strategy = load_strategy(file)
    assert (strategy.version, str(strategy.thresholds.ignore_arrears), strategy.spread) == ("1.10", "10.00", time(2))


def test_comments_and_order_do_not_change_the_digest(tmp_path: Path) -> None:
    """The digest is of what a strategy says, not of how the file looks; another day of grace is another
    digest."""
    file = tmp_path / "other.yaml"
    file.write_text("# a remark\n" + DEFAULT.replace('"02:00"', "'02:00'"), encoding="utf-8")
    shipped_digest = digest(load_strategy(HERE / "default.yaml"))
    assert digest(load_strategy(file)) == shipped_digest
    file.write_text(DEFAULT.replace("grace_days: 3", "grace_days: 4"), encoding="utf-8")
    assert digest(load_strategy(file)) != shipped_digest


# --- what is wrong -----------------------------------------------------------------------------------------------


def test_a_misspelt_channel_is_found_at_its_place(faults: Callable[..., tuple[Problem, ...]]) -> None:
    """File, line, column, path, the word given and the one meant."""
    (problem,) = faults("channel: letter", "channel: leter")
    line = line_of("channel: letter")
    assert (problem.line, problem.column) == (line, DEFAULT.splitlines()[line - 1].index("letter") + 1)
    ladder = load_strategy(HERE / "default.yaml").treatments["first_time"].ladder
    index = next(n for n, rung in enumerate(ladder) if rung.channel == "letter")
    assert problem.path == f"treatments.first_time.ladder[{index}].channel"
    assert str(problem).endswith("[literal_error]; did you mean 'letter'?")
    assert f"changed.yaml:{line}:" in str(problem)


def test_a_misspelt_field_is_found_at_its_name(faults: Callable[..., tuple[Problem, ...]]) -> None:
    """Both sides are told: the field nobody knows, and the one that is missing now."""
    unknown, missing = sorted(faults("grace_days: 3", "grace_day: 3"), key=lambda problem: problem.rule)
    assert (unknown.rule, unknown.line, unknown.hint) == (
        "extra_forbidden",
        line_of("grace_days: 3"),
        "did you mean 'grace_days'?",
    )
    assert (missing.rule, missing.path) == ("missing", "treatments.first_time.grace_days")


@pytest.mark.parametrize(
    ("old", "new", "path", "rule"),
    [
        (VERSION, "version: 1", "version", "string_type"),
        ('spread: "02:00"', "spread: 2", "spread", "format"),
        ('spread: "02:00"', 'spread: "02:00Z"', "spread", "format"),
        ('"50000.00"', "a lot", "thresholds.high_arrears", "decimal_parsing"),
        ('"10.00"', '"60000.00"', "thresholds.ignore_arrears", "thresholds"),
        ("grace_days: 3", "grace_days: 1000001", "treatments.first_time.grace_days", "too_large"),
        ("grace_days: 3", "grace_days: " + "9" * 5000, "treatments.first_time.grace_days", "too_large"),
        (
            "from_dpd: 7, gap_days: 3",
            "from_dpd: 7, gap_days: 99999999",
            "treatments.first_time.ladder[1].gap_days",
            "too_l",
        ),
        ("medium_dpd: 30", "medium_dpd: 90", "thresholds.medium_dpd", "thresholds"),
        ("[15, 60, 240, 720]", "[15, 0]", "patience.minutes[1]", "greater_than"),
        ("from_dpd: 7, ", "from_dpd: 3, ", "treatments.first_time.ladder[1].from_dpd", "ladder"),
        ("template: reminder_sms", "template: reminder_smss", "treatments.first_time.ladder[0].template", "template"),
        ("template: reminder_sms", "template: demand_letter", "treatments.first_time.ladder[0].template", "template"),
        ("credit_record: true", "credit_record: true\ncredit_record: true", "credit_record", "key_twice"),
        ("minutes: [15, 60, 240, 720]", "minutes: !!python/tuple [15]", "patience.minutes", "tag"),
        ("grace_days: 3", "grace_days: !!float 3", "treatments.first_time.grace_days", "tag"),
        ("  repeated:", "  rarely:", "treatments.rarely", "treatment"),
        ("  template: negotiation_call", "  template: negotiation_cal", "negotiation.template", "template"),
        ("  template: visit_brief", "  template: collector_call", "field_visit.template", "template"),
        ("demand_template: lawyer_letter", "demand_template: reminder_sms", "litigation.demand_template", "template"),
        (
            "acceleration_template: acceleration_notice",
            "acceleration_template: notice",
            "litigation.acceleration_template",
            "template",
        ),
        ("  team: 2", "  team: 0", "field_visit.team", "greater_than"),
        ("m1_days: 3", "m1_days: -1", "negotiation.promise.m1_days", "greater_than"),
        ("most_waived_percent: 10", "most_waived_percent: 101", "negotiation.settlement.most_waived_percent", "less"),
        ("pieces: [identity,", "pieces: [identify,", "litigation.pieces[0]", "literal_error"),
    ],
)
def test_each_fault_names_its_field_and_rule(
    faults: Callable[..., tuple[Problem, ...]], old: str, new: str, path: str, rule: str
) -> None:
    """One thing wrong in the shipped strategy, one place named."""
    found = faults(old, new)
    where = next((problem for problem in found if problem.path == path and problem.rule.startswith(rule)), None)
    assert where is not None, found
    assert abs(where.line - line_of(old)) <= 1


@pytest.mark.parametrize(
    ("old", "new", "path", "rule"),
    [
        ("kind: whole_stop", "kind: hole_stop", "rules[6].kind", "union_tag_invalid"),
        ('open: "08:00"', 'open: "22:30"', "rules[0]", "value_error"),
        ('open: "08:00"', "open: 8", "rules[0].open", "format"),
        ('effective_from: "2025-02-28"', "effective_from: 20250228", "rules[0].effective_from", "format"),
        ('effective_until: "2025-02-27"', 'effective_until: "1999-02-27"', "rules[1].effective_until", "dates"),
        ("channels: [robot_call, human_call]", "channels: []", "rules[2].channels", "channels"),
        ("id: HOUSE.STOP", "id: HOUSE.OPT_OUT", "", "value_error"),
        ("maximum: 6", "maximum: 0", "rules[3].maximum", "greater_than"),
        ("maximum: 6", "maximum: 6000000000", "rules[3].maximum", "too_large"),
        ("holds: [insolvency, moratorium, self_harm]", "holds: [illness]", "rules[8].holds[0]", "literal_error"),
        ("channels: [im]", "channels: [wechat]", "rules[22].channels[0]", "literal_error"),
        ("minimum: 2", "minimum: 0", "rules[23].minimum", "greater_than"),
    ],
)
def test_faults_of_a_rulebook_too(
    faults: Callable[..., tuple[Problem, ...]], old: str, new: str, path: str, rule: str
) -> None:
    """Rules are members of a union; the path names the field all the same."""
    found = faults(old, new, CN)
    assert any(problem.path == path and problem.rule.startswith(rule) for problem in found), found


def test_several_faults_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    """Nobody wants to learn them one run at a time."""
    file = tmp_path / "two.yaml"
    file.write_text(
        DEFAULT.replace("letter, template: demand_letter", "leter, template: demand_letter").replace(
            "high_dpd: 90", "high_dpd: x"
        )
    )
    with pytest.raises(PolicyError) as caught:
        load_strategy(file)
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("name: [", "yaml"),
        ("a: &x [1]\nb: *x\n", "alias"),
        ("\tname: x", "yaml"),
        ("- 1", "model_type"),
        ("[" * 5000, "yaml"),
    ],
)
def test_what_is_no_such_yaml_is_told_with_its_place(tmp_path: Path, text: str, rule: str) -> None:
    """Syntax, an empty file, an alias, a list where fields were expected."""
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(PolicyError) as caught:
        load_strategy(file)
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The path, and what to do."""
    with pytest.raises(PolicyError, match=r"absent\.yaml:1:1: no such file \[file\]; check the path"):
        load_rulebook(tmp_path / "absent.yaml")


def test_the_templates_are_all_used() -> None:
    """No text is shipped that no shipped strategy sends, and none is missing."""
    used: set[str] = set()
    for strategy in shipped()[0]:
        used |= {rung.template for treatment in strategy.treatments.values() for rung in treatment.ladder}
        used |= {part.template for part in (strategy.negotiation, strategy.field_visit) if part}
        if strategy.negotiation and (reminder := strategy.negotiation.reminder):
            used |= {reminder.template, reminder.missed_template or reminder.template}
        if strategy.litigation:
            used |= {strategy.litigation.demand_template, strategy.litigation.acceleration_template}
        if strategy.reporting:
            used.add(strategy.reporting.template)
        if strategy.watch_reminder:
            used.add(strategy.watch_reminder.template)
    assert tuple(sorted(used)) == load_templates().codes
