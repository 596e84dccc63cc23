"""The story of a case in plain words, from the ledger: parties, money, every fact, and what is next and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import asyncpg
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError, RPCStatusCode

from domain import artefacts
from domain.agenda import next_step
from domain.calendar import bank_date
from domain.case import Case
from ledger.artefacts import law_in_force, load_all
from ledger.reading import facts
from operations.accounting import classes, movement
from operations.errors import UsageError
from operations.phrases import Catalogue, en, zh
from operations.sending import no_case
from operations.sentences import sentence
from operations.standing import standing
from operations.starting import workflow_id
from operations.takeover import PATIENCE
from operations.values import Speaker
from schemas.facts import EpisodeOpened, PolicyAdopted
from schemas.ledger import RecordedFact
from schemas.loan import ContactPoint, Language, Party
from schemas.messages import Agenda
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, Ask, Decide, Done, Step, Wait, Why

CATALOGUES: dict[Language, Catalogue] = {"zh-CN": zh.CATALOGUE, "en": en.CATALOGUE}

Tone = Literal["input", "decision", "inert"]


@dataclass(frozen=True)
class FactLine:
    """One fact: its number in the ledger, when it happened on the bank's clock, and what it says."""

    seq: int
    at: str
    tone: Tone
    text: str


@dataclass(frozen=True)
class Part:
    """A part of the story under its heading."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """A case in words, of one language."""

    title: str
    parties: Part
    money: Part
    transactions: Part
    standing: Part
    facts_heading: str
    facts: tuple[FactLine, ...]
    next: Part


@dataclass(frozen=True)
class Carrier:
    """What is known of the case's workflow: whether it runs, and its own agenda if it answered."""

    running: bool
    agenda: Agenda | None = None


def tell(
    loan_id: str,
    recorded: Sequence[RecordedFact],
    strategy: Strategy,
    law: tuple[str, Rulebook],
    now: datetime,
    language: Language = "en",
    carrier: Carrier | None = None,
    policies: Mapping[str, str] | None = None,
) -> Story:
    """The story of a loan's stream, as of `now` (aware) or, if later, of the case's own clock.

    `carrier` is what is known of its workflow; None if nobody looked. `policies` names strategies by sha256.
    """
    case = Case.fold(loan_id, list(recorded))
    at = clock(case, now, carrier)
    words = CATALOGUES[language]
    currency = case.request.currency if case.request else ""
    speaker = Speaker(words, strategy.bank_zone, currency, policies or {})
    lines = [
        FactLine(fact.seq, speaker.time(fact.occurred_at), fact.body.weight, sentence(fact, speaker))
        for fact in recorded
    ]
    on = bank_date(at, strategy.bank_zone)
    step = next_step(case, strategy, law, at)
    headings = words.headings
    return Story(
        title=headings["case"].format(loan=loan_id, state=_state(case, words)),
        parties=Part(headings["parties"], tuple(_party(party, case, speaker) for party in case.parties())),
        money=Part(
            headings["money"].format(on=on.isoformat(), zone=strategy.bank_zone),
            (_money(case, on, strategy, speaker), *classes(case, strategy, on, speaker)),
        ),
        transactions=Part(headings["transactions"], tuple(_transactions(case, speaker)) or (headings["none"],)),
        standing=Part(headings["standing"], (*standing(case, strategy, at, speaker), *_asked(_ask(step), speaker))),
        facts_heading=headings["facts"].format(zone=strategy.bank_zone),
        facts=tuple(lines),
        next=Part(headings["next"], tuple(_next(case, step, speaker, carrier))),
    )


async def story(
    client: Client | None, pool: asyncpg.Pool, loan_id: str, now: datetime, language: Language = "en"
) -> Story:
    """The story of a loan, from the ledger and, if `client` is given and the case runs, from its workflow too.

    Raises:
        UsageError: the ledger has never opened a case of this loan.
    """
    found = await gathered(client, pool, loan_id, now)
    return tell(loan_id, found.facts, found.strategy, found.law, now, language, found.carrier, found.policies)


@dataclass(frozen=True)
class Gathered:
    """All that a case is told from: its facts, the strategy pinned to it, the law in force, what is known of its workflow,
    and the names of strategies by sha256."""

    facts: Sequence[RecordedFact]
    strategy: Strategy
    law: tuple[str, Rulebook]
    carrier: Carrier | None
    policies: Mapping[str, str]


async def gathered(client: Client | None, pool: asyncpg.Pool, loan_id: str, now: datetime) -> Gathered:
    """What the ledger, and the case's workflow if `client` is given, have of a loan. Raises UsageError as `story` does."""
    recorded = await facts(pool, f"loan:{loan_id}")
    case = Case.fold(loan_id, recorded)
    if case.request is None:
        raise await no_case(client, loan_id)
    await load_all(pool)
    law = await law_in_force(pool, now)
    if not law:
        raise UsageError("no rulebook is in force in this ledger: `starter.py up` publishes the shipped one")
    pinned = {f.body.policy for f in recorded if isinstance(f.body, EpisodeOpened | PolicyAdopted)}
    names = {digest: f"{s.name}@{s.version}" for digest in pinned if (s := artefacts.policy(digest))}
    carrier = await carrier_of(client, loan_id) if client else None
    return Gathered(recorded, artefacts.policy(case.policy), (law[0], artefacts.rulebook(law[0])), carrier, names)


