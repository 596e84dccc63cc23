"""Segments: the first row that fits decides, an arm is a borrower's for good, and a case moves on with its loan."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.artefacts import canonical, register_policy
from domain.consequences import available
from domain.segments import Profile, arm_of, choose
from domain.stages.situation import Situation
from schemas.facts import Assessed, ContactResultPosted, PolicyAdopted
from schemas.policy import Strategy
from schemas.segments import Experiment
from schemas.steps import Act, MakeContact
from schemas.terms import Part
from tests.domain.casework import Life, rules, whole_strategy

LADDER = (
    {"channel": "sms", "template": "reminder_sms", "from_dpd": 2, "gap_days": 0},
    {"channel": "email", "template": "reminder_email", "from_dpd": 10, "gap_days": 3},
    {"channel": "human_call", "template": "collector_call", "from_dpd": 20, "gap_days": 3},
)
LATE = ({"channel": "human_call", "template": "collector_call", "from_dpd": 31, "gap_days": 1},)


def strategy(**changes: Any) -> Strategy:
    """Early and late, the early half of them in an experiment."""
    late: dict[str, Any] = {"grace_days": 0, "ladder": LATE, "person_after_days": 3}
    values: dict[str, Any] = {
        "version": "s1",
        "treatments": {
            "gentle": {"grace_days": 1, "ladder": LADDER, "person_after_days": 3},
            "firm": {"grace_days": 0, "ladder": LADDER[2:], "person_after_days": 3},
            "late": late | changes.pop("late", {}),
        },
        "segments": [
            {"segment": "early", "when": {"buckets": ["M0", "M1"]}, "treatment": "gentle"},
            {"segment": "rest", "treatment": "late"},
        ],
    }
    whole = whole_strategy().model_dump(mode="json", exclude={"treatments"})
    return Strategy.model_validate(whole | values | changes)


def profile(**changes: Any) -> Profile:
    values: dict[str, Any] = {
        "product": "consumer_loan",
        "bucket": "M1",
        "balance": Decimal("3000"),
        "tier": "low",
        "overdue": "first_time",
        "debtor": "person",
    }
    return Profile(**values | changes)


def sent(life: Life) -> list[str]:
    """The channels used, in order."""
    actions = [step.action for step in life.seen if isinstance(step, Act)]
    return [action.proposal.channel for action in actions if isinstance(action, MakeContact)]


def placements(life: Life) -> list[tuple[str, str | None]]:
    """Segment and arm of each assessment."""
    placed = [fact.body.placed for fact in life.facts if isinstance(fact.body, Assessed)]
    return [(p.segment, p.arm) for p in placed if p]


def test_the_first_row_that_fits_decides() -> None:
    """Each condition is one that a loan can fail; the last row asks nothing."""
    asked: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"products": ["credit_card"]}, {"product": "credit_card"}),
        ({"buckets": ["M2", "M6+"]}, {"bucket": "M6+"}),
        ({"balance_from": "5000"}, {"balance": Decimal("5000")}),
        ({"balance_below": "100"}, {"balance": Decimal("99.99")}),
        ({"tiers": ["high"]}, {"tier": "high"}),
        ({"overdue": "repeated"}, {"overdue": "repeated"}),
        ({"debtor": "firm"}, {"debtor": "firm"}),
    ]
    rows = [{"segment": f"s{i}", "when": when, "treatment": "firm"} for i, (when, _) in enumerate(asked)]
    chosen = strategy(segments=[*rows, {"segment": "rest", "treatment": "gentle"}])
    for index, (_, fitting) in enumerate(asked):
        assert choose(chosen, profile(**fitting), "B").row.segment == f"s{index}"
    assert choose(chosen, profile(), "B").row.segment == "rest"
    both = profile(product="credit_card", debtor="firm")
    assert choose(chosen, both, "B").index == 0


EXPERIMENT = Experiment.model_validate(
    {
        "arms": [
            {"arm": "today", "role": "champion", "treatment": "gentle", "percent": 60},
            {"arm": "sooner", "role": "challenger", "treatment": "firm", "percent": 30},
            {"arm": "kept", "role": "holdout", "treatment": "gentle", "percent": 10},
        ]
    }
)


def test_arms_get_their_share_and_keep_their_borrowers() -> None:
    """By a hash of borrower and experiment: what is asked a second time answers the same, and another experiment splits
    anew."""
    borrowers = [f"B-{i}" for i in range(4000)]
    arms = {b: arm_of("calls", EXPERIMENT, b).arm for b in borrowers}
    counted = Counter(arms.values())
    for arm in EXPERIMENT.arms:
        assert abs(counted[arm.arm] - 40 * arm.percent) < 150, counted
    assert arms == {b: arm_of("calls", EXPERIMENT, b).arm for b in borrowers}
    assert arm_of("calls", EXPERIMENT, "B-1").arm == "kept"  # for ever: what this line says may never change
    assert arms != {b: arm_of("visits", EXPERIMENT, b).arm for b in borrowers}


def test_the_arm_stands_in_the_assessment() -> None:
    """So that the case's story and any figure can tell the arms apart."""
    split = strategy(
        experiments={"calls": EXPERIMENT.model_dump(mode="json")},
        segments=[{"segment": "all", "experiment": "calls"}],
        treatments=strategy().model_dump(mode="json")["treatments"],
    )
    life = Life(strategy=split)
    life.live(timedelta(days=1))
    arm = arm_of("calls", EXPERIMENT, "B-L1")
    assert placements(life) == [("all", arm.arm)]
    assert any(f"arm {arm.arm} of calls" in step.why.text for step in life.seen)


