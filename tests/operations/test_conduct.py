"""Conduct proven again from the ledger alone: a seeded breach of every rule kind is found, and none where there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import cast, get_args

import pytest

from ledger.artefacts import publish_policy, publish_rulebook
from ledger.borrowers import record_borrower_fact
from ledger.outcomes import finish
from ledger.pool import Pool
from ledger.reservations import begin_sending, reserve
from ledger.switches import flip
from operations.conduct import Conduct, verify_conduct
from policies import loader
from schemas.contact import Channel, ContactProposal, Purpose
from schemas.facts import (
    AccountRead,
    AgreementMade,
    AttemptReleased,
    AttemptSent,
    BorrowerDeceased,
    BorrowerFact,
    ChannelOptedIn,
    ChannelOptedOut,
    ContactRecorded,
    ContactStopped,
    Fact,
    HoldOpened,
    InboundContact,
    PaymentPosted,
)
from schemas.holds import SCOPE_OF
from schemas.ledger import NewFact
from schemas.loan import Account, Instalment
from schemas.rulebook import ApprovedAgency, AttemptCap, AttemptGap, ClosedDays, ConversationPause, Rule, WordingRule
from schemas.terms import Part, PromiseTerms
from tests.ledger.support import NOON, Desk, proposal, strategy, tamper

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHEN = NOON - 3 * DAY
CN = loader.load_rulebook(loader.HERE / "rulebooks" / "cn.yaml")
MORE = {"strength": "house", "source": "tests", "effective_from": date(2000, 1, 1)}
RULES = CN.model_copy(
    update={
        "agencies": (ApprovedAgency(agency="AG-1", listed_from=date(2027, 1, 1)),),
        "rules": (
            *CN.rules,
            ConversationPause(
                id="T.PAUSE", kind="conversation_pause", channels=("letter",), days=2, per="debt", **MORE
            ),
            AttemptGap(id="T.GAP", kind="attempt_gap", channels=("robot_call", "human_call"), minutes=30, **MORE),
            WordingRule(
                id="T.WORDS",
                kind="wording",
                channels=("letter",),
                banned={"zh-CN": ("保证人",), "en": ("guarantor",)},
                **MORE,
            ),
            AttemptCap(
                id="T.WORK",
                kind="attempt_cap",
                channels=("email",),
                maximum=1,
                per="borrower",
                days=30,
                uses=("work",),
                **MORE,
            ),
            ClosedDays(id="T.CLOSED", kind="closed_days", channels=("letter",), dates=(date(2027, 3, 5),), **MORE),
        ),
    }
)
"""The shipped rulebook of China, and the kinds of rules that it has none of."""


def fact(fact_id: str, body: object, at: datetime = WHEN) -> NewFact:
    return NewFact.model_validate({"fact_id": fact_id, "occurred_at": at, "source": "core", "body": body})


def owing() -> NewFact:
    """Core banking's account: one instalment a month late."""
    late = Instalment(number=1, due_on=date(2027, 2, 1), principal=Decimal("1000.00"), interest=Decimal("50.00"))
    account = Account(
        loan_id="L-1",
        as_of=WHEN,
        currency="CNY",
        instalments=(late,),
        arrears=Decimal("1050.00"),
        outstanding=Decimal("1050.00"),
    )
    return fact("account", AccountRead(account=account))


class House:
    """A borrower with two loans, contacted by all the rules."""

    def __init__(self, pool: Pool, first: Desk, second: Desk) -> None:
        self.pool, self.first, self.second = pool, first, second

    async def contact(
        self, attempt: str, channel: Channel = "sms", at: datetime = NOON, purpose: Purpose = "dunning", **more: object
    ) -> None:
        """Reserved, sent, taken by the gateway; the guard must allow it."""
        desk = self.first if attempt.startswith("L-1") else self.second
        await desk.tell()  # reads on
        wanted = ContactProposal.model_validate(
            proposal(attempt, channel).model_dump() | {"contact_point_id": f"cp-{channel}", "purpose": purpose} | more
        )
        taken = await reserve(self.pool, desk.order(), wanted, at)
        assert taken.state == "reserved", taken.verdict
        desk.take(taken.appended)
        sending = await begin_sending(self.pool, desk.order(), wanted, at)
        assert sending.go == "go"
        desk.take(sending.appended)
        desk.take(await finish(self.pool, desk.order(), wanted, AttemptSent(attempt=attempt), at, "messaging"))

    async def visit(self, attempt: str) -> None:
        """By two, tomorrow at noon."""
        meets = {"appointment": NOON + DAY, "appointment_end": NOON + DAY + HOUR, "team": 2}
        await self.contact(attempt, "visit", NOON + HOUR, **meets)

    async def says(self, fact_id: str, body: BorrowerFact, at: datetime = WHEN) -> None:
        """The borrower."""
        await record_borrower_fact(self.pool, "B-1", fact(fact_id, body, at))

    async def hears(self, fact_id: str, body: Fact, at: datetime) -> None:
        """A fact about the borrower; or of a conversation, three times over, in the second loan's stream."""
        if isinstance(body, InboundContact | ContactRecorded):
            await self.second.tell()  # reads on
            await self.second.tell(*(fact(f"{fact_id}-{n}", body, at) for n in range(3)))
        elif isinstance(body, AgreementMade) or (isinstance(body, HoldOpened) and SCOPE_OF[body.hold_kind] == "debt"):
            await self.second.tell()
            await self.second.tell(fact(fact_id, body, at))
        else:
            await self.says(fact_id, cast("BorrowerFact", body), at)

    async def found(self) -> Conduct:
        """What the audit finds."""
        return await verify_conduct(self.pool)


