"""`python -m simulation.bank --port P --state FILE.sqlite --seed N`: the simulated bank on the loopback."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from simulation.bank.app import build
from simulation.bank.store import WrongSeed


def main() -> int:
    """Serve until SIGTERM. Returns 2 if the state file is not this bank's."""
    parser = argparse.ArgumentParser(prog="python -m simulation.bank", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="TCP port on 127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file; made if it is not there")
    parser.add_argument("--seed", type=int, default=1, help="by which borrowers act (default: 1)")
    given = parser.parse_args()
    given.state.parent.mkdir(parents=True, exist_ok=True)
    try:
        app = build(given.state, given.seed)
    except WrongSeed as error:
        print(f"simulation.bank: {error}", file=sys.stderr)
        return 2
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=given.port,
        log_level="warning",
        access_log=False,  # paths hold ids, and each line costs more than the answer
        timeout_graceful_shutdown=2,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
