"""The page in English."""

from __future__ import annotations

ENGLISH = {
    "title": "Shadow audit of collection",
    "lead": "{contacts:contact|contacts} with {borrowers:borrower|borrowers} on {loans:loan|loans}, {first} to "
    "{last} ({zone}), put to the rulebook {rulebook} {version} as if they were about to be made. Nothing was sent.",
    "rulebook": "Rulebook sha256 {digest}.",
    "card.binding": "breaches of what others have laid down",
    "card.house": "breaches of rules of the house",
    "card.after": "demands after the money had come, of {judged} that could be judged",
    "card.promises": "promises misjudged, of {judged} whose time is over",
    "summary": "Breaches: {binding}, and {house} of house rules. Contacts after payment: {after}. "
    "Misjudged promises: {promises}.",
    "read": "What was read",
    "read.columns": "export|file|rows|rejected",
    "gap.no_zone": "{count:contact|contacts} without a zone: neither hours nor caps of a day could be judged. "
    "Fill the column zone in, or give --zone.",
    "gap.no_use": "{count:contact that does|contacts that do} not say what the number is to whoever was called: limits for "
    "numbers of some use could not be judged.",
    "gap.no_list": "{count:contact by an agency|contacts by agencies}, and the rulebook has no list of agencies: whether "
    "they were on the bank's could not be judged. Lay a book with the list over it.",
    "gap.no_team": "{count:visit that does|visits that do} not say how many went: the rule about the team could not be "
    "judged.",
    "gap.no_events": "{count:contact|contacts} on a channel that needs consent: without --events nobody knows who agreed, so "
    "consent was not judged. Opt-outs, stops, deaths and holds could not be seen either.",
    "gap.others_consent": "{count:contact|contacts} with others than the borrower on a channel that needs consent: --events "
    "tells of the borrower's consent only, so it was not judged.",
    "gap.nothing_known": "Without --events no opt-out, stop, death or hold could be seen.",
    "gap.no_payments": "Without --payments neither contacts after payment nor promises could be judged.",
    "gap.no_arrears": "No contact says what it was about: contacts after payment could not be judged. Give --accounts, or "
    "the columns arrears_before and arrears_as_of.",
    "gap.open": "Not judged: {count:promise|promises} whose time was not over by {until}, the end of what is known of "
    "payments.",
    "rules": "Breaches by rule",
    "rules.note": "How much a rule binds stands beside it: a house rule is the house's own choice, and breaking it is no "
    "breach of law. Rules are judged by the days on which they were in force.",
    "rules.columns": "rule|binds as|in force|contacts|borrowers|source",
    "since": "from {begin}",
    "between": "{begin} to {end}",
    "hours": "Contacts by hour, on the clock of the one contacted; red: with a breach",
    "evidence": "{rule}: {count:contact|contacts}",
    "evidence.examples": "Examples, of each rule before a second of any",
    "evidence.columns": "contact|loan|borrower|channel|local time|what the rule says|counted before it",
    "until": "allowed from {at}",
    "release": "until: {event}",
    "more": "{count} more are in {file}.",
    "after": "Contacts after payment",
    "after.note": "Demands made after money posted before them had covered what they were about. Only what the exports "
    "prove: figures of arrears that are known to have been in force, and payments that stood when the contact was made.",
    "after.chart": "How long the money had been there",
    "after.columns": "contact|loan|channel|local time|arrears|covered at|hours after|payments|taken back later",
    "promises": "Misjudged promises",
    "promises.note": "A promise counts as kept if the money since it, by value date, came to within {amount} of it at most "
    "{days:day|days} after its day. Payments taken back do not count; payments posted late count from their value date.",
    "promises.matrix": "what is claimed|kept|partly paid|broken",
    "promises.chart": "Why the claim does not hold",
    "promises.columns": "promise|loan|promised|by|claimed|found|why|paid|payments",
    "none": "None found.",
    "notes": "How to read this",
    "notes.text": "An engineering reading of the rules, and of exports as they were given: have counsel read the originals. "
    "Every contact counts against caps, answered or not, unless the rulebook says otherwise: the rules may be stricter than "
    "the text they stand for. The whole of each list is in the CSV files beside this page.",
    "delay.1": "up to 1 h",
    "delay.4": "1 to 4 h",
    "delay.24": "4 to 24 h",
    "delay.72": "1 to 3 days",
    "delay.more": "longer",
    "strength.law": "law",
    "strength.regulation": "regulation",
    "strength.standard": "standard",
    "strength.self_regulation": "self-regulation",
    "strength.presumption": "presumption",
    "strength.house": "house rule",
    "why.too_early": "called broken too early",
    "why.overlooked": "called broken though paid",
    "why.backdated": "called broken; money counts from earlier",
    "why.reversed": "called kept; payment taken back",
    "why.late": "called kept; money came late",
    "why.short": "called kept; paid in part",
    "why.unpaid": "called kept; nothing paid",
    "why.left_open": "left open after its time",
    "claim.kept": "kept",
    "claim.broken": "broken",
    "claim.open": "open",
    "found.kept": "kept",
    "found.partly": "partly paid",
    "found.broken": "not paid",
    "export.contacts": "contacts",
    "export.payments": "payments",
    "export.promises": "promises",
    "export.events": "events",
    "export.accounts": "accounts",
}
