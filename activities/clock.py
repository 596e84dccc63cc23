"""The time of an activity: the server's, which follows skipped time, never the machine's alone."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from temporalio import activity


class ActivityClock:
    """Reads the server's time at the start of this attempt, plus what has gone by on this machine since.

    Not for local activities: there the start is the machine's clock, so they are told the time instead.
    """

    def __init__(self) -> None:
        self._started = activity.info().started_time
        self._mark = time.monotonic()

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return self._started + timedelta(seconds=time.monotonic() - self._mark)
