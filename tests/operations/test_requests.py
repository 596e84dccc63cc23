"""What comes in to start a case: ids that give a person away are refused, and errors name places, never values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from operations.errors import UsageError
from operations.requests import read_case, read_file
from rows.disguises import looks_personal


def given(**changes: Any) -> str:
    """The JSON of a good case, changed."""
    party = {"party_id": "P-1", "contact_points": [{"contact_point_id": "P-1:phone", "kind": "phone"}]}
    case = {"loan_id": "LN-1", "borrower_id": "B-1", "overdue_since": "2026-11-01", "parties": [party]}
    return json.dumps(case | changes)


def test_a_case_is_parted_into_ids_and_personal_data() -> None:
    """The request that goes on holds no name and no number."""
    people = [{"party_id": "P-1", "name": "赵子虚", "points": [{"contact_point_id": "P-1:phone", "value": "+86 100"}]}]
    case = read_case(given(personal=people), "case.json")
    assert case.personal[0].points[0].value == "+86 100"
    assert "赵子虚" not in case.request().model_dump_json()
    assert set(case.request().model_dump()) == set(type(case.request()).model_fields)


def test_options_stand_over_the_file() -> None:
    """What is given on the command line counts."""
    case = read_case(given(policy="old"), "case.json", {"policy": "default@1", "product": "credit_card"})
    assert (case.policy, case.product) == ("default@1", "credit_card")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("11010519491231002X", "a national id"),
        ("loan-11010519491231002X", "a national id"),
        ("110105-19491231-0021", "a national id"),
        ("13800138000", "a mobile number"),
        ("8613800138000", "a mobile number"),
        ("B:138-0013-8000", None),
        ("138-0013-8000", "a mobile number"),
        ("cust_19912345678", "a mobile number"),
        ("LN-00001", None),
        ("202611220000000001", None),  # 18 digits, but no date of birth in their midst
        ("6222020200112233445", None),  # 19 digits: an account number
        ("12800138000", None),
        ("138001380001", None),
    ],
)
def test_ids_that_give_a_person_away_are_known(value: str, what: str | None) -> None:
    """National ids by their date of birth, mobiles by their first digits; what merely is a long number passes."""
    assert looks_personal(value) == what


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"loan_id": "13800138000"}, "loan_id"),
        ({"borrower_id": "11010519491231002X"}, "borrower_id"),
        ({"credit_authorisation": "13800138000"}, "credit_authorisation"),
        ({"parties": [{"party_id": "13800138000"}]}, "parties.0.party_id"),
        (
            {"parties": [{"party_id": "P", "contact_points": [{"contact_point_id": "13800138000", "kind": "phone"}]}]},
            "parties.0.contact_points.0.contact_point_id",
        ),
    ],
)
def test_a_personal_id_is_refused_by_place(changes: dict[str, Any], place: str) -> None:
    """The error says where and how to mend it, and does not repeat the number."""
    with pytest.raises(UsageError) as refused:
        read_case(given(**changes), "case.json")
    assert str(refused.value).startswith(f"{place} looks like ")
    assert "13800138000" not in str(refused.value)
    assert "11010519491231002X" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON at line 1, column 2"),
        ("[]", "one JSON object is expected"),
        (given(loan_id="张三"), "loan_id: a loan's id is expected"),
        (given(national_id="11010519491231002X"), "national_id: is no field here"),
        (given(overdue_since="soon"), "overdue_since"),
        (given(parties=[]), "parties"),
        (given(personal=[{"party_id": "P-2", "name": "钱乌有"}]), "personal.0.party_id P-2 is no party"),
        (
            given(personal=[{"party_id": "P-1", "name": "x", "points": [{"contact_point_id": "Q", "value": "1"}]}]),
            "Q is no contact point of P-1",
        ),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(text: str, said: str) -> None:
    """A mistake in personal data must not end in a terminal's history."""
    with pytest.raises(UsageError) as refused:
        read_case(text, "case.json")
    assert str(refused.value).startswith("case.json: ")
    assert said in str(refused.value)
    for value in ("张三", "钱乌有", "11010519491231002X"):
        assert value not in str(refused.value)


def test_a_case_is_one_object_with_each_name_once() -> None:
    """Of a name given twice the second would count without a word; the name is shown only if it looks like ours."""
    with pytest.raises(UsageError, match=r"case.json: loan_id is given twice"):
        read_case('{"loan_id": "LN-1", "loan_id": "LN-2"}', "case.json")
    with pytest.raises(UsageError, match=r"case.json: a field is given twice") as refused:
        read_case('{"parties": [{"赵子虚": 1, "赵子虚": 2}]}', "case.json")
    assert "赵子虚" not in str(refused.value)
    with pytest.raises(UsageError, match=r"case.json is empty: one JSON object"):
        read_case(" \n", "case.json")


def test_a_file_as_windows_writes_it_is_read(tmp_path: Path) -> None:
    """With a byte order mark before the first brace."""
    path = tmp_path / "case.json"
    path.write_bytes(b"\xef\xbb\xbf" + given().encode())
    assert read_file(path).loan_id == "LN-1"


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        ([{"party_id": "B-1", "zone": "Mars/Olympus"}], r"parties\.0\.zone: give an IANA time zone"),
        ([{"party_id": "B-1"}, {"party_id": "B-1"}], r"parties\.1\.party_id B-1 stands there twice"),
    ],
)
def test_parties_that_could_never_be_reached_as_meant_are_refused(parties: list[dict[str, str]], said: str) -> None:
    """A zone that there is none of would keep everything back, without a word."""
    with pytest.raises(UsageError, match=said):
        read_case(given(parties=parties), "case.json")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"currency": "usd"}, "currency: a currency of three capitals is expected"),
        ({"currency": "RMB"}, "currency RMB is none of ISO 4217: give the loan's own, such as CNY"),
        ({"loan_id": "LN 1"}, "loan_id: a loan's id is expected: up to 64"),
        ({"borrower_id": "B 1"}, "borrower_id: an id is expected: up to 80"),
        ({"overdue_sinse": "2026-11-01"}, "overdue_sinse: is no field here"),
        ({"overdue_since": "20.11.2026"}, "overdue_since: a date such as 2026-11-20 is expected"),
        ({"opens_at": "2026-11-20T09:30:00"}, "opens_at: a time with its zone such as 2026-11-20T09:30:00"),
    ],
)
def test_what_is_expected_is_said_in_words(changes: dict[str, Any], said: str) -> None:
    """A regular expression tells nobody how to mend an id."""
    with pytest.raises(UsageError, match=said):
        read_case(given(**changes), "case.json")
