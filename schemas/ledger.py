"""How facts travel to the ledger and back."""

from __future__ import annotations

from typing import Literal

from schemas.base import Code, Instant, Recorded, added
from schemas.facts import Fact
from schemas.loan import CollectionRequest


class Head(Recorded):
    """A place in a stream: the number of its last known fact and that row's hash (hex). Zero and "" before the first."""

    seq: int = 0
    hash: str = ""


class NewFact(Recorded):
    """A fact on its way in. `fact_id` comes from its source, so that delivering twice is harmless."""

    fact_id: str
    occurred_at: Instant
    source: Code
    actor: str = "arrears"
    body: Fact


class RecordedFact(NewFact):
    """A fact as the ledger numbered it. `hash` chains it to the one before in its stream."""

    seq: int
    hash: str
    epoch: int
    recorded_at: Instant
    decided_on: str | None = None
    build: str | None = None


class Append(Recorded):
    """One call of the protocol: write `facts` to `stream`, and answer everything above `after`.

    `decided_on` is the decision head the decisions among `facts` were made on; `state` the digest of that case. `now` is
    the case's clock: the law is told as of the later of it and the wall clock.
    """

    stream: str
    epoch: int
    after: Head
    facts: tuple[NewFact, ...] = ()
    decided_on: int | None = None
    state: str | None = None
    build: str | None = None
    now: Instant | None = None


class Appended(Recorded):
    """The ledger's answer. `facts`: all above `after`, in order, or as many as travel at once: then there is `more`, and the
    call is to be made again from where they end. `stored`: what stands in the stream now under each id that was given,
    written by this call or before.

    status: `ok`; `stale` (something newer arrived, decisions were not written: decide again); `stale_epoch` (another
    run carries the case); `diverged` (`after` is not in this ledger: fold the case anew).
    """

    status: Literal["ok", "stale", "stale_epoch", "diverged"]
    facts: tuple[RecordedFact, ...] = ()
    stored: tuple[RecordedFact, ...] = ()
    law: tuple[str, ...] = ()
    more: bool = False


class Opening(Recorded):
    """A run asks to carry the case of `request`; `chain` is its first execution's run id, `now` its clock."""

    request: CollectionRequest
    chain: str
    run_id: str
    now: Instant
    build: str | None = None
    take_over: bool = True


class Opened(Recorded):
    """The answer to an opening: how, under which epoch, with the facts of the stream: all, or as many as travel at once (then
    there is `more`, and `append` answers what is above them).

    `faults`: of an `inadmissible` request, what is wrong with it, where, and how to mend it.
    """

    status: Literal["opened", "continued", "taken_over", "closed", "unknown_policy", "inadmissible", "superseded"]
    epoch: int
    policy: str = ""
    facts: tuple[RecordedFact, ...] = ()
    law: tuple[str, ...] = ()
    more: bool = False
    faults: tuple[str, ...] = added(())
