"""Systems that misbehave on request. Faults are kept in the state file: a restart does not heal them."""

from __future__ import annotations

import time

from simulation.bank.problems import Refusal
from simulation.bank.store import Store
from simulation.model import Fault, System


def add(store: Store, fault: Fault) -> None:
    """`fault` from now on."""
    until = time.time() + fault.seconds if fault.seconds is not None else None
    store.db.execute(
        "INSERT INTO faults (system, body, until, times) VALUES (?, ?, ?, ?)",
        (fault.system, fault.model_dump_json(), until, fault.times),
    )


def clear(store: Store, system: System | None) -> None:
    """No faults any more, of one system or of all."""
    store.db.execute("DELETE FROM faults WHERE ?1 IS NULL OR system = ?1", (system,))


def hit(store: Store, system: System, *, takes: bool) -> Fault | None:
    """The oldest fault that strikes this request, counted as used; None if the system is well.

    `takes`: the request would make the system take something. `lose_answer` and `refuse` strike only those.
    """
    store.db.execute("DELETE FROM faults WHERE until < ?", (time.time(),))
    rows = store.db.execute("SELECT id, body, times FROM faults WHERE system = ? ORDER BY id", (system,)).fetchall()
    for fault_id, body, times in rows:
        fault = Fault.model_validate_json(body)
        if not takes and fault.mode in ("lose_answer", "refuse"):
            continue
        if times == 1:
            store.db.execute("DELETE FROM faults WHERE id = ?", (fault_id,))
        elif times is not None:
            store.db.execute("UPDATE faults SET times = times - 1 WHERE id = ?", (fault_id,))
        return fault
    return None


def refuse(fault: Fault) -> None:
    """Raises the Refusal that `fault` answers instead of the system; `slow` and `lose_answer` answer none."""
    name = fault.system
    if fault.mode == "down":
        raise Refusal(503, "unavailable", f"{name} is down", retryable=True)
    if fault.mode == "busy":
        wait = str(fault.retry_after_seconds)
        raise Refusal(429, "busy", f"{name} takes no more now", retryable=True, headers={"Retry-After": wait})
    if fault.mode == "refuse":
        raise Refusal(422, "refused", f"{name} does not take this, now or later")
