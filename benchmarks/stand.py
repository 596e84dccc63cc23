"""The test stand: a stack of its own in a folder of its own, our worker, the floor's worker, and loans to carry."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import asyncpg
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from benchmarks import cpu, floor_worker, histories, plans
from benchmarks.lives import Life
from ledger.artefacts import publish_policy
from ledger.personal import PersonalPoint, PersonalRecord, intake
from local import conditions, processes, stack, temporal
from local.home import Home
from local.stack import Service
from operations import environment, services
from operations import stack as whole_stack
from operations.connect import connect
from policies.loader import HERE as POLICIES
from policies.loader import load_strategy
from schemas.loan import CollectionRequest, ContactPoint, Instalment, Party, PointKind
from schemas.policy import Strategy
from simulation.control import BankControl
from simulation.model import BookLoad, PaymentOrder, SimulatedBorrower, SimulatedLoan, today_at_bank

FLOOR = "floor-worker"
_POINTS: tuple[PointKind, ...] = ("phone", "email", "app", "postal")
_PATIENCE = 60.0
_METER_LAG = 1.2
"""Seconds. The server brings its metrics up to date once a second."""


@dataclass(frozen=True)
class Stand:
    """The running stand.

    Attributes:
        skipper: starts cases and can skip their time.
        zone: in which all borrowers live: it is midday there, so that the first contact waits for no window.
    """

    home: Home
    variables: dict[str, str]
    client: Client
    skipper: TimeSkipper
    pool: asyncpg.Pool
    bank: BankControl
    zone: str

    def spent(self) -> cpu.Spent:
        """CPU so far, by process."""
        return cpu.look({process.name: process.pid for process in processes.recall_all(self.home)})

    def last_words(self, ours: bool) -> str:
        """The last lines that our worker, or the floor's, has written to its log, which goes with the stand."""
        process = processes.recall(self.home, services.WORKER if ours else FLOOR)
        lines = processes.log_since_start(process).splitlines() if process else []
        return "\n".join(f"  | {line}" for line in lines[-15:])

    async def metered(self) -> Counter[str]:
        """Actions so far, as the server counts them; waits until it has counted all."""
        ports = temporal.where(self.home)
        assert ports is not None
        await asyncio.sleep(_METER_LAG)
        return histories.metered(conditions.http_get(f"http://127.0.0.1:{ports.metrics}/metrics").decode())

    async def loans(self, count: int, life: Life) -> list[CollectionRequest]:
        """So many new loans, known to the bank, with their people taken in; of each the request to start its case."""
        requests = [self._request(f"L{uuid4().hex[:10]}", life) for _ in range(count)]
        await self.bank.load(
            BookLoad(
                opened_at=datetime.now(UTC),
                borrowers=tuple(
                    SimulatedBorrower(borrower_id=r.borrower_id, character="will_not_pay") for r in requests
                ),
                loans=tuple(
                    SimulatedLoan(
                        loan_id=r.loan_id,
                        borrower_id=r.borrower_id,
                        instalments=_instalments(r.overdue_since, life),
                        previous_episodes=1,  # no days of grace, and the longer ladder
                    )
                    for r in requests
                ),
            )
        )
        await intake(self.pool, [_people(request) for request in requests])
        return requests

    async def paid(self, loan_id: str, amount: Decimal, at: datetime) -> None:
        """Money arrives at core banking, which tells nobody."""
        await self.bank.pay(PaymentOrder(loan_id=loan_id, amount=amount, posted_at=at, signalled=False))

    def _request(self, name: str, life: Life) -> CollectionRequest:
        party = Party(
            party_id=f"{name}-P",
            zone=self.zone,
            contact_points=tuple(ContactPoint(contact_point_id=f"{name}-{kind}", kind=kind) for kind in _POINTS),
        )
        return CollectionRequest(
            loan_id=name,
            borrower_id=f"B-{name}",
            overdue_since=today_at_bank(datetime.now(UTC)) - timedelta(days=life.overdue_days),
            parties=(party,),
            credit_authorisation=f"A-{name}",
            policy=life.policy,
        )

    async def start_floor(self, drawn: Sequence[plans.Plan]) -> None:
        """Start the floor's worker on these plans."""
        path = self.home.root / "plans.json"
        plans.write(path, drawn)
        service = Service(
            name=FLOOR,
            argv=(sys.executable, "-m", floor_worker.__name__, str(path), self.variables["ARREARS_GATEWAYS"]),
            env={"TEMPORAL_CONFIG_FILE": os.devnull},
            ready=conditions.log_line(floor_worker.READY),
        )
        await asyncio.to_thread(lambda: stack.up(self.home, services=lambda _info: (service,), environ={}))
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=self.client.namespace,
            deployment_name=floor_worker.VERSION.deployment_name,
            build_id=floor_worker.VERSION.build_id,
            identity=self.client.identity,
            ignore_missing_task_queues=True,
        )
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            try:
                await self.client.workflow_service.set_worker_deployment_current_version(request)
            except RPCError as error:
                early = error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
                if not early or asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.2)
            else:
                return


