"""The floor: a bare workflow with the timers, activities, signals and updates of ours, and no thought behind them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from benchmarks import plans

_PATIENCE = timedelta(seconds=20)


@workflow.defn(name="Floor")
class Floor:
    """Plays a plan. Input: `FLOOR LIFE LOAN` and filling; the floors are `bare` and `calls`."""

    def __init__(self) -> None:
        self.plan: plans.Plan | None = None
        self.came = self.updates = self.answered = 0

    @workflow.run
    async def run(self, order: str) -> str:
        """Take every step in turn; then end, or rest as the case did."""
        floor, life, loan_id, _ = order.split(" ", 3)
        plan = self.plan = plans.of(life)
        timers: dict[int, asyncio.Task[None]] = {}
        taken = 0
        for number, step in enumerate(plan.steps):
            match step.kind:
                case "timer":
                    timers[step.timer] = asyncio.create_task(workflow.sleep(step.seconds))
                case "fired":
                    await timers.pop(step.timer)
                case "cancel":
                    timers.pop(step.timer).cancel()
                case "signal" | "update":
                    taken += 1
                    await workflow.wait_condition(lambda taken=taken: self.came >= taken)
                case "answer":
                    self.answered += 1
                case "activity":
                    request = plans.padded(f"{floor} {life} {number} {loan_id} ", step.request)
                    await workflow.execute_activity(
                        "act", request, task_queue=step.queue, start_to_close_timeout=_PATIENCE, result_type=str
                    )
                case "local" if floor == "calls":  # our ledger is what the bare floor does without
                    await workflow.execute_local_activity(
                        "act", f"{floor} {life} {number} {loan_id} ", start_to_close_timeout=_PATIENCE, result_type=str
                    )
                case "local":
                    pass
        if plan.result is None:
            await workflow.wait_condition(lambda: False)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return plans.padded("", plan.result or 0)

    @workflow.signal
    def told(self, _news: str) -> None:
        """Something came from a feed."""
        self.came += 1

    @workflow.update
    async def commanded(self, _command: str) -> str:
        """Somebody commands something; answered when the case had."""
        self.came += 1
        mine = self.updates
        self.updates += 1
        await workflow.wait_condition(lambda: self.answered > mine)
        assert self.plan is not None
        return plans.padded("", self.plan.answers[mine].answer)

    @workflow.query
    def asked(self) -> str:
        """What ours answers before it is told something."""
        return ""
