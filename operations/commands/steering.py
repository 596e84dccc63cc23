"""Commands that steer a case: pause, resume, escalate, adopt-policy, close."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from operations.commands.answering import carry_out
from operations.commands.common import Id, add, code, identifier, instant
from operations.commands.groups import STEERING
from operations.sending import valid
from schemas.facts import Stage
from schemas.messages import AdoptPolicy, CloseByBank, Escalate, Pause, Resume

End = Literal["closed_by_bank", "sold", "extinguished"]


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        STEERING,
        "pause",
        pause,
        "pause LN-1 --by ops-wang --reason complaint",
        "pause LN-1 --by ops-wang --reason operator_request --until 2026-12-01T09:00:00+08:00",
        sort=1,
    )
    add(app, STEERING, "resume", resume, "resume LN-1 --by ops-wang --reason complaint_answered", sort=2)
    add(
        app,
        STEERING,
        "escalate",
        escalate,
        "escalate LN-1 negotiation --by ops-wang --reason income_is_back",
        "escalate LN-1 litigation --by ops-wang --reason assets_are_moved",
        sort=3,
    )
    add(
        app,
        STEERING,
        "adopt-policy",
        adopt_policy,
        "adopt-policy LN-1 default@2 --by ops-wang --reason new_strategy",
        sort=4,
    )
    add(
        app,
        STEERING,
        "close",
        close,
        "close LN-1 --by ops-wang --reason opened_by_mistake",
        "close LN-1 --by ops-wang --reason portfolio_sale --as sold",
        sort=5,
    )


async def pause(loan: str, /, *, by: str, reason: str, until: str | None = None, id: Id = None) -> int:
    """Stop all contact on a case, until a time or until `resume`. What people were asked to do is called off.

    Args:
        loan: The loan's id.
        by: Who commands it: an operator's id.
        reason: A code, such as complaint.
        until: Time with zone.
        id: The command's own id; the same again gives the same answer.
    """
    moment = instant("--until", until) if until else None
    return await carry_out(loan, valid(Pause, **_given(by, reason), until=moment), id)


async def resume(loan: str, /, *, by: str, reason: str, id: Id = None) -> int:
    """Let a paused, parked or handed-over case go on by itself. A hold is ended by `end-hold`.

    Args:
        loan: The loan's id.
        by: Who commands it: an operator's id.
        reason: A code, such as complaint_answered.
        id: The command's own id; the same again gives the same answer.
    """
    return await carry_out(loan, valid(Resume, **_given(by, reason)), id)


async def escalate(loan: str, to: Stage, /, *, by: str, reason: str, id: Id = None) -> int:
    """Move a case's main effort to another stage, sooner than its strategy would, or back.

    What the stage needs all the same is asked for: a visit an address, a suit a claim that is large enough.

    Args:
        loan: The loan's id.
        to: The stage.
        by: Who commands it: an operator's id.
        reason: A code, such as assets_are_moved.
        id: The command's own id; the same again gives the same answer.
    """
    return await carry_out(loan, valid(Escalate, **_given(by, reason), to=to), id)


async def adopt_policy(loan: str, policy: str, /, *, by: str, reason: str, id: Id = None) -> int:
    """Let a case go on under another strategy, from its next decision on.

    Args:
        loan: The loan's id.
        policy: The strategy's name (its newest version), name@version or sha256.
        by: Who commands it: an operator's id.
        reason: A code, such as new_strategy.
        id: The command's own id; the same again gives the same answer.
    """
    return await carry_out(loan, valid(AdoptPolicy, **_given(by, reason), policy=policy), id)


async def close(
    loan: str,
    /,
    *,
    by: str,
    reason: str,
    outcome: Annotated[End, Parameter(name="--as")] = "closed_by_bank",
    id: Id = None,
) -> int:
    """End a case on the bank's behalf: sold, extinguished, or for another reason (a mistake, settled elsewhere).

    Args:
        loan: The loan's id.
        by: Who commands it: an operator's id.
        reason: A code, such as portfolio_sale.
        outcome: How it ended. A suit goes with a debt that is sold; otherwise have it withdrawn first.
        id: The command's own id; the same again gives the same answer.
    """
    return await carry_out(loan, valid(CloseByBank, **_given(by, reason), outcome=outcome), id)


def _given(by: str, reason: str) -> dict[str, str]:
    return {"by": identifier("--by", by), "reason": code("--reason", reason)}
