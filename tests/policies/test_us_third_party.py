"""The shipped rulebook for third-party collectors in the United States: one test for each rule, named after it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from policies.loader import HERE, load_rulebook, shipped
from schemas.contact import (
    Agreed,
    Conversation,
    Standing,
)
from schemas.holds import Hold, HoldKind
from tests.domain.guardwork import local
from tests.policies.asking import DAY, NEW_YORK, NOON, Asker, made
from tests.policies.parties import EXECUTOR, Asking

US = load_rulebook(HERE / "rulebooks" / "us-third-party.yaml")


ask = Asker.of("us-third-party")


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
    seven = made(7, timedelta(hours=22))
    assert "US.CALL.SEVEN" in ask(attempts=seven).rules
    assert "US.CALL.SEVEN" not in ask(attempts=seven[:6]).rules
    assert "US.CALL.SEVEN" not in ask(attempts=made(7, timedelta(hours=22), loan="L-2")).rules


def test_us_call_after_talk() -> None:
    """US.CALL.AFTER_TALK: a talk on the eighth is day one, the fifteenth is free; a message may be sent meanwhile."""
    talk = (Conversation(loan_id="L-1", at=local("2027-04-08T17:00", NEW_YORK)),)
    assert ask(talks=talk).rules == ("US.CALL.AFTER_TALK",)
    assert ask(talks=talk).until == local("2027-04-15T08:00", NEW_YORK)
    assert ask("email", talks=talk).verdict == "allow"
    assert ask(talks=(talk[0].model_copy(update={"loan_id": "L-2"}),)).verdict == "allow"


def test_us_house_gap() -> None:
    """US.HOUSE.GAP: three hours between calls."""
    assert ask(attempts=made(1, timedelta(hours=2, minutes=59))).rules == ("US.HOUSE.GAP",)
    assert ask(attempts=made(1, timedelta(hours=3))).verdict == "allow"


def test_us_house_calls() -> None:
    """US.HOUSE.CALLS: two a day, whichever debts they are about."""
    now = "2027-04-14T16:00"
    two = made(2, timedelta(hours=1), loan="L-2")
    assert ask(now=now, attempts=two).rules == ("US.HOUSE.CALLS",)
    assert ask(now=now, attempts=two[:1]).verdict == "allow"


def test_us_house_messages() -> None:
    """US.HOUSE.MESSAGES: two written ones a day."""
    assert ask("sms", attempts=made(2, timedelta(hours=1), "email")).rules == ("US.HOUSE.MESSAGES",)
    assert ask("sms", attempts=made(1, timedelta(hours=1), "email")).verdict == "allow"


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


OTHERS = Asking("us-third-party", NOON, NEW_YORK)


def test_us_house_vulnerable() -> None:
    """US.HOUSE.VULNERABLE: a person looks first."""
    assert OTHERS.ask(standing=Standing(holds=(OTHERS.hold("hardship"),))).verdict == "review"


def test_us_house_military() -> None:
    """US.HOUSE.MILITARY: nothing is demanded of a borrower who serves before a person has ended the hold."""
    serves = Standing(holds=(OTHERS.hold("military"),))
    assert OTHERS.ask(standing=serves).rules == ("US.HOUSE.MILITARY",)
    assert OTHERS.ask(standing=serves, purpose="reply").verdict == "allow"


@pytest.mark.parametrize("kind", ["represented", "minor", "incapacity"])
def test_us_attorney(kind: HoldKind) -> None:
    """US.ATTORNEY: 12 CFR 1006.6(b)(2), through whoever acts for them; once they act no longer, directly."""
    acting = Standing(holds=(OTHERS.hold(kind),), representatives=(EXECUTOR,))
    for purpose in ("dunning", "reply", "statutory_notice"):
        assert OTHERS.ask("P-1", standing=acting, purpose=purpose).rules == ("US.ATTORNEY",)
        assert OTHERS.ask("P-9", standing=acting, purpose=purpose).verdict == "allow"
    assert OTHERS.ask("P-1", standing=Standing(representatives=(EXECUTOR,))).verdict == "allow"


def test_us_recipients() -> None:
    """US.RECIPIENTS: 12 CFR 1006.6(d)(1)."""
    assert OTHERS.ask("P-3").verdict == "allow"
    assert "US.RECIPIENTS" in OTHERS.ask("P-4").rules


def test_us_location() -> None:
    """US.LOCATION: 12 CFR 1006.10, once a person, the debt unsaid."""
    where = {"channel": "human_call", "purpose": "locate", "template": "locate_call"}
    assert OTHERS.ask("P-4", debt={"failures": 1}, **where).verdict == "allow"
    assert OTHERS.ask("P-4", debt={"failures": 1, "located": ("P-4",)}, **where).rules == ("US.LOCATION",)


@pytest.mark.parametrize("kind", ["dispute", "identity_fraud"])
def test_us_dispute(kind: HoldKind) -> None:
    """US.DISPUTE: 12 CFR 1006.38(d)(2), until it is verified."""
    assert OTHERS.ask(debt={"holds": (OTHERS.hold(kind),)}).rules == ("US.DISPUTE",)


def test_us_house_debt_hold() -> None:
    """US.HOUSE.DEBT_HOLD: an operator's pause."""
    assert OTHERS.ask(debt={"holds": (OTHERS.hold("pause"),)}).rules == ("US.HOUSE.DEBT_HOLD",)


