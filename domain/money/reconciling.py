"""Are core banking's figures what its own instalments and transactions give? A difference goes to a person, and until it is
explained nothing is quoted and no paper goes out. Explained, core banking's figures are the ones that hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from domain.money.ageing import bucket
from domain.money.basis import Basis, Explained, paused_days
from domain.money.currency import ZERO
from domain.money.owed import Position
from schemas.account import COMPONENTS, Component, Difference, OfComponent


def difference(
    arrears: Decimal, outstanding: Decimal, ours: Position, components: Mapping[Component, Decimal] | None = None
) -> Difference | None:
    """How the figures that core banking quotes differ from `ours`, worked out from all that it told; None if they do not.
    Money that it holds for instalments to come may be off its balance or not."""
    overdue, outstanding = arrears - ours.arrears, outstanding - ours.outstanding
    held = bool(ours.held) and outstanding == -ours.held
    parts: tuple[OfComponent, ...] = ()
    if components is not None and not held:  # what is held is off no component yet
        more = [OfComponent(component=name, amount=components.get(name, ZERO) - ours.of(name)) for name in COMPONENTS]
        parts = tuple(part for part in more if part.amount)
    if overdue == 0 and (outstanding == 0 or held) and not parts:
        return None
    return Difference(arrears=overdue, outstanding=outstanding, components=parts)


def as_quoted(less: Callable[[Decimal], Position], explained: Explained, basis: Basis) -> Position:
    """The position with the figures that core banking quotes: those of these books, and the difference that was explained.
    Its `rows` are of these books.

    Money that came after the explanation, and is more than these books have due, goes to what core banking has due beyond
    them: whoever pays the sum that was quoted to them owes nothing of it any more. `less`: the position of these books with
    so much of the newest money set aside. Of a loan that is due as a whole, all that differs is overdue.
    """
    ours, by = less(ZERO), explained.by
    whole = basis.whole_due_on is not None and basis.whole_due_on < ours.on
    late, taken = by.outstanding if whole else by.arrears, ZERO
    if late > 0 and not ours.arrears and ours.paid > explained.paid:
        most = min(late, ours.paid - explained.paid)
        taken = most - less(most).arrears
    money = less(taken) if taken else ours
    beyond = by.outstanding - taken - max(money.unapplied - explained.unapplied, ZERO)
    arrears = max(money.arrears + late - taken, ZERO)
    since, days = money.overdue_since, money.days_past_due
    if arrears <= basis.tolerance:
        since, days = None, 0
    elif since is None:
        since = min(explained.on, money.on) - timedelta(days=1)
        days = (money.on - since).days - paused_days(basis.pauses, since, money.on)
    return replace(
        money,
        arrears=arrears,
        outstanding=max(money.outstanding + beyond, ZERO),
        paid=ours.paid,
        overdue_since=since,
        days_past_due=days,
        bucket=bucket(days),
    )
