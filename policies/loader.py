"""Reads strategy files and rulebooks into their models, with errors that name the line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policies.assessing import assessment_problems, with_scorecards
from policies.located import Document, PolicyError, Problem, read
from policies.overlaying import is_overlay, laid_over
from policies.treating import treating_problems
from policies.wording import Wording, load_templates, render
from schemas.contact import Channel, Purpose
from schemas.policy import Strategy
from schemas.rulebook import Rulebook, TimedRule

__all__ = [
    "PolicyError",
    "Problem",
    "is_rulebook",
    "load_rulebook",
    "load_strategy",
    "load_templates",
    "render",
    "rulebook_names",
    "shipped",
]

HERE = Path(__file__).parent


def load_strategy(path: Path | str, wording: Wording | None = None) -> Strategy:
    """The strategy in the file at `path`, the scorecards that it names in their places.

    Its templates must be in `wording`, by default the shipped texts.
    Raises PolicyError naming file, line, column, the rule broken and how to mend it.
    """
    return load_located(path, wording)[1]


def load_located(path: Path | str, wording: Wording | None = None) -> tuple[Document, Strategy]:
    """The same, with the file's document, which knows where each field stands."""
    document = read(Path(path))
    problems = with_scorecards(document, Path(path).parent)
    if problems:
        raise PolicyError(problems)
    strategy = document.validate(Strategy)
    problems = _strategy_problems(document, strategy, wording or load_templates())
    if problems:
        raise PolicyError(problems)
    return document, strategy


def load_rulebook(path: Path | str) -> Rulebook:
    """The rulebook in the file at `path`; of one that overlays a shipped book, both together.

    Raises PolicyError as `load_strategy` does, and for a rule that is laxer than the one of the base that it replaces.
    """
    return _rulebook(Path(path), rulebook_names())


def rulebook_names() -> list[str]:
    """The rulebooks that come with Arrears."""
    return sorted(path.stem for path in (HERE / "rulebooks").glob("*.yaml"))


def is_rulebook(path: Path | str) -> bool:
    """Whether the file at `path` has rules of conduct, and so is no strategy. Raises PolicyError if it cannot be read."""
    data = read(Path(path)).data
    return isinstance(data, dict) and "rules" in data


def _rulebook(path: Path, beneath: Sequence[str]) -> Rulebook:
    """`beneath`: the names that a base may still have, so that no book lies over itself."""
    document = read(path)
    if is_overlay(document):
        left = [name for name in beneath if path != _shipped(name)]
        book = laid_over(document, left, lambda name: _rulebook(_shipped(name), left))
    else:
        book = document.validate(Rulebook)
        if book.base is not None:
            message = "is filled in where an overlay is read"
            raise PolicyError([document.problem(("base",), "base", message, "name the base as `overlays: NAME`")])
    problems = _rulebook_problems(document, book)
    if problems:
        raise PolicyError(problems)
    return book


def _shipped(name: str) -> Path:
    return HERE / "rulebooks" / f"{name}.yaml"


def shipped() -> tuple[tuple[Strategy, ...], tuple[Rulebook, ...]]:
    """The strategies and rulebooks that come with Arrears, each sorted by file name."""
    strategies = tuple(load_strategy(path) for path in sorted(HERE.glob("*.yaml")))
    rulebooks = tuple(load_rulebook(path) for path in sorted((HERE / "rulebooks").glob("*.yaml")))
    return strategies, rulebooks


def _strategy_problems(document: Document, strategy: Strategy, wording: Wording) -> list[Problem]:
    problems = document.too_large(strategy)
    limits = strategy.thresholds
    if limits.ignore_arrears < 0 or limits.ignore_arrears >= limits.high_arrears:
        hint = "keep 0 <= ignore_arrears < high_arrears"
        loc = ("thresholds", "ignore_arrears")
        problems.append(document.problem(loc, "thresholds", "is negative or not below high_arrears", hint))
    if limits.medium_dpd >= limits.high_dpd:
        loc = ("thresholds", "medium_dpd")
        problems.append(document.problem(loc, "thresholds", "is not below high_dpd", "keep medium_dpd < high_dpd"))
    problems += treating_problems(document, strategy, wording)
    if strategy.assessment:
        problems += assessment_problems(document, strategy.assessment)
    for loc, template, channel, _ in templates_of_stages(strategy):
        for message, hint in wording.objections(template, channel):
            problems.append(document.problem(loc, "template", message, hint))
    return problems


def templates_of_stages(strategy: Strategy) -> list[tuple[tuple[str, ...], str, Channel, tuple[Purpose, ...]]]:
    """The texts that stages besides contact use, with their places in the file, and what they are sent for."""
    found: list[tuple[tuple[str, ...], str, Channel, tuple[Purpose, ...]]] = []
    if strategy.negotiation:
        asked: tuple[Purpose, ...] = ("dunning", "reply")
        found.append((("negotiation", "template"), strategy.negotiation.template, "human_call", asked))
    if strategy.negotiation and (reminder := strategy.negotiation.reminder):
        told: tuple[Purpose, ...] = ("reply",)
        found.append((("negotiation", "reminder", "template"), reminder.template, reminder.channel, told))
        if reminder.missed_template:
            loc = ("negotiation", "reminder", "missed_template")
            found.append((loc, reminder.missed_template, reminder.channel, told))
    if strategy.field_visit:
        found.append((("field_visit", "template"), strategy.field_visit.template, "visit", ("dunning",)))
    if suit := strategy.litigation:
        notice: tuple[Purpose, ...] = ("statutory_notice",)
        found.append((("litigation", "demand_template"), suit.demand_template, "letter", notice))
        found.append((("litigation", "acceleration_template"), suit.acceleration_template, "letter", notice))
    if watch := strategy.watch_reminder:
        found.append((("watch_reminder", "template"), watch.template, watch.channel, ("reply",)))
    if report := strategy.reporting:
        found.append((("reporting", "template"), report.template, report.channel, ("statutory_notice",)))
    return found


def _rulebook_problems(document: Document, book: Rulebook) -> list[Problem]:
    problems: list[Problem] = []
    rules = {rule.id: rule for rule in book.rules}
    for index, written in enumerate(document.data["rules"]):
        rule, loc = rules[written["id"]], ("rules", index)
        problems += document.too_large(rule, loc)
        if rule.effective_until is not None and rule.effective_until < rule.effective_from:
            at = (*loc, "effective_until")
            problems.append(document.problem(at, "dates", "is before effective_from", "it is the last day in force"))
        if isinstance(rule, TimedRule) and not rule.channels:
            at = (*loc, "channels")
            problems.append(document.problem(at, "channels", "binds no channel", "name at least one"))
    return problems
