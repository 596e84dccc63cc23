"""What a command is told: the ledger's word on it, out of the fact that stands under its id."""

from __future__ import annotations

from domain.commands.table import CAUSES, NAMES
from schemas.facts import ApprovalRequested, CommandRefused, OfferMade
from schemas.ledger import RecordedFact
from schemas.messages import Command, CommandOutcome


def outcome_of(command: Command, stored: RecordedFact) -> CommandOutcome:
    """The outcome of `command`, given what the ledger has under its id: its own fact, or, if the id had been given to another
    command before, that one's, and then this one was not carried out."""
    body = stored.body
    if isinstance(body, CommandRefused) and body.command == NAMES[type(command)]:
        return CommandOutcome(accepted=False, seq=stored.seq, rule=body.rule, why=body.why)
    if body.kind not in CAUSES[type(command)]:
        other = body.command if isinstance(body, CommandRefused) else body.kind.replace("_", " ")
        why = (
            f"this id was given to another command before (fact {stored.seq}: {other}); give this one an id of its own"
        )
        return CommandOutcome(accepted=False, seq=stored.seq, rule="update.id_taken", why=why)
    if isinstance(body, ApprovalRequested):
        asked = {"waits_for": body.approval, "asks": body.asks}
        return CommandOutcome(accepted=True, seq=stored.seq, rule=body.limit, why=body.why, **asked)
    if isinstance(body, OfferMade):
        return CommandOutcome(accepted=True, seq=stored.seq, offer=body.offer, terms_hash=body.terms_hash)
    return CommandOutcome(accepted=True, seq=stored.seq)
