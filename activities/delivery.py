"""How a contact leaves the house: the gateway of its channel, the address from the personal tables, the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import asyncpg

from activities.http import Gateway
from domain.wording import Text, objections
from ledger.artefacts import rulebook_in_force
from ledger.personal import address_of
from policies.wording import Debt, brief, load_templates, own_words, render, render_several
from schemas.contact import Channel
from schemas.covering import Cover
from schemas.gateways import CallRequest, GatewayReceipt, MessageRequest, VisitRequest
from schemas.orders import ContactOrder

_CALLS: dict[Channel, str] = {
    "robot_call": "/telephony/robot-calls",
    "human_call": "/telephony/human-calls",
}


@dataclass(frozen=True)
class House:
    """How the bank names itself in what it writes, and where it can be called."""

    bank: str
    hotline: str


@dataclass(frozen=True)
class Prepared:
    """A contact ready to go out: where to, and in which words, which speak of `covers` too."""

    address: str
    text: str
    covers: tuple[Cover, ...] = ()


class Unsayable(Exception):
    """A rule of wording in force forbids the text; `rule` is its id."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Delivery:
    """Messaging, telephony and field force behind one face. Personal data exists here between a table and a request, only."""

    def __init__(
        self, pool: asyncpg.Pool, messaging: Gateway, telephony: Gateway, field_force: Gateway, house: House
    ) -> None:
        self._pool = pool
        self._house = house
        self._messaging = messaging
        self._telephony = telephony
        self._field_force = field_force

    def system(self, channel: Channel) -> str:
        """The name of the gateway that carries `channel`."""
        if channel == "visit":
            return "field_force"
        return "telephony" if channel in _CALLS else "messaging"

    async def prepare(self, order: ContactOrder, now: datetime, covers: tuple[Cover, ...] = ()) -> Prepared | None:
        """Address and words of the contact, which covers other debts; None if the address was erased or never came in.
        `now` (aware) is the time at which the words have to be lawful.

        Raises LookupError or ValueError if the template cannot be filled, Unsayable if its words are forbidden, for these
        debts or for its own alone: before anything has begun.
        """
        fields = order.fields | {"bank": self._house.bank, "hotline": self._house.hotline}
        text = self._words(order, ())
        await self._lawful(order, text, fields, now)
        if covers:
            text = self._words(order, covers)
            total = Decimal(fields["amount"]) + sum((cover.arrears for cover in covers), Decimal(0))
            await self._lawful(order, text, fields | {"amount": str(total)}, now)
        address = await address_of(self._pool, order.proposal.contact_point_id)
        return Prepared(address=address, text=text, covers=covers) if address else None

    def narrowed(self, order: ContactOrder, prepared: Prepared, covers: tuple[Cover, ...]) -> Prepared:
        """The contact in words that speak of `covers` alone, which are some of those it was prepared for."""
        if covers == prepared.covers:
            return prepared
        return replace(prepared, text=self._words(order, covers), covers=covers)

    def _words(self, order: ContactOrder, covers: tuple[Cover, ...]) -> str:
        fields = order.fields | {"bank": self._house.bank, "hotline": self._house.hotline}
        proposal = order.proposal
        if covers:
            return render_several(proposal.template, order.language, fields, [_own(order), *map(_debt, covers)])
        lines = brief(proposal.talking_points, proposal.consequences, order.language)
        return "\n".join([render(proposal.template, order.language, fields), *(f"- {line}" for line in lines)])

    async def _lawful(self, order: ContactOrder, words: str, fields: dict[str, str], now: datetime) -> None:
        law = await rulebook_in_force(self._pool, now)
        if law is None:
            return  # without a law nothing was reserved; who sends is told so again
        wanted = order.proposal
        own = own_words(fields, load_templates().opt_out(wanted.channel, order.language))
        text = Text(wanted.channel, wanted.purpose, order.language, words, own)
        found = objections(text, law[1], now, wanted.zones)
        if found:
            raise Unsayable(found[0].rule)

    async def send(self, order: ContactOrder, prepared: Prepared, as_of: datetime) -> GatewayReceipt:
        """Hand the contact to its gateway under the attempt's key. Raises GatewayError."""
        proposal = order.proposal
        message = MessageRequest(
            loan_id=order.loan_id,
            borrower_id=order.borrower_id,
            channel=proposal.channel,
            contact_point_id=proposal.contact_point_id,
            address=prepared.address,
            language=order.language,
            template=proposal.template,
            text=prepared.text,
            purpose=proposal.purpose,
            as_of=as_of,
        )
        if proposal.channel == "visit":
            visit = VisitRequest.model_validate(
                message.model_dump()
                | proposal.model_dump(
                    include={"appointment", "appointment_end", "deadline", "team", "papers", "exclude", "priority"}
                )
            )
            return await self._field_force.post("/field/visits", visit, GatewayReceipt, key=proposal.attempt)
        if proposal.channel in _CALLS:
            call = CallRequest(
                **message.model_dump(),
                deadline=proposal.deadline,
                exclude=proposal.exclude,
                prefer=proposal.prefer,
                priority=proposal.priority,
            )
            return await self._telephony.post(_CALLS[proposal.channel], call, GatewayReceipt, key=proposal.attempt)
        return await self._messaging.post("/messaging/messages", message, GatewayReceipt, key=proposal.attempt)

    async def ask(self, order: ContactOrder) -> GatewayReceipt:
        """What the gateway knows under the attempt's key. Raises NotFound if it never took it, or GatewayError."""
        key = order.proposal.attempt
        if order.proposal.channel == "visit":
            return await self._field_force.get(f"/field/visits/{key}", GatewayReceipt)
        if order.proposal.channel in _CALLS:
            return await self._telephony.get(f"/telephony/calls/{key}", GatewayReceipt)
        return await self._messaging.get(f"/messaging/messages/{key}", GatewayReceipt)


def _own(order: ContactOrder) -> Debt:
    """The debt that the contact is about, as its case reckons it."""
    fields = order.fields
    return Debt(
        loan_id=order.loan_id,
        amount=Decimal(fields["amount"]),
        due_date=fields["due_date"],
        days_past_due=fields["days_past_due"],
    )


def _debt(cover: Cover) -> Debt:
    return Debt(
        loan_id=cover.loan_id,
        amount=cover.arrears,
        due_date=cover.overdue_since.isoformat(),
        days_past_due=str(cover.days_past_due),
    )
