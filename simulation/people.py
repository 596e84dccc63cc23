"""Invented people and firms. Every name, number and address is made so that nobody can have it.

Chinese given names play on 子虚乌有 ("pure fiction"). Numbers begin with +86 100, which no line in China has;
mail goes to the domain kept for examples (RFC 2606).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Identifier, Submitted
from schemas.loan import ContactPoint, Language, Party, PointKind, Role
from simulation.chance import pick, roll

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
_GIVEN = ("子虚", "乌有", "亡是", "无名", "假语", "虚白", "梦得", "幻真", "若空", "非也", "莫须", "何有")
_FIRST = ("Alex", "Robin", "Sam", "Kim", "Jo", "Max", "Ray", "Lee", "Pat", "Chris", "Dana", "Toni")
_LAST = (
    "Example",
    "Sample",
    "Specimen",
    "Placeholder",
    "Nobody",
    "Noone",
    "Dummy",
    "Fiction",
    "Madeup",
    "Mock",
)
_TRADES = ("贸易", "建材", "餐饮", "服装", "物流", "农机")


class ContactDetail(Submitted):
    """A number or address with the id of its contact point."""

    contact_point_id: Identifier
    kind: PointKind
    value: str = Field(min_length=1)


class PersonalDetails(Submitted):
    """The personal record of a party: what never stands in a CollectionRequest, a fact or a log."""

    party_id: Identifier
    role: Role = "borrower"
    kind: Literal["person", "firm"] = "person"
    language: Language = "zh-CN"
    zone: str | None = None
    name: str = Field(min_length=1)
    details: tuple[ContactDetail, ...] = ()

    def party(self) -> Party:
        """The same party by ids and codes alone."""
        points = tuple(ContactPoint(contact_point_id=d.contact_point_id, kind=d.kind) for d in self.details)
        return Party(
            party_id=self.party_id,
            role=self.role,
            kind=self.kind,
            zone=self.zone,
            language=self.language,
            contact_points=points,
        )

    def value(self, kind: PointKind) -> str:
        """The first number or address of this kind, "" without one."""
        return next((d.value for d in self.details if d.kind == kind), "")


def detail(party_id: str, kind: PointKind, value: str) -> ContactDetail:
    """A contact detail under the id that the importer gives it too: `{party_id}:{kind}`."""
    return ContactDetail(contact_point_id=f"{party_id}:{kind}", kind=kind, value=value)


def invent(
    seed: int,
    number: int,
    party_id: str,
    kind: Literal["person", "firm"],
    language: Language,
    zone: str,
    role: Role = "borrower",
    *,
    im: bool = False,
) -> PersonalDetails:
    """The party numbered `number` of a book: no two numbers share a name, a phone or an address.

    `im`: they have bound the bank's instant messenger.
    """
    phone = detail(party_id, "phone", f"+86 100 {seed % 1000:03d}{roll(0, 9, seed, number, 'digit')} {number:04d}")
    details = [phone]
    if role == "guarantor":
        details.append(detail(party_id, "postal", _address(language, number)))
    if role == "borrower":
        details.append(detail(party_id, "email", f"mail-{seed}-{number:05d}@example.com"))
        details.append(detail(party_id, "app", f"app-user-{seed}-{number:05d}"))
        details.append(detail(party_id, "postal", _address(language, number)))
        if im:
            details.append(detail(party_id, "im", f"im-user-{seed}-{number:05d}"))
    return PersonalDetails(
        party_id=party_id,
        role=role,
        kind=kind,
        language=language,
        zone=zone,
        name=_name(seed, number, kind, language),
        details=tuple(details),
    )


def _name(seed: int, number: int, kind: Literal["person", "firm"], language: Language) -> str:
    if kind == "firm":
        if language == "en":
            return f"{pick(_LAST, seed, number, 'firm')} Trading No. {number} Ltd"
        return f"子虚{pick(_TRADES, seed, number, 'trade')}第{number}有限公司"
    # Numbers walk through all pairs of names before any comes again, then with an ordinal.
    if language == "en":
        first, last = _FIRST[number % len(_FIRST)], _LAST[(number // len(_FIRST)) % len(_LAST)]
        turn = number // (len(_FIRST) * len(_LAST))
        return f"{first} {last}" + (f" the {turn + 1}th" if turn else "")
    surname, given = _SURNAMES[number % len(_SURNAMES)], _GIVEN[(number // len(_SURNAMES)) % len(_GIVEN)]
    turn = number // (len(_SURNAMES) * len(_GIVEN))
    return f"{surname}{given}" + (f"·{turn + 1}" if turn else "")


def _address(language: Language, number: int) -> str:
    if language == "en":
        return f"{number} Nowhere Lane, Exampleton EX{number % 100} 0XX"
    return f"虚构省乌有市子虚路{number}号"
