"""Contacts on paper: each with its verdict and what became of it, those that were refused, and what came in."""

from __future__ import annotations

from collections.abc import Iterator

from operations.dossier.matter import Matter, numbers, section, utc
from operations.sentences import sentence
from reports.dossier.contacts import Contact, Heard
from reports.dossier.paper import Block, Table
from schemas.contact import Finding, Verdict
from schemas.facts import VisitReported


def touches(matter: Matter) -> list[Block]:
    """The sections of contacts."""
    allowed = [contact for contact in matter.contacts.made if contact.fate != "refused"]
    refused = [contact for contact in matter.contacts.made if contact.fate == "refused"]
    blocks = [
        *section(matter, "contacts", _table(matter, allowed, "came")),
        *section(matter, "refused", _table(matter, refused, "verdict")),
    ]
    if refused:
        blocks += section(matter, "rules", _rules(matter))
    return [*blocks, *section(matter, "came_in", _came_in(matter))]


def _table(matter: Matter, contacts: list[Contact], last: str) -> Table:
    told = _came if last == "came" else _refusal
    rows = [
        [
            f"{contact.attempt}\n{matter.say('in_entries', seqs=numbers(contact.seqs))}",
            matter.local(contact.sent_at or contact.at, contact.proposal.zones if contact.proposal else matter.zones()),
            "\n".join(_what(matter, contact)),
            "\n".join(told(matter, contact)),
        ]
        for contact in contacts
    ]
    return Table(matter.heads("contact", "at", "what", last), rows, [1.5, 2.15, 2.9, 3.4])


def _what(matter: Matter, contact: Contact) -> Iterator[str]:
    """What was proposed, and what it must do."""
    proposal, speaker = contact.proposal, matter.speaker
    if proposal is None:
        return
    yield matter.say(
        "to",
        channel=speaker.word(proposal.channel),
        purpose=matter.say(f"purpose.{proposal.purpose}"),
        template=proposal.template,
        party=proposal.party_id,
        point=proposal.contact_point_id,
    )
    if proposal.appointment:
        yield matter.say("appointment_at", at=matter.local(proposal.appointment, proposal.zones).replace("\n", ", "))
        yield matter.say("team", team=proposal.team)
    if contact.verdict and contact.verdict.obligations:
        must = speaker.listed([speaker.word(code) for code in contact.verdict.obligations])
        yield matter.say("must", obligations=must)


def _came(matter: Matter, contact: Contact) -> Iterator[str]:
    if contact.verdict:
        yield _judged(matter, contact.verdict, matter.say("allowed"))
    if contact.fate != "out":
        code = matter.speaker.word(contact.code, "code")
        yield matter.say(f"fate.{contact.fate}") + (matter.say("code", code=code) if code else "")
    if contact.by_loan:
        yield matter.say("by_loan", by_loan=contact.by_loan, attempt=contact.attempt)
    for cover in contact.covers:
        amount = f"{cover.arrears:,} {cover.currency}"
        yield matter.say("covers_loan", loan=cover.loan_id, amount=amount)
    if contact.sent_at:
        yield matter.say("sent", at=utc(contact.sent_at))
    if contact.gateway_reference:
        yield matter.say("gateway", reference=contact.gateway_reference)
    for at, actor, heard in contact.heard:
        result = matter.speaker.word(heard.result, "result")
        yield matter.say("heard", at=utc(at), result=result, by=actor)
        yield from _kept(matter, heard)


def _kept(matter: Matter, heard: Heard) -> Iterator[str]:
    """Who was there, and where it is recorded and noted."""
    if isinstance(heard, VisitReported):
        yield matter.say("staff", staff=heard.staff)
    if heard.recording:
        yield matter.say("recording_at", recording=heard.recording)
    note = getattr(heard, "note_id", None)
    if note:
        yield matter.say("note_at", note=note)


def _refusal(matter: Matter, contact: Contact) -> Iterator[str]:
    if contact.verdict is None:
        return
    verdict = contact.verdict
    until = matter.say("finding_until", at=utc(verdict.until)) if verdict.until else ""
    yield _judged(matter, verdict, matter.speaker.word(verdict.verdict) + until)
    for finding in verdict.findings:
        yield _finding(matter, verdict, finding)


def _finding(matter: Matter, verdict: Verdict, finding: Finding) -> str:
    return matter.say(
        "finding",
        rule=finding.rule,
        strength=matter.strength(verdict.rulebook, finding.rule),
        verdict=matter.speaker.word(finding.verdict),
        until=matter.say("finding_until", at=utc(finding.until)) if finding.until else "",
        release=matter.say("finding_release", release=matter.speaker.word(finding.release)) if finding.release else "",
    )


def _judged(matter: Matter, verdict: Verdict, said: str) -> str:
    """A verdict, and by which rulebook."""
    known = next((a for a in matter.extract.artefacts if a.digest == verdict.rulebook), None)
    name = f"{known.name}@{known.version}" if known else matter.speaker.shortened(verdict.rulebook)
    return matter.say("judged_by", verdict=said, rulebook=name)


def _rules(matter: Matter) -> Table:
    rows: list[list[str]] = []
    for rulebook, rule in sorted(matter.contacts.by_rule, key=lambda key: key[1]):
        found = matter.extract.rule(rulebook, rule)
        source = found.source if found else matter.say("house_source")
        rows.append([rule, matter.strength(rulebook, rule), source])
    return Table(matter.heads("rule", "strength", "source"), rows, [2.0, 1.3, 6.0])


def _came_in(matter: Matter) -> Table:
    by_seq = {entry.seq: entry.fact for entry in matter.extract.entries if entry.fact}
    rows = [
        [str(one.seq), matter.local(one.at, matter.zones()), one.by, sentence(by_seq[one.seq], matter.speaker)]
        for one in matter.contacts.came_in
    ]
    return Table(matter.heads("entry", "at", "by", "what"), rows, [0.6, 1.9, 1.2, 5.6], right=[0])
