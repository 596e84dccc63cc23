"""No schedule of opt-outs, payments, clock changes and races leads to a forbidden contact.

One borrower with three loans and several parties lives through whatever can be told of them, in any order; contacts are
reserved, begun, lost and settled in between, by workers whose clocks are wrong. Whatever goes out is judged by an oracle that
knows the texts of the law and none of the guard's code, and the facts are then put before the audit of conduct.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from schemas.contact import ContactProposal, ContactResult
from schemas.facts import ContactResultPosted, VisitReported
from tests.conduct.oracle import CALLS, MISSED, TALKS, Contact
from tests.conduct.telling import EXECUTOR, PEOPLE, Telling, channels, loans
from tests.conduct.texts import LAWS

STARTS = [
    datetime(2027, 3, 13, 15, 58, tzinfo=UTC),  # the clocks of New York go forward the night after
    datetime(2026, 10, 31, 15, 58, tzinfo=UTC),  # and back
    datetime(2027, 4, 3, 1, 58, tzinfo=UTC),  # those of Lord Howe by half an hour
    datetime(2027, 2, 5, 3, 58, tzinfo=UTC),
]
ZONES = [
    ("Asia/Shanghai",),
    ("Asia/Urumqi",),
    ("America/New_York",),
    ("America/New_York", "America/Phoenix"),
    ("Australia/Lord_Howe",),
    ("Europe/London", "America/New_York"),
]
STEPS = [timedelta(seconds=s) for s in (1, 59, 900, 3600, 3600, 10_801, 39_600, 82_800, 90_000, 604_800, 3_888_000)]
EDGES = [time(7, 59, 59, 900_000), time(8), time(20, 59, 59, 900_000), time(21, 59, 59, 900_000), time(23, 59, 59)]
EDGES += [time(9, 30), time(12), time(12), time(18)]
WAITS = [timedelta(minutes=m) for m in (0, 1, 61, 181)]
SKEWS = [timedelta(0)] * 6 + [timedelta(seconds=-4), timedelta(minutes=-90), timedelta(hours=2)]
SAID = ["opts_out", "opts_in", "opts_in", "stops_or_allows", "consents", "consents", "withdraws_a_consent"]
BEFELL = ["a_hold_opens", "a_hold_opens", "a_hold_opens", "a_hold_ends", "a_hold_ends", "a_relative_wants_no_contact"]
DEATH = ["dies", "an_executor_is_named", "and_renounces", "the_hold_of_death_ends", "a_hold_ends"]
OF_LOANS = ["agrees", "agrees", "breaks_it", "pays", "a_notice_is_given", "rings", "rings", "a_person_reviews"]
ODD: list[dict[str, Any]] = [
    {"zones": ()},
    {"zones": ("Mars/Base",)},
    {"role": "guarantor"},
    {"purpose": "reply"},
    {"purpose": "statutory_notice", "notice": "outsourcing"},
    {"purpose": "court_service"},
    {"notice": "validation"},
    {"purpose": "locate"},
    {"agency": "AG-1"},
    {"agency": "AG-9"},
    {"consequences": ("suit",), "limitation_ends": date(2026, 11, 2)},
    {"consequences": ("suit",), "limitation_ends": date(2029, 11, 2)},
    {"template": "demand_letter", "limitation_ends": date(2026, 1, 1)},
    {"template": "collector_call"},
]


class Schedules(RuleBasedStateMachine):
    """Everything that may be told, tried and lost."""

    told: Telling

    @initialize(
        start=st.sampled_from(STARTS), zones=st.tuples(*[st.sampled_from(ZONES)] * 3), law=st.sampled_from(sorted(LAWS))
    )
    def begins(self, start: datetime, zones: tuple[tuple[str, ...], ...], law: str) -> None:
        self.told = Telling(start, zones, law)
        self.world, self.oracle = self.told.world, self.told.oracle

    # --- what happens ----------------------------------------------------------------------------------------------

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.world.now += step

    @rule(edge=st.sampled_from(EDGES), person=st.sampled_from(sorted(PEOPLE)))
    def it_becomes(self, edge: time, person: str) -> None:
        """The next time at which the clock of somebody reads this."""
        zone = ZoneInfo(self.told.zones[person][0])
        today = self.world.now.astimezone(zone).date()
        moments = [datetime.combine(today + timedelta(days=n), edge, zone).astimezone(UTC) for n in range(3)]
        self.world.now = next(moment for moment in moments if moment > self.world.now)

    @rule(tight=st.booleans())
    def the_law_changes(self, tight: bool) -> None:
        """Between plan and act."""
        self.told.enact(tight=tight)

    @rule(data=st.data(), what=st.sampled_from(SAID))
    def something_is_said(self, data: st.DataObject, what: str) -> None:
        getattr(self.told, what)(data)

    @rule(data=st.data(), what=st.sampled_from(BEFELL))
    def something_befalls_them(self, data: st.DataObject, what: str) -> None:
        getattr(self.told, what)(data)

    @rule(data=st.data(), what=st.sampled_from(DEATH))
    def somebody_dies_or_acts(self, data: st.DataObject, what: str) -> None:
        getattr(self.told, what)(data)

    @rule(data=st.data(), what=st.sampled_from(OF_LOANS))
    def a_loan_moves(self, data: st.DataObject, what: str) -> None:
        getattr(self.told, what)(data)

    @rule(data=st.data())
    def all_is_lifted(self, data: st.DataObject) -> None:
        """Whatever somebody can take back is taken back."""
        if self.oracle.stopped:
            self.told.stops_or_allows(data)
        while self.oracle.holds:
            self.told.a_hold_ends(data)
        while self.oracle.agreement:
            self.told.breaks_it(data)
        if not self.oracle.acting:
            self.told.the_hold_of_death_ends(data)

    # --- contacts --------------------------------------------------------------------------------------------------

    @rule(data=st.data(), skew=st.sampled_from(SKEWS), waits=st.lists(st.sampled_from(WAITS), min_size=2, max_size=6))
    def contacts_go_out(self, data: st.DataObject, skew: timedelta, waits: list[timedelta]) -> None:
        """Reserved and sent at once, one after the other."""
        for wait in waits:
            self.world.now += wait
            for attempt in self.reserved(data, skew, 1):
                self.begun(attempt, skew)
                if attempt in self.oracle.out:
                    self.ended(attempt, data.draw(st.sampled_from(["sent", "sent", "unknown", "released"])))

    @rule(
        data=st.data(),
        what=st.sampled_from([*SAID, *BEFELL, *OF_LOANS, *OF_LOANS]),
        waits=st.lists(st.sampled_from(WAITS), min_size=2, max_size=6),
    )
    def a_day_of_contacts(self, data: st.DataObject, what: str, waits: list[timedelta]) -> None:
        """From half past nine on, wherever the borrower is, something being said or done the evening before, or then."""
        before = data.draw(st.booleans())
        if before:
            getattr(self.told, what)(data)
        self.it_becomes(time(9, 30), "P-1")
        if not before:
            getattr(self.told, what)(data)
        self.contacts_go_out(data, timedelta(0), waits)

    @rule(data=st.data(), skew=st.sampled_from(SKEWS))
    def contacts_are_reserved(self, data: st.DataObject, skew: timedelta) -> None:
        """Several, planned on the same knowledge by as many cases, one after the other under the borrower's lock."""
        self.reserved(data, skew, data.draw(st.integers(2, 4)))

    @precondition(lambda self: self.world.in_state("reserved"))
    @rule(skew=st.sampled_from(SKEWS), backwards=st.booleans())
    def what_was_reserved_begins(self, skew: timedelta, backwards: bool) -> None:
        """Later, in either order."""
        for attempt in self.world.in_state("reserved")[:: -1 if backwards else 1]:
            self.begun(attempt, skew)

    @precondition(lambda self: self.world.in_state("sending", "unknown"))
    @rule(data=st.data(), how=st.sampled_from(["sent", "sent", "unknown", "released"]))
    def it_ends(self, data: st.DataObject, how: Any) -> None:
        self.ended(data.draw(st.sampled_from(self.world.in_state("sending", "unknown"))), how)

    @precondition(lambda self: self.world.in_state("sent"))
    @rule(data=st.data(), result=st.sampled_from([*TALKS, "answered", *MISSED, *MISSED]))
    def it_is_answered(self, data: st.DataObject, result: ContactResult) -> None:
        self.answered(data.draw(st.sampled_from(self.world.in_state("sent"))), result)

    @rule(data=st.data())
    def nobody_answers(self, data: st.DataObject) -> None:
        """Every contact that is out."""
        for attempt in self.world.in_state("sent")[-3:]:
            self.answered(attempt, data.draw(st.sampled_from(MISSED)))

    # --- in words ----------------------------------------------------------------------------------------------------

    def reserved(self, data: st.DataObject, skew: timedelta, most: int) -> list[str]:
        """Attempts that the guard allowed, of as many as were wanted."""
        allowed = []
        for loan, proposal in [self.drawn(data) for _ in range(most)]:
            clock = self.world.now + skew
            if self.world.reserve(loan, proposal, clock).verdict == "allow":
                self.oracle.reserved[proposal.attempt] = clock
                allowed.append(proposal.attempt)
        return allowed

    def begun(self, attempt: str, skew: timedelta) -> None:
        """It goes out, or not; if it does, the oracle has nothing against it."""
        slot, clock = self.world.slots[attempt], self.world.now + skew
        if self.world.begin(attempt, clock):
            wrong = self.oracle.wrong(slot.loan_id, slot.proposal, clock)
            assert not wrong, (wrong, slot, clock)
            self.oracle.out[attempt] = Contact(slot.loan_id, slot.proposal, clock)

    def ended(self, attempt: str, how: Any) -> None:
        self.world.finish(attempt, how, self.world.now)
        contact = self.oracle.out[attempt]
        contact.given_back = how == "released"
        if how == "sent" and contact.asked.notice:
            self.oracle.notices.add((contact.loan, contact.asked.notice))

    def answered(self, attempt: str, result: ContactResult) -> None:
        """What came of it, as far as it binds what comes next."""
        contact, now = self.oracle.out[attempt], self.world.now
        loan, asked, visit = contact.loan, contact.asked, contact.asked.channel == "visit"
        talked, debtor = result in TALKS, asked.role in ("borrower", "representative")
        if visit:
            met = VisitReported(attempt=attempt, result="met" if talked else "nobody", staff=2, recording="R-1")
            self.world.hear(loan, met, now)
        else:
            self.world.hear(loan, ContactResultPosted(attempt=attempt, result=result, recording="R-1"), now)
        if talked:
            self.oracle.talks.append((loan, asked.party_id, now))
        if visit or debtor:
            missed = not talked if visit else result in MISSED
            self.oracle.missed[loan] = self.oracle.missed.get(loan, 0) + 1 if missed else 0
        if asked.role == "emergency_contact" and result in ("refused", "hostile"):
            self.oracle.said_no.add((asked.party_id, loan))
        if result == "disputed" and not visit:
            self.told.implied(loan, "dispute", "disputed")
        if result == "distressed" and debtor and not visit:
            self.told.implied(loan, "hardship", "distressed")

    def drawn(self, data: st.DataObject) -> tuple[str, ContactProposal]:
        """A contact that somebody would like to make; most of them sensible ones."""
        people = ["P-1", "P-1", "P-2", "P-3", *([EXECUTOR] if self.oracle.acting else ["P-1"])]
        loan, person = data.draw(loans), data.draw(st.sampled_from(people))
        role = "representative" if person == EXECUTOR else PEOPLE[person]
        channel = data.draw(st.sampled_from(CALLS) if role == "emergency_contact" else channels)
        fields: dict[str, Any] = {"role": role, "channel": channel, "template": "reminder", "purpose": "dunning"}
        if role == "emergency_contact":
            fields |= {"purpose": "locate", "template": "locate_call"}
        if channel == "visit":
            begins = self.world.now + timedelta(minutes=data.draw(st.sampled_from([30, 600, 1500])))
            lasts = timedelta(minutes=data.draw(st.sampled_from([40, 240])))
            fields |= {
                "appointment": begins,
                "appointment_end": begins + lasts,
                "team": data.draw(st.sampled_from([2, 3, 1])),
            }
        fields |= {"zones": self.told.zones[person], "party_id": person, "attempt": f"{loan}:a{self.told.next}"}
        fields["contact_point_id"] = f"cp-{person}-{data.draw(st.integers(1, 2))}"
        return loan, ContactProposal.model_validate(fields | data.draw(st.sampled_from([{}] * len(ODD) * 2 + ODD)))

    def teardown(self) -> None:
        """The audit, which judges and counts everything again from the facts, finds nothing either."""
        if hasattr(self, "told"):
            assert self.world.breaches() == []


TestSchedules = cast("Any", Schedules).TestCase
TestSchedules.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
