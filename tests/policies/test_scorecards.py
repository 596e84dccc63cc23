"""Scorecards in files: named ones are put in place, and what is wrong is told by line, column and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.artefacts import digest
from policies.assessing import PROTECTED, SHIPPED, load_scorecard
from policies.loader import HERE, PolicyError, Problem, load_strategy
from schemas.scorecard import FIGURES

DEFAULT = (HERE / "default.yaml").read_text(encoding="utf-8")
CARD = (SHIPPED / "card-behaviour.yaml").read_text(encoding="utf-8")


def faults(folder: Path, old: str, new: str, card: str = CARD) -> tuple[Problem, ...]:
    """What is wrong with the default strategy and its scorecard, once `old` is `new` in either."""
    assert old in DEFAULT or old in card
    (folder / "scorecards").mkdir()
    (folder / "scorecards" / "card-behaviour.yaml").write_text(card.replace(old, new, 1), encoding="utf-8")
    (folder / "changed.yaml").write_text(DEFAULT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_strategy(folder / "changed.yaml")
    return caught.value.problems


def place(text: str, part: str) -> tuple[int, int]:
    """Line and column of `part`."""
    line = next(n for n, row in enumerate(text.splitlines(), 1) if part in row)
    return line, text.splitlines()[line - 1].index(part) + 1


def test_a_named_scorecard_is_part_of_the_strategy(tmp_path: Path) -> None:
    """Its points are in the digest: other points, another strategy."""
    shipped = load_strategy(HERE / "default.yaml")
    assert shipped.assessment
    assert shipped.assessment.risk == load_scorecard(SHIPPED / "card-behaviour.yaml")
    (tmp_path / "scorecards").mkdir()
    copy = tmp_path / "copy.yaml"
    copy.write_text(DEFAULT, encoding="utf-8")
    assert digest(load_strategy(copy)) == digest(shipped)
    ours = tmp_path / "scorecards" / "card-behaviour.yaml"
    ours.write_text(CARD.replace("points: 18", "points: 17"), encoding="utf-8")
    assert digest(load_strategy(copy)) != digest(shipped)


def test_an_unknown_factor_is_found_at_its_place(tmp_path: Path) -> None:
    """With the one that was meant."""
    (problem,) = faults(tmp_path, "said_willing:", "said_wiling:")
    assert (problem.line, problem.column) == place(DEFAULT, "said_willing:")
    assert problem.path == "assessment.willingness.factors.said_wiling"
    assert problem.hint == "did you mean 'said_willing'?"


def test_an_unknown_measure_is_found_in_the_scorecards_own_file(tmp_path: Path) -> None:
    """Not in the strategy that names it."""
    (problem,) = faults(tmp_path, "  late_6:", "  late_5:")
    assert problem.file.endswith("scorecards/card-behaviour.yaml")
    assert (problem.line, problem.hint) == (place(CARD, "  late_6:")[0], "did you mean 'late_6'?")


def test_an_unknown_scorecard_is_named_with_those_there_are(tmp_path: Path) -> None:
    """By its place in the strategy."""
    (problem,) = faults(tmp_path, "risk: card-behaviour", "risk: card-behavior")
    assert (problem.line, problem.column) == place(DEFAULT, "card-behaviour # scorecards/")
    assert (problem.rule, problem.hint) == ("scorecard", "did you mean 'card-behaviour'?")


@pytest.mark.parametrize("trait", ["sex", "age_group", "marriage", "education", "ethnicity", "religion", "is_female"])
def test_no_scorecard_counts_who_somebody_is(tmp_path: Path, trait: str) -> None:
    """PIPL art. 24 (fair decisions by machine); Regulation on the Credit Reporting Industry, art. 14 (what may not be held).

    Refused by a rule of its own, in the strategy and in a scorecard's file.
    """
    (problem,) = faults(tmp_path, "often_overdue: -10", f"{trait}: -10")
    assert (problem.rule, problem.path) == ("protected_trait", f"assessment.willingness.factors.{trait}")
    assert (problem.line, problem.column) == place(DEFAULT, "often_overdue: -10")
    other = tmp_path / "card.yaml"
    other.write_text(CARD.replace("  paid:", f"  {trait}:"), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_scorecard(other)
    assert [problem.rule for problem in caught.value.problems] == ["protected_trait"]


def test_no_name_of_ours_is_a_trait() -> None:
    """So that nothing shipped is refused, and nothing that is counted is called like one."""
    shipped = load_strategy(HERE / "default.yaml").assessment
    assert shipped
    for figure in FIGURES:
        card = getattr(shipped, figure)
        assert not any(PROTECTED & set(name.split("_")) for name in (*card.factors, *card.bands))


@pytest.mark.parametrize(
    ("old", "new", "rule", "path"),
    [
        ("medium_from: 40 ", "medium_from: 65 ", "grades", "medium_from"),
        ("{below: 3, points: -3}", "{below: 2, points: -3}", "bands", "bands.late_6"),
        ("{below: 3, points: -3}", "{points: -3}", "bands", "bands.late_6"),
        ("    - {points: 8}\n", "", "bands", "bands.late_6"),
        ("points: 18", "points: 180", "less_than_equal", "bands.months_past_due[1].points"),
        ("[credit_card]", "[credit_cart]", "literal_error", "products[0]"),
        ("begins_at: 50", "begin_at: 50", "extra_forbidden", "begin_at"),
    ],
)
def test_scorecards_that_cannot_be_used(tmp_path: Path, old: str, new: str, rule: str, path: str) -> None:
    """Grades that cross, bands that leave something out or never come, points beyond measure, misspelt words."""
    file = tmp_path / "card.yaml"
    assert old in CARD
    file.write_text(CARD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_scorecard(file)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.path) == (rule, path)
    assert problem.hint or rule == "less_than_equal"


def test_a_scorecard_in_the_strategy_itself_is_checked_too(tmp_path: Path) -> None:
    """At its place in that file."""
    (problem,) = faults(tmp_path, "    medium_from: 35", "    medium_from: 80")
    assert (problem.rule, problem.path) == ("grades", "assessment.willingness.medium_from")
    assert problem.line == place(DEFAULT, "    medium_from: 35")[0]
