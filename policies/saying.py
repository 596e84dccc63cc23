"""Texts of a strategy that a rulebook's rules of wording forbid: found before it is published, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.calendar import bank_date
from domain.wording import Objection, Text, against, banned
from policies.loader import templates_of_stages
from policies.located import Document, Loc, Problem
from policies.treating import ways_of
from policies.wording import FIELD_OF, FIELDS, LANGUAGES, PARTS, Wording, own_words
from schemas.contact import TASKS, Channel, Purpose
from schemas.loan import Language
from schemas.policy import Strategy
from schemas.rulebook import Rulebook, WordingRule

_SAMPLE = {field: f"<{field}>" for field in FIELDS}
"""What stands for the fields of a template: it is none of the words that anybody bans."""


def wording_problems(
    document: Document, strategy: Strategy, rulebook: Rulebook, on: datetime, wording: Wording
) -> Iterator[Problem]:
    """What the rules that are in force at `on` (aware), or will be, have against the strategy's texts, each at the place in
    the strategy that names the text. `wording` has them all."""
    today = bank_date(on, strategy.bank_zone)
    rules = [
        rule
        for rule in rulebook.rules
        if isinstance(rule, WordingRule) and (rule.effective_until is None or rule.effective_until >= today)
    ]
    for loc, code, channel, purposes in _templates(strategy):
        for language in LANGUAGES:
            found = {
                one: None
                for rule in rules
                for purpose in purposes
                for one in against(sample(wording, code, channel, purpose, language), rule)
            }
            where = wording.place(language, "templates", code, "text")
            what = f"template {code!r} in {language} ({where})"
            yield from (_problem(document, loc, what, one, _mended(one, rules, language)) for one in found)
    for name, treatment in strategy.treatments.items():
        for part in PARTS:
            for index, code in enumerate(getattr(treatment, part)):
                for language in LANGUAGES:
                    where = f"{code!r} in {language} ({wording.place(language, part, code)})"
                    line = wording.brief(part, [code], language)[0]
                    found = {one: None for rule in rules for one in _banned_in_a_brief(line, language, rule)}
                    loc = ("treatments", name, part, index)
                    yield from (_problem(document, loc, where, one, "say it otherwise") for one in found)


def _templates(strategy: Strategy) -> Iterator[tuple[Loc, str, Channel, tuple[Purpose, ...]]]:
    for name, treatment in strategy.treatments.items():
        for index, rung in enumerate(treatment.ladder):
            for at, way in ways_of(("treatments", name, "ladder", index), rung):
                yield (*at, "template"), way.template, way.channel, (rung.purpose,)
    yield from templates_of_stages(strategy)


def sample(wording: Wording, code: str, channel: Channel, purpose: Purpose, language: Language) -> Text:
    """The text of a template with marks in the places of its fields. Raises LookupError for an unknown code."""
    words = wording.render(code, language, _SAMPLE)
    own = own_words(_SAMPLE, wording.opt_out(channel, language))
    return Text(channel, purpose, language, words, own)


def _banned_in_a_brief(line: str, language: Language, rule: WordingRule) -> Iterator[Objection]:
    """Lines of a brief go to people, whatever the task is for."""
    for channel in TASKS:
        for purpose in rule.purposes or ("dunning",):
            yield from banned(Text(channel, purpose, language, line, {}), rule)


def _mended(one: Objection, rules: list[WordingRule], language: Language) -> str:
    if one.lacks is None:
        return "say it otherwise"
    if one.lacks in FIELD_OF:
        return f"write ${{{FIELD_OF[one.lacks]}}}, or name another template"
    required = (each for rule in rules if rule.id == one.rule for each in rule.required if each.element == one.lacks)
    return f"write one of: {', '.join(phrase for each in required for phrase in each.phrases[language])}"


def _problem(document: Document, loc: Loc, text: str, one: Objection, hint: str) -> Problem:
    what = f"says {one.bans!r}, which {one.rule} bans" if one.bans else f"lacks what {one.rule} requires: {one.lacks}"
    return document.problem(loc, "wording", f"{text} {what}", hint)
