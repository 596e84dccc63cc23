"""The guard under thousands of made-up questions: clocks, windows, caps and dates of every combination."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.calendar import zone
from domain.conduct import CLOCK, decide
from schemas.contact import ConductFacts, ContactProposal, PastAttempt, Standing
from schemas.rulebook import Rulebook
from tests.domain.guardwork import CHANNELS, HOLDS, book, cap, hours, proposal, rule

ZONES = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "America/New_York",
    "America/Santiago",
    "America/Havana",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 365 * 24 * 3600 * 4).map(lambda quarter: START + timedelta(milliseconds=250 * quarter))


@st.composite
def questions(draw: st.DrawFn) -> tuple[ContactProposal, ConductFacts, datetime, Rulebook]:
    now = draw(MOMENTS)
    rules = [
        hours(f"{draw(st.integers(0, 12)):02}:30", f"{draw(st.integers(14, 23)):02}:00", f"H{n}")
        for n in range(draw(st.integers(0, 2)))
    ]
    rules += [
        cap(draw(st.integers(1, 3)), draw(st.sampled_from(["borrower", "contact_point"])), f"C{n}")
        for n in range(draw(st.integers(0, 2)))
    ]
    for each in rules:
        if draw(st.integers(0, 3)) == 0:
            each["effective_until"] = (now + timedelta(days=draw(st.integers(0, 3)))).date().isoformat()
    attempts = tuple(
        PastAttempt(
            attempt=f"a{n}",
            loan_id=f"L-{n % 2}",
            channel=draw(st.sampled_from(CHANNELS)),
            contact_point_id=draw(st.sampled_from(["cp-1", "cp-2"])),
            at=now - timedelta(minutes=draw(st.integers(0, 3000))),
        )
        for n in range(draw(st.integers(0, 6)))
    )
    latest_at = draw(st.none() | st.integers(-100, 100).map(lambda minutes: now + timedelta(minutes=minutes)))
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=3))
    known = ConductFacts(standing=Standing(), attempts=attempts, latest_at=latest_at)
    return proposal(*zones, channel=draw(st.sampled_from(CHANNELS))), known, now, book(*rules)


@given(questions())
def test_the_moment_of_a_deferral_is_allowed_and_none_before_it(
    question: tuple[ContactProposal, ConductFacts, datetime, Rulebook],
) -> None:
    """At `until` the same question is allowed; at no quarter of an hour before it, nor just before it, is
    it."""
    proposed, known, now, rules = question
    first = decide(proposed, known, now, rules, "d")
    assume(first.verdict == "defer")
    until = first.until
    assert until is not None
    assert until > now
    assert decide(proposed, known, until, rules, "d").verdict == "allow"
    assert all(finding.until is not None and now < finding.until <= until for finding in first.findings)
    if CLOCK in first.rules:
        return  # the tolerance lets the clock's own rule pass a few seconds before the moment it names
    early = [now + timedelta(minutes=15) * n for n in range(1, int((until - now) / timedelta(minutes=15)) + 1)]
    early.append(until - timedelta(microseconds=1))
    assert all(decide(proposed, known, at, rules, "d").verdict == "defer" for at in early[-50:] if at < until)


@given(questions())
def test_what_is_allowed_keeps_hours_and_caps_in_every_zone(
    question: tuple[ContactProposal, ConductFacts, datetime, Rulebook],
) -> None:
    """Judged by plain zone arithmetic, apart from the guard's own."""
    proposed, known, now, rules = question
    assume(decide(proposed, known, now, rules, "d").verdict == "allow")
    clocks = [now.astimezone(zone(key)) for key in proposed.zones]
    for each in rules.rules:
        if each.effective_until is not None and all(clock.date() > each.effective_until for clock in clocks):
            continue
        if each.kind == "contact_hours":
            assert all(each.open <= clock.time() < each.close for clock in clocks)
        elif each.kind == "attempt_cap":
            counted = [
                attempt
                for attempt in known.attempts
                if each.per == "borrower" or attempt.contact_point_id == proposed.contact_point_id
                if any(attempt.at.astimezone(clock.tzinfo).date() == clock.date() for clock in clocks)
            ]
            assert len(counted) < each.maximum


@st.composite
def lasting(draw: st.DrawFn) -> tuple[ContactProposal, ConductFacts, datetime, Rulebook]:
    """Rules of which each leaves some moment of every week, and that have one in common; attempts just before."""
    now = draw(MOMENTS)
    channels = list(CHANNELS)
    rules = [hours("09:00", f"{draw(st.integers(14, 23)):02}:00")]
    rules += [
        cap(draw(st.integers(1, 2)), "borrower", f"C{n}", days=draw(st.sampled_from([1, 7, 30])))
        for n in range(draw(st.integers(1, 3)))
    ]
    if draw(st.booleans()):
        rules.append(rule("GAP", "attempt_gap", channels=channels, minutes=draw(st.integers(1, 60 * 24 * 40))))
    days = draw(st.lists(st.integers(0, 60), max_size=10, unique=True))
    dates = [(now + timedelta(days=day)).date().isoformat() for day in days]
    weekdays = draw(st.sampled_from([(), ("sunday",), ("tuesday", "thursday"), WEEKDAYS[1:]]))
    if dates or weekdays:
        rules.append(rule("CLOSED", "closed_days", channels=channels, weekdays=weekdays, dates=dates))
    attempts = tuple(
        PastAttempt(
            attempt=f"a{n}",
            loan_id="L-1",
            channel=draw(st.sampled_from(CHANNELS)),
            contact_point_id="cp-1",
            at=now - timedelta(seconds=draw(st.integers(0, 90000))),
        )
        for n in range(draw(st.integers(0, 4)))
    )
    known = ConductFacts(standing=Standing(), attempts=attempts)
    return proposal(draw(st.sampled_from(ZONES)), channel=draw(st.sampled_from(CHANNELS))), known, now, book(*rules)


@given(lasting())
def test_what_time_will_allow_is_never_blocked(
    question: tuple[ContactProposal, ConductFacts, datetime, Rulebook],
) -> None:
    """However long the windows and the closed days are, a first moment is named, and it is allowed."""
    proposed, known, now, rules = question
    first = decide(proposed, known, now, rules, "d")
    assert first.verdict in ("allow", "defer")
    assert first.verdict == "allow" or first.until is not None
    assert decide(proposed, known, first.until or now, rules, "d").verdict == "allow"


@given(questions(), st.sampled_from(["standing", "zone"]))
def test_a_hold_is_never_waited_out(
    question: tuple[ContactProposal, ConductFacts, datetime, Rulebook], which: str
) -> None:
    """Whatever the hour, the dead and those without a zone are blocked, and no time is promised."""
    proposed, known, now, rules = question
    held = Rulebook.model_validate({**rules.model_dump(), "rules": [*rules.model_dump()["rules"], *HOLDS]})
    if which == "standing":
        known = known.model_copy(update={"standing": Standing(deceased=True)})
    else:
        proposed = proposed.model_copy(update={"zones": ("Mars/Base",)})
    answer = decide(proposed, known, now, held, "d")
    assert (answer.verdict, answer.until, answer.obligations) == ("block", None, ())
