"""An account in words: by what it is worked out, each transaction and where every cent of it went, the position, the class,
what is to be paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from domain.case import Case
from domain.explaining import present, unexplained
from domain.money import (
    Basis,
    Owed,
    Position,
    Quote,
    Went,
    above_cap,
    cap_percent,
    class_history,
    penalty_percent,
    quote,
    where_it_went,
)
from domain.money.standing import TAKES_BACK
from operations.standing import explanation
from operations.values import Speaker
from schemas.account import COMPONENTS, AccountRules, Allocation
from schemas.facts import Accelerated
from schemas.ledger import RecordedFact
from schemas.loan import Transaction
from schemas.policy import Strategy

_LATEST = 4
"""So many classes of before are told."""


def movement(item: Transaction, speaker: Speaker) -> str:
    """A transaction in one line."""
    said = speaker.part(
        item.kind,
        value_date=item.value_date.isoformat(),
        amount=speaker.money(item.amount),
        reference=item.reference,
        reverses=item.reverses,
    )
    return said + speaker.meant(item.designates) + speaker.made_of(item.made_of.components if item.made_of else ())


def classes(case: Case, strategy: Strategy, on: date, speaker: Speaker) -> Iterator[str]:
    """Of which of the five classes the loan is, by its days past due, and was."""
    told = class_history(case.instalments, case.transactions, on, case.basis(strategy.account))
    if not told:
        return
    *before, now = [(speaker.word(item.tier, "five_tier"), item.since.isoformat()) for item in told]
    yield speaker.part("classed", tier=now[0], since=now[1])
    if before:
        past = [speaker.part("class_then", tier=tier, since=since) for tier, since in before[-_LATEST:]]
        yield speaker.part("class_before", past=speaker.listed(past))


def terms(case: Case, facts: Sequence[RecordedFact], strategy: Strategy, speaker: Speaker) -> Iterator[str]:
    """By what the account is worked out: the contract, the strategy's rules, pauses, and how it was made due as a whole."""
    yield from _contract(case, strategy.account or AccountRules(), speaker)
    yield from _accelerated(case, facts, speaker)
    yield from _rules(strategy.account or AccountRules(), speaker)
    for pause in case.pauses:
        yield speaker.part("paused", starts_on=pause.starts_on.isoformat(), ends_on=pause.ends_on.isoformat())


def _contract(case: Case, rules: AccountRules, speaker: Speaker) -> Iterator[str]:
    contract = case.contract
    if contract is None:
        yield speaker.part("no_contract")
        return
    signed, annual = contract.signed_on.isoformat(), _plain(contract.annual_percent)
    yield speaker.part("contract", signed_on=signed, annual=annual, day_count=contract.day_count)
    percent = penalty_percent(contract, rules)
    if contract.penalty_multiple is None:
        yield speaker.part("no_penalty")
    else:
        capped = percent < contract.annual_percent * contract.penalty_multiple
        yield speaker.part(
            "penalty_rate",
            percent=_plain(percent),
            capped=speaker.part("capped") if capped else "",
            compounds=speaker.part("compounds") if contract.compounds else "",
        )
    if contract.accelerates_from_dpd is None:
        yield speaker.part("no_acceleration")
    else:
        yield speaker.part("may_accelerate", days=contract.accelerates_from_dpd)


def _accelerated(case: Case, facts: Sequence[RecordedFact], speaker: Speaker) -> Iterator[str]:
    """Since when the whole balance is due, and by what the borrower was proven to be told."""
    if case.accelerated_on:
        due = next((f.body for f in reversed(facts) if isinstance(f.body, Accelerated)), None)
        proof = case.reached("accepted" if due and due.by == "complaint" else "demand_arrived")
        yield speaker.part(
            "accelerated_by",
            on=case.accelerated_on.isoformat(),
            by=speaker.word(due.by if due else None, "by"),
            arrived=speaker.part("arrived", on=proof.on.isoformat()) if proof else "",
        )
    if case.written_off_on:
        yield speaker.part("written_off", on=case.written_off_on.isoformat())


def _rules(rules: AccountRules, speaker: Speaker) -> Iterator[str]:
    yield speaker.part("order", **_order(rules.allocation, speaker))
    if rules.late:
        yield speaker.part("order_late", days=rules.late.from_dpd, **_order(rules.late, speaker))
    if rules.surplus == "held":
        yield speaker.part("surplus_held")
    if rules.cure_tolerance:
        yield speaker.part("tolerated", amount=speaker.money(rules.cure_tolerance))


def _order(order: Allocation, speaker: Speaker) -> dict[str, str]:
    components = speaker.listed([speaker.word(name, "component") for name in order.components])
    return {"across": speaker.part(f"across.{order.across}"), "components": components}


