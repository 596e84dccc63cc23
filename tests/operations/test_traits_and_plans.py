"""Sex, age, marriage and schooling of an imported account change no plan, also where hours and channels are learnt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from domain.agenda import next_step
from domain.artefacts import digest, register_policy
from domain.case import Case
from domain.quiet import account_of, answers, opened, with_fact
from operations.layouts.base import Entry
from operations.layouts.uci import TRAITS
from policies.loader import shipped
from schemas.contact import ContactResult
from schemas.facts import ContactResultPosted, InboundContact
from schemas.loan import Account
from schemas.steps import Act, Decide, MakeContact, Wait
from tests.operations.test_import_uci import entries, file_row, written

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
STRATEGY = next(s for s in shipped()[0] if s.name == "cn-credit-card")
RULEBOOK = next(book for book in shipped()[1] if book.name == "cn")
PEOPLE = (
    {"SEX": "1", "EDUCATION": "1", "MARRIAGE": "1", "AGE": "24"},
    {"SEX": "2", "EDUCATION": "1", "MARRIAGE": "1", "AGE": "24"},
    {"SEX": "1", "EDUCATION": "4", "MARRIAGE": "1", "AGE": "24"},
    {"SEX": "1", "EDUCATION": "1", "MARRIAGE": "2", "AGE": "24"},
    {"SEX": "1", "EDUCATION": "1", "MARRIAGE": "1", "AGE": "79"},
)


def imported(path: Path, traits: dict[str, str], months: int = 2) -> Entry:
    """One account, so many months past due, of a person like this."""
    (entry,) = entries(written(path, [file_row(7, pay=months) | traits]))
    return entry


def plan(entry: Entry) -> list[tuple[datetime, str, str]]:
    """Each contact of half a year in which every second call and every text is answered and nobody pays: when, how, why."""
    results: cycle[ContactResult] = cycle(("no_answer", "answered"))
    law = digest(RULEBOOK), RULEBOOK
    case, now, made = opened(entry.request, register_policy(STRATEGY), NOW), NOW, list[tuple[datetime, str, str]]()
    account = _account(entry)
    while now < NOW + timedelta(days=180):
        step = next_step(case, STRATEGY, law, now)
        if isinstance(step, Wait):
            if step.until is None:
                break
            now = step.until
        elif isinstance(step, Decide):
            for body in step.facts:
                case = with_fact(case, body, now)
        elif isinstance(step, Act):
            for body in answers(step.action, law[0], now, STRATEGY, account):
                case = with_fact(case, body, now)
            if isinstance(step.action, MakeContact):
                made.append((now, step.action.proposal.channel, step.why.text))
                if step.action.proposal.channel in ("robot_call", "human_call"):
                    told = ContactResultPosted(attempt=step.action.proposal.attempt, result=next(results))
                    case = with_fact(case, told, now)
                if step.action.proposal.channel == "sms":
                    reply = InboundContact(inbound=f"in-{len(made)}", channel="reply", intent="asks_for_time")
                    case = with_fact(case, reply, now)
        else:
            break
    return made


def _account(entry: Entry) -> Callable[[datetime], Account]:
    """What core banking says of the imported account, from which nothing is paid."""
    _, loan = entry.account(1)
    known = Case(loan_id=loan.loan_id, instalments=loan.instalments, transactions=loan.transactions)
    known = known.model_copy(update={"previous_episodes": loan.previous_episodes, "behaviour": loan.behaviour})
    return account_of(known, loan.currency, STRATEGY.bank_zone)


@pytest.mark.parametrize("traits", PEOPLE[1:], ids=["sex", "schooling", "marriage", "age"])
def test_a_trait_of_the_imported_account_changes_no_plan(tmp_path: Path, traits: dict[str, str]) -> None:
    assert set(traits) == TRAITS
    first, other = (imported(tmp_path / f"{n}.csv", of) for n, of in enumerate((PEOPLE[0], traits)))
    contacts = plan(first)
    assert contacts == plan(other)
    assert any(
        "answered " in why and " between " in why for _, _, why in contacts
    )  # hours were learnt, and all the same


@pytest.mark.parametrize("traits", PEOPLE[1:], ids=["sex", "schooling", "marriage", "age"])
def test_nor_the_channel_that_is_learnt(tmp_path: Path, traits: dict[str, str]) -> None:
    """An account a month past due whose text messages are answered: they take the place of other channels, for all alike."""
    first, other = (imported(tmp_path / f"{n}.csv", of, 1) for n, of in enumerate((PEOPLE[0], traits)))
    contacts = plan(first)
    assert contacts == plan(other)
    assert any(how == "sms" and "sms answered 1 of 1; robot call" in why for _, how, why in contacts)
