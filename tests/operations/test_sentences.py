"""Facts of the later stages in words: terms in full, figures with what they rest on, whom a hold binds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from domain.artefacts import register_policy
from domain.quiet import account_of
from operations.strategies.explaining import Asked, explain
from operations.strategies.sources import of_digest
from operations.telling import CATALOGUES
from policies.loader import HERE, shipped
from schemas.behaviour import Behaviour
from schemas.facts import (
    AccountRead,
    AgreementBroken,
    ApprovalRequested,
    Assessed,
    AttemptReserved,
    ContactRecorded,
    CourtReported,
    Graded,
    HoldOpened,
    InboundContact,
    OfferMade,
    RepresentativeNamed,
    RepresentativeRemoved,
)
from schemas.loan import Account
from schemas.terms import Part, PlanTerms, PromiseTerms, SettlementTerms
from tests.domain.casework import NOON, Life, rules
from tests.operations.kinds import PROPOSAL, VERDICT
from tests.operations.storywork import said

AN_OFFER = PlanTerms(
    parts=(
        Part(amount=Decimal("1500.00"), due_on=date(2026, 4, 1)),
        Part(amount=Decimal("1650.00"), due_on=date(2026, 5, 1)),
    ),
    tolerance_amount=Decimal("1.00"),
    tolerance_days=3,
)


def test_a_visit_says_when_it_is_and_a_notice_that_it_is_one() -> None:
    """On the bank's clock, with its team; what goes out for another purpose than to demand says so."""
    reserved = AttemptReserved.model_validate({"proposal": PROPOSAL, "verdict": VERDICT})
    assert (
        "(reminder_sms) allowed and reserved as L1:1, for 2026-03-14 10:00, 2 people; it must say how to opt out"
        in said(reserved)
    )
    notice = {**PROPOSAL, "purpose": "statutory_notice", "template": "lawyer_letter", "appointment": None}
    sent = AttemptReserved.model_validate({"proposal": notice, "verdict": VERDICT})
    assert "(lawyer_letter, a notice of the law) allowed and reserved as L1:1; it must" in said(sent)
    assert "模板 lawyer_letter，法定通知）：准许" in said(sent, "zh-CN")


def test_terms_are_told_in_full() -> None:
    """Every part with its day, what is tolerated, what is waived."""
    offered = OfferMade(offer="OF-1", terms=AN_OFFER, terms_hash="a" * 64, expires_at=NOON, made_by="agent-7")
    assert said(offered) == (
        "agent-7 offered a plan of 2 parts over the whole balance, 3,150.00 CNY in all: 1,500.00 CNY by 2026-04-01, "
        "1,650.00 CNY by 2026-05-01 (tolerated: 1.00 CNY less, 3 days late); open until 2026-03-12 12:00 "
        "(OF-1, terms aaaaaaaaaaaa)"
    )
    assert said(offered, "zh-CN") == (
        "agent-7 提出方案：就全部余额分 2 期偿还，共 3,150.00 CNY：不迟于 2026-04-01 还 1,500.00 CNY、"
        "不迟于 2026-05-01 还 1,650.00 CNY（容差 1.00 CNY、3 天）；2026-03-12 12:00 前有效（OF-1，条款 aaaaaaaaaaaa）"
    )
    borne = AN_OFFER.model_copy(
        update={"annual_percent": Decimal("7.20"), "interest": (Decimal("18.90"), Decimal("9.95"))}
    )
    rated = offered.model_copy(update={"terms": borne})
    assert "1,500.00 CNY by 2026-04-01 (1,481.10 CNY of the debt, 18.90 CNY interest), 1,650.00 CNY by" in said(rated)
    assert (
        "(annual rate 7.2 %, simple interest on what is left; 28.85 CNY of interest in all, 3,150.00 CNY to pay)"
    ) in said(rated)
    assert "不迟于 2026-05-01 还 1,650.00 CNY（本期还欠款 1,640.05 CNY，利息 9.95 CNY）" in said(rated, "zh-CN")
    assert "（年利率 7.2%，按单利、以剩余欠款计；利息合计 28.85 CNY，应还总额 3,150.00 CNY）" in said(rated, "zh-CN")
    once = SettlementTerms(parts=(Part(amount=Decimal("900.00"), due_on=date(2026, 4, 1)),), waived=Decimal("2250.00"))
    settled = offered.model_copy(update={"terms": once, "approval": "AP-1"})
    assert "a settlement of 900.00 CNY by 2026-04-01, after which 2,250.00 CNY is waived" in said(settled)
    assert "approval AP-1)" in said(settled)
    assert "一次性结清，不迟于 2026-04-01 还 900.00 CNY，款到后减免 2,250.00 CNY" in said(settled, "zh-CN")


