"""A case in words: every kind of fact has a sentence in both languages, and the story what matters of it."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from operations.sentences import sentence
from operations.telling import CATALOGUES, Carrier, tell
from operations.values import Speaker
from schemas.contact import Finding, Verdict
from schemas.facts import (
    AttemptRefused,
    CommandRefused,
    ContactResultPosted,
    Fact,
    PaymentPosted,
    PaymentReversed,
)
from schemas.ledger import Head
from schemas.messages import Agenda
from schemas.steps import MakeContact, Why
from tests.domain.casework import NOON, rules
from tests.operations.kinds import FIELDS, KINDS, OTHERWISE, PROPOSAL
from tests.operations.storywork import Told, recorded, said, told

SPEAKERS = [Speaker(words, "Asia/Shanghai", "CNY", {"f" * 64: "default@1"}) for words in CATALOGUES.values()]


@pytest.mark.parametrize("speaker", SPEAKERS, ids=list(CATALOGUES))
@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_can_be_told(kind: str, speaker: Speaker) -> None:
    """No kind without a sentence, no sentence that names what its fact has not, none that shows a bare object."""
    body: Fact = TypeAdapter(Fact).validate_python(FIELDS | OTHERWISE.get(kind, {}) | {"kind": kind})
    said = sentence(recorded(body), speaker)
    assert said
    assert not any(mark in said for mark in "{}<>=")
    assert said.count("(") == said.count(")")
    assert said.count("（") == said.count("）")
    assert not any(word in said for word in ("None", "datetime", "Decimal", "True", "False", "f" * 13))


@pytest.mark.parametrize("kind", KINDS)
def test_chinese_has_a_blank_beside_latin_and_none_elsewhere(kind: str) -> None:
    """Between two Chinese words there is none, between an id or an amount and a Chinese word there is one."""
    body: Fact = TypeAdapter(Fact).validate_python(FIELDS | OTHERWISE.get(kind, {}) | {"kind": kind})
    said = sentence(recorded(body), Speaker(CATALOGUES["zh-CN"], "Asia/Shanghai", "CNY", {}))
    assert re.findall(r"[一-鿿][A-Za-z0-9-]|[A-Za-z0-9%][一-鿿]|[一-鿿，（）；：] [一-鿿，（）；：]", said) == [], said


def test_both_languages_say_the_same_things() -> None:
    """The catalogues have the same sentences, and each names the same things."""
    one, other = CATALOGUES["en"], CATALOGUES["zh-CN"]
    for part in ("headings", "facts", "steps", "parts", "dossier"):
        mine, theirs = getattr(one, part), getattr(other, part)
        assert mine.keys() == theirs.keys()
        for name in mine:
            assert _fields(mine[name]) == _fields(theirs[name]), name
    assert set(one.facts) == set(KINDS)


def _fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}


def test_a_refusal_names_every_rule_and_when_it_ends() -> None:
    """Deferred by hours and by a cap: both stand there, in the bank's time."""
    findings = (
        Finding(rule="CN.HOURS", verdict="defer", until=datetime(2026, 3, 13, 0, tzinfo=UTC)),
        Finding(rule="HOUSE.OPT_OUT", verdict="block", release="channel_opted_in"),
    )
    verdict = Verdict(verdict="block", findings=findings, rulebook="0" * 64)
    body = AttemptRefused.model_validate({"proposal": PROPOSAL, "verdict": verdict})
    assert said(body) == (
        "SMS to L1-P at L1-phone blocked, nothing went out: CN.HOURS until 2026-03-13 08:00; "
        "HOUSE.OPT_OUT until channel opted in"
    )
    assert said(body, "zh-CN") == (
        "短信触达 L1-P（L1-phone）被禁止，未发出：CN.HOURS（至 2026-03-13 08:00）；HOUSE.OPT_OUT（直到借款人同意该渠道）"
    )


def test_money_is_told_to_the_cent_with_its_currency() -> None:
    """Thousands are parted."""
    paid = PaymentPosted(reference="PAY-1", amount=Decimal("12345.60"), currency="CNY", value_date=date(2026, 3, 12))
    assert said(paid) == "Payment PAY-1: 12,345.60 CNY, value date 2026-03-12"


def test_a_refused_command_says_who_what_and_why() -> None:
    """The rule's own words in English, the catalogue's in Chinese."""
    refused = CommandRefused(command="resume", rule="resume.nothing", why="nothing to resume")
    assert said(refused) == "ops-wang's command resume was refused: nothing to resume [resume.nothing]"
    assert said(refused, "zh-CN") == (
        "ops-wang 的指令“恢复”被拒绝：案件没有停催、挂起或转人工，无可恢复；停催事由须予解除，不能恢复 [resume.nothing]"
    )