async def carrier_of(client: Client, loan_id: str) -> Carrier:
    """Whether the loan's workflow runs, and what it says is next."""
    handle = client.get_workflow_handle(workflow_id(loan_id))
    try:
        if (await handle.describe()).status != WorkflowExecutionStatus.RUNNING:
            return Carrier(running=False)
        return Carrier(True, await handle.query("agenda", result_type=Agenda, rpc_timeout=PATIENCE))
    except (WorkflowQueryFailedError, WorkflowQueryRejectedError):
        return Carrier(running=True)
    except RPCError as error:
        return Carrier(running=error.status != RPCStatusCode.NOT_FOUND)


def clock(case: Case, now: datetime, carrier: Carrier | None) -> datetime:
    """What time it is for the case: a book carried ahead of the wall clock is told on its own time.

    Only what the case itself did moves its clock: the time in a message is its sender's, and may lie in any future. The
    workflow's own word counts besides, for time may have passed without a decision.
    """
    own = [case.clock] if case.clock else []
    if carrier and carrier.agenda:
        own.append(carrier.agenda.now)
    return max([now, *own])


def _state(case: Case, words: Catalogue) -> str:
    state = "watched" if case.status == "open" and case.cured_at else case.status
    return words.headings[f"state.{state}"].format(
        stage=words.word(case.stage), handled_by=words.word(case.handled_by), outcome=words.word(case.outcome)
    )


def _party(party: Party, case: Case, speaker: Speaker) -> str:
    points = speaker.listed([_point(point, speaker) for point in case.points(party)])
    return speaker.part(
        "party",
        role=speaker.word(party.role),
        party=party.party_id,
        kind=speaker.word(party.kind),
        zone=party.zone or speaker.part("no_zone"),
        language=speaker.word(party.language),
        points=speaker.if_any("points", points=points),
    )


def _point(point: ContactPoint, speaker: Speaker) -> str:
    use = speaker.if_any("point_use", use=speaker.word(point.use, "point_use"))
    return f"{speaker.word(point.kind, 'point_kind')}{use} {point.contact_point_id}"


def _money(case: Case, on: date, strategy: Strategy, speaker: Speaker) -> str:
    if not case.instalments:
        return speaker.part("money_unread")
    money = case.money(on, strategy.account)
    figures = {
        "outstanding": speaker.money(money.outstanding),
        "paid": speaker.money(money.paid),
        "waived": speaker.if_any("waived", amount=money.waived or None),
    }
    if money.overdue_since is None:
        return speaker.part("money_clear", **figures)
    return speaker.part(
        "money",
        arrears=speaker.money(money.arrears),
        since=money.overdue_since.isoformat(),
        days=money.days_past_due,
        bucket=money.bucket,
        **figures,
    )


def _transactions(case: Case, speaker: Speaker) -> list[str]:
    return [
        movement(item, speaker)
        for item in sorted(case.transactions, key=lambda item: (item.value_date, item.reference))
    ]


def _next(case: Case, step: Step, speaker: Speaker, carrier: Carrier | None) -> list[str]:
    lines = [_step(step, speaker)]
    sentences = speaker.words.steps
    if carrier is None:
        return lines
    if carrier.agenda is not None:
        agenda = carrier.agenda
        more = _asked(agenda.ask, speaker) if agenda.ask != _ask(step) else []
        doing = speaker.words.parts["pieces"].join([_agenda(agenda, speaker), *more])
        lines.append(sentences["workflow"].format(now=speaker.time(agenda.now), head=agenda.head.seq, doing=doing))
    elif carrier.running:
        lines.append(sentences["workflow_silent"])
    else:
        lines.append(sentences["recover" if case.status == "open" else "workflow_none"])
    return lines


def _step(step: Step, speaker: Speaker) -> str:
    match step:
        case Act():
            return _say("act", step.why, speaker, action=speaker.word(step.action.kind))
        case Decide():
            return _say("decide", step.why, speaker)
        case Wait():
            return _say(_waiting(step.person, step.until), step.why, speaker, until=step.until)
        case Done():
            return _say("done", step.why, speaker)


def _agenda(agenda: Agenda, speaker: Speaker) -> str:
    kind = _waiting(agenda.person, agenda.until) if agenda.step == "wait" else agenda.step
    return _say(kind, agenda.why, speaker, until=agenda.until, action=speaker.word(agenda.action))


def _waiting(person: bool, until: datetime | None) -> str:
    return "wait_person" if person else "wait" if until else "wait_open"


def _ask(step: Step) -> Ask | None:
    return step.ask if isinstance(step, Wait) else None


def _asked(ask: Ask | None, speaker: Speaker) -> list[str]:
    """Who is asked for what, until when; nothing if nobody is."""
    if ask is None:
        return []
    about, deadline = speaker.if_any("about", about=ask.about), speaker.if_any("deadline", deadline=ask.deadline)
    return [speaker.part("asked", ask=speaker.word(ask.kind, "ask"), about=about, deadline=deadline)]


def _say(kind: str, why: Why, speaker: Speaker, **more: object) -> str:
    values = {name: speaker.field(name, value) for name, value in more.items() if value is not None}
    return speaker.words.steps[kind].format_map(
        {"rule": why.rule, "why": speaker.words.reason(why.rule, why.text), **values}
    )
