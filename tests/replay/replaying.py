"""How a history is replayed: under today's code, in the sandbox."""

from __future__ import annotations

from temporalio.worker import Replayer

from operations.connect import converter
from operations.runner import sandbox
from workflows.collection import CollectionWorkflow


def replayer() -> Replayer:
    """Raises on the first event that today's code would not have made."""
    return Replayer(workflows=[CollectionWorkflow], data_converter=converter(), workflow_runner=sandbox())
