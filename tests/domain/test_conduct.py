"""The guard: every rule that fails is named, and a deferred contact has one earliest lawful moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.conduct import CLOCK, HORIZON, NO_ZONE
from schemas.contact import Channel, Purpose
from tests.domain.guardwork import HOLDS, ask, cap, facts, hours, local, past, proposal, rule, utc

# --- contact hours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall", "verdict", "until"),
    [
        ("2026-11-22T07:59:59.999", "defer", "2026-11-22T08:00"),
        ("2026-11-22T08:00:00", "allow", None),
        ("2026-11-22T21:59:59.999", "allow", None),
        ("2026-11-22T22:00:00", "defer", "2026-11-23T08:00"),
    ],
)
def test_the_window_opens_on_the_second_and_is_closed_at_its_end(wall: str, verdict: str, until: str | None) -> None:
    """[08:00, 22:00) on the borrower's clock, to the millisecond."""
    answer = ask(proposal("Asia/Shanghai"), facts(), local(wall), hours())
    assert answer.verdict == verdict
    assert answer.until == (local(until) if until else None)
    assert answer.rules == (("HOURS",) if until else ())


def test_both_clocks_count_in_urumqi() -> None:
    """Legal time is Beijing's, lived time two hours behind: only 10:00-22:00 Beijing suits both."""
    there = proposal("Asia/Urumqi")
    assert ask(there, facts(), local("2026-11-22T09:59"), hours()).until == local("2026-11-22T10:00")
    assert ask(there, facts(), local("2026-11-22T21:59"), hours()).verdict == "allow"
    late = ask(there, facts(), local("2026-11-22T22:30"), hours())
    assert (late.verdict, late.until) == ("defer", local("2026-11-23T10:00"))


def test_hours_hold_in_every_zone_the_party_may_be_in() -> None:
    """A number from New York and an address in Los Angeles: 11:00 in the east is the first that suits
    both."""
    both = proposal("America/New_York", "America/Los_Angeles")
    answer = ask(both, facts(), local("2026-07-01T08:30", "America/New_York"), hours())
    assert answer.until == local("2026-07-01T11:00", "America/New_York")


def test_arizona_keeps_its_own_time() -> None:
    """Phoenix has no summer time: in July 08:30 in Denver is 07:30 there."""
    now = local("2026-07-01T08:30", "America/Denver")
    assert ask(proposal("America/Denver"), facts(), now, hours()).verdict == "allow"
    assert ask(proposal("America/Phoenix"), facts(), now, hours()).until == now + timedelta(minutes=30)


@pytest.mark.parametrize("zones", [(), ("Mars/Base",), ("Asia/Shanghai", "Mars/Base")])
def test_without_a_sure_zone_nothing_goes_out(zones: tuple[str, ...]) -> None:
    """No zone, or one nobody knows, blocks until it is known, whatever the purpose."""
    answer = ask(proposal(*zones, purpose="reply"), facts(), local("2026-11-22T12:00"), hours())
    assert (answer.verdict, answer.rules) == ("block", (NO_ZONE,))
    assert answer.findings[0].release == "zone_known"


def test_the_other_findings_are_named_even_without_a_zone() -> None:
    """A dead borrower without a zone fails two rules, and both are said."""
    answer = ask(proposal(), facts(deceased=True), local("2026-11-22T12:00"), hours(), *HOLDS)
    assert answer.rules == ("DECEASED", NO_ZONE)


def test_an_opening_in_the_skipped_hour_exists() -> None:
    """02:30 does not come in New York on 8 March 2026; the jump to 03:00 is the opening."""
    now = utc("2026-03-08T06:00")
    answer = ask(proposal("America/New_York"), facts(), now, hours("02:30", "22:00"))
    assert answer.until == utc("2026-03-08T07:00")
    assert ask(proposal("America/New_York"), facts(), utc("2026-03-08T07:00"), hours("02:30")).verdict == "allow"


