"""Mainland China: whom a contact reaches, what was agreed to, what the debt forbids. One test for each rule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from domain.calendar import zone
from schemas.contact import Agreed, Conversation, PastAttempt, Standing
from schemas.debt import Notice, Review
from schemas.rulebook import ApprovedAgency
from tests.policies.parties import DAY, EXECUTOR, Asking, released

NOON = datetime(2026, 11, 22, 12, tzinfo=zone("Asia/Shanghai"))
CN = Asking("cn", NOON, "Asia/Shanghai")
ask = CN.ask
LOCATE: dict[str, Any] = {"channel": "human_call", "purpose": "locate", "template": "locate_call"}


def calls(count: int, party: str) -> tuple[PastAttempt, ...]:
    return tuple(
        PastAttempt(
            attempt=f"{party}-{n}",
            loan_id="L-1",
            channel="human_call",
            contact_point_id=f"cp-{party}",
            at=NOON - timedelta(minutes=30 * n + 30),
            party_id=party,
        )
        for n in range(count)
    )


def test_cn_recipients() -> None:
    """CN.RECIPIENTS: GB/T 45251-2025, those who owe; a relative is told nothing, for whatever purpose."""
    assert ask("P-1").verdict == ask("P-2").verdict == ask("P-3").verdict == "allow"
    for purpose in ("dunning", "reply", "statutory_notice", "court_service"):
        assert ("CN.RECIPIENTS", "block", "recipient_entitled") in released(ask("P-4", purpose=purpose))


def test_nobody_is_contacted_in_a_role_that_is_not_theirs() -> None:
    """HOUSE.RECIPIENT: the loan says who is what; whoever it does not know is not contacted."""
    for stranger in ({"party_id": "P-7"}, {"party_id": "P-4"}, {"role": "guarantor"}, {"role": "representative"}):
        assert "HOUSE.RECIPIENT" in ask("P-1", **stranger).rules


def test_cn_third_party() -> None:
    """CN.THIRD_PARTY: to locate only, after three contacts in a row that failed, once, and in words without the debt."""
    assert ask("P-4", debt={"failures": 3}, **LOCATE).verdict == "allow"
    assert released(ask("P-4", debt={"failures": 2}, **LOCATE)) == [("CN.THIRD_PARTY", "block", "contact_lost")]
    telling = LOCATE | {"template": "collector_call"}
    assert released(ask("P-4", debt={"failures": 3}, **telling)) == [("CN.THIRD_PARTY", "block", "locating_only")]
    asked_before = {"failures": 3, "located": ("P-4",)}
    assert released(ask("P-4", debt=asked_before, **LOCATE)) == [("CN.THIRD_PARTY", "block", "recipient_entitled")]
    other_loan = {"attempts": calls(1, "P-4")}
    assert ask("P-4", debt={"failures": 3}, facts=other_loan, **LOCATE).rules == ("CN.THIRD_PARTY",)


def test_cn_third_party_who_said_no() -> None:
    """CN.THIRD_PARTY: never again on request, whether they said so to us or in the call itself."""
    for refused in ({"standing": Standing(refused_by=("P-4",))}, {"debt": {"failures": 3, "refused_by": ("P-4",)}}):
        asked = {"debt": {"failures": 3}} | refused
        assert released(ask("P-4", **asked, **LOCATE)) == [("CN.THIRD_PARTY", "block", "party_willing")]


def test_an_obligor_has_a_count_of_their_own() -> None:
    """HOUSE.CALLS and CN.CALL.EFFECTIVE: a guarantor's calls are not the borrower's."""
    made = {"attempts": calls(3, "P-1")}
    assert ask("P-1", channel="human_call", facts=made).rules == ("HOUSE.CALLS",)
    assert ask("P-3", channel="human_call", facts=made).verdict == "allow"
    talks = {"conversations": tuple(Conversation(loan_id="L-1", at=NOON, party_id="P-3") for _ in range(3))}
    assert ask("P-3", channel="human_call", facts=talks).rules == ("CN.CALL.EFFECTIVE",)
    assert ask("P-1", channel="human_call", facts=talks).verdict == "allow"


def test_house_deceased_leaves_representatives_and_obligors() -> None:
    """HOUSE.DECEASED: an executor who was named, and a guarantor, may be written to; a stranger is no executor."""
    died = Standing(deceased=True, representatives=(EXECUTOR,))
    assert ask("P-1", standing=died).rules == ("HOUSE.DECEASED",)
    assert ask("P-9", standing=died).verdict == ask("P-3", standing=died).verdict == "allow"
    assert set(ask("P-9", standing=Standing(deceased=True)).rules) == {"HOUSE.RECIPIENT"}


@pytest.mark.parametrize("kind", ["minor", "incapacity"])
def test_house_guardian(kind: Any) -> None:
    """HOUSE.GUARDIAN: Civil Code arts. 20 to 23, through the guardian; until one is known nothing goes out."""
    held = Standing(holds=(CN.hold(kind),), representatives=(EXECUTOR,))
    assert released(ask("P-1", standing=held, purpose="reply")) == [("HOUSE.GUARDIAN", "block", "representative_named")]
    assert ask("P-9", standing=held, purpose="reply").verdict == "allow"
    guardian = EXECUTOR.model_copy(update={"role": "guardian"})
    known = Standing(representatives=(guardian,))  # the hold has ended, and the child is a child
    assert ask("P-1", standing=known, purpose="reply").rules == ("HOUSE.GUARDIAN",)
    assert ask("P-9", standing=known, purpose="reply").verdict == "allow"


def test_a_lawyer_does_not_stop_direct_contact_here() -> None:
    """Blocking direct contact because a lawyer acts is a rule of the US and the UK."""
    assert ask("P-1", standing=Standing(holds=(CN.hold("represented"),))).verdict == "allow"


def test_house_vulnerable() -> None:
    """HOUSE.VULNERABLE: a person looks first; what they say holds until its end."""
    distressed = Standing(holds=(CN.hold("hardship"),))
    asked = ask("P-1", standing=distressed)
    assert (asked.verdict, released(asked)) == ("review", [("HOUSE.VULNERABLE", "review", "reviewed")])
    until = NOON + DAY
    yes = {"reviews": (Review(rule="HOUSE.VULNERABLE", approved=True, until=until),)}
    assert ask("P-1", standing=distressed, debt=yes).verdict == "allow"
    assert ask("P-1", now=until, standing=distressed, debt=yes).verdict == "review"
    no = {"reviews": (Review(rule="HOUSE.VULNERABLE", approved=False),)}
    assert ask("P-1", standing=distressed, debt=no).verdict == "block"


def test_block_weighs_more_than_review_and_review_more_than_defer() -> None:
    """Every rule that fails is named, whichever decides."""
    distressed = Standing(holds=(CN.hold("hardship"),))
    at_night = NOON + timedelta(hours=11)
    late = ask("P-1", now=at_night, standing=distressed)
    assert (late.verdict, set(late.rules)) == ("review", {"HOUSE.VULNERABLE", "CN.HOURS"})
    both = ask("P-1", now=at_night, standing=distressed.model_copy(update={"stopped": "borrower_request"}))
    assert (both.verdict, set(both.rules)) == ("block", {"HOUSE.VULNERABLE", "CN.HOURS", "HOUSE.STOP"})


def test_cn_card_plan() -> None:
    """CN.CARD.PLAN: 银监会令2011-2 art. 70, of cards alone; on a loan it is the house that stops."""
    assert set(ask(debt={"product": "credit_card", "agreement": "plan"}).rules) == {"CN.CARD.PLAN", "HOUSE.AGREEMENT"}
    assert ask(debt={"agreement": "plan"}).rules == ("HOUSE.AGREEMENT",)
    assert ask(debt={"product": "credit_card"}).verdict == "allow"


@pytest.mark.parametrize("kind", ["promise", "plan", "settlement"])
def test_house_agreement(kind: Any) -> None:
    """HOUSE.AGREEMENT: nothing is demanded while it is kept; a reply and the law's notices are no demands."""
    assert released(ask(debt={"agreement": kind})) == [("HOUSE.AGREEMENT", "block", "agreement_broken")]
    for purpose in ("reply", "statutory_notice", "court_service"):
        assert ask(debt={"agreement": kind}, purpose=purpose).verdict == "allow"


