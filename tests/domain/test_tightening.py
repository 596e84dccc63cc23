"""What counts as tightening a rulebook: by examples, and never does a tightened book allow what its base does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.conduct import decide
from domain.tightening import loosened, strictness
from domain.wording import Text, objections
from schemas.contact import Agreed, Channel, ConductFacts, ContactProposal, Conversation, PastAttempt, Purpose, Standing
from schemas.debt import DebtStanding, Notice, NoticeKind
from schemas.holds import Hold, HoldKind
from schemas.loan import PointUse
from schemas.rulebook import Rule, RuleBase, Rulebook
from tests.domain.guardwork import book, rule

NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
KINDS: tuple[type[RuleBase], ...] = get_args(get_args(Rule)[0])
ADAPTER: TypeAdapter[Rule] = TypeAdapter(Rule)
CHANNELS = ("sms", "human_call", "visit")


def phrases(*words: str) -> dict[str, list[str]]:
    return {"en": list(words), "zh-CN": ["红"]}


def says(*words: str) -> dict[str, Any]:
    return {"element": "colour", "phrases": phrases(*words)}


def laxer(old: dict[str, Any], **changes: Any) -> list[tuple[str | None, str | None]]:
    """Rule and field of what a change of one rule loosens."""
    return [(one.rule, one.field) for one in loosened(book(old), book({**old, **changes}))]


CAP = rule("R", "attempt_cap", channels=["sms", "letter"], maximum=3, days=7, per="debt")
HOURS = rule("R", "contact_hours", channels=["sms"], open="08:00", close="21:00")
PAUSE = rule("R", "conversation_pause", channels=["sms"], days=7, per="borrower")
TALKS = rule("R", "conversation_cap", channels=["sms"], maximum=2, per="debt")
CLOSED = rule("R", "closed_days", channels=["sms"], weekdays=["sunday"], dates=["2026-12-25"])
SAID = rule(
    "R",
    "wording",
    channels=["sms"],
    purposes=["dunning"],
    required=[says("a", "b")],
    banned=phrases("d", "e"),
)
ENDING = rule("R", "deceased", effective_until="2026-12-31")
WHOM = rule("R", "recipients", purposes=["dunning"], roles=["borrower", "guarantor"])
THIRD = rule("R", "third_party", roles=["emergency_contact"], failures=3, maximum=1, templates=["t"])
DUTIES = rule("R", "obligations", channels=["visit"], roles=["borrower"], duties=["record_call", "show_id"])
DEBT = rule("R", "debt_hold", holds=["dispute"], products=["credit_card"])
PLAN = rule("R", "running_agreement", agreements=["plan"])
TOLD = rule("R", "prior_notice", notice="validation", before="dunning", days=5, arrived=True)
BARRED = rule("R", "time_barred", threats=["suit"], acknowledging=["t"])
HELD = rule("R", "borrower_hold", holds=["insolvency", "hardship"])


@pytest.mark.parametrize(
    ("old", "laxly", "strictly"),
    [
        (HOURS, {"open": "07:59"}, {"open": "09:00"}),
        (HOURS, {"close": "21:01"}, {"close": "20:00"}),
        (HOURS, {"channels": ["email"]}, {"channels": ["email", "sms"]}),
        (CAP, {"maximum": 4}, {"maximum": 2}),
        (CAP, {"days": 6}, {"days": 8}),
        (CAP, {"channels": ["sms"]}, {"channels": ["letter", "sms", "visit"]}),
        (CAP, {"per": "contact_point"}, {"per": "borrower"}),
        (PAUSE, {"days": 6}, {"days": 8}),
        (PAUSE, {"per": "debt"}, {"per": "borrower"}),
        (TALKS, {"maximum": 3}, {"maximum": 1, "per": "borrower"}),
        (rule("R", "attempt_gap", channels=["sms"], minutes=30), {"minutes": 29}, {"minutes": 60}),
        (CLOSED, {"weekdays": ["monday"]}, {"weekdays": ["sunday", "monday"]}),
        (CLOSED, {"dates": []}, {"dates": ["2026-12-25", "2026-12-26"]}),
        (rule("R", "consent", channels=["im"]), {"channels": ["sms"]}, {"channels": ["im", "sms"]}),
        (HELD, {"holds": ["insolvency"]}, {"holds": ["hardship", "insolvency", "deceased"]}),
        (rule("R", "visit_team", minimum=2), {"minimum": 1}, {"minimum": 3}),
        (HOURS, {"waivable": True}, {"waivable": False}),
        (CAP, {"waivable": True}, {"waivable": False}),
        (CAP, {"uses": ["work"]}, {"uses": []}),
        (CAP | {"uses": ["work"]}, {"uses": ["other"]}, {"uses": ["other", "work"]}),
        (HELD, {"verdict": "review"}, {"verdict": "block"}),
        (WHOM, {"roles": ["borrower", "guarantor", "representative"]}, {"roles": ["borrower"]}),
        (WHOM, {"purposes": ["reply"]}, {"purposes": []}),
        (THIRD, {"failures": 2}, {"failures": 4}),
        (THIRD, {"maximum": 2}, {"maximum": 1}),
        (THIRD, {"templates": ["t", "u"]}, {"templates": ["t"]}),
        (
            rule("R", "through_representative", holds=["minor"]),
            {"holds": ["incapacity"]},
            {"holds": ["minor", "military"]},
        ),
        (DUTIES, {"duties": ["record_call"]}, {"duties": ["record_call", "show_id", "end_by_close"]}),
        (DUTIES, {"roles": ["guarantor"]}, {"roles": []}),
        (rule("R", "recording", channels=["visit"]), {"channels": ["sms"]}, {"channels": ["visit", "human_call"]}),
        (DEBT, {"verdict": "review"}, {"verdict": "block"}),
        (DEBT, {"products": ["small_business"]}, {"products": []}),
        (PLAN, {"agreements": ["promise"]}, {"agreements": ["plan", "promise"]}),
        (TOLD, {"before": "agency"}, {"before": "dunning"}),
        (TOLD, {"days": 4}, {"days": 6}),
        (TOLD, {"arrived": False}, {"arrived": True}),
        (TOLD, {"notice": "outsourcing"}, {"notice": "validation"}),
        (BARRED, {"threats": []}, {"threats": ["suit", "visit"]}),
        (BARRED, {"acknowledging": []}, {"acknowledging": ["t", "u"]}),
        (SAID, {"purposes": ["reply"]}, {"purposes": []}),
        (SAID, {"required": [{"element": "contact"}]}, {"required": [SAID["required"][0], {"element": "contact"}]}),
        (SAID, {"required": [says("a", "b", "c")]}, {"required": [says("b")]}),
        (SAID, {"banned": phrases("d")}, {"banned": phrases("d", "e", "f")}),
        (ENDING, {"effective_until": "2026-12-30"}, {"effective_until": None}),
        (ENDING, {"effective_from": "2000-01-02"}, {"effective_from": "1999-12-31"}),
    ],
)
def test_each_field_has_a_stricter_side(old: dict[str, Any], laxly: dict[str, Any], strictly: dict[str, Any]) -> None:
    """One side is refused with its field, the other is not; and who says so, and how binding it is, may change."""
    assert laxer(old, **laxly) == [("R", next(iter(laxly)))]
    assert laxer(old, **strictly, source="another text", strength="law") == []


def test_a_rule_may_not_be_dropped_nor_become_another_kind() -> None:
    """Even of a kind that is stricter in most cases."""
    assert [(one.rule, one.field) for one in loosened(book(CAP, HELD | {"id": "H"}), book(CAP))] == [("H", None)]
    assert [(one.rule, one.field) for one in loosened(book(CAP), book(PAUSE))] == [("R", "kind")]
    assert loosened(book(CAP), book(CAP, PAUSE | {"id": "NEW"})) == ()


def test_a_clock_that_may_be_further_off_is_laxer() -> None:
    """It lets the guard judge by counts that may be wrong."""
    tight = book(CAP)
    loose = tight.model_copy(update={"clock_tolerance_seconds": 6})
    assert [one.field for one in loosened(tight, loose)] == ["clock_tolerance_seconds"]
    assert loosened(loose, tight) == ()


BANK = {"element": "institution"}
DRAWN: dict[str, st.SearchStrategy[Any]] = {
    "channels": st.sampled_from([CHANNELS, ("sms", "visit"), ("sms",), ("human_call", "visit")]),
    "open": st.sampled_from([time(6), time(9), time(11)]),
    "close": st.sampled_from([time(13), time(18), time(22)]),
    "maximum": st.integers(1, 2),
    "days": st.sampled_from([1, 2, 7]),
    "minutes": st.sampled_from([30, 600]),
    "minimum": st.integers(1, 3),
    "per": st.sampled_from(["borrower", "debt"]),
    "weekdays": st.lists(st.sampled_from(["wednesday", "friday"]), unique=True),
    "dates": st.lists(st.sampled_from([date(2026, 6, 9), date(2026, 6, 10)]), min_size=1, unique=True),
    "holds": st.lists(st.sampled_from(get_args(HoldKind)), min_size=1, unique=True),
    "waivable": st.booleans(),
    "uses": st.sampled_from([(), ("work",), ("work", "other")]),
    "verdict": st.sampled_from(["block", "review"]),
    "roles": st.sampled_from([("borrower",), ("borrower", "guarantor"), ("guarantor", "emergency_contact")]),
    "templates": st.sampled_from([("t",), ("t", "other"), ("other",)]),
    "failures": st.integers(0, 3),
    "duties": st.sampled_from([("record_call",), ("record_call", "show_id")]),
    "products": st.sampled_from([(), ("credit_card",), ("credit_card", "consumer_loan")]),
    "agreements": st.sampled_from([("plan",), ("plan", "promise")]),
    "notice": st.sampled_from(["validation", "outsourcing"]),
    "before": st.sampled_from(["agency", "dunning"]),
    "arrived": st.booleans(),
    "threats": st.sampled_from([("suit",), ("suit", "visit"), ()]),
    "acknowledging": st.sampled_from([("t",), ("t", "other"), ()]),
    "purposes": st.sampled_from([(), ("dunning",), ("dunning", "reply")]),
    "required": st.sampled_from([(), (BANK,), (BANK, says("blue")), (says("blue", "green"),)]),
    "banned": st.sampled_from([phrases("red"), phrases("red", "grey"), phrases("black")]),
    "effective_from": st.sampled_from([date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 10)]),
    "effective_until": st.sampled_from([None, date(2026, 6, 30), date(2026, 6, 10)]),
}


NOTICES: tuple[NoticeKind, ...] = ("validation", "outsourcing")
_KNOWN: st.SearchStrategy[PointUse] = st.sampled_from(["home", "work", "other"])
USES: st.SearchStrategy[PointUse | None] = st.none() | _KNOWN
AGREED_HOURS = Agreed(consent="c", grants="hours", channels=("sms",), open=time(5), close=time(23))
AGREED_ATTEMPTS = Agreed(consent="c", grants="attempts", channels=("sms", "human_call"))
IN_FORCE = {"effective_from": date(2026, 6, 2), "effective_until": date(2026, 6, 30)}


@st.composite
def pairs(draw: st.DrawFn, kind: type[RuleBase]) -> tuple[Rule, Rule]:
    """A rule of a kind, with the id R, and the same with one of its fields changed."""
    name = get_args(kind.model_fields["kind"].annotation)[0]
    names = sorted(field for field in kind.model_fields if field in DRAWN)
    fields = {field: draw(DRAWN[field]) for field in names if field not in IN_FORCE} | IN_FORCE
    one = draw(st.sampled_from(names))
    changed = draw(DRAWN[one].filter(lambda value: value != fields[one]))
    made = rule("R", name) | fields
    return ADAPTER.validate_python(made), ADAPTER.validate_python(made | {one: changed})


@st.composite
def questions(draw: st.DrawFn) -> tuple[ContactProposal, ConductFacts, datetime]:
    """A contact that somebody would like to make about L-1, a borrower's history, and a moment."""
    now = NOW + timedelta(hours=draw(st.integers(-30, 30)))
    channel: Channel = draw(st.sampled_from([*CHANNELS, "sms", "sms"]))
    purposes: tuple[Purpose, ...] = ("dunning", "dunning", "dunning", *get_args(Purpose))
    proposal = ContactProposal(
        attempt="new",
        channel=channel,
        contact_point_id="cp-1",
        party_id="P-1",
        purpose=draw(st.sampled_from(purposes)),
        template="t",
        zones=tuple(draw(st.lists(st.sampled_from(["Asia/Shanghai", "America/New_York"]), min_size=1, unique=True))),
        appointment=now + timedelta(hours=draw(st.integers(0, 20))) if channel == "visit" else None,
        team=draw(st.integers(1, 3)),
        role=draw(st.sampled_from(["borrower", "borrower", "guarantor", "emergency_contact"])),
        agency=draw(st.none() | st.just("AG-1")),
        consequences=draw(st.sampled_from([(), ("suit",), ("visit",)])),
        limitation_ends=draw(st.none() | st.sampled_from([date(2026, 6, 1), date(2026, 7, 1)])),
        use=draw(USES),
        undisclosed=draw(st.sampled_from([(), ("F-1",)])),
    )
    ago = st.sampled_from([1, 12, 30, 100, 150]).map(lambda hours: now - timedelta(hours=hours))
    attempts = tuple(
        PastAttempt(
            attempt=f"a{n}",
            loan_id=draw(st.sampled_from(["L-1", "L-2"])),
            channel=draw(st.sampled_from(["sms", "sms", "human_call"])),
            contact_point_id=draw(st.sampled_from(["cp-1", "cp-2"])),
            at=draw(ago),
            use=draw(USES),
        )
        for n in range(draw(st.integers(0, 4)))
    )
    talks = tuple(
        Conversation(loan_id=draw(st.sampled_from(["L-1", "L-2"])), at=draw(ago))
        for _ in range(draw(st.integers(0, 2)))
    )
    kinds: tuple[HoldKind, ...] = get_args(HoldKind)
    holds = tuple(
        Hold(hold="h", kind=kind, reason="r", opened_at=now - timedelta(days=1))
        for kind in draw(st.lists(st.sampled_from(kinds), max_size=2, unique=True))
    )
    standing = Standing(
        opted_in=tuple(draw(st.lists(st.sampled_from(CHANNELS), unique=True))),
        opted_out=tuple(draw(st.lists(st.sampled_from(CHANNELS), max_size=1))),
        stopped=draw(st.none() | st.just("asked")),
        deceased=draw(st.booleans()),
        holds=holds,
        agreed=draw(st.sampled_from([(), (AGREED_HOURS,), (AGREED_ATTEMPTS,)])),
    )
    debt = DebtStanding(
        product=draw(st.sampled_from([None, "credit_card", "consumer_loan"])),
        holds=holds if draw(st.booleans()) else (),
        agreement=draw(st.sampled_from([None, "plan", "promise"])),
        failures=draw(st.integers(0, 3)),
        located=draw(st.sampled_from([(), ("P-1",)])),
        notices=tuple(
            Notice(notice=notice, given_at=draw(ago), arrived_at=draw(st.none() | ago))
            for notice in draw(st.lists(st.sampled_from(NOTICES), unique=True))
        ),
    )
    known = ConductFacts(standing=standing, debt=debt, loan_id="L-1", attempts=attempts, conversations=talks)
    return proposal, known, now


