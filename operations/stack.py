"""The whole of it on one machine: servers, ledger schema, shipped policies, bank, worker, and every case carried."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from ledger.migrate import migrate
from local import stack
from local.external import ExternalStack, external
from local.home import Home
from local.stack import Ports, Service, ServiceStatus, StackInfo
from operations import environment, services
from operations.artefacts import LAW, publish_shipped
from operations.build import build_id
from operations.connect import connect
from operations.current import make_current
from operations.servers import warn_about
from operations.starting import recover
from operations.takeover import take_over_orphans
from workflows.visibility import SEARCH_ATTRIBUTES

T = TypeVar("T")
Tell = Callable[[str], None]


def _silent(_line: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Running:
    """What `up` brought about.

    Attributes:
        variables: the environment for whatever is to use this stack.
        gateways: base URL of the simulated bank; None if the systems outside are named by the environment.
        build: of the worker, now current; None if no worker was started.
        migrated: names of the migrations applied just now.
        taken_over: cases that ran under a build without a worker, and now run under this one.
        recovered: cases that the ledger has open and that no workflow carried.
        warnings: what will not work on this server, a sentence each.
    """

    home: Home
    info: StackInfo
    variables: Mapping[str, str]
    gateways: str | None
    build: str | None
    migrated: tuple[str, ...]
    taken_over: int
    recovered: int
    warnings: tuple[str, ...]


async def up(
    home: Home | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    ports: Ports | None = None,
    seed: int | None = None,
    with_services: bool | None = None,
    tell: Tell = _silent,
) -> Running:
    """Start what is not running, bring the ledger up to date, and see that every open case is carried.

    What runs is left alone, unless its code has changed: then it is started anew. Servers that `environ` names are
    used and not started.

    Args:
        home: default: the one that `environ` names.
        seed: by which simulated borrowers act; of a home's first start only.
        with_services: whether to start the worker and, for systems that `environ` does not name, the simulated bank.
            By default only with a Temporal server of our own: on somebody's cluster they would take real work.
        tell: takes a line when something begins.

    Raises:
        StackError: something cannot be started. UsageError: what was asked cannot be.
    """
    given = os.environ if environ is None else environ
    home = home or Home.find(given)
    mine = environment.explicit(given, home)
    named = external(mine) or ExternalStack()
    local_temporal = named.temporal is None
    if with_services is None:
        with_services = local_temporal

    def bring_up(*wanted: Service) -> StackInfo:
        return stack.up(
            home,
            services=lambda _info: wanted,
            search_attributes=SEARCH_ATTRIBUTES,
            chosen=ports or Ports(),
            environ=mine,
            tell=tell,
        )

    info = await _in_thread(bring_up)
    migrated = await _prepare_ledger(info.database_url, mine.get("ARREARS_RULEBOOK") or LAW, tell)
    build = mine.get("ARREARS_BUILD") or build_id()
    bank_url: str | None = None
    if with_services:
        wanted: list[Service] = []
        if not services.has_gateways(mine):
            bank, bank_url = services.bank(home, seed)
            wanted.append(bank)
        wanted.append(services.worker(mine, bank_url, build, local_temporal=local_temporal))
        await _in_thread(lambda: bring_up(*wanted))
    environment.write(home, _own(home, info, named, bank_url), _tools())
    variables = environment.resolve(given, home)
    client = await connect(variables)
    warnings = list(await warn_about(client))
    if not local_temporal:
        warnings += await _missing_attributes(client)
    taken = recovered = 0
    if with_services:
        await make_current(client, build)
        async with environment.ledger(variables) as pool:
            if local_temporal:
                taken = await take_over_orphans(client, pool, build, tell)
            recovered = (await recover(client, pool)).started if local_temporal else 0
    return Running(
        home=home,
        info=info,
        variables=variables,
        gateways=bank_url,
        build=build if with_services else None,
        migrated=tuple(migrated),
        taken_over=taken,
        recovered=recovered,
        warnings=tuple(warnings),
    )


def status(home: Home | None = None, environ: Mapping[str, str] | None = None) -> list[ServiceStatus]:
    """How each part is; starts nothing."""
    given = os.environ if environ is None else environ
    home = home or Home.find(given)
    return stack.status(home, environment.explicit(given, home))


async def down(home: Home | None = None, tell: Tell = _silent) -> None:
    """Stop all that runs in the home; its data stay, and so does every case. Raises StackError."""
    where = home or Home.find()
    await _in_thread(lambda: stack.down(where, tell))


async def _prepare_ledger(database_url: str, law: str, tell: Tell) -> list[str]:
    migrated = await migrate(database_url)
    if migrated:
        tell(f"ledger: applied {', '.join(migrated)}")
    async with environment.ledger({"DATABASE_URL": database_url}) as pool:
        await publish_shipped(pool, law=law)
    return migrated


def _own(home: Home, info: StackInfo, named: ExternalStack, bank_url: str | None) -> dict[str, str]:
    """What is this home's own: addresses that others named are not repeated."""
    own = {"ARREARS_HOME": str(home.root)}
    if named.database_url is None:
        own["DATABASE_URL"] = info.database_url
    if named.temporal is None:
        own |= {
            "TEMPORAL_ADDRESS": info.temporal_address,
            "TEMPORAL_NAMESPACE": info.namespace,
            "TEMPORAL_CONFIG_FILE": os.devnull,
        }
    for name, value in (("UI", info.ui_url), ("TEMPORAL_HTTP", info.http_url), ("GATEWAYS", bank_url)):
        if value:
            own[f"ARREARS_{name}"] = value
    return own


def _tools() -> Path | None:
    """The folder of the `temporal` program that came with this interpreter's packages, if it did."""
    folder = Path(sys.executable).parent
    return folder if (folder / "temporal").exists() else None


async def _missing_attributes(client: Client) -> list[str]:
    """A sentence if the cluster lacks search attributes: without them no case can be started."""
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError as error:
        return [
            f"cannot see which search attributes {client.namespace} has ({error.status.name}); see docs/operations.md"
        ]
    missing = [name for name in SEARCH_ATTRIBUTES if name not in listed.custom_attributes]
    if not missing:
        return []
    flags = " ".join(f"--name {name} --type {SEARCH_ATTRIBUTES[name]}" for name in missing)
    return [
        f"namespace {client.namespace} lacks search attributes, and no case can start without them: "
        f"temporal operator search-attribute create --namespace {client.namespace} {flags}"
    ]


async def _in_thread(work: Callable[[], T]) -> T:
    """Run blocking `work` beside the event loop, in a thread that an interrupted program does not wait for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(set_it: Callable[[], None]) -> None:
        if not done.done():
            set_it()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            caught = error
            loop.call_soon_threadsafe(settle, lambda: done.set_exception(caught))
        else:
            loop.call_soon_threadsafe(settle, lambda: done.set_result(result))

    threading.Thread(target=run, name="stack", daemon=True).start()
    return await done
