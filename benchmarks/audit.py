"""The shadow audit of many contacts with seeded faults: is every one found, and how fast beside a bare reading of the files?

    .venv/bin/python -m benchmarks.audit [--contacts 100000] [--rounds 3]

The floor is `csv.DictReader` over the same files, which does nothing with the rows. Ours reads, checks and judges them.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from audit.auditing import Exports, Terms, audit
from audit.exports import ACCOUNTS, CONTACTS, EVENTS_EXPORT, PAYMENTS, PROMISES, Clocks
from audit.findings import Findings
from audit.reading import read
from policies.loader import load_rulebook
from simulation.incumbent import Truth, make_exports, write_exports

ROOT = Path(__file__).resolve().parent.parent
RULEBOOK = load_rulebook(ROOT / "tests" / "audit" / "rulebook.yaml")
BANK = "Asia/Shanghai"


def floor(paths: dict[str, Path]) -> int:
    """Reads every row as a dict; answers how many."""
    rows = 0
    for path in paths.values():
        with path.open(encoding="utf-8", newline="") as file:
            rows += sum(1 for _ in csv.DictReader(file))
    return rows


def ours(paths: dict[str, Path]) -> Findings:
    """The whole audit, from the files on."""
    clocks, rejects = Clocks(BANK), paths["contacts"].with_name("rejects.csv")
    contacts, _ = read(paths["contacts"], CONTACTS, clocks, rejects)
    payments, _ = read(paths["payments"], PAYMENTS, clocks, rejects)
    promises, _ = read(paths["promises"], PROMISES, clocks, rejects)
    events, _ = read(paths["events"], EVENTS_EXPORT, clocks, rejects)
    accounts, _ = read(paths["accounts"], ACCOUNTS, clocks, rejects)
    return audit(Exports(contacts, payments, promises, events, accounts), RULEBOOK, Terms(BANK))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, of this process's own time: others on the machine do not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def compared(findings: Findings, truth: Truth) -> list[tuple[str, int, int, int]]:
    """Of each kind: seeded, missed, and found without having been seeded."""
    found = (
        ("breaches", {(b.contact.contact_id, b.rule.id) for b in findings.breaches}, truth.breaches),
        ("contacts after payment", {a.contact.contact_id for a in findings.after_payment}, truth.after_payment),
        ("misjudged promises", {(m.promise.promise_id, m.why) for m in findings.misjudged}, truth.misjudged),
    )
    return [(name, len(seeded), len(seeded - had), len(had - seeded)) for name, had, seeded in found]


def main() -> int:
    """Prints the comparison and the rates; 1 if anything was missed or made up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    made = make_exports(seed=7, size=given.contacts, times=max(given.contacts // 1000, 1))
    with tempfile.TemporaryDirectory() as folder:
        paths = write_exports(made, Path(folder))
        rows = floor(paths)
        results = compared(ours(paths), made.truth)
        pairs = [(seconds(lambda: floor(paths)), seconds(lambda: ours(paths))) for _ in range(given.rounds)]
    for name, seeded, missed, made_up in results:
        print(f"{name:<24}{seeded:>7,} seeded{missed:>6,} missed{made_up:>6,} made up")
    for name, times in (("floor", [pair[0] for pair in pairs]), ("audit", [pair[1] for pair in pairs])):
        print(f"{name:<24}{rows / statistics.median(times):>12,.0f} rows a second of CPU ({rows:,} rows)")
    ratios = sorted(mine / bare for bare, mine in pairs)
    print(f"{'times the floor':<24}{statistics.median(ratios):>12.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})")
    return int(any(missed or made_up for _, _, missed, made_up in results))


if __name__ == "__main__":
    sys.exit(main())
