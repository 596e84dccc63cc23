"""How well the risk scorecard ranks overdue cards.

`python benchmarks/assessment.py [--data FILE] [--seed N] [--rounds N] [--fit] [--json] [--out PNG]`

Half of the accounts, by seed, may be used to find points, the other half judges them. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # rooms are imported from the top of the tree

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.accounts import Overdue, halves, read
from benchmarks.gain_chart import gain_curves
from benchmarks.judging import FITTED, SHIPPED_SEED, Report, RoundFigures, card_of, measure, measure_round
from operations.errors import UsageError
from rows.problems import FileError
from rows.reading import count_lines
from schemas.scorecard import RiskCard

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "credit_card_clients.csv"


def _show(report: Report, console: Console) -> None:
    console.print(
        f"{report.overdue:,} overdue accounts, seed {report.seed}: {report.calibrated:,} calibrate, {report.judged:,} judge, "
        f"{report.defaulted:.1%} of which defaulted in the month after"
    )
    table = Table("ranking", "AUC", "± 1 s.e.", "lift, top 10 %", "lift, top 20 %")
    for name, figures in report.rankings.items():
        shown = (f"{figures.auc:.3f}", f"{figures.auc_error:.3f}", f"{figures.lift_10:.2f}", f"{figures.lift_20:.2f}")
        table.add_row(name, *shown)
    console.print(table)
    table = Table("figure", "accounts", "expected to default", "defaulted")
    for row in report.foretold:
        table.add_row(f"{row.low} to {row.high - 1}", f"{row.accounts:,}", f"{row.expected:.1%}", f"{row.observed:.1%}")
    console.print(table)
    if report.rounds:
        fitted, months = [r.fitted for r in report.rounds], [r.months_past_due for r in report.rounds]
        console.print(
            f"{len(report.rounds)} seeds, points fitted anew for each: AUC {mean(fitted):.3f} ({min(fitted):.3f} to "
            f"{max(fitted):.3f}); by months past due {mean(months):.3f} ({min(months):.3f} to {max(months):.3f})"
        )


def yaml_of(card: RiskCard) -> str:
    """A fitted scorecard as it stands in a file."""
    lines = [f"begins_at: {card.begins_at}", "bands:"]
    for name, bands in card.bands.items():
        lines.append(f"  {name}:")
        ends = (f"below: {band.below}, " if band.below is not None else "" for band in bands)
        lines += [f"    - {{{end}points: {band.points}}}" for end, band in zip(ends, bands, strict=True)]
    return "\n".join(lines)


def _read(path: Path) -> list[Overdue]:
    if not path.is_file():
        raise UsageError(
            f'no file {path}: it is "Default of credit card clients" of the UCI Machine Learning Repository, as CSV '
            "(docs/book.md); name it with --data"
        )
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading accounts", total=count_lines(path))
        return read(path, lambda count: progress.update(task, completed=count))


def _rounds(accounts: Sequence[Overdue], count: int) -> list[RoundFigures]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        seeds = progress.track(range(1, count + 1), description="halving anew")
        return [measure_round(accounts, seed) for seed in seeds]


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/assessment.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the UCI file as CSV; it is read where it is")
    parser.add_argument("--seed", type=int, default=SHIPPED_SEED, help="which half calibrates (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=0, help="halve anew by so many seeds, and fit each time")
    parser.add_argument("--fit", action="store_true", help="print the points that the calibrating half gives, as YAML")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--out", type=Path, metavar="PNG", help="draw the gain curves into this file")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Measures and prints; answers the exit code, 2 for what cannot be read."""
    arguments = _arguments(given)
    try:
        accounts = _read(arguments.data)
        first, second = halves(accounts, arguments.seed)
        if len({account.defaulted for account in first}) < 2 or len({account.defaulted for account in second}) < 2:
            raise UsageError(f"{arguments.data}: each half needs overdue accounts that defaulted and that did not")
        if arguments.fit:
            print(yaml_of(card_of(first)))
            return 0
        report, rankings = measure(accounts, arguments.seed)
        report.rounds += _rounds(accounts, arguments.rounds)
    except (UsageError, FileError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print(report.model_dump_json(indent=2))
    else:
        _show(report, Console())
    if arguments.out:
        del rankings[FITTED]  # with the shipped seed it lies on the shipped one
        gain_curves(rankings, arguments.out, f"Overdue cards, {report.judged:,} accounts that gave no points")
        print(f"drawn: {arguments.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