@pytest.fixture
async def house(pool: Pool) -> House:
    """Under the shipped rulebook of China, in arrears, nobody contacted yet."""
    await publish_rulebook(pool, RULES, "tests", datetime(2000, 1, 1, tzinfo=UTC))
    await publish_policy(pool, strategy(), "tests")
    first, second = await Desk.open(pool), await Desk.open(pool, "L-2", "B-1", "chain-b")
    for desk in (first, second):
        await desk.tell(owing())
    return House(pool, first, second)


async def whole_day(house: House) -> None:
    """Contacts on every channel, up to the caps; one refused, one given up; then a few things are said."""
    await house.says("agrees", ChannelOptedIn(channel="im"))
    await house.contact("L-1:a1")
    await house.contact("L-2:a1", "im")
    await house.contact("L-1:a2", "robot_call", NOON + HOUR)
    await house.visit("L-1:a3")
    await house.contact("L-2:a2", "human_call", NOON + 2 * HOUR)
    for desk in (house.first, house.second):
        await desk.tell()
    refused = await reserve(house.pool, house.first.order(), proposal("L-1:a4"), NOON + 2 * HOUR)
    assert refused.state == "refused"
    house.first.take(refused.appended)
    again = await reserve(house.pool, house.second.order(), proposal("L-2:a3"), NOON + DAY)
    house.second.take(again.appended)
    gone = AttemptReleased(attempt="L-2:a3", code="newer_facts")
    house.second.take(await finish(house.pool, house.second.order(), proposal("L-2:a3"), gone, NOON + DAY, "ledger"))
    await house.contact("L-2:a4", "letter", NOON + DAY)
    await house.says("enough", ChannelOptedOut(channel="sms"), NOON + DAY)
    await house.contact("L-1:a5", "letter", NOON + DAY, purpose="statutory_notice")


async def test_what_the_guard_allowed_is_found_to_be_allowed(house: House) -> None:
    """Every verdict given is the one that the facts give."""
    await whole_day(house)
    conduct = await house.found()
    assert conduct.breaches == []
    assert (conduct.borrowers, conduct.allowed, conduct.refused, conduct.sent) == (1, 8, 1, 7)


EARLIER = "UPDATE fact SET recorded_at = '2020-01-01' WHERE stream = 'borrower:B-1' AND fact_id = 'said'"
"""What was said after the contacts is made to have been said before them: it was passed over."""
OPENED = "SELECT recorded_at FROM fact WHERE stream = 'loan:L-2' AND seq = 1"
EARLIER_ON_THE_LOAN = f"UPDATE fact SET recorded_at = ({OPENED}) WHERE stream = 'loan:L-2' AND fact_id = 'said'"

