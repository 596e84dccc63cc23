"""A worker process: which Temporal workers it runs for its role, and how they end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any, Literal

import asyncpg
import httpx2
import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities import queues
from activities.contact import ContactActivities
from activities.core_banking import CoreBanking
from activities.court import Court
from activities.credit_bureau import CreditBureau
from activities.delivery import Delivery
from activities.documents import Documents
from activities.http import Gateway
from activities.ledger import LedgerActivities
from activities.runs import RunActivities
from activities.sanitiser import Sanitiser
from activities.tasks import Tasks
from ledger.artefacts import load_all
from operations.artefacts import keep_loaded
from operations.build import DEPLOYMENT, build_id
from operations.nudges import keep_sending
from operations.settings import Settings, System
from operations.whole_tasks import WholeTasks
from workflows.collection import CollectionWorkflow

log = structlog.get_logger(__name__)

Role = Literal["workflows", "activities", "all"]
ROLES: tuple[Role, ...] = ("workflows", "activities", "all")

PASSED_THROUGH = (
    "schemas",
    "domain",  # both are pure: no clock, no randomness, no I/O, so every workflow may share one copy
    "activities",
    "ledger",
    "policies",  # signatures of activities, never called inside a workflow
    "workflows.calls",
    "workflows.casebook",
    "workflows.desk",
    "workflows.outcomes",
    "workflows.visibility",
    "structlog",
    "asyncpg",
    "aiosql",
    "httpx2",
    "yaml",
    "tzdata",
)
GRACE = timedelta(seconds=20)
"""How long a contact in flight may take to end in good order when the worker is asked to stop."""


def sandbox() -> SandboxedWorkflowRunner:
    """The sandbox: only the workflow module itself is loaded anew for each case. What every test runs in."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


def runner(settings: Settings) -> WorkflowRunner:
    """How workflows are run: in production without the sandbox, which would reload the workflow's file from disk for each
    case, a pinned build's too, after the file was changed under it (docs/decisions/0009)."""
    return WholeTasks(sandbox() if settings.sandbox else UnsandboxedWorkflowRunner())


def workers(
    client: Client, pool: asyncpg.Pool, http: httpx2.AsyncClient | None, settings: Settings, role: Role
) -> list[Worker]:
    """The Temporal workers of one process. `http` may be None for the role `workflows`."""
    ledger = LedgerActivities(pool)
    built: list[Worker] = []
    if role in ("workflows", "all"):
        built.append(_cases(client, ledger, settings))
    if role in ("activities", "all"):
        assert http is not None
        built += _gateways(client, pool, http, ledger, settings)
    return built


def _cases(client: Client, ledger: LedgerActivities, settings: Settings) -> Worker:
    version = WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=settings.build or build_id())
    return Worker(
        client,
        task_queue=queues.WORKFLOWS,
        workflows=[CollectionWorkflow],
        activities=[*_ledger(ledger), RunActivities(client).current_run],
        workflow_runner=runner(settings),
        interceptors=[Sanitiser()],
        deployment_config=WorkerDeploymentConfig(
            version=version,
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.PINNED,
        ),
        max_cached_workflows=settings.workflow_cache,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        no_remote_activities=True,
        disable_eager_activity_execution=True,
        # A worker that died is noticed after this long; the default of ten seconds is long for a payment.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        graceful_shutdown_timeout=GRACE,
    )


def _gateways(
    client: Client,
    pool: asyncpg.Pool,
    http: httpx2.AsyncClient,
    ledger: LedgerActivities,
    settings: Settings,
) -> list[Worker]:
    def gateway(name: System) -> Gateway:
        return Gateway(http, settings.gateway(name))

    core = CoreBanking(pool, gateway("core_banking"))
    bureau = CreditBureau(pool, gateway("credit_bureau"))
    documents = Documents(pool, gateway("documents"))
    messaging, telephony, field_force = gateway("messaging"), gateway("telephony"), gateway("field_force")
    contact = ContactActivities(pool, Delivery(pool, messaging, telephony, field_force, settings.house()), core)
    contacts = [contact.make_contact, contact.resolve_attempt]
    tasks = [*contacts, Tasks(pool, telephony, field_force).call_off]

    def worker(queue: str, activities: list[Any], rate: float | None = None) -> Worker:
        return Worker(
            client,
            task_queue=queue,
            activities=activities,
            interceptors=[Sanitiser()],
            activity_task_poller_behavior=PollerBehaviorAutoscaling(),
            max_task_queue_activities_per_second=rate,
            graceful_shutdown_timeout=GRACE,
        )

    return [
        worker(queues.LEDGER, _ledger(ledger)),
        worker(
            queues.CORE_BANKING,
            [core.read_account, core.book_waiver, core.reverse_waiver, core.charge_interest, core.set_restriction],
        ),
        worker(queues.CREDIT_BUREAU, [bureau.read_credit_record, bureau.report_credit]),
        worker(queues.MESSAGING, contacts, settings.messages_per_second),
        worker(queues.TELEPHONY, tasks, settings.calls_per_second),
        worker(queues.FIELD_FORCE, tasks),
        worker(queues.DOCUMENTS, [documents.check_file, documents.request_documents, documents.issue_certificate]),
        worker(queues.COURT, [Court(pool, gateway("court")).take_step]),
    ]


def _ledger(ledger: LedgerActivities) -> list[Any]:
    """What a case asks of the ledger: in its own task, or, if that does not answer, in an activity that waits."""
    return [ledger.append, ledger.open, ledger.reopen, ledger.find_policy, ledger.tell_borrower, ledger.collectors_of]


def gateway_client() -> httpx2.AsyncClient:
    """The client for the systems outside: through the environment's proxies, but straight to what is on this machine."""
    direct = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
    return httpx2.AsyncClient(mounts=direct)


async def run(client: Client, pool: asyncpg.Pool, settings: Settings, role: Role, stop: asyncio.Event) -> None:
    """Run the workers of `role` until `stop` is set, then let what is in flight end and leave."""
    await load_all(pool)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(gateway_client()) if role != "workflows" else None
        background = [asyncio.create_task(keep_loaded(pool))]
        if role != "workflows":
            background.append(asyncio.create_task(keep_sending(client, pool)))
        stack.push_async_callback(_end, background)
        for worker in workers(client, pool, http, settings, role):
            await stack.enter_async_context(worker)
        log.info("worker_running", role=role, build=settings.build or build_id())
        await stop.wait()
        log.info("worker_stopping", role=role)
    log.info("worker_stopped", role=role)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
