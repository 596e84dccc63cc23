"""What happens although nobody says a word: money that comes by itself, consent, insolvency, death."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schemas.facts import BorrowerDeceased, ChannelOptedIn
from schemas.messages import OpenHold
from simulation.chance import name
from simulation.model import Act, Posted, SimulatedBorrower, SimulatedLoan
from simulation.moments import DAY
from simulation.occasion import History, Occasion


def unasked(seed: int, borrower: SimulatedBorrower, loan: SimulatedLoan, opened_at: datetime) -> tuple[Act, ...]:
    """What happens about `loan` by itself from `opened_at` on."""
    money = tuple(Posted(transaction=t, posted_at=opened_at) for t in loan.transactions)
    history = History(loan=loan, money=money)
    # No attempt's key: attempts are numbered from one. What befalls the borrower is the same for all loans of theirs.
    about_loan = Occasion(seed, borrower, history, f"{loan.loan_id}:unasked", opened_at)
    key = f"unasked-{name(seed, borrower.borrower_id)}"
    about_borrower = Occasion(seed, borrower, history, key, opened_at)
    return (*_paid(about_loan), *_befallen(about_borrower))


def _paid(o: Occasion) -> Iterator[Act]:
    if o.borrower.character == "pays_unasked":
        paid_at = o.now + o.days(1, 9, "pays on day") + o.hours(9, 21, "hour")
        yield from o.clears(paid_at)


def _befallen(o: Occasion) -> Iterator[Act]:
    for channel in o.borrower.opts_in:
        yield o.fact(ChannelOptedIn(channel=channel), o.now + o.hours(1, 3, f"agrees to {channel}"))
    happens_at = o.now + o.trait(10, 60, "day") * DAY
    if o.borrower.character == "dies":
        yield o.fact(BorrowerDeceased(), happens_at)
    if o.borrower.character == "goes_insolvent":
        notice = f"notice-{name(o.seed, o.borrower.borrower_id)}"
        hold = OpenHold(by="legal-1", hold_kind="insolvency", reason="court_notice", evidence=notice)
        told = o.command(hold, o.office(happens_at))
        # One notice, for whichever loan it was given first: the hold binds them all.
        yield told.model_copy(update={"id": f"command-{notice}"})
