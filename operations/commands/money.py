"""Commands about money: pay, reverse."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter, validators

from operations import environment, paying
from operations.commands.common import Flag, add, identifier
from operations.commands.common import amount as amount_of
from operations.commands.groups import MONEY
from operations.commands.output import console
from operations.starting import workflow_id
from schemas.account import Component, Designation

Number = Annotated[int | None, Parameter(validator=validators.Number(gte=1))]


def register(app: App) -> None:
    """Put the commands on `app`."""
    add(
        app, MONEY, "pay", pay, "pay LN-1 1050.00", "pay LN-1 1050.00 --reference PAY-7 --value-date 2026-11-20", sort=1
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
    return 0


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
