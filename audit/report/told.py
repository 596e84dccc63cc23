"""Findings as people read them: one row of text each, for the page and for a terminal."""

from __future__ import annotations

from audit.findings import AfterPayment, Breach, Misjudged, local
from audit.records import Contact
from audit.report import evidence
from audit.report.words import Words

Told = tuple[str, ...]


def breach(found: Breach, words: Words) -> Told:
    """Under `evidence.columns`."""
    contact = found.contact
    counted = "; ".join(
        f"{each.contact_id} {local(each):%m-%d %H:%M} {words.code(each.channel)}, {words.code(each.result)}"
        for each in found.counted
    )
    who = (contact.contact_id, contact.loan_id, contact.borrower_id, words.code(contact.channel))
    return (*who, _local(contact), _says(found, words), counted)


def after_payment(found: AfterPayment, bank_zone: str, words: Words) -> Told:
    """Under `after.columns`."""
    contact, quote = found.contact, found.quote
    return (
        *(contact.contact_id, contact.loan_id, words.code(contact.channel), _local(contact)),
        f"{evidence.money(quote.arrears)} {quote.currency}",
        *(evidence.moment(found.covered_at, bank_zone), evidence.hours(found.delay)),
        *(evidence.ids(found.payments), evidence.ids(found.reversed_later)),
    )


def misjudged(found: Misjudged, words: Words) -> Told:
    """Under `promises.columns`."""
    promise = found.promise
    return (
        *(promise.promise_id, promise.loan_id, f"{evidence.money(promise.amount)} {promise.currency}"),
        *(f"{promise.due_on}", words.code(promise.status, "claim"), words.code(found.found.state, "found")),
        *(words.code(found.why, "why"), evidence.money(found.found.paid), evidence.ids(found.payments)),
    )


def _local(contact: Contact) -> str:
    return f"{local(contact):%Y-%m-%d %H:%M:%S} {contact.zone or 'UTC'}"


def _says(found: Breach, words: Words) -> str:
    """When the rule would have let the contact pass, or after what."""
    if found.until:
        return words.say("until", at=f"{local(found.contact, found.until):%Y-%m-%d %H:%M}")
    if found.release:
        return words.say("release", event=words.code(found.release))
    return words.code(found.verdict)
