"""A rulebook laid over a shipped one: its rules replace or add, and may only tighten. What comes out is one book."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence

from domain.artefacts import digest
from domain.tightening import Loosening, loosened
from policies.located import Document, Loc, PolicyError, Problem
from schemas.rulebook import Base, Overlay, Rulebook

KEY = "overlays"


def is_overlay(document: Document) -> bool:
    """Whether the file says that it is laid over another."""
    return isinstance(document.data, dict) and KEY in document.data


def laid_over(document: Document, shipped: Sequence[str], load: Callable[[str], Rulebook]) -> Rulebook:
    """The book that the overlay in `document` makes of its base. `shipped` are the names that a base can have, and `load`
    reads one of them.

    Raises PolicyError for each rule that is laxer than the base's, at the field that is.
    """
    overlay = document.validate(Overlay)
    if overlay.overlays not in shipped or overlay.overlays == overlay.name:
        near = difflib.get_close_matches(overlay.overlays, shipped, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(shipped)}"
        raise PolicyError([document.problem((KEY,), KEY, f"no rulebook {overlay.overlays!r} is shipped", hint)])
    problems = list(_twice(document, overlay))
    if problems:
        raise PolicyError(problems)
    base = load(overlay.overlays)
    book = _composed(overlay, base)
    problems = [_problem(document, overlay, base, one) for one in loosened(base, book)]
    if problems:
        raise PolicyError(problems)
    return book


def _composed(overlay: Overlay, base: Rulebook) -> Rulebook:
    """The rules of the base in their order, each as the overlay has it, then those that are new."""
    over = {rule.id: rule for rule in overlay.rules}
    known = {rule.id for rule in base.rules}
    tolerance = overlay.clock_tolerance_seconds
    return Rulebook(
        name=overlay.name,
        version=overlay.version,
        clock_tolerance_seconds=base.clock_tolerance_seconds if tolerance is None else tolerance,
        rules=(
            *(over.get(rule.id, rule) for rule in base.rules),
            *(rule for rule in overlay.rules if rule.id not in known),
        ),
        base=Base(name=base.name, version=base.version, sha256=digest(base)),
        agencies=(*base.agencies, *overlay.agencies),
    )


def _twice(document: Document, overlay: Overlay) -> Iterator[Problem]:
    ids = [rule.id for rule in overlay.rules]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            yield document.problem(("rules", index, "id"), "id", f"{id!r} is the id of a rule above", "keep one")


def _problem(document: Document, overlay: Overlay, base: Rulebook, one: Loosening) -> Problem:
    what = f"{one.rule}: {one.what}" if one.rule else one.what
    loc: Loc = (one.field,)
    if one.rule:
        index = next(index for index, rule in enumerate(overlay.rules) if rule.id == one.rule)
        loc = ("rules", index, one.field or "id")
    return document.problem(
        loc, "looser", f"{what} ({base.name}@{base.version})", f"an overlay only tightens: {one.hint}"
    )