def test_a_cured_case_is_told_to_its_end() -> None:
    """Opened, read, assessed, paid: all in order, and nothing is next."""
    life = Told()
    life.pay("1050.00", "PAY-1")
    life.live(timedelta(0))
    story = told(life, carrier=Carrier(running=False))
    assert story.title == "Case of loan L1: closed, cured"
    assert [line.seq for line in story.facts] == list(range(1, len(story.facts) + 1))
    assert story.facts[0].text.startswith("Case opened: overdue since 2026-03-10")
    assert story.facts[-1].text == "Case closed, cured: the arrears are paid [money.cured]"
    assert story.transactions.lines == ("2026-03-12  1,050.00 CNY  payment PAY-1",)
    assert story.money.lines[0].startswith("nothing overdue; 2,100.00 CNY outstanding")
    assert story.next.lines == ("Nothing: the arrears are paid", "No workflow is running for it")
    assert told(life, "zh-CN").title == "贷款 L1 的催收案件：已结案，逾期已还清（回正）"


def test_an_open_case_says_what_is_next_and_why() -> None:
    """From the ledger; and what its workflow says beside it."""
    life = Told()
    (line,) = told(life).next.lines
    assert line.startswith("Until 2026-03-14 ")
    assert line.endswith(f": {life.step().why.text} [policy.grace]")
    agenda = Agenda(
        head=Head(seq=7),
        now=NOON,
        stage="contact",
        handled_by="robot",
        step="act",
        action="make_contact",
        why=Why(rule="policy.ladder.1", text="sms (reminder_sms)"),
        quiet=False,
    )
    assert MakeContact.model_fields["kind"].default == agenda.action
    beside = told(life, carrier=Carrier(running=True, agenda=agenda)).next.lines[-1]
    assert beside == (
        "The workflow at 2026-03-12 12:00, fact 7: Now: make a contact, because sms (reminder_sms) [policy.ladder.1]"
    )
    assert "starter.py recover" in told(life, carrier=Carrier(running=False)).next.lines[-1]


def test_a_book_ahead_of_the_clock_is_told_on_its_own_time() -> None:
    """A case carried months ahead is not 'behind the ledger' because somebody looks at it today."""
    life = Told()
    strategy, law = rules()
    story = tell("L1", life.facts, strategy, law, NOON - timedelta(days=400), "en")
    assert "policy.grace" in story.next.lines[0]


def test_a_message_from_the_future_does_not_move_the_storys_clock() -> None:
    """The time in it is its sender's. It is told among the facts, and money is reckoned on the case's own day."""
    life = Told()
    in_a_year = NOON + timedelta(days=365)
    note = recorded(
        ContactResultPosted(attempt="L1:9", result="no_answer"), life.facts[-1].seq + 1, in_a_year, actor="gateway"
    )
    strategy, law = rules()
    story = tell("L1", [*life.facts, note], strategy, law, NOON, "en")
    assert story.facts[-1].at == "2027-03-12 12:00"
    assert story.money.heading.startswith("Money on 2026-03-12")
    assert "(2 days, M1)" in story.money.lines[0]
    assert "policy.grace" in story.next.lines[0]


def test_the_workflows_own_clock_counts_where_it_has_come_further_than_its_decisions() -> None:
    """Time that was skipped without anything to decide."""
    life = Told()
    agenda = Agenda(
        head=Head(seq=7),
        now=NOON + timedelta(days=1),
        stage="contact",
        handled_by="robot",
        step="wait",
        why=Why(rule="policy.grace", text="days of grace"),
        quiet=True,
    )
    story = told(life, carrier=Carrier(running=True, agenda=agenda))
    assert story.money.heading.startswith("Money on 2026-03-13")
    assert "(3 days, M1)" in story.money.lines[0]


def test_a_reversal_is_listed_with_what_it_takes_back() -> None:
    """Both movements stand there, by value date."""
    life = Told()
    life.pay("1050.00", "PAY-1")
    life.tell(PaymentReversed(reference="RET-1", reverses="PAY-1", value_date=date(2026, 3, 13)))
    assert told(life).transactions.lines == (
        "2026-03-12  1,050.00 CNY  payment PAY-1",
        "2026-03-13  1,050.00 CNY  RET-1 takes back PAY-1",
    )
