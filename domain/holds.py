"""What stops what: one table of holds in the order of precedence, and the holds that are in force on a case.

A hold stops some matters and leaves others. Reading the account, taking in payments and closing a paid case are stopped
by none. Court steps under way obey clocks of the law, which no dispute or complaint holds up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case import Case
from domain.standing import estate_acts
from schemas.holds import SCOPE_OF, Hold, HoldKind
from schemas.steps import AskKind

Review = Literal["never", "may", "must"]
"""Whether a hold ends by itself at a time: never, if one is given, or always, so that one must be given."""

Matter = Literal["assessment", "dunning", "negotiation", "visit", "new_suit", "court_steps", "credit_report"]
MATTERS: tuple[Matter, ...] = (
    *("assessment", "dunning", "negotiation", "visit"),
    *("new_suit", "court_steps", "credit_report"),
)


@dataclass(frozen=True)
class HoldRow:
    """One kind of hold: what it stops, what ends it, and what a person is asked for meanwhile, if anything."""

    kind: HoldKind
    stops: tuple[Matter, ...]
    ends_by: str
    why: str
    ask: AskKind | None
    review: Review = "may"


HOLDS: tuple[HoldRow, ...] = (
    HoldRow(
        "deceased",
        MATTERS,
        "a person, once a representative of the estate is named",
        "the borrower died: a person deals with the estate",
        "estate",
        review="never",
    ),
    HoldRow(
        "self_harm",
        MATTERS,
        "a supervisor, who has seen to it",
        "the borrower spoke of harming themselves: a supervisor sees to it now",
        "self_harm",
        review="never",
    ),
    # Civil Code of China, art. 19-23, 34: those without full capacity act through their statutory representative.
    HoldRow(
        "minor",
        MATTERS,
        "a person, once a guardian is named, or its review",
        "the borrower is a minor: a guardian is to be found",
        "guardian",
    ),
    HoldRow(
        "incapacity",
        MATTERS,
        "a person, once a guardian or an attorney is named, or its review",
        "the borrower cannot manage their affairs: somebody who may act for them is to be found",
        "guardian",
    ),
    HoldRow(
        "insolvency",
        MATTERS,
        "a person, once the proceedings are over or the stay is lifted",
        "the borrower is insolvent: a person files the claim and heeds the stay",
        "insolvency",
        review="never",
    ),
    # Such as the Debt Respite Scheme of England and Wales (SI 2020/1311): 60 days without contact, charges, enforcement.
    HoldRow(
        "moratorium",
        ("dunning", "negotiation", "visit", "new_suit", "court_steps", "credit_report"),
        "its day, or a person if it is cancelled",
        "the borrower has a respite of debts until a day",
        None,
        review="must",
    ),
    # Such as 50 USC 3931, 3937 (United States): no default judgment without an affidavit, stays, a cap on interest.
    HoldRow(
        "military",
        ("visit", "new_suit", "court_steps"),
        "its review, or a person, once the service and what it protects are over",
        "the borrower serves in the forces: a person sees to what protects them",
        "military",
    ),
    HoldRow(
        "stopped",
        ("dunning", "negotiation", "visit", "new_suit"),
        "the borrower, who allows contact again",
        "the borrower is not to be contacted: a person decides",
        "stopped",
    ),
    # 12 CFR 1006.6(b)(2) (United States); elsewhere a person first looks at the authority.
    HoldRow(
        "represented",
        ("dunning", "negotiation", "visit"),
        "its review, or a person: the attorney withdrew, does not answer, or agrees that the borrower is spoken with",
        "somebody acts for the borrower: a person deals with them",
        "represented",
    ),
    HoldRow("pause", MATTERS, "its time, or `resume`", "paused by an operator", "pause"),
    HoldRow(
        "identity_fraud",
        MATTERS,
        "a person, who has looked into it",
        "the loan may have been taken in another's name: a person looks into it",
        "identity_fraud",
        review="never",
    ),
    HoldRow(
        "dispute",
        ("dunning", "visit", "new_suit", "credit_report"),
        "a person, who answers it",
        "the borrower disputes the debt: a person is to look into it",
        "dispute",
    ),
    HoldRow(
        "complaint",
        ("dunning", "visit", "new_suit"),
        "somebody uninvolved, who decides it",
        "the borrower complains: somebody uninvolved answers first",
        "complaint",
        review="never",
    ),
    HoldRow(
        "hardship",
        ("dunning", "visit", "new_suit", "court_steps"),
        "its review, or a person",
        "the borrower is in difficulty: nothing is demanded before a person has looked",
        "hardship",
    ),
)
"""In the order of precedence: of several that stop the same, the first is the reason. An agreement that is kept comes after
all of them and stops the same as hardship, and dunning comes last."""

WHILE_AGREED: tuple[Matter, ...] = ("dunning", "visit", "new_suit", "court_steps")
"""What an agreement stops while it is kept."""

_BY_KIND = {row.kind: row for row in HOLDS}


@dataclass(frozen=True)
class InForce:
    """A hold in force, with its row. `until`: when it ends, or is reviewed, by itself."""

    row: HoldRow
    hold: str
    reason: str
    until: datetime | None


def in_force(case: Case, now: datetime) -> tuple[InForce, ...]:
    """The holds in force on the case at `now`, the debt's and the borrower's, by precedence."""
    found = [_of(hold) for hold in (*case.standing.holds, *case.holds)]
    unheld = not any(each.row.kind == "deceased" for each in found)
    if case.standing.deceased and unheld and not estate_acts(case.standing):
        found.append(InForce(_BY_KIND["deceased"], "deceased", "reported", None))
    if case.standing.stopped:
        found.append(InForce(_BY_KIND["stopped"], "stopped", case.standing.stopped, None))
    if case.paused:
        found.append(InForce(_BY_KIND["pause"], "pause", case.paused.reason, case.paused.until))
    order = [row.kind for row in HOLDS]
    going = [each for each in found if each.until is None or now < each.until]
    return tuple(sorted(going, key=lambda each: order.index(each.row.kind)))


def stopping(case: Case, matter: Matter, now: datetime) -> InForce | None:
    """The first hold, by precedence, that stops `matter` on this case; None if none does."""
    return next((each for each in in_force(case, now) if matter in each.row.stops), None)


def row_of(kind: HoldKind) -> HoldRow:
    """The table's row of this kind."""
    return _BY_KIND[kind]


def binds(kind: HoldKind) -> str:
    """What a hold of this kind binds, in words."""
    return "all loans of the borrower" if SCOPE_OF[kind] == "borrower" else "this debt"


def _of(hold: Hold) -> InForce:
    return InForce(_BY_KIND[hold.kind], hold.hold, hold.reason, hold.review_at)
