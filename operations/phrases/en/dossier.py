"""What stands in a dossier besides the sentences of its facts, in English."""

from __future__ import annotations

_PAGES = {
    "title": "Collection dossier of loan {loan}",
    "subtitle": "{state}. Read from the ledger on {at} (UTC).",
    "running": "Loan {loan} · data file sha256 {digest}…",
    "page_of": "page {page} of {pages}",
    "broken_state": "This case cannot be told: its first entry is missing or altered",
}

_SUMMARY = {
    "sound": "Checked on being made: all {facts} entries are there, in order, each as it was written; nothing differs.",
    "unsound": "Checked on being made: {count} differences were found in what should be {facts} entries.",
    "told_to": "Money and standing below are told from the entries before entry {seq}, the first that cannot be relied on.",
    "more": "and {count} more, under “{section}”",
    "case": "case",
    "loan": "loan",
    "borrower": "borrower",
    "product": "product",
    "strategy": "strategy",
    "span": "from, to",
    "next": "what is next",
    "entries": "entries",
    "entry_count": "{facts}, the last with sha256 {hash}",
    "data_file": "data file",
    "data_digest": "{file}, sha256 {digest}",
    "from_to": "{first} to {last} (UTC)",
    "named": "{party} ({called})",
    "how_to_check": "{file} holds every entry exactly as it was hashed; it lies beside this paper and inside of it. "
    "`python verify.py {file} {digest}` needs nothing but Python 3.11: it computes the chain anew and names any "
    "entry that was altered, removed, put in or moved. verify.py is attached as well.",
    "names_added": "Names come from tables whose contents can be erased; they are no part of the ledger or of the data file.",
    "names_absent": "People stand here by their ids, as in the ledger.",
}

_SECTIONS = {
    "by_channel": "Contacts by channel",
    "by_rule": "Refused or deferred, by rule",
    "timeline": "Timeline (times in {zone})",
    "parties": "Parties",
    "money_section": "Money",
    "contacts": "Contacts that were allowed",
    "refused": "Contacts that were refused or deferred",
    "rules": "The rules that refused or deferred them",
    "came_in": "The borrower got in touch",
    "holds": "Holds and what binds the borrower",
    "agreements": "Offers, agreements, approvals",
    "suit": "The suit",
    "people": "Who did what",
    "differences": "Differences that the check found",
    "chain": "The hash chain",
    "artefacts": "Strategies and rulebooks",
    "none": "None.",
    "chain_about": "Each entry's sha256 covers its content, its times (UTC) and the sha256 of the entry before it. The "
    "chain's end as the ledger tells it: entry {seq}, {hash}.",
}

_HEADS = {
    "h.entry": "entry",
    "h.at": "when",
    "h.by": "by",
    "h.what": "what",
    "h.channel": "channel",
    "h.out": "went out",
    "h.shadow": "on paper only",
    "h.unknown": "unknown",
    "h.given_up": "given up",
    "h.called_off": "called off",
    "h.reserved": "reserved",
    "h.refused": "refused, deferred",
    "h.rule": "rule",
    "h.strength": "strength",
    "h.source": "source",
    "h.block": "refused",
    "h.defer": "deferred",
    "h.review": "to review",
    "h.value_date": "value date",
    "h.amount": "amount",
    "h.kind": "kind",
    "h.reference": "reference",
    "h.contact": "contact",
    "h.verdict": "verdict of the guard",
    "h.came": "what became of it",
    "h.recorded": "recorded (UTC)",
    "h.hash": "sha256",
    "h.name": "name",
    "h.law": "law from (UTC)",
    "h.text": "text",
    "h.count": "entries",
    "h.acts": "what, and in which entries",
}

_CELLS = {
    "to": "{channel}{purpose}, template {template}\nto {party} at {point}",
    "appointment_at": "for {at}",
    "team": "{team} people",
    "local": "{at} {zone}",
    "utc": "{at} UTC",
    "zone_unknown": "zone not known",
    "allowed": "allowed",
    "must": "it must {obligations}",
    "judged_by": "{verdict}; rulebook {rulebook}",
    "in_entries": "entries {seqs}",
    "code": " ({code})",
    "finding": "{rule} ({strength}): {verdict}{until}{release}",
    "finding_until": ", until {at} UTC",
    "finding_release": ", until {release}",
    "sent": "went out {at} UTC",
    "gateway": "gateway reference {reference}",
    "heard": "{at} UTC: {result} (by {by})",
    "recording_at": "recording {recording}",
    "note_at": "note {note}",
    "staff": "{staff} people there",
    "not_read": "cannot be read by this build, or is no fact any more ({kind})",
    "broken_mark": "NOT AS IT WAS WRITTEN",
    "reverses": " (takes back {reverses})",
    "unknown_amount": "not known",
    "whole": "as published",
    "not_whole": "does not give its sha256",
    "house_source": "of the house; no rulebook holds it",
    "text_missing": "not published in this ledger",
}

_FATES = {
    "fate.out": "went out",
    "fate.shadow": "on paper only, shadow mode was on",
    "fate.unknown": "the gateway has not said whether it went out",
    "fate.given_up": "given up before it went out",
    "fate.called_off": "taken back",
    "fate.reserved": "allowed, and no more is recorded",
    "fate.refused": "nothing went out",
}

_STRENGTHS = {
    "strength.law": "law",
    "strength.regulation": "regulation",
    "strength.standard": "national standard",
    "strength.self_regulation": "self-regulation",
    "strength.presumption": "presumption",
    "strength.house": "house rule",
}

_WORDS = {
    "kind.payment": "payment",
    "kind.reversal": "reversal",
    "kind.waiver": "waiver",
    "kind.policy": "strategy",
    "kind.rulebook": "rulebook",
    "purpose.dunning": "",
    "purpose.reply": ", in reply",
    "purpose.statutory_notice": ", a notice of the law",
    "product.consumer_loan": "consumer loan",
    "product.credit_card": "credit card",
    "product.small_business": "small business loan",
}

_FOUND = {
    "found.altered": "entry {seq} was altered: its content does not give its sha256",
    "found.missing": "entry {seq}: it, or several from it on, is missing",
    "found.unlinked": "entry {seq} does not continue the entry before it: one of them was put in, or written anew",
    "found.head": "entry {seq} is not the end of the chain that the ledger tells of",
    "found.misstated": "the ledger's row of this case says {told} for {field}, its entries say {folded}",
    "found.unmirrored": "the borrower's fact {fact} is not in this case as it was recorded",
    "found.unreserved": "entry {seq}: {attempt} went out without an allowing verdict before it",
    "found.uncounted": "entry {seq}: {attempt} went out without counting against the caps",
    "found.given_back": "{attempt} no longer counts against the caps, and was never given up",
    "found.stray": "{attempt} counts against the caps, and no entry tells of it",
    "found.artefact": "the text of {kind} {name} does not give its sha256 {digest}",
    "found.unread": "entry {seq} cannot be read by this build",
}

DOSSIER = {
    **_PAGES,
    **_SUMMARY,
    **_SECTIONS,
    **_HEADS,
    **_CELLS,
    **_FATES,
    **_STRENGTHS,
    **_WORDS,
    **_FOUND,
}
