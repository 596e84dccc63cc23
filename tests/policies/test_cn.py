"""The shipped rulebook for mainland China: one test for each rule, named after it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from domain.artefacts import digest
from domain.calendar import zone
from domain.conduct import decide
from policies.loader import HERE, load_rulebook
from schemas.contact import (
    Channel,
    ConductFacts,
    ContactProposal,
    Conversation,
    PastAttempt,
    Purpose,
    Standing,
    Verdict,
)
from schemas.holds import Hold, HoldKind

CN = load_rulebook(HERE / "rulebooks" / "cn.yaml")
CHANNELS: tuple[Channel, ...] = get_args(Channel)
SENT: tuple[Channel, ...] = tuple(channel for channel in CHANNELS if channel != "visit")
"""Channels that disturb at the moment at which they are asked for; a visit does at its appointment."""
CONSENT = Standing(opted_in=("im",))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone("Asia/Shanghai"))


NOON = beijing("2026-11-22T12:00")
CALL = ContactProposal(
    attempt="new",
    channel="human_call",
    contact_point_id="cp-1",
    party_id="P-1",
    template="collector_call",
    zones=("Asia/Shanghai",),
)


def ask(
    channel: Channel = "sms",
    now: datetime = NOON,
    attempts: tuple[PastAttempt, ...] = (),
    standing: Standing = CONSENT,
    purpose: Purpose = "dunning",
    appointment: datetime | None = None,
    minutes: int = 60,
    team: int = 2,
) -> Verdict:
    """What the guard says. A visit is by two, at noon in three days, unless it is told otherwise."""
    if channel == "visit":
        appointment = appointment or NOON + timedelta(days=3)
    asked = ContactProposal(
        attempt="new",
        channel=channel,
        contact_point_id="cp-1",
        party_id="P-1",
        purpose=purpose,
        template="reminder_sms",
        zones=("Asia/Shanghai",),
        appointment=appointment,
        appointment_end=appointment + timedelta(minutes=minutes) if appointment else None,
        team=team if channel == "visit" else 0,
    )
    known = ConductFacts(standing=standing, attempts=attempts)
    return decide(asked, known, now, CN, digest(CN))


def attempts(count: int, channel: Channel, point: str = "cp-1") -> tuple[PastAttempt, ...]:
    """`count` attempts on the morning of 22 November 2026, each for another loan."""
    return tuple(
        PastAttempt(
            attempt=f"{channel}-{point}-{n}",
            loan_id=f"L-{n}",
            channel=channel,
            contact_point_id=point,
            at=beijing(f"2026-11-22T09:{n:02}"),
        )
        for n in range(count)
    )


def held(kind: HoldKind, review_at: datetime | None = None) -> Standing:
    """A borrower whom something has befallen."""
    hold = Hold(hold="H-1", kind=kind, reason="told_us", opened_at=NOON, review_at=review_at)
    return Standing(opted_in=("im",), holds=(hold,), deceased=kind == "deceased")


def released(verdict: Verdict) -> list[tuple[str, str | None]]:
    """The rules that do not pass, with what would release each."""
    return [(finding.rule, finding.release) for finding in verdict.findings]


@pytest.mark.parametrize("channel", SENT)
def test_cn_hours(channel: Channel) -> None:
    """CN.HOURS: no channel from 22:00 to 08:00; at exactly 22:00 it is closed."""
    assert ask(channel, beijing("2026-11-22T21:59:59.999")).verdict == "allow"
    closed = ask(channel, beijing("2026-11-22T22:00"))
    assert (closed.rules, closed.until) == (("CN.HOURS",), beijing("2026-11-23T08:00"))
    assert ask(channel, beijing("2026-11-22T07:59:59.999")).until == beijing("2026-11-22T08:00")


@pytest.mark.parametrize(
    ("begins", "minutes", "allowed"),
    [
        ("2026-11-25T08:00", 60, True),
        ("2026-11-25T07:59", 60, False),
        ("2026-11-25T20:59", 60, True),
        ("2026-11-25T21:00", 60, False),  # over at exactly 22:00, which is closed
        ("2026-11-25T23:00", 10, False),
    ],
)
def test_cn_hours_of_a_visit_are_those_of_its_appointment(begins: str, minutes: int, allowed: bool) -> None:
    """CN.HOURS: it must begin and end within the hours; asking the field force for it disturbs nobody at night."""
    at = beijing(begins)
    asked_at_night = ask("visit", beijing("2026-11-22T23:30"), appointment=at, minutes=minutes)
    assert asked_at_night == ask("visit", NOON, appointment=at, minutes=minutes)
    if allowed:
        assert asked_at_night.verdict == "allow"
    else:
        assert asked_at_night.verdict == "block"
        assert released(asked_at_night) == [("CN.HOURS", "another_appointment")]


def test_house_hours() -> None:
    """HOUSE.HOURS: books older than the standard keep the same hours, and on no day do both bind or
    neither."""
    before, after = beijing("2025-02-27T22:30"), beijing("2025-02-28T22:30")
    assert ask(now=before).rules == ("HOUSE.HOURS",)
    assert ask(now=before).until == beijing("2025-02-28T08:00")
    assert ask(now=after).rules == ("CN.HOURS",)
    assert ask(now=beijing("2005-10-01T23:00")).rules == ("HOUSE.HOURS",)


@pytest.mark.parametrize("channel", ["robot_call", "human_call"])
def test_cn_call_effective(channel: Channel) -> None:
    """CN.CALL.EFFECTIVE: three conversations a borrower and day, about whichever loan; then no call until the next day."""

    def after(talks: int) -> Verdict:
        heard = tuple(Conversation(loan_id=f"L-{n}", at=NOON - timedelta(hours=n)) for n in range(talks))
        known = ConductFacts(standing=CONSENT, loan_id="L-9", conversations=heard)
        return decide(CALL.model_copy(update={"channel": channel}), known, NOON, CN, digest(CN))

    assert after(2).verdict == "allow"
    assert (after(3).rules, after(3).until) == (("CN.CALL.EFFECTIVE",), beijing("2026-11-23T08:00"))


def test_house_calls() -> None:
    """HOUSE.CALLS: three calls a borrower and day, whatever comes of them, robot and human and all numbers together."""
    two = attempts(1, "robot_call") + attempts(1, "human_call", "cp-2")
    assert ask("human_call", attempts=two).verdict == "allow"
    fourth = ask("robot_call", attempts=two + attempts(1, "human_call", "cp-3"))
    assert (fourth.rules, fourth.until) == (("HOUSE.CALLS",), beijing("2026-11-23T08:00"))
    assert fourth.findings[0].until == beijing("2026-11-23T00:00")


def test_cn_call_attempt() -> None:
    """CN.CALL.ATTEMPT: six attempts a contact point and day; another point is free, and so was 2025."""
    six = attempts(4, "robot_call") + attempts(2, "sms")
    assert "CN.CALL.ATTEMPT" in ask("human_call", attempts=six).rules
    assert "CN.CALL.ATTEMPT" not in ask("human_call", attempts=six[1:]).rules
    elsewhere = attempts(4, "robot_call", "cp-2") + attempts(2, "sms")
    assert "CN.CALL.ATTEMPT" not in ask("human_call", attempts=elsewhere).rules
    rule = next(rule for rule in CN.rules if rule.id == "CN.CALL.ATTEMPT")
    assert (rule.effective_from, rule.strength) == (date(2026, 1, 30), "self_regulation")


def test_house_messages() -> None:
    """HOUSE.MESSAGES: two messages a borrower and day on all written channels together; calls are not among
    them."""
    assert ask("email", attempts=attempts(1, "sms")).verdict == "allow"
    used_up = attempts(1, "sms") + attempts(1, "letter", "cp-9")
    assert ask("app_push", attempts=used_up).rules == ("HOUSE.MESSAGES",)
    assert ask("robot_call", attempts=used_up).verdict == "allow"
    assert ask("letter", attempts=used_up, purpose="statutory_notice").verdict == "allow"


def test_house_opt_out() -> None:
    """HOUSE.OPT_OUT: an opt-out of SMS blocks SMS until they opt in, and no letter."""
    out = Standing(opted_out=("sms",))
    assert released(ask("sms", standing=out)) == [("HOUSE.OPT_OUT", "channel_opted_in")]
    assert ask("letter", standing=out).verdict == "allow"


def test_house_stop() -> None:
    """HOUSE.STOP: every channel is blocked for dunning; a reply to what they ask is not."""
    stopped = Standing(stopped="cease_letter", opted_in=("im",))
    for channel in CHANNELS:
        assert released(ask(channel, standing=stopped)) == [("HOUSE.STOP", "contact_allowed")]
    assert ask("sms", standing=stopped, purpose="reply").verdict == "allow"


@pytest.mark.parametrize("purpose", ["dunning", "reply", "statutory_notice"])
def test_house_deceased(purpose: Purpose) -> None:
    """HOUSE.DECEASED: nothing goes to the dead, not even a notice."""
    answer = ask("letter", standing=Standing(deceased=True), purpose=purpose)
    assert (answer.verdict, answer.rules) == ("block", ("HOUSE.DECEASED",))


@pytest.mark.parametrize("kind", ["insolvency", "moratorium", "self_harm"])
def test_house_borrower_hold(kind: HoldKind) -> None:
    """HOUSE.BORROWER_HOLD: nothing is demanded on any channel; they are answered, and the law's notices reach them."""
    for channel in CHANNELS:
        assert released(ask(channel, standing=held(kind))) == [("HOUSE.BORROWER_HOLD", "hold_ended")]
    assert ask("sms", standing=held(kind), purpose="reply").verdict == "allow"
    assert ask("letter", standing=held(kind), purpose="statutory_notice").verdict == "allow"