def test_a_loan_that_rolls_into_another_bucket_moves_to_its_treatment() -> None:
    """On the very day; and what lies before the last contact in the new ladder is behind."""
    life = Life(strategy=strategy())
    life.live(timedelta(days=28))
    assert (placements(life), sent(life)) == ([("early", None)], ["sms", "email", "human_call"])
    life.live(timedelta(days=4))
    assert placements(life) == [("early", None), ("rest", None)]
    assert sent(life)[3:] == ["human_call"]
    assert life.case.rung == 1


def test_under_another_treatment_nobody_hears_the_same_again() -> None:
    """A ladder that had begun is not climbed from its beginning."""
    segments = [
        {"segment": "small", "when": {"balance_below": "3000"}, "treatment": "second"},
        {"segment": "rest", "treatment": "gentle"},
    ]
    gentle = {"grace_days": 1, "ladder": LADDER, "person_after_days": 3}
    life = Life(strategy=strategy(segments=segments, treatments={"gentle": gentle, "second": gentle}))
    life.live(timedelta(days=12))
    assert sent(life) == ["sms", "email"]
    life.pay("500.00")
    life.live(timedelta(days=12))
    assert placements(life) == [("rest", None), ("small", None)]
    assert sent(life) == ["sms", "email", "human_call"]


def test_an_adopted_strategy_places_the_case_anew() -> None:
    """From one without segments to one with."""
    life = Life()
    life.live(timedelta(days=6))
    life.strategy = strategy()
    life.tell(PolicyAdopted(policy=register_policy(life.strategy), reason="pilot"))
    life.live(timedelta(days=10))
    assert placements(life) == [("early", None)]
    assert sent(life) == ["sms", "app_push", "email"]  # the second of the strategy before it


def test_channels_cadence_and_escalation_bind_the_ladder() -> None:
    """Only the channels named; no denser than the cadence; and onward as soon as one of the rows holds."""
    gentle: dict[str, Any] = {
        "grace_days": 0,
        "ladder": LADDER,
        "person_after_days": 3,
        "channels": ["sms", "human_call"],
        "cadence": {"gap_days": 2, "most": 1, "within_days": 25},
        "escalate": [{"from_dpd": 60, "from_amount": "99999"}, {"refusals": 1}],
    }
    life = Life(strategy=strategy(segments=[{"segment": "all", "treatment": "gentle"}], treatments={"gentle": gentle}))
    life.live(timedelta(days=22))
    assert sent(life) == ["sms"]
    life.live(timedelta(days=4))
    assert sent(life) == ["sms", "human_call"]
    attempt = life.case.contacts[-1].attempt
    life.tell(ContactResultPosted(attempt=attempt, result="refused"))
    life.live(timedelta(days=1))
    texts = [step.why.text for step in life.seen] + [life.step().why.text]
    assert any("the segment goes on now: refused 1 time" in text for text in texts), texts


