"""What the guard costs: a short run of its benchmark. No time is asserted."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from benchmarks import slots, verdicts
from benchmarks.conduct import ConductReport, show
from benchmarks.tables import WIDTH
from tests.benchmarks.conftest import Benchmark


@pytest.mark.stack
def test_a_short_run_measures_each_thing_that_it_claims(benchmark: Benchmark) -> None:
    short = ("--verdicts", "5", "--contacts", "4", "--rounds", "1", "--json")
    report = ConductReport.model_validate_json(benchmark("conduct", *short))
    assert [(v.book, v.past, v.verdict) for v in report.verdicts] == [
        (book, past, kind) for book in verdicts.BOOKS for past in (0, 10, 100) for kind in ("allow", "defer")
    ]
    # As many contacts as were asked for, or one for each worker.
    assert [(s.whose, s.workers, s.contacts) for s in report.slots] == [
        (whose, workers, max(workers, 4)) for whose in slots.WHOSE for workers in (1, 8, 32)
    ]
    for row in (*report.verdicts, *report.slots):
        assert row.times.median == pytest.approx(row.floor.median / row.rate.median)
    _prints_a_line_for_each(report)


def _prints_a_line_for_each(report: ConductReport) -> None:
    out = StringIO()
    show(Console(file=out, width=WIDTH), report)
    lines = out.getvalue().splitlines()
    for start, number in (("cn ", 6), ("us-third-party ", 6), ("a borrower each ", 3), ("all to one borrower ", 3)):
        assert sum(line.strip().startswith(start) for line in lines) == number