def test_a_broken_agreement_says_how_much_was_missing_by_when() -> None:
    """With the currency, in both languages; and that a payment was taken back if that is why."""
    broken = AgreementBroken(
        agreement="AG-1",
        due_on=date(2026, 3, 20),
        due=Decimal("1050.00"),
        paid=Decimal("100.00"),
        rule="agreement.broken",
        why="100.00 paid of 1050.00 that were agreed by 2026-03-20",
    )
    assert said(broken) == "Broken: AG-1, 100.00 CNY paid of 1,050.00 CNY due by 2026-03-20 [agreement.broken]"
    assert said(broken, "zh-CN") == (
        "约定跳票：AG-1，截至 2026-03-20 应还 1,050.00 CNY，已还 100.00 CNY [agreement.broken]"
    )
    assert "taken back" in said(broken.model_copy(update={"rule": "agreement.taken_back"}))


def test_a_request_for_an_approval_names_the_limit_and_the_terms() -> None:
    """Who asks, for what, above which limit, until when."""
    terms = PromiseTerms(parts=(Part(amount=Decimal("1050.00"), due_on=date(2026, 4, 1)),))
    asked = ApprovalRequested(
        approval="AP-1",
        subject="promise",
        terms=terms,
        channel="call",
        asked_by="agent-7",
        limit="limit.promise.days",
        why="a promise in M1 is for 3 days at most; longer is a plan",
        deadline=NOON + timedelta(days=2),
    )
    assert said(asked) == (
        "agent-7 asks for an approval, AP-1: a promise of 1,050.00 CNY by 2026-04-01; a promise in M1 is for 3 days at "
        "most; longer is a plan [limit.promise.days]; until 2026-03-14 12:00"
    )
    assert said(asked, "zh-CN") == (
        "agent-7 提请审批 AP-1：承诺还款，不迟于 2026-04-01 还 1,050.00 CNY；账龄 M1 的承诺至多 3 天，更长的应作分期 "
        "[limit.promise.days]；2026-03-14 12:00 前答复"
    )


def test_an_assessment_shows_its_figures_and_what_they_rest_on() -> None:
    """Figure, grade and reasons of each; the cause once it was heard."""
    assessed = Assessed(
        segment="first_time",
        tier="low",
        reasons=("first_time_overdue",),
        willingness=Graded(figure=90, grade="high", reasons=("said_willing", "first_time_overdue")),
        ability=Graded(figure=50, grade="medium"),
        overdue_reason="illness",
        provisional=False,
        rule="assessment.heard",
        why="first_time_overdue",
    )
    assert said(assessed) == (
        "Assessed, after a conversation: first time, low tier; first time overdue; willingness 90 of 100, high (said "
        "willing, first time overdue); ability 50 of 100, medium (nothing known); cause: illness [assessment.heard]"
    )
    assert said(assessed, "zh-CN") == (
        "通话后评估：首次逾期，低风险；首次逾期；还款意愿 90/100，高（表示愿意还款、首次逾期）；还款能力 50/100，"
        "中（无所知）；逾期原因：疾病 [assessment.heard]"
    )


