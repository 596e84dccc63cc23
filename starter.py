"""The command line of Arrears: `python starter.py --help`."""

from __future__ import annotations

import sys
import traceback

from operations.exits import leave


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
    leave(main())