def test_an_opening_in_the_repeated_hour_is_the_first_of_two() -> None:
    """01:30 comes twice in New York on 1 November 2026; the answer is one moment."""
    answer = ask(proposal("America/New_York"), facts(), utc("2026-11-01T05:00"), hours("01:30"))
    assert answer.until == utc("2026-11-01T05:30")


@pytest.mark.parametrize("purpose", ["dunning", "reply", "statutory_notice"])
def test_hours_bind_every_purpose(purpose: Purpose) -> None:
    """Night is night for notices and replies too."""
    answer = ask(proposal("Asia/Shanghai", purpose=purpose), facts(), local("2026-11-22T23:00"), hours())
    assert answer.until == local("2026-11-23T08:00")


# --- whom and how --------------------------------------------------------------------------------------------------

NOON = local("2026-11-22T12:00")


@pytest.mark.parametrize(
    ("purpose", "channel", "failing"),
    [
        ("dunning", "sms", ("OPT_OUT", "STOP", "DECEASED")),
        ("reply", "sms", ("DECEASED",)),
        ("statutory_notice", "sms", ("OPT_OUT", "DECEASED")),
        ("statutory_notice", "letter", ("DECEASED",)),
        ("dunning", "letter", ("OPT_OUT", "STOP", "DECEASED")),
        ("dunning", "email", ("STOP", "DECEASED")),
    ],
)
def test_which_hold_binds_which_purpose(purpose: Purpose, channel: Channel, failing: tuple[str, ...]) -> None:
    """All at once: opted out of SMS and letters, stopped, dead. Every failing rule is named, with its
    release."""
    known = facts(opted_out=("sms", "letter"), stopped="cease_letter", deceased=True)
    answer = ask(proposal("Asia/Shanghai", channel=channel, purpose=purpose), known, NOON, *HOLDS)
    assert (answer.verdict, answer.rules, answer.until) == ("block", failing, None)
    assert all(finding.release for finding in answer.findings)


def test_block_outranks_defer_and_both_are_named() -> None:
    """At night, opted out: blocked, with the hours' own moment beside it."""
    answer = ask(proposal("Asia/Shanghai"), facts(opted_out=("sms",)), local("2026-11-22T23:00"), hours(), *HOLDS)
    assert (answer.verdict, answer.until, answer.obligations) == ("block", None, ())
    assert {f.rule: (f.verdict, f.until) for f in answer.findings} == {
        "OPT_OUT": ("block", None),
        "HOURS": ("defer", local("2026-11-23T08:00").astimezone(UTC)),
    }


def test_an_allowed_contact_carries_its_obligations() -> None:
    """A robot call is recorded, verifies the person first, and offers a way out."""
    duties = ask(proposal("Asia/Shanghai", channel="robot_call"), facts(), NOON, hours()).obligations
    assert {"record_call", "identity_script", "opt_out_line"} <= set(duties)
    assert "opt_out_line" in ask(proposal("Asia/Shanghai"), facts(), NOON, hours()).obligations


VISIT_HOURS = rule("HOURS", "contact_hours", channels=("visit",), open="09:00", close="20:00")


@pytest.mark.parametrize(
    ("begins", "ends", "verdict"),
    [
        ("2026-11-24T09:00", "2026-11-24T10:00", "allow"),
        ("2026-11-24T08:59", "2026-11-24T10:00", "block"),
        ("2026-11-24T19:30", "2026-11-24T20:30", "block"),
        ("2026-11-24T10:00", "2026-11-25T10:00", "block"),  # both ends in hours, a night between
        ("2026-11-22T10:00", "2026-11-22T11:00", "block"),  # past
        ("2026-11-24T11:00", "2026-11-24T10:00", "block"),  # ends before it begins
    ],
)
def test_a_visit_is_judged_by_its_appointment(begins: str, ends: str, verdict: str) -> None:
    """In the hours of one day, from beginning to end, and still to come; whenever it is decided."""
    visit = proposal("Asia/Shanghai", channel="visit").model_copy(
        update={"appointment": local(begins), "appointment_end": local(ends), "team": 2}
    )
    night = local("2026-11-23T23:30")
    answer = ask(visit, facts(), night, VISIT_HOURS)
    assert answer.verdict == verdict
    assert [finding.rule for finding in answer.findings] == ([] if verdict == "allow" else ["HOURS"])


