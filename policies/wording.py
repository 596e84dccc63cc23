"""What borrowers read and hear: templates by code and language, filled with named fields and nothing else.

A template holds `${field}` places. It can reach no attribute and run no code, and what fills it is never read
as a template again. Every field it may use is listed here; one that is missing or unknown is an error, not an
empty space.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Literal

from pydantic import Field

from policies.located import Document, PolicyError, Problem, read
from policies.several import OF_A_DEBT, OF_THE_HOUSE, SUMMING, Debt, DebtWording, summed
from schemas.base import Code, Submitted, added
from schemas.contact import Channel
from schemas.loan import Language
from schemas.policy import Strategy

FIELDS = frozenset(
    {"bank", "hotline", "amount", "balance", "currency", "days_past_due", "due_date", "demand_days", "appointment"}
    | {"agreed_amount", "agreed_on", "next_amount", "next_due_on"}
)
"""What the sender gives: the bank's name and its service line; the amount past due and the whole balance as text,
in `currency`; days past due; the due date of the oldest unpaid instalment; how many days a last demand gives;
when a visit takes place, on the borrower's clock; what is still to be paid of an agreed part, and its day;
what the next instalment of a cured loan is, and its day. The opt-out
line is no field: it comes with the channel."""

FIELD_OF = {"institution": "bank", "contact": "hotline", "opt_out": "opt_out"}
"""By element that a rule of wording may ask for (`schemas.rulebook.OWN_WORDS`): the place in a template that says it."""

Part = Literal["talking_points", "consequences"]
"""The parts of a file whose texts go into the briefs of collectors."""

_OPT_OUT = "opt_out"
PARTS: tuple[Part, ...] = ("talking_points", "consequences")
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


class MessageTemplate(Submitted):
    """One text: the channel it is written for, and the words. `several`: those that speak of several debts of one borrower
    at once; without it the text is about one debt, always."""

    channel: Channel
    text: str
    several: str | None = added(None)


class TemplateFile(Submitted):
    """All texts of one language. `opt_out` says, by channel, how the borrower can shut it."""

    language: Language
    opt_out: dict[Channel, str]
    debts: DebtWording | None = None
    """How a text for several debts tells each of them."""
    templates: dict[Code, MessageTemplate]
    talking_points: dict[Code, str] = Field(default_factory=dict)
    consequences: dict[Code, str] = Field(default_factory=dict)
    """Lines of a collector's brief. They have no fields."""


