"""The entries on paper: in time, by matter, by whom, and as the chain has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from operations.dossier.matter import Matter, numbers, section, utc
from reports.dossier.money import movements
from reports.dossier.paper import Block, Heading, Lines, Pairs, Table
from reports.dossier.reading import Entry
from schemas.facts import (
    Accelerated,
    AgreementBroken,
    AgreementKept,
    AgreementMade,
    ApprovalDecided,
    ApprovalLapsed,
    ApprovalRequested,
    BorrowerDeceased,
    CertificateIssued,
    ChannelOptedIn,
    ChannelOptedOut,
    CollectorsCleared,
    CollectorsRemoved,
    ComplaintDecided,
    ComplaintExtended,
    ComplaintOpened,
    ConsentGiven,
    ConsentWithdrawn,
    ContactAllowed,
    ContactRecorded,
    ContactResultPosted,
    ContactReviewed,
    ContactStopped,
    CourtReported,
    CourtStepTaken,
    DifferenceExplained,
    DocumentArrived,
    DocumentsRequested,
    ExplanationLapsed,
    ExplanationWithdrawn,
    FactBase,
    FileChecked,
    HoldEnded,
    HoldOpened,
    InboundContact,
    MilestoneReached,
    NoticeGiven,
    OfferLapsed,
    OfferMade,
    PartyRefused,
    Paused,
    RacketReviewed,
    RacketSuspected,
    RepresentativeNamed,
    RepresentativeRemoved,
    RestrictionLiftAsked,
    RestrictionSet,
    Resumed,
)

_HOLDS: tuple[type[FactBase], ...] = (
    *(HoldOpened, HoldEnded, Paused, Resumed, ContactStopped, ContactAllowed),
    *(BorrowerDeceased, ChannelOptedOut, ChannelOptedIn, RepresentativeNamed, RepresentativeRemoved),
    *(RacketSuspected, RacketReviewed),
    *(ConsentGiven, ConsentWithdrawn),
    *(PartyRefused, NoticeGiven, ContactReviewed),
    *(ComplaintOpened, ComplaintExtended, ComplaintDecided, CollectorsRemoved, CollectorsCleared),
)
_AGREEMENTS: tuple[type[FactBase], ...] = (
    *(OfferMade, OfferLapsed, AgreementMade, AgreementKept, AgreementBroken),
    *(ApprovalRequested, ApprovalDecided, ApprovalLapsed, CertificateIssued),
    *(RestrictionSet, RestrictionLiftAsked),
    *(DifferenceExplained, ExplanationLapsed, ExplanationWithdrawn),
)
_SUIT: tuple[type[FactBase], ...] = (
    *(Accelerated, MilestoneReached, CourtStepTaken, CourtReported),
    *(FileChecked, DocumentsRequested, DocumentArrived),
)


def timeline(matter: Matter) -> list[Block]:
    """Everything that happened, in the ledger's order, in plain words."""
    heading = matter.say("timeline", zone=matter.speaker.zone)
    told = _told(matter, lambda _: True)
    for place, seq in reversed(_gaps(matter)):
        rows = [*told.rows[:place], [str(seq), "", "", matter.say("found.missing", seq=seq)], *told.rows[place:]]
        marked = [place, *(mark + (mark >= place) for mark in told.marked)]
        told = replace(told, rows=rows, marked=marked)
    return [Heading(heading, new_page=True), told]


def _gaps(matter: Matter) -> list[tuple[int, int]]:
    """Where entries are missing: the place among those that are there, and the number of the first that is not."""
    there = [entry.seq for entry in matter.extract.entries]
    missing = sorted(found.seq for found in matter.extract.broken if found.fault == "missing")
    return [(sum(seq < first for seq in there), first) for first in missing]


def parties(matter: Matter) -> list[Block]:
    """Who they are, by id; their names if they were wanted and are still there."""
    if matter.story is None:
        return []
    blocks: list[Block] = [Heading(matter.say("parties")), Lines(matter.story.parties.lines)]
    if matter.extract.names:
        blocks.append(Pairs(sorted(matter.extract.names.items())))
    return blocks


def money(matter: Matter) -> list[Block]:
    """Each transaction, with the entries that tell of it."""
    rows = [
        [
            item.value_date.isoformat(),
            matter.speaker.money(item.amount) if item.amount is not None else matter.say("unknown_amount"),
            matter.say(f"kind.{item.kind}"),
            item.reference + (matter.say("reverses", reverses=item.reverses) if item.reverses else ""),
            numbers(item.seqs),
        ]
        for item in movements(matter.extract.facts)
    ]
    heads = matter.heads("value_date", "amount", "kind", "reference", "entry")
    return section(matter, "money_section", Table(heads, rows, [1.2, 1.6, 1.0, 3.0, 2.6], right=[1]))


