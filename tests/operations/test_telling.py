"""A case in words: every kind of fact has a sentence in both languages, and what matters stands in it."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from operations.telling import CATALOGUES, Carrier, Story, tell
from operations.values import Speaker
from schemas.contact import Finding, Verdict
from schemas.facts import AttemptRefused, CommandRefused, Fact, PaymentPosted, PaymentReversed
from schemas.ledger import Head, RecordedFact
from schemas.loan import Language
from schemas.messages import Agenda
from schemas.steps import MakeContact, Why
from tests.domain.casework import NOON, Life, rules

KINDS = [kind.model_fields["kind"].default for kind in get_args(get_args(Fact)[0])]
PROPOSAL = {
    "attempt": "L1:1",
    "channel": "sms",
    "contact_point_id": "L1-phone",
    "party_id": "L1-P",
    "template": "reminder_sms",
}
VERDICT = {"verdict": "allow", "obligations": ["opt_out_line"], "rulebook": "0" * 64}
AT = "2026-03-12T04:00:00Z"
# What each kind needs to be built, over all that the others need: fields nobody knows are let through.
FIELDS: dict[str, Any] = {
    "request": {"loan_id": "L1", "borrower_id": "B", "overdue_since": "2026-03-10", "parties": [{"party_id": "L1-P"}]},
    "epoch": 1,
    "policy": "f" * 64,
    "rule": "some.rule",
    "why": "for a reason",
    "stage": "contact",
    "outcome": "cured",
    "account": {
        "loan_id": "L1",
        "as_of": AT,
        "currency": "CNY",
        "instalments": [],
        "arrears": "1050.00",
        "outstanding": "12345.60",
    },
    "record": {"as_of": AT, "grade": "b", "lenders": 3, "past_due_elsewhere": 1},
    "authorisation": "AUTH-1",
    "segment": "repeated",
    "tier": "high",
    "reasons": ["high_arrears"],
    "system": "core_banking",
    "code": "timeout",
    "proposal": PROPOSAL,
    "verdict": VERDICT,
    "attempt": "L1:1",
    "gateway_reference": "msg-1",
    "shadow": True,
    "result": "promised",
    "collector": "agent-7",
    "identity_verified": True,
    "quiet_until": AT,
    "note_id": "note-1",
    "reference": "PAY-1",
    "reverses": "PAY-0",
    "amount": "1050.00",
    "currency": "CNY",
    "value_date": "2026-03-12",
    "reason": "complaint",
    "until": AT,
    "command": "pause",
    "signal": "payment_posted",
    "errors": ["amount: decimal_type"],
    "fact_id": "payment:PAY-1",
    "channel": "sms",
    "party_id": "L1-P",
    "contact_point_id": "L1-phone",
    "point_kind": "phone",
}
SPEAKERS = [Speaker(words, "Asia/Shanghai", "CNY", {"f" * 64: "default@1"}) for words in CATALOGUES.values()]


def recorded(body: Fact, seq: int = 1, at: datetime = NOON, actor: str = "ops-wang") -> RecordedFact:
    """A fact as from the ledger."""
    return RecordedFact(
        fact_id=f"f:{seq}",
        occurred_at=at,
        source="test",
        actor=actor,
        body=body,
        seq=seq,
        hash=f"{seq:064x}",
        epoch=1,
        recorded_at=at,
    )


class Told(Life):
    """A life in memory that keeps its facts. It begins with the case opened, its account read, and what follows."""

    def __init__(self) -> None:
        self.facts: list[RecordedFact] = []
        super().__init__()
        self.live(timedelta(0))

    def tell(self, body: Fact, at: datetime | None = None) -> None:
        """A fact happens, and is kept."""
        self.facts.append(recorded(body, len(self.facts) + 1, at or self.now))
        self.case = self.case.apply(self.facts[-1])


def said(body: Fact, language: Language = "en") -> str:
    """One fact in words."""
    return Speaker(CATALOGUES[language], "Asia/Shanghai", "CNY", {}).sentence(recorded(body))


def told(life: Told, language: Language = "en", carrier: Carrier | None = None) -> Story:
    """The story of a life lived in memory."""
    strategy, law = rules()
    return tell("L1", life.facts, strategy, law, life.now, language, carrier)


@pytest.mark.parametrize("speaker", SPEAKERS, ids=list(CATALOGUES))
@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_can_be_told(kind: str, speaker: Speaker) -> None:
    """No kind without a sentence, no sentence that names what its fact has not, none that shows a bare object."""
    body: Fact = TypeAdapter(Fact).validate_python(FIELDS | {"kind": kind})
    sentence = speaker.sentence(recorded(body))
    assert sentence
    assert "{" not in sentence
    assert "(" not in sentence or ")" in sentence
    assert not any(word in sentence for word in ("None", "datetime", "Decimal", "=", "ffffff"))


def test_both_languages_say_the_same_things() -> None:
    """The catalogues have the same sentences, and each names the same things."""
    one, other = CATALOGUES["en"], CATALOGUES["zh-CN"]
    for part in ("headings", "facts", "steps", "parts"):
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
        "短信联系 L1-P（L1-phone）被禁止，未发出：CN.HOURS（至 2026-03-13 08:00）；HOUSE.OPT_OUT（直到借款人同意该渠道）"
    ).replace("；HOUSE", "; HOUSE")


def test_money_is_told_to_the_cent_with_its_currency() -> None:
    """Thousands are parted."""
    paid = PaymentPosted(reference="PAY-1", amount=Decimal("12345.60"), currency="CNY", value_date=date(2026, 3, 12))
    assert said(paid) == "Payment PAY-1: 12,345.60 CNY, value date 2026-03-12"


def test_a_refused_command_says_who_what_and_why() -> None:
    """The rule's own words in English, the catalogue's in Chinese."""
    refused = CommandRefused(command="resume", rule="resume.nothing", why="nothing to resume")
    assert said(refused) == "ops-wang's command resume was refused: nothing to resume [resume.nothing]"
    assert (
        said(refused, "zh-CN") == "ops-wang 的指令“恢复”被拒绝：案件没有暂停、搁置或转人工，无可恢复 [resume.nothing]"
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
    assert told(life, "zh-CN").title == "贷款 L1 的催收案件：已结案，逾期已还清"


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


def test_a_reversal_is_listed_with_what_it_takes_back() -> None:
    """Both movements stand there, by value date."""
    life = Told()
    life.pay("1050.00", "PAY-1")
    life.tell(PaymentReversed(reference="RET-1", reverses="PAY-1", value_date=date(2026, 3, 13)))
    assert told(life).transactions.lines == (
        "2026-03-12  1,050.00 CNY  payment PAY-1",
        "2026-03-13  1,050.00 CNY  RET-1 takes back PAY-1",
    )
