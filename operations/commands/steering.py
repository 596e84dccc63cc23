"""Commands that steer a case: pause, resume, escalate, adopt-policy, close."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter, validators
from rich.markup import escape

from domain.counting import counted
from operations import environment
from operations.commands.answering import carry_out, desk
from operations.commands.common import Id, add, code, identifier, instant, progress
from operations.commands.groups import STEERING
from operations.commands.output import console, messages
from operations.errors import UsageError
from operations.sending import valid
from operations.strategies.adopting import adopt, planned
from schemas.facts import Stage
from schemas.messages import AdoptPolicy, CloseByBank, Escalate, Pause, Resume

Rate = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=600))]
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
        "adopt-policy default@2 --segment first_time --from default@1 --rate 20 --by ops-wang --reason new_strategy",
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


async def adopt_policy(
    loan: str,
    policy: str | None = None,
    /,
    *,
    by: str,
    reason: str,
    segment: str | None = None,
    source: Annotated[str | None, Parameter(name="--from")] = None,
    rate: Rate = 30,
    id: Id = None,
) -> int:
    """Let a case go on under another strategy, from its next decision on; or, with --segment, all cases of a segment, one
    after another. That may be interrupted and repeated: who has moved is left where they are.

    Args:
        loan: The loan's id. With --segment there is none: the strategy alone is given.
        policy: The strategy's name (its newest version), name@version or sha256.
        by: Who commands it: an operator's id.
        reason: A code, such as new_strategy.
        segment: All open cases that were placed in this segment.
        source: Of a segment: the strategy that they are under now, name@version.
        rate: Of a segment: how many cases in a minute at most.
        id: The command's own id; the same again gives the same answer.
    """
    if segment is None and policy is not None and source is None:
        return await carry_out(loan, valid(AdoptPolicy, **_given(by, reason), policy=policy), id)
    if segment is None or source is None or policy is not None or id is not None:
        raise UsageError(
            "give a loan and a strategy, `adopt-policy LN-1 default@2`, or a strategy with a segment and its strategy now: "
            "`adopt-policy default@2 --segment first_time --from default@1`; --id is for one loan"
        )
    return await _segment(
        valid(AdoptPolicy, **_given(by, reason), policy=loan), code("--segment", segment), source, rate
    )


async def _segment(command: AdoptPolicy, segment: str, source: str, rate: int) -> int:
    """Move a segment's cases; answers 1 if one of them refused or did not answer."""
    async with environment.ledger(environment.resolve(need=("database",))) as pool:
        move, loans = await planned(pool, segment, source, command.policy)
    if not loans:
        console.print(f"no open case under {escape(source)} was placed in segment {segment}: nothing was done")
        return 0
    messages.print(
        f"{counted(len(loans), 'case')}, {rate} a minute: about {counted(round(len(loans) / rate), 'minute')}",
        style="dim",
    )
    with progress("cases moved") as advance:
        done = await adopt(await desk(), move, loans, command, rate, advance)
    console.print(f"[green]{done.accepted:,} of {len(loans):,} cases[/] go on under {escape(command.policy)}")
    for loan, why in sorted(done.refused.items()):
        console.print(f"  [red]{loan}[/]: {escape(why)}")
    return 1 if done.refused else 0


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
