"""What must hold between the parts of a strategy file: every name is known, every treatment can be reached, ladders rise."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from policies.located import Document, Loc, Problem
from policies.wording import Wording
from schemas.policy import Strategy
from schemas.treatment import Rung, Treatment, Way

PLAIN = ("first_time", "repeated")
"""The treatments of a strategy without segments."""


def treating_problems(document: Document, strategy: Strategy, wording: Wording) -> Iterator[Problem]:
    """Everything wrong with segments, experiments and treatments, each at its place."""
    yield from _names(document, strategy)
    for name, treatment in strategy.treatments.items():
        yield from _ladder(document, name, treatment, wording)
        yield from _words(document, name, treatment, wording)
        yield from _rising(document, name, treatment)


def _names(document: Document, strategy: Strategy) -> Iterator[Problem]:
    used = used_treatments(strategy)
    if not strategy.segments:
        for name in PLAIN:
            if name not in strategy.treatments:
                hint = f"add treatments.{name} with grace_days, ladder and person_after_days, or write segments"
                yield document.problem(("treatments",), "segment", f"nothing for {name} borrowers", hint)
    for index, row in enumerate(strategy.segments):
        if row.treatment and row.treatment not in strategy.treatments:
            yield _unknown(document, ("segments", index, "treatment"), row.treatment, strategy.treatments)
        if row.experiment and row.experiment not in strategy.experiments:
            yield _unknown(document, ("segments", index, "experiment"), row.experiment, strategy.experiments)
    names = [row.segment for row in strategy.segments]
    for index, name in enumerate(names):
        if name in names[:index]:
            at = ("segments", index, "segment")
            yield document.problem(at, "segment", f"{name!r} is the name of a row above", "give each row its own name")
    for name, experiment in strategy.experiments.items():
        for index, arm in enumerate(experiment.arms):
            if arm.treatment not in strategy.treatments:
                loc = ("experiments", name, "arms", index, "treatment")
                yield _unknown(document, loc, arm.treatment, strategy.treatments)
        if name not in {row.experiment for row in strategy.segments}:
            yield document.problem(
                ("experiments", name), "experiment", "no segment takes part in it", "name it in a row", at_key=True
            )
    for name in strategy.treatments:
        if name not in used:
            near = difflib.get_close_matches(name, sorted(used), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "name it in a row of segments, or leave it out"
            yield document.problem(("treatments", name), "treatment", "nobody gets it", hint, at_key=True)


def used_treatments(strategy: Strategy) -> set[str]:
    """The names of the treatments that somebody can get."""
    if not strategy.segments:
        return set(PLAIN)
    direct = {row.treatment for row in strategy.segments if row.treatment}
    taken = [
        strategy.experiments[row.experiment] for row in strategy.segments if row.experiment in strategy.experiments
    ]
    return direct | {arm.treatment for experiment in taken for arm in experiment.arms}


def _unknown(document: Document, loc: Loc, name: str, known: Iterable[str]) -> Problem:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'none'}"
    return document.problem(loc, "name", f"nothing is called {name!r}", hint)


def _ladder(document: Document, name: str, treatment: Treatment, wording: Wording) -> Iterator[Problem]:
    before = 0
    for index, rung in enumerate(treatment.ladder):
        loc = ("treatments", name, "ladder", index)
        if rung.from_dpd < before:
            hint = f"put it at {before} or later, or move it up"
            yield document.problem((*loc, "from_dpd"), "ladder", "comes before the rung above it", hint)
        before = max(before, rung.from_dpd)
        for at, way in ways_of(loc, rung):
            for message, hint in wording.objections(way.template, way.channel):
                yield document.problem((*at, "template"), "template", message, hint)
            if treatment.channels and way.channel not in treatment.channels:
                message = f"{way.channel} is none of the treatment's channels: {', '.join(treatment.channels)}"
                hint = "add it there, or leave the rung out" if at == loc else "add it there, or leave it out here"
                yield document.problem((*at, "channel"), "channels", message, hint)
        if rung.alternatives and treatment.best_channel is None:
            message = "nothing chooses among them: without best_channel the rung always goes by its own channel"
            hint = "give the treatment best_channel, or leave them out"
            yield document.problem((*loc, "alternatives"), "alternatives", message, hint, at_key=True)
    if treatment.best_channel and not any(rung.alternatives for rung in treatment.ladder):
        loc, hint = ("treatments", name, "best_channel"), "give a rung alternatives, or leave it out"
        yield document.problem(loc, "alternatives", "no rung names another channel to choose", hint, at_key=True)


def ways_of(loc: Loc, rung: Rung) -> Iterator[tuple[Loc, Way]]:
    """Every way in which a rung at `loc` may be made, each with its own place in the file."""
    for number, way in enumerate(rung.ways):
        yield (loc if number == 0 else (*loc, "alternatives", number - 1)), way


def _words(document: Document, name: str, treatment: Treatment, wording: Wording) -> Iterator[Problem]:
    for index, code in enumerate(treatment.talking_points):
        for message, hint in wording.lacks("talking_points", code):
            yield document.problem(("treatments", name, "talking_points", index), "talking_point", message, hint)
    for index, code in enumerate(treatment.consequences):
        for message, hint in wording.lacks("consequences", code):
            yield document.problem(("treatments", name, "consequences", index), "consequence", message, hint)


def _rising(document: Document, name: str, treatment: Treatment) -> Iterator[Problem]:
    amounts = [row.from_amount for row in treatment.priorities]
    urgency = [row.priority for row in treatment.priorities]
    for index in range(1, len(amounts)):
        loc = ("treatments", name, "priorities", index)
        if amounts[index] <= amounts[index - 1]:
            hint = "write the rows from the smallest amount to the largest"
            yield document.problem((*loc, "from_amount"), "thresholds", "is not above the row before it", hint)
        if urgency[index] > urgency[index - 1]:
            hint = "1 is the most urgent"
            yield document.problem((*loc, "priority"), "thresholds", "more is owed and it is less urgent", hint)
