"""The shipped rulebook for third-party collectors in the United States: one test for each rule, named after it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from domain.artefacts import digest
from domain.conduct import decide
from policies.loader import HERE, load_rulebook, shipped
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
from schemas.holds import Hold
from tests.domain.guardwork import local

US = load_rulebook(HERE / "rulebooks" / "us-third-party.yaml")
NEW_YORK = "America/New_York"
NOON = local("2027-04-14T12:00", NEW_YORK)
DAY = timedelta(days=1)


def ask(
    channel: Channel = "human_call",
    now: str = "2027-04-14T12:00",
    zones: tuple[str, ...] = (NEW_YORK,),
    purpose: Purpose = "dunning",
    team: int = 2,
    standing: Standing | None = None,
    attempts: tuple[PastAttempt, ...] = (),
    talks: tuple[Conversation, ...] = (),
) -> Verdict:
    """What the guard says of a contact about L-1."""
    asked = ContactProposal(
        attempt="new",
        channel=channel,
        contact_point_id="cp-1",
        party_id="P-1",
        purpose=purpose,
        template="reminder",
        zones=zones,
        appointment=NOON + DAY if channel == "visit" else None,
        team=team if channel == "visit" else 0,
    )
    known = ConductFacts(
        standing=standing or Standing(opted_in=("im",)), loan_id="L-1", attempts=attempts, conversations=talks
    )
    return decide(asked, known, local(now, NEW_YORK), US, digest(US))


def calls(count: int, apart: timedelta, channel: Channel = "robot_call", loan: str = "L-1") -> tuple[PastAttempt, ...]:
    """Contacts before noon, the newest one `apart` before it."""
    return tuple(
        PastAttempt(attempt=f"a{n}", loan_id=loan, channel=channel, contact_point_id="cp-9", at=NOON - n * apart)
        for n in range(1, count + 1)
    )


@pytest.mark.parametrize(
    ("now", "verdict"),
    [("2027-04-14T07:59:59", "defer"), ("2027-04-14T08:00", "allow"), ("2027-04-14T21:00", "defer")],
)
def test_us_hours(now: str, verdict: str) -> None:
    """US.HOURS: 12 CFR 1006.6(b)(1)(i), eight to nine where the consumer is, and in both places where that is not sure."""
    assert ask(now=now).verdict == verdict
    assert ask(now="2027-04-14T10:00", zones=(NEW_YORK, "America/Los_Angeles")).rules == ("US.HOURS",)
    assert ask(now="2027-04-14T11:00", zones=(NEW_YORK, "America/Los_Angeles")).verdict == "allow"


def test_us_call_seven() -> None:
    """US.CALL.SEVEN: the eighth call in seven days about this debt waits; about another it may be the first."""
    seven = calls(7, timedelta(hours=22))
    assert "US.CALL.SEVEN" in ask(attempts=seven).rules
    assert "US.CALL.SEVEN" not in ask(attempts=seven[:6]).rules
    assert "US.CALL.SEVEN" not in ask(attempts=calls(7, timedelta(hours=22), loan="L-2")).rules


def test_us_call_after_talk() -> None:
    """US.CALL.AFTER_TALK: a talk on the eighth is day one, the fifteenth is free; a message may be sent meanwhile."""
    talk = (Conversation(loan_id="L-1", at=local("2027-04-08T17:00", NEW_YORK)),)
    assert ask(talks=talk).rules == ("US.CALL.AFTER_TALK",)
    assert ask(talks=talk).until == local("2027-04-15T08:00", NEW_YORK)
    assert ask("email", talks=talk).verdict == "allow"
    assert ask(talks=(talk[0].model_copy(update={"loan_id": "L-2"}),)).verdict == "allow"


def test_us_house_gap() -> None:
    """US.HOUSE.GAP: three hours between calls."""
    assert ask(attempts=calls(1, timedelta(hours=2, minutes=59))).rules == ("US.HOUSE.GAP",)
    assert ask(attempts=calls(1, timedelta(hours=3))).verdict == "allow"


def test_us_house_calls() -> None:
    """US.HOUSE.CALLS: two a day, whichever debts they are about."""
    now = "2027-04-14T16:00"
    two = calls(2, timedelta(hours=1), loan="L-2")
    assert ask(now=now, attempts=two).rules == ("US.HOUSE.CALLS",)
    assert ask(now=now, attempts=two[:1]).verdict == "allow"


def test_us_house_messages() -> None:
    """US.HOUSE.MESSAGES: two written ones a day."""
    assert ask("sms", attempts=calls(2, timedelta(hours=1), "email")).rules == ("US.HOUSE.MESSAGES",)
    assert ask("sms", attempts=calls(1, timedelta(hours=1), "email")).verdict == "allow"


def test_us_medium() -> None:
    """US.MEDIUM: 12 CFR 1006.14(h), "stop calling" closes the telephone and no letter; a reply may be given."""
    out = Standing(opted_out=("human_call",))
    assert ask(standing=out).rules == ("US.MEDIUM",)
    assert ask("letter", standing=out).verdict == "allow"
    assert ask(standing=out, purpose="reply").verdict == "allow"


def test_us_cease() -> None:
    """US.CEASE: 12 CFR 1006.6(c), after a refusal in writing nothing but the notices that are excepted."""
    ceased = Standing(stopped="borrower_request")
    assert ask(standing=ceased).rules == ("US.CEASE",)
    assert ask("letter", standing=ceased, purpose="statutory_notice").verdict == "allow"


def test_us_house_deceased() -> None:
    """US.HOUSE.DECEASED: nothing goes to somebody who died."""
    assert ask("letter", standing=Standing(deceased=True), purpose="statutory_notice").rules == ("US.HOUSE.DECEASED",)


def test_us_stay() -> None:
    """US.STAY: 11 USC 362, from the filing on nothing is demanded."""
    filed = Hold(hold="h", kind="insolvency", reason="petition", opened_at=NOON - DAY)
    assert ask(standing=Standing(holds=(filed,))).rules == ("US.STAY",)


def test_us_house_im_consent() -> None:
    """US.HOUSE.IM_CONSENT: a messenger only after they agreed."""
    assert ask("im", standing=Standing()).rules == ("US.HOUSE.IM_CONSENT",)
    assert ask("im").verdict == "allow"


def test_us_house_visit_team() -> None:
    """US.HOUSE.VISIT_TEAM: by two at least."""
    assert ask("visit", team=1).rules == ("US.HOUSE.VISIT_TEAM",)
    assert ask("visit").verdict == "allow"


def test_every_rule_has_a_test_named_after_it() -> None:
    """A rule added to the file without a test here fails this one; those of wording have theirs in test_saying.py."""
    tests = set(re.findall(r"def test_(\w+)\(", Path(__file__).read_text(encoding="utf-8")))
    assert {rule.id.lower().replace(".", "_") for rule in US.rules if rule.kind != "wording"} <= tests


def test_drafts_say_that_they_are() -> None:
    """What was not read in the original is marked, in the file and where its numbers are our own."""
    for book in shipped()[1]:
        text = (HERE / "rulebooks" / f"{book.name}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# DRAFT.") == (book.name in ("uk", "in")), book.name
        assert [rule.id for rule in book.rules if ".HOUSE." in rule.id and rule.strength != "house"] == []
        assert "counsel" in text
