"""The papers of a loan: looked for, and asked for if missing, long before a suit, so that none is delayed by them."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import day_start
from domain.outside import patience
from domain.prospects import no_suit
from domain.stages.situation import Situation
from schemas.steps import Act, CheckFile, RequestDocuments, Step, Wait, Why


def prepare(s: Situation) -> Step | None:
    """Look into the archive and ask for what is missing; None before it is time, once it is done, or while the archive
    does not answer (the suit waits for it, the ladder does not)."""
    policy = s.strategy.litigation
    if policy is None or s.money.days_past_due < policy.prepare_from_dpd or no_suit(s):
        return None
    if "documents" in s.case.failing:
        return None
    return ask(s)


def in_time(s: Situation, step: Step) -> Step:
    """`step`, but if it waits, not beyond the day on which papers are to be looked for."""
    policy, since = s.strategy.litigation, s.money.counted_from
    if not isinstance(step, Wait) or policy is None or since is None or s.case.file or no_suit(s):
        return step
    day = day_start(since + timedelta(days=policy.prepare_from_dpd), s.strategy.bank_zone)
    if day <= s.now or (step.until and step.until <= day):
        return step
    return step.model_copy(update={"until": day})


def ask(s: Situation) -> Step | None:
    """The next thing to ask the archive; None if everything is there or has been asked for."""
    policy = s.strategy.litigation
    assert policy is not None
    if s.case.file is None:
        why = Why(rule="papers.check", text="which of the papers that a suit needs are there?")
        return _asked(s, CheckFile(key=_key(s, "c")), why)
    missing = s.case.file.unasked(policy.pieces)
    if missing:
        words = ", ".join(piece.replace("_", " ") for piece in missing)
        why = Why(rule="papers.request", text=f"missing and asked for now, so that a suit is not delayed: {words}")
        return _asked(s, RequestDocuments(key=_key(s, "r"), pieces=missing), why)
    return None


def _asked(s: Situation, action: CheckFile | RequestDocuments, why: Why) -> Step:
    return patience(s.case, "documents", s.strategy, s.now) or Act(action=action, why=why)


def _key(s: Situation, what: str) -> str:
    return f"{s.case.loan_id}:e{s.case.epoch}:p{s.case.file_checks + 1}{what}"
