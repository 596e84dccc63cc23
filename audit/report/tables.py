"""The findings on a terminal: a table for each kind, the first of each with its evidence."""

from __future__ import annotations

from collections import Counter

from rich.markup import escape
from rich.table import Table

from audit.findings import STRENGTHS, Findings, by_rule
from audit.report import told
from audit.report.words import Words

SHOWN = 8
"""So many findings of one kind; the files have all."""


def tables(findings: Findings, words: Words) -> list[Table]:
    """The tables that have anything to say, in the order of the page."""
    made: list[Table] = []
    if findings.breaches:
        made += [_rules(findings, words), _breaches(findings, words)]
    if findings.after_payment:
        made.append(_after(findings, words))
    if findings.misjudged:
        made += [_reasons(findings, words), _promises(findings, words)]
    return made


def _rules(findings: Findings, words: Words) -> Table:
    table = _table(words.say("rules"), words.say("rules.columns").split("|")[:-1], right=(3, 4))
    for count in by_rule(findings):
        if count.contacts:
            rule = count.rule
            force = f"{rule.effective_from} – {rule.effective_until or ''}"
            strength = words.code(rule.strength, "strength")
            _add(table, rule.id, strength, force, f"{count.contacts:,}", f"{count.borrowers:,}")
    return table


def _breaches(findings: Findings, words: Words) -> Table:
    """One of each rule before a second of any: what binds most comes first."""
    table = _table(words.say("evidence.examples"), ("", *words.say("evidence.columns").split("|")))
    met: Counter[str] = Counter()
    ranked: list[tuple[int, int, int]] = []
    for place, breach in enumerate(findings.breaches):
        met[breach.rule.id] += 1
        ranked.append((met[breach.rule.id], STRENGTHS.index(breach.rule.strength), place))
    for _, _, place in sorted(ranked)[: 2 * SHOWN]:
        _add(table, findings.breaches[place].rule.id, *told.breach(findings.breaches[place], words))
    return table


def _after(findings: Findings, words: Words) -> Table:
    table = _table(words.say("after"), words.say("after.columns").split("|"), right=(4, 6))
    for found in findings.after_payment[:SHOWN]:
        _add(table, *told.after_payment(found, findings.bank_zone, words))
    return table


def _reasons(findings: Findings, words: Words) -> Table:
    table = _table(words.say("promises.chart"), ("", ""), right=(1,))
    for why, count in sorted(Counter(found.why for found in findings.misjudged).items()):
        _add(table, words.code(why, "why"), f"{count:,}")
    return table


def _promises(findings: Findings, words: Words) -> Table:
    table = _table(words.say("promises"), words.say("promises.columns").split("|"), right=(2, 7))
    for found in findings.misjudged[:SHOWN]:
        _add(table, *told.misjudged(found, words))
    return table


def _table(title: str, columns: tuple[str, ...] | list[str], right: tuple[int, ...] = ()) -> Table:
    table = Table(title=escape(title), title_justify="left", title_style="bold", header_style="dim", box=None)
    for number, column in enumerate(columns):
        table.add_column(escape(column), justify="right" if number in right else "left", overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(escape(cell) for cell in cells))