def movements(case: Case, strategy: Strategy, on: date, speaker: Speaker) -> Iterator[str]:
    """Each transaction, and under it where every part of it went by the end of `on`."""
    basis = case.basis(strategy.account)
    went = where_it_went(case.instalments, case.transactions, on, basis)
    due = {item.number: basis.due_on(item.due_on) for item in case.instalments}
    for item in sorted(case.transactions, key=lambda item: (item.value_date, item.reference)):
        yield movement(item, speaker)
        if item.kind not in ("payment", "waiver"):
            continue
        back = [t for t in case.transactions if t.kind in TAKES_BACK and t.reverses == item.reference]
        taken_on = min((t.value_date for t in back), default=None)
        if item.kind == "payment" and taken_on is not None and taken_on <= on:
            yield speaker.part("gone", on=taken_on.isoformat())
        elif item.value_date > on:
            yield speaker.part("not_yet", on=item.value_date.isoformat())
        else:
            parts = [part for part in went if (part.kind, part.reference) == (item.kind, item.reference)]
            yield from _parts(item, parts, due, basis, speaker)


def _parts(
    item: Transaction, parts: Sequence[Went], due: dict[int, date], basis: Basis, speaker: Speaker
) -> Iterator[str]:
    applied = sum((part.amount for part in parts), Decimal(0))
    if applied < item.amount:
        yield speaker.part("given_back", amount=speaker.money(item.amount - applied))
    for part in parts:
        amount = speaker.money(part.amount)
        if part.component is None:
            state = "held" if basis.in_force.surplus == "held" else "unapplied"
            yield speaker.part("went_nowhere", amount=amount, state=speaker.part(f"state.{state}"))
        else:
            where = _where(part.number, due.get(part.number), part.charge, speaker)
            component = speaker.word(part.component, "component")
            yield speaker.part("went", amount=amount, component=component, where=where)


def _where(number: int, due_on: date | None, charge: str, speaker: Speaker) -> str:
    if charge:
        return speaker.part("where.charge", charge=charge)
    return speaker.part("where.instalment", number=number, due_on=due_on.isoformat() if due_on else "")


def standing_of(case: Case, strategy: Strategy, on: date, speaker: Speaker) -> Iterator[str]:
    """The position, what is owed of each instalment that is due, and whether core banking says the same."""
    now = case.money(on, strategy.account)
    yield speaker.part(
        "sums",
        arrears=speaker.money(now.arrears),
        outstanding=speaker.money(now.outstanding),
        held=speaker.money(now.held),
        unapplied=speaker.money(now.unapplied),
    )
    if now.overdue_since is None:
        yield speaker.part("not_overdue")
    else:
        yield speaker.part("days", days=now.days_past_due, bucket=now.bucket, since=now.overdue_since.isoformat())
    for row in now.rows:
        if row.due_on <= on and row.total:
            where = _where(row.number, row.due_on, row.reference, speaker)
            yield speaker.part("owed_row", where=where, total=speaker.money(row.total), parts=_components(row, speaker))
    basis = case.basis(strategy.account)
    above = above_cap(case.instalments, case.transactions, on, basis)
    if above and basis.contract:
        percent = cap_percent(basis.contract, basis.in_force) or Decimal(0)
        yield speaker.part("above_cap", amount=speaker.money(above), percent=_plain(percent))
    yield from _quoted(case, strategy, speaker)


def _components(owed: Owed | Position, speaker: Speaker) -> str:
    there = [(name, owed.of(name)) for name in COMPONENTS]
    return speaker.listed(
        [
            speaker.part("owed", amount=speaker.money(amount), component=speaker.word(name, "component"))
            for name, amount in there
            if amount
        ]
    )


def _quoted(case: Case, strategy: Strategy, speaker: Speaker) -> Iterator[str]:
    quoted = case.quoted
    if quoted is None:
        return
    by = present(case, strategy)
    if by and by.components:
        yield speaker.part("disagrees_of", parts=speaker.differs_of(by))
    yield speaker.part(
        "disagrees" if by else "agrees",
        arrears=speaker.money(quoted.arrears),
        outstanding=speaker.money(quoted.outstanding),
        as_of=speaker.time(quoted.as_of),
        by_arrears=speaker.money(by.arrears) if by else "",
        by_outstanding=speaker.money(by.outstanding) if by else "",
    )
    yield from explanation(case, speaker)


def quotes(case: Case, strategy: Strategy, days: Sequence[date], speaker: Speaker) -> Iterator[str]:
    """What cures, rolls back and pays off on each of these days; nothing while core banking's figures are unexplained."""
    if case.quoted is None or unexplained(case, strategy):
        yield speaker.part("nothing_quoted")
        return
    for day in days:
        yield _quote(quote(case.instalments, case.transactions, day, case.basis(strategy.account)), speaker)


def _quote(told: Quote, speaker: Speaker) -> str:
    roll = ""
    if told.to_roll_back is not None:
        roll = speaker.part("quote_roll", amount=speaker.money(told.to_roll_back), bucket=told.rolled_to)
    return speaker.part(
        "quote",
        on=told.on.isoformat(),
        cure=speaker.money(told.to_cure),
        roll=roll,
        payoff=speaker.money(told.payoff),
    )


def _plain(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
