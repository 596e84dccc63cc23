"""docs/assessment.md: how borrowers are assessed, its tables written from the shipped files, so that they cannot differ.

`python -m operations.assessment_page` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable

from operations.telling import CATALOGUES
from policies.assessing import PROTECTED
from policies.loader import HERE, load_strategy
from reports.markdown import table
from schemas.scorecard import FIGURES, Band, FactorName, MeasureName, RiskCard, Scorecard

_WHEN: dict[FactorName, str] = {
    "said_willing": "a collector who spoke with the borrower heard that they want to pay",
    "said_hesitant": "… that they are not sure",
    "said_unwilling": "… that they do not want to",
    "got_in_touch": "the borrower got in touch unasked",
    "paid_in_part": "something was paid after the oldest open instalment fell due",
    "kept_an_agreement": "a promise, plan or settlement was kept",
    "broke_a_promise": "exactly one promise was broken",
    "broke_promises": "more than one was",
    "refused": "the borrower refused to pay at least once",
    "first_time_overdue": "the loan was never overdue before",
    "often_overdue": "it was overdue more than twice before",
    "said_able": "a collector heard that they can pay",
    "said_strained": "… that money is short",
    "said_unable": "… that they cannot",
    "in_hardship": "the cause that the borrower gave is illness, lost work, a disaster or a death in the family",
    "good_credit": "the bureau's grade is a or b",
    "poor_credit": "the bureau's grade is d or e",
    "past_due_elsewhere": "the bureau knows of accounts past due elsewhere",
    "long_past_due": "days past due from `thresholds.high_dpd` on",
    "high_arrears": "arrears from `thresholds.high_arrears` on",
    "answered_before": "a call or message was answered",
    "has_phone": "there is a number that is not known to be wrong",
    "no_phone": "there is none",
    "has_app_or_im": "the bank's app or messenger reaches them",
    "wrong_numbers": "at least one way to reach them turned out wrong",
    "no_way_left": "no number, address, app or messenger is left",
}

_HOW: dict[MeasureName, str] = {
    "months_past_due": "months past due today, of thirty days each, begun ones counted",
    "late_6": "of the last six months, those at whose end something was past due",
    "late_12": "the same of the last twelve",
    "long_late_6": "of the last six months, those at whose end two months or more were past due",
    "worst_6": "the most months past due in the last six",
    "worst_12": "the same in the last twelve",
    "trend_3": "months past due at the newest month's end, less those three months before",
    "utilisation": "what is outstanding, in percent of the limit",
    "spent": "what was drawn in the newest month, in percent of the limit",
    "paid": "what was paid in the last six months, in percent of what their statements showed",
    "lenders": "how many lenders the bureau knows of",
    "accounts_past_due_elsewhere": "how many accounts it knows to be past due elsewhere",
    "external_score": "of whoever scores for the bank, as core banking tells it; higher is better",
}

_HEAD = """# Assessment

Written by `python -m operations.assessment_page` from `policies/default.yaml` and `policies/scorecards/`; a test holds this
page against them.

Each figure runs from 0 to 100. It begins where its scorecard says, and everything that holds adds its points: whoever reads a
case (`python3 starter.py case LOAN`) sees each reason with its points and can add them up. *Willingness*, *ability* and
*contactability* are the better the higher; *risk* is the higher the likelier it is that the loan is not paid.

An assessment is made when a case opens, and anew after every conversation. It decides on the segment (who is treated
alike), on what a visit may be expected to bring, and on the tier that people see. It refuses nobody anything.
"""

_TIER = """## The tier

*Low*, *medium* or *high*, the higher of two: by the strategy's `thresholds` (days past due, arrears, past due elsewhere),
and by the grade of the risk figure where there is one.
"""

_MORE = """## What else can be counted

Measures that a scorecard may band, besides those above. Without the data a measure is not known, and adds nothing.
"""

_NEVER = """## What is never used

Who somebody is. A scorecard that names one of these is refused when it is read, with its line and the rule `protected_trait`,
whatever else stands there:

> {traits}

Nor is there anything to name: the columns SEX, EDUCATION, MARRIAGE and AGE of the file below are dropped before a row is
looked at, no model of ours has a field for them, and a test reads the same accounts with other traits and finds the same
cases.

Why: decisions made by machine must be fair and may treat nobody unreasonably otherwise, and whoever is concerned may ask how
they came about (Personal Information Protection Law of China, art. 24); religion, genes, fingerprints, blood type and illness
may not even be collected for credit records (Regulation on the Credit Reporting Industry, art. 14). The rest is a rule of the
house. What a borrower tells a collector of illness or lost work is something else: it is theirs to tell, counts for *ability*
alone, and leads to gentler treatment.

The limit itself is not counted either, only what is used of it: a small limit says who somebody was taken for.
"""

_MEASURED = """## How well the risk figure ranks

Measured by `python benchmarks/assessment.py --rounds 20` on 3,368 overdue accounts of "Default of credit card clients"
(I-Cheng Yeh, UCI Machine Learning Repository, 2016, CC BY 4.0; Taiwan, 2005, in TWD), of which half defaulted in the month
after. The points come from 1,692 of them; judged are the 1,676 others, 50.7 % of which defaulted:

