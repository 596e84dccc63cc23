"""One borrower, several debts: whether a case would say the same to the same place today, so that one message can.

A case is covered by another's message only where it can be shown that it was about to make just such a contact itself: its
own next steps, worked out by its own strategy and facts, are nothing but that contact, by the end of the bank's day. A hold,
an agreement, grace, a question to a person, a figure that does not fit: whatever would make the case do or await anything
else keeps its debt out of the message.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import bank_date, day_start
from domain.case import Case
from domain.money import minor_unit
from domain.quiet import account_of, foresee
from schemas.contact import WRITTEN, Channel, ContactProposal
from schemas.covering import Cover
from schemas.policy import Strategy
from schemas.rulebook import Rulebook
from schemas.steps import Act, MakeContact, ReadAccount, Wait

CHANNELS: tuple[Channel, ...] = WRITTEN
"""A talk or a visit takes its own course, and is about the debt it was asked for."""

_CLIMBING = "policy.ladder."
"""Reasons of waiting that are the next rung's own."""


@dataclass(frozen=True)
class Joining:
    """A debt that a message can cover. `reads_first`: only once its account was read again, for what is known is too old to
    speak by."""

    cover: Cover
    reads_first: bool


def may_cover(proposal: ContactProposal, templates: Collection[str]) -> bool:
    """Whether a contact is of a kind that can speak of several debts: a message that demands, with a text for it, and which
    is neither a notice of law nor a step of litigation. `templates`: the codes that have one."""
    plain = proposal.purpose == "dunning" and proposal.milestone is None and proposal.notice is None
    return plain and proposal.channel in CHANNELS and proposal.template in templates


def joining(
    case: Case,
    strategy: Strategy,
    law: tuple[str, Rulebook],
    now: datetime,
    lead: ContactProposal,
    currency: str,
    templates: Collection[str],
) -> Joining | None:
    """How `case` can be covered by the message `lead` of another case of its borrower, in `currency`, at `now`; None if not.

    `strategy` is the case's own; `law` the rulebook's digest and the rulebook.
    """
    if case.status != "open" or case.stage != "contact" or case.open_attempt is not None or case.account_as_of is None:
        return None
    if case.request is None or case.request.currency != currency:
        return None
    wanted = _wanted(case, strategy, law, now, currency)
    if wanted is None or not _same(wanted, lead) or not may_cover(wanted, templates):
        return None
    money = case.money(bank_date(now, strategy.bank_zone))
    if money.overdue_since is None:
        return None
    cover = Cover(
        loan_id=case.loan_id,
        proposal=wanted.model_copy(update={"attempt": lead.attempt, "template": lead.template}),
        arrears=money.arrears.quantize(minor_unit(currency)),
        currency=currency,
        overdue_since=money.overdue_since,
        days_past_due=money.days_past_due,
    )
    oldest = now - timedelta(hours=strategy.account_max_age_hours)
    return Joining(cover, case.account_read_at is None or case.account_read_at < oldest)


def _wanted(
    case: Case, strategy: Strategy, law: tuple[str, Rulebook], now: datetime, currency: str
) -> ContactProposal | None:
    """The contact that the case makes by the end of the bank's day if nothing happens, if it does nothing else till then."""
    ends = day_start(bank_date(now, strategy.bank_zone) + timedelta(days=1), strategy.bank_zone)
    account = account_of(case, currency, strategy.bank_zone)
    for seen in foresee(case, strategy, law, now, ends, account):
        match seen.step:
            case Wait(why=why) if why.rule.startswith(_CLIMBING):
                continue
            case Act(action=ReadAccount()):
                continue
            case Act(action=MakeContact(proposal=proposal)):
                return proposal
            case _:
                return None
    return None


def _same(one: ContactProposal, other: ContactProposal) -> bool:
    """Whether two contacts reach the same person, in the same part, in the same way, by the same hands."""
    told = ("channel", "contact_point_id", "party_id", "role", "zones", "agency")
    return all(getattr(one, name) == getattr(other, name) for name in told)
