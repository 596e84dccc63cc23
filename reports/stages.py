"""The stages, the holds and the suit as documents: written from the tables that decide, so that they cannot differ.

`python -m reports.stages` prints docs/stages.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.court import ORDINARY_SUIT
from domain.holds import HOLDS, MATTERS, WHILE_AGREED, binds
from domain.lifecycle import ROWS
from reports.markdown import table

_HEAD = """# Stages, holds, the suit

Written by `python -m reports.stages` from the tables that the code decides by (`domain/lifecycle.py`, `domain/holds.py`,
`domain/court.py`); a test holds this page against them.

## Which stage may follow which

A stage names the main effort, not a sequence: a case may go back, and negotiation opens from anywhere, in court too. Money
ends a case from every stage. Payment of the arrears cures it; once the whole balance is due (after acceleration or write-off)
only that or a settlement ends it; what people were asked to do is called off, and what is pending at a court is withdrawn,
first.
"""

_ENDS = """
Ends: *cured* (after the next instalments were watched), *paid off*, *settled*, *sold*, *extinguished*, *closed by bank*,
*nothing due*. Written off is no end: the claim lives, and its case goes on until one of these. An operator may move a case
by `escalate`, sooner than the strategy would or back; what the stage needs all the same (an address, a claim that is large
enough, no hold in the way) is asked for then too.
"""

_HOLDS = """
## Holds: what stops what

In the order of precedence: of several that stop the same, the first is the reason. An agreement that is being kept comes
after all of them. Reading the account, taking in payments and closing a paid case are stopped by none.
"""

_SUIT = """
## An ordinary suit

After each milestone, what is done or who is waited for. Payment of all that is due, or a settlement that is kept, ends it at
every row.
"""


def page() -> str:
    """docs/stages.md."""
    return "\n".join([_HEAD, *_diagram(), "", *_moves(), _ENDS, _HOLDS, *_holds(), _SUIT, *_suit(), ""])


def _diagram() -> list[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in ROWS:
        for source in row.sources:
            arrows.setdefault((source, row.target), []).append(row.rule.removeprefix("stage."))
    lines = [f"    {source} --> {target}: {' / '.join(rules)}" for (source, target), rules in arrows.items()]
    return ["```mermaid", "stateDiagram-v2", "    [*] --> assessment", *lines, "```"]


def _moves() -> list[str]:
    rows = ([row.rule, _codes(row.sources), f"`{row.target}`", row.condition] for row in ROWS)
    return table(("rule", "from", "to", "when"), rows)


def _holds() -> list[str]:
    def cells(stops: Iterable[str]) -> list[str]:
        return ["stops" if matter in stops else "" for matter in MATTERS]

    rows = [[f"**{row.kind}**", *cells(row.stops), binds(row.kind), row.ends_by] for row in HOLDS]
    rows.append(["*agreement*", *cells(WHILE_AGREED), "this debt", "being kept or broken, by the ledger"])
    return table(("hold", *(m.replace("_", " ") for m in MATTERS), "binds", "ends by"), rows)


def _suit() -> list[str]:
    rows = (
        [f"`{row.after}`" if row.after else "(begin)", row.step or row.does, _codes(row.towards), row.why]
        for row in ORDINARY_SUIT
    )
    return table(("after", "does", "towards", "in words"), rows)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(page(), end="")
