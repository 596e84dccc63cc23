"""Small cases for the clock to drive: contacts by a ladder, money read from the bank, messages recorded as they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    import httpx2

    from schemas.ledger import Head
    from schemas.loan import CollectionRequest
    from schemas.messages import Agenda, CloseByBank, CommandOutcome, RecordContact, Resume
    from schemas.steps import Ask, Why

LADDER = ("sms", "sms", "robot_call", "human_call")
GAP = timedelta(days=4)
ENDPOINT = {"sms": "messaging/messages", "robot_call": "telephony/robot-calls", "human_call": "telephony/human-calls"}


class Hands:
    """The stand-in's activities, at the simulated bank at `url`."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.AsyncClient(base_url=url, trust_env=False, verify=False)

    @activity.defn
    async def arrears(self, loan_id: str) -> str:
        """What is overdue now."""
        as_of = activity.info().started_time.isoformat()
        answer = await self._http.get(f"/core/loans/{loan_id}/account", params={"as_of": as_of})
        return str(answer.raise_for_status().json()["arrears"])

    @activity.defn
    async def contact(self, order: dict[str, Any]) -> None:
        """One contact."""
        channel = order["channel"]
        now = activity.info().started_time
        body = order | {
            "contact_point_id": f"{order['borrower_id']}:phone",
            "address": "+86 100 0000 0000",
            "language": "zh-CN",
            "template": "reminder",
            "text": "…",
            "purpose": "dunning",
            "as_of": now.isoformat(),
        }
        key = body.pop("key")
        if channel == "human_call":
            body["deadline"] = (now + timedelta(hours=48)).isoformat()
        answer = await self._http.post(f"/{ENDPOINT[channel]}", json=body, headers={"Idempotency-Key": key})
        answer.raise_for_status()


async def opening(request: CollectionRequest) -> None:
    """Wait until the case is to open."""
    if request.opens_at and request.opens_at > workflow.now():
        await workflow.sleep(request.opens_at - workflow.now())


@workflow.defn
class StandIn:
    """Climbs the ladder every four days until nothing is overdue; then asks a person. `heard`: what came, and when."""

    @workflow.init
    def __init__(self, request: CollectionRequest) -> None:
        self.request = request
        self.heard: list[tuple[str, str, datetime]] = []
        self.news = True
        self.quiet_until: datetime | None = None
        self.until: datetime | None = None
        self.step = "opening"
        self.rung = 0
        self.ended: str | None = None

    @workflow.run
    async def run(self, request: CollectionRequest) -> str:
        """Until paid, or ended by the bank."""
        self.until = request.opens_at
        await opening(request)
        next_at = workflow.now() + GAP
        while True:
            self.step = "act"
            if self.ended:
                self.step = "done"
                return self.ended
            if self.news:
                self.news = False
                if await self._do(Hands.arrears, request.loan_id) in ("0", "0.00"):
                    self.step = "done"
                    return "cured"
            due = max(next_at, self.quiet_until) if self.quiet_until else next_at
            if self.rung < len(LADDER) and workflow.now() >= due:
                # Its own in every run of the case, and the same in every run of the test: borrowers' dice fall by it.
                run = (request.opens_at.date() - request.overdue_since).days if request.opens_at else 0
                key = f"{request.loan_id}:{run}:{len(self.heard)}-{self.rung}"
                order = {"key": key, "channel": LADDER[self.rung]}
                order |= {"loan_id": request.loan_id, "borrower_id": request.borrower_id}
                await self._do(Hands.contact, order)
                self.rung, next_at = self.rung + 1, workflow.now() + GAP
                continue
            self.step, self.until = "wait", due if self.rung < len(LADDER) else None
            pause = self.until - workflow.now() if self.until else None
            try:
                await workflow.wait_condition(lambda: self.news, timeout=pause)
            except TimeoutError:
                self.news = True  # before a contact the account is read again

    async def _do(self, what: Any, arg: Any) -> Any:
        retry = RetryPolicy(initial_interval=timedelta(milliseconds=100), backoff_coefficient=1)
        return await workflow.execute_activity_method(
            what, arg, start_to_close_timeout=timedelta(seconds=20), retry_policy=retry
        )

    def _hear(self, name: str, what: str) -> None:
        self.heard.append((name, what, workflow.now()))
        self.news = True

    @workflow.signal
    def payment_posted(self, body: dict[str, Any]) -> None:
        """Money."""
        self._hear("payment_posted", body["reference"])

    @workflow.signal
    def payment_reversed(self, body: dict[str, Any]) -> None:
        """Money back."""
        self._hear("payment_reversed", body["reverses"])

    @workflow.signal
    def contact_result(self, body: dict[str, Any]) -> None:
        """A gateway's word."""
        self._hear("contact_result", body["result"])

    @workflow.signal
    def inbound_contact(self, body: dict[str, Any]) -> None:
        """The borrower, by themselves."""
        self._hear("inbound_contact", body["intent"])

    @workflow.signal
    def borrower_changed(self, body: dict[str, Any]) -> None:
        """A nudge."""
        self._hear("borrower_changed", body["borrower_id"])

    @workflow.update
    async def record_contact(self, body: RecordContact) -> CommandOutcome:
        """A collector's word; refused while somebody is in the middle of something else."""
        self._hear("record_contact", body.result)
        self.quiet_until = body.quiet_until
        return CommandOutcome(accepted=True, seq=len(self.heard))

    @workflow.update
    async def resume(self, body: Resume) -> CommandOutcome:
        """All over again."""
        self._hear("resume", body.reason)
        self.rung = 0
        return CommandOutcome(accepted=True, seq=len(self.heard))

    @workflow.update
    async def close_by_bank(self, body: CloseByBank) -> CommandOutcome:
        """The end."""
        self._hear("close_by_bank", body.outcome)
        self.ended = body.outcome
        return CommandOutcome(accepted=True, seq=len(self.heard))

    @workflow.update(dynamic=True)
    async def other(self, name: str, args: Sequence[RawValue]) -> CommandOutcome:
        """Any other command of people."""
        self._hear(name, str(len(args)))
        return CommandOutcome(accepted=True, seq=len(self.heard))

    @workflow.query
    def agenda(self) -> Agenda:
        """What is next."""
        waiting = self.step in ("wait", "opening")
        return Agenda(
            head=Head(),
            now=workflow.now(),
            stage="contact",
            handled_by="robot",
            step=self.step,  # pyright: ignore[reportArgumentType]
            until=self.until,
            why=Why(rule="stand.in", text=self.step),
            quiet=self.until is not None if self.step == "opening" else waiting and not self.news,
            ask=Ask(kind="collect") if waiting and self.until is None else None,
        )

    @workflow.query
    def story(self) -> list[tuple[str, str, datetime]]:
        """What was heard, and when in the case's own time."""
        return self.heard


@workflow.defn
class Mute:
    """A case that takes a collector's word and never answers."""

    @workflow.run
    async def run(self, request: CollectionRequest) -> None:
        """Waits for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def record_contact(self, body: RecordContact) -> None:
        """Never answers; a result that it does not know it refuses."""
        if body.result == "refused":
            raise ApplicationError("not now")
        await workflow.wait_condition(lambda: False)


@workflow.defn
class Broken:
    """A case whose code cannot go on."""

    @workflow.run
    async def run(self, request: CollectionRequest) -> None:
        """Fails every workflow task."""
        raise ValueError(f"a defect met {request.loan_id}")

    @workflow.query
    def agenda(self) -> Agenda:
        """Never answers."""
        raise RuntimeError("no agenda")
