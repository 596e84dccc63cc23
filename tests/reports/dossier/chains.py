"""Made-up chains, hashed as the ledger does it, and their data files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ledger.chain import Hashed, Link, hash_of
from reports.dossier.sidecar import Sidecar, sidecar
from schemas.ledger import Head

AT = datetime(2027, 3, 1, 4, 0, 0, 120, tzinfo=UTC)


def link(seq: int, prev: str, **changes: object) -> Hashed:
    """One fact with its hash."""
    body = {
        "kind": "payment_posted",
        "amount": f"{seq}.50",
        "said": '未到期 "quoted" \\ \n',
        "rungs": [seq, None, True],
    }
    made = Link(
        stream="loan:L-1",
        seq=seq,
        fact_id=f"payment:p{seq}",
        kind="payment_posted",
        body=body,
        occurred_at=AT + timedelta(hours=seq),
        recorded_at=AT + timedelta(hours=seq, seconds=1),
        source="payments",
        actor="arrears",
        epoch=1,
        decided_on=None,
        build="b1",
        prev=prev,
    )._replace(**changes)
    return Hashed(made, hash_of(made))


def chain(length: int) -> list[Hashed]:
    """So many facts, each continuing the one before."""
    made: list[Hashed] = []
    for seq in range(1, length + 1):
        made.append(link(seq, made[-1].hash if made else ""))
    return made


def filed(links: Sequence[Hashed], head: Head | None = None) -> Sidecar:
    """The data file of these facts; the cover tells the end of `chain(len(links))` unless it is given."""
    if head is None:
        head = Head(seq=links[-1].link.seq, hash=links[-1].hash) if links else Head()
    return sidecar("L-1", "loan:L-1", head, links, AT, [{"kind": "rulebook", "digest": "a" * 64}], [])
