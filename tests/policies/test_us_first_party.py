"""The shipped rulebook for creditors in the United States who collect in their own name: one test a rule, named after it."""

from __future__ import annotations

from datetime import timedelta

from schemas.contact import Conversation, Standing
from schemas.holds import Hold
from tests.domain.guardwork import local
from tests.policies.asking import DAY, NEW_YORK, NOON, Asker, made, untested
from tests.policies.parties import EXECUTOR, Asking

ask = Asker.of("us-first-party")
OTHERS = Asking("us-first-party", NOON, NEW_YORK)
HOUR = timedelta(hours=1)


def test_us_house_hours() -> None:
    """US.HOUSE.HOURS: eight to nine where the borrower is, by the house; post comes when it comes."""
    assert ask(now="2027-04-14T07:59").rules == ("US.HOUSE.HOURS",)
    assert ask(now="2027-04-14T08:00").verdict == "allow"
    assert ask(now="2027-04-14T21:00").rules == ("US.HOUSE.HOURS",)
    assert ask(now="2027-04-14T10:00", zones=(NEW_YORK, "America/Los_Angeles")).rules == ("US.HOUSE.HOURS",)
    assert ask("letter", now="2027-04-14T23:00").verdict == "allow"


def test_us_house_seven() -> None:
    """US.HOUSE.SEVEN: Regulation F's seven calls in seven days about one debt, kept by choice."""
    seven = made(7, timedelta(hours=22))
    assert "US.HOUSE.SEVEN" in ask(attempts=seven).rules
    assert "US.HOUSE.SEVEN" not in ask(attempts=seven[:6]).rules
    assert "US.HOUSE.SEVEN" not in ask(attempts=made(7, timedelta(hours=22), loan="L-2")).rules


def test_us_house_after_talk() -> None:
    """US.HOUSE.AFTER_TALK: a talk on the eighth is day one, the fifteenth is free."""
    talk = Conversation(loan_id="L-1", at=local("2027-04-08T17:00", NEW_YORK))
    assert ask(talks=(talk,)).rules == ("US.HOUSE.AFTER_TALK",)
    assert ask(talks=(talk,)).until == local("2027-04-15T08:00", NEW_YORK)
    assert ask("email", talks=(talk,)).verdict == "allow"


def test_us_house_gap() -> None:
    """US.HOUSE.GAP: three hours between calls."""
    assert ask(attempts=made(1, 2 * HOUR)).rules == ("US.HOUSE.GAP",)
    assert ask(attempts=made(1, 3 * HOUR)).verdict == "allow"


def test_us_house_calls() -> None:
    """US.HOUSE.CALLS: two a day, whichever debts they are about."""
    two = made(2, HOUR, loan="L-2")
    assert ask(now="2027-04-14T16:00", attempts=two).rules == ("US.HOUSE.CALLS",)
    assert ask(now="2027-04-14T16:00", attempts=two[:1]).verdict == "allow"


def test_us_house_messages() -> None:
    """US.HOUSE.MESSAGES: two written ones a day."""
    assert ask("sms", attempts=made(2, HOUR, "email")).rules == ("US.HOUSE.MESSAGES",)
    assert ask("sms", attempts=made(1, HOUR, "email")).verdict == "allow"


def test_us_revocation() -> None:
    """US.REVOCATION: 47 CFR 64.1200(a)(10), what was revoked is closed at once; letters stay."""
    out = Standing(opted_out=("sms",))
    assert ask("sms", standing=out).rules == ("US.REVOCATION",)
    assert ask("letter", standing=out).verdict == "allow"


def test_us_house_stop() -> None:
    """US.HOUSE.STOP: no law obliges a creditor to cease, the house does."""
    stopped = Standing(stopped="borrower_request")
    assert ask(standing=stopped).rules == ("US.HOUSE.STOP",)
    assert ask("letter", standing=stopped, purpose="statutory_notice").verdict == "allow"


def test_us_house_deceased() -> None:
    """US.HOUSE.DECEASED: nothing goes to somebody who died."""
    assert ask("letter", standing=Standing(deceased=True), purpose="statutory_notice").rules == ("US.HOUSE.DECEASED",)