def test_a_consequence_is_stated_only_while_it_is_open_to_the_case() -> None:
    """A suit that cannot be brought yet is a threat (`domain.consequences`); what is said is what the brief carries."""
    late = {"consequences": ["credit_report", "suit", "enforcement"], "talking_points": ["listen_first"]}
    life = Life(strategy=strategy(late=late, credit_reporting=True))
    life.live(timedelta(days=33))
    call = next(s.action for s in reversed(life.seen) if isinstance(s, Act) and isinstance(s.action, MakeContact))
    assert (call.proposal.talking_points, call.proposal.consequences) == (("listen_first",), ("credit_report",))
    for days, open_now in ((80, ("credit_report",)), (100, ("credit_report", "suit"))):
        at = life.now + timedelta(days=days - 33)
        s = Situation.of(life.case, life.strategy.model_copy(update={"field_visit": None}), life.law, at)
        cheap = s.strategy.litigation
        assert cheap is not None
        law_suit = cheap.model_copy(update={"minimum": Decimal(1)})
        s = Situation.of(life.case, s.strategy.model_copy(update={"litigation": law_suit}), life.law, at)
        assert available(s) == open_now


def test_a_segments_authority_stands_over_the_general_limits() -> None:
    """What is left out stays as it was."""
    from domain import limits

    late = {
        "authority": {"promise": {"m1_days": 30, "later_days": 30}},
        "priorities": [{"from_amount": "0", "priority": 4}],
    }
    segments = [{"segment": "rest", "treatment": "late"}]
    life = Life(
        strategy=strategy(late=late, segments=segments, treatments={"late": strategy(late=late).treatments["late"]})
    )
    life.live(timedelta(days=5))
    s = Situation.of(life.case, life.strategy, life.law, life.now)
    far = limits.promise(s, (Part(amount=Decimal("100.00"), due_on=life.today + timedelta(days=25)),))
    assert isinstance(far, limits.Allowed)
    assert far.above is None


@given(
    bucket=st.sampled_from(["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M6+"]),
    balance=st.decimals(min_value=0, max_value=10**9, places=2),
    tier=st.sampled_from(["low", "medium", "high"]),
    borrower=st.text(min_size=1, max_size=20),
)
def test_every_loan_gets_a_treatment_that_the_strategy_has(
    bucket: str, balance: Decimal, tier: str, borrower: str
) -> None:
    """And the same one each time."""
    s = strategy(
        experiments={"calls": EXPERIMENT.model_dump(mode="json")},
        segments=[
            {"segment": "big", "when": {"balance_from": "1000", "tiers": ["high", "medium"]}, "experiment": "calls"},
            {"segment": "rest", "treatment": "late"},
        ],
    )
    loan = profile(bucket=bucket, balance=balance, tier=tier)
    chosen = choose(s, loan, borrower)
    assert chosen.treatment in s.treatments
    assert choose(s, loan, borrower) == chosen
    assert (chosen.row.segment == "big") == (balance >= 1000 and tier != "low")


def test_a_strategy_without_segments_is_written_as_it_always_was() -> None:
    """So its sha256, by which cases are pinned to it, is the one it was published under."""
    written = json.loads(canonical(rules()[0]))
    assert not {"segments", "experiments", "credit_reporting"} & set(written)
    for treatment in written["treatments"].values():
        assert set(treatment) == {"grace_days", "ladder", "person_after_days"}
    assessed = Assessed(segment="first_time", tier="low", rule="assessment.provisional", why="")
    assert "placed" not in json.loads(assessed.model_dump_json())