def test_an_appointment_on_another_channel_moves_no_hours() -> None:
    """A call reaches the borrower when it is made, whatever it says of a day to come."""
    call = proposal("Asia/Shanghai", channel="human_call").model_copy(update={"appointment": local("2026-11-24T10:00")})
    assert ask(call, facts(), local("2026-11-23T23:30"), hours()).verdict == "defer"


# --- caps ------------------------------------------------------------------------------------------------------------


def test_the_sixth_attempt_goes_and_the_seventh_waits_for_midnight() -> None:
    """Six a day and contact point: five before allow one more, six defer to the next local day."""
    morning = [past(f"2026-11-22T0{hour}:00") for hour in range(1, 7)]
    limit = cap(6, "contact_point")
    here = proposal("Asia/Shanghai")
    assert ask(here, facts(*morning[:5]), utc("2026-11-22T08:00"), limit).verdict == "allow"
    seventh = ask(here, facts(*morning), utc("2026-11-22T08:00"), limit)
    assert (seventh.rules, seventh.until) == (("CAP",), local("2026-11-23T00:00"))
    assert ask(here, facts(*morning), local("2026-11-22T23:59:59.999"), limit).verdict == "defer"


def test_two_numbers_have_two_caps_and_one_borrower_has_one() -> None:
    """Per contact point the second number is free; per borrower it is not."""
    known = facts(past("2026-11-22T01:00", point="cp-1"))
    second = proposal("Asia/Shanghai", point="cp-2")
    assert ask(second, known, utc("2026-11-22T02:00"), cap(1, "contact_point")).verdict == "allow"
    assert ask(second, known, utc("2026-11-22T02:00"), cap(1, "borrower")).verdict == "defer"


def test_robot_and_human_calls_and_all_loans_are_pooled() -> None:
    """Two robot calls for one loan and a human one for another use up three."""
    known = facts(
        past("2026-11-22T01:00", "robot_call"),
        past("2026-11-22T02:00", "robot_call", loan="L-2"),
        past("2026-11-22T03:00", "human_call", loan="L-3"),
        past("2026-11-22T04:00", "sms"),
    )
    calls = cap(3, channels=["robot_call", "human_call"])
    call = proposal("Asia/Shanghai", channel="human_call")
    assert ask(call, known, utc("2026-11-22T05:00"), calls).verdict == "defer"
    assert ask(proposal("Asia/Shanghai"), known, utc("2026-11-22T05:00"), calls).verdict == "allow"


def test_a_reserved_contact_does_not_stand_in_its_own_way() -> None:
    """Asked again just before sending, its own reservation is not counted."""
    own = facts(past("2026-11-22T01:00", attempt="new"))
    assert ask(proposal("Asia/Shanghai"), own, utc("2026-11-22T01:00:01"), cap(1)).verdict == "allow"
    other = proposal("Asia/Shanghai", attempt="another")
    assert ask(other, own, utc("2026-11-22T01:00:01"), cap(1)).verdict == "defer"


@pytest.mark.parametrize("purpose", ["reply", "statutory_notice"])
def test_caps_do_not_starve_notices_and_replies(purpose: Purpose) -> None:
    """What the law wants told, or the borrower asked, goes out after the last dunning slot is used."""
    known = facts(past("2026-11-22T01:00"))
    assert ask(proposal("Asia/Shanghai", purpose=purpose), known, NOON, cap(1)).verdict == "allow"