def test_house_borrower_hold_ends_with_its_review() -> None:
    """HOUSE.BORROWER_HOLD: at the moment at which it is looked at again, and not before; a dispute is none of these."""
    review_at = beijing("2026-11-23T12:00")
    assert ask("sms", beijing("2026-11-23T11:59:59"), standing=held("moratorium", review_at)).verdict == "block"
    assert ask("sms", review_at, standing=held("moratorium", review_at)).verdict == "allow"
    assert ask("sms", standing=held("dispute")).verdict == "allow"


@pytest.mark.parametrize("purpose", ["dunning", "reply", "statutory_notice"])
def test_cn_im_consent(purpose: Purpose) -> None:
    """CN.IM.CONSENT: a messenger is used only for who opted in to it, whatever it is for; other channels need no consent."""
    nobody_asked = ask("im", standing=Standing(), purpose=purpose)
    assert nobody_asked.verdict == "block"
    assert ("CN.IM.CONSENT", "channel_opted_in") in released(nobody_asked)
    assert ask("im", standing=CONSENT, purpose=purpose).verdict == "allow"
    others: list[Channel] = [channel for channel in CHANNELS if channel != "im"]
    assert all(ask(channel, standing=Standing(), purpose=purpose).verdict == "allow" for channel in others)


def test_cn_im_consent_is_taken_back_by_opting_out() -> None:
    """CN.IM.CONSENT and HOUSE.OPT_OUT both say so then."""
    assert set(ask("im", standing=Standing(opted_out=("im",))).rules) == {"CN.IM.CONSENT", "HOUSE.OPT_OUT"}