PROPOSED = (
    "UPDATE fact SET body = jsonb_set(body, '{{proposal}}', (body -> 'proposal') || '{}') "
    "WHERE fact_id = 'L-2:a2:reserved'"
)
OTHERS = {"CN.RECIPIENTS", "CN.THIRD_PARTY", "HOUSE.RECIPIENT"}
SEEDED: dict[str, tuple[Fact | None, str, set[str]]] = {
    "contact_hours": (
        None,
        "UPDATE fact SET occurred_at = '2027-03-01 22:00+08' WHERE fact_id = 'L-1:a1:sending'",
        {"CN.HOURS"},
    ),
    "attempt_cap": (
        None,
        "UPDATE fact SET occurred_at = occurred_at - interval '22 hours' WHERE fact_id ~ '^L-2:a[34]:'",
        {"HOUSE.MESSAGES"},
    ),
    "channel_opt_out": (ChannelOptedOut(channel="robot_call"), EARLIER, {"HOUSE.OPT_OUT"}),
    "whole_stop": (ContactStopped(reason="borrower_request"), EARLIER, {"HOUSE.STOP"}),
    "deceased": (BorrowerDeceased(), EARLIER, {"HOUSE.DECEASED"}),
    "borrower_hold": (
        HoldOpened(hold="h1", hold_kind="insolvency", reason="court_notice"),
        EARLIER,
        {"HOUSE.BORROWER_HOLD"},
    ),
    "consent": (None, "DELETE FROM fact WHERE stream = 'borrower:B-1' AND fact_id = 'agrees'", {"CN.IM.CONSENT"}),
    "conversation_cap": (
        InboundContact(inbound="in", channel="inbound_call", intent="other"),
        "UPDATE fact SET recorded_at = '2020-01-01', occurred_at = '2027-03-01 12:00+08' WHERE fact_id ~ '^said'",
        {"CN.CALL.EFFECTIVE", "T.PAUSE"},
    ),
    "conversation_pause": (
        ContactRecorded(collector="c-1", result="refused"),
        "UPDATE fact SET recorded_at = '2020-01-01', occurred_at = '2027-03-01 13:00+08' WHERE fact_id = 'said-1'",
        {"T.PAUSE"},
    ),
    "attempt_gap": (
        None,
        "UPDATE fact SET occurred_at = occurred_at - interval '40 minutes' WHERE fact_id ~ '^L-2:a2:'",
        {"T.GAP"},
    ),
    "closed_days": (
        None,
        "UPDATE fact SET occurred_at = occurred_at + interval '3 days' WHERE fact_id ~ '^(L-2:a4|L-1:a5):'",
        {"T.CLOSED"},
    ),
    "recipients": (None, PROPOSED.format('{"role": "emergency_contact"}'), OTHERS),
    "third_party": (
        None,
        PROPOSED.format('{"role": "emergency_contact", "purpose": "locate", "template": "locate_call"}'),
        OTHERS - {"CN.RECIPIENTS"},
    ),
    "through_representative": (
        HoldOpened(hold="h1", hold_kind="minor", reason="birth_date"),
        EARLIER,
        {"HOUSE.GUARDIAN"},
    ),
    "obligations": (
        None,
        "UPDATE fact SET body = jsonb_set(body, '{verdict,obligations}', '[]') WHERE fact_id = 'L-2:a2:reserved'",
        {"CN.CALL.DUTIES"},
    ),
    "recording": (
        ContactRecorded(attempt="L-2:a2", collector="c-1", result="refused", recording="REC-1"),
        "UPDATE fact SET body = body - 'recording' WHERE fact_id = 'said-1'",
        {"CN.RECORDING"},
    ),
    "debt_hold": (
        HoldOpened(hold="h1", hold_kind="dispute", reason="amount"),
        EARLIER_ON_THE_LOAN,
        {"HOUSE.DEBT_HOLD"},
    ),
    "running_agreement": (
        AgreementMade(
            agreement="AG-1",
            terms=PromiseTerms(parts=(Part(amount=Decimal("10.00"), due_on=date(2027, 4, 1)),)),
            terms_hash="0" * 64,
            channel="call",
            taken_by="c-1",
            identity_verified=True,
        ),
        EARLIER_ON_THE_LOAN,
        {"HOUSE.AGREEMENT"},
    ),
    "prior_notice": (None, PROPOSED.format('{"agency": "AG-1"}'), {"CN.OUTSOURCED"}),
    "disclosed_fees": (None, PROPOSED.format('{"undisclosed": ["F-1"]}'), {"CN.FEES.DISCLOSED"}),
    "listed_agency": (
        None,
        PROPOSED.format('{"agency": "AG-2", "purpose": "reply"}'),
        {"CN.AGENCY.LISTED"},
    ),
    "time_barred": (
        None,
        PROPOSED.format('{"limitation_ends": "2020-01-01", "consequences": ["suit"]}'),
        {"CN.TIME_BARRED"},
    ),
    "wording": (
        None,
        PROPOSED.format('{"template": "guarantor_letter"}').replace("L-2:a2", "L-2:a4"),
        {"T.WORDS"},
    ),
    "visit_team": (
        None,
        "UPDATE fact SET body = jsonb_set(body, '{proposal,team}', '1') WHERE fact_id = 'L-1:a3:reserved'",
        {"CN.VISIT.TEAM"},
    ),
}
"""By the kind of rule: what is said at the end, what is changed by hand, and the rules that are then found broken."""


def test_every_kind_of_rule_is_seeded() -> None:
    """A kind that nobody seeds is one that nobody knows to be found."""
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Rule)[0])}
    assert set(SEEDED) == kinds


@pytest.mark.parametrize("kind", SEEDED)
async def test_a_seeded_breach_is_found_and_none_beside_it(house: House, database_url: str, kind: str) -> None:
    """In a copy of the ledger whose triggers somebody switched off."""
    said, change, rules = SEEDED[kind]
    await whole_day(house)
    if said:
        await house.hears("said", said, NOON + 2 * DAY)
        assert (await house.found()).breaches == []
    await tamper(database_url, change)
    conduct = await house.found()
    assert set(conduct.by_rule) == rules
    assert conduct.breaches[0].attempt in str(conduct.breaches[0].what)


