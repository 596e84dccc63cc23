"""The shipped rulebook for mainland China: one test for each rule, named after it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.artefacts import digest
from domain.calendar import zone
from domain.conduct import decide
from policies.loader import HERE, load_rulebook
from schemas.contact import Channel, ConductFacts, ContactProposal, PastAttempt, Purpose, Standing, Verdict

CN = load_rulebook(HERE / "rulebooks" / "cn.yaml")
CHANNELS: tuple[Channel, ...] = ("sms", "email", "app_push", "letter", "robot_call", "human_call")


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone("Asia/Shanghai"))


NOON = beijing("2026-11-22T12:00")


def ask(
    channel: Channel = "sms",
    now: datetime = NOON,
    attempts: tuple[PastAttempt, ...] = (),
    standing: Standing | None = None,
    purpose: Purpose = "dunning",
) -> Verdict:
    asked = ContactProposal(
        attempt="new",
        channel=channel,
        contact_point_id="cp-1",
        party_id="P-1",
        purpose=purpose,
        template="reminder_sms",
        zones=("Asia/Shanghai",),
    )
    known = ConductFacts(standing=standing or Standing(), attempts=attempts)
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


@pytest.mark.parametrize("channel", CHANNELS)
def test_cn_hours(channel: Channel) -> None:
    """CN.HOURS: no channel from 22:00 to 08:00; at exactly 22:00 it is closed."""
    assert ask(channel, beijing("2026-11-22T21:59:59.999")).verdict == "allow"
    closed = ask(channel, beijing("2026-11-22T22:00"))
    assert (closed.rules, closed.until) == (("CN.HOURS",), beijing("2026-11-23T08:00"))
    assert ask(channel, beijing("2026-11-22T07:59:59.999")).until == beijing("2026-11-22T08:00")


def test_house_hours() -> None:
    """HOUSE.HOURS: books older than the standard keep the same hours, and on no day do both bind or
    neither."""
    before, after = beijing("2025-02-27T22:30"), beijing("2025-02-28T22:30")
    assert ask(now=before).rules == ("HOUSE.HOURS",)
    assert ask(now=before).until == beijing("2025-02-28T08:00")
    assert ask(now=after).rules == ("CN.HOURS",)
    assert ask(now=beijing("2005-10-01T23:00")).rules == ("HOUSE.HOURS",)


def test_cn_call_effective() -> None:
    """CN.CALL.EFFECTIVE: three calls a borrower and day, robot and human and all numbers together."""
    two = attempts(1, "robot_call") + attempts(1, "human_call", "cp-2")
    assert ask("human_call", attempts=two).verdict == "allow"
    fourth = ask("robot_call", attempts=two + attempts(1, "human_call", "cp-3"))
    assert (fourth.rules, fourth.until) == (("CN.CALL.EFFECTIVE",), beijing("2026-11-23T08:00"))
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
    answer = ask("sms", standing=out)
    assert [(f.rule, f.release) for f in answer.findings] == [("HOUSE.OPT_OUT", "channel_opted_in")]
    assert ask("letter", standing=out).verdict == "allow"


def test_house_stop() -> None:
    """HOUSE.STOP: every channel is blocked for dunning; a reply to what they ask is not."""
    stopped = Standing(stopped="cease_letter")
    for channel in CHANNELS:
        answer = ask(channel, standing=stopped)
        assert [(f.rule, f.release) for f in answer.findings] == [("HOUSE.STOP", "contact_allowed")]
    assert ask("sms", standing=stopped, purpose="reply").verdict == "allow"


@pytest.mark.parametrize("purpose", ["dunning", "reply", "statutory_notice"])
def test_house_deceased(purpose: Purpose) -> None:
    """HOUSE.DECEASED: nothing goes to the dead, not even a notice."""
    answer = ask("letter", standing=Standing(deceased=True), purpose=purpose)
    assert (answer.verdict, answer.rules) == ("block", ("HOUSE.DECEASED",))


def test_every_rule_has_a_test_named_after_it() -> None:
    """A rule added to the file without a test here fails this one."""
    tests = set(re.findall(r"def test_(\w+)\(", Path(__file__).read_text(encoding="utf-8")))
    assert {rule.id.lower().replace(".", "_") for rule in CN.rules} <= tests


def test_the_verdict_names_the_rulebook_by_its_digest() -> None:
    """What was applied can be looked up for ever."""
    assert ask().rulebook == digest(CN)
    assert ask(now=datetime(2026, 11, 22, 4, tzinfo=UTC)) == ask()
