"""Who has something against it: that it is owed, how they are spoken to, or everything."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.model import Act
from simulation.scene import Scene, Told


def disputes(s: Scene) -> Iterator[Act]:
    """Says once that it is not owed, when rung up or after two messages; two in five pay weeks later, the others never."""
    pays = s.inclined(40, "pays after all")
    written = any(act.payload.get("intent") == "disputes" and act.at <= s.now for act in s.history.acts)
    if written or s.told("disputed"):
        yield from s.answer("right_party", Told(promise=s.expected)) if pays else s.answer("refused")
        return
    yield from s.answer("disputed", Told(willingness="low"))
    speaks = s.reached and (s.is_call or s.is_visit)
    if not s.is_call and not s.is_visit and s.count == 2:
        yield s.rings_in("disputed") if s.inclined(60, "rings") else s.writes("disputes")
        speaks = True
    if speaks and not s.money_on_its_way and pays:
        yield from s.clears(s.heard_at + s.days(25, 45, "pays after"))


def complains(s: Scene) -> Iterator[Act]:
    """After the third contact complains of how often it is, one in three at such length that it is complicated; once that is
    answered, pays when next heard from."""
    if not s.complained:
        yield from s.answer("right_party", Told(willingness="medium"))
        if s.count >= 3:
            reason = "too_many_contacts" if s.inclined(60, "reason") else "impolite"
            yield from s.complains(reason, complicated=s.inclined(34, "complicated"))
        return
    paid_at = s.heard_at + s.hours(5, 60, "pays after")
    pays = s.reached and not s.money_on_its_way
    told = Told(promise=s.part(paid_at) if pays else s.expected, willingness="medium")
    yield from s.answer("promised", told)
    if pays:
        yield from s.clears(paid_at)


def is_hostile(s: Scene) -> Iterator[Act]:
    """Shouts at the first who speaks with them, and may complain of that collector; with somebody else one in two comes
    round, the others refuse."""
    if not s.is_talk:
        yield from s.answer("no_answer")
        return
    if not s.told("hostile") and not s.told("unsafe"):
        yield from s.answer("hostile", Told(willingness="low"))
        if s.inclined(60, "complains of it"):
            yield from s.complains("impolite", against=() if s.is_visit else (s.collector,))
        return
    if not s.inclined(50, "comes round"):
        yield from s.answer("refused", Told(willingness="low"))
        return
    paid_at = s.heard_at + s.hours(10, 60, "pays after")
    pays = s.reached and not s.money_on_its_way
    yield from s.answer("promised", Told(promise=s.part(paid_at) if pays else s.expected, willingness="medium"))
    if pays:
        yield from s.clears(paid_at)