def test_cn_card_objection() -> None:
    """CN.CARD.OBJECTION: 银监会令2011-2 art. 69."""
    disputed = {"product": "credit_card", "holds": (CN.hold("dispute"),)}
    assert set(ask(debt=disputed).rules) == {"CN.CARD.OBJECTION", "HOUSE.DEBT_HOLD"}


@pytest.mark.parametrize("kind", ["dispute", "identity_fraud", "pause"])
def test_house_debt_hold(kind: Any) -> None:
    """HOUSE.DEBT_HOLD: it binds this debt until it ends."""
    assert released(ask(debt={"holds": (CN.hold(kind),)})) == [("HOUSE.DEBT_HOLD", "block", "hold_ended")]
    assert ask(debt={"holds": (CN.hold(kind, NOON),)}).verdict == "allow"


def test_house_complaint() -> None:
    """HOUSE.COMPLAINT: the reply goes out, and a demand is looked at by a person first."""
    complained = {"holds": (CN.hold("complaint"),)}
    assert ask(debt=complained).verdict == "review"
    assert ask(debt=complained, purpose="reply").verdict == "allow"


def test_cn_outsourced() -> None:
    """CN.OUTSOURCED: 银保监会令2022-9 art. 41, an agency calls only after the debtor was told of it."""
    by_agency = {"agency": "AG-1"}
    ask = Asking("cn", NOON, "Asia/Shanghai", listed("AG-1")).ask
    assert released(ask(**by_agency)) == [("CN.OUTSOURCED", "block", "notice_given")]
    told = {"notices": (Notice(notice="outsourcing", given_at=NOON - DAY),)}
    assert ask(debt=told, **by_agency).verdict == "allow"
    assert ask().verdict == "allow"


