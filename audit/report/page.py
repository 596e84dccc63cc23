"""One page that needs nothing but itself: figures, charts, and the first findings of each kind with their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from html import escape

from audit.findings import AfterPayment, Findings, Gap, RuleCount, by_rule
from audit.promises import Tolerance
from audit.report import evidence, told
from audit.report.drawing import Bar, lying, standing
from audit.report.style import STYLE
from audit.report.words import Words

MOST = 100
"""So many findings of one kind are shown; the files have all."""

_DELAYS = (("delay.1", 1), ("delay.4", 4), ("delay.24", 24), ("delay.72", 72))


def page(findings: Findings, words: Words, tolerance: Tolerance) -> str:
    """The page, as HTML in the language of `words`."""
    parts = (
        f"<h1>{escape(words.say('title'))}</h1>",
        _lead(findings, words),
        _cards(findings, words),
        _rules(findings, words),
        _after(findings, words),
        _promises(findings, words, tolerance),
        _sources(findings, words),
        _heading(words.say("notes")) + _paragraph(words.say("notes.text")),
        _paragraph(words.say("rulebook", digest=findings.digest), "dim"),
    )
    head = f'<meta charset="utf-8"><title>{escape(words.say("title"))}</title><style>{STYLE}</style>'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="{words.language}"><head>{head}{view}</head>\n<body>\n{body}\n</body></html>\n'


def _lead(findings: Findings, words: Words) -> str:
    where = findings.bank_zone
    text = words.say(
        "lead",
        contacts=f"{findings.contacts:,}",
        borrowers=f"{findings.borrowers:,}",
        loans=f"{findings.loans:,}",
        first=evidence.moment(findings.first_at, where)[:10],
        last=evidence.moment(findings.last_at, where)[:10],
        zone=where,
        rulebook=findings.rulebook.name,
        version=findings.rulebook.version,
    )
    return _paragraph(text)


def _cards(findings: Findings, words: Words) -> str:
    house = _of_the_house(findings)
    cards = (
        ("bad", len(findings.breaches) - house, words.say("card.binding")),
        ("house", house, words.say("card.house")),
        ("after", len(findings.after_payment), words.say("card.after", judged=f"{findings.after_payment_judged:,}")),
        (
            "promise",
            len(findings.misjudged),
            words.say("card.promises", judged=f"{findings.promises_judged.total():,}"),
        ),
    )
    inside = "".join(
        f'<div class="card {style}"><b>{count:,}</b><span>{escape(what)}</span></div>' for style, count, what in cards
    )
    return f'<div class="cards">{inside}</div>'


def _rules(findings: Findings, words: Words) -> str:
    counts = by_rule(findings)
    bars = [_bar_of(count) for count in counts if count.contacts]
    rows = [
        (
            *(count.rule.id, words.code(count.rule.strength, "strength"), _in_force(count, words)),
            *(f"{count.contacts:,}", f"{count.borrowers:,}", count.rule.source),
        )
        for count in counts
    ]
    hours = [Bar(f"{hour}", findings.hours[hour], findings.breached_hours[hour]) for hour in range(24)]
    return "".join(
        (
            _heading(words.say("rules")),
            _paragraph(words.say("rules.note")),
            lying(bars, words.say("rules")) if bars else "",
            _table(words.say("rules.columns"), rows),
            _caption(words.say("hours")),
            standing(hours, words.say("hours")),
            *(_evidence(findings, count, words) for count in counts if count.contacts),
        )
    )


def _bar_of(count: RuleCount) -> Bar:
    return Bar(count.rule.id, count.contacts, style="house" if count.rule.strength == "house" else "bad")


def _in_force(count: RuleCount, words: Words) -> str:
    rule = count.rule
    if rule.effective_until is None:
        return words.say("since", begin=rule.effective_from)
    return words.say("between", begin=rule.effective_from, end=rule.effective_until)


def _evidence(findings: Findings, count: RuleCount, words: Words) -> str:
    found = [breach for breach in findings.breaches if breach.rule.id == count.rule.id]
    said = words.say("evidence", rule=count.rule.id, count=f"{count.contacts:,}")
    table = _table(words.say("evidence.columns"), (told.breach(each, words) for each in found[:MOST]))
    more = _more(len(found), "breaches.csv", words)
    text = _paragraph(evidence.rule_text(count.rule))
    source = _paragraph(f"{words.code(count.rule.strength, 'strength')}: {count.rule.source}", "dim")
    return f"<details><summary>{escape(said)}</summary>{text}{source}{table}{more}</details>"


def _after(findings: Findings, words: Words) -> str:
    found = findings.after_payment
    if not found:
        return _section(words, "after", _paragraph(words.say("none")))
    names = [name for name, _ in _DELAYS] + ["delay.more"]
    counts = [sum(_delay_name(after) == name for after in found) for name in names]
    bars = [Bar(words.say(name), count, style="after") for name, count in zip(names, counts, strict=True)]
    table = _table(
        words.say("after.columns"), (told.after_payment(each, findings.bank_zone, words) for each in found[:MOST])
    )
    chart = _caption(words.say("after.chart")) + lying(bars, words.say("after.chart"))
    return _section(words, "after", chart + table + _more(len(found), "after_payment.csv", words))


def _delay_name(found: AfterPayment) -> str:
    return next((name for name, most in _DELAYS if found.delay <= timedelta(hours=most)), "delay.more")


def _promises(findings: Findings, words: Words, tolerance: Tolerance) -> str:
    note = words.say("promises.note", amount=evidence.money(tolerance.amount), days=tolerance.days)
    matrix = _table(
        words.say("promises.matrix"),
        (
            (words.code(claim, "claim"), *(f"{findings.promises_judged[claim, state]:,}" for state in _STATES))
            for claim in ("kept", "broken", "open")
        ),
    )
    found = findings.misjudged
    shown = _heading(words.say("promises")) + _paragraph(note) + matrix
    if not found:
        return shown + _paragraph(words.say("none"))
    reasons = dict.fromkeys(each.why for each in sorted(found, key=lambda each: each.why))
    bars = [Bar(words.code(why, "why"), sum(each.why == why for each in found), style="promise") for why in reasons]
    table = _table(words.say("promises.columns"), (told.misjudged(each, words) for each in found[:MOST]))
    chart = _caption(words.say("promises.chart")) + lying(bars, words.say("promises.chart"))
    return shown + chart + table + _more(len(found), "promises.csv", words)


_STATES = ("kept", "partly", "broken")


def _sources(findings: Findings, words: Words) -> str:
    rows = [
        (words.code(source.name, "export"), source.file, f"{source.rows:,}", f"{source.rejected:,}")
        for source in findings.sources
    ]
    notes = "".join(f"<li>{escape(note)}</li>" for note in unjudged(findings, words))
    return (
        _heading(words.say("read")) + _table(words.say("read.columns"), rows) + (f"<ul>{notes}</ul>" if notes else "")
    )


def summary(findings: Findings, words: Words) -> str:
    """How much was found, in one sentence."""
    house = _of_the_house(findings)
    return words.say(
        "summary",
        binding=f"{len(findings.breaches) - house:,}",
        house=f"{house:,}",
        after=f"{len(findings.after_payment):,}",
        promises=f"{len(findings.misjudged):,}",
    )


def _of_the_house(findings: Findings) -> int:
    return sum(breach.rule.strength == "house" for breach in findings.breaches)


def unjudged(findings: Findings, words: Words) -> list[str]:
    """What could not be judged, and what would help, a sentence each."""
    gaps: tuple[Gap, ...] = ("no_zone", "no_team", "no_use", "no_list", "no_events", "others_consent")
    notes = [words.say(f"gap.{gap}", count=f"{findings.gaps[gap]:,}") for gap in gaps if findings.gaps[gap]]
    read = {source.name for source in findings.sources}
    if "events" not in read and not findings.gaps["no_events"]:
        notes.append(words.say("gap.nothing_known"))
    if "payments" not in read:
        notes.append(words.say("gap.no_payments"))
    elif not findings.after_payment_judged:
        notes.append(words.say("gap.no_arrears"))
    if findings.promises_open:
        until = evidence.moment(findings.until, findings.bank_zone)
        notes.append(words.say("gap.open", count=f"{findings.promises_open:,}", until=until))
    return notes


def _section(words: Words, name: str, inside: str) -> str:
    return _heading(words.say(name)) + _paragraph(words.say(f"{name}.note")) + inside


def _more(count: int, file: str, words: Words) -> str:
    return _paragraph(words.say("more", count=f"{count - MOST:,}", file=file), "dim") if count > MOST else ""


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _caption(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def _paragraph(text: str, style: str = "") -> str:
    return f'<p class="{style}">{escape(text)}</p>' if style else f"<p>{escape(text)}</p>"


def _table(columns: str, rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns.split("|"))
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'
