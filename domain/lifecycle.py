"""Which stage may follow which, on what condition: one table, by which every move is judged.

A stage names the main effort, not a sequence. A case may go back; negotiation opens from anywhere, in court too. Money
ends a case from every stage, and no row stands in its way (`domain.ending`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.court import phase
from domain.holds import Matter, stopping
from domain.prospects import no_suit, no_visit, rungs_left, spent, suit_from, visit_from
from domain.stages.situation import Situation
from schemas.facts import Stage, StageEntered

STAGES: tuple[Stage, ...] = ("assessment", "contact", "negotiation", "field_visit", "litigation")

MATTER_OF: dict[Stage, Matter] = {
    "assessment": "assessment",
    "contact": "dunning",
    "negotiation": "negotiation",
    "field_visit": "visit",
    "litigation": "new_suit",
}
"""What a stage does first, and which holds therefore keep a case out of it."""


@dataclass(frozen=True)
class Row:
    """From `sources` to `target`, by `rule`, if `holds`; `condition` says so in words."""

    rule: str
    sources: tuple[Stage, ...]
    target: Stage
    condition: str
    holds: Callable[[Situation], bool]


def _assessed(s: Situation) -> bool:
    return s.case.assessed is not None


def _relapsed(s: Situation) -> bool:
    return s.case.relapses > 0 and s.case.assessed is None


def _wished(s: Situation) -> bool:
    return s.strategy.negotiation is not None and s.case.wish is not None


def _on_the_table(s: Situation) -> bool:
    case = s.case
    wanted = any(approval.terms is not None for approval in case.approvals)
    return case.agreement is not None or case.offer is not None or wanted


def _nothing_agreed(s: Situation) -> bool:
    promised = s.case.said is not None and s.strategy.negotiation is not None
    return not _on_the_table(s) and not promised


def _ladder_goes_on(s: Situation) -> bool:
    return spent(s) is None and not _in_court(s)


def _visit_due(s: Situation) -> bool:
    day = visit_from(s)
    return spent(s) is not None and day is not None and s.today >= day and not _in_court(s)


def _suit_due(s: Situation) -> bool:
    day = suit_from(s)
    return spent(s) is not None and no_visit(s) is not None and day is not None and s.today >= day


def _in_court(s: Situation) -> bool:
    last = phase(s.case)
    return last is not None and last.milestone != "dismissed"


ROWS: tuple[Row, ...] = (
    Row("stage.contact", ("assessment",), "contact", "the borrower was assessed", _assessed),
    Row(
        "stage.relapsed",
        ("contact", "negotiation", "field_visit", "litigation"),
        "assessment",
        "a cured loan owes again",
        _relapsed,
    ),
    Row(
        "stage.negotiation.agreed",
        ("contact", "field_visit", "litigation"),
        "negotiation",
        "something is promised, offered, agreed, or waits for an approval",
        lambda s: _assessed(s) and _on_the_table(s),
    ),
    Row(
        "stage.negotiation.wished",
        ("contact", "field_visit", "litigation"),
        "negotiation",
        "the borrower asked for time, a plan, a settlement or a call",
        lambda s: _assessed(s) and _wished(s),
    ),
    Row(
        "stage.litigation.resumed",
        ("contact", "negotiation", "field_visit"),
        "litigation",
        "nothing is agreed, and a suit had been begun",
        lambda s: _nothing_agreed(s) and _in_court(s),
    ),
    Row(
        "stage.contact.resumed",
        ("negotiation", "field_visit"),
        "contact",
        "nothing is agreed, and messages and calls have not done all they can",
        lambda s: _nothing_agreed(s) and _ladder_goes_on(s),
    ),
    Row(
        "stage.field_visit",
        ("contact", "negotiation"),
        "field_visit",
        "messages and calls have done what they can, it is late enough, there is an address, and a visit is expected to "
        "bring more than it costs",
        lambda s: _nothing_agreed(s) and _visit_due(s),
    ),
    Row(
        "stage.litigation",
        ("contact", "negotiation", "field_visit"),
        "litigation",
        "messages and calls have done what they can, no visit is worth while, it is late enough, and the claim is large "
        "enough",
        lambda s: _nothing_agreed(s) and _suit_due(s),
    ),
)

ESCALATION = "command.escalate"


def enter(s: Situation, target: Stage) -> StageEntered | None:
    """The fact that moves the case to `target`, by the first row that allows it; None if none does, or a hold keeps the case
    out of it. To be in contact is what a case begins with: a hold stops what is done there."""
    if target not in ("assessment", "contact") and stopping(s.case, MATTER_OF[target], s.now):
        return None
    row = next((r for r in ROWS if r.target == target and s.case.stage in r.sources and r.holds(s)), None)
    return StageEntered(stage=target, rule=row.rule, why=_why(s, row)) if row else None


def may_escalate(s: Situation, target: Stage) -> str | None:
    """Why an operator may not move the case to `target`, in words; None if they may.

    A person decides sooner than the strategy would, or back; what a stage needs all the same is asked for here.
    """
    if target == s.case.stage:
        return f"the case is in {target.replace('_', ' ')} already"
    hold = stopping(s.case, MATTER_OF[target], s.now)
    if hold:
        return f"{hold.row.why} (it stops {MATTER_OF[target].replace('_', ' ')}); end the hold first"
    if s.case.agreement:
        return "an agreement is being kept: nothing else is done meanwhile"
    match target:
        case "contact":
            return None if rungs_left(s) else "no rung of the ladder is left that reaches the borrower"
        case "negotiation":
            return None if s.strategy.negotiation else "the strategy of this case has no part `negotiation`"
        case "field_visit":
            return no_visit(s)
        case "litigation":
            return no_suit(s)
        case "assessment":
            return "an assessment is made anew by itself after every conversation"


def _why(s: Situation, row: Row) -> str:
    """The condition, with what met it where that says more."""
    if row.rule in ("stage.field_visit", "stage.litigation"):
        besides = no_visit(s) if row.target == "litigation" else None
        return "; ".join(part for part in (spent(s), besides) if part)
    if row.rule == "stage.negotiation.wished" and s.case.wish:
        wanted = {"time": "time", "plan": "a plan", "settlement": "a settlement", "call": "to be called"}
        return f"the borrower asked for {wanted[s.case.wish.kind]}"
    return row.condition
