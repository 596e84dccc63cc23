"""The guard asked inside a transaction that holds the borrower: what it has to see, and the house's own refusals."""

from __future__ import annotations

from datetime import datetime

from domain.conduct import decide
from domain.debt_standing import KINDS, fold_debt
from ledger.artefacts import rulebook_in_force
from ledger.attempts import conversations, counted, covered_debts, latest_at
from ledger.borrowers import standing_of
from ledger.pool import Conn
from ledger.reading import facts_of_kinds
from ledger.streams import StreamState
from ledger.switches import Switches
from schemas.contact import ConductFacts, ContactProposal, Finding, Verdict
from schemas.rulebook import AttemptCap, ConversationCap, ConversationPause

STOP_ALL = "HOUSE.STOP_ALL"
NO_RULEBOOK = "HOUSE.NO_RULEBOOK"
_OF_DEBT = tuple(kind.model_fields["kind"].default for kind in KINDS)


async def judge(
    conn: Conn, borrower: StreamState, loan_id: str, proposal: ContactProposal, now: datetime, switches: Switches
) -> Verdict:
    """The verdict on a contact to `borrower` about `loan_id`, with every rule that does not pass. The transaction holds the
    borrower's stream.

    The proposal's own attempt is not counted, so that a reserved contact can be judged again before it is sent.

    Raises:
        UnknownArtefact: the rulebook in force is not in the ledger.
    """
    verdict = await _by_law(conn, borrower, loan_id, proposal, now)
    if not switches.stop_all:
        return verdict
    stopped = Finding(rule=STOP_ALL, verdict="block", release="stop_all_lifted")
    return Verdict(verdict="block", findings=(stopped, *verdict.findings), rulebook=verdict.rulebook)


async def _by_law(conn: Conn, borrower: StreamState, loan_id: str, proposal: ContactProposal, now: datetime) -> Verdict:
    law = await rulebook_in_force(conn, now)
    if law is None:
        missing = Finding(rule=NO_RULEBOOK, verdict="block", release="rulebook_published")
        return Verdict(verdict="block", findings=(missing,), rulebook="")
    digest, rulebook = law
    talks = any(isinstance(rule, ConversationCap | ConversationPause) for rule in rulebook.rules)
    attempts = await counted(conn, borrower.borrower_id, now, proposal.attempt)
    if any(isinstance(rule, AttemptCap) and rule.per == "debt" for rule in rulebook.rules):
        debts = await covered_debts(conn, borrower.borrower_id, now)
        attempts = tuple(a.model_copy(update={"also": debts.get(a.attempt, ())}) for a in attempts)
    seen = ConductFacts(
        standing=await standing_of(conn, borrower.borrower_id),
        debt=fold_debt(await facts_of_kinds(conn, f"loan:{loan_id}", _OF_DEBT)),
        loan_id=loan_id,
        conversations=await conversations(conn, borrower.borrower_id, now) if talks else (),
        attempts=attempts,
        latest_at=await latest_at(conn, borrower.borrower_id, proposal.attempt),
    )
    return decide(proposal, seen, now, rulebook, digest)
