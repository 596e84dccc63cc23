"""The account on one page: every transaction, where each cent went, what is owed, its class, what is to be paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from operations.account_page import AccountPage, account_page
from operations.errors import UsageError
from schemas.account import AccountRules, AgreedPause, Contract, Designation, LateAllocation, RateCap
from schemas.facts import PaymentReversed
from schemas.loan import Language, Transaction
from schemas.messages import DecideApproval, ExplainDifference
from tests.domain.casework import NOON, Life, rules, whole_strategy
from tests.operations.storywork import Told, told

CONTRACT = Contract(
    signed_on=date(2026, 2, 10),
    annual_percent=Decimal(12),
    penalty_multiple=Decimal("1.5"),
    compounds=True,
    accelerates_from_dpd=90,
)


def grown(days: int = 20, **changes: object) -> Life:
    """A case with a contract, whose account was just read."""
    strategy = rules()[0].model_copy(update={"account": AccountRules.model_validate(changes) if changes else None})
    life = Life(strategy=strategy)
    life.contract = CONTRACT
    life.live(timedelta(days=days))
    return life


def page(life: Life, by: date | None = None, language: Language = "en") -> AccountPage:
    return account_page("L1", life.facts, life.strategy, life.now, by, language)


def lines(life: Life, part: int, by: date | None = None, language: Language = "en") -> list[str]:
    return list(page(life, by, language).parts[part].lines)


def test_a_difference_is_told_with_its_explanation_and_core_banking_s_figure_is_quoted() -> None:
    """Without one nothing is quoted; with it, in both languages, by how much, why, who explained and who approved it."""
    life = Life(strategy=whole_strategy())
    life.beyond = Decimal(50), Decimal(50)
    life.live(timedelta(hours=3))
    nothing = "nothing is quoted until a person has explained the difference"
    assert lines(life, 4) == [nothing]
    asked = ExplainDifference(
        by="recon-2", arrears=Decimal(50), outstanding=Decimal(50), reason="fee_not_in_the_books", evidence="DOC-81"
    )
    life.command(asked)
    assert lines(life, 4) == [nothing]
    life.command(DecideApproval(by="boss", approval="cmd-1", approve=True, reason="looked_at"))
    life.live(timedelta(hours=1))
    assert lines(life, 2)[-2:] == [
        "core banking quotes 1,100.00 CNY overdue of 3,200.00 CNY as of 2026-03-12 12:00: 50.00 CNY and 50.00 CNY more than "
        "its own books give",
        "core banking's figures are 50.00 CNY overdue and 50.00 CNY outstanding more than its books give, explained by "
        "recon-2 (fee not in the books) and approved by boss: cmd-1 (papers DOC-81)",
    ]
    (quoted,) = lines(life, 4)
    assert quoted.startswith("2026-03-12: 1,100.00 CNY cures it")
    assert quoted.endswith("3,200.00 CNY pays it off")
    assert lines(life, 2, language="zh-CN")[-1] == (
        "核心系统所报金额较其账目逾期多 50.00 CNY、余额多 50.00 CNY，已由 recon-2 说明（费用未记入账目）、boss 批准："
        "cmd-1（凭证 DOC-81）"
    )


def test_each_transaction_is_told_with_where_its_cents_went() -> None:
    """By component and instalment; one that was taken back went nowhere, one that counts later is told to."""
    life = grown()
    life.pay("100.00", "P1")
    life.pay("40.00", "P2")
    life.pay("7.00", "P3", life.today + timedelta(days=5))
    life.tell(PaymentReversed(reference="X2", reverses="P2", value_date=life.today))
    today, later = life.today.isoformat(), (life.today + timedelta(days=5)).isoformat()
    assert lines(life, 1) == [
        f"{today}  100.00 CNY  payment P1",
        "  50.00 CNY  interest, instalment 1 of 2026-03-10",
        "  0.55 CNY  compound interest, instalment 1 of 2026-03-10",
        "  11.00 CNY  default interest, instalment 1 of 2026-03-10",
        "  38.45 CNY  principal, instalment 1 of 2026-03-10",
        f"{today}  40.00 CNY  payment P2",
        f"  taken back on {today}: counts as never paid",
        f"{today}  40.00 CNY  X2 takes back P2",
        f"{later}  7.00 CNY  payment P3",
        f"  counts from {later}",
    ]


def test_what_is_over_held_refunded_or_charged_is_told() -> None:
    """Held for the next instalment; a part that was given back; a charge under its own reference; what the payer meant."""
    life = Life(strategy=rules()[0].model_copy(update={"account": AccountRules(surplus="held")}))
    today = life.today
    life.booked = (
        Transaction(reference="F1", kind="charge", amount=Decimal(20), value_date=today, component="costs"),
        Transaction(
            reference="P1",
            amount=Decimal(1200),
            value_date=today,
            designates=Designation(component="principal", instalment=1),
        ),
        Transaction(reference="R1", kind="refund", amount=Decimal(5), value_date=today, reverses="P1"),
    )
    life.live(timedelta(hours=1))
    assert lines(life, 1) == [
        f"{today}  20.00 CNY  charge F1",
        f"{today}  1,200.00 CNY  payment P1, meant for principal of instalment 1",
        "  5.00 CNY of it was given back",
        "  1,000.00 CNY  principal, instalment 1 of 2026-03-10",
        "  20.00 CNY  costs, charge F1",
        "  50.00 CNY  interest, instalment 1 of 2026-03-10",
        "  125.00 CNY  held for the next instalment",
        f"{today}  5.00 CNY  refund R1",
    ]
    assert lines(life, 2)[0].endswith("125.00 CNY held, 0.00 CNY not applied")


def test_terms_position_and_class_are_told() -> None:
    """The rates that hold, whether core banking says the same, since when of which class."""
    life = grown(rate_caps=[{"percent": "15", "source": "made up"}], cure_tolerance="10")
    terms = lines(life, 0)
    assert terms[0] == "signed 2026-02-10, 12 % a year, actual/360"
    assert terms[1] == "overdue principal bears 15 % a year, as a cap has it, and so does unpaid interest"
    assert terms[2] == "the whole balance may be called due from 90 days past due on"
    assert "arrears up to 10.00 CNY do not count as overdue" in terms
    position = lines(life, 2)
    assert position[1] == "22 days past due, M1, since 2026-03-10"
    assert position[2].startswith("instalment 1 of 2026-03-10: 1,059.63 CNY (50.00 CNY interest, 0.46 CNY compound")
    assert position[-1].endswith(": the same")
    assert lines(life, 3) == ["class: special mention since 2026-03-11", "before: pass from 2026-03-10"]


def test_what_is_to_be_paid_today_and_by_a_day() -> None:
    """It has grown by then: 22 and 24 nights, and as many of the 31 for the instalment that runs."""
    life = grown()
    by = life.today + timedelta(days=2)
    assert lines(life, 4, by) == [
        f"{life.today}: 1,061.55 CNY cures it, 1,061.55 CNY brings it back to M0; 3,097.03 CNY pays it off",
        f"{by}: 1,062.60 CNY cures it, 1,062.60 CNY brings it back to M0; 3,101.31 CNY pays it off",
    ]
    with pytest.raises(UsageError, match="--by 2026-03-01"):
        page(life, date(2026, 3, 1))


def test_nothing_is_quoted_while_the_bank_says_something_else() -> None:
    """The difference is told instead."""
    life = Life()
    life.contract, life.quoted_arrears = CONTRACT, Decimal("1000.00")
    life.live(timedelta(hours=1))
    assert "-51.05 CNY and 0.00 CNY more than its own books give" in lines(life, 2)[-1]
    assert lines(life, 4) == ["nothing is quoted until a person has explained the difference"]


def test_the_page_is_chinese_too() -> None:
    """Every line of every part."""
    life = Life(
        strategy=rules()[0].model_copy(
            update={
                "account": AccountRules(
                    late=LateAllocation(from_dpd=91, across="component"),
                    cure_tolerance=Decimal(10),
                    rate_caps=(RateCap(percent=Decimal(15), source="made up"),),
                )
            }
        )
    )
    life.contract = CONTRACT
    life.pauses = (AgreedPause(starts_on=date(2026, 3, 12), ends_on=date(2026, 3, 13)),)
    life.live(timedelta(days=20))
    life.pay("100.00")
    english, chinese = page(life), page(life, language="zh-CN")
    assert [len(part.lines) for part in english.parts] == [len(part.lines) for part in chinese.parts]
    said = "".join(line for part in chinese.parts for line in part.lines)
    for word in ("罚息", "复利", "本金", "关注", "回正", "结清", "不计逾期天数", "第 1 期", "逾期满 91 天起"):
        assert word in said


def test_the_story_tells_the_class() -> None:
    """Beside what is owed, and so in the dossier."""
    story = told(Told(days=3))
    assert story.money.lines[1] == "class: special mention since 2026-03-11"


def test_a_case_without_an_account_says_so() -> None:
    """Nothing is made up."""
    life = Life(now=NOON)
    assert page(life).parts[0].heading == "the account has not been read yet"
