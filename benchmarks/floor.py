"""The floor: a bare workflow with the timers, activities and signals of ours, and no thought behind them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from benchmarks import plans

_PATIENCE = timedelta(seconds=20)


@workflow.defn(name="Floor")
class Floor:
    """Plays a plan. Input: `FLOOR LIFE LOAN` and filling; the floors are `bare` and `calls`. Signal: posted."""

    def __init__(self) -> None:
        self.signals = 0

    @workflow.run
    async def run(self, order: str) -> str:
        """Take every step in turn; then end, or rest as the case did."""
        floor, life, loan_id, _ = order.split(" ", 3)
        plan = plans.of(life)
        running: list[asyncio.Task[None]] = []
        for number, step in enumerate(plan.steps):
            if step.kind == "sleep":
                await workflow.sleep(step.seconds or 0)
            elif step.kind == "signal":
                if step.seconds:
                    running.append(asyncio.create_task(workflow.sleep(step.seconds)))
                await workflow.wait_condition(lambda: self.signals > 0)
                self.signals -= 1
            elif step.kind == "activity":
                request = plans.padded(f"{floor} {life} {number} {loan_id} ", step.request)
                await workflow.execute_activity(
                    "act", request, task_queue=step.queue, start_to_close_timeout=_PATIENCE, result_type=str
                )
            elif floor == "calls":  # our ledger is what the bare floor does without
                await workflow.execute_local_activity(
                    "act", f"{floor} {life} {number} {loan_id} ", start_to_close_timeout=_PATIENCE, result_type=str
                )
        if plan.result is None:
            await workflow.wait_condition(lambda: False)
        return plans.padded("", plan.result or 0)

    @workflow.signal
    def posted(self, _payment: str) -> None:
        """Money arrived."""
        self.signals += 1
