"""Where a case stands: what holds it up, what is agreed, offered or asked for, visits, the suit."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from operations.telling import Carrier
from schemas.messages import (
    AcceptPromise,
    Agenda,
    DecideApproval,
    ExplainDifference,
    OfferPlan,
    OpenComplaint,
    Pause,
    Restrict,
)
from schemas.steps import Ask, Why
from schemas.terms import Part, PlanOffer
from tests.domain.casework import instalments
from tests.operations.storywork import Told, said, told


def test_a_promise_stands_at_the_head_with_what_is_still_due() -> None:
    """Terms, what was paid of them since, when the ledger judges."""
    life = Told(whole=True, days=10)
    taken = life.command(AcceptPromise(by="anna", amount=Decimal("1050.00"), pay_by=life.today, identity_verified=True))
    assert taken.kind == "agreement_made"
    life.pay("100.00", "PAY-1")
    agreed, runs = told(life).standing.lines
    assert agreed.startswith("agreed, cmd-1: a promise of 1,050.00 CNY by 2026-03-22")
    assert runs == "of it 100.00 CNY paid; 1,050.00 CNY is due by 2026-03-22, judged 2026-03-24 06:00"
    assert told(life, "zh-CN").standing.lines[1] == (
        "约定以来已还 100.00 CNY；不迟于 2026-03-22 应还 1,050.00 CNY，2026-03-24 06:00 核定"
    )


def test_an_approval_is_asked_of_somebody_in_both_languages() -> None:
    """The head says what waits, the end who is asked for what and by when; so does the workflow's own agenda."""
    life = Told(whole=True, days=10)
    last = life.today + timedelta(days=30)
    life.command(AcceptPromise(by="anna", amount=Decimal("1050.00"), pay_by=last, identity_verified=True))
    life.live(timedelta(0))
    story = told(life)
    assert any(line.startswith("approval cmd-1, asked for by anna: a promise of") for line in story.standing.lines)
    assert story.standing.lines[-1] == (
        "to do: somebody who did not ask for it decides (`decide-approval`) (cmd-1), by 2026-03-24 12:00"
    )
    assert told(life, "zh-CN").standing.lines[-1] == (
        "待办：由提请人以外的人审批（`decide-approval`）（cmd-1），2026-03-24 12:00 前"
    )
    agenda = Agenda(
        head=life.case.head,
        now=life.now,
        stage=life.case.stage,
        handled_by=life.case.handled_by,
        step="wait",
        why=Why(rule="limit.promise.days", text="promise waits for an approval"),
        quiet=True,
        ask=Ask(kind="approval", about="cmd-1"),
    )
    beside = told(life, carrier=Carrier(running=True, agenda=agenda)).next.lines[-1]
    assert beside.endswith("to do: somebody who did not ask for it decides (`decide-approval`) (cmd-1)")
    refused = life.command(DecideApproval(by="anna", approval="cmd-1", approve=True, reason="fine"))
    assert "由 anna 提请，须由他人审批 [approval.same_person]" in said(refused, "zh-CN")


def test_an_offer_and_holds_stand_at_the_head() -> None:
    """What is offered until when; every hold, by precedence."""
    life = Told(whole=True, days=10)
    parts = (Part(amount=Decimal("3150.00"), due_on=life.today + timedelta(days=20)),)
    life.command(OfferPlan(by="anna", terms=PlanOffer(parts=parts)))
    life.command(OpenComplaint(by="ops-wang", reason="impolite", against=("agent-7",)))
    life.command(Pause(by="ops-wang", reason="complaint", until=life.now + timedelta(days=2)))
    life.live(timedelta())
    paused, complaint, answer, removed, offered, asked = told(life).standing.lines
    assert paused == "hold pause: pause (complaint), on this debt until 2026-03-24 12:00"
    assert complaint == "hold cmd-2: complaint (impolite), on this debt"
    assert asked.startswith("to do: somebody uninvolved answers the complaint")
    assert answer == "complaint cmd-2 (impolite), against agent-7, to be answered by 2026-04-07 00:00"
    assert removed == "off all loans of the borrower: agent-7, by complaint cmd-2 on loan L1"
    assert offered.startswith("offered by anna, cmd-1: a plan of 1 part over the whole balance, 3,150.00 CNY in all")
    assert told(life, "zh-CN").standing.lines[:4] == (
        "停催事由 pause：停催（投诉），及于本笔债务，至 2026-03-24 12:00",
        "停催事由 cmd-2：投诉（impolite），及于本笔债务",
        "投诉 cmd-2（impolite），被投诉人 agent-7，须于 2026-04-07 00:00 前答复",
        "不得再经办该借款人名下任何贷款：agent-7（贷款 L1 的投诉 cmd-2）",
    )


