"""Ending a short program in good order."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """Flush and end at once with `code`.

    Interpreters that have used the Temporal SDK sometimes abort in their teardown, after all work was done
    (temporalio/sdk-python issue 300); a program that did its work must not end with a crash's exit code.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
