"""What the case list shows of a case. Only what does not go stale by itself, and nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.calendar import zone
from domain.case import Case
from domain.holds import in_force
from schemas.loan import CollectionRequest
from schemas.steps import Step, Wait

STAGE = SearchAttributeKey.for_keyword("ArrearsStage")
HANDLED_BY = SearchAttributeKey.for_keyword("ArrearsHandledBy")
ATTENTION = SearchAttributeKey.for_keyword("ArrearsAttention")
OUTCOME = SearchAttributeKey.for_keyword("ArrearsOutcome")
PRODUCT = SearchAttributeKey.for_keyword("ArrearsProduct")
BORROWER = SearchAttributeKey.for_keyword("ArrearsBorrowerId")
OVERDUE_SINCE = SearchAttributeKey.for_datetime("ArrearsOverdueSince")

SEARCH_ATTRIBUTES: dict[str, str] = {
    STAGE.name: "Keyword",
    HANDLED_BY.name: "Keyword",
    ATTENTION.name: "Keyword",
    OUTCOME.name: "Keyword",
    PRODUCT.name: "Keyword",
    BORROWER.name: "Keyword",
    OVERDUE_SINCE.name: "Datetime",
}
"""Name to type, as the server is to register them: 6 of 10 keywords, 1 of 3 datetimes."""


def at_start(request: CollectionRequest) -> TypedSearchAttributes:
    """The attributes to start a case with: free of charge there, and one upsert less."""
    since = datetime.combine(request.overdue_since, time(), tzinfo=zone("UTC"))
    return TypedSearchAttributes(
        [
            SearchAttributePair(STAGE, "assessment"),
            SearchAttributePair(HANDLED_BY, "robot"),
            SearchAttributePair(ATTENTION, "none"),
            SearchAttributePair(OUTCOME, "open"),
            SearchAttributePair(PRODUCT, request.product),
            SearchAttributePair(BORROWER, request.borrower_id),
            SearchAttributePair(OVERDUE_SINCE, since),
        ]
    )


def shown(case: Case, step: Step | None, now: datetime) -> dict[SearchAttributeKey[str], str]:
    """The attributes that change with the case, as they should read now."""
    return {
        STAGE: case.stage,
        HANDLED_BY: case.handled_by,
        ATTENTION: _attention(case, step, now),
        OUTCOME: case.outcome or "open",
    }


def _attention(case: Case, step: Step | None, now: datetime) -> str:
    if case.status == "closed":
        return "none"
    if case.parked:
        return "parked"
    if any(hold.row.kind == "pause" for hold in in_force(case, now)):
        return "paused"
    if case.failing and isinstance(step, Wait) and step.why.rule == "outside.retry":
        return "outside"
    if isinstance(step, Wait) and step.ask:
        return "approval_due" if step.ask.reminder else step.ask.kind
    return "none"


def changes(
    current: TypedSearchAttributes, wanted: dict[SearchAttributeKey[str], str]
) -> Sequence[tuple[SearchAttributeKey[str], str]]:
    """The wanted attributes that do not read so yet."""
    return [(key, value) for key, value in wanted.items() if current.get(key) != value]
