"""Promises, plans and settlements as they are typed: what the case's rules answer, and what is said for it; the case is one
lived in memory."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.money import interest_of
from operations.commands.asking import Owed
from operations.commands.offering import Asked, terms_of
from operations.commands.parts import equal_parts
from operations.errors import UsageError
from schemas.terms import PlanOffer
from tests.domain.casework import Life
from tests.operations.deskwork import BY, WHY, Running, Typed, day

# --- promises ----------------------------------------------------------------------------------------------------


def test_a_promise_is_taken(typed: Typed, running: Running) -> None:
    """Both names of its day are understood; the case keeps it under the command's id."""
    promise = ("accept-promise", "L1", "1050.00", "--by-date", day(running, 3), *BY, "--identity-verified")
    code, said = typed(*promise, "--id", "P-1")
    assert (code, said) == (0, f"accepted as fact {running.outcomes['P-1'].seq} (id P-1)\n")
    assert running.life.case.agreement is not None
    assert running.life.case.agreement.agreement == "P-1"
    assert typed(*promise, "--id", "P-1") == (code, said)


def test_a_promise_above_the_limit_says_who_decides_and_how(typed: Typed, running: Running) -> None:
    """The line to be typed next decides it, by somebody else; who asked is refused by rule."""
    code, said = typed(
        "accept-promise", "L1", "1050.00", "--pay-by", day(running, 20), *BY, "--identity-verified", "--id", "P-1"
    )
    assert code == 0
    assert "in effect only once somebody other than anna approves (limit.promise.days): a promise in M1 is" in said
    assert "python3 starter.py decide-approval L1 P-1 --by WHO --reason CODE --approve" in said
    code, said = typed("decide-approval", "L1", "P-1", "--approve", *WHY)
    assert code == 1
    assert "refused by approval.same_person: anna asked for it" in said
    code, _ = typed("decide-approval", "L1", "P-1", "--approve", "--by", "boss", "--reason", "reasonable")
    assert code == 0
    assert running.life.case.agreement is not None


def test_an_approval_may_be_denied(typed: Typed, running: Running) -> None:
    """With its own option; neither is an error of the command line."""
    typed("accept-promise", "L1", "1050.00", "--pay-by", day(running, 20), *BY, "--identity-verified", "--id", "P-1")
    with pytest.raises(SystemExit):
        typed("decide-approval", "L1", "P-1", "--by", "boss", "--reason", "too_long")
    assert typed("decide-approval", "L1", "P-1", "--reject", "--by", "boss", "--reason", "too_long")[0] == 0
    assert running.life.case.approvals == ()
    assert running.life.case.agreement is None


def test_a_difference_is_explained_as_typed_and_approved_by_another(typed: Typed, running: Running) -> None:
    """Negative amounts too; what does not fit what differs is refused, and says what does."""
    explain = ("explain-difference", "L1", *WHY)
    code, said = typed(*explain, "--arrears", "-1.00", "--outstanding", "0")
    assert code == 1
    assert "refused by explain.no_difference: core banking's figures are what its books give" in said
    running.life.beyond = Decimal(-1), Decimal(0)
    running.life.read()
    code, said = typed(*explain, "--arrears", "1.00", "--outstanding", "0")
    assert code == 1
    assert "refused by explain.other_amounts: core banking has -1.00 overdue and 0.00 outstanding more" in said
    with pytest.raises(UsageError, match="--arrears: give by how much more core banking has"):
        typed(*explain, "--arrears", "some", "--outstanding", "0")
    code, said = typed(*explain, "--arrears", "-1.00", "--outstanding", "0", "--evidence", "DOC-81", "--id", "EX-1")
    assert code == 0
    assert "in effect only once somebody other than anna approves (limit.difference)" in said
    assert typed("decide-approval", "L1", "EX-1", "--approve", "--by", "boss", "--reason", "reasonable")[0] == 0
    assert running.life.case.explained
    assert running.life.case.explained.evidence == "DOC-81"
    assert typed("withdraw-explanation", "L1", *WHY)[0] == 0
    assert running.life.case.explained is None
    code, said = typed("withdraw-explanation", "L1", *WHY)
    assert code == 1
    assert "refused by withdraw.nothing" in said


