"""The scorecards of a strategy: those that it names are put in its place when it is read, and all are checked.

`risk: card-behaviour` in a strategy stands for what is in scorecards/card-behaviour.yaml, beside the strategy or else among
those that come with Arrears. So the points are part of the strategy's digest, and of every case that is pinned to it.
"""

from __future__ import annotations

import difflib
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from policies.located import Document, Loc, PolicyError, Problem, read
from schemas.scorecard import Assessment, RiskCard, Scorecard

SHIPPED = Path(__file__).parent / "scorecards"

PROTECTED = frozenset(
    (
        *("sex", "gender", "male", "female", "man", "woman", "pregnancy", "pregnant"),
        *("age", "aged", "birth", "birthday", "born", "young", "old", "retired"),
        *("marriage", "married", "marital", "single", "divorced", "widowed", "spouse", "children", "family"),
        *("education", "school", "schooling", "degree", "university", "literacy"),
        *("ethnicity", "ethnic", "race", "racial", "nation", "nationality", "minority", "tribe", "hukou", "origin"),
        *("birthplace", "language", "accent", "surname", "name"),
        *("religion", "religious", "faith", "belief", "church", "party", "political", "union", "orientation"),
        *(
            "health",
            "illness",
            "disease",
            "disability",
            "disabled",
            "gene",
            "genetic",
            "blood",
            "fingerprint",
            "biometric",
        ),
    )
)
"""Words for who somebody is. No scorecard may count them: decisions that a machine makes must be fair and treat nobody
unreasonably otherwise (PIPL art. 24); religion, genes, fingerprints, blood, illness no credit data may hold (Regulation
on the Credit Reporting Industry, art. 14); the rest is the house's own rule."""

_FIGURES: dict[str, type[Scorecard]] = {
    "willingness": Scorecard,
    "ability": Scorecard,
    "contactability": Scorecard,
    "risk": RiskCard,
}


def load_scorecard(path: Path | str) -> RiskCard:
    """The risk scorecard in the file at `path`. Raises PolicyError naming file, line, column and how to mend it."""
    document = read(Path(path))
    return _checked(document, RiskCard)


def with_scorecards(document: Document, folder: Path) -> list[Problem]:
    """Put the scorecards that a strategy names in their places in `document`, and look for protected traits in its own.

    `folder` is the strategy's. Raises PolicyError for what is wrong in a scorecard's own file; answers what is wrong in the
    strategy.
    """
    part = document.data.get("assessment") if isinstance(document.data, dict) else None
    if not isinstance(part, dict):
        return []
    problems = _traits(document, part, ("assessment",))
    for figure, model in _FIGURES.items():
        name = part.get(figure)
        if isinstance(name, str):
            file = _file_of(name, folder)
            if file is None:
                problems.append(_unknown(document, ("assessment", figure), name, folder))
            else:
                named = read(file)
                _checked(named, model)
                part[figure] = named.data
    return problems


def assessment_problems(document: Document, assessment: Assessment) -> list[Problem]:
    """What a model cannot say by itself of a strategy's scorecards."""
    cards = {figure: getattr(assessment, figure) for figure in _FIGURES}
    return [p for figure, card in cards.items() if card for p in _card_problems(document, card, ("assessment", figure))]


def _checked(document: Document, model: type[Scorecard]) -> Any:
    problems = _traits(document, document.data, ())
    if problems:
        raise PolicyError(problems)
    card = document.validate(model)
    problems = _card_problems(document, card, ())
    if problems:
        raise PolicyError(problems)
    return card


def _card_problems(document: Document, card: Scorecard, loc: Loc) -> list[Problem]:
    problems: list[Problem] = []
    if card.medium_from >= card.high_from:
        hint = "keep medium_from < high_from"
        problems.append(document.problem((*loc, "medium_from"), "grades", "is not below high_from", hint))
    for measure, bands in card.bands.items():
        at = (*loc, "bands", measure)
        if not bands or bands[-1].below is not None:
            hint = "end with a band that has points and no `below`"
            problems.append(document.problem(at, "bands", "the last band leaves figures without points", hint))
        bounds = [band.below for band in bands[:-1]]
        if None in bounds:
            hint = "give every band but the last a `below`"
            problems.append(document.problem(at, "bands", "a band before the last has no `below`", hint))
        elif any(later <= earlier for earlier, later in pairwise(b.below for b in bands if b.below is not None)):
            problems.append(document.problem(at, "bands", "the bounds do not rise", "order the bands by `below`"))
    return problems


def _traits(document: Document, data: Any, loc: Loc) -> list[Problem]:
    if isinstance(data, list):
        return [p for index, item in enumerate(data) for p in _traits(document, item, (*loc, index))]
    if not isinstance(data, dict):
        return []
    problems: list[Problem] = []
    for key, value in data.items():
        inside = (*loc, key)
        trait = next((word for word in re.split(r"[^a-z]+", str(key).lower()) if word in PROTECTED), None)
        if trait:
            message = f"{trait!r} is a protected trait: nobody is assessed by it"
            hint = "take it out; docs/assessment.md lists what is never used"
            problems.append(document.problem(inside, "protected_trait", message, hint, at_key=True))
        problems += _traits(document, value, inside)
    return problems


def _file_of(name: str, folder: Path) -> Path | None:
    return next((file for file in (place / f"{name}.yaml" for place in _places(folder)) if file.is_file()), None)


def _places(folder: Path) -> tuple[Path, Path]:
    return folder / "scorecards", SHIPPED


def _unknown(document: Document, loc: Loc, name: str, folder: Path) -> Problem:
    known = sorted({file.stem for place in _places(folder) for file in place.glob("*.yaml")})
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
    return document.problem(loc, "scorecard", f"there is no scorecard {name!r}", hint)
