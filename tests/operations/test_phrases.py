"""The catalogues are whole: every code has its word, every rule its reason, and Chinese keeps the figures of English."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from domain import conduct, factors
from domain.commands.table import NAMES
from domain.court import ORDINARY_SUIT
from domain.holds import HOLDS, MATTERS
from domain.lifecycle import ROWS
from operations.telling import CATALOGUES
from schemas.account import COMPONENTS, FiveTier
from schemas.complaints import ComplaintOutcome, MoreTime
from schemas.contact import (
    Channel,
    ContactResult,
    InboundChannel,
    Intent,
    Level,
    Purpose,
    VerdictKind,
    VisitResult,
)
from schemas.court import CourtStep, Milestone, Piece, PieceState
from schemas.facts import (
    HandledBy,
    Outcome,
    Stage,
    Subject,
)
from schemas.holds import HoldKind
from schemas.loan import PointKind, PointUse, Role
from schemas.reporting import ErrorOutcome, ReportStatus
from schemas.representatives import RemovedBecause, RepresentativeRole
from schemas.scorecard import FIGURES, FactorName, MeasureName
from schemas.segments import Segment
from schemas.steps import Action, AskKind
from schemas.terms import AgreedOn, Covers
from tests.operations.kinds import KINDS
from tests.operations.overheard import overheard

ZH, EN = CATALOGUES["zh-CN"], CATALOGUES["en"]
ROOT = Path(__file__).parent.parent.parent
HAN = re.compile(r"[\u4e00-\u9fff]")

ACTIONS = [action.model_fields["kind"].default for action in get_args(get_args(Action)[0])]
SYSTEMS = ("core_banking", "credit_bureau", "messaging", "telephony", "field_force", "documents", "court")
ASSESSMENT = (
    *("first_time_overdue", "repeated_overdue", "long_past_due", "past_due", "high_arrears"),
    *("bureau_unavailable", "bureau_not_asked", "past_due_elsewhere"),
    *(f"risk_{level}" for level in get_args(Level)),
)
RELEASES = (
    *("representative_named", "contact_allowed", "channel_opted_in", "hold_ended", "visit_planned"),
    *("another_appointment", "zone_known", "rules_changed", "rulebook_published", "stop_all_lifted"),
)
CALLED_OFF = (*get_args(HoldKind), "agreed", "paid", "not_confirmed", "account_differs", "account_stale")

VOCABULARIES: dict[str, tuple[str, tuple[str, ...] | list[str]]] = {
    "stages": ("stage", get_args(Stage)),
    "kinds of facts": ("fact", KINDS),
    "outcomes": ("outcome", get_args(Outcome)),
    "handled by": ("", get_args(HandledBy)),
    "roles": ("role", (*get_args(Role), *get_args(RepresentativeRole))),
    "what the bureau is told": ("report", sorted({*get_args(ReportStatus), *get_args(ErrorOutcome)})),
    "outcomes of complaints": ("complaint_outcome", get_args(ComplaintOutcome)),
    "why there is more time": ("more_time", get_args(MoreTime)),
    "why somebody acts no longer": ("reason", get_args(RemovedBecause)),
    "contact points": ("point_kind", get_args(PointKind)),
    "uses of contact points": ("point_use", get_args(PointUse)),
    "channels": ("channel", get_args(Channel)),
    "channels of the borrower": ("channel", get_args(InboundChannel)),
    "how it was agreed": ("agreed_on", get_args(AgreedOn)),
    "purposes": ("purpose", get_args(Purpose)),
    "verdicts": ("", get_args(VerdictKind)),
    "obligations": ("", sorted({code for codes in conduct.OBLIGATIONS.values() for code in codes})),
    "what releases a contact": ("", RELEASES),
    "results": ("result", get_args(ContactResult)),
    "results of visits": ("result", get_args(VisitResult)),
    "why a task was called off": ("code", CALLED_OFF),
    "intents": ("intent", get_args(Intent)),
    "wishes": ("wish", ("time", "plan", "settlement", "call")),
    "levels": ("", get_args(Level)),
    "segments": ("segment", get_args(Segment)),
    "tiers": ("tier", get_args(Level)),
    "reasons of the figures": ("reasons", [*get_args(FactorName), *get_args(MeasureName)]),
    "figures": ("", FIGURES),
    "reasons of the assessment": ("reasons", ASSESSMENT),
    "causes": ("", (*factors.HARDSHIP_REASONS, "unknown")),
    "subjects": ("", get_args(Subject)),
    "what a plan covers": ("covers", get_args(Covers)),
    "ends of agreements": ("", ("kept", "partly", "broken", "replaced")),
    "holds": ("hold_kind", get_args(HoldKind)),
    "matters": ("", MATTERS),
    "milestones": ("milestone", get_args(Milestone)),
    "court steps": ("step", get_args(CourtStep)),
    "papers": ("piece", get_args(Piece)),
    "states of papers": ("", get_args(PieceState)),
    "by what it was called due": ("by", ("notice", "complaint")),
    "components": ("component", COMPONENTS),
    "classes": ("five_tier", get_args(FiveTier)),
    "systems": ("system", SYSTEMS),
    "actions": ("", ACTIONS),
    "commands": ("command", list(NAMES.values())),
    "what people are asked for": ("ask", get_args(AskKind)),
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_code_has_a_word(name: str) -> None:
    """In Chinese one of its own, in English at least no code with underscores; and no two codes of a vocabulary the same."""
    vocabulary, codes = VOCABULARIES[name]
    chinese = [ZH.word(code, vocabulary) for code in codes]
    assert [word for word in chinese if not HAN.search(word)] == []
    assert len(set(chinese)) == len(set(codes)), chinese
    english = [EN.word(code, vocabulary) for code in codes]
    assert [word for word in english if not word or "_" in word] == []
    assert len(set(english)) == len(set(codes)), english


def test_what_people_are_asked_for_is_a_sentence_in_english_too() -> None:
    """The bare code would tell nobody what to do."""
    assert all(f"ask.{kind}" in EN.words for kind in get_args(AskKind))


# --- reasons -------------------------------------------------------------------------------------------------------


def _said_in_code() -> dict[str, list[str]]:
    """Everything in the rules' code that looks like a rule id, with the places; `*` stands for what is filled in."""
    found: dict[str, list[str]] = {}
    for file in (*(ROOT / "domain").rglob("*.py"), *(ROOT / "workflows").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            text = _text(node)
            if text and re.fullmatch(r"[a-z_]+(\.[a-z0-9_*]+)+", text):
                found.setdefault(text, []).append(f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def test_every_rule_of_the_domain_has_a_chinese_reason() -> None:
    """By its id, or by the family it belongs to."""
    missing = {
        rule: places
        for rule, places in _said_in_code().items()
        if not (
            any(known.startswith(rule.partition("*")[0]) for known in ZH.rules)
            if "*" in rule
            else ZH.reason(rule, "") != ""
        )
    }
    assert missing == {}


def test_no_chinese_reason_is_for_a_rule_that_nobody_says() -> None:
    """What was renamed there is renamed here."""
    said = _said_in_code()
    families = tuple(rule.partition("*")[0] for rule in said if "*" in rule)
    left = [rule for rule in ZH.rules if rule not in said and not rule.startswith(families)]
    assert [rule for rule in left if not any(known.startswith(rule) for known in said)] == []


def test_the_tables_that_decide_are_told_in_chinese() -> None:
    """What a hold stops, and what follows a milestone, stands in reasons word by word."""
    for why in (*(row.why for row in HOLDS), *(row.why for row in ORDINARY_SUIT)):
        assert HAN.search(ZH.reason("no.such_rule", why)), why
    for row in ROWS:
        assert row.rule in ZH.rules


def test_a_reason_of_several_pieces_is_told_piece_by_piece() -> None:
    """And by its rule as soon as one of them is not known."""
    why = "the borrower refused 2 times; a visit costs 180.00 and is expected to bring 57.38"
    assert ZH.reason("stage.litigation", why) == "借款人 2 次拒绝还款；外访成本 180.00，预计只能收回 57.38"
    assert ZH.reason("stage.litigation", f"{why}; and so on") == "电话与消息均已用尽，转诉讼"
    assert ZH.reason("no.such_rule", "something new") == "something new"
    assert EN.reason("stage.litigation", why) == why


def test_a_family_gives_way_to_a_rule_of_its_own() -> None:
    """The longest that fits."""
    assert ZH.reason("court.await.filed", "") == "等法院立案或退回"
    assert ZH.reason("court.await.something", "") == "等法院答复"
    assert ZH.reason("policy.ladder.7", "") == "按策略的下一次触达"


# --- what cases really say -----------------------------------------------------------------------------------------


def test_what_cases_say_is_said_in_chinese_with_the_same_figures() -> None:
    """Amounts, days and dates that stand in the reason of the ledger stand in the Chinese one too."""
    heard = sorted(set(overheard()))
    rules = {rule for rule, _ in heard}
    assert len(rules) > 60, sorted(rules)
    for rule, why in heard:
        said = ZH.reason(rule, why)
        assert HAN.search(said), (rule, why)
        lost = [figure for figure in re.findall(r"\d[\d.,:-]*\d|\d", why) if figure not in said]
        assert not lost, (rule, why, said)


@pytest.mark.parametrize(
    ("rule", "why", "said"),
    [
        (
            "policy.segment",
            "segment middle, treatment talk from now on",
            "自此归入客群 middle，适用处置方案 talk",
        ),
        (
            "policy.segment",
            "segment early, treatment sooner, arm call of first_call from now on",
            "自此归入客群 early，适用处置方案 sooner（试验 first_call 的 call 组）",
        ),
        (
            "policy.segment",
            "nothing is left to send in this segment; segment late from 2026-12-21 on",
            "本客群已无可发送的触达，2026-12-21 起归入客群 late",
        ),
        (
            "policy.person",
            "the segment goes on now: 45 days past due; 120000.00 overdue",
            "该客群此时转入下一步：逾期 45 天；逾期金额 120000.00",
        ),
        ("policy.person", "the segment goes on now: refused 2 times", "该客群此时转入下一步：拒绝还款 2 次"),
    ],
)
def test_what_segments_decide_is_told_in_chinese(rule: str, why: str, said: str) -> None:
    """Names as the strategy has them, figures as the ledger has them."""
    assert ZH.reason(rule, why) == said
    assert EN.reason(rule, why) == why
