"""YAML whose every error can say where it is: file, line, column, the rule broken, and how to mend it.

Only the plain part of YAML is read: mappings, lists, text, whole numbers, true, false, null. What other
readers turn into something surprising (08:00 into 480, 1.10 into 1.1, `no` into false) stays the text that
was written.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Loc = tuple[Hashable, ...]
Model = TypeVar("Model", bound=BaseModel)

_WRITTEN_AS = {
    time: (re.compile(r"\d\d:\d\d(:\d\d)?"), 'a time of day such as "08:00"'),
    date: (re.compile(r"\d{4}-\d\d-\d\d"), 'a date such as "2026-01-30"'),
}
_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


_MOST_DIGITS = 18
"""Of a whole number, its sign included: as many as an amount may have."""
_LARGEST = 10**6
"""Of what is counted: days, hours, contacts. A million days are the year 4763; reckoning with times ends at 9999."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file. `line` and `column` count from 1; `path` is the field, such as
    rules[0].open."""

    file: str
    line: int
    column: int
    path: str
    rule: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        what = f"{self.path}: {self.message}" if self.path else self.message
        return f"{where}: {what} [{self.rule}]" + (f"; {self.hint}" if self.hint else "")


class PolicyError(ValueError):
    """A file that cannot be used, with all that is wrong in it. Mend the lines it names."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _Plain(yaml.SafeLoader):
    """Resolves whole numbers, true, false and null; everything else unquoted is text."""


_Plain.yaml_implicit_resolvers = {}
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]*)$"), list("-0123456789"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])


