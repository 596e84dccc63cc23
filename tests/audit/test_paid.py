"""Contacts after payment, and promises judged again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.findings import Why
from audit.promises import Tolerance
from audit.records import Claim, Payment, Quote
from tests.audit.auditwork import audited, contact, moment, payment, promise


def quote(as_of: str = "03-02 06:00", next_due_on: date | None = None) -> Quote:
    return Quote("L-1", moment(as_of), Decimal("500.00"), "CNY", next_due_on)


@pytest.mark.parametrize(
    ("payments", "covered_at"),
    [
        ([payment("T1", "500.00", "03-02 09:00")], "03-02 09:00"),
        ([payment("T1", "300.00", "03-02 07:00"), payment("T2", "200.00", "03-02 09:00")], "03-02 09:00"),
        ([payment("T1", "499.99", "03-02 09:00")], None),
        ([payment("T1", "500.00", "03-02 10:00")], None),
        ([payment("T1", "500.00", "03-02 05:00")], None),  # the figure knows of it already
        ([payment("T1", "500.00", "03-02 09:00"), payment("T2", "500.00", "03-02 09:30", reverses="T1")], None),
        # What was paid before the figure was taken back after it: that much more is owed.
        (
            [
                payment("T0", "100.00", "03-01 09:00"),
                payment("T1", "500.00", "03-02 08:00"),
                payment("T2", "100.00", "03-02 09:00", reverses="T0"),
            ],
            None,
        ),
        # The reversal takes back the whole of it, once, whatever it says itself.
        (
            [
                payment("T0", "100.00", "03-01 09:00"),
                payment("T1", "600.00", "03-02 08:00"),
                payment("T2", "300.00", "03-02 09:00", reverses="T0"),
                payment("T3", "300.00", "03-02 09:30", reverses="T0"),
            ],
            "03-02 08:00",
        ),
        # A reversal that was told before its payment takes back nothing that was paid before the figure.
        (
            [
                payment("T1", "500.00", "03-02 08:00"),
                payment("T2", "100.00", "03-02 09:00", reverses="T3"),
                payment("T3", "100.00", "03-02 11:00"),
            ],
            "03-02 08:00",
        ),
    ],
)
def test_only_money_that_came_since_the_figure_and_stood_covers_it(payments: list[Payment], covered_at: str | None):
    """A call at ten, about 500.00 owed at six."""
    findings = audited(contact("03-02 10:00"), events=[], accounts=[quote()], payments=payments)
    expected = [moment(covered_at)] if covered_at else []
    assert [found.covered_at for found in findings.after_payment] == expected
    assert findings.after_payment_judged == 1


def test_of_two_figures_of_one_moment_the_one_that_proves_less_counts():
    """In whichever order the rows stand: the larger sum, and no word of the days that follow."""
    plain, next_month = quote(), quote(next_due_on=date(2026, 4, 1))
    larger = Quote("L-1", plain.as_of, Decimal("600.00"), "CNY")
    came = [payment("T1", "500.00", "03-02 09:00")]
    for accounts, at in (([plain, larger], "03-02 12:00"), ([plain, next_month], "03-05 12:00")):
        for told in (accounts, accounts[::-1]):
            assert audited(contact(at), payments=came, accounts=told).after_payment == []


def test_a_payment_taken_back_after_the_contact_is_told():
    """It stood when the contact was made."""
    payments = [payment("T1", "500.00", "03-02 09:00"), payment("T2", "500.00", "03-03 09:00", reverses="T1")]
    (found,) = audited(contact("03-02 10:30"), accounts=[quote()], payments=payments).after_payment
    assert [each.transaction_id for each in found.reversed_later] == ["T2"]
    assert found.delay == timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(("next_due_on", "found"), [(None, 0), (date(2026, 3, 3), 0), (date(2026, 3, 4), 1)])
def test_a_figure_of_an_earlier_day_holds_only_while_nothing_else_fell_due(next_due_on: date | None, found: int):
    """An instalment of the third is overdue on the fourth."""
    paid = [payment("T1", "500.00", "03-02 09:00")]
    findings = audited(contact("03-04 10:00"), accounts=[quote(next_due_on=next_due_on)], payments=paid)
    assert len(findings.after_payment) == found


@pytest.mark.parametrize(
    ("claim", "judged", "payments", "why"),
    [
        ("kept", "", [payment("T1", "600.00", "03-05 23:00")], None),
        ("kept", "", [payment("T1", "599.00", "03-06 23:00")], None),  # within the tolerance of both
        ("kept", "", [payment("T1", "598.99", "03-05 23:00")], "short"),
        ("kept", "", [payment("T1", "600.00", "03-07 00:00")], "late"),
        ("kept", "", [payment("T1", "600.00", "03-01 10:00")], "unpaid"),
        ("broken", "", [payment("T1", "600.00", "03-07 00:00")], None),
        ("broken", "03-08 09:00", [payment("T1", "600.00", "03-05 10:00")], "overlooked"),
        ("broken", "03-05 09:00", [payment("T1", "600.00", "03-05 10:00")], "too_early"),
        ("broken", "03-08 09:00", [payment("T1", "600.00", "03-09 10:00", "03-06")], "backdated"),
        ("broken", "03-08 09:00", [payment("T1", "600.00", "03-09 10:00", "03-07")], None),
        ("broken", "03-08 09:00", [payment("T1", "100.00", "03-03 10:00")], None),
        ("open", "", [payment("T1", "600.00", "03-05 10:00")], "left_open"),
    ],
)
def test_a_promise_is_judged_by_value_dates_and_within_its_tolerance(
    claim: Claim, judged: str, payments: list[Payment], why: Why | None
):
    """600.00 by the fifth, 1.00 less and a day later still keep it."""
    findings = audited(promises=[promise(claim, judged)], payments=payments, until="03-20 00:00")
    assert [found.why for found in findings.misjudged] == ([why] if why else [])


def test_a_promise_whose_time_is_not_over_is_not_judged():
    """What is not known of payments can still come."""
    claim, paid = promise("broken", "03-03 09:00"), [payment("T1", "1.00", "03-03 10:00")]
    findings = audited(promises=[claim], payments=paid)
    assert (findings.misjudged, findings.promises_open, findings.found) == ([], 1, False)


def test_a_wider_tolerance_keeps_more():
    """Both parts of it are the auditor's to choose."""
    paid = [payment("T1", "550.00", "03-08 10:00")]
    strict, wide = Tolerance(), Tolerance(Decimal(50), 3)
    found = [
        audited(promises=[promise("kept")], payments=paid, until="03-20 00:00", tolerance=t) for t in (strict, wide)
    ]
    assert [len(each.misjudged) for each in found] == [1, 0]
