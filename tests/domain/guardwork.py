"""Builders for questions to the guard: short rulebooks, proposals, attempts and clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.calendar import zone as calendar_zone
from domain.conduct import decide
from schemas.contact import Channel, ConductFacts, ContactProposal, PastAttempt, Purpose, Standing, Verdict
from schemas.rulebook import Rulebook

CHANNELS: tuple[Channel, ...] = ("sms", "email", "app_push", "letter", "robot_call", "human_call")


def rule(id: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "strength": "house", "source": "test", "effective_from": "2000-01-01", **fields}


def hours(opens: str = "08:00", closes: str = "22:00", id: str = "HOURS", **fields: Any) -> dict[str, Any]:
    return rule(id, "contact_hours", channels=CHANNELS, open=opens, close=closes, **fields)


def cap(maximum: int, per: str = "borrower", id: str = "CAP", **fields: Any) -> dict[str, Any]:
    return rule(id, "attempt_cap", **{"channels": CHANNELS, "maximum": maximum, "per": per, **fields})


HOLDS = [rule("OPT_OUT", "channel_opt_out"), rule("STOP", "whole_stop"), rule("DECEASED", "deceased")]


def book(*rules: dict[str, Any]) -> Rulebook:
    return Rulebook.model_validate({"name": "test", "version": "1", "rules": rules})


def proposal(
    *zones: str, channel: Channel = "sms", purpose: Purpose = "dunning", attempt: str = "new", point: str = "cp-1"
) -> ContactProposal:
    return ContactProposal(
        attempt=attempt,
        channel=channel,
        contact_point_id=point,
        party_id="P-1",
        purpose=purpose,
        template="reminder_sms",
        zones=zones,
    )


def past(at: str, channel: Channel = "sms", point: str = "cp-1", attempt: str = "", loan: str = "L-1") -> PastAttempt:
    return PastAttempt(
        attempt=attempt or f"at-{at}-{point}", loan_id=loan, channel=channel, contact_point_id=point, at=utc(at)
    )


def facts(*attempts: PastAttempt, latest_at: datetime | None = None, **standing: Any) -> ConductFacts:
    return ConductFacts(standing=Standing(**standing), attempts=attempts, latest_at=latest_at)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar_zone(zone))


def ask(proposed: ContactProposal, known: ConductFacts, now: datetime, *rules: dict[str, Any]) -> Verdict:
    return decide(proposed, known, now, book(*rules), "d" * 64)
