"""So many of something, in English: one row, two rows."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter


def counted(number: int, one: str, many: str | None = None) -> str:
    """`number` with the word for as many; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def filled(sentence: str, values: Mapping[str, object]) -> str:
    """A format string with its values; `{count:row|rows}` in it is a number with the word for as many."""
    return _COUNTING.vformat(sentence, (), values)


class _Counting(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        one, either, many = format_spec.partition("|")
        if not either:
            return format(value, format_spec)
        return f"{value} {one if str(value) == '1' else many}"


_COUNTING = _Counting()