class Document:
    """One YAML file: its data, and for each field the place where it stands."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.keys: dict[Loc, Node] = {}
        self.values: dict[Loc, Node] = {}
        self._problems: list[Problem] = []
        try:
            node = yaml.compose(text, Loader=_Plain)
        except yaml.YAMLError as error:
            raise PolicyError([self._syntax(error)]) from None
        except RecursionError:
            message, hint = "lists or fields lie too deep in each other", "close the brackets that are open"
            raise PolicyError([Problem(file, 1, 1, "", "yaml", message, hint)]) from None
        if node is None:
            raise PolicyError([Problem(file, 1, 1, "", "empty", "the file is empty", "write at least a name")])
        self._seen: set[int] = set()
        self.data = self._build(node, ())
        if self._problems:
            raise PolicyError(self._problems)

    def problem(self, loc: Loc, rule: str, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """A problem at the field `loc`; where the file has no such field, at the nearest one around it."""
        inside = self._inside(loc)
        node = self.keys.get(inside) if at_key else None
        mark = (node or self.values[inside]).start_mark
        path = path_of(inside if inside[-1:] == loc[-1:] else (*inside, loc[-1]))
        return Problem(self.file, mark.line + 1, mark.column + 1, path, rule, message, hint)

    def validate(self, model: type[Model]) -> Model:
        """The file as a `model`. Raises PolicyError with every problem pydantic finds, at its place."""
        self._check_written(_fields(model))
        if self._problems:
            raise PolicyError(self._problems)
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            # A list whose items are wrong is reported as too short as well: the items are the cause.
            errors = error.errors()
            causes = [
                item
                for item in errors
                if item["type"] != "too_short"
                or not any(other["loc"][:-1][: len(item["loc"])] == item["loc"] for other in errors)
            ]
            raise PolicyError([self._translated(item, model) for item in causes]) from None

    def too_large(self, read: BaseModel, at: Loc = ()) -> list[Problem]:
        """Counts in the model read from the field `at` that nobody can mean: a case that reckoned with them would fail."""
        found = [loc for loc, value in _counts(read, at) if abs(value) > _LARGEST]
        message, hint = f"is more than {_LARGEST}", "write a figure that can be meant"
        return [self.problem(loc, "too_large", message, hint) for loc in found]

    def _build(self, node: Node, loc: Loc) -> Any:
        self.values[loc] = node
        if isinstance(node, ScalarNode):
            return self._scalar(node, loc)
        if node.tag not in _COLLECTIONS:
            self._problems.append(self._tag(loc, node))
            return None
        if id(node) in self._seen:
            self._problems.append(self.problem(loc, "alias", "aliases are not read here", "write it out again"))
            return None
        self._seen.add(id(node))
        if isinstance(node, SequenceNode):
            return [self._build(item, (*loc, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            inside = (*loc, key)
            twice = key in built
            self.keys[inside] = key_node
            built[key] = self._build(value_node, inside)
            if twice:
                problem = self.problem(inside, "key_twice", f"{key!r} is given twice", "keep one", at_key=True)
                self._problems.append(problem)
        return built

    def _scalar(self, node: ScalarNode, loc: Loc) -> Any:
        match node.tag.rpartition(":")[2]:
            case "str":
                return node.value
            case "int" if len(node.value) > _MOST_DIGITS:
                self._problems.append(self.problem(loc, "too_large", "has more digits than any figure here", "mend it"))
                return None
            case "int":
                return int(node.value)
            case "bool":
                return node.value == "true"
            case "null":
                return None
            case _:
                self._problems.append(self._tag(loc, node))
                return None

    def _tag(self, loc: Loc, node: Node) -> Problem:
        return self.problem(loc, "tag", f"the tag {node.tag} is not read here", "leave the tag out; quote text")

    def _check_written(self, fields: dict[str, set[type]]) -> None:
        """Times and dates must stand in the file as such: pydantic would read 8 as eight seconds past
        midnight, UTC."""
        for loc, node in self.values.items():
            kinds = fields.get(str(loc[-1]), set()) if loc else set()
            if not isinstance(node, ScalarNode) or node.tag.endswith(":null"):
                continue
            for kind, (pattern, example) in _WRITTEN_AS.items():
                if kind in kinds and not pattern.fullmatch(node.value):
                    message = f"{node.value!r} is not {example}"
                    self._problems.append(self.problem(loc, "format", message, "write all digits, in quotes"))

    def _inside(self, loc: Loc) -> Loc:
        found: Loc = ()
        for part in loc:  # a part that is not in the file is the name of a union's member
            found = (*found, part) if (*found, part) in self.values else found
        return found

    def _translated(self, item: ErrorDetails, model: type[BaseModel]) -> Problem:
        loc, kind, message, hint = item["loc"], item["type"], item["msg"], ""
        at_key = kind == "extra_forbidden" or loc[-1:] == ("[key]",)
        if kind == "missing":
            message, hint = "is missing", "add it"
        else:
            loc = self._inside(loc)
        if kind == "extra_forbidden":
            message = "is no field here"
            hint = _nearest(str(loc[-1]), sorted(_fields(model)))
        elif kind in ("literal_error", "union_tag_invalid"):
            context = item.get("ctx", {})
            allowed = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags") or ""))
            given = str(context.get("tag", item["input"]))
            message, hint = f"{given!r} is none of {', '.join(allowed)}", _nearest(given, allowed)
            if kind == "union_tag_invalid":
                loc = self._inside((*loc, str(context["discriminator"]).strip("'")))
        elif kind == "string_type" and isinstance(item["input"], int):
            hint = f'put it in quotes: "{item["input"]}"'
        elif kind.startswith("decimal"):
            hint = 'write an amount as "1234.56"'
        elif kind == "model_type" and not loc:
            message, hint = "no fields are here", "begin with name: and version:"
        elif kind == "value_error":
            message = message.removeprefix("Value error, ")
        return self.problem(loc, kind, message, hint, at_key=at_key)

    def _syntax(self, error: yaml.YAMLError) -> Problem:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = getattr(error, "problem", None) or str(error)
        return Problem(self.file, line, column, "", "yaml", message, "look at indentation, quotes and colons")


def read(path: Path) -> Document:
    """The file at `path`. Raises PolicyError if it is not there, not UTF-8, or not the YAML that is read
    here."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PolicyError([Problem(str(path), 1, 1, "", "file", "no such file", "check the path")]) from None
    except UnicodeDecodeError as error:
        raise PolicyError([Problem(str(path), 1, 1, "", "file", str(error), "it must be UTF-8 text")]) from None
    except OSError as error:
        problem = Problem(str(path), 1, 1, "", "file", str(error.strerror), "name a file that can be read")
        raise PolicyError([problem]) from None
    return Document(str(path), text)


def path_of(loc: Loc) -> str:
    """The field as people write it, such as rules[0].open."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _nearest(given: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(given, allowed, n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _fields(annotation: Any) -> dict[str, set[type]]:
    """The names of all fields of a model and of the models inside it, each with the plain types it may
    have."""
    found: dict[str, set[type]] = {}
    inner = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = tuple(field.annotation for field in annotation.model_fields.values())
        for name, field in annotation.model_fields.items():
            types = {field.annotation, *get_args(field.annotation)}
            found[name] = {kind for kind in types if isinstance(kind, type)}
    for part in inner:
        for name, types in _fields(part).items():
            found[name] = found.get(name, set()) | types
    return found


def _counts(value: object, loc: Loc) -> Iterator[tuple[Loc, int]]:
    """The whole numbers in a model, each with its place; amounts are decimals, and bounded for themselves."""
    match value:
        case BaseModel():
            for name in type(value).model_fields:
                yield from _counts(getattr(value, name), (*loc, name))
        case Mapping():
            for name, item in value.items():
                yield from _counts(item, (*loc, name))
        case tuple() | list():
            for index, item in enumerate(value):
                yield from _counts(item, (*loc, index))
        case int():
            yield loc, value
        case _:
            return
