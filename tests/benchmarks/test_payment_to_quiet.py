"""How soon a payment is heard: a short run of its benchmark. No time is asserted."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from benchmarks.payment_to_quiet import show
from benchmarks.quieting import QuietReport, Times
from benchmarks.tables import WIDTH
from tests.benchmarks.conftest import Benchmark


@pytest.mark.stack
@pytest.mark.slow
def test_a_short_run_brings_every_case_to_rest_and_nobody_is_contacted_after_paying(benchmark: Benchmark) -> None:
    report = QuietReport.model_validate_json(benchmark("payment_to_quiet", "--samples", "2", "--cases", "4", "--json"))
    assert [(f.load, f.what, f.samples) for f in report.figures] == [
        ("idle", "waiting", 2),
        ("idle", "contacting", 1),
        ("busy", "waiting", 2),
        ("busy", "contacting", 1),
    ]
    assert (report.looked_at, report.after_payment) == (6, 0)
    out = StringIO()
    show(Console(file=out, width=WIDTH), report)
    assert "after the payment, of 6 loans: 0 (must be 0)" in out.getvalue()
    assert sum("4 busy cases" in line for line in out.getvalue().splitlines()) == 2


def test_times_are_the_median_and_what_one_in_a_hundred_exceeds() -> None:
    assert Times.of([n / 1000 for n in range(1, 201)]) == Times(p50=100.5, p99=198)
    assert Times.of([0.002, 0.001]) == Times(p50=1.5, p99=2)
