"""By which channel a borrower has answered, and so by which of those that a rung names they are best reached.

Nothing but past contacts of this very case is looked at: by which channel each went out, and whether it was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.parts import PastContact
from schemas.contact import CONVERSATIONS, Channel, ChannelChoice, ChannelTally, ContactResult
from schemas.treatment import BestChannel

_NOBODY: tuple[ContactResult | None, ...] = ("undeliverable", "wrong_number")
"""It reached nobody: that tells of a number, not of the borrower."""


@dataclass(frozen=True)
class Tried:
    """A contact that went out, and whether the borrower answered it: spoke, or got in touch after it."""

    channel: Channel
    answered: bool


def tried(contacts: Sequence[PastContact]) -> list[Tried]:
    """Those among `contacts` with the borrower that tell something.

    A call that nobody has said anything of tells nothing. A message counts from when it went out.
    """
    found: list[Tried] = []
    for contact in contacts:
        channel, result = contact.proposal.channel, contact.result
        if contact.shadow or result in _NOBODY or contact.proposal.role != "borrower":
            continue
        answered = contact.replied or result == "answered" or result in CONVERSATIONS
        if answered or result == "no_answer" or channel not in ("robot_call", "human_call", "visit"):
            found.append(Tried(channel, answered))
    return found


def ranked(option: BestChannel, named: Sequence[Channel], past: Sequence[Tried]) -> tuple[Channel, ...]:
    """The channels to try, the best first: of those that a rung has `named`, its own first, each other one that was tried
    often enough and is likelier to be answered than its own; of equals the one named first. Its own is the last."""
    chances = {channel: _expected(option, _tally(channel, past)) for channel in named}
    enough: list[Channel] = [channel for channel in named[1:] if _tally(channel, past).tried >= option.least]
    better: list[Channel] = [channel for channel in enough if chances[channel] > chances[named[0]]]
    better.sort(key=lambda channel: -chances[channel])
    return (*better, named[0])


def choice(named: Sequence[Channel], past: Sequence[Tried]) -> ChannelChoice | None:
    """What a choice among `named` rested on; None while none of them was tried."""
    tallies = tuple(_tally(channel, past) for channel in named)
    return ChannelChoice(tallies=tallies) if any(tally.tried for tally in tallies) else None


def said(chosen: Channel, told: ChannelChoice) -> str:
    """The same in a few words, of the chosen channel first."""
    tallies = sorted(told.tallies, key=lambda tally: tally.channel != chosen)
    return "; ".join(f"{_words(tally.channel)} answered {tally.answered} of {tally.tried}" for tally in tallies)


def _words(channel: Channel) -> str:
    return channel.replace("_", " ")


def _tally(channel: Channel, past: Sequence[Tried]) -> ChannelTally:
    made = [each for each in past if each.channel == channel]
    return ChannelTally(channel=channel, answered=sum(each.answered for each in made), tried=len(made))


def _expected(option: BestChannel, tally: ChannelTally) -> Fraction:
    """The mean of a Beta distribution that began with what the strategy expects of anybody."""
    prior = option.expect_answered + option.expect_unanswered
    return Fraction(option.expect_answered + tally.answered, prior + tally.tried)
