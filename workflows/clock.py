"""The time of a run: never behind a timer of its own that has fired."""

from __future__ import annotations

from datetime import datetime

from temporalio import workflow


class Clock:
    """`workflow.now()`, or what a fired timer proves, if that is later.

    A query to a case that the worker has to replay first may bring events newer than the last workflow task: a timer
    has fired, and the task for it has not begun. The SDK (seen with 1.35) lets the workflow go on from them with
    `workflow.now()` still at the task before, so that the case would sleep its whole pause again, and not replay.
    """

    def __init__(self) -> None:
        self._reached: datetime | None = None

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        now = workflow.now()
        return max(now, self._reached) if self._reached else now

    def reach(self, moment: datetime) -> None:
        """A timer to `moment` has fired."""
        self._reached = max(moment, self._reached) if self._reached else moment