async def test_a_cap_for_points_of_some_use_is_kept_and_counted_again(house: House, database_url: str) -> None:
    """The ledger remembers what each point was: of two e-mails to the home and one to the place of work none is too many."""
    await house.contact("L-1:a1", "email", use="work")
    await house.contact("L-1:a2", "email", NOON + DAY, use="home")
    await house.first.tell()
    again = proposal("L-1:a3", "email").model_copy(update={"use": "work"})
    refused = await reserve(house.pool, house.first.order(), again, NOON + 2 * DAY)
    assert refused.verdict is not None
    assert refused.verdict.rules == ("T.WORK",)
    house.first.take(refused.appended)
    await house.contact("L-1:a4", "email", NOON + 3 * DAY, use="home")
    assert (await house.found()).breaches == []
    work = PROPOSED.format('{"use": "work"}').replace("L-2:a2", "L-1:a2")
    await tamper(database_url, work)
    (first, *_) = (await house.found()).breaches
    assert (first.attempt, first.rules) == ("L-1:a2", ("T.WORK",))


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(seconds=3)])
async def test_attempts_are_counted_in_the_order_of_the_ledger(house: House, behind: timedelta) -> None:
    """A notice that no cap binds, after the last message of the day and at the same instant, or by a clock that is a
    little behind: it was not there when the message was allowed, and makes it none too many."""
    await house.contact("L-2:a1")
    await house.contact("L-2:a2", "email")
    await house.contact("L-1:a1", "letter", NOON - behind, purpose="statutory_notice")
    assert (await house.found()).breaches == []


async def test_a_contact_under_a_stop_of_all_is_found(house: House, database_url: str) -> None:
    """The switch was on before it went out."""
    await whole_day(house)
    await flip(house.pool, "stop_all", True, "chief", "trial")
    assert (await house.found()).breaches == []
    await tamper(database_url, "UPDATE switch SET flipped_at = '2020-01-01'")
    conduct = await house.found()
    assert set(conduct.by_rule) == {"HOUSE.STOP_ALL"}
    assert conduct.by_rule["HOUSE.STOP_ALL"] == conduct.allowed + conduct.sent


async def test_a_verdict_by_other_rules_than_the_law_is_found(house: House, database_url: str) -> None:
    """Judged by a book that was not in force."""
    await whole_day(house)
    other = "f" * 64
    change = f"jsonb_set(body, '{{verdict,rulebook}}', '\"{other}\"')"
    await tamper(database_url, f"UPDATE fact SET body = {change} WHERE fact_id = 'L-1:a1:reserved'")
    conduct = await house.found()
    assert [(one.attempt, one.rules) for one in conduct.breaches] == [("L-1:a1", ("HOUSE.NO_RULEBOOK",))]
    assert "f" * 12 in conduct.breaches[0].what


async def test_a_reservation_against_its_verdict_is_found(house: House, database_url: str) -> None:
    """Refused by the guard, and reserved all the same."""
    await whole_day(house)
    change = "jsonb_set(body, '{verdict,verdict}', '\"block\"')"
    await tamper(database_url, f"UPDATE fact SET body = {change} WHERE fact_id = 'L-1:a1:reserved'")
    assert [one.attempt for one in (await house.found()).breaches] == ["L-1:a1"]


async def test_a_refusal_that_nothing_explains_is_found(house: House, database_url: str) -> None:
    """Nobody was wronged, and yet somebody counted wrongly."""
    await whole_day(house)
    day = "UPDATE fact SET occurred_at = occurred_at + interval '3 days' WHERE fact_id = 'L-1:a4:refused'"
    await tamper(database_url, day)
    (breach,) = (await house.found()).breaches
    assert (breach.attempt, breach.rules) == ("L-1:a4", ("HOUSE.MESSAGES",))


async def test_a_contact_after_the_payment_is_found(house: House) -> None:
    """All that was overdue had been paid when it went out, and the ledger knew."""
    await whole_day(house)
    paid = PaymentPosted(reference="p1", amount=Decimal("1050.00"), currency="CNY", value_date=date(2027, 3, 1))
    await house.first.tell(fact("payment:p1", paid))
    found = await house.found()
    assert (found.breaches, found.after_payment) == ([], 0)
    await house.contact("L-1:a6", "letter", NOON + 2 * DAY, purpose="statutory_notice")
    found = await house.found()
    (breach,) = found.breaches
    assert (breach.attempt, breach.rules) == ("L-1:a6", ("HOUSE.NOTHING_OVERDUE",))
    assert found.after_payment == 1
