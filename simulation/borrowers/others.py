"""Who is reached in the borrower's stead: a guarantor, and somebody whom the borrower named as a contact."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulation.model import Act
from simulation.scene import Scene, Told


def guarantees(s: Scene) -> Iterator[Act]:
    """Has the letter; one in three pays what is overdue, unless it is on its way already."""
    yield from s.answer("answered")
    if s.reached and not s.money_on_its_way and s.inclined(34, "guarantor pays"):
        yield from s.pays(s.heard_at + s.days(3, 10, "guarantor pays after"), s.arrears(s.heard_at))


def was_named(s: Scene) -> Iterator[Act]:
    """Is asked to pass on a request to call, and told nothing; of one in three the borrower does call, and pays."""
    yield from s.answer("answered")
    if not s.reached or s.money_on_its_way or not s.inclined(34, "passes it on"):
        return
    paid_at = s.rings_at + s.days(1, 3, "pays after")
    yield s.rings_in("promised", Told(promise=s.part(paid_at), willingness="high"))
    yield from s.clears(paid_at)


REACHED: dict[str, Callable[[Scene], Iterator[Act]]] = {"guarantor_letter": guarantees, "locate_call": was_named}
"""By the template of the contact: who it speaks to."""