@asynccontextmanager
async def stand(tell: Callable[[str], None]) -> AsyncIterator[Stand]:
    """Everything up, in a temporary folder that is gone afterwards, servers and all."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-bench-"))
    folder.chmod(0o755)  # for root, PostgreSQL runs under another account
    home = Home.at(folder / "home")
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")  # of the workers; nothing is left in the tree
    try:
        running = await whole_stack.up(home, environ={}, tell=tell)
        assert running.gateways is not None
        client = await connect(running.variables)
        async with environment.ledger(running.variables) as pool, BankControl(running.gateways) as bank:
            for strategy in (_unwatched(), _unreminded()):
                await publish_policy(pool, strategy, "benchmark")
            yield Stand(
                home=home,
                variables=dict(running.variables),
                client=client,
                skipper=TimeSkipper(client, config=TimeSkippingConfig(enabled=False)),
                pool=pool,
                bank=bank,
                zone=midday_zone(datetime.now(UTC)),
            )
    finally:
        stack.wipe(home)
        shutil.rmtree(folder)


def _unwatched() -> Strategy:
    """The shipped strategy, but a cured case closes at once."""
    return load_strategy(POLICIES / "default.yaml").model_copy(update={"name": "unwatched", "watch_instalments": 0})


def _unreminded() -> Strategy:
    """The shipped strategy, but nobody is reminded of a part that they pay in time: twelve messages would hide the plan."""
    shipped = load_strategy(POLICIES / "default.yaml")
    assert shipped.negotiation is not None
    negotiation = shipped.negotiation.model_copy(update={"reminder": None})
    return shipped.model_copy(update={"name": "unreminded", "negotiation": negotiation})


def midday_zone(now: datetime) -> str:
    """The name of a zone in which it is between 12 and 13 o'clock at `now` (UTC)."""
    ahead = 12 - now.hour  # from -11 to 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # POSIX counts westward


def _instalments(first_due: date, life: Life) -> tuple[Instalment, ...]:
    """Thirty days apart, the first due when the loan fell overdue."""
    return tuple(
        Instalment(
            number=number + 1,
            due_on=first_due + timedelta(days=30 * number),
            principal=life.principal,
            interest=Decimal("50.00"),
        )
        for number in range(life.instalments)
    )


def _people(request: CollectionRequest) -> PersonalRecord:
    values = {
        "phone": f"+86199{int(request.loan_id[1:], 16) % 10**8:08d}",
        "email": f"{request.loan_id.lower()}@example.com",
        "app": f"app-{request.loan_id}",
        "postal": "示例路 1 号",
    }
    points = tuple(
        PersonalPoint(contact_point_id=f"{request.loan_id}-{kind}", value=value) for kind, value in values.items()
    )
    return PersonalRecord(party_id=request.parties[0].party_id, name="李雷", points=points)
