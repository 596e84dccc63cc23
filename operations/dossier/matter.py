"""All that the pages of a dossier are written from, and the small words that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.case import Case
from domain.counting import filled
from operations.sentences import sentence
from operations.telling import Story
from operations.values import Speaker
from reports.dossier.contacts import Contacts
from reports.dossier.paper import Block, Heading, Lines, Table
from reports.dossier.reading import Entry, Extract

LIST_OF_ENTRIES = 14
"""So many numbers of entries are listed one by one; beyond, how many they are."""


@dataclass(frozen=True)
class Matter:
    """One case, read and told.

    Attributes:
        case: the fold of the entries that can be relied on; `story`: its story, None if there are none.
        found: differences, in the language of the dossier.
        data_file: name of the data file, and its digest.
    """

    extract: Extract
    case: Case
    story: Story | None
    contacts: Contacts
    speaker: Speaker
    found: Sequence[str]
    data_file: str
    digest: str

    def say(self, name: str, /, **values: object) -> str:
        """A wording of the dossier."""
        return filled(self.speaker.words.dossier[name], values)

    def heads(self, *names: str) -> list[str]:
        """Heads of columns."""
        return [self.say(f"h.{name}") for name in names]

    def local(self, at: datetime, zones: Sequence[str]) -> str:
        """A moment on the clock of each zone, and in UTC."""
        there = [
            self.say("local", at=replace(self.speaker, zone=zone).time(at), zone=zone) for zone in dict.fromkeys(zones)
        ]
        return "\n".join([*(there or [self.say("zone_unknown")]), self.say("utc", at=utc(at))])

    def strength(self, rulebook: str, rule: str) -> str:
        """How binding a rule is, as the rulebook of that digest has it."""
        found = self.extract.rule(rulebook, rule)
        return self.say(f"strength.{found.strength if found else 'house'}")

    def sentence_of(self, entry: Entry) -> str:
        """What an entry says, with a mark if it is not what was written."""
        said = sentence(entry.fact, self.speaker) if entry.fact else self.say("not_read", kind=entry.row.link.kind)
        return f"{self.say('broken_mark')}: {said}" if entry.breaks else said

    def zones(self) -> tuple[str, ...]:
        """The borrower's zones, as the case has them."""
        return tuple(party.zone for party in self.case.parties() if party.role == "borrower" and party.zone)


def section(matter: Matter, name: str, table: Table, *, new_page: bool = False) -> list[Block]:
    """A table under its heading; a word instead of an empty one."""
    heading = Heading(matter.say(name), new_page)
    return [heading, table if table.rows else Lines([matter.say("none")])]


def utc(at: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def numbers(seqs: Sequence[int]) -> str:
    """Numbers of entries in a row."""
    shown = ", ".join(map(str, seqs[:LIST_OF_ENTRIES]))
    return shown if len(seqs) <= LIST_OF_ENTRIES else f"{shown} … {seqs[-1]} ({len(seqs)})"
