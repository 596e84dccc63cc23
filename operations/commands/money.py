"""Commands about money: pay, pay-across, reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from cyclopts import App, Parameter, validators
from rich.markup import escape

from domain.counting import counted
from domain.money import Order
from operations import environment, paying, sharing
from operations.commands.common import Flag, add, identifier
from operations.commands.common import amount as amount_of
from operations.commands.groups import MONEY
from operations.commands.output import console, messages
from operations.errors import UsageError
from operations.starting import workflow_id
from schemas.account import Component, Designation

Number = Annotated[int | None, Parameter(validator=validators.Number(gte=1))]
For = Annotated[tuple[str, ...], Parameter(name="--for", negative=(), show_default=False)]
Preview = Annotated[bool, Parameter(name=("--preview", "--dry-run"), negative=())]


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app, MONEY, "pay", pay, "pay LN-1 1050.00", "pay LN-1 1050.00 --reference PAY-7 --value-date 2026-11-20", sort=1
    )
    add(
        app,
        MONEY,
        "pay-across",
        pay_across,
        "pay-across B-1 1500.00 --preview",
        "pay-across B-1 1500.00 --for LN-2=500.00 --reference PAY-7",
        sort=1,
    )
    add(app, MONEY, "reverse", reverse, "reverse LN-1 --payment PAY-7", sort=2)


async def pay(
    loan: str,
    amount: str,
    /,
    *,
    reference: str | None = None,
    value_date: date | None = None,
    currency: str | None = None,
    component: Component | None = None,
    instalment: Number = None,
) -> int:
    """Tell a running case that money arrived, as a payment system does.

    Args:
        loan: The loan's id.
        amount: How much, in the loan's currency.
        reference: The payment system's; the same reference is the same payment. Made up without one.
        value_date: From when it counts; the bank's today without one.
        currency: ISO 4217; the loan's own without one.
        component: What the payer said it is for.
        instalment: The number of the instalment that the payer said it is for.
    """
    meant = component is not None or instalment is not None
    async with environment.session() as session:
        sent = await paying.pay(
            session.client,
            session.pool,
            identifier("LOAN", loan),
            str(amount_of("AMOUNT", amount)),
            reference=reference,
            value_date=value_date,
            currency=currency,
            designates=Designation(component=component, instalment=instalment) if meant else None,
        )
    told = sent.signal
    console.print(
        f"payment [bold]{told.reference}[/] of {told.amount:,f} {told.currency}, value date {told.value_date}, "
        f"signalled to {workflow_id(loan)}"
    )
    if sent.before:
        console.print("the ledger had this payment already: it counts once")
    if sent.later:
        console.print("its value date is still to come: it counts from then on", style="yellow")
    if sent.no_loan_before:
        console.print(_before_the_loan(loan, sent.no_loan_before), style="yellow")
    return 0


def _before_the_loan(loan: str, began: date) -> str:
    return (
        f"its value date is before {began}, the first day that is known of {loan}: if that is mistyped, `reverse` the "
        "payment and tell it anew"
    )


async def pay_across(
    borrower: str,
    amount: str,
    /,
    *,
    for_: For = (),
    preview: Preview = False,
    reference: str | None = None,
    value_date: date | None = None,
    currency: str | None = None,
) -> int:
    """Tell the cases of a borrower that one payment for several of their loans arrived, and what of it is for which.

    As the payer says (--for); the rest as the Civil Code of China, art. 560, has it: what is due first, then what is
    secured least, what burdens most, what fell due first, and equal debts in proportion.

    Args:
        borrower: The borrower's id.
        amount: How much, in the loans' currency.
        for_: LOAN=AMOUNT that the payer said is for a loan; once for each.
        preview: Show what each debt gets and what decides it; nothing is sent.
        reference: The payment system's; the same reference is the same payment, shared as it was the first time.
        value_date: From when it counts; the bank's today without one.
        currency: ISO 4217; needed where the open loans are in several.
    """
    borrower = identifier("BORROWER", borrower)
    paid = sharing.Paid(
        amount=amount_of("AMOUNT", amount),
        payment=identifier("--reference", reference) if reference else sharing.made_up(),
        currency=currency,
        value_date=value_date,
        designated=_designated(for_),
    )
    async with environment.session() as session:
        plan = await sharing.plan(session.pool, borrower, paid)
        for line in shared_lines(plan):
            console.print(escape(line))
        if plan.later:
            console.print("its value date is still to come: it counts from then on", style="yellow")
        for loan, began in plan.no_loan_before.items():
            console.print(_before_the_loan(loan, began), style="yellow")
        if preview:
            console.print("nothing was sent")
            return 0
        messages.print(f"the very same can be told again with --reference {paid.payment}", style="dim")
        told = await sharing.send(session.client, session.pool, plan, paid.payment)
    before = [loan for loan in plan.signals if loan not in told]
    if told:
        console.print(f"payment [bold]{paid.payment}[/] signalled to {', '.join(map(workflow_id, told))}")
    if before:
        console.print(f"payment [bold]{paid.payment}[/] was there already for {', '.join(before)}")
    return 0


def shared_lines(plan: sharing.Plan) -> Iterator[str]:
    """What each debt gets of a payment, and by which rule; then what each loan gets."""
    currency = next((signal.currency for signal in plan.signals.values()), "")
    if plan.sharing is None:
        yield "told before, and shared then as it is now:"
    else:
        paid = [portion for portion in plan.sharing.portions if portion.amount]
        for portion in paid:
            yield (
                f"  {portion.loan_id}, due {portion.due_on}: {portion.amount:,} of {portion.owed:,} {currency} "
                f"({_RULES[portion.by]})"
            )
        if left := len(plan.sharing.portions) - len(paid):
            yield f"  nothing is left for {counted(left, 'further debt')}"
        if plan.sharing.surplus:
            yield (
                f"  {plan.sharing.surplus_on}: {plan.sharing.surplus:,} {currency} more than all that is owed: held or not "
                "applied on its account"
            )
    for loan, signal in plan.signals.items():
        yield f"{loan}: {signal.amount:,} {signal.currency}, value date {signal.value_date}"


_RULES: dict[Order, str] = {
    "chosen": "the payer designated it",
    "due": "art. 560: what is due comes first",
    "security": "art. 560: what is secured least comes first",
    "burden": "art. 560: what burdens the debtor most comes first",
    "earliest": "art. 560: what fell due first comes first",
    "proportion": "art. 560: equal debts in proportion",
    "all": "enough for all",
}


def _designated(texts: Sequence[str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for text in texts:
        loan, equals, owed = text.partition("=")
        if not equals:
            raise UsageError(f"--for {text}: give it as LOAN=AMOUNT, such as LN-2=300.00")
        if loan in found:
            raise UsageError(f"--for {loan}: stands twice; name each loan once, with all that is for it")
        found[identifier("--for", loan)] = amount_of(f"--for {text}", owed)
    return found


async def reverse(
    loan: str,
    /,
    *,
    payment: str,
    reference: str | None = None,
    value_date: date | None = None,
    charged_back: Flag = False,
) -> int:
    """Tell a case that a payment was taken back in full. A case that had ended starts again and sees for itself.

    Args:
        loan: The loan's id.
        payment: Reference of the payment that was taken back.
        reference: The reversal's own; made from the payment's without one.
        value_date: From when it counts; the bank's today without one.
        charged_back: Whoever paid contests it: a person looks before the case goes on.
    """
    async with environment.session() as session:
        sent = await paying.reverse(
            session.client,
            session.pool,
            identifier("LOAN", loan),
            payment,
            reference=reference,
            value_date=value_date,
            charged_back=charged_back,
        )
    told = sent.signal
    console.print(f"reversal [bold]{told.reference}[/] of payment {told.reverses} signalled to {workflow_id(loan)}")
    if sent.before:
        console.print("the ledger had this reversal already: it counts once")
    if not sent.known:
        console.print(
            f"the ledger knows no payment {told.reverses} of this loan: check --payment. Nothing is taken back without it",
            style="yellow",
        )
    return 0