def test_us_stay() -> None:
    """US.STAY: 11 USC 362 binds every creditor, from the filing on."""
    filed = Hold(hold="h", kind="insolvency", reason="petition", opened_at=NOON - DAY)
    assert ask(standing=Standing(holds=(filed,))).rules == ("US.STAY",)


def test_us_robot_consent() -> None:
    """US.ROBOT.CONSENT: 47 USC 227(b)(1)(A)(iii), no artificial or recorded voice without prior express consent."""
    assert ask("robot_call", standing=Standing()).rules == ("US.ROBOT.CONSENT",)
    assert ask("robot_call").verdict == "allow"
    assert ask("human_call", standing=Standing()).verdict == "allow"


def test_us_house_im_consent() -> None:
    """US.HOUSE.IM_CONSENT: a messenger only after they agreed."""
    assert ask("im", standing=Standing()).rules == ("US.HOUSE.IM_CONSENT",)
    assert ask("im").verdict == "allow"


def test_us_house_visit_team() -> None:
    """US.HOUSE.VISIT_TEAM: by two at least."""
    assert ask("visit", team=1).rules == ("US.HOUSE.VISIT_TEAM",)
    assert ask("visit").verdict == "allow"


def test_every_rule_has_a_test_named_after_it() -> None:
    """A rule added to the file without a test here fails this one."""
    assert untested(ask.book, __file__) == set()


def test_us_house_vulnerable() -> None:
    """US.HOUSE.VULNERABLE: a person looks first."""
    assert OTHERS.ask(standing=Standing(holds=(OTHERS.hold("hardship"),))).verdict == "review"


def test_us_house_military() -> None:
    """US.HOUSE.MILITARY: nothing is demanded of a borrower who serves before a person has ended the hold."""
    serves = Standing(holds=(OTHERS.hold("military"),))
    assert OTHERS.ask(standing=serves).rules == ("US.HOUSE.MILITARY",)
    assert OTHERS.ask(standing=serves, purpose="reply").verdict == "allow"


def test_us_house_attorney() -> None:
    """US.HOUSE.ATTORNEY: through whoever acts for them."""
    acting = Standing(holds=(OTHERS.hold("represented"),), representatives=(EXECUTOR,))
    assert OTHERS.ask("P-1", standing=acting).rules == ("US.HOUSE.ATTORNEY",)
    assert OTHERS.ask("P-9", standing=acting).verdict == "allow"


def test_us_house_recipients() -> None:
    """US.HOUSE.RECIPIENTS: those who owe, whatever it is for; others are not even asked where the borrower is."""
    assert OTHERS.ask("P-3").verdict == "allow"
    where = {"channel": "human_call", "purpose": "locate", "template": "locate_call"}
    assert OTHERS.ask("P-4", debt={"failures": 9}, **where).rules == ("US.HOUSE.RECIPIENTS",)


def test_us_house_debt_hold() -> None:
    """US.HOUSE.DEBT_HOLD: a dispute, somebody else's loan, a pause."""
    for kind in ("dispute", "identity_fraud", "pause"):
        assert OTHERS.ask(debt={"holds": (OTHERS.hold(kind),)}).rules == ("US.HOUSE.DEBT_HOLD",)


def test_us_house_complaint() -> None:
    """US.HOUSE.COMPLAINT: looked at first."""
    assert OTHERS.ask(debt={"holds": (OTHERS.hold("complaint"),)}).verdict == "review"


def test_us_house_agreement() -> None:
    """US.HOUSE.AGREEMENT: what is kept is not asked for again."""
    assert OTHERS.ask(debt={"agreement": "promise"}).rules == ("US.HOUSE.AGREEMENT",)


def test_us_house_time_barred() -> None:
    """US.HOUSE.TIME_BARRED: no threat of a suit that cannot be won."""
    over = {"channel": "human_call", "limitation_ends": (NOON - 2 * DAY).date(), "consequences": ("suit",)}
    assert OTHERS.ask(**over).rules == ("US.HOUSE.TIME_BARRED",)
