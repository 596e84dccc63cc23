"""The court, or who acts there for the bank: one endpoint for each step, and one to ask for it by key."""

from __future__ import annotations

from schemas.court import CourtStep
from schemas.gateways import CourtReceipt, CourtRequest
from simulation.bank import court
from simulation.bank.operations.table import Operation, by_key, taking

_STEPS: dict[CourtStep, tuple[str, str]] = {
    "file": ("a filing", "File a suit, with the papers named."),
    "apply_for_enforcement": ("an application", "Apply for enforcement of a judgment or of what was settled."),
    "check_property": ("a search", "Have property looked for, after an enforcement that found none."),
    "withdraw": ("a withdrawal", "Withdraw what is pending: nothing more is reported of it."),
}


def _step(step: CourtStep) -> tuple[Operation, Operation]:
    what, summary = _STEPS[step]
    path = f"/court/{court.PATHS[step]}"
    take = taking(
        "court",
        path,
        summary,
        CourtRequest,
        CourtReceipt,
        lambda store, call: court.take(store, step, call.key, call.body),
    )
    ask = by_key(
        "court", f"{path}/{{key}}", what, CourtReceipt, lambda store, call: court.receipt(store, step, call.part)
    )
    return take, ask


OPERATIONS: tuple[Operation, ...] = tuple(operation for step in _STEPS for operation in _step(step))
