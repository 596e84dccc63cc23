"""What goes wrong because of what was asked, said so that the one who asked can mend it."""

from __future__ import annotations


class UsageError(Exception):
    """The message says what is wrong, where, and how to mend it; shown without a traceback, exit code 2."""