def listed(agency: str, since: date = date(2026, 1, 1), until: date | None = None) -> tuple[ApprovedAgency, ...]:
    """A list of one."""
    return (ApprovedAgency(agency=agency, listed_from=since, listed_until=until),)


def test_cn_agency_listed() -> None:
    """CN.AGENCY.LISTED: CBA guideline 2026, an agency that is not on the bank's list on that day contacts nobody, not even to
    answer; the bank itself is on no list."""
    told = {"notices": (Notice(notice="outsourcing", given_at=NOON - DAY),)}
    blocked = [("CN.AGENCY.LISTED", "block", "agency_listed")]
    today = NOON.date()

    def said(*agencies: ApprovedAgency, **asked: Any) -> list[tuple[str, str, str | None]]:
        return released(Asking("cn", NOON, "Asia/Shanghai", agencies).ask(debt=told, **{"agency": "AG-1"} | asked))

    assert said() == said(purpose="reply") == said(*listed("AG-2")) == blocked
    assert said(agency=None) == []
    assert said(*listed("AG-1", today, today)) == []
    assert said(*listed("AG-1", today + DAY)) == said(*listed("AG-1", until=today - DAY)) == blocked
    assert said(*listed("AG-1", until=today - DAY), *listed("AG-1", today)) == []
    # It is yesterday still in New York.
    assert said(*listed("AG-1", today), zones=("Asia/Shanghai", "America/New_York"))[0] == blocked[0]
    meets = {"channel": "visit", "appointment": NOON + DAY, "appointment_end": NOON + DAY, "team": 2}
    assert said(*listed("AG-1", until=today), **meets) == blocked
    assert said(*listed("AG-1", until=today + DAY), **meets) == []


def test_cn_fees_disclosed() -> None:
    """CN.FEES.DISCLOSED: 综合融资成本规定, no amount with such a charge is demanded; what was asked is answered."""
    hidden = {"undisclosed": ("F-1",)}
    assert released(ask(**hidden)) == [("CN.FEES.DISCLOSED", "block", "fee_disclosed")]
    assert ask(**hidden, purpose="reply").verdict == ask(undisclosed=()).verdict == "allow"
    before = NOON.replace(month=7, day=31)
    assert "CN.FEES.DISCLOSED" not in ask(now=before, **hidden).rules
    assert "CN.FEES.DISCLOSED" in ask(now=before + DAY, **hidden).rules


