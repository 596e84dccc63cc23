"""Why a loan is treated as it is, and what comes next if nothing happens: each with the line of the file that decided it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
from pydantic import ValidationError
from temporalio.client import Client

from domain import artefacts
from domain.calendar import bank_date, day_start, zone
from domain.case import Case
from domain.counting import counted
from domain.quiet import Foreseen, account_of, chosen_of, foresee, opened, with_fact
from domain.segments import Choice
from ledger.artefacts import law_in_force, load_all
from ledger.reading import facts
from operations.errors import UsageError
from operations.requests import places, read_case
from operations.sending import no_case
from operations.strategies.sources import Source, of_digest
from schemas.facts import AccountRead, PolicyAdopted
from schemas.loan import Account, Instalment
from schemas.rulebook import Rulebook
from schemas.steps import Act, Decide, Step, Wait

ASSUMED = Decimal("1000.00")
"""What is taken to be overdue of a request that comes without an account."""


@dataclass(frozen=True)
class Asked:
    """A case to be explained, what core banking says of it, and what had to be assumed."""

    case: Case
    account: Callable[[datetime], Account]
    now: datetime
    assumed: str = ""


@dataclass(frozen=True)
class Line:
    """One step to come: when, on the bank's clock; what; why, by which rule; and where the strategy says so."""

    at: str
    what: str
    why: str
    rule: str
    where: str


@dataclass(frozen=True)
class Explanation:
    """What a strategy makes of a loan: the row, treatment and arm with their places, and the steps to come."""

    loan_id: str
    profile: str
    placed: tuple[tuple[str, str, str], ...]
    steps: tuple[Line, ...]
    assumed: str


async def from_ledger(
    client: Client | None, pool: asyncpg.Pool, loan_id: str, now: datetime
) -> tuple[Asked, Source, tuple[str, Rulebook]]:
    """The loan's case as the ledger has it, the strategy pinned to it, and the law.

    Raises UsageError; `client` is asked whether a case that the ledger does not have is to open.
    """
    case = Case.fold(loan_id, await facts(pool, f"loan:{loan_id}"))
    if case.request is None:
        raise await no_case(client, loan_id)
    await load_all(pool)
    law = await law_in_force(pool, now)
    if not law:
        raise UsageError("no rulebook is in force in this ledger: `starter.py up` publishes the shipped one")
    source = of_digest(case.policy)
    now = max(now, case.clock or now)
    account = account_of(case, case.request.currency, source.strategy.bank_zone, source.strategy.account)
    return Asked(case, account, now), source, (law[0], artefacts.rulebook(law[0]))