def test_us_house_complaint() -> None:
    """US.HOUSE.COMPLAINT: looked at by a person first; the reply is not."""
    complained = {"holds": (OTHERS.hold("complaint"),)}
    assert OTHERS.ask(debt=complained).verdict == "review"
    assert OTHERS.ask(debt=complained, purpose="reply").verdict == "allow"


def test_us_house_agreement() -> None:
    """US.HOUSE.AGREEMENT: what is kept is not asked for again."""
    assert OTHERS.ask(debt={"agreement": "plan"}).rules == ("US.HOUSE.AGREEMENT",)


def test_us_validation() -> None:
    """US.VALIDATION: 12 CFR 1006.34(a)(1), no demand before the notice; the notice itself may go out."""
    assert OTHERS.ask(debt={"notices": ()}).rules == ("US.VALIDATION",)
    assert OTHERS.ask(debt={"notices": ()}, channel="letter", notice="validation").verdict == "allow"
    assert OTHERS.ask().verdict == "allow"


def test_us_time_barred() -> None:
    """US.TIME_BARRED: 12 CFR 1006.26(b), no threat of a suit after the period; a call without one is no threat."""
    over = {"channel": "human_call", "limitation_ends": (NOON - 2 * DAY).date()}
    assert OTHERS.ask(**over, consequences=("suit",)).rules == ("US.TIME_BARRED",)
    assert OTHERS.ask(**over).verdict == "allow"


def test_us_direct_prior_consent() -> None:
    """US.CALL.SEVEN and US.CALL.AFTER_TALK: 12 CFR 1006.14(b)(3)(i), calls by direct consent within seven days of it."""
    yes = Agreed(consent="CO-1", grants="attempts", channels=("human_call",), until=NOON + 6 * DAY)
    seven = {"attempts": made(7, timedelta(hours=20)), "conversations": (Conversation(loan_id="L-1", at=NOON - DAY),)}
    assert set(OTHERS.ask(channel="human_call", facts=seven).rules) == {"US.CALL.SEVEN", "US.CALL.AFTER_TALK"}
    agreed = Standing(agreed=(yes,))
    assert OTHERS.ask(channel="human_call", facts=seven, standing=agreed).verdict == "allow"


def test_us_house_recording() -> None:
    """US.HOUSE.RECORDING: known only afterwards; the audit looks (tests/operations/test_conduct.py)."""
    assert OTHERS.ask(channel="human_call").verdict == "allow"


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
