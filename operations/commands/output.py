"""Where commands write: consoles that a closed output does not stop. What a command did does not depend on who reads."""

from __future__ import annotations

import os
import sys

from rich.console import Console

_PIPE_WIDTH = 240  # a file or a program reads lines; only a terminal has an edge to fold them at


def _open_what_is_closed() -> None:
    """A program started with its output closed (`>&-`) has none at all; whatever is written then goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (as long as the program)


class Output(Console):
    """A console whose reader may go: the rest is written to nobody, and the command ends as it would have."""

    def on_broken_pipe(self) -> None:
        """Called at the first write that nobody can read any more; rich's own would end the program with code 1."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())  # what is still buffered is flushed at the end
        os.close(nowhere)


_open_what_is_closed()
console = Output(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
"""Results: what a pipe is to get."""
messages = Output(stderr=True, highlight=False, soft_wrap=True)
"""Progress and troubles: for the one who watches."""