def test_a_reading_tells_how_the_account_was_kept() -> None:
    """As far as core banking does."""
    kept = Behaviour(as_of=date(2026, 2, 28), months_past_due=(2, 1, 0), limit=Decimal(5000), paid_percent=0)
    account = Account(
        loan_id="L1",
        as_of=NOON,
        currency="CNY",
        instalments=(),
        arrears=Decimal(10),
        outstanding=Decimal(30),
        behaviour=kept,
    )
    assert said(AccountRead(account=account)) == (
        "Account read at core banking as of 2026-03-12 12:00: 10.00 CNY overdue, 30.00 CNY outstanding; kept, up to "
        "2026-02-28: months past due 2, 1, 0, newest first, limit 5,000.00 CNY, 0 % of the statements paid"
    )
    assert said(AccountRead(account=account), "zh-CN") == (
        "读取核心系统账户（截至 2026-03-12 12:00）：逾期 10.00 CNY，未还 30.00 CNY；还款记录（截至 2026-02-28）："
        "逐月逾期月数 2、1、0（由近及远），额度 5,000.00 CNY，账单已还 0%"
    )


def test_points_stand_beside_the_reasons() -> None:
    """So that anybody can add them up; facts of before have none, and are told without."""
    assessed = Assessed(
        segment="repeated",
        tier="high",
        reasons=("repeated_overdue", "risk_high"),
        risk=Graded(figure=72, grade="high", reasons=("months_past_due", "paid", "late_6"), points=(18, 5, -1)),
        rule="assessment.provisional",
        why="repeated_overdue, risk_high",
    )
    assert said(assessed) == (
        "Assessed, provisionally: repeated, high tier; repeated overdue, high risk of default; risk 72 of 100, high (months "
        "past due +18, share of the statements paid +5, times late in six months -1) [assessment.provisional]"
    )
    assert said(assessed, "zh-CN") == (
        "初步评估：多次逾期，高风险；多次逾期、违约风险高；违约风险 72/100，高（逾期月数 +18、近六个月已还比例 +5、"
        "近六个月逾期次数 -1） [assessment.provisional]"
    )


def test_a_conversation_tells_what_was_said_and_no_more() -> None:
    """Impression, cause, wish and promise where there are any; a call that came in is told as one."""
    bare = ContactRecorded(collector="agent-7", result="no_answer", attempt="L1:3")
    assert said(bare) == "Conversation with collector agent-7: no answer"
    full = ContactRecorded(
        collector="agent-7",
        result="promised",
        identity_verified=True,
        willingness="high",
        overdue_reason="salary_late",
        promise=Part(amount=Decimal("500.00"), due_on=date(2026, 4, 1)),
    )
    assert said(full) == (
        "Conversation with collector agent-7: promised, identity verified, in a call that came in, willingness high, "
        "cause: salary late, promised 500.00 CNY by 2026-04-01"
    )
    assert said(full, "zh-CN") == (
        "催收员 agent-7 的通话记录：承诺还款，已核实身份，客户来电，还款意愿高，逾期原因：工资迟发，"
        "承诺不迟于 2026-04-01 还 500.00 CNY"
    )


def test_a_hold_says_whom_it_binds() -> None:
    """A dispute this debt, distress all of the borrower's; and when it is looked at again."""
    dispute = HoldOpened(hold="H-1", hold_kind="dispute", reason="not_mine")
    assert said(dispute) == "Hold H-1 by ops-wang, dispute (not mine), on this debt"
    hardship = HoldOpened(hold="H-2", hold_kind="hardship", reason="illness", review_at=NOON, evidence="EV-1")
    assert said(hardship) == (
        "Hold H-2 by ops-wang, hardship (illness), on all loans of the borrower, to be reviewed 2026-03-12 12:00 "
        "(papers EV-1)"
    )
    assert said(hardship, "zh-CN") == (
        "ops-wang 登记停催事由 H-2：困难（疾病），及于该借款人名下全部贷款，2026-03-12 12:00 复核（凭证 EV-1）"
    )


