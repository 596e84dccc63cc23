"""Signals become facts; what cannot be understood becomes a rejection that repeats nothing of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.feeds import fact_of
from schemas.facts import PaymentPosted, SignalRejected, VisitReported

NOW = datetime(2026, 3, 12, 4, tzinfo=UTC)
GOOD = {"reference": "P1", "amount": "120.50", "currency": "CNY", "value_date": "2026-03-11"}


def told(name: str, *values: Any) -> Any:
    """The fact that a signal with these arguments becomes, on a loan in CNY."""
    return fact_of(name, [json.dumps(v).encode() for v in values], "CNY", NOW, "run:1")


def test_a_payment_is_a_payment() -> None:
    """Its id is the payment system's, so twice is once."""
    fact = told("payment_posted", GOOD)
    assert fact.fact_id == "payment:P1"
    assert isinstance(fact.body, PaymentPosted)
    assert str(fact.body.amount) == "120.50"


@pytest.mark.parametrize(
    ("currency", "amount", "said"),
    [
        ("CNY", "120.501", "amount: in whole units of 0.01 CNY"),
        ("JPY", "120.5", "amount: in whole units of 1 JPY"),
        ("CNY", "120.500", None),
        ("KWD", "120.501", None),
    ],
)
def test_nobody_pays_a_part_of_a_cent(currency: str, amount: str, said: str | None) -> None:
    """An account could not book it: it would stand there rounded, and no two sums would agree. It is told, not rounded."""
    payment = GOOD | {"amount": amount, "currency": currency}
    fact = fact_of("payment_posted", [json.dumps(payment).encode()], currency, NOW, "run:1")
    assert fact is not None
    if said is None:
        assert isinstance(fact.body, PaymentPosted)
    else:
        assert isinstance(fact.body, SignalRejected)
        assert fact.body.errors == (said,)


def test_a_payment_with_fields_of_tomorrow_is_not_lost() -> None:
    """Feeds may say more than we know of."""
    assert told("payment_posted", GOOD | {"channel": "app"}).fact_id == "payment:P1"


def test_a_promise_at_the_door_may_say_more_too() -> None:
    """Nested fields of tomorrow are passed over; the amount is written as a string, as money always is."""
    promise = {"amount": "50.00", "due_on": "2026-03-15", "method": "transfer"}
    visit = {"attempt": "A1", "result": "promised", "staff": 2, "at": "2026-03-11T10:00:00Z", "promise": promise}
    body = told("visit_result", visit).body
    assert isinstance(body, VisitReported)
    assert body.promise
    assert str(body.promise.amount) == "50.00"
    assert isinstance(told("visit_result", visit | {"promise": promise | {"amount": 50.0}}).body, SignalRejected)


def test_a_recording_is_named_and_a_bad_name_of_it_loses_no_result() -> None:
    """The fact names where the call is kept; a feed that sends an address instead of an id is still heard."""
    result = {"attempt": "A1", "result": "answered", "at": "2026-03-11T10:00:00Z"}
    assert told("contact_result", result | {"recording": "REC-7"}).body.recording == "REC-7"
    for unfit in ("https://kept.example/7?tel=1", "", 7, None, ["REC-7"], "x" * 81):
        body = told("contact_result", result | {"recording": unfit}).body
        assert (body.result, body.recording) == ("answered", None)
    visit = {"attempt": "A1", "result": "met", "staff": 2, "at": "2026-03-11T10:00:00Z", "recording": "REC-8"}
    assert told("visit_result", visit).body.recording == "REC-8"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount": 120.5}, "amount: value_error"),
        ({"amount": "-1"}, "amount: greater_than"),
        ({"amount": "a lot"}, "amount: decimal_parsing"),
        ({"reference": ""}, "reference: string_pattern_mismatch"),
        ({"value_date": "yesterday"}, "value_date: date_from_datetime_parsing"),
        ({"currency": "USD"}, "currency: this loan is in CNY"),
        ({"posted_at": "2026-03-11T10:00:00"}, "posted_at: timezone_aware"),
        ({"posted_at": "0001-01-01T00:00:00+14:00"}, "posted_at: value_error"),
        ({"posted_at": "9999-12-31T23:59:59-14:00"}, "posted_at: value_error"),
        ({"value_date": "9999-12-31"}, "value_date: less_than_equal"),
        ({"amount": 120}, "amount: value_error"),
    ],
)
def test_a_malformed_payment_says_where_and_which_rule(change: dict[str, Any], error: str) -> None:
    """And nothing of what it contained."""
    fact = told("payment_posted", GOOD | change)
    assert isinstance(fact.body, SignalRejected)
    assert fact.body.errors == (error,)


@pytest.mark.parametrize("values", [(), (GOOD, GOOD), ("text",), (None,), ([1, 2],)])
def test_any_shape_of_arguments_is_survived(values: tuple[Any, ...]) -> None:
    """None, several, or no object at all."""
    assert isinstance(told("payment_posted", *values).body, SignalRejected)


def test_bytes_that_are_no_json_are_survived() -> None:
    """Some other encoding."""
    fact = fact_of("payment_reversed", [b"\x00\xff"], "CNY", NOW, "run:1")
    assert fact is not None
    assert isinstance(fact.body, SignalRejected)


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 5_000, b'"' + b"x" * 70_000 + b'"'])
def test_messages_that_would_break_a_parser_are_refused(data: bytes) -> None:
    """However deep or long: one message must not stop a case."""
    fact = fact_of("payment_posted", [data], "CNY", NOW, "run:1")
    assert fact is not None
    assert isinstance(fact.body, SignalRejected)


def test_a_nudge_carries_no_fact() -> None:
    """It says: look into the ledger."""
    assert told("borrower_changed", {"borrower_id": "B1"}) is None
    assert told("wake") is None


@given(st.text(), st.text())
def test_a_rejection_never_repeats_what_came(name: str, secret: str) -> None:
    """Neither the signal's name nor its content: both may hold anything."""
    token = f"§{secret}§"
    fact = told(name, {"reference": token, "phone": token})
    if fact is not None:
        assert token not in fact.model_dump_json()
