"""What a segment gets: the ladder of contacts, how densely, in which words, how far, when something else is called for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from schemas.authority import Authority
from schemas.base import Amount, Code, Submitted, added
from schemas.contact import Channel, Purpose
from schemas.debt import NoticeKind
from schemas.loan import Role

Consequence = Literal["credit_report", "visit", "acceleration", "suit", "enforcement"]
"""What a collector may say will follow; said only where it is open to this case now (`domain.consequences`)."""


class Way(Submitted):
    """A channel, and the text that is written for it."""

    channel: Channel
    template: Code


class Rung(Submitted):
    """One step of the ladder of contacts: from `from_dpd` days past due on, `gap_days` after the rung before."""

    channel: Channel
    template: Code
    from_dpd: int = Field(ge=0)
    gap_days: int = Field(ge=0)
    purpose: Purpose = "dunning"
    deadline_hours: int = Field(default=48, gt=0)
    """For a human call: how long the collector has."""
    role: Role = added("borrower")
    """Whom it reaches. Somebody who owes nothing is only asked how the borrower is reached: `purpose: locate`."""
    notice: NoticeKind | None = added(None)
    """Which notice of law it gives."""
    alternatives: tuple[Way, ...] = added(())
    """Other ways to make the same demand, where the treatment's `best_channel` finds that the borrower answers one more."""

    @model_validator(mode="after")
    def _names_each_channel_once(self) -> Rung:
        channels = [way.channel for way in self.ways]
        if twice := next((channel for channel in channels if channels.count(channel) > 1), None):
            raise ValueError(f"names {twice} twice: give each channel of a rung once")
        if self.alternatives and (self.purpose != "dunning" or self.role != "borrower" or self.notice):
            raise ValueError(
                "a notice of law, or a word to somebody else, goes as it is written: leave alternatives out"
            )
        return self

    @property
    def ways(self) -> tuple[Way, ...]:
        """Every way that it may be made, its own first."""
        return (Way(channel=self.channel, template=self.template), *self.alternatives)


class Cadence(Submitted):
    """How densely a segment is contacted, whatever its ladder says: `gap_days` between two contacts, and at most `most` of
    them within `within_days`. The rulebook's caps hold besides."""

    gap_days: int = Field(default=0, ge=0)
    most: int | None = Field(default=None, gt=0)
    within_days: int = Field(default=7, gt=0)


class Escalation(Submitted):
    """One reason to leave the ladder: all conditions that are given hold. Amounts are arrears in the loan's currency."""

    from_dpd: int | None = Field(default=None, ge=0)
    from_amount: Amount | None = None
    refusals: int | None = Field(default=None, gt=0)
    lost_contact: bool = False

    @model_validator(mode="after")
    def _says_when(self) -> Escalation:
        if self.from_dpd is None and self.from_amount is None and self.refusals is None and not self.lost_contact:
            raise ValueError("names no condition: give from_dpd, from_amount, refusals or lost_contact")
        return self


class Priority(Submitted):
    """From arrears of `from_amount` (loan's currency) on, tasks of people carry this `priority`; 1 is the most urgent."""

    from_amount: Amount
    priority: int = Field(ge=1, le=9)


class BestHour(Submitted):
    """Calls of the ladder wait for the hours at which the borrower's own calls were answered, by bands of so many `hours`.

    Before any was made, of `expect_answered` + `expect_unanswered` calls so many are expected to be answered: the larger the
    two, the more calls it takes to believe otherwise. No call waits longer for it than `within_hours` from when its rung may
    be taken.
    """

    hours: Literal[1, 2, 3, 4, 6] = 2
    expect_answered: int = Field(default=1, gt=0)
    expect_unanswered: int = Field(default=2, gt=0)
    within_hours: int = Field(default=24, gt=0, le=72)


class BestChannel(Submitted):
    """Of the channels that a rung names, the one by which the borrower has answered most is taken instead of the rung's own.

    Before any contact was made, of `expect_answered` + `expect_unanswered` so many are expected to be answered: the larger
    the two, the more it takes to believe otherwise. No channel is preferred that was tried less than `least` times.
    """

    expect_answered: int = Field(default=1, gt=0)
    expect_unanswered: int = Field(default=2, gt=0)
    least: int = Field(default=2, gt=0)


class Treatment(Submitted):
    """Days of grace in silence, then the ladder, then a person after `person_after_days`.

    `channels` are the only ones used, if given. `talking_points` are codes of texts for the collector's brief;
    `consequences` may be stated by them, those of them that are open to the case at that moment. `escalate`: any of its
    rows is enough. `authority` stands over the limits of `negotiation`. Without `best_hour` calls wait for no hour,
    without `best_channel` every rung goes by its own channel.
    """

    grace_days: int = Field(ge=0)
    ladder: tuple[Rung, ...] = Field(min_length=1)
    person_after_days: int = Field(ge=0)
    channels: tuple[Channel, ...] = added(())
    cadence: Cadence | None = added(None)
    talking_points: tuple[Code, ...] = added(())
    consequences: tuple[Consequence, ...] = added(())
    escalate: tuple[Escalation, ...] = added(())
    authority: Authority | None = added(None)
    priorities: tuple[Priority, ...] = added(())
    best_hour: BestHour | None = added(None)
    best_channel: BestChannel | None = added(None)