def by_matter(matter: Matter) -> list[Block]:
    """Holds, agreements, the suit: the entries of each."""
    blocks: list[Block] = []
    sections: tuple[tuple[str, Callable[[Entry], bool]], ...] = (
        ("holds", _holds),
        ("agreements", lambda entry: _is(entry, _AGREEMENTS)),
        ("suit", lambda entry: _is(entry, _SUIT)),
    )
    for name, wanted in sections:
        blocks += section(matter, name, _told(matter, wanted))
    return blocks


def _holds(entry: Entry) -> bool:
    """Whether an entry opens or ends a hold: as such, or because the borrower disputes or is in distress."""
    match entry.fact and entry.fact.body:
        case ContactRecorded(result=result) | ContactResultPosted(result=result):
            return result in ("disputed", "distressed", "self_harm")
        case InboundContact(intent=intent):
            return intent == "disputes"
        case _:
            return _is(entry, _HOLDS)


def people(matter: Matter) -> list[Block]:
    """Who caused which entries."""
    found: dict[str, dict[str, list[int]]] = {}
    for entry in matter.extract.entries:
        link = entry.row.link
        found.setdefault(link.actor, {}).setdefault(link.kind, []).append(entry.seq)
    pieces = matter.speaker.words.parts["pieces"]
    rows = [
        [
            actor,
            str(sum(map(len, kinds.values()))),
            pieces.join(f"{matter.speaker.word(kind, 'fact')} {numbers(seqs)}" for kind, seqs in kinds.items()),
        ]
        for actor, kinds in sorted(found.items())
    ]
    return section(matter, "people", Table(matter.heads("by", "count", "acts"), rows, [1.6, 0.8, 7.0], right=[1]))


def differences(matter: Matter) -> list[Block]:
    """All that the check found."""
    if not matter.found:
        return []
    return [Heading(matter.say("differences")), Lines(matter.found)]


def chain(matter: Matter) -> list[Block]:
    """Every entry with its hash, and the end that the ledger tells of."""
    entries, head = matter.extract.entries, matter.extract.head
    rows = [
        [
            str(entry.seq),
            utc(entry.row.link.recorded_at),
            entry.row.link.kind,
            entry.row.hash,
        ]
        for entry in entries
    ]
    heads = matter.heads("entry", "recorded", "kind", "hash")
    table = Table(heads, rows, [0.6, 1.9, 1.9, 5.6], right=[0], code=[3], marked=_marked(entries))
    about = Lines([matter.say("chain_about", seq=head.seq, hash=head.hash)], "quiet")
    return [Heading(matter.say("chain")), about, table]


def artefacts(matter: Matter) -> list[Block]:
    """By which strategies and rulebooks the case was carried: their digests, and whether their texts are whole."""
    rows = [
        [
            f"{matter.say(f'kind.{text.kind}')} {text.name}@{text.version}",
            text.digest,
            utc(text.in_force_from) if text.in_force_from else "",
            matter.say("whole" if text.whole else "not_whole"),
        ]
        for text in matter.extract.artefacts
    ]
    heads = matter.heads("what", "hash", "law", "text")
    marked = [place for place, text in enumerate(matter.extract.artefacts) if not text.whole]
    return section(matter, "artefacts", Table(heads, rows, [2.6, 3.4, 2.0, 1.6], code=[1], marked=marked))


def _told(matter: Matter, wanted: Callable[[Entry], bool]) -> Table:
    """Entries as sentences."""
    entries = [entry for entry in matter.extract.entries if wanted(entry)]
    rows = [
        [
            str(entry.seq),
            matter.speaker.time(entry.row.link.occurred_at),
            entry.row.link.actor,
            matter.sentence_of(entry),
        ]
        for entry in entries
    ]
    heads = matter.heads("entry", "at", "by", "what")
    return Table(heads, rows, [0.6, 1.7, 1.3, 6.2], right=[0], marked=_marked(entries))


def _is(entry: Entry, kinds: tuple[type[FactBase], ...]) -> bool:
    return entry.fact is not None and isinstance(entry.fact.body, kinds)


def _marked(entries: Sequence[Entry]) -> list[int]:
    return [place for place, entry in enumerate(entries) if entry.breaks or entry.fact is None]
