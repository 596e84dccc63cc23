"""`policy check`: what no schema can see, each fault at its line; and the shipped files have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policies.checking import check
from policies.loader import HERE, load_rulebook
from policies.located import Problem
from schemas.rulebook import Rulebook

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
CN = load_rulebook(HERE / "rulebooks" / "cn.yaml")
Faults = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """What is found in the shipped strategy for consumer loans after one change."""

    def found(old: str, new: str, book: Rulebook = CN, name: str = "cn-consumer-loan") -> tuple[Problem, ...]:
        text = (HERE / f"{name}.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "changed.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return check(path, book, NOW)

    return found


MEANT_FOR = {
    "us-first-party": ("us-first-party", "us-ma-first-party"),
    "us-third-party": ("us-third-party", "us-ma-third-party"),
}
"""The rulebooks that a shipped strategy is meant for; those not named here, for mainland China."""


@pytest.mark.parametrize(
    ("path", "law"),
    [(path, law) for path in sorted(HERE.glob("*.yaml")) for law in MEANT_FOR.get(path.stem, ("cn",))],
    ids=lambda value: value.stem if isinstance(value, Path) else value,
)
def test_the_shipped_strategies_have_nothing_wrong(path: Path, law: str) -> None:
    """Each under the rulebooks that it is meant for, and the overlays of their states."""
    assert check(path, load_rulebook(HERE / "rulebooks" / f"{law}.yaml"), NOW) == ()


@pytest.mark.parametrize(
    ("old", "new", "path", "rule", "said"),
    [
        ("when: {buckets: [M2]}", "when: {buckets: [M3]}", "segments[2]", "shadowed", "no loan comes to 'middle'"),
        (
            "{buckets: [M4, M5, M6, M6+], balance_from",
            '{buckets: [M4, M5, M6, M6+], balance_below: "9", balance_from',
            "segments[0].when.balance_from",
            "shadowed",
            "no balance is 5000.00 or more and below 9",
        ),
        (
            "- segment: early_repeated\n",
            "- segment: early_repeated\n    when: {debtor: firm}\n",
            "segments[5]",
            "uncovered",
            "for example: consumer loan of a person, M0",
        ),
        ("treatment: talk\n", "treatment: talks\n", "segments[2].treatment", "name", "did you mean 'talk'"),
        (
            "- {role: supervisor, kinds: [plan], asks: head_of_collections}",
            "- {role: supervisor, kinds: [promise, plan], most_amount: '300000.00', asks: head_of_collections}",
            "authority.rows[12]",
            "shadowed",
            "nothing comes to this row of supervisor",
        ),
        (
            "- {role: head_office, decides: true}",
            "- {role: head_office, kinds: [promise, plan], decides: true}",
            "authority.rows[9].asks",
            "authority",
            "no row lets head_office or a higher role decide it",
        ),
        ("from_dpd: 27", "from_dpd: 31", "treatments.gentle.ladder[5].from_dpd", "unreached", "at most 30 days"),
        (
            "escalate: [{refusals: 2}, {lost_contact: true}]",
            "escalate: [{from_dpd: 42}]",
            "treatments.talk.ladder[2].from_dpd",
            "unreached",
            "goes on at 42 days",
        ),
        (
            "consequences: [credit_report]",
            "consequences: [suit]",
            "treatments.gentle.consequences[0]",
            "consequence",
            "suits are brought from 90 days past due, and its loans are at most 30",
        ),
        (
            "credit_reporting: true",
            "credit_reporting: false",
            "treatments.gentle.consequences[0]",
            "consequence",
            "the bank reports nothing",
        ),
        ("listen_first,", "listen_frist,", "treatments.gentle.talking_points[0]", "talking_point", "'listen_first'"),
        ("prepare_from_dpd: 60", "prepare_from_dpd: 91", "litigation.prepare_from_dpd", "thresholds", "after the suit"),
        (
            "chance: {low: 3",
            "chance: {low: 30",
            "field_visit.chance",
            "thresholds",
            "more willing borrower is less likely",
        ),
        (
            '"20000.00", priority: 4',
            '"20000.00", priority: 7',
            "treatments.sooner.priorities[1].priority",
            "thresholds",
            "less urgent",
        ),
        ("m1_days: 3", "m1_days: 9", "negotiation.promise.m1_days", "thresholds", "longer than later buckets"),
        (  # 法发[2017]22号: no plan may bear more either
            "  plan: {most_parts: 12",
            '  plan: {annual_percent: "24.5", most_parts: 12',
            "negotiation.plan.annual_percent",
            "rate_cap",
            "above the cap of 24 %",
        ),
        (
            "  plan: {most_parts: 12",
            '  plan: {annual_percent: "6", accrued: stays, most_parts: 12',
            "negotiation.plan",
            "value_error",
            "takes the place of default interest",
        ),
        ("bank_zone: Asia/Shanghai", "bank_zone: Asia/Peking", "bank_zone", "zone", "IANA"),
        ("percent: 60", "percent: 61", "experiments.first_call", "value_error", "101 percent"),
        (
            "channel: app_push, template: reminder_push",
            "channel: visit, template: visit_brief",
            "treatments.gentle.ladder[1].channel",
            "conduct",
            "no rung of a ladder",
        ),
    ],
)
def test_each_fault_stands_at_its_field(faults: Faults, old: str, new: str, path: str, rule: str, said: str) -> None:
    """One thing wrong, one place named, with its line; a fault may bring others with it."""
    found = faults(old, new)
    at = [problem for problem in found if (problem.path, problem.rule) == (path, rule)]
    assert at, found
    assert said in str(at[0])
    assert at[0].line > 1


def test_a_table_that_speaks_of_accelerations_speaks_of_all_and_of_none_that_is_never_asked_for(faults: Faults) -> None:
    """Of a balance above the last row nobody decides; where no balance is called due nobody is asked."""
    decides = '    - {role: head_of_collections, kinds: [acceleration], most_amount: "300000.00", decides: true}\n'
    highest = "    - {role: head_office, kinds: [acceleration], decides: true}\n"
    (open_end,) = faults(
        f"    - {{role: supervisor, kinds: [acceleration], asks: head_office}}\n{decides}{highest}", decides
    )
    assert (open_end.path, open_end.rule) == ("authority.rows[20].kinds", "uncovered")
    assert "nobody decides an acceleration of 300000.01 in M0" in str(open_end)
    found = faults("  accelerate: true", "  accelerate: false")
    (never,) = [problem for problem in found if problem.rule == "shadowed"]
    assert (never.path, "calls no balance due" in str(never)) == ("authority.rows[20].kinds", True)


def test_every_problem_is_told_at_once_and_in_the_files_order(faults: Faults) -> None:
    """Whoever mends a file reads it once."""
    found = faults("prepare_from_dpd: 60\n  accelerate: true", "prepare_from_dpd: 91\n  accelerate: false")
    assert {problem.rule for problem in found} == {"thresholds", "consequence", "shadowed"}
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_a_step_that_the_guard_would_never_allow_is_found(faults: Faults) -> None:
    """The rulebook is asked itself: a messenger without any way to consent, visits outside all hours."""
    never = CN.model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"open": rule.open.replace(hour=20)}) if rule.kind == "contact_hours" else rule
                for rule in CN.rules
            )
        }
    )
    found = faults("most: 2\n", "most: 3\n", never)
    assert [(p.path, p.rule) for p in found] == [("field_visit", "conduct")]
    assert "CN.HOURS" in found[0].message


def test_a_team_of_one_is_never_allowed_to_visit(faults: Faults) -> None:
    """CN.VISIT.TEAM: at least two people (China Banking Association, guideline of 2026, art. 22)."""
    found = faults("  most: 2\n", "  most: 2\n  team: 1\n")
    assert [(p.path, p.rule) for p in found] == [("field_visit", "conduct")]
    assert "CN.VISIT.TEAM" in found[0].message


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    (problem,) = check(tmp_path / "absent.yaml", CN, NOW)
    assert problem.rule == "file"


MESSAGE = "{channel: sms, template: card_minimum_sms}"


@pytest.mark.parametrize(
    ("old", "new", "path", "rule", "said"),
    [
        (
            MESSAGE,
            "{channel: sms, template: no_such_sms}",
            "template",
            "template",
            "there is no template 'no_such_sms' in zh-CN",
        ),
        (MESSAGE, "{channel: letter, template: card_minimum_sms}", "template", "template", "is written for sms"),
        (MESSAGE, "{channel: visit, template: visit_brief}", "channel", "conduct", "a visit is no rung of a ladder"),
    ],
)
def test_the_alternatives_of_a_rung_are_checked_as_its_own_channel_is(
    faults: Faults, old: str, new: str, path: str, rule: str, said: str
) -> None:
    """A text in every language, a channel that the rules allow; at its own place in the file."""
    where = f"treatments.minimum_due.ladder[2].alternatives[0].{path}"
    found = [each for each in faults(old, new, name="cn-credit-card") if each.path == where]
    assert any(each.rule == rule and said in each.message for each in found), found


def test_an_alternative_outside_the_treatments_channels_is_refused(faults: Faults) -> None:
    own = "    channels: [app_push, robot_call, email, human_call, sms]\n    best_channel:"
    assert faults("    best_channel:", own, name="cn-credit-card") == ()
    without = own.replace(", sms]", "]")
    paths = [
        each.path for each in faults("    best_channel:", without, name="cn-credit-card") if each.rule == "channels"
    ]
    assert "treatments.minimum_due.ladder[2].alternatives[0].channel" in paths


def test_alternatives_and_what_chooses_among_them_come_together(faults: Faults) -> None:
    """Either without the other would look like a choice and be none."""
    option = "    best_channel: {expect_answered: 1, expect_unanswered: 2, least: 1}"
    (first, *_) = faults(option, "    # none:", name="cn-credit-card")
    assert (first.path, first.rule) == ("treatments.minimum_due.ladder[2].alternatives", "alternatives")
    grace = "  plan_early:\n    grace_days: 1"
    (only,) = faults(grace, f"{grace}\n{option}", name="cn-credit-card")
    assert (only.path, only.rule) == ("treatments.plan_early.best_channel", "alternatives")
