"""The processes of ours that belong to a local stack: the simulated bank and a worker."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from local import ports
from local.conditions import http, log_line
from local.home import CHECKOUT, Home, read_json, write_json
from local.processes import is_alive, recall
from local.stack import Service
from operations.errors import UsageError

BANK = "bank"
WORKER = "worker"
SEED = 1
"""By which simulated borrowers act, where nobody says otherwise."""

SYSTEMS = ("ARREARS_CORE_BANKING", "ARREARS_CREDIT_BUREAU", "ARREARS_MESSAGING", "ARREARS_TELEPHONY")

_SENDER = {"ARREARS_BANK_NAME": "示例银行", "ARREARS_HOTLINE": "+86 100 0000 0000"}
"""How the simulated bank names itself; the number is one that no line has. A real bank says so itself."""

_WORKER_ROOMS = ("activities", "domain", "ledger", "operations", "policies", "schemas", "workflows", "worker.py")
_BANK_ROOMS = ("simulation", "domain", "schemas")


def has_gateways(environ: Mapping[str, str]) -> bool:
    """Whether `environ` names an address for every system outside, so that nothing has to be simulated."""
    return bool(environ.get("ARREARS_GATEWAYS")) or all(environ.get(name) for name in SYSTEMS)


def bank(home: Home, seed: int | None = None) -> tuple[Service, str]:
    """The simulated bank of this home, and its base URL. Port and seed are those of its first start.

    Raises:
        UsageError: its state was made with another seed.
    """
    path = home.data / "bank.json"
    known = read_json(path)
    if seed is not None and known.get("seed", seed) != seed:
        raise UsageError(
            f"the simulated bank in {home.root} was made with seed {known['seed']}, not {seed}. "
            "Leave --seed out, or begin anew with another ARREARS_HOME"
        )
    process = recall(home, BANK)
    remembered = int(known.get("port", 0))
    running = process is not None and is_alive(process)
    port = remembered if running and remembered else ports.choose(0, remembered, "the simulated bank")
    chosen = int(known.get("seed", SEED if seed is None else seed))
    write_json(path, {"port": port, "seed": chosen})
    url = f"http://{ports.LOOPBACK}:{port}"
    state = home.data / "bank.sqlite"
    service = Service(
        name=BANK,
        argv=(
            *(sys.executable, "-m", "simulation.bank"),
            *("--port", str(port), "--state", str(state), "--seed", str(chosen)),
        ),
        env={"ARREARS_CODE": fingerprint(*_BANK_ROOMS)},
        ready=http(f"{url}/health"),
        address=url,
    )
    return service, url


def worker(environ: Mapping[str, str], gateways: str | None, build: str, *, local_temporal: bool) -> Service:
    """A worker of all roles. Code that changed means another environment, and so a new process.

    Args:
        environ: what the user set; the simulated bank stands in for systems it does not name.
        gateways: base URL of the simulated bank, None if nothing is simulated.
    """
    env = {
        "ARREARS_BUILD": build,
        "ARREARS_CODE": fingerprint(*_WORKER_ROOMS),
        "ARREARS_LOG": environ.get("ARREARS_LOG", "console"),
    }
    if gateways:
        env["ARREARS_GATEWAYS"] = gateways
        env |= {name: environ.get(name) or value for name, value in _SENDER.items()}
    if local_temporal:
        env["TEMPORAL_CONFIG_FILE"] = "/dev/null"  # a default profile may want TLS or a key; this server has neither
    return Service(
        name=WORKER,
        argv=(sys.executable, "worker.py", "--role", "all"),
        env=env,
        ready=log_line("worker_running"),
        patience=60,
    )


def fingerprint(*rooms: str, root: Path = CHECKOUT) -> str:
    """Twelve hex digits that change when a file in one of these folders (or such a file) does."""
    hasher = hashlib.sha256()
    for room in sorted(rooms):
        path = root / room
        found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in found:
            if "__pycache__" not in file.parts:
                hasher.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return hasher.hexdigest()[:12]
