"""Contacts that went out besides demands of the borrower for one loan: reminders of what was agreed, other people, and
messages for several loans at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain import artefacts
from reports.lives import Life
from schemas.contact import ContactProposal
from schemas.covering import Cover
from schemas.facts import AttemptReserved, AttemptSending, AttemptSent


@dataclass
class Reached:
    """Counts of what went out, contacts of shadow mode left out.

    Attributes:
        reminders: of a part that is due (`before_due`), or was missed and can still be made good (`missed`).
        others: contacts with somebody else than the borrower, by their role.
        together: messages that spoke of several loans.
        loans_together: of how many they spoke, each counted as often as it was spoken of.
    """

    reminders: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    together: int = 0
    loans_together: int = 0


def reached(lives: Iterable[Life]) -> Reached:
    """Count over these lives. Every strategy that they went by must be loaded, else UnknownArtefact is raised."""
    counted = Reached()
    for life in lives:
        reserved: dict[str, tuple[ContactProposal, str]] = {}
        covers: dict[str, tuple[Cover, ...]] = {}
        for note in life.notes:
            match note.body:
                case AttemptReserved(proposal=proposal):
                    reserved[proposal.attempt] = proposal, note.policy
                case AttemptSending(attempt=attempt, covers=others):
                    covers[attempt] = others
                case AttemptSent(attempt=attempt, shadow=False) if attempt in reserved:
                    _sent(counted, *reserved[attempt], covers.get(attempt, ()))
                case _:
                    continue
    return counted


def _sent(counted: Reached, proposal: ContactProposal, policy: str, covers: tuple[Cover, ...]) -> None:
    negotiation = artefacts.policy(policy).negotiation
    reminder = negotiation.reminder if negotiation else None
    if reminder and proposal.template == reminder.template:
        counted.reminders["before_due"] += 1
    elif reminder and proposal.template == reminder.missed_template:
        counted.reminders["missed"] += 1
    if proposal.role != "borrower":
        counted.others[proposal.role] += 1
    if covers:
        counted.together += 1
        counted.loans_together += 1 + len(covers)