| ranking | AUC | lift, top 10 % | lift, top 20 % |
| --- | --- | --- | --- |
| **the scorecard** | **0.748** (standard error 0.012) | **1.61** | **1.54** |
| months past due alone | 0.684 (0.013) | 1.47 | 1.42 |
| balance alone | 0.641 (0.013) | 1.24 | 1.20 |

As half of them default, no lift can be above 1.97. That half is a lucky one: halved anew by twenty seeds, the points fitted
each time, the AUC is 0.735 on average (0.716 to 0.749), by months past due 0.679 (0.663 to 0.695).

![Gain curves](pictures/gain.png)

Figures say what they mean. 50 are even odds, 20 points more double them; on the judged half:

| figure | accounts | expected to default | defaulted |
| --- | --- | --- | --- |
| 0 to 29 | 505 | 25.5 % | 24.4 % |
| 30 to 39 | 142 | 39.3 % | 35.9 % |
| 40 to 49 | 167 | 46.0 % | 50.9 % |
| 50 to 64 | 200 | 51.9 % | 51.0 % |
| 65 to 100 | 662 | 71.9 % | 73.7 % |

Worst delay, trend, use of the limit and spending were offered to the fit as well; beside the others they moved the figure
by less than three points or the wrong way, so they are left out. Between 40 and 64 it says little. These are cards in Taiwan
in 2005, six months of record and one month's outcome: before relying on it, fit points to your own book.

## How to change it

- **Points, grades, what counts**: edit `assessment` in a copy of the strategy, give it a new `version`, publish it
  (`docs/operations.md`). Cases keep the strategy they began with, points included: they are part of its sha256.
- **A scorecard for several strategies**: a file in `scorecards/` beside the strategy, named in it (`risk: card-behaviour`).
  It is put in place when the strategy is read.
- **Points from your own accounts**: `python benchmarks/assessment.py --data FILE --fit` prints them as YAML, for a file of
  the layout `uci-credit-card`. Each band gets its weight of evidence, a logistic regression says how much of it is the
  measure's own; points are rounded.
- **An external score**: core banking tells it (`behaviour.external_score`), the strategy bands it, as in
  `external_score: [{below: 550, points: 12}, {below: 650, points: 0}, {points: -12}]`.
- **A factor or measure of its own**: a name in `schemas/scorecard.py`, a function in `domain/factors.py` or
  `domain/measures.py`, words in both languages in `operations/phrases`, a line on this page.
- A strategy without the part is assessed by the points that are built in, which are those of the first three tables.
"""


def page() -> str:
    """docs/assessment.md."""
    strategy = load_strategy(HERE / "default.yaml")
    assert strategy.assessment is not None
    cards: dict[str, Scorecard] = {name: getattr(strategy.assessment, name) for name in FIGURES}
    lines = [_HEAD]
    for name, card in cards.items():
        lines += _card(name, card)
    banded = {measure for card in cards.values() for measure in card.bands}
    more = ([f"`{name}`", _chinese(name), how] for name, how in _HOW.items() if name not in banded)
    lines += [_TIER, _MORE, *table(("measure", "中文", "what it counts"), more), ""]
    return "\n".join([*lines, _NEVER.format(traits=", ".join(sorted(PROTECTED))), _MEASURED])


def _card(name: str, card: Scorecard) -> list[str]:
    lines = [f"## {name.capitalize()} ({CATALOGUES['zh-CN'].word(name)})", ""]
    if isinstance(card, RiskCard):
        lines += [f"`policies/scorecards/card-behaviour.yaml`. {_terms(card)}", ""]
    ends = f"low below {card.medium_from}, high from {card.high_from} on"
    lines += [f"Begins at {card.begins_at}; {ends}.", ""]
    if card.factors:
        rows = ([f"`{f}`", _chinese(f), _WHEN[f], f"{points:+d}"] for f, points in card.factors.items())
        lines += [*table(("factor", "中文", "holds when", "points"), rows), ""]
    if card.bands:
        rows = ([f"`{m}`", _chinese(m), _HOW[m], _banded(bands)] for m, bands in card.bands.items())
        lines += [*table(("measure", "中文", "what it counts", "points"), rows), ""]
    return lines


def _terms(card: RiskCard) -> str:
    of = f"For {', '.join(card.products).replace('_', ' ')} accounts" if card.products else "For all accounts"
    needs = f" of which {', '.join(f'`{name}`' for name in card.needs)} can be told" if card.needs else ""
    return f"{of}{needs}; others have no such figure. {card.source}."


def _banded(bands: Iterable[Band]) -> str:
    told: list[str] = []
    over: int | None = None
    for band in bands:
        below = f"below {band.below}" if band.below is not None else ""
        within = _between(over, band.below) if over is not None and band.below is not None else ""
        told.append(f"{within or below or f'from {over} on'}: {band.points:+d}")
        over = band.below
    return "<br>".join(told)


def _between(low: int, end: int) -> str:
    return str(low) if low == end - 1 else f"{low} to {end - 1}"


def _chinese(code: str) -> str:
    return CATALOGUES["zh-CN"].word(code, "reasons")


if __name__ == "__main__":
    print(page(), end="")
