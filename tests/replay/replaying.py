"""How a history is replayed: under today's code, in the sandbox."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from operations.connect import converter
from operations.runner import sandbox
from workflows.collection import CollectionWorkflow


def recorded(path: Path) -> WorkflowHistory:
    """The history in a file, under the id of its case."""
    text = path.read_text()
    started = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]
    request = json.loads(base64.b64decode(started["input"]["payloads"][0]["data"]))
    loan_id = request.get("request", request)["loan_id"]
    return WorkflowHistory.from_json(f"collection-{loan_id}", text)


def replayer() -> Replayer:
    """Raises on the first event that today's code would not have made."""
    return Replayer(workflows=[CollectionWorkflow], data_converter=converter(), workflow_runner=sandbox())