def test_cn_time_barred() -> None:
    """CN.TIME_BARRED: Civil Code art. 188 and 诉讼时效规定 art. 19, no threat, and nothing to be signed unlooked at."""
    last = {"limitation_ends": date(2026, 11, 22)}
    over = {"limitation_ends": date(2026, 11, 21)}
    threat = {"channel": "human_call", "consequences": ("suit",)}
    assert ask(**last, **threat).verdict == "allow"
    assert released(ask(**over, **threat)) == [("CN.TIME_BARRED", "block", "debt_acknowledged")]
    assert ask(**over).verdict == "allow"  # a demand may be made; a court would not raise the period either
    signed = {"channel": "letter", "template": "demand_letter"}
    assert ask(**over, **signed).verdict == "review"
    assert ask(**last, **signed).verdict == "allow"


def test_cn_call_duties() -> None:
    """CN.CALL.DUTIES: recorded, identity first."""
    assert {"record_call", "identity_script"} <= set(ask(channel="human_call").obligations)


def test_cn_recording() -> None:
    """CN.RECORDING: known only afterwards; the audit looks (tests/operations/test_conduct.py)."""
    assert ask(channel="human_call").verdict == "allow"


def test_cn_visit_duties() -> None:
    """CN.VISIT.DUTIES: CBA guideline art. 22."""
    visit = {"channel": "visit", "appointment": NOON + DAY, "appointment_end": NOON + DAY, "team": 2}
    assert {"show_id", "record_visit", "consent_to_enter"} <= set(ask(**visit).obligations)


# --- what the borrower agreed to ---------------------------------------------------------------------------------------

EARLY = Agreed(consent="CO-1", grants="hours", channels=("sms",), open=time(6), close=time(8), until=NOON + DAY)


def test_other_hours_by_agreement() -> None:
    """CN.HOURS: the borrower may agree to other hours, on these channels, until its end; then the rule alone holds."""
    dawn = NOON.replace(hour=6)
    agreed = Standing(agreed=(EARLY,))
    assert ask(now=dawn).until == NOON.replace(hour=8)
    assert ask(now=dawn, standing=agreed).verdict == "allow"
    assert ask(now=dawn - timedelta(minutes=1), standing=agreed).until == dawn
    assert ask(now=dawn, standing=agreed, channel="human_call").verdict == "defer"
    assert ask(now=dawn + 2 * DAY, standing=agreed).verdict == "defer"


def test_a_consent_to_hours_is_none_to_more_attempts_and_none_of_anybody_else() -> None:
    """Separate grants; recipients are never waived, and a guarantor sleeps when they sleep."""
    agreed = Standing(agreed=(EARLY,))
    dawn = NOON.replace(hour=7)
    sent = tuple(each.model_copy(update={"channel": "sms", "at": dawn}) for each in calls(2, "P-1"))
    assert ask(now=dawn, standing=agreed, facts={"attempts": sent}).rules == ("HOUSE.MESSAGES",)
    assert "CN.RECIPIENTS" in ask("P-4", now=dawn, standing=agreed).rules
    assert ask("P-3", now=dawn, standing=agreed).rules == ("CN.HOURS",)
    at_dawn = {"channel": "visit", "appointment": dawn + DAY, "appointment_end": dawn + DAY, "team": 2}
    visits = Standing(agreed=(EARLY.model_copy(update={"channels": ("visit",), "until": None}),))
    assert ask(standing=visits, **at_dawn).verdict == "allow"
    assert ask("P-3", standing=visits, **at_dawn).rules == ("CN.HOURS",)


def test_more_attempts_by_agreement() -> None:
    """CN.CALL.ATTEMPT: "unless agreed"; the house's own caps are not the borrower's to waive."""
    more = Agreed(consent="CO-2", grants="attempts", channels=("letter",), maximum=8)
    sent = tuple(
        each.model_copy(update={"channel": "letter", "contact_point_id": "cp-P-1"}) for each in calls(6, "P-1")
    )
    assert "CN.CALL.ATTEMPT" in ask(channel="letter", facts={"attempts": sent}).rules
    answer = ask(channel="letter", facts={"attempts": sent}, standing=Standing(agreed=(more,)))
    assert "CN.CALL.ATTEMPT" not in answer.rules
    assert "HOUSE.MESSAGES" in answer.rules
