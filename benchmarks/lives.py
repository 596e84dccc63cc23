"""The lives that cases are carried through: what the outside tells them, and when on the case's own clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from benchmarks.plans import LifeName
from domain.calendar import bank_date
from schemas.loan import CollectionRequest
from schemas.messages import Agenda

ZONE = "Asia/Shanghai"
"""The bank's."""


@dataclass(frozen=True)
class Scene:
    """What a message may speak of.

    Attributes:
        now: on the case's clock.
        about: what the case asks a person about, if it does.
        answer: to the last update of this case.
    """

    request: CollectionRequest
    now: datetime
    about: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> str:
        """The bank's date."""
        return bank_date(self.now, ZONE).isoformat()


@dataclass(frozen=True)
class Beat:
    """One message from outside.

    Attributes:
        kind, name: a signal or an update and which.
        content: its JSON.
        days: on the case's clock after the beat before it; None: half a day after the case rests on `awaits`.
        awaits: an ask's kind, or the rule of what is waited for.
        about: whether the content needs to know what the case asks about: it is queried first.
        pays: money that arrives at core banking with it.
    """

    kind: Literal["signal", "update"]
    name: str
    content: Callable[[Scene], dict[str, Any]]
    days: int | None = 0
    awaits: str = ""
    about: bool = False
    pays: Decimal | None = None

    def awaited(self, agenda: Agenda) -> bool:
        """Whether the case rests on what this message answers."""
        asks = agenda.ask is not None and agenda.ask.kind == self.awaits
        return agenda.quiet and (asks or agenda.why.rule == self.awaits)


@dataclass(frozen=True)
class Life:
    """A life to carry cases through.

    Attributes:
        policy: the strategy's name.
        overdue_days: how long before the start the loan fell overdue.
        instalments, principal: of the loan; each has 50.00 of interest too.
        last_days: what passes after the last beat, on the case's clock.
        ends: whether the case closes with it; else it rests and is then taken away.
        share: cases a round, as a part of those asked for.
    """

    name: LifeName
    title: str
    policy: str
    overdue_days: int
    instalments: int
    principal: Decimal
    beats: tuple[Beat, ...]
    ends: bool
    share: float
    last_days: int = 0

    @property
    def skipped(self) -> bool:
        """Whether any of its time has to be skipped."""
        return bool(self.last_days) or any(beat.days != 0 for beat in self.beats)


def _paid(amount: str) -> Callable[[Scene], dict[str, Any]]:
    def content(scene: Scene) -> dict[str, Any]:
        reference = f"P-{scene.request.loan_id}-{scene.today}"
        return {"reference": reference, "amount": amount, "currency": "CNY", "value_date": scene.today}

    return content


def _payment(amount: str, days: int) -> Beat:
    return Beat("signal", "payment_posted", _paid(amount), days=days, pays=Decimal(amount))


def _court(milestone: str, **more: str) -> Callable[[Scene], dict[str, Any]]:
    def content(scene: Scene) -> dict[str, Any]:
        told = {"milestone": milestone, "on": scene.today, "at": scene.now.isoformat()}
        return told | {"reference": f"suit-{scene.request.loan_id}"} | more

    return content


def _plan_of_twelve(scene: Scene) -> dict[str, Any]:
    today = bank_date(scene.now, ZONE)
    parts = [{"amount": "262.50", "due_on": (today + timedelta(days=30 * n)).isoformat()} for n in range(1, 13)]
    return {"by": "bench", "terms": {"kind": "plan", "covers": "balance", "parts": parts}}


def _accepted(scene: Scene) -> dict[str, Any]:
    return {
        "by": "bench",
        "offer": scene.answer["offer"],
        "terms_hash": scene.answer["terms_hash"],
        "channel": "link",
        "identity_verified": True,
    }


def _approved(scene: Scene) -> dict[str, Any]:
    return {"by": "bench", "approval": scene.about, "approve": True, "reason": "default"}


CURED = Life(
    name="cured",
    title="Cured by the first message",
    policy="unwatched",
    overdue_days=5,
    instalments=3,
    principal=Decimal("1000.00"),
    beats=(_payment("1050.00", days=0),),
    ends=True,
    share=1,
)
CONTACT = Life(
    name="contact",
    title="Contact until a person takes over",
    policy="default",
    overdue_days=1,
    instalments=3,
    principal=Decimal("1000.00"),  # too little for a visit or a suit
    beats=(),
    last_days=92,
    ends=False,
    share=1 / 6,
)
PLAN = Life(
    name="plan",
    title="Keeps a plan of twelve parts",
    policy="unreminded",
    overdue_days=20,
    instalments=3,
    principal=Decimal("1000.00"),
    beats=(
        Beat("update", "offer_plan", _plan_of_twelve),
        Beat("update", "accept_plan", _accepted),
        _payment("262.50", days=29),
        *(_payment("262.50", days=30) for _ in range(11)),
    ),
    ends=True,
    share=1 / 6,
)
ENFORCEMENT = Life(
    name="enforcement",
    title="Goes to enforcement",
    policy="default",
    overdue_days=20,
    instalments=8,
    principal=Decimal("2500.00"),
    beats=(
        Beat("update", "decide_approval", _approved, days=None, awaits="approval", about=True),
        Beat("signal", "court_reported", _court("accepted"), days=None, awaits="court.await.filed"),
        Beat("signal", "court_reported", _court("judgment", amount="20400.00"), days=40),
    ),
    last_days=20,
    ends=False,
    share=1 / 6,
)
LIVES = (CURED, CONTACT, PLAN, ENFORCEMENT)
