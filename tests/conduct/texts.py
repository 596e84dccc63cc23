"""The shipped books, and a tighter overlay of each, beside what the oracle says of the same."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from schemas.rulebook import ApprovedAgency, AttemptCap, AttemptGap, ContactHours, Rulebook
from tests.conduct.oracle import CN, US, Texts

TIGHT = "-tight"
LAWS: dict[str, Texts] = {"cn": CN, "us-third-party": US}
OPENS, CLOSES = time(9), time(20)


def listing(base: Rulebook) -> Rulebook:
    """The base with two agencies on the bank's list."""
    entries = tuple(ApprovedAgency(agency=name, listed_from=date(2020, 1, 1)) for name in ("AG-1", "AG-2"))
    return base.model_copy(update={"agencies": entries})


def tightened(base: Rulebook) -> Rulebook:
    """The base with shorter hours, one contact less under every cap, a longer gap."""
    rules = [rule.model_copy(update=_tighter(rule)) for rule in base.rules]
    return base.model_copy(update={"name": f"{base.name}{TIGHT}", "rules": tuple(rules)})


def _tighter(rule: Any) -> dict[str, Any]:
    match rule:
        case ContactHours():
            return {"open": OPENS, "close": CLOSES, "waivable": False}
        case AttemptCap(days=1):
            return {"maximum": max(1, rule.maximum - 1)}
        case AttemptGap():
            return {"minutes": rule.minutes + 60}
        case _:
            return {}
