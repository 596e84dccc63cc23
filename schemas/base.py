"""The two kinds of model and the few annotated types that all schemas share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


# Errors do not repeat the input: it may hold what belongs in no log and no history.
class Recorded(BaseModel):
    """Base of what is written once and read for years: frozen, and tolerant of fields that later code adds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Submitted(BaseModel):
    """Base of what people and other systems send: frozen, and a field nobody knows is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def added(default: Any) -> Any:
    """A field that a model gained after texts of it were recorded: left out while it says nothing, so that what was written
    before keeps its digest."""
    return Field(default=default, exclude_if=lambda value: value == default)


def _no_float(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError('send money as a string such as "1234.56": a binary float cannot hold cents exactly')
    return value


Amount = Annotated[Decimal, BeforeValidator(_no_float)]
"""Money in units of a currency that stands beside it; exact decimal, a string in JSON."""

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def _in_range(value: datetime) -> datetime:
    if not FIRST_DAY.year < value.year < LAST_DAY.year:
        raise ValueError(f"a year between {FIRST_DAY.year} and {LAST_DAY.year} is expected")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_range)]
"""A moment; aware on the way in, UTC from then on. Far off years are refused: reckoning with them overflows."""

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A calendar date of the bank."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$")]
"""An id that a source system gave. Ids travel in the clear (workflow ids, logs): never a national id or a phone number."""

LoanId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""A loan's id: shorter than others, for ids of attempts and actions are made of it."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
"""A word of a closed vocabulary, never free text."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217 code."""


def as_utc(value: datetime) -> datetime:
    """`value` in UTC. Raises ValueError for a naive time, which means different moments to different readers."""
    if value.tzinfo is None:
        raise ValueError(f"time without zone: {value!r}; give it as 2026-11-22T09:30:00+08:00")
    return value.astimezone(UTC)
