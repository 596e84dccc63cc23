"""Numbers of people that somebody took for ids: they would travel in the clear."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_LONG = re.compile(r"(?<![0-9])[1-8][0-9]{5}([0-9]{8})[0-9]{3}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86|0086)?1[3-9][0-9]{9}(?![0-9])")
_SEPARATORS = re.compile(r"[-_.: ]")


@lru_cache(maxsize=1 << 16)  # the ids of one borrower come again and again
def looks_personal(value: str) -> str | None:
    """`a national id` or `a mobile number` if that is what an id looks like, else None.

    A Chinese national id has 18 digits (the last may be X): 6 for the place, 8 for a date of birth, 4 more. A mobile
    number has 11, from 13 to 19 on. Separators do not hide them where an id has nothing else.
    """
    bare = _SEPARATORS.sub("", value)
    candidates = (value, bare) if re.fullmatch(r"\+?[0-9]+[Xx]?", bare) else (value,)
    for candidate in candidates:
        if any(_is_birth_date(found.group(1)) for found in _LONG.finditer(candidate)):
            return "a national id"
        if _MOBILE.search(candidate):
            return "a mobile number"
    return None


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1880 <= born.year <= 2100