# --- plans and settlements ---------------------------------------------------------------------------------------


def test_equal_parts_are_reckoned_from_what_is_owed(typed: Typed, running: Running) -> None:
    """Over the balance as the case has it; the answer shows terms and hash, and its line accepts them."""
    code, said = typed("offer-plan", "L1", "--parts", "4", "--first", day(running, 5), *BY, "--id", "OF-1")
    assert code == 0
    offer = running.life.case.offer
    assert offer is not None
    assert {part.amount for part in offer.terms.parts} == {Decimal("1050.00")}
    assert "offer OF-1: a plan of 4 parts over the whole balance, 4,200.00 CNY in all: 1,050.00 CNY by " in said
    assert f"hash of its terms: {offer.terms_hash}" in said
    (line,) = [line for line in said.splitlines() if "accept-plan" in line]
    words = line.partition("starter.py ")[2].replace("WHO", "anna").split()
    assert typed(*words)[0] == 0
    assert running.life.case.agreement is not None


def test_a_plan_part_by_part_over_the_arrears_is_accepted_without_its_hash(typed: Typed, running: Running) -> None:
    """The hash is then that of the terms which the case has offered, and these are shown."""
    parts = ("--part", f"550.00@{day(running, 3)}", "--part", f"500.00@{day(running, 20)}")
    code, said = typed("offer-plan", "L1", *parts, "--covers", "arrears", *BY, "--id", "OF-1")
    assert code == 0, said
    code, said = typed("accept-plan", "L1", "--offer", "OF-1", *BY, "--identity-verified", "--channel", "link")
    assert code == 0
    assert "a plan of 2 parts over the arrears, 1,050.00 CNY in all" in said
    assert running.life.case.agreement is not None


def test_the_wrong_offer_or_hash_is_refused_by_rule(typed: Typed, running: Running) -> None:
    """As the case's rules say it, also where no hash was given."""
    accept = ("accept-plan", "L1", *BY, "--identity-verified")
    assert "refused by accept.unknown_offer" in typed(*accept, "--offer", "OF-9")[1]
    typed("offer-plan", "L1", "--parts", "2", "--first", day(running, 5), *BY, "--id", "OF-1")
    code, said = typed(*accept, "--offer", "OF-1", "--terms-hash", "0" * 64)
    assert code == 1
    assert "refused by accept.terms_differ" in said


def test_a_settlement_waits_for_its_approval_and_then_for_the_borrower(typed: Typed, running: Running) -> None:
    """Too early for the strategy: the answer says so, who decides, and how it is accepted after that."""
    code, said = typed("offer-plan", "L1", "--settle", "4000.00", "--pay-by", day(running, 9), *BY, "--id", "S-1")
    assert code == 0
    assert "(limit.settlement.from_dpd)" in said
    assert "decide-approval L1 S-1" in said
    assert "accept-plan L1 --offer S-1 --by WHO --identity-verified" in said
    typed("decide-approval", "L1", "S-1", "--approve", "--by", "boss", "--reason", "reasonable")
    code, said = typed("accept-plan", "L1", "--offer", "S-1", *BY, "--identity-verified")
    assert code == 0
    assert "a settlement of 4,000.00 CNY by" in said
    assert "after which 200.00 CNY is waived" in said


def test_what_may_be_offered_is_numbered_and_offered_by_its_number(typed: Typed, running: Running) -> None:
    """From what was recorded of the household; the very terms that were shown."""
    means = ("--income", "2000.00", "--obligations", "500.00", "--living-minimum", "300.00")
    typed("record-contact", "L1", *BY, "--result", "right_party", "--identity-verified", *means)
    code, said = typed("offers", "L1")
    assert code == 0
    lines = " ".join(said.split())
    assert "1. a plan of 7 parts over the arrears, 1,050.00 CNY in all" in lines
    assert "2. a plan of 12 parts" in lines
    assert "210.00 CNY of it at once; within what they can pay" in lines
    assert typed("offer-plan", "L1", "--number", "2", *BY, "--id", "OF-1")[0] == 0
    assert running.life.case.offer
    assert len(running.life.case.offer.terms.parts) == 12
    with pytest.raises(UsageError, match="there is no such offer now; there are 1 to 3"):
        typed("offer-plan", "L1", "--number", "7", *BY)


