"""What comes in to start a case: read, checked, and its personal part kept apart from its ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.admission import faults_of_shape
from ledger.personal import PersonalRecord
from operations.errors import UsageError
from rows.disguises import looks_personal
from schemas.base import Code, Currency, Identifier, LoanId
from schemas.loan import CollectionRequest


def _pattern(form: object) -> str:
    """The regular expression of an annotated text."""
    (constraints,) = get_args(form)[1:]
    return str(constraints.pattern)


class CaseFile(CollectionRequest):
    """A `CollectionRequest`, with names and addresses of its parties in a part of their own, `personal`."""

    personal: tuple[PersonalRecord, ...] = ()

    def request(self) -> CollectionRequest:
        """The request alone: ids and codes."""
        return CollectionRequest(**{name: getattr(self, name) for name in CollectionRequest.model_fields})


def read_case(text: str | None, where: str, changes: Mapping[str, Any] | None = None) -> CaseFile:
    """The case in a JSON text, `changes` laid over it; `where` names the text in errors. Raises UsageError."""
    fields = (_object(text, where) if text is not None else {}) | dict(changes or {})
    try:
        case = CaseFile.model_validate_json(json.dumps(fields, default=str))
    except ValidationError as error:
        raise UsageError(f"{where}: not a case. {'; '.join(places(error))}. See docs/integration.md") from None
    check_ids(case)
    if wrong := faults_of_shape(case):
        raise UsageError(f"{where}: {'; '.join(wrong)}")
    _check_personal(case, where)
    return case


def read_file(path: Path, changes: Mapping[str, Any] | None = None) -> CaseFile:
    """The case in the file at `path`. Raises UsageError."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # as Windows writes it
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"cannot read {path}: {reason}") from None
    return read_case(text, str(path), changes)


def _object(text: str, where: str) -> dict[str, Any]:
    if not text.strip():
        raise UsageError(f"{where} is empty: one JSON object is expected, see docs/integration.md")
    try:
        fields = json.loads(text, object_pairs_hook=_once)
    except _GivenTwice as twice:
        raise UsageError(f"{where}: {twice} is given twice in one object; keep one") from None
    except ValueError as error:
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "text"
        raise UsageError(f"{where}: not JSON at {place}") from None
    if not isinstance(fields, dict):
        raise UsageError(f"{where}: one JSON object is expected, see docs/integration.md")
    return cast(dict[str, Any], fields)


class _GivenTwice(Exception):
    """A name that stands twice in an object: which of the two was meant, nobody knows."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise _GivenTwice(name if re.fullmatch(r"[a-z_]{1,40}", name) else "a field")
    return dict(pairs)


def places(error: ValidationError) -> Iterator[str]:
    """Where a model was not met, and how; never the value, which may be personal."""
    for item in error.errors(include_url=False, include_input=False):
        yield f"{'.'.join(map(str, item['loc'])) or 'object'}: {_said(item)}"


_EXPECTED = {
    "missing": "is missing",
    "extra_forbidden": "is no field here",
    "decimal_parsing": "an amount such as 1234.56 is expected",
    "finite_number": "an amount such as 1234.56 is expected",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "a date such as 2026-11-20 is expected",
    ),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"),
        "a time with its zone such as 2026-11-20T09:30:00+08:00 is expected",
    ),
}
"""What is said of a kind of error, where it is plainer than the library's own words."""
_FORMS = {
    _pattern(Identifier): "an id is expected: up to 80 letters, digits and . _ : -, the first a letter or digit",
    _pattern(LoanId): "a loan's id is expected: up to 64 letters, digits and . _ : -, the first a letter or digit",
    _pattern(Code): "a code is expected: small letters, digits and _ . -, such as borrower_request",
    _pattern(Currency): "a currency of three capitals is expected (ISO 4217), such as CNY",
}
"""What a pattern asks for, in words."""


def _said(item: ErrorDetails) -> str:
    form = _FORMS.get(item.get("ctx", {}).get("pattern", ""))
    return form or _EXPECTED.get(item["type"], item["msg"])


def check_ids(request: CollectionRequest) -> None:
    """Raise UsageError if an id of the request looks like a national id or a mobile number.

    Ids travel in the clear: workflow ids, search attributes and logs hold them.
    """
    for where, value in _ids(request):
        check_id(where, value)


def check_id(where: str, value: str) -> None:
    """The same for one id; `where` names it in the error, which does not repeat the value."""
    looks = looks_personal(value)
    if looks:
        raise UsageError(
            f"{where} looks like {looks}. Ids travel in the clear (workflow ids, search attributes, logs): "
            "give an id of your own instead, and put the number itself under `personal`"
        )


def _ids(request: CollectionRequest) -> Iterator[tuple[str, str]]:
    yield "loan_id", request.loan_id
    yield "borrower_id", request.borrower_id
    if request.credit_authorisation:
        yield "credit_authorisation", request.credit_authorisation
    for index, party in enumerate(request.parties):
        yield f"parties.{index}.party_id", party.party_id
        for number, point in enumerate(party.contact_points):
            yield f"parties.{index}.contact_points.{number}.contact_point_id", point.contact_point_id


def _check_personal(case: CaseFile, where: str) -> None:
    """A record for an id that the request does not name would overwrite some other person's."""
    parties = {party.party_id: {p.contact_point_id for p in party.contact_points} for party in case.parties}
    for index, record in enumerate(case.personal):
        if record.party_id not in parties:
            raise UsageError(f"{where}: personal.{index}.party_id {record.party_id} is no party of this request")
        strangers = _strangers(record, parties[record.party_id])
        if strangers:
            raise UsageError(
                f"{where}: personal.{index}: {', '.join(strangers)} is no contact point of {record.party_id}; "
                "add it to the party's contact_points too"
            )


def _strangers(record: PersonalRecord, known: Iterable[str]) -> list[str]:
    return sorted({point.contact_point_id for point in record.points} - set(known))