def from_file(path: Path, source: Source, now: datetime) -> Asked:
    """The case of a start request as `start` takes it, with or without a part `account`. Raises UsageError."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "text"
        raise UsageError(f"{path}: not JSON at {where}") from None
    if not isinstance(fields, dict):
        raise UsageError(f"{path}: one JSON object is expected, see docs/integration.md")
    quoted = fields.pop("account", None)
    request = read_case(json.dumps(fields), str(path)).request()
    zone_name = source.strategy.bank_zone
    now = max(now, day_start(request.overdue_since + timedelta(days=1), zone_name) + timedelta(hours=12))
    case = opened(request, source.digest, now)
    assumed = ""
    if quoted is None:
        due = Instalment(number=1, due_on=request.overdue_since, principal=ASSUMED)
        case = case.model_copy(update={"instalments": (due,)})
        assumed = f"no account is given: {ASSUMED} {request.currency} due on {request.overdue_since} are assumed"
    else:
        try:
            account = Account.model_validate_json(json.dumps(quoted))
        except ValidationError as error:
            raise UsageError(f"{path}: account: {'; '.join(places(error))}. See docs/gateways.md") from None
        case = with_fact(case, AccountRead(account=account), account.as_of)
    told = account_of(case, request.currency, zone_name, source.strategy.account)
    case = with_fact(opened(request, source.digest, now), AccountRead(account=told(now)), now)
    return Asked(case, told, now, assumed)


def under(asked: Asked, source: Source) -> Asked:
    """The same case as if it went on under another strategy from now on."""
    return replace(asked, case=with_fact(asked.case, PolicyAdopted(policy=source.digest, reason="what_if"), asked.now))


def explain(asked: Asked, source: Source, law: tuple[str, Rulebook], days: int, most: int = 40) -> Explanation:
    """What `source` makes of the case in the next `days`, at most so many steps told."""
    until = asked.now + timedelta(days=days)
    seen = list(foresee(asked.case, source.strategy, law, asked.now, until, asked.account))
    assessed = next((f.case for f in seen if f.case.assessed), seen[-1].case)
    steps = [_line(foreseen, source) for foreseen in seen if _worth_telling(foreseen.step)]
    return Explanation(
        loan_id=asked.case.loan_id,
        profile=_profile(assessed, source, asked.now),
        placed=tuple(_placed(assessed, source)),
        steps=tuple(steps[:most]),
        assumed=asked.assumed,
    )


def _profile(case: Case, source: Source, now: datetime) -> str:
    money = case.money(bank_date(now, source.strategy.bank_zone), source.strategy.account)
    currency = case.request.currency if case.request else ""
    graded = f", {case.assessed.segment.replace('_', ' ')}, {case.assessed.tier} tier" if case.assessed else ""
    return (
        f"{money.bucket}, {counted(money.days_past_due, 'day')} past due, {money.arrears} {currency} overdue of "
        f"{money.outstanding}{graded}"
    )


def _placed(case: Case, source: Source) -> Iterator[tuple[str, str, str]]:
    """What was decided, as what, and where: the row of segments, the arm, the treatment."""
    if case.assessed is None:
        return
    placed = case.assessed.placed
    if placed is None or placed.policy != source.digest:
        name = case.assessed.segment
        chosen = _now(case, source)
        if chosen is None:
            yield "treatment", name, source.line_of("treatments", name)
            return
        index, name, arm, experiment = chosen.index, chosen.treatment, chosen.arm, chosen.row.experiment
        segment = chosen.row.segment
    else:
        segment, name, experiment = placed.segment, placed.treatment, placed.experiment
        rows = source.strategy.segments
        index = next(i for i, row in enumerate(rows) if row.segment == segment)
        arms = source.strategy.experiments[experiment].arms if experiment else ()
        arm = next((arm for arm in arms if arm.arm == placed.arm), None)
    yield "segment", segment, source.line_of("segments", index)
    if arm and experiment:
        number = source.strategy.experiments[experiment].arms.index(arm)
        text = f"{arm.arm} ({arm.role}, {arm.percent} %) of {experiment}"
        yield "arm", text, source.line_of("experiments", experiment, "arms", number)
    yield "treatment", name, source.line_of("treatments", name)


def _now(case: Case, source: Source) -> Choice | None:
    assert case.clock is not None, "an assessed case has decided something"
    return chosen_of(case, source.strategy, bank_date(case.clock, source.strategy.bank_zone))


def _worth_telling(step: Step) -> bool:
    """Readings of the account before a contact are routine."""
    return not (isinstance(step, Act) and step.action.kind in ("read_account", "read_credit_record"))


def _line(foreseen: Foreseen, source: Source) -> Line:
    step, strategy = foreseen.step, source.strategy
    at = foreseen.at.astimezone(zone(strategy.bank_zone))
    return Line(
        at=f"{at:%Y-%m-%d %H:%M}",
        what=_what(step, strategy.bank_zone),
        why=step.why.text,
        rule=step.why.rule,
        where=where_of(step.why.rule, foreseen.case, source),
    )


def _what(step: Step, bank_zone: str) -> str:
    match step:
        case Act(action=action) if action.kind == "make_contact":
            return f"{action.proposal.channel.replace('_', ' ')} ({action.proposal.template})"
        case Act(action=action):
            return action.kind.replace("_", " ")
        case Decide(facts=bodies):
            return ", ".join(body.kind.replace("_", " ") for body in bodies)
        case Wait(until=None):
            return "waits for somebody" if step.person else "waits"
        case Wait(until=until) if until:
            return f"waits until {until.astimezone(zone(bank_zone)):%Y-%m-%d %H:%M}"
        case _:
            return "ends"


_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("policy.ignore_arrears", ("thresholds", "ignore_arrears")),
    ("policy.segment", ("segments",)),
    ("account.before", ("account_max_age_hours",)),
    ("negotiation", ("negotiation",)),
    ("stage.negotiation", ("negotiation",)),
    ("offer", ("negotiation", "offer_days")),
    ("visit", ("field_visit",)),
    ("task.visit", ("field_visit",)),
    ("stage.field_visit", ("field_visit", "from_dpd")),
    ("stage.litigation", ("litigation", "from_dpd")),
    ("papers", ("litigation", "prepare_from_dpd")),
    ("court", ("litigation",)),
    ("outside", ("patience",)),
)
"""Which field stands behind the rules that begin so; the first that fits."""


def where_of(rule: str, case: Case, source: Source) -> str:
    """The place in the strategy that a rule's step came from; "" for rules that no strategy changes."""
    own = _treatment_of(case, source)
    if own and rule.startswith("policy.ladder."):
        return source.line_of("treatments", own, "ladder", int(rule.rpartition(".")[2]) - 1)
    if own and rule in ("policy.grace", "policy.person"):
        return source.line_of("treatments", own, "grace_days" if rule == "policy.grace" else "person_after_days")
    return next((source.line_of(*loc) for prefix, loc in _PLACES if rule.startswith(prefix)), "")


def _treatment_of(case: Case, source: Source) -> str | None:
    assessed = case.assessed
    if assessed is None:
        return None
    if not source.strategy.segments:
        return assessed.segment
    return assessed.placed.treatment if assessed.placed else None
