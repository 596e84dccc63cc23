"""Whether one rule of conduct is at least as strict as another, and so whether a rulebook only tightens its base.

Rule by rule and field by field, so that whoever wrote the rule is told which word of it is laxer. What this lets through is
safe: whatever the new rule allows, the old one allows too, for every contact, history and moment. It refuses some that would
be safe as well, such as a shorter period with a much lower number: those are written as a second rule, beside the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from schemas.rulebook import (
    AttemptCap,
    AttemptGap,
    BorrowerHold,
    ChannelOptOut,
    ClosedDays,
    Consent,
    ContactHours,
    ConversationCap,
    ConversationPause,
    DebtHold,
    Deceased,
    DisclosedFees,
    ListedAgency,
    Obligations,
    PriorNotice,
    Recipients,
    Recording,
    Rule,
    Rulebook,
    RunningAgreement,
    ThirdParty,
    ThroughRepresentative,
    TimeBarred,
    VisitTeam,
    WholeStop,
    WordingRule,
)

TOLERANCE = "clock_tolerance_seconds"


@dataclass(frozen=True)
class Loosening:
    """One thing that got laxer: its rule (None: the book itself), its field (None: the whole rule), what, and a way out."""

    rule: str | None
    field: str | None
    what: str
    hint: str


@dataclass(frozen=True)
class Strictness:
    """In which direction a field is stricter. `asks(old)` says in words what is expected of the new value."""

    field: str
    holds: Callable[[Any, Any], bool]
    asks: Callable[[Any], str]


def loosened(old: Rulebook, new: Rulebook) -> tuple[Loosening, ...]:
    """Everything in which `new` is laxer than `old`; empty if it allows nothing that `old` does not."""
    found: list[Loosening] = []
    if new.clock_tolerance_seconds > old.clock_tolerance_seconds:
        what = f"{new.clock_tolerance_seconds} is more than the base's {old.clock_tolerance_seconds}"
        found.append(Loosening(None, TOLERANCE, what, f"write {old.clock_tolerance_seconds} or less, or leave it out"))
    rules = {rule.id: rule for rule in new.rules}
    for rule in old.rules:
        if rule.id in rules:
            found += looser(rule, rules[rule.id])
        else:
            found.append(Loosening(rule.id, None, "a rule of the base is dropped", "keep it"))
    return tuple(found)


def looser(old: Rule, new: Rule) -> Iterator[Loosening]:
    """In which fields `new` is laxer than `old`, the rule of the same id."""
    if type(old) is not type(new):
        hint = f"write a {old.kind}, or give the new rule an id of its own"
        yield Loosening(old.id, "kind", f"the base's rule is a {old.kind}, this is a {new.kind}", hint)
        return
    for strict in (*_IN_FORCE, *strictness(old)):
        before, after = getattr(old, strict.field), getattr(new, strict.field)
        if not strict.holds(before, after):
            what = f"{_shown(after)} is laxer than the base's {_shown(before)}"
            yield Loosening(old.id, strict.field, what, strict.asks(before))


def strictness(rule: Rule) -> tuple[Strictness, ...]:
    """How the fields of this kind of rule are compared: all but those that every rule has, or that say who says so."""
    match rule:
        case ContactHours():
            return _all("channels"), _at_least("open"), _at_most("close"), _kept_from("waivable")
        case ChannelOptOut() | WholeStop() | Deceased() | ListedAgency() | DisclosedFees():
            return ()
        case AttemptCap():
            # A longer period counts more, so does a borrower as a whole; of one point and one debt neither holds the other.
            counted = (_all("channels"), _at_most("maximum"), _at_least("days"), _whole("per"))
            return *counted, _every("uses"), _kept_from("waivable")
        case ConversationCap():
            return _all("channels"), _at_most("maximum"), _whole("per")
        case ConversationPause():
            return _all("channels"), _at_least("days"), _whole("per"), _kept_from("waivable")
        case AttemptGap():
            return _all("channels"), _at_least("minutes")
        case ClosedDays():
            return _all("channels"), _all("weekdays"), _all("dates")
        case Consent():
            return (_all("channels"),)
        case BorrowerHold():
            return _all("holds"), _blocks
        case Recipients():
            return _every("purposes"), _only("roles")
        case ThirdParty():
            return _all("roles"), _at_least("failures"), _at_most("maximum"), _only("templates")
        case ThroughRepresentative():
            return (_all("holds"),)
        case Obligations():
            return _all("channels"), _every("purposes"), _every("roles"), _all("duties")
        case Recording():
            return (_all("channels"),)
        case DebtHold():
            return _all("holds"), _every("products"), _blocks
        case RunningAgreement():
            return _all("agreements"), _every("products")
        case PriorNotice():
            # Any demand is more than an agency's.
            waits = (_at_least("days"), _kept("arrived"), _every("channels"))
            return _same("notice"), _whole("before", "dunning"), *waits
        case TimeBarred():
            return _all("threats"), _all("acknowledging"), _all("purposes")
        case VisitTeam():
            return (_at_least("minimum"),)
        case WordingRule():
            return _all("channels"), _every("purposes"), _says_as_much, _bans_as_much
        case _:
            assert_never(rule)


def _at_most(field: str) -> Strictness:
    return Strictness(field, lambda old, new: new <= old, lambda old: f"write {_shown(old)} or less")


def _at_least(field: str) -> Strictness:
    return Strictness(field, lambda old, new: new >= old, lambda old: f"write {_shown(old)} or more")


def _all(field: str) -> Strictness:
    return Strictness(field, lambda old, new: set(new) >= set(old), lambda old: f"keep {_shown(old)}")


def _only(field: str) -> Strictness:
    return Strictness(field, lambda old, new: set(new) <= set(old), lambda old: f"write none but {_shown(old)}")


def _same(field: str) -> Strictness:
    return Strictness(field, lambda old, new: new == old, lambda old: f"keep {_shown(old)}")


def _kept(field: str) -> Strictness:
    return Strictness(field, lambda old, new: new or not old, lambda _: "keep it")


def _kept_from(field: str) -> Strictness:
    return Strictness(field, lambda old, new: old or not new, lambda _: "leave it out")


def _every(field: str) -> Strictness:
    """Of a field that, left out, means any."""
    return Strictness(
        field,
        lambda old, new: not new or (bool(old) and set(new) >= set(old)),
        lambda old: f"keep {_shown(old)}" if old else "leave it out: any",
    )


_blocks = Strictness("verdict", lambda old, new: new in (old, "block"), lambda old: f"write {old} or block")


def _whole(field: str, whole: Literal["borrower", "dunning"] = "borrower") -> Strictness:
    return Strictness(field, lambda old, new: new in (old, whole), lambda old: f"write {old} or {whole}")


def _as_much_required(old: Any, new: Any) -> bool:
    """Every element is still asked for, and by no phrase that did not do before."""
    asked = {one.element: one.phrases for one in new}
    return all(
        one.element in asked
        and all(set(asked[one.element][language]) <= set(phrases) for language, phrases in one.phrases.items())
        for one in old
    )


_says_as_much = Strictness(
    "required", _as_much_required, lambda _: "keep every element, and of its phrases none but the base's"
)
_bans_as_much = Strictness(
    "banned",
    lambda old, new: all(set(new.get(language, ())) >= set(phrases) for language, phrases in old.items()),
    lambda _: "keep every phrase of the base's",
)


def _no_earlier_end(old: Any, new: Any) -> bool:
    return new is None or (old is not None and new >= old)


_IN_FORCE = (
    Strictness("effective_from", lambda old, new: new <= old, lambda old: f"write {old} or earlier"),
    Strictness(
        "effective_until", _no_earlier_end, lambda old: f"write {old} or later" if old else "leave it out: no end"
    ),
)


def _shown(value: Any) -> str:
    if value is None:
        return "no end"
    if isinstance(value, dict):
        return f"[{', '.join(phrase for phrases in value.values() for phrase in phrases)}]"
    if isinstance(value, tuple):
        value = tuple(getattr(one, "element", one) for one in value)
        return f"[{', '.join(map(str, value))}]"
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)
