"""Who decides: the strategy's table of authority, of which the first row that fits is the answer and names itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.limits import Allowed, Refusal
from domain.money import ZERO
from domain.parts import Approval
from domain.stages.situation import Situation
from schemas.account import Component
from schemas.authority import AuthorityRow, AuthorityTable, Kind
from schemas.terms import SettlementTerms, Terms


@dataclass(frozen=True)
class Matter:
    """What is to be decided. `amount`: promised or planned in all, waived, or called due, in the loan's currency; `percent`:
    waived of what is owed; `components`: of what the waiver is made."""

    kind: Kind
    amount: Decimal
    percent: Decimal
    bucket: str
    components: frozenset[Component] = frozenset()


@dataclass(frozen=True)
class Ruling:
    """The row that fits, by its place from 1 on: it `decides`, or names the role that it `asks`."""

    number: int
    asks: str | None

    @property
    def row(self) -> str:
        """The row's name, as facts and reasons have it."""
        return f"authority.{self.number}"


def matter_of(terms: Terms, bucket: str) -> Matter:
    """What these terms are, of a loan in `bucket`."""
    if not isinstance(terms, SettlementTerms):
        return Matter(terms.kind, terms.total, ZERO, bucket)
    percent = terms.waived * 100 / (terms.total + terms.waived)
    return Matter(terms.kind, terms.waived, percent, bucket, frozenset(part.component for part in terms.components))


def ruling(table: AuthorityTable, role: str, matter: Matter, *, asking: bool = False) -> Ruling | None:
    """The first row of `role` that fits `matter`; None if none does. `asking`: rows that decide are passed over."""
    for number, row in enumerate(table.rows, start=1):
        if row.role == role and fits(table, row, matter) and not (asking and row.decides):
            return Ruling(number, row.asks)
    return None


def fits(table: AuthorityTable, row: AuthorityRow, matter: Matter) -> bool:
    """Whether a row speaks of such a matter."""
    return (
        matter.kind in row.kinds
        and (row.most_amount is None or matter.amount <= row.most_amount)
        and (row.most_percent is None or matter.percent <= row.most_percent)
        and (not row.buckets or matter.bucket in row.buckets)
        and matter.components <= set(table.waives(row))
    )


def authorised(s: Situation, judged: Allowed, role: str | None) -> Allowed | Refusal:
    """`judged`, which somebody in `role` would agree to (the lowest if nobody says): with the row that lets them, or with the
    role that has to be asked. The limits of `negotiation` bind the lowest role alone; others have their rows."""
    table = s.strategy.authority
    if table is None:
        return judged
    role = role or table.lowest
    if role not in table.roles:
        return _unknown(role, table.roles)
    above = judged.above if role == table.lowest else None
    found = ruling(table, role, matter_of(judged.terms, s.money.bucket), asking=above is not None)
    if found is None:
        return Refusal("authority.nobody", f"no row of the table of authority lets {role} agree to this or ask for it")
    if found.asks is None:
        return replace(judged, above=None, row=found.row)
    asked = Refusal(
        "limit.authority", f"{role} asks {found.asks} for this, by row {found.number} of the table of authority"
    )
    return replace(judged, above=above or asked, row=found.row, asks=found.asks)


def asked_of(table: AuthorityTable, matter: Matter) -> Ruling | None:
    """Whom a case asks for what it wants to be done itself, an acceleration: by the row of the lowest role that has one, that
    role, or whom it asks. None if no row fits."""
    for role in table.roles:
        found = ruling(table, role, matter)
        if found is not None:
            return replace(found, asks=found.asks or role)
    return None


def acceleration(s: Situation) -> Matter:
    """The whole balance of the loan at hand, called due."""
    return Matter("acceleration", s.money.outstanding, ZERO, s.money.bucket)


def may_decide(s: Situation, asked: Approval, role: str | None) -> Ruling | Refusal | None:
    """Whether somebody in `role` may approve what was asked for: by which row, or why not. None where no role was named
    when it was asked: then whoever did not ask decides."""
    table, asks, matter = s.strategy.authority, asked.asks, _matter(s, asked)
    if asks is None or table is None or matter is None:
        return None
    if role is None:
        return Refusal("approval.role", f"{asks} decides this: say in which role you decide")
    if role not in table.roles:
        return _unknown(role, table.roles)
    if asks in table.roles and table.roles.index(role) < table.roles.index(asks):
        return Refusal("approval.role", f"{asks} decides this, and {role} is lower")
    found = ruling(table, role, matter)
    if found is None or found.asks is not None:
        higher = f": {role} would have to ask {found.asks}" if found else ""
        return Refusal("approval.authority", f"no row of the table of authority lets {role} decide this{higher}")
    return found


def _matter(s: Situation, asked: Approval) -> Matter | None:
    if asked.subject == "acceleration":  # as it was asked for: the loan grows older meanwhile, and interest accrues
        now = acceleration(s)
        return replace(now, amount=asked.amount or now.amount, bucket=asked.bucket or now.bucket)
    return matter_of(asked.terms, s.money.bucket) if asked.terms else None


def _unknown(role: str, roles: Iterable[str]) -> Refusal:
    return Refusal("authority.unknown_role", f"{role} is no role of this strategy; there are {', '.join(roles)}")
