"""Commands about agreements: accept-promise, offer-plan, accept-plan, decide-approval."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter, validators
from rich.markup import escape

from operations.commands import asking
from operations.commands.answering import carry_out, code_of, desk, give, next_line
from operations.commands.common import Flag, Id, add, code, identifier
from operations.commands.common import amount as amount_of
from operations.commands.groups import AGREEMENTS
from operations.commands.offering import Asked, check, numbered, proposed, say_worth, shown, terms_of
from operations.commands.output import console
from operations.commands.parts import parts_of
from operations.commands.promising import promise_over_several
from operations.sending import valid
from schemas.messages import AcceptPlan, AcceptPromise, CommandOutcome, DecideApproval, OfferPlan
from schemas.terms import AgreedOn, Covers

Parts = Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)]
Count = Annotated[int | None, Parameter(validator=validators.Number(gte=1))]
"""How many."""
PayBy = Annotated[date, Parameter(name=("--pay-by", "--by-date"))]
Approved = Annotated[bool, Parameter(name="--approve", negative="--reject")]


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app,
        AGREEMENTS,
        "accept-promise",
        accept_promise,
        "accept-promise LN-1 1050.00 --pay-by 2026-12-01 --by agent-7 --identity-verified",
        "accept-promise LN-1 500.00 --pay-by 2026-12-01 --also LN-2=300.00 --by agent-7 --identity-verified",
        "accept-promise LN-1 500.00 --pay-by 2026-12-01 --then 550.00@2026-12-04 --by agent-7 --identity-verified",
        sort=1,
    )
    add(
        app,
        AGREEMENTS,
        "offers",
        offers,
        "offers LN-1",
        "offers LN-1 --role supervisor",
        sort=2,
    )
    add(
        app,
        AGREEMENTS,
        "offer-plan",
        offer_plan,
        "offer-plan LN-1 --number 2 --by agent-7",
        "offer-plan LN-1 --parts 6 --first 2026-12-05 --by agent-7",
        "offer-plan LN-1 --parts 3 --first 2026-12-05 --covers arrears --by agent-7",
        "offer-plan LN-1 --parts 6 --first 2026-12-05 --rate 7.2 --by agent-7",
        "offer-plan LN-1 --part 500.00@2026-12-05 --part 550.00@2027-01-05 --covers arrears --by agent-7",
        "offer-plan LN-1 --settle 9000.00 --pay-by 2026-12-20 --by agent-7",
        "offer-plan LN-1 --settle 1040.00 --pay-by 2026-12-05 --covers arrears --by agent-7",
        sort=2,
    )
    add(
        app,
        AGREEMENTS,
        "accept-plan",
        accept_plan,
        "accept-plan LN-1 --offer OFFER --by agent-7 --identity-verified",
        "accept-plan LN-1 --offer OFFER --terms-hash HASH --by agent-7 --channel inbound_call --identity-verified",
        sort=3,
    )
    add(
        app,
        AGREEMENTS,
        "decide-approval",
        decide_approval,
        "decide-approval LN-1 APPROVAL --approve --by supervisor-1 --reason reasonable",
        "decide-approval LN-1 APPROVAL --reject --by supervisor-1 --reason too_long",
        sort=4,
    )


async def accept_promise(
    loan: str,
    amount: str,
    /,
    *,
    pay_by: PayBy,
    by: str,
    then: Parts = (),
    also: Parts = (),
    channel: AgreedOn = "call",
    identity_verified: Flag = False,
    representative: str | None = None,
    role: str | None = None,
    id: Id = None,
) -> int:
    """The borrower promises to pay so much by such a day. While it is kept nothing is demanded; the ledger judges it.

    Args:
        loan: The loan's id.
        amount: How much, in the loan's currency.
        pay_by: By the end of which day of the bank's.
        by: Who took the promise.
        then: AMOUNT@DATE of a further part; once for each.
        also: LOAN=AMOUNT of another loan of the same borrower that the promise is for too; once for each. Each loan's case
            gets its own part, judged by its own money, under one id.
        channel: How they agreed.
        identity_verified: It was the debtor in person, or the representative.
        representative: Who agrees in the borrower's place, by party id; named before, with `--may agreements`.
        role: In which role of the strategy's table of authority; by default the lowest.
        id: The promise's own id; the same again gives the same answer.
    """
    command = valid(
        AcceptPromise,
        by=identifier("--by", by),
        amount=amount_of("AMOUNT", amount),
        pay_by=pay_by,
        then=parts_of(then, "--then"),
        channel=channel,
        identity_verified=identity_verified,
        representative=identifier("--representative", representative) if representative else None,
        role=_role(role),
    )
    if also:
        return await promise_over_several(await desk(), identifier("LOAN", loan), command, also, id)
    return await carry_out(loan, command, id)


async def offers(loan: str, /, *, role: str | None = None) -> int:
    """What may be offered to the borrower now, numbered: from what they said they can pay, what is owed, and the limits.

    `record-contact` records what they can pay. Without it, plans of the usual lengths are shown.

    Args:
        loan: The loan's id.
        role: In which role of the strategy's table of authority; by default the lowest.
    """
    loan = identifier("LOAN", loan)
    found = await proposed(await desk(), loan, _role(role))
    for line in found.lines:
        console.print(escape(line))
    if not found.lines:
        console.print("nothing may be offered: nothing is overdue, or the strategy agrees to nothing")
        return 1
    if found.barred:
        console.print(f"[yellow]none of them just now[/], by {found.barred.rule}: {escape(found.barred.why)}")
        return 1
    next_line("to offer one of them", f"offer-plan {loan} --number N --by WHO")
    return 0


async def offer_plan(
    loan: str,
    /,
    *,
    by: str,
    number: Count = None,
    part: Parts = (),
    parts: Count = None,
    first: date | None = None,
    covers: Covers = "balance",
    settle: str | None = None,
    pay_by: date | None = None,
    rate: str | None = None,
    role: str | None = None,
    id: Id = None,
) -> int:
    """Offer an instalment plan, or a one-off settlement after which the rest is waived.

    A plan is given part by part (--part), or as so many equal monthly parts (--parts, --first) of what is owed. It is in
    effect once the borrower accepts those very terms: the answer shows them, their hash, and the line to accept with.

    Args:
        loan: The loan's id.
        by: Who offers it.
        number: Instead of the rest: one of those that `offers` shows.
        part: AMOUNT@DATE, in the loan's currency; once for each part. Together they are what is owed, before any interest.
        parts: In how many equal monthly parts; the last takes the cents that do not divide.
        first: When the first of them is due.
        covers: Whether it is over the arrears or the whole balance. A settlement of the arrears is an incentive to pay early.
        settle: Instead of a plan: how much ends the whole debt, or the arrears.
        pay_by: By the end of which day the settlement is paid.
        rate: The plan's yearly rate in percent, such as 7.2, on what is left of the debt; by default the strategy's. Its
            interest comes on top of the parts. Less than the strategy's needs an approval, more is refused.
        role: In which role of the strategy's table of authority; by default the lowest.
        id: The offer's own id; the same again gives the same answer.
    """
    asked = Asked(part, parts, first, covers, settle, pay_by, number, rate)
    check(asked)
    loan, where = identifier("LOAN", loan), await desk()
    owed = await asking.owed(where, loan, covers) if parts else None
    terms = await numbered(where, loan, number, _role(role)) if number else terms_of(asked, owed)
    command = valid(OfferPlan, by=identifier("--by", by), terms=terms, role=_role(role))
    _, outcome = await give(where, loan, command, id)
    if outcome.offer:
        found = await asking.offer_of(where, loan, outcome.offer)
        _tell(loan, outcome, shown(*found) if found else "it is no longer open")
    if outcome.waits_for:  # the offer that is made then bears the same id
        line = f"accept-plan {loan} --offer {outcome.waits_for} --by WHO --identity-verified"
        next_line("then, when the borrower accepts", line)
        await say_worth(where, loan, outcome.waits_for)
    return code_of(outcome)


def _tell(loan: str, outcome: CommandOutcome, terms: str) -> None:
    console.print(f"  offer [bold]{outcome.offer}[/]: {terms}")
    console.print(f"  hash of its terms: {outcome.terms_hash}")
    line = f"accept-plan {loan} --offer {outcome.offer} --terms-hash {outcome.terms_hash} --by WHO --identity-verified"
    next_line("when the borrower accepts", line)


async def accept_plan(
    loan: str,
    /,
    *,
    offer: str,
    by: str,
    terms_hash: str | None = None,
    channel: AgreedOn = "call",
    identity_verified: Flag = False,
    representative: str | None = None,
    id: Id = None,
) -> int:
    """The borrower accepts an offer: its very terms, known by their hash.

    Args:
        loan: The loan's id.
        offer: The offer's id.
        by: Who heard them accept.
        terms_hash: Of the terms that they accept; without it, of those that the case has offered, which are shown.
        channel: How they accepted.
        identity_verified: It was the debtor in person, or the representative.
        representative: Who agrees in the borrower's place, by party id; named before, with `--may agreements`.
        id: The agreement's own id; the same again gives the same answer.
    """
    loan, offer, where = identifier("LOAN", loan), identifier("--offer", offer), await desk()
    if terms_hash is None:
        found = await asking.offer_of(where, loan, offer)
        if found:
            console.print(f"  {shown(*found)}")
        # Without such an offer the case's own rules say what is wrong, or, under a known id, what was answered before.
        terms_hash = found[0].terms_hash if found else "unknown"
    command = valid(
        AcceptPlan,
        by=identifier("--by", by),
        offer=offer,
        terms_hash=terms_hash,
        channel=channel,
        identity_verified=identity_verified,
        representative=identifier("--representative", representative) if representative else None,
    )
    _, outcome = await give(where, loan, command, id)
    return code_of(outcome)


async def decide_approval(
    loan: str, approval: str, /, *, approve: Approved, by: str, reason: str, role: str | None = None, id: Id = None
) -> int:
    """Approve what somebody else asked for, or do not. `case LOAN` shows what waits, and what it is worth.

    Args:
        loan: The loan's id.
        approval: What is asked for, by its id.
        approve: Yes or no.
        by: Who decides: not who asked.
        reason: A code, such as reasonable.
        role: In which role of the strategy's table of authority; needed where it says who decides.
        id: The command's own id; the same again gives the same answer.
    """
    command = valid(
        DecideApproval,
        by=identifier("--by", by),
        approval=identifier("APPROVAL", approval),
        approve=approve,
        reason=code("--reason", reason),
        role=_role(role),
    )
    return await carry_out(loan, command, id)


def _role(role: str | None) -> str | None:
    return code("--role", role) if role else None
