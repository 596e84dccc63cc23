"""In which words contacts went out: the texts of their templates held against the rules of wording that were law.

The ledger keeps no text, which is personal; it names the template. Texts are the shipped ones, so a template that is no
longer among them is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from domain.calendar import observed
from domain.conduct_record import Breach, House, Told, breach
from domain.conduct_timing import in_force
from domain.wording import Objection, Text, against
from policies.saying import sample
from policies.wording import load_templates
from schemas.contact import Channel, ContactProposal, Purpose
from schemas.facts import AttemptReserved, AttemptSending, EpisodeOpened
from schemas.loan import Language
from schemas.rulebook import WordingRule


def said(told: Iterable[Told], house: House) -> Iterator[Breach]:
    """Every contact of one borrower that went out in words that the law of its moment forbade, or without words it wanted."""
    languages: dict[str, Language] = {}
    proposals: dict[str, ContactProposal] = {}
    for one in told:
        match one.fact.body:
            case EpisodeOpened(request=request):
                languages |= {party.party_id: party.language for party in request.parties}
            case AttemptReserved(proposal=proposal):
                proposals[proposal.attempt] = proposal
            case AttemptSending(attempt=attempt) if attempt in proposals:
                yield from _judged(one, proposals[attempt], languages.get(proposals[attempt].party_id, "zh-CN"), house)
            case _:
                pass


def _judged(one: Told, proposal: ContactProposal, language: Language, house: House) -> Iterator[Breach]:
    digest = house.law(one.fact.occurred_at, one.fact.recorded_at)
    text = _text(proposal.template, proposal.channel, proposal.purpose, language)
    if digest is None or digest not in house.rulebooks or text is None:
        return
    zones, _ = observed(proposal.zones)
    for rule in house.rulebooks[digest].rules:
        if isinstance(rule, WordingRule) and in_force(rule, one.fact.occurred_at, zones):
            for objection in against(text, rule):
                yield breach(
                    one, proposal, (rule.id,), f"went out as {proposal.template!r}, which {_in_words(objection)}"
                )


def _in_words(objection: Objection) -> str:
    return f"says {objection.bans!r}" if objection.bans else f"lacks {objection.lacks}"


@cache
def _text(code: str, channel: Channel, purpose: Purpose, language: Language) -> Text | None:
    wording = load_templates()
    return None if wording.objections(code, channel) else sample(wording, code, channel, purpose, language)
