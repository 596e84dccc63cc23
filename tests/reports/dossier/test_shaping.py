"""Contacts and money put together from facts, also where some of them lack or come in another order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.dossier.contacts import Fate, contacts
from reports.dossier.money import movements
from schemas.facts import (
    AttemptRefused,
    AttemptReleased,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    AttemptUnknown,
    Fact,
    PaymentPosted,
    PaymentReversed,
    TaskCalledOff,
)
from schemas.ledger import RecordedFact
from tests.domain.casework import NOON
from tests.operations.kinds import PROPOSAL, VERDICT
from tests.operations.storywork import recorded
from tests.reports.dossier.living import eventful

RESERVED = AttemptReserved.model_validate({"proposal": PROPOSAL, "verdict": VERDICT})
REFUSED = AttemptRefused.model_validate({"proposal": PROPOSAL, "verdict": {"verdict": "defer", "rulebook": "0" * 64}})
SENDING, SENT = AttemptSending(attempt="L1:1"), AttemptSent(attempt="L1:1", gateway_reference="msg-1")
UNKNOWN, RELEASED = AttemptUnknown(attempt="L1:1", code="timeout"), AttemptReleased(attempt="L1:1", code="paid")
FACTS = eventful().facts


def told(*bodies: Fact) -> list[RecordedFact]:
    """Facts in a row."""
    return [recorded(body, seq) for seq, body in enumerate(bodies, start=1)]


@pytest.mark.parametrize(
    ("bodies", "fate"),
    [
        ([RESERVED], "reserved"),
        ([RESERVED, SENDING], "unknown"),
        ([RESERVED, SENDING, SENT], "out"),
        ([RESERVED, SENDING, UNKNOWN], "unknown"),
        ([RESERVED, SENDING, UNKNOWN, SENT], "out"),
        ([RESERVED, RELEASED], "given_up"),
        ([RESERVED, SENDING, RELEASED, SENT], "out"),
        ([RESERVED, SENDING, SENT, TaskCalledOff(attempt="L1:1", code="paid")], "called_off"),
        ([RESERVED, SENDING, SENT, TaskCalledOff(attempt="L1:1", code="paid", too_late=True)], "out"),
        ([RESERVED, SENDING, AttemptSent(attempt="L1:1", shadow=True)], "shadow"),
        ([REFUSED], "refused"),
        ([SENT], "out"),
    ],
)
def test_a_contact_has_the_fate_that_its_facts_tell(bodies: list[Fact], fate: Fate) -> None:
    """What went out went out, whatever was said before; without its reservation it is told all the same."""
    (contact,) = contacts(told(*bodies)).made
    assert (contact.fate, contact.seqs) == (fate, list(range(1, len(bodies) + 1)))


def test_contacts_are_counted_by_channel_and_refusals_by_rule() -> None:
    """Two rules that refuse one contact count it once each."""
    found = contacts(FACTS)
    assert found.by_channel["sms"]["refused"] == 2
    rules = {rule: dict(kinds) for (_, rule), kinds in found.by_rule.items()}
    assert rules == {"CN.HOURS": {"defer": 1}, "HOUSE.OPT_OUT": {"block": 1}, "HOUSE.STOP_ALL": {"block": 1}}
    assert [came.seq for came in found.came_in] == [20, 21]


def test_money_is_listed_once_with_all_that_tells_of_it() -> None:
    """A payment that was signalled and then read with the account is one."""
    paid, back, waived = movements(FACTS)
    assert (paid.reference, back.reverses, back.amount) == ("PAY-1", "PAY-1", Decimal("500.00"))
    assert waived.kind == "waiver"
    assert len(paid.seqs) > 2


def test_a_reversal_of_what_nobody_told_has_no_amount() -> None:
    """It is not made up."""
    (back,) = movements(told(PaymentReversed(reference="R", reverses="P", value_date=NOON.date())))
    assert back.amount is None
    late = PaymentPosted(reference="P", amount=Decimal(7), currency="CNY", value_date=NOON.date())
    both = movements(told(PaymentReversed(reference="R", reverses="P", value_date=NOON.date()), late))
    assert [item.amount for item in both] == [7, 7]


@given(st.sets(st.sampled_from(range(len(FACTS)))))
def test_facts_that_lack_change_nothing_of_the_others(lacking: set[int]) -> None:
    """Each fact that is there is told once, by one contact or as having come in."""
    there = [fact for place, fact in enumerate(FACTS) if place not in lacking]
    found = contacts(there)
    seqs = [seq for contact in found.made for seq in contact.seqs] + [came.seq for came in found.came_in]
    assert len(seqs) == len(set(seqs))
    assert set(seqs) <= {fact.seq for fact in there}
    assert movements(there) == sorted(movements(there), key=lambda item: (item.value_date, item.reference))