def test_who_acts_for_a_borrower_is_told_with_what_they_may_do() -> None:
    """As what, how far, by which papers; and why no longer."""
    named = RepresentativeNamed(party_id="EXEC-1", role="executor", scope="agreements", evidence="EV-9")
    assert said(named) == "EXEC-1 acts for the borrower as executor, and may agree to terms (papers EV-9)"
    assert said(named, "zh-CN") == "EXEC-1 以遗产管理人身份代借款人行事，可与其联系并达成约定（凭证 EV-9）"
    gone = RepresentativeRemoved(party_id="HEIR-1", reason="renounced")
    assert said(gone) == "HEIR-1 does not act for the borrower any more (renounced)"
    assert said(gone, "zh-CN") == "HEIR-1 不再代借款人行事（放弃继承）"


def test_the_courts_word_comes_with_its_number_and_what_was_awarded() -> None:
    """In enforcement is not called judged."""
    judged = CourtReported(
        milestone="judgment", on=date(2026, 5, 2), reference="CT-9", amount=Decimal("10000.00"), code=None
    )
    assert said(judged) == "The court's word of 2026-05-02: judgment (CT-9), 10,000.00 CNY"
    ended = CourtReported(milestone="terminated", on=date(2026, 9, 2), code="no_property")
    assert said(ended, "zh-CN") == "法院 2026-09-02 消息：终结本次执行，无可供执行的财产"


def test_a_contact_says_on_what_the_choice_of_its_channel_rested() -> None:
    """Where a rung named several: how many of each were answered, in both languages."""
    tallies = [{"channel": "email", "answered": 0, "tried": 2}, {"channel": "sms", "answered": 2, "tried": 3}]
    plain, chosen = (
        AttemptReserved.model_validate({"proposal": {**PROPOSAL, **more}, "verdict": VERDICT})
        for more in ({}, {"choice": {"tallies": tallies}})
    )
    assert "; the borrower's answers so far: e-mail 0 of 2, SMS 2 of 3;" in said(chosen)
    assert "；借款人此前的回应：电子邮件 2 次中 0 次、短信 3 次中 2 次" in said(chosen, "zh-CN")
    assert "answers so far" not in said(plain)


def test_the_reason_of_a_chosen_channel_and_hour_is_said_in_chinese_with_its_figures() -> None:
    """As the ledger words them, piece by piece."""
    why = "robot call (reminder_robot_call), 12 days past due; robot call answered 2 of 3; sms answered 0 of 1"
    hour = "answered 2 of 3 calls between 18 and 20"
    told = CATALOGUES["zh-CN"].reason("policy.ladder.3", f"{why}; {hour}")
    for figures in ("3 次中回应 2 次", "1 次中回应 0 次", "18 至 20 时 3 次通话中接听 2 次"):
        assert figures in told


def test_explain_shows_the_chosen_channel_and_why() -> None:
    """`policy explain` foresees the contact by the channel that was answered, with the counts and the rung's line."""
    source = of_digest(register_policy(next(s for s in shipped()[0] if s.name == "cn-credit-card")))
    life = Life(strategy=source.strategy, product="credit_card")
    while len(life.case.contacts) < 2:
        life.live(timedelta(days=1))
    assert life.case.contacts[-1].proposal.channel == "sms"
    life.tell(InboundContact(inbound="in-1", channel="reply", intent="asks_for_time"))
    account = account_of(life.case, "CNY", source.strategy.bank_zone, source.strategy.account)
    told = explain(Asked(life.case, account, life.now), source, rules()[1], days=30)
    line = next(line for line in told.steps if line.rule == "policy.ladder.3" and line.what.startswith("sms"))
    assert line.why.endswith("; sms answered 1 of 1; robot call answered 0 of 0")
    number = int(line.where.rpartition(":")[2])
    assert "reminder_robot_call" in (HERE / "cn-credit-card.yaml").read_text(encoding="utf-8").splitlines()[number - 1]
