"""The dossier's data file: every fact as it was hashed, in the form that `reports.dossier.verify` checks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ledger.chain import Hashed, canonical, fields_of, moment
from reports.dossier.verify import FORMAT
from schemas.ledger import Head

BEGINS = b'{\n"dossier":'
"""The first bytes of every such file."""


class Sidecar(NamedTuple):
    """The file's bytes, and its digest (sha256, hex), which stands on the dossier's first page."""

    content: bytes
    digest: str


def sidecar(
    loan_id: str,
    stream: str,
    head: Head,
    links: Sequence[Hashed],
    made_at: datetime,
    artefacts: Sequence[dict[str, str]],
    found: Sequence[str],
) -> Sidecar:
    """The file of a loan's stream. No names are in it, for facts hold none.

    Args:
        head: the end of the chain, as the stream's own row tells it.
        made_at: when the ledger was read (aware).
        artefacts: strategies and rulebooks that the facts name: kind, name, version, digest.
        found: differences that a verification of the ledger found.
    """
    cover: dict[str, Any] = {
        "format": FORMAT,
        "loan_id": loan_id,
        "stream": stream,
        "made_at": moment(made_at),
        "head": {"seq": head.seq, "hash": head.hash},
        "artefacts": list(artefacts),
        "found": list(found),
    }
    facts = b",\n".join(canonical(fields_of(one.link) | {"hash": one.hash}) for one in links)
    body = BEGINS + canonical(cover) + b',\n"facts":[\n' + facts + (b"\n" if facts else b"") + b"],\n"
    digest = hashlib.sha256(body).hexdigest()
    return Sidecar(body + b'"digest":"' + digest.encode() + b'"\n}\n', digest)
