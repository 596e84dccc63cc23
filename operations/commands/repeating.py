"""A command under an id that was given before: the case answers as it did then, whatever is asked now. So who types is told,
and stopped where what is asked now is seen to be something else."""

from __future__ import annotations

from decimal import Decimal

from domain.commands.table import CAUSES
from ledger.reading import facts
from local.errors import StackError
from operations.commands.giving import Desk
from operations.errors import UsageError
from schemas.facts import AgreementMade, ApprovalRequested, CommandRefused, OfferMade
from schemas.ledger import RecordedFact
from schemas.messages import AcceptPromise, Command, ExplainDifference, OfferPlan
from schemas.terms import Part, PlanOffer, PlanTerms, Terms

_CALLED: dict[str, tuple[str, ...]] = {
    "approve": ("approved",),
    "party": ("party_id",),
    "restriction": ("restriction", "subject"),
    "to": ("stage",),
}
"""Fields of commands that facts have under another name."""

_OWN = ("by", "policy", "terms", "terms_hash", "amount", "pay_by", "then", "arrears", "outstanding", "role")
"""Fields that are compared by a way of their own, or that a fact has in a form that cannot be."""

_FILLED = ("review_at", "received_at")
"""Fields that the case fills where the command leaves them out."""


async def stored_under(desk: Desk, loan_id: str, update_id: str) -> RecordedFact | None:
    """What the loan's ledger has under a command's id; None without, and where no ledger can be asked."""
    ids = (f"update:{update_id}", f"borrower:update:{update_id}")
    try:
        async with desk.ledger() as pool:
            return next((fact for fact in await facts(pool, f"loan:{loan_id}") if fact.fact_id in ids), None)
    except (UsageError, StackError, OSError):
        return None


def differing(command: Command, stored: RecordedFact) -> list[str]:
    """The fields in which `command` is seen to be another than the one that caused the fact `stored`.

    Of one that was refused nothing but who gave it is known. Another kind of command is for the case to refuse.
    """
    body = stored.body
    found = ["by"] if stored.actor != command.by else []
    if isinstance(body, CommandRefused) or body.kind not in CAUSES[type(command)]:
        return found
    for name in type(command).model_fields:
        theirs = next((each for each in _CALLED.get(name, (name,)) if each in type(body).model_fields), None)
        given = getattr(command, name)
        if name in _OWN or theirs is None or (given is None and name in _FILLED):
            continue
        if getattr(body, theirs) != given:
            found.append(name)
    if isinstance(body, AgreementMade | ApprovalRequested | OfferMade) and body.terms:
        found += _terms(command, body.terms)
    if isinstance(command, ExplainDifference) and isinstance(body, ApprovalRequested) and body.difference:
        of = body.difference
        found += [name for name in ("arrears", "outstanding") if getattr(command, name) != getattr(of, name)]
    return found


def _terms(command: Command, terms: Terms) -> list[str]:
    parts = terms.parts
    if isinstance(terms, PlanTerms) and terms.interest:  # it comes on top of what was offered
        parts = tuple(
            Part(amount=p.amount - own, due_on=p.due_on) for p, own in zip(parts, terms.interest, strict=True)
        )
    if isinstance(command, AcceptPromise):
        wanted = (Part(amount=command.amount, due_on=command.pay_by), *command.then)
        return [] if _same(wanted, parts) else ["amount, pay_by"]
    if not isinstance(command, OfferPlan):
        return []
    offered = command.terms
    if isinstance(offered, PlanOffer):
        same = terms.kind == "plan" and terms.covers == offered.covers and _same(offered.parts, parts)
    else:
        wanted = (Part(amount=offered.amount, due_on=offered.pay_by),)
        same = terms.kind == "settlement" and terms.covers == offered.covers and _same(wanted, parts)
    return [] if same else ["terms"]


def _same(some: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    return sorted(map(_plain, some)) == sorted(map(_plain, others))


def _plain(part: Part) -> tuple[str, Decimal]:
    return part.due_on.isoformat(), part.amount
