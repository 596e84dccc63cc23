"""Numbers with the word for as many."""

from __future__ import annotations

from decimal import Decimal

from domain.counting import counted, filled
from domain.money import shown


def test_one_is_one_and_all_else_are_many() -> None:
    """None are many; thousands are set apart; words that take no s are given."""
    assert [counted(n, "row") for n in (0, 1, 2, 3368)] == ["0 rows", "1 row", "2 rows", "3,368 rows"]
    assert [counted(n, "case was", "cases were") for n in (1, 2)] == ["1 case was", "2 cases were"]


def test_a_sentence_takes_the_word_that_its_number_wants() -> None:
    """Whether the number comes as a number or as text; other specifications mean what they always mean."""
    sentence = "{count:part|parts} over the {covers}, {share:.1f} %"
    values = {"covers": "arrears", "share": 12.34}
    assert filled(sentence, {"count": 1, **values}) == "1 part over the arrears, 12.3 %"
    assert filled(sentence, {"count": "1", **values}) == "1 part over the arrears, 12.3 %"
    assert filled(sentence, {"count": 12, **values}) == "12 parts over the arrears, 12.3 %"


def test_amounts_in_reasons_are_whole_units_of_their_currency() -> None:
    """Whatever the ledger wrote them with."""
    assert shown(Decimal("1700"), "CNY") == "1,700.00"
    assert shown(Decimal("1700.000"), "JPY") == "1,700"
    assert shown(Decimal("0.5"), "KWD") == "0.500"