WORDS = ("Example Bank", "blue", "green", "red", "grey")


def allowed(asked: tuple[ContactProposal, ConductFacts, datetime], words: str, by: Rulebook) -> bool:
    """Whether the contact may be made now, in these words."""
    wanted, _, now = asked
    text = Text(wanted.channel, wanted.purpose, "en", words, {"institution": "Example Bank"})
    return decide(*asked, by, "d").verdict == "allow" and not objections(text, by, now, wanted.zones)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=30)
@given(data=st.data())
def test_what_counts_as_tighter_allows_nothing_more(kind: type[RuleBase], data: st.DataObject) -> None:
    """Of any two rules of a kind of which one passes as the other's tightening: whatever that one allows, both do."""
    old, new = (Rulebook(name="t", version="1", rules=(each,)) for each in data.draw(pairs(kind)))
    if loosened(old, new):
        return
    for asked in data.draw(st.lists(questions(), min_size=4, max_size=4)):
        words = " ".join(data.draw(st.lists(st.sampled_from(WORDS), max_size=3)))
        assert allowed(asked, words, old) or not allowed(asked, words, new), (asked, words)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=1)
@given(data=st.data())
def test_every_field_of_a_rule_is_compared(kind: type[RuleBase], data: st.DataObject) -> None:
    """A kind that gains a field, or a new kind, is not let through unlooked at."""
    own = set(kind.model_fields) - set(RuleBase.model_fields) - {"kind"}
    assert own <= set(DRAWN)
    assert {strict.field for strict in strictness(data.draw(pairs(kind))[0])} == own