def test_what_bars_an_offer_is_said_with_those_that_wait_for_it(typed: Typed, running: Running) -> None:
    """An approval that is asked for, an offer that is open: there is no line to offer one of them with."""
    code, said = typed("offers", "L1")
    assert code == 0
    assert "offer-plan L1 --number N" in said
    typed("accept-promise", "L1", "1050.00", "--pay-by", day(running, 20), *BY, "--identity-verified", "--id", "P-1")
    code, said = typed("offers", "L1")
    assert code == 1
    assert "1. a plan of" in said
    assert "none of them just now, by approval.waiting: P-1 waits for an approval: one at a time" in said
    assert "offer-plan" not in said
    typed("decide-approval", "L1", "P-1", "--reject", "--by", "boss", "--reason", "too_long")
    assert typed("offer-plan", "L1", "--number", "1", *BY, "--id", "OF-1")[0] == 0
    code, said = typed("offers", "L1")
    assert code == 1
    assert "none of them just now, by offer.open: the offer OF-1 is open until" in said


def test_nothing_is_offered_on_a_case_that_is_closed(typed: Typed, running: Running) -> None:
    """Its run may still answer, and its account may owe: what the bank ended is over all the same."""
    assert typed("close", "L1", *WHY, "--as", "sold")[0] == 0
    assert running.life.case.status == "closed"
    for words in (("offers", "L1"), ("offer-plan", "L1", "--parts", "3", "--first", day(running, 30), *BY)):
        with pytest.raises(UsageError, match="the case of L1 is closed, sold: nothing is agreed on it"):
            typed(*words)


@pytest.mark.parametrize("rate", ["7,2", "-1", "101", "nan", "7.1234567"])
def test_a_rate_is_percent_a_year(typed: Typed, running: Running, rate: str) -> None:
    """What is none is said to be none before anything is sent, and so is a rate of what is no plan."""
    plan = ("offer-plan", "L1", "--parts", "3", "--first", day(running, 30), *BY)
    with pytest.raises(UsageError, match="give percent a year from 0 to 100, with up to six decimals"):
        typed(*plan, f"--rate={rate}")
    with pytest.raises(UsageError, match="give it with --part or with --parts"):
        typed("offer-plan", "L1", "--settle", "900.00", "--pay-by", day(running, 5), "--rate", "5", *BY)


def test_a_plan_is_level_at_the_rate_that_is_given(typed: Typed, running: Running) -> None:
    """What the parts pay off adds up to what is owed, and with a month's interest on what is left they are the same; the
    case refuses what its strategy does not charge."""
    owed = Owed(Decimal("3000.00"), "CNY", date(2026, 3, 22), Decimal(6))
    for rate, percent in ((None, Decimal(6)), ("7.2", Decimal("7.2"))):
        terms = terms_of(Asked((), 3, date(2026, 4, 22), "balance", None, None, rate=rate), owed)
        assert isinstance(terms, PlanOffer)
        assert terms.annual_percent == (None if rate is None else percent)
        shares = [(part.due_on, part.amount) for part in terms.parts]
        interest = interest_of(shares, percent, owed.today, "CNY")
        paid = [part.amount + more for part, more in zip(terms.parts, interest, strict=True)]
        assert sum(amount for _, amount in shares) == owed.amount
        assert max(paid) - min(paid) <= Decimal("0.03")
    plan = ("offer-plan", "L1", "--parts", "3", "--first", day(running, 30), *BY)
    code, said = typed(*plan, "--rate", "7.2")
    assert code == 1
    assert "refused by plan.rate: 7.2 % a year is more than anybody may ask for: plans bear nothing" in " ".join(
        said.split()
    )


