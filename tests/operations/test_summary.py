"""Tables of what became of a book."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from operations.summary import stages
from reports.flow import Flow, Node
from reports.lives import State


def test_a_stage_names_every_place_where_its_cases_went() -> None:
    """However many they are, so that what came in is all accounted for."""
    towards: list[State] = ["watched", "held", "negotiation", "field_visit", "litigation", "paid_off"]
    moves: Counter[tuple[State, State]] = Counter({("contact", state): 7 - n for n, state in enumerate(towards)})
    contact = Node(state="contact", loans=28, entered=28, stay=timedelta(days=12), paid=Decimal("93149.06"), now=1)
    table = stages(Flow((contact,), moves), [])
    assert [list(column.cells) for column in table.columns] == [
        ["contact"],
        ["28"],
        ["12 d"],
        ["93,149.06"],
        ["watched 7, held 6, negotiation 5, field visit 4, litigation 3, paid off 2, [dim]still here 1[/]"],
    ]