@pytest.mark.parametrize(("team", "allowed"), [(0, False), (1, False), (2, True), (3, True)])
@pytest.mark.parametrize("purpose", ["dunning", "reply", "statutory_notice"])
def test_cn_visit_team(team: int, allowed: bool, purpose: Purpose) -> None:
    """CN.VISIT.TEAM: a visit is by two at least, whatever it is for; who calls or writes is one."""
    answer = ask("visit", team=team, purpose=purpose)
    assert answer.verdict == ("allow" if allowed else "block")
    assert released(answer) == ([] if allowed else [("CN.VISIT.TEAM", "visit_planned")])
    assert ask("human_call", team=team).verdict == "allow"


def test_cn_visit_team_wants_an_appointment() -> None:
    """CN.VISIT.TEAM: a visit without one is not planned at all, so none may be made unannounced."""
    asked = ContactProposal(
        attempt="new",
        channel="visit",
        contact_point_id="cp-1",
        party_id="P-1",
        template="visit_brief",
        zones=("Asia/Shanghai",),
        team=2,
    )
    answer = decide(asked, ConductFacts(standing=CONSENT), NOON, CN, digest(CN))
    assert released(answer) == [("CN.VISIT.TEAM", "visit_planned")]


def test_what_a_visit_and_a_messenger_must_also_do() -> None:
    """Staff cards, a recording, consent to enter; never a group."""
    assert set(ask("visit").obligations) >= {"show_id", "record_visit", "identity_script", "consent_to_enter"}
    assert "direct_conversation" in ask("im").obligations


def test_every_rule_has_a_test_named_after_it() -> None:
    """A rule added to the file without a test here fails this one."""
    files = (Path(__file__), Path(__file__).with_name("test_cn_recipients.py"))
    said = "".join(path.read_text(encoding="utf-8") for path in files)
    tests = set(re.findall(r"def test_(\w+)\(", said))
    assert {rule.id.lower().replace(".", "_") for rule in CN.rules if rule.kind != "wording"} <= tests


def test_the_verdict_names_the_rulebook_by_its_digest() -> None:
    """What was applied can be looked up for ever."""
    assert ask().rulebook == digest(CN)
    assert ask(now=datetime(2026, 11, 22, 4, tzinfo=UTC)) == ask()