class Wording:
    """The texts of all languages, checked against each other: a code has the same channel and fields in
    each."""

    def __init__(self, files: Mapping[Language, TemplateFile], documents: Mapping[Language, Document]) -> None:
        self._files = dict(files)
        self._documents = dict(documents)

    @property
    def codes(self) -> tuple[str, ...]:
        """The template codes, sorted."""
        return tuple(sorted({code for file in self._files.values() for code in file.templates}))

    def opt_out(self, channel: Channel, language: Language) -> str:
        """How the borrower can shut `channel`; empty where it has no such line."""
        return self._files[language].opt_out.get(channel, "")

    def place(self, language: Language, *loc: str) -> str:
        """Where a text stands, as file:line."""
        document = self._documents[language]
        return f"{Path(document.file).name}:{document.values[loc].start_mark.line + 1}"

    @property
    def for_several(self) -> frozenset[str]:
        """The codes of the texts that can speak of several debts at once."""
        return frozenset(code for file in self._files.values() for code, text in file.templates.items() if text.several)

    def objections(self, code: str, channel: Channel) -> list[tuple[str, str]]:
        """Why `code` cannot be used on `channel`, each with how to mend it; empty if it can, in every
        language."""
        found: list[tuple[str, str]] = []
        for language, file in self._files.items():
            template = file.templates.get(code)
            if template is None:
                near = difflib.get_close_matches(code, list(file.templates), n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"add it to templates/{language}.yaml"
                found.append((f"there is no template {code!r} in {language}", hint))
            elif template.channel != channel:
                hint = f"write another for {channel}"
                found.append((f"template {code!r} in {language} is written for {template.channel}", hint))
        return found

    def lacks(self, part: Part, code: str) -> list[tuple[str, str]]:
        """Why `code` cannot stand in a brief, each with how to mend it; empty if every language has it."""
        found: list[tuple[str, str]] = []
        for language, file in self._files.items():
            texts: dict[str, str] = getattr(file, part)
            if code not in texts:
                near = difflib.get_close_matches(code, list(texts), n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"add it to {part} in templates/{language}.yaml"
                found.append((f"there is no text for {code!r} in {language}", hint))
        return found

    def digest(self, strategy: Strategy) -> str:
        """sha256 (hex) of every text that `strategy` says to anybody, in all languages."""
        rungs = [rung for treatment in strategy.treatments.values() for rung in treatment.ladder]
        codes = {way.template for rung in rungs for way in rung.ways}
        codes |= {part.template for part in (strategy.negotiation, strategy.field_visit) if part}
        if strategy.negotiation and (reminder := strategy.negotiation.reminder):
            codes |= {reminder.template, reminder.missed_template or reminder.template}
        if strategy.litigation:
            codes |= {strategy.litigation.demand_template, strategy.litigation.acceleration_template}
        if strategy.watch_reminder:
            codes.add(strategy.watch_reminder.template)
        if strategy.reporting:
            codes.add(strategy.reporting.template)
        briefs = {code for t in strategy.treatments.values() for code in (*t.talking_points, *t.consequences)}
        said = {
            language: [
                {code: text.model_dump() for code, text in file.templates.items() if code in codes},
                {code: text for part in PARTS for code, text in getattr(file, part).items() if code in briefs},
                file.opt_out,
                *([file.debts.model_dump()] if file.debts else []),
            ]
            for language, file in self._files.items()
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def brief(self, part: Part, codes: Sequence[str], language: Language) -> list[str]:
        """The texts of these codes. A code that has none any more is left out: a brief is not held up by it."""
        texts: dict[str, str] = getattr(self._files[language], part)
        return [texts[code] for code in codes if code in texts]

    def render(self, code: str, language: Language, fields: Mapping[str, str]) -> str:
        """The text of `code` in `language`. `fields` are of FIELDS, at least those that the text uses.

        Raises LookupError for an unknown code, ValueError for a field that is missing, unknown or empty.
        """
        template = self._template(code, language)
        return self._filled(code, language, template.channel, template.text, fields, FIELDS)

    def render_several(self, code: str, language: Language, fields: Mapping[str, str], debts: Sequence[Debt]) -> str:
        """The text of `code` for several debts, the first that of the case which sends it. `fields` as for one debt.

        Raises LookupError if there is none in `language`, ValueError as `render`.
        """
        template, wording = self._template(code, language), self._files[language].debts
        if template.several is None or wording is None:
            raise LookupError(f"template {code!r} in {language} has no text for several debts")
        given = {field: fields.get(field, "") for field in OF_THE_HOUSE}
        given |= summed(debts, wording, template.channel, given["currency"])
        return self._filled(code, language, template.channel, template.several, given, OF_THE_HOUSE | SUMMING)

    def _template(self, code: str, language: Language) -> MessageTemplate:
        template = self._files[language].templates.get(code)
        if template is None:
            raise LookupError(f"no template {code!r} in {language}; there are {', '.join(self.codes)}")
        return template

    def _filled(
        self,
        code: str,
        language: Language,
        channel: Channel,
        text: str,
        fields: Mapping[str, str],
        known: frozenset[str],
    ) -> str:
        unknown = sorted(set(fields) - known)
        missing = sorted(field for field in _places(text) - {_OPT_OUT} if not fields.get(field))
        if unknown or missing:
            what = "; ".join(
                f"{fault}: {', '.join(names)}"
                for fault, names in (("unknown", unknown), ("missing or empty", missing))
                if names
            )
            raise ValueError(f"fields of template {code!r} ({language}): {what}")
        return Template(text).substitute({**fields, _OPT_OUT: self.opt_out(channel, language)}).strip()


def own_words(fields: Mapping[str, str], opt_out: str) -> dict[str, str]:
    """By element, the words that the sender itself has: what these `fields` say, and the channel's `opt_out` line."""
    said = {**fields, _OPT_OUT: opt_out}
    return {element: said.get(field, "") for element, field in FIELD_OF.items()}


def render(template: str, language: Language, fields: Mapping[str, str]) -> str:
    """The shipped text of `template` in `language`, filled. Raises as `Wording.render`."""
    return load_templates().render(template, language, fields)


def render_several(template: str, language: Language, fields: Mapping[str, str], debts: Sequence[Debt]) -> str:
    """The shipped text of `template` for several debts. Raises as `Wording.render_several`."""
    return load_templates().render_several(template, language, fields, debts)


def brief(talking_points: Sequence[str], consequences: Sequence[str], language: Language) -> list[str]:
    """The lines that a strategy adds to a task's text: what to speak of, and what may be said to follow."""
    wording = load_templates()
    return [
        *wording.brief("talking_points", talking_points, language),
        *wording.brief("consequences", consequences, language),
    ]


@cache
def load_templates() -> Wording:
    """The shipped texts in all languages. Raises PolicyError."""
    return read_templates(Path(__file__).parent / "templates")


def read_templates(folder: Path) -> Wording:
    """The texts in `folder`, one file a language. Raises PolicyError with the place of each fault."""
    documents: dict[Language, Document] = {language: read(folder / f"{language}.yaml") for language in LANGUAGES}
    files: dict[Language, TemplateFile] = {
        language: document.validate(TemplateFile) for language, document in documents.items()
    }
    problems = [problem for language, document in documents.items() for problem in _problems(document, language, files)]
    if problems:
        raise PolicyError(problems)
    return Wording(files, documents)


def _problems(document: Document, language: Language, files: Mapping[Language, TemplateFile]) -> list[Problem]:
    problems: list[Problem] = []
    if files[language].language != language:
        problems.append(document.problem(("language",), "language", f"the file is named for {language}"))
    for code, template in files[language].templates.items():
        at = ("templates", code)
        problems += _faults(document, (*at, "text"), template.text, FIELDS, files[language], template.channel)
        if template.several is not None:
            known = OF_THE_HOUSE | SUMMING
            problems += _faults(document, (*at, "several"), template.several, known, files[language], template.channel)
            if files[language].debts is None:
                hint = "write debts.line and debts.between"
                problems.append(document.problem((*at, "several"), "debts", "nothing says how a debt is told", hint))
        for other, file in files.items():
            twin = file.templates.get(code)
            if twin is None or twin.channel != template.channel:
                what = "is missing" if twin is None else f"is for {twin.channel}"
                message = f"{code!r} {what} in {other}"
                problems.append(document.problem(at, "twin", message, "keep the languages alike"))
            elif template.several is not None and twin.several is None:
                message = f"{code!r} has no text for several debts in {other}"
                problems.append(document.problem((*at, "several"), "twin", message, "keep the languages alike"))
    if wording := files[language].debts:
        problems += _faults(document, ("debts", "line"), wording.line, OF_A_DEBT, files[language])
    for part in PARTS:
        for code in getattr(files[language], part):
            for other, file in files.items():
                if code not in getattr(file, part):
                    message = f"{code!r} is missing in {other}"
                    problems.append(document.problem((part, code), "twin", message, "keep the languages alike"))
    return problems


def _faults(
    document: Document,
    at: tuple[str, ...],
    text: str,
    known: frozenset[str],
    file: TemplateFile,
    channel: Channel | None = None,
) -> list[Problem]:
    """What is wrong with the places of one text, whose fields are `known`."""
    if not Template(text).is_valid():
        hint = "write $$ for a dollar sign and ${field} for a field"
        return [document.problem(at, "place", "has a $ that starts no field", hint)]
    problems: list[Problem] = []
    for place in sorted(_places(text) - known - ({_OPT_OUT} if channel else set())):
        near = difflib.get_close_matches(place, sorted(known), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
        problems.append(document.problem(at, "place", f"there is no field {place!r}", hint))
    if channel and _OPT_OUT in _places(text) and not file.opt_out.get(channel):
        problems.append(document.problem(at, "opt_out", f"no opt-out line for {channel}", f"write opt_out.{channel}"))
    return problems


def _places(text: str) -> frozenset[str]:
    return frozenset(Template(text).get_identifiers())