def test_a_day_counts_if_it_is_the_same_in_any_zone() -> None:
    """An attempt at noon in Shanghai is of today as long as either clock says so."""
    known = facts(past("2026-07-01T04:00"))  # 1 July in Shanghai, 00:00 on 1 July in New York
    both = proposal("Asia/Shanghai", "America/New_York")
    answer = ask(both, known, local("2026-07-02T00:30"), cap(1))
    assert answer.until == local("2026-07-02T00:00", "America/New_York")


def test_the_moment_after_a_cap_may_be_closed_and_moves_again() -> None:
    """Midnight frees the cap but is night: the verdict names 08:00, each finding its own moment."""
    answer = ask(proposal("Asia/Shanghai"), facts(past("2026-11-22T01:00")), local("2026-11-22T22:30"), hours(), cap(1))
    assert answer.until == local("2026-11-23T08:00")
    assert {f.rule: f.until for f in answer.findings} == {
        "HOURS": local("2026-11-23T08:00"),
        "CAP": local("2026-11-23T00:00"),
    }


def test_what_never_suits_is_blocked() -> None:
    """Two windows that never meet are a matter for whoever wrote the rules."""
    answer = ask(proposal("Asia/Shanghai"), facts(), NOON, hours("08:00", "11:00"), hours("14:00", "16:00", "LATE"))
    assert (answer.verdict, answer.until) == ("block", None)
    assert answer.rules == ("HOURS", "LATE", HORIZON)


# --- the clock and the dates of rules --------------------------------------------------------------------------------


def test_a_clock_behind_the_ledger_waits() -> None:
    """Within the tolerance the guard judges; beyond it, it waits for the ledger's newest moment."""
    here = proposal("Asia/Shanghai")
    ahead = NOON + timedelta(seconds=5)
    assert ask(here, facts(latest_at=ahead), NOON).verdict == "allow"
    later = ahead + timedelta(milliseconds=1)
    answer = ask(here, facts(latest_at=later), NOON)
    assert (answer.rules, answer.until) == ((CLOCK,), later)


def test_rules_bind_on_their_dates_alone() -> None:
    """A cap in force from tomorrow does not bind today; one that ended yesterday binds no more."""
    known = facts(past("2026-11-22T01:00"), past("2026-11-22T17:00"))
    here = proposal("Asia/Shanghai")
    tomorrow = cap(1, effective_from="2026-11-23")
    assert ask(here, known, NOON, tomorrow).verdict == "allow"
    assert ask(here, known, local("2026-11-23T12:00"), tomorrow).verdict == "defer"
    assert ask(here, known, local("2026-11-23T12:00"), cap(1, effective_until="2026-11-22")).verdict == "allow"
    last_day = ask(here, known, NOON, cap(1, effective_until="2026-11-22"))
    assert last_day.until == local("2026-11-23T00:00")


def test_hours_that_end_tonight_free_the_night_after() -> None:
    """At 23:00 on a rule's last day the next moment is midnight, not the morning."""
    answer = ask(proposal("Asia/Shanghai"), facts(), local("2026-11-22T23:00"), hours(effective_until="2026-11-22"))
    assert answer.until == local("2026-11-23T00:00")


def test_a_deferred_moment_obeys_rules_that_begin_before_it() -> None:
    """New hours from tomorrow bind the moment that today's rules would have given."""
    longer = hours("08:00", "12:00", effective_until="2026-11-22")
    shorter = hours("10:00", "12:00", "NEW", effective_from="2026-11-23")
    assert ask(proposal("Asia/Shanghai"), facts(), NOON, longer, shorter).until == local("2026-11-23T10:00")


def test_a_naive_now_is_refused() -> None:
    """A time without zone would be judged by the machine's."""
    with pytest.raises(ValueError, match="without zone"):
        ask(proposal("Asia/Shanghai"), facts(), datetime(2026, 11, 22, 12), hours())  # noqa: DTZ001
