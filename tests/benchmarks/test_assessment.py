"""The assessment's benchmark: its figures have known answers, and its command says what it cannot do."""

from __future__ import annotations

import csv
from itertools import product
from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.assessment import main, yaml_of
from benchmarks.judging import BY_BALANCE, BY_MONTHS, FITTED, SHIPPED_SEED, Report, foretold
from benchmarks.ranking import Ranked, auc, auc_error, found, lift
from benchmarks.weights import DOUBLES, Known, fit, newton
from operations.layouts.uci import BILLS, PAID, STATUSES, TRAITS
from policies.assessing import SHIPPED, load_scorecard

BOOK = Path(__file__).parents[3] / "shared" / "data" / "credit_card_clients.csv"

SCORED = st.lists(st.builds(Ranked, st.integers(0, 5).map(float), st.booleans()), min_size=2, max_size=30).filter(
    lambda ranked: len({one.defaulted for one in ranked}) == 2
)


def ranked(*pairs: tuple[float, int]) -> list[Ranked]:
    """Scores, and whether they defaulted."""
    return [Ranked(score, bool(bad)) for score, bad in pairs]


# --- figures -------------------------------------------------------------------------------------------------------


def test_the_area_counts_a_tie_as_a_half() -> None:
    """Of six pairs four are won and one is a tie: 4.5 of 6."""
    assert auc(ranked((3, 1), (2, 1), (2, 0), (1, 0), (2.5, 0))) == pytest.approx(4.5 / 6)
    assert auc(ranked((2, 1), (1, 0))) == 1
    assert auc(ranked((1, 1), (2, 0))) == 0
    assert auc(ranked((1, 1), (1, 0), (1, 0))) == 0.5


@given(SCORED)
def test_the_area_is_what_comparing_every_pair_gives(scored: list[Ranked]) -> None:
    """Slowly, one by one."""
    bads = [one.score for one in scored if one.defaulted]
    goods = [one.score for one in scored if not one.defaulted]
    won = sum((bad > good) + (bad == good) / 2 for bad, good in product(bads, goods))
    assert auc(scored) == pytest.approx(won / len(bads) / len(goods))


def test_without_both_outcomes_there_is_no_area() -> None:
    """Nor a lift without defaults."""
    with pytest.raises(ValueError, match="both needed"):
        auc(ranked((1, 1), (2, 1)))
    with pytest.raises(ValueError, match="nothing to find"):
        lift(ranked((1, 0)), 0.1)


def test_the_error_of_an_area_shrinks_with_the_accounts() -> None:
    """After Hanley and McNeil; without any overlap there is none."""
    few, many = ranked((3, 1), (1, 1), (2, 0), (0, 0)), ranked(*[(3, 1), (1, 1), (2, 0), (0, 0)] * 25)
    assert auc(few) == auc(many) == 0.75
    assert 0 < auc_error(many) < auc_error(few)
    assert auc_error(ranked((2, 1), (1, 0))) == 0


def test_lift_is_defaults_among_the_highest_over_defaults_by_chance() -> None:
    """Ten accounts, four defaults, two of them in the highest fifth: 2.5 times chance."""
    ten = ranked((10, 1), (9, 1), (8, 0), (7, 1), (6, 0), (5, 0), (4, 1), (3, 0), (2, 0), (1, 0))
    assert found(ten, 0.2) == pytest.approx(0.5)
    assert lift(ten, 0.2) == pytest.approx(2.5)
    assert found(ten, 1.0) == pytest.approx(1.0)


@given(SCORED, st.floats(0.05, 1.0))
def test_where_all_are_tied_there_is_no_lift(scored: list[Ranked], share: float) -> None:
    """Their order is chance."""
    assert lift([Ranked(1.0, one.defaulted) for one in scored], share) == pytest.approx(1.0)


def test_figures_are_foretold_by_their_odds() -> None:
    """Fifty are even, seventy two to one."""
    rows = foretold(ranked((70, 1), (70, 1), (70, 0), (50, 0)))
    assert [(row.accounts, round(row.expected, 3), round(row.observed, 3)) for row in rows] == [
        (1, 0.5, 0.0),
        (3, 0.667, 0.667),
    ]


# --- points --------------------------------------------------------------------------------------------------------


