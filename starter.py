"""The command line of Arrears: `python3 starter.py --help`."""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
from pathlib import Path

from operations.exits import leave

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def under_own_python() -> None:
    """Go on under the interpreter that `make` set up, if this one lacks what Arrears needs: people type `python3`."""
    if importlib.util.find_spec("cyclopts") or not OWN_PYTHON.exists() or Path(sys.prefix) == OWN_PYTHON.parents[1]:
        return
    os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])


def main() -> int:
    """Run the command of this process's arguments; answers its exit code, 2 for what the user can mend."""
    try:
        # Imported here: they take a second, in which Ctrl-C is to end this program as quietly as later.
        from operations.commands.app import build

        code = build()(result_action="return_value")
    except SystemExit as end:  # the parser's own: an unknown option, a missing argument
        return end.code if isinstance(end.code, int) else 2
    except KeyboardInterrupt:
        print("starter: interrupted", file=sys.stderr)
        return 130
    except BaseException as error:
        from operations.commands.common import explain

        said = explain(error)
        if said is None:
            traceback.print_exc(file=sys.stderr)
            return 1
        print(f"starter: {said[0]}", file=sys.stderr)
        return said[1]
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    under_own_python()
    leave(main())
