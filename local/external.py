"""A Temporal cluster or a PostgreSQL that is there already, named by the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from local.errors import StackError

# Only what is named counts: a profile that merely lies in the user's configuration folder may be a production
# cluster, and a first `make demo` must not land there.
_NAMES = ("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE")


@dataclass(frozen=True)
class ExternalStack:
    """What is there already; None for a part that is not.

    Attributes:
        temporal: arguments for `Client.connect`; may hold an API key.
        database_url: `postgresql://...`; may hold a password.
    """

    temporal: ClientConnectConfig | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str | None:
        """Temporal's `host:port`."""
        return self.temporal.get("target_host") if self.temporal else None

    @property
    def namespace(self) -> str | None:
        """Temporal's namespace, `default` where a cluster is named without one."""
        return self.temporal.get("namespace", "default") if self.temporal else None


def external(environ: Mapping[str, str] = os.environ) -> ExternalStack | None:
    """What the environment names, None if neither part.

    Temporal by `TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` or `TEMPORAL_CONFIG_FILE` (then every other
    `TEMPORAL_*` of `temporalio.envconfig` counts too), PostgreSQL by `DATABASE_URL`.

    Raises:
        StackError: the profile cannot be read or has no address, or `DATABASE_URL` is no PostgreSQL address.
    """
    temporal = _temporal(environ) if any(environ.get(name, "").strip() for name in _NAMES) else None
    database_url = environ.get("DATABASE_URL", "").strip() or None
    if database_url and not database_url.startswith(("postgresql://", "postgres://")):
        raise StackError("DATABASE_URL should begin with postgresql://. Mend it, or unset it for the local one")
    return ExternalStack(temporal, database_url) if temporal or database_url else None


def _temporal(environ: Mapping[str, str]) -> ClientConnectConfig:
    named = ", ".join(f"{name}={environ[name]}" for name in _NAMES if environ.get(name, "").strip())
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=dict(environ))
    except Exception as error:  # the loader raises what its Rust core says, of no type in particular
        raise StackError(f"cannot load Temporal's configuration ({named}): {error}") from error
    if not config.get("target_host"):
        raise StackError(f"Temporal's configuration ({named}) has no address. Set TEMPORAL_ADDRESS too")
    return config


async def server_version(client: Client) -> str:
    """The version of the server behind a client, such as `1.32.0`.

    Raises:
        RPCError: the server does not answer.
    """
    answer = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    return answer.server_version


# First server version that has it, and what is missing before.
_GAPS = (
    (
        (1, 29, 1),
        "worker deployments are missing: workflows cannot be pinned to a build, so running cases meet new "
        "code in the middle of their history; `deploy` will fail",
    ),
    (
        (1, 30, 0),
        "a case that continues as new stays on its old build without a word: cases never move to a new "
        "version; keep the old workers running",
    ),
    (
        (1, 32, 0),
        "a workflow cannot skip time: a virtual book (demo, a book carried through a year, tests with "
        "skipped time) is impossible; cases in real time work",
    ),
)


def server_warnings(version: str) -> list[str]:
    """What will not work on a Temporal server of that version, a sentence each; empty if all does."""
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version.strip())
    if not found:
        return [f"Temporal server tells version {version!r}, which says nothing; 1.32.0 or newer is needed."]
    numbers = tuple(int(part) for part in found.groups(default="0"))
    return [
        f"Temporal server {version} is older than {'.'.join(map(str, since))}: {gap}."
        for since, gap in _GAPS
        if numbers < since
    ]
