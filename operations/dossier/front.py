"""The first page: what the case is, whether the ledger is whole, how many contacts there were, how many were refused."""

from __future__ import annotations

from collections.abc import Iterator

from operations.dossier.matter import Matter, utc
from reports.dossier.contacts import FATES, Fate
from reports.dossier.paper import Block, Heading, Lines, Notice, Pairs, Table
from schemas.contact import VerdictKind

_MOST_FOUND = 6
_VERDICTS: tuple[VerdictKind, ...] = ("block", "review", "defer")


def front(matter: Matter) -> list[Block]:
    """The blocks of the summary."""
    return [
        _verification(matter),
        Pairs(list(_pairs(matter))),
        Lines([matter.say("how_to_check", file=matter.data_file, digest=matter.digest), _names(matter)], "quiet"),
        *_by_channel(matter),
        *_by_rule(matter),
        *_standing(matter),
    ]


def _verification(matter: Matter) -> Notice:
    facts, found = matter.extract.head.seq, list(matter.found)
    if not found:
        return Notice([matter.say("sound", facts=facts)], "good")
    texts = [matter.say("unsound", facts=facts, count=len(found)), *found[:_MOST_FOUND]]
    if len(found) > _MOST_FOUND:
        more = len(found) - _MOST_FOUND
        texts.append(matter.say("more", count=more, section=matter.say("differences")))
    sound = len(matter.extract.sound)
    if sound < len(matter.extract.entries):
        texts.append(matter.say("told_to", seq=sound + 1))
    return Notice(texts, "bad")


def _pairs(matter: Matter) -> Iterator[tuple[str, str]]:
    extract, case = matter.extract, matter.case
    yield matter.say("loan"), extract.loan_id
    if case.request:
        yield matter.say("borrower"), _called(matter, case.request.borrower_id)
        yield matter.say("product"), matter.say(f"product.{case.request.product}")
        yield matter.say("strategy"), matter.speaker.policy(case.policy)
    if matter.story:
        yield matter.story.money.heading, "\n".join(matter.story.money.lines)
        yield matter.say("next"), matter.story.next.lines[0]
    if extract.entries:
        first, last = (entry.row.link.occurred_at for entry in (extract.entries[0], extract.entries[-1]))
        yield matter.say("span"), matter.say("from_to", first=utc(first), last=utc(last))
    head = extract.head
    yield matter.say("entries"), matter.say("entry_count", facts=len(extract.entries), hash=head.hash)
    yield matter.say("data_file"), matter.say("data_digest", file=matter.data_file, digest=matter.digest)


def _called(matter: Matter, party_id: str) -> str:
    name = matter.extract.names.get(party_id)
    return matter.say("named", party=party_id, called=name) if name else party_id


def _names(matter: Matter) -> str:
    return matter.say("names_added" if matter.extract.names else "names_absent")


def _by_channel(matter: Matter) -> Iterator[Block]:
    counted = matter.contacts.by_channel
    there: list[Fate] = [fate for fate in FATES if any(fates[fate] for fates in counted.values())]
    yield Heading(matter.say("by_channel"))
    if not counted:
        yield Lines([matter.say("none")])
        return
    rows = [
        [matter.speaker.word(channel), *(str(fates[fate]) if fates[fate] else "" for fate in there)]
        for channel, fates in counted.items()
    ]
    right = range(1, len(there) + 1)
    yield Table(matter.heads("channel", *there), rows, [2.2, *(1.0 for _ in there)], right=right)


def _by_rule(matter: Matter) -> Iterator[Block]:
    counted = matter.contacts.by_rule
    yield Heading(matter.say("by_rule"))
    if not counted:
        yield Lines([matter.say("none")])
        return
    there: list[VerdictKind] = [kind for kind in _VERDICTS if any(kinds[kind] for kinds in counted.values())]
    rows = [
        [
            rule,
            matter.strength(rulebook, rule),
            *(str(kinds[kind]) if kinds[kind] else "" for kind in there),
        ]
        for (rulebook, rule), kinds in sorted(counted.items(), key=lambda item: item[0][1])
    ]
    right = range(2, len(there) + 2)
    yield Table(matter.heads("rule", "strength", *there), rows, [2.2, 1.6, *(1.0 for _ in there)], right=right)


def _standing(matter: Matter) -> Iterator[Block]:
    if matter.story and matter.story.standing.lines:
        yield Heading(matter.story.standing.heading)
        yield Lines(matter.story.standing.lines)
