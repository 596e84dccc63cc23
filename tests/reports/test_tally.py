"""What a book's table counts, from facts: promises, waivers by who decided, complaints by their clocks, contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from operations import tallied
from policies.loader import shipped
from reports.lives import Life
from reports.tally import Tally, tally
from reports.waivers import Authority, Waived
from schemas.complaints import MoreTime
from schemas.contact import ContactProposal, Verdict
from schemas.covering import Cover
from schemas.facts import (
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    ApprovalRequested,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    ComplaintDecided,
    ComplaintExtended,
    ComplaintOpened,
    Fact,
    OfferMade,
    WaiverBooked,
    WaiverReversed,
)
from schemas.loan import Role
from schemas.policy import Strategy
from schemas.terms import Part, PromiseTerms, SettlementTerms, Share, Terms
from tests.domain import casework
from tests.domain.casework import NOON, whole_strategy

DAY = timedelta(days=1)
UNTIL = NOON + 300 * DAY
MIDNIGHT = datetime(2026, 3, 27, 16, tzinfo=UTC)
"""The end of the fifteenth day after that of `NOON`, at the bank."""


@lru_cache(maxsize=1)
def with_table() -> Strategy:
    """The shipped strategy for consumer loans: a table of authority, and reminders."""
    return next(s for s in shipped()[0] if s.name == "cn-consumer-loan")


def lived(*told: Fact | tuple[Fact, datetime], strategy: Strategy | None = None) -> Life:
    """A case to which these facts happened, a day apart or when they say."""
    made = casework.Life(strategy=strategy or with_table())
    for number, one in enumerate(told):
        body, at = one if isinstance(one, tuple) else (one, NOON + number * DAY)
        made.tell(body, at)
    life = Life("L1", casework.Case(loan_id="L1"))
    for fact in made.facts:
        life.read(fact)
    return life


def counted(*told: Fact | tuple[Fact, datetime], strategy: Strategy | None = None) -> Tally:
    """The tally of one such case."""
    return tally([lived(*told, strategy=strategy)], UNTIL)


def agreed(agreement: str, terms: Terms, offer: str | None = None) -> AgreementMade:
    """The borrower agrees."""
    return AgreementMade(
        agreement=agreement,
        terms=terms,
        terms_hash="0" * 64,
        channel="call",
        taken_by="collector-1",
        identity_verified=True,
        offer=offer,
    )


def promise(*amounts: str, **more: object) -> PromiseTerms:
    """So much on each of the next days."""
    parts = tuple(Part(amount=Decimal(amount), due_on=date(2026, 4, 1) + n * DAY) for n, amount in enumerate(amounts))
    return PromiseTerms.model_validate({"parts": parts} | more)


def settlement(waived: str) -> SettlementTerms:
    """2,000 paid, the rest waived."""
    return SettlementTerms(
        parts=(Part(amount=Decimal(2000), due_on=date(2026, 4, 1)),), waived=Decimal(waived), components=()
    )


def kept(agreement: str) -> AgreementKept:
    """All of it was paid."""
    return AgreementKept(agreement=agreement, paid=Decimal(2000), rule="agreement.kept", why="paid")


def broken(agreement: str, paid: str) -> AgreementBroken:
    """Not all of it was."""
    return AgreementBroken(
        agreement=agreement, due_on=date(2026, 4, 1), due=Decimal(500), paid=Decimal(paid), rule="r", why="w"
    )


# --- what was agreed -----------------------------------------------------------------------------------------------


def test_promises_kept_kept_in_part_and_broken():
    """And those in parts, and over several loans."""
    shares = (Share(loan_id="L1", amount=Decimal(500)), Share(loan_id="L2", amount=Decimal(80)))
    found = counted(
        agreed("p1", promise("500")),
        kept("p1"),
        agreed("p2", promise("200", "300")),
        broken("p2", "200"),
        agreed("p3", promise("500")),
        broken("p3", "0"),
        agreed("p4", promise("500", common="C-1", allocation=shares)),
    )
    assert dict(found.agreements["promise"]) == {"made": 4, "kept": 1, "partly": 1, "broken": 1, "running": 1}
    assert dict(found.promised) == {"in_parts": 1, "over_loans": 1}
    assert said(found)["Promises"] == "4 kept 1, kept in part 1, broken 1, running 1; of these in parts 1, over loans 1"


def offered(offer: str, waived: str, authority: str | None = None, approval: str | None = None) -> OfferMade:
    """A settlement is offered."""
    return OfferMade(
        offer=offer,
        terms=settlement(waived),
        terms_hash="0" * 64,
        expires_at=UNTIL,
        made_by="collector-1",
        approval=approval,
        authority=authority,
    )


def approval(name: str, role: str | None, authority: str | None, *, approve: bool = True) -> tuple[Fact, Fact]:
    """Asked for, and decided in a role by a row."""
    asked = ApprovalRequested(
        approval=name,
        subject="settlement",
        terms=settlement("900"),
        asked_by="collector-1",
        limit="limit.authority",
        why="much",
        deadline=UNTIL,
        asks=role,
    )
    decided = ApprovalDecided(
        approval=name, approved=approve, decided_by="boss-1", reason="fair", role=role, authority=authority
    )
    return asked, decided


def booked(reference: str, amount: str) -> WaiverBooked:
    """Core banking waives what is left."""
    return WaiverBooked(reference=reference, amount=Decimal(amount), value_date=date(2026, 4, 2))


def test_waivers_by_the_role_and_row_that_decided():
    """By the row of the offer where a role decides alone, by that of the approval where it asked; a settlement that was not
    kept waives nothing."""
    found = counted(
        offered("o1", "100", authority="authority.6"),
        agreed("s1", settlement("100"), "o1"),
        broken("s1", "0"),
        *approval("a2", "head_office", "authority.20"),
        offered("o2", "900", approval="a2"),
        agreed("s2", settlement("900"), "o2"),
        kept("s2"),
        booked("w2", "899.50"),
    )
    assert found.waivers == {
        "CNY": {
            Authority("collector", "authority.6"): Waived(agreed=1, granted=Decimal(100)),
            Authority("head_office", "authority.20"): Waived(
                agreed=1, granted=Decimal(900), booked=1, waived=Decimal("899.50")
            ),
        }
    }
    rows = said(found)
    assert rows["Waived, CNY"].startswith("899.50 ")
    assert rows["  head office, row 20"] == "899.50 agreed 1, to waive 900.00 if kept; booked 1"
    assert rows["  collector, row 6"] == "0.00 agreed 1, to waive 100.00 if kept; booked 0"


def test_a_waiver_that_was_taken_back_is_none():
    """With its money: the settlement was agreed on, and has waived nothing."""
    found = counted(
        offered("o1", "100", authority="authority.6"),
        agreed("s1", settlement("100"), "o1"),
        kept("s1"),
        booked("w1", "99.50"),
        WaiverReversed(
            agreement="s1", reference="v1", reverses="w1", amount=Decimal("99.50"), value_date=date(2026, 4, 9)
        ),
    )
    by = Authority("collector", "authority.6")
    assert found.waivers == {"CNY": {by: Waived(agreed=1, granted=Decimal(100))}}


def test_waivers_where_the_strategy_has_no_table():
    """Within the limits the collector, above them somebody else."""
    found = counted(
        offered("o1", "100"),
        agreed("s1", settlement("100"), "o1"),
        broken("s1", "0"),
        *approval("a2", None, None),
        offered("o2", "900", approval="a2"),
        agreed("s2", settlement("900"), "o2"),
        strategy=whole_strategy(),
    )
    assert {by: one.agreed for by, one in found.waivers["CNY"].items()} == {
        Authority("another person"): 1,
        Authority("collector"): 1,
    }


def test_a_case_that_waives_nothing_has_no_row():
    """Neither an offer that nobody took nor an approval that was refused."""
    found = counted(*approval("a1", "head_office", None, approve=False), offered("o1", "100", authority="authority.6"))
    assert found.waivers == {}
    assert not any(row.startswith("Waived") for row in said(found))


# --- complaints ----------------------------------------------------------------------------------------------------


def opened(complaint: str, **more: object) -> ComplaintOpened:
    """A complaint comes."""
    return ComplaintOpened.model_validate(
        {"complaint": complaint, "reason": "impolite", "taken_by": "service-1"} | more
    )


def extended(complaint: str, more_time: MoreTime) -> ComplaintExtended:
    """More time is given."""
    return ComplaintExtended(complaint=complaint, more_time=more_time, reason="papers", approved_by="head-1")


def decided(complaint: str) -> ComplaintDecided:
    """It is answered."""
    return ComplaintDecided(complaint=complaint, outcome="upheld", reason="as_told", decided_by="quality-1")


def test_a_complaint_is_answered_within_fifteen_days():
    """Measures on consumer complaints in banking and insurance (2020, no. 3): the day on which it came is not counted, and
    the last one counts to its end; thirty days if it is complicated."""
    last = MIDNIGHT - timedelta(seconds=1)
    for at, complicated, came in (
        (last, False, {"in_time": 1}),
        (MIDNIGHT, False, {"late": 1}),
        (MIDNIGHT, True, {"in_time": 1, "complicated": 1}),
        (MIDNIGHT + 15 * DAY, True, {"late": 1, "complicated": 1}),
    ):
        found = counted((opened("C", complicated=complicated), NOON), (decided("C"), at)).complaints
        assert dict(+found) == {"opened": 1, "upheld": 1} | came


def test_more_time_counts_if_it_was_given_in_time():
    """Fifteen days more for what is complicated; given after the clock ran out it mends nothing."""
    given_in_time = (opened("C"), NOON), (extended("C", "complicated"), NOON + DAY), (decided("C"), MIDNIGHT)
    assert counted(*given_in_time).complaints["in_time"] == 1
    too_late = (opened("C"), NOON), (extended("C", "complicated"), MIDNIGHT), (decided("C"), MIDNIGHT + DAY)
    assert counted(*too_late).complaints["late"] == 1


def test_what_waits_is_overdue_or_not():
    """By the moment that the table is made for."""
    life = lived((opened("C"), NOON))
    assert dict(+tally([life], MIDNIGHT - DAY).complaints) == {"opened": 1, "waiting": 1}
    assert dict(+tally([life], MIDNIGHT).complaints) == {"opened": 1, "waiting": 1, "overdue": 1}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 70), st.booleans()), max_size=6))
def test_every_complaint_counts_once(complaints: list[tuple[bool, int, bool]]):
    """Answered in time, late, or waiting: together they are those that were opened."""
    told: list[tuple[Fact, datetime]] = [
        (opened(f"C{n}", complicated=hard), NOON) for n, (hard, _, _) in enumerate(complaints)
    ]
    told += sorted(
        ((decided(f"C{n}"), NOON + days * DAY) for n, (_, days, answered) in enumerate(complaints) if answered),
        key=lambda one: one[1],
    )
    found = counted(*told).complaints
    assert found["opened"] == len(complaints) == found["in_time"] + found["late"] + found["waiting"]
    assert found["overdue"] == found["waiting"]
    assert found["complicated"] == sum(hard for hard, _, _ in complaints)


# --- contacts ------------------------------------------------------------------------------------------------------


def contact(number: int, template: str, *covered: str, role: Role = "borrower", sent: bool = True) -> list[Fact]:
    """A contact that goes out, or is reserved and no more."""
    attempt = f"L1:{number}"
    proposal = ContactProposal(
        attempt=attempt, channel="sms", contact_point_id="P", party_id="P", template=template, role=role
    )
    covers = tuple(
        Cover(
            loan_id=loan,
            proposal=proposal,
            arrears=Decimal(10),
            currency="CNY",
            overdue_since=date(2026, 3, 10),
            days_past_due=2,
        )
        for loan in covered
    )
    verdict = Verdict(verdict="allow", rulebook="0" * 64)
    reserved: list[Fact] = [AttemptReserved(proposal=proposal, verdict=verdict, covers=covers)]
    gone: list[Fact] = [AttemptSending(attempt=attempt, covers=covers[:2]), AttemptSent(attempt=attempt)]
    return [*reserved, *gone] if sent else reserved


def test_reminders_others_and_messages_for_several_loans():
    """Of what went out; a debt that was left out at the last moment is not spoken of."""
    found = counted(
        *contact(1, "promise_reminder_sms"),
        *contact(2, "part_missed_sms"),
        *contact(3, "promise_reminder_sms", sent=False),
        *contact(4, "locate_call", role="emergency_contact"),
        *contact(5, "reminder_sms", "L2", "L3", "L4"),
        *contact(6, "reminder_sms"),
    ).reached
    assert dict(found.reminders) == {"before_due": 1, "missed": 1}
    assert dict(found.others) == {"emergency_contact": 1}
    assert (found.together, found.loans_together) == (1, 3)


def test_the_table_says_it():
    """A row for what there was, and none for the rest."""
    rows = said(
        counted(*contact(1, "promise_reminder_sms"), *contact(5, "reminder_sms", "L2"), opened("C"), decided("C"))
    )
    assert rows == {
        "Complaints": "1 answered within their clocks 1; upheld 1",
        "Messages for several loans": "1 each counted once; they speak of 2 debts together",
        "Reminders of what was agreed": "1 before a part was due 1",
    }


def said(found: Tally) -> dict[str, str]:
    """The rows of the table that have something to say, by their name."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    tallied.rows(table, found)
    tallied.reached(table, found)
    cells = zip(*(column.cells for column in table.columns), strict=True)
    plain = Console(width=300, no_color=True)
    return {str(name): " ".join(str(plain.render_str(str(cell))) for cell in more if cell) for name, *more in cells}
