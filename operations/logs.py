"""Structured logs that say each thing once: lines repeated by a replay are dropped, Temporal's context is merged in."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow


def configure(format: Literal["console", "json"] = "console", level: int = logging.INFO) -> None:
    """Send structlog and the standard library's logging to stderr, in one format."""
    shared: list[Processor] = [
        _once,
        _context,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs URLs, and those hold loan ids twice over


def _once(_logger: Any, _name: str, event: EventDict) -> EventDict:
    if workflow.in_workflow() and workflow.unsafe.is_replaying():
        raise structlog.DropEvent
    return event


def _context(_logger: Any, _name: str, event: EventDict) -> EventDict:
    if workflow.in_workflow():
        event.setdefault("workflow_id", workflow.info().workflow_id)
    elif activity.in_activity():
        info = activity.info()
        event.setdefault("workflow_id", info.workflow_id)
        event.setdefault("activity", info.activity_type)
        event.setdefault("attempt", info.attempt)
    event.pop("temporal_workflow", None)
    event.pop("temporal_activity", None)
    return event