def test_a_promise_over_two_loans_is_taken_on_each(typed: Typed, running: Running) -> None:
    """Of one borrower, under one id; of another borrower's loan nothing is sent."""
    words = ("accept-promise", "L1", "600.00", "--pay-by", day(running, 1), *BY, "--identity-verified", "--id", "PR-1")
    other = Life("L2", strategy=running.life.strategy, borrower_id="B-L1")
    stranger = Life("L3", strategy=running.life.strategy)
    for life in (other, stranger):
        life.live(running.life.now - life.now)
        running.others[f"collection-{life.case.loan_id}"] = Running(life)
    with pytest.raises(UsageError, match="not one borrower's"):
        typed(*words, "--also", "L3=400.00")
    assert running.life.case.agreement is None
    code, said = typed(*words, "--also", "L2=400.00")
    assert code == 0, said
    for life, amount in ((running.life, "600.00"), (other, "400.00")):
        assert life.case.agreement
        assert (life.case.agreement.agreement, life.case.agreement.terms.total) == ("PR-1", Decimal(amount))


def test_an_incentive_and_a_promise_in_parts_are_typed_as_they_are_said(typed: Typed, running: Running) -> None:
    """The strategy of this case has no incentive and says so; the parts of a promise are one agreement."""
    code, said = typed(
        "offer-plan", "L1", "--settle", "1040.00", "--pay-by", day(running, 3), "--covers", "arrears", *BY
    )
    assert (code, "refused by incentive.none" in said) == (1, True)
    then = ("--then", f"550.00@{day(running, 3)}")
    code, said = typed("accept-promise", "L1", "500.00", "--pay-by", day(running, 1), *then, *BY, "--identity-verified")
    assert code == 0, said
    assert running.life.case.agreement
    assert running.life.case.agreement.terms.total == Decimal("1050.00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing to offer: give --part AMOUNT@DATE"),
        (("--parts", "3"), "--parts and --first go together"),
        (("--first", "2026-12-01", "--part", "1@2026-12-01"), "--parts and --first go together"),
        (("--settle", "10"), "--settle and --pay-by go together"),
        (("--part", "1@2026-12-01", "--pay-by", "2026-12-01"), "--settle and --pay-by go together"),
        (("--parts", "3", "--first", "2026-12-01", "--settle", "10", "--pay-by", "2026-12-01"), "different offers"),
        (("--part", "500.00"), "--part 500.00: give it as AMOUNT@DATE, such as 500.00@2026-12-01"),
        (("--part", "500.00@soon"), "--part 500.00@soon: the day is no date"),
        (("--part", "much@2026-12-01"), "give a positive amount in the loan's currency, such as 1050.00"),
        (("--settle", "-1", "--pay-by", "2026-12-01"), "--settle: give a positive amount"),
        (("--part", "1e30@2026-12-01"), "amount: Decimal input should have no more than 18 digits"),
        (("--settle", "9", "--pay-by", "2300-01-01"), "pay_by: Input should be less than or equal to 2199-12-31"),
        (("--parts", "999999", "--first", "2026-12-01"), "does not go into so many parts"),
    ],
)
def test_an_offer_that_is_none_is_mended_before_it_is_sent(
    typed: Typed, running: Running, words: tuple[str, ...], said: str
) -> None:
    """Each error names the option and how to write it."""
    with pytest.raises(UsageError) as wrong:
        typed("offer-plan", "L1", *words, *BY)
    assert said in str(wrong.value)
    assert running.given == []


@pytest.mark.parametrize(
    ("total", "count", "first", "amounts", "days"),
    [
        ("100.00", 3, "2026-01-31", ["33.33", "33.33", "33.34"], ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("0.03", 3, "2027-12-05", ["0.01", "0.01", "0.01"], ["2027-12-05", "2028-01-05", "2028-02-05"]),
        ("1.00", 1, "2026-05-01", ["1.00"], ["2026-05-01"]),
    ],
)
def test_equal_parts_add_up_to_the_cent(
    total: str, count: int, first: str, amounts: list[str], days: list[str]
) -> None:
    """The last takes what does not divide; a month that lacks the day has its last."""
    parts = equal_parts(Decimal(total), count, date.fromisoformat(first), "CNY")
    assert [str(part.amount) for part in parts] == amounts
    assert [part.due_on.isoformat() for part in parts] == days


def test_yen_have_no_cents() -> None:
    """Parts are whole units of the loan's own currency."""
    assert [part.amount for part in equal_parts(Decimal(1000), 3, date(2026, 5, 1), "JPY")] == [333, 333, 334]