def test_newton_finds_the_odds_that_are_there() -> None:
    """Three to one in one group, one to four in the other: the weights are the logarithms of just that."""
    rows = [[1.0, 0.0]] * 40 + [[1.0, 1.0]] * 50
    outcomes = [True] * 30 + [False] * 10 + [True] * 10 + [False] * 40
    begin, step = newton(rows, outcomes)
    assert begin == pytest.approx(log(3), abs=1e-3)
    assert step == pytest.approx(log(1 / 4) - log(3), abs=1e-3)


def test_points_double_the_odds_and_what_says_nothing_is_left_out() -> None:
    """Twice as many defaults as not at two months, half as many at one; the trend is by chance, payments are not known."""
    months = [1] * 300 + [2] * 300
    defaulted = [i % 3 == 0 for i in range(300)] + [i % 3 != 0 for i in range(300)]
    accounts: list[Known] = [
        {"months_past_due": month, "trend_3": n % 2, "paid": None} for n, month in enumerate(months)
    ]
    begins_at, bands = fit(accounts, defaulted, {"months_past_due": (2,), "trend_3": (1,), "paid": (10,)})
    assert begins_at == 50
    assert [band.points for band in bands["months_past_due"]] == [-DOUBLES, DOUBLES]
    assert set(bands) == {"months_past_due"}


# --- the command ---------------------------------------------------------------------------------------------------


def book(path: Path, *, outcome: bool = True, count: int = 240) -> Path:
    """Accounts of which those two months past due default, mostly, and those of one month do not; traits say the contrary."""
    with path.open("w", encoding="utf-8", newline="") as file:
        columns = ["ID", "LIMIT_BAL", *sorted(TRAITS), *STATUSES, *BILLS, *PAID, *(["class"] if outcome else [])]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for number in range(1, count + 1):
            long = number % 2
            row = dict.fromkeys(columns, "0") | dict.fromkeys(BILLS, "9000") | {"ID": number, "LIMIT_BAL": "50000"}
            row |= {"PAY_0": 1 + long, "PAY_2": long, "AGE": 30 + long}
            writer.writerow(row | ({"class": int(bool(long) != (number % 10 < 2))} if outcome else {}))
    return path


def test_a_small_file_gives_its_known_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two months past due are 41 of the 59 that defaulted in the judging half, and 16 of the 52 that did not."""
    chart = tmp_path / "out" / "gain.png"
    assert main(["--data", str(book(tmp_path / "book.csv")), "--json", "--out", str(chart)]) == 0
    report = Report.model_validate_json(capsys.readouterr().out)
    assert (report.overdue, report.calibrated, report.judged) == (240, 129, 111)
    by_months = report.rankings[BY_MONTHS]
    assert by_months.auc == pytest.approx((41 * 36 + 41 * 16 / 2 + 18 * 36 / 2) / (59 * 52))
    assert by_months.lift_20 == pytest.approx(41 / 57 / (59 / 111))
    assert report.rankings[BY_BALANCE].auc == pytest.approx(0.5)
    assert report.rankings[FITTED].auc == pytest.approx(by_months.auc)
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_gives_the_same_halves_and_the_rounds_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the order of rows or the day."""
    arguments = ["--data", str(book(tmp_path / "book.csv")), "--seed", "5", "--rounds", "2"]
    said = [(main(arguments), capsys.readouterr().out) for _ in range(2)]
    assert said[0] == said[1]
    assert "2 seeds, points fitted anew for each" in " ".join(said[0][1].split())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("absent", "no file"),
        ("no outcome", "no column 'class'"),
        ("bad cell", "line 2: BILL_AMT1"),
        ("one", "each half"),
    ],
)
def test_what_cannot_be_measured_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, says: str
) -> None:
    """Which file, where and what to do; never what stood in a cell."""
    path = tmp_path / "book.csv"
    if change != "absent":
        book(path, outcome=change != "no outcome", count=1 if change == "one" else 40)
    if change == "bad cell":
        path.write_text(path.read_text(encoding="utf-8").replace("9000", "secret", 1), encoding="utf-8")
    assert main(["--data", str(path)]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert str(path) in told
    assert "secret" not in told
    assert "Traceback" not in told


@pytest.mark.skipif(not BOOK.exists(), reason=f"the UCI file is not at {BOOK}")
def test_the_shipped_points_are_those_that_its_source_names(capsys: pytest.CaptureFixture[str]) -> None:
    """`--fit --seed 1` prints them."""
    assert main(["--data", str(BOOK), "--fit", "--seed", str(SHIPPED_SEED)]) == 0
    assert capsys.readouterr().out.strip() == yaml_of(load_scorecard(SHIPPED / "card-behaviour.yaml"))
