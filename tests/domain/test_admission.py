"""What of a request to open a case cannot be, and what may."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from domain.admission import faults, faults_of_shape
from domain.money.currency import is_currency
from schemas.loan import CollectionRequest, Role

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


def asked(**changes: Any) -> CollectionRequest:
    fields = {
        "loan_id": "L-1",
        "borrower_id": "B-1",
        "overdue_since": date(2027, 2, 1),
        "parties": [{"party_id": "B-1"}],
    }
    return CollectionRequest.model_validate(fields | changes)


@pytest.mark.parametrize("currency", ["CNY", "USD", "EUR", "JPY", "KWD", "CLF", "XOF", "XCG"])
def test_what_may_be_is_admitted(currency: str) -> None:
    """Any currency of the list; a party without a zone, which is not reached and may be found; several parties."""
    parties = [{"party_id": f"P-{n}", "role": role} for n, role in enumerate(get_args(Role))]
    parties[1] |= {"zone": "Asia/Urumqi"}
    assert faults(asked(currency=currency, parties=parties), NOW) == ()


def test_a_loan_overdue_from_a_day_that_is_still_to_come_anywhere_is_told_so() -> None:
    """At half past nine in London the first of March has come everywhere, and the second to nobody; from ten on it has on
    Kiritimati. With `opens_at` its moment counts, but none that is past."""
    first, second = date(2027, 3, 1), date(2027, 3, 2)
    assert faults(asked(overdue_since=first), NOW) == ()
    (said,) = faults(asked(overdue_since=second), NOW)
    assert said.startswith("overdue_since 2027-03-02 is still to come: give the due date")
    assert faults(asked(overdue_since=second), NOW + timedelta(minutes=30)) == ()
    assert faults(asked(overdue_since=second, opens_at=NOW + timedelta(minutes=30)), NOW) == ()
    assert faults(asked(overdue_since=second, opens_at=NOW - timedelta(days=1)), NOW) == (said,)
    assert faults_of_shape(asked(overdue_since=second)) == ()


def test_every_fault_is_told_with_its_place() -> None:
    """At once: whoever mends the one hears of the others too."""
    parties = [{"party_id": "B-1", "zone": "Asia/Peking"}, {"party_id": "G-1"}, {"party_id": "G-1"}]
    wrong = faults(asked(currency="ABC", overdue_since=date(2030, 1, 1), parties=parties), NOW)
    assert [fault.split(":")[0] for fault in wrong] == [
        "overdue_since 2030-01-01 is still to come",
        "currency ABC is none of ISO 4217",
        "parties.0.zone",
        "parties.2.party_id G-1 stands there twice",
    ]


@pytest.mark.parametrize("code", ["RMB", "CNH", "XAU", "XTS", "XXX", "DEM", "cny", ""])
def test_no_loan_is_in_what_is_no_currency(code: str) -> None:
    """Names of the market, metals, codes for tests and for none, what was replaced, and what is no code."""
    assert not is_currency(code)
