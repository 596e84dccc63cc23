"""Contacts put to the guard again: what is counted, what is known at the time, and what cannot be judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import law
from audit.records import Event
from domain.calendar import local_date, zone
from policies.loader import HERE, load_rulebook
from schemas.loan import PointUse
from schemas.rulebook import ApprovedAgency, Rulebook
from tests.audit.auditwork import BANK, RULEBOOK, audited, broken_rules, contact, moment


def test_a_breach_of_a_cap_names_the_contacts_that_were_counted():
    """CN.CALL.EFFECTIVE: three calls a day; a message, and the day before, are no part of it."""
    calls = [contact(f"03-02 {hour}:00", id=f"C{hour}") for hour in ("09", "10", "11", "12")]
    others = (contact("03-01 20:00", id="before"), contact("03-02 09:30", "sms", id="message"))
    (breach,) = audited(*others, *calls, events=[]).breaches
    assert (breach.contact.contact_id, breach.rule.id) == ("C12", "CN.CALL.EFFECTIVE")
    assert [counted.contact_id for counted in breach.counted] == ["C09", "C10", "C11"]
    assert breach.until == moment("03-03 00:00")


def test_conversations_are_counted_apart_from_attempts():
    """A talk pauses its debt where a rule says so, and is named as what was counted; a call in vain pauses none."""
    pause = {"kind": "conversation_pause", "channels": ("human_call",), "days": 7, "per": "debt"}
    told = {"id": "T.PAUSE", "strength": "house", "source": "tests", "effective_from": date(2000, 1, 1)}
    book = Rulebook.model_validate({"name": "t", "version": "1", "rules": [pause | told]})
    talk = contact("03-01 09:00", id="talk", result="refused")
    late = contact("03-02 09:00", id="late")
    (breach,) = audited(talk, late, events=[], rulebook=book).breaches
    assert (breach.contact.contact_id, breach.rule.id) == ("late", "T.PAUSE")
    assert [counted.contact_id for counted in breach.counted] == ["talk"]
    assert audited(replace(talk, result="no_answer"), late, events=[], rulebook=book).breaches == []
    assert audited(replace(talk, loan_id="L-2"), late, events=[], rulebook=book).breaches == []


def test_a_breach_that_does_not_come_from_counting_names_no_other_contact():
    """CN.HOURS: the hour alone is wrong, however many contacts there were."""
    findings = audited(contact("03-02 09:00"), contact("03-02 22:00", id="late"), events=[])
    (breach,) = findings.breaches
    assert (breach.rule.id, breach.counted, breach.until) == ("CN.HOURS", (), moment("03-03 08:00"))


def test_rules_are_judged_by_the_days_on_which_they_were_in_force():
    """CN.CALL.ATTEMPT of 2026-01-30: seven times on one number the day before is no breach of it."""

    def week(day: str) -> list[tuple[str, str]]:
        seven = [
            contact(f"{day} 09:0{n}", "sms", id=f"C{n}", purpose="statutory_notice" if n < 6 else "dunning")
            for n in range(7)
        ]
        return [found for found in broken_rules(audited(*seven, events=[])) if found[1] == "CN.CALL.ATTEMPT"]

    assert week("01-29") == []
    assert week("01-30") == [("C6", "CN.CALL.ATTEMPT")]


def test_what_happened_later_or_at_the_same_moment_was_not_known():
    """HOUSE.STOP and HOUSE.DECEASED count from after the bank knew, until they ended."""
    events = [
        Event("B-1", "stopped", None, moment("03-02 10:00"), moment("03-04 10:00")),
        Event("B-1", "deceased", None, moment("03-06 10:00"), None),
        Event("B-2", "deceased", None, moment("03-01 10:00"), None),
    ]
    contacts = [contact(f"03-0{day} 10:00", id=f"C{day}") for day in (2, 3, 5, 6, 7)]
    found = broken_rules(audited(*contacts, events=events))
    assert sorted(found) == [("C3", "HOUSE.STOP"), ("C7", "HOUSE.DECEASED")]


def test_what_was_said_twice_ends_when_the_last_of_it_does():
    """HOUSE.STOP and HOUSE.OPT_OUT: a second word that stands is not over with the first, whichever row comes first."""
    events = [
        Event("B-1", "stopped", None, moment("03-01 10:00"), moment("03-04 10:00")),
        Event("B-1", "stopped", None, moment("03-03 10:00"), moment("03-06 10:00")),
        Event("B-1", "opt_out", "sms", moment("03-07 10:00"), moment("03-08 10:00")),
        Event("B-1", "opt_out", "sms", moment("03-08 10:00"), None),
    ]
    contacts = [contact(f"03-0{day} 12:00", "sms", id=f"C{day}") for day in (2, 5, 6, 8)]
    expected = [("C2", "HOUSE.STOP"), ("C5", "HOUSE.STOP"), ("C8", "HOUSE.OPT_OUT")]
    for told in (events, events[::-1]):
        assert sorted(broken_rules(audited(*contacts, events=told))) == expected


def test_what_was_forbidden_and_allowed_at_one_moment_proves_nothing():
    """HOUSE.OPT_OUT: two days without a time are one moment, and no row of the file comes before the other."""
    events = [
        Event("B-1", "opt_in", "sms", moment("03-02 00:00"), None),
        Event("B-1", "opt_out", "sms", moment("03-02 00:00"), None),
    ]
    for told in (events, events[::-1]):
        assert broken_rules(audited(contact("03-02 12:00", "sms"), events=told)) == []


def test_consent_is_not_judged_where_nobody_says_who_consented():
    """CN.IM.CONSENT needs the export of events; without it the gap is told instead."""
    message = contact("03-02 10:00", "im")
    without, with_events = audited(message), audited(message, events=[])
    assert (broken_rules(without), without.gaps) == ([], Counter(no_events=1))
    assert broken_rules(with_events) == [(message.contact_id, "CN.IM.CONSENT")]


@pytest.mark.parametrize(("team", "breached", "gaps"), [(None, 0, 1), (1, 1, 0), (2, 0, 0)])
def test_a_visit_of_which_nobody_says_how_many_went_is_no_breach(team: int | None, breached: int, gaps: int):
    """CN.VISIT.TEAM: two at least."""
    findings = audited(contact("03-02 10:00", "visit", team=team), events=[])
    assert (len(findings.breaches), findings.gaps["no_team"]) == (breached, gaps)


def test_a_number_of_which_nobody_says_the_use_breaks_no_cap_for_some_uses():
    """US.MA.ELSEWHERE: two a month to a place of work; what is not told neither breaks the cap nor counts towards it."""
    book = load_rulebook(HERE / "rulebooks" / "us-ma-first-party.yaml")
    days = ("03-02", "03-10", "03-18", "03-26")

    def broken(*uses: PointUse | None) -> tuple[list[str], int]:
        calls = [contact(f"{day} 12:00", id=day, use=use) for day, use in zip(days, uses, strict=True)]
        findings = audited(*calls, events=[], rulebook=book)
        return [found for found, rule in broken_rules(findings) if rule == "US.MA.ELSEWHERE"], findings.gaps["no_use"]

    assert broken("work", "work", "home", "work") == (["03-26"], 0)
    assert broken("work", None, "home", "work") == ([], 1)
    assert broken("work", "work", "home", None) == ([], 1)
    counted = [contact(f"{day} 12:00", id=day, use="work" if day != "03-10" else None) for day in days]
    breach = next(b for b in audited(*counted, events=[], rulebook=book).breaches if b.rule.id == "US.MA.ELSEWHERE")
    assert [one.contact_id for one in breach.counted] == ["03-02", "03-18"]


def test_an_agency_is_held_against_the_bank_s_list_where_there_is_one():
    """CN.AGENCY.LISTED: on the days on which it was not on it; without a list there is a gap and no breach."""
    book = load_rulebook(HERE / "rulebooks" / "cn.yaml")
    calls = [contact(f"03-0{day} 12:00", id=f"C{day}", agency=by) for day, by in ((2, "AG-1"), (3, "AG-1"), (4, None))]
    entry = ApprovedAgency(agency="AG-1", listed_from=date(2026, 2, 1), listed_until=date(2026, 3, 2))
    listed = audited(*calls, events=[], rulebook=book.model_copy(update={"agencies": (entry,)}))
    assert (broken_rules(listed), listed.gaps) == ([("C3", "CN.AGENCY.LISTED")], Counter())
    without = audited(*calls, events=[], rulebook=book)
    assert (broken_rules(without), without.gaps) == ([], Counter(no_list=2))


def test_a_contact_without_a_zone_is_judged_by_what_does_not_need_one():
    """Neither hours nor caps of a day; an opt-out needs no clock."""
    events = [Event("B-1", "opt_out", "sms", moment("03-01 10:00"), None)]
    findings = audited(contact("03-02 03:00", "sms", id="C", zone=None), events=events)
    assert (broken_rules(findings), findings.gaps) == ([("C", "HOUSE.OPT_OUT")], Counter(no_zone=1))


@given(minutes=st.lists(st.integers(0, 3 * 24 * 60), max_size=14))
def test_what_breaks_a_cap_is_what_plain_counting_says(minutes: list[int]):
    """CN.CALL.EFFECTIVE: of each local day all calls after the third, in order of time."""
    begin = contact("03-02 00:00")
    calls = [
        replace(begin, contact_id=f"C{n:02}", at=begin.at + timedelta(minutes=minute))
        for n, minute in enumerate(minutes)
    ]
    days: Counter[date] = Counter()
    expected: set[str] = set()
    for call in sorted(calls, key=lambda call: (call.at, call.contact_id)):
        days[local_date(call.at, zone(BANK))] += 1
        if days[local_date(call.at, zone(BANK))] > 3:
            expected.add(call.contact_id)
    found = [contact_id for contact_id, rule in broken_rules(audited(*calls, events=[])) if rule == "CN.CALL.EFFECTIVE"]
    assert sorted(found) == sorted(expected)


@given(
    hours=st.lists(st.tuples(st.integers(0, 30 * 24), st.sampled_from(["borrower", "guarantor"])), max_size=30),
    days=st.integers(1, 14),
)
def test_what_lies_far_back_is_forgotten_only_when_no_cap_counts_it(hours: list[tuple[int, str]], days: int):
    """A cap of several days for each person, by the stricter of dates and hours, counted in the plainest way."""
    cap = {"kind": "attempt_cap", "channels": ("human_call",), "maximum": 2, "days": days, "per": "recipient"}
    told = {"id": "T.CAP", "strength": "house", "source": "tests", "effective_from": date(2000, 1, 1)}
    book = Rulebook.model_validate({"name": "t", "version": "1", "rules": [cap | told]})
    begin = contact("03-02 00:00")
    calls = [
        replace(begin, contact_id=f"C{n:02}", at=begin.at + timedelta(hours=hour), role=role)
        for n, (hour, role) in enumerate(sorted(hours))
    ]
    expected: dict[str, list[str]] = {}
    for place, call in enumerate(calls):
        before = [
            earlier.contact_id
            for earlier in calls[:place]
            if earlier.role == call.role
            and (
                (local_date(call.at, zone(BANK)) - local_date(earlier.at, zone(BANK))).days < days
                or (days > 1 and call.at - earlier.at < timedelta(days=days))
            )
        ]
        if len(before) >= 2:
            expected[call.contact_id] = before
    breaches = audited(*calls, events=[], rulebook=book).breaches
    assert {b.contact.contact_id: [each.contact_id for each in b.counted] for b in breaches} == expected


CN = law.rulebook("cn")


def test_a_demand_to_somebody_who_owes_nothing_is_a_breach():
    """GB/T 45251-2025: the debtor, and guarantors as law and contract allow. A relative is asked for nothing."""
    roles = ("borrower", "co_borrower", "guarantor", "representative", "emergency_contact", "other")
    calls = [
        contact(f"03-02 1{n}:00", id=role, role=role, contact_point_id=f"B-1:{role}") for n, role in enumerate(roles)
    ]
    found = broken_rules(audited(*calls, events=[], rulebook=CN))
    assert found == [(role, rule) for rule in ("CN.RECIPIENTS", "CN.THIRD_PARTY") for role in roles[-2:]]


def test_others_are_asked_for_the_borrower_once_and_only_after_three_failures():
    """China Banking Association's guideline: third parties after three contacts in a row that failed. Results that nobody
    knows, and what was before the export, may have been failures."""

    def asked(*results: str) -> list[tuple[str, str]]:
        calls = [contact(f"03-0{n} 10:00", id=f"C{n}", result=result) for n, result in enumerate(results, start=1)]
        ask = contact("03-08 10:00", id="ask", role="other", contact_point_id="B-1:aunt", purpose="locate")
        again = replace(ask, contact_id="again", at=moment("03-09 10:00"))
        return [
            (b.contact.contact_id, b.release or "")
            for b in audited(*calls, ask, again, events=[], rulebook=CN).breaches
        ]

    twice = ("again", "recipient_entitled")
    assert asked("right_party", "no_answer", "unknown", "wrong_number") == [twice]
    assert asked() == [twice]
    lost = ("ask", "contact_lost"), ("again", "contact_lost")
    assert asked("no_answer", "no_answer", "right_party", "no_answer", "unknown") == list(lost)


def test_what_the_borrower_said_binds_what_is_sent_to_them():
    """HOUSE.OPT_OUT, CN.CALL.EFFECTIVE and CN.IM.CONSENT are each person's own; a guarantor's consent no export tells."""
    events = [
        Event("B-1", "opt_out", "sms", moment("03-01 10:00"), None),
        Event("B-1", "opt_in", "im", moment("03-01 10:00"), None),
    ]
    message = contact("03-02 09:00", "sms", id="message", role="guarantor", contact_point_id="G:phone")
    chat = contact("03-02 09:30", "im", id="chat", role="guarantor", contact_point_id="G:im")
    calls = [contact(f"03-02 1{n}:00", id=f"C{n}", result="right_party") for n in range(3)]
    call = contact("03-02 14:00", id="call", role="guarantor", contact_point_id="G:phone", result="right_party")
    findings = audited(message, chat, *calls, call, events=events, rulebook=CN)
    assert (findings.breaches, findings.gaps) == ([], Counter(others_consent=1))
    assert broken_rules(audited(replace(message, role="borrower"), events=events, rulebook=CN)) == [
        ("message", "HOUSE.OPT_OUT")
    ]


def test_a_dead_borrower_s_executor_may_be_written_to():
    """HOUSE.DECEASED: heirs owe at most the estate's worth, and somebody speaks for it."""
    events = [Event("B-1", "deceased", None, moment("03-01 10:00"), None)]
    letters = [
        contact(f"03-0{n} 10:00", "letter", id=role, role=role)
        for n, role in enumerate(("representative", "borrower"), start=2)
    ]
    assert broken_rules(audited(*letters, events=events, rulebook=CN)) == [("borrower", "HOUSE.DECEASED")]


def test_a_talk_of_yesterday_is_no_part_of_today_s_count():
    """CN.CALL.EFFECTIVE names the three conversations of the day, and not one of less than a day ago."""
    late = contact("03-01 21:00", id="yesterday", result="right_party")
    calls = [contact(f"03-02 {hour}:00", id=f"C{hour}", result="right_party") for hour in ("09", "10", "11", "12")]
    breaches = audited(late, *calls, events=[], rulebook=CN).breaches
    counted = {b.rule.id: [each.contact_id for each in b.counted] for b in breaches}
    assert counted == {"CN.CALL.EFFECTIVE": ["C09", "C10", "C11"], "HOUSE.CALLS": ["C09", "C10", "C11"]}


def test_breaches_come_in_the_rulebook_s_order():
    """Rule by rule, and within one by time."""
    contacts = [contact(f"03-02 23:0{n}", "sms", id=f"C{n}") for n in range(3)]
    ids = [rule for _, rule in broken_rules(audited(*contacts, events=[]))]
    order = [rule.id for rule in RULEBOOK.rules]
    assert ids == sorted(ids, key=order.index) == ["CN.HOURS"] * 3 + ["HOUSE.MESSAGES"]
