"""May an offer still be accepted? It stands for its days, unless something else is owed than it was made over."""

from __future__ import annotations

from domain.accrual import owed_then
from domain.limits import Refusal
from domain.stages.situation import Situation
from schemas.terms import PlanTerms, SettlementTerms, Terms


def owed_otherwise(s: Situation, terms: Terms) -> Refusal | None:
    """Whether something else is owed by now than when the terms were worked out: by a payment, by one taken back, a waiver or
    a charge, or because an instalment fell due that a plan over the arrears has no part for. What accrued since is no such
    thing: the terms say what becomes of it."""
    if not isinstance(terms, PlanTerms | SettlementTerms):
        return None
    then = owed_then(s, terms.owed_on) if terms.owed_on else s.money
    owed = then.outstanding if terms.covers == "balance" else then.arrears
    covered = terms.total + (terms.waived if isinstance(terms, SettlementTerms) else -terms.plan_interest)
    if owed != covered:
        why = f"{s.shown(owed)} is owed by now and the offer was made over {s.shown(covered)}: make a new one"
        return Refusal("accept.owed_otherwise", why)
    if terms.owed_on is None or terms.covers == "balance":
        return None
    since = next((row for row in s.money.rows if terms.owed_on <= row.due_on < s.today and row.total), None)
    if since is None:
        return None
    why = f"{s.shown(since.total)} that was due on {since.due_on} has become overdue since the offer was made: make a new one"
    return Refusal("accept.owed_otherwise", why)