def test_visits_and_the_suit_are_told_with_their_dates() -> None:
    """A visit that nobody reported, then the court's milestones and its number."""
    life = Told(whole=True)
    life.schedule = instalments(months=8, principal="2500.00")
    life.live(timedelta(days=89))
    (asked,) = life.case.approvals
    life.command(DecideApproval(by="boss", approval=asked.approval, approve=True, reason="looked_at"))
    life.live(timedelta(days=60))
    lines = told(life).standing.lines
    assert any(re.fullmatch(r"visit L1:\d+ at 2026-\d\d-\d\d \d\d:\d\d: no report yet", line) for line in lines)
    (suit,) = [line for line in lines if line.startswith("suit")]
    assert re.fullmatch(r"suit \(CT-1\): papers ready [\d-]+, last demand sent [\d-]+, filed [\d-]+", suit)
    (suit,) = [line for line in told(life, "zh-CN").standing.lines if line.startswith("诉讼（")]
    assert re.fullmatch(r"诉讼（CT-1）：[\d-]+ 材料齐备、[\d-]+ 已发诉前催告、[\d-]+ 已提交起诉材料", suit)


def test_a_cured_case_is_told_as_watched() -> None:
    """It is open, and nobody is asked for money."""
    life = Told(whole=True, days=10)
    life.pay("1050.00", "PAY-1")
    life.live(timedelta(0))
    assert told(life).title == "Case of loan L1: open, cured and watched, handled by robot"
    assert told(life, "zh-CN").title == "贷款 L1 的催收案件：进行中，已回正、观察期内，由系统处理"
    assert told(life).standing.lines == ()


def test_an_explained_difference_stands_at_the_head_and_in_the_story() -> None:
    """What waits for its approval, what holds, and what became of it, in both languages."""
    life = Told(whole=True)
    life.beyond = Decimal(50), Decimal("-1.50")
    life.read()
    amounts = {"arrears": Decimal(50), "outstanding": Decimal("-1.50")}
    life.command(ExplainDifference(by="recon-2", reason="was_mistaken", evidence="DOC-81", **amounts))
    life.live(timedelta(hours=1))
    assert (
        told(life)
        .standing.lines[0]
        .startswith(
            "approval cmd-1, asked for by recon-2: to take a difference as explained; core banking has 50.00 overdue "
        )
    )
    assert "（`decide-approval`）（cmd-1）" in told(life, "zh-CN").standing.lines[-1]
    life.command(DecideApproval(by="boss", approval="cmd-1", approve=True, reason="fine"))
    life.live(timedelta(hours=1))
    assert told(life).standing.lines[0] == (
        "core banking's figures are 50.00 CNY overdue and -1.50 CNY outstanding more than its books give, explained by "
        "recon-2 (was mistaken) and approved by boss: cmd-1 (papers DOC-81)"
    )
    assert "1,100.00 CNY overdue" in told(life).money.lines[0]
    life.beyond = None
    life.read()
    life.live(timedelta(hours=1))
    english, chinese = ([line.text for line in told(life, language).facts] for language in ("en", "zh-CN"))
    assert any(
        text.startswith("recon-2 explained why core banking's figures are 50.00 CNY overdue") for text in english
    )
    assert (
        "Explanation cmd-1 is over: core banking's figures and its books agree again: what was explained is past "
        in ("".join(english))
    )
    assert "差额说明 cmd-1 失效：核心系统所报金额与其账目又相符，原说明失效 [account.explanation_past]" in chinese
    assert any("余额多 -1.50 CNY 的原因（cmd-1，说明有误）" in text and "boss 批准" in text for text in chinese)


def test_a_restriction_stands_at_the_head() -> None:
    """What is in force, why and since when; in both languages."""
    life = Told(whole=True, days=10)
    life.command(Restrict(by="risk-2", restriction="watch_list", reason="assets_are_moved"))
    life.command(DecideApproval(by="boss-1", approval="cmd-1", approve=True, reason="looked_at"))
    life.live(timedelta(hours=1))
    line = next(line for line in told(life).standing.lines if line.startswith("restricted"))
    assert line.startswith("restricted: internal watch list (assets are moved), since 2026-03-22")
    line = next(line for line in told(life, "zh-CN").standing.lines if line.startswith("限制措施"))
    assert line.startswith("限制措施：内部关注名单（assets are moved），自 2026-03-22")
