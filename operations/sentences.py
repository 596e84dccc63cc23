"""A fact in one line: the sentence of its kind, filled with the fact's fields and with what more the sentence names."""

from __future__ import annotations

from domain.counting import filled
from operations.values import Speaker
from schemas.behaviour import Behaviour
from schemas.contact import ContactProposal
from schemas.covering import Cover
from schemas.facts import (
    AccountRead,
    AgreementBroken,
    AgreementMade,
    ApprovalDecided,
    ApprovalRequested,
    Assessed,
    AttemptCovered,
    AttemptRefused,
    AttemptReserved,
    AttemptSending,
    AttemptSent,
    CertificateIssued,
    CollectorsRemoved,
    CommandRefused,
    ComplaintDecided,
    ComplaintExtended,
    ComplaintOpened,
    ConsentGiven,
    ContactPointAdded,
    ContactPointInvalid,
    ContactRecorded,
    ContactResultPosted,
    ContactReviewed,
    CourtReported,
    CourtStepTaken,
    CoverEnded,
    CreditErrorAnswered,
    CreditErrorTold,
    CreditRecordRead,
    CreditReported,
    Decision,
    DifferenceExplained,
    EpisodeOpened,
    Fact,
    FileChecked,
    HoldOpened,
    NoticeGiven,
    OfferMade,
    PartyRefused,
    Paused,
    PaymentPosted,
    PaymentReversed,
    PolicyAdopted,
    RacketReviewed,
    RacketSuspected,
    RepresentativeNamed,
    RepresentativeRemoved,
    RestrictionSet,
    TaskCalledOff,
    VisitReported,
    WaiverBooked,
)
from schemas.ledger import RecordedFact
from schemas.means import Means
from schemas.scorecard import FIGURES


def sentence(fact: RecordedFact, speaker: Speaker) -> str:
    """A fact in one line."""
    body = fact.body
    values = {name: speaker.field(name, getattr(body, name)) for name in type(body).model_fields}
    special = _known(body, speaker) or _contact(body, speaker) or _negotiation(body, speaker) or _people(body, speaker)
    values |= {"actor": fact.actor} | _reason(body, speaker) | special
    return filled(speaker.words.facts[body.kind], values)


def _reason(body: Fact, speaker: Speaker) -> dict[str, str]:
    match body:
        case ApprovalRequested():
            return {"why": speaker.words.reason(body.limit, body.why)}
        case Decision() | CommandRefused():
            return {"why": speaker.words.reason(body.rule, body.why)}
        case _:
            return {}


def _known(body: Fact, speaker: Speaker) -> dict[str, str]:
    """What is known of loan, account and suit."""
    match body:
        case EpisodeOpened():
            since = body.request.overdue_since.isoformat()
            return {"overdue_since": since, "policy": speaker.policy(body.policy)}
        case PolicyAdopted():
            return {"policy": speaker.policy(body.policy)}
        case AccountRead(account=account):
            return {
                "as_of": speaker.time(account.as_of),
                "arrears": speaker.money(account.arrears),
                "outstanding": speaker.money(account.outstanding),
                "record": _record(account.behaviour, speaker),
            }
        case DifferenceExplained():
            evidence = speaker.if_any("evidence", evidence=body.evidence)
            return {"differs": speaker.differs(body.difference), "evidence": evidence}
        case CreditRecordRead(record=record):
            return {"grade": record.grade, "lenders": str(record.lenders), "past_due": str(record.past_due_elsewhere)}
        case FileChecked():
            return {"pieces": speaker.pieces(body.pieces)}
        case Assessed():
            told = [speaker.graded(what, getattr(body, what)) for what in FIGURES]
            cause = speaker.word(body.overdue_reason) if body.overdue_reason != "unknown" else ""
            return {
                "view": speaker.part("provisional" if body.provisional else "heard"),
                "placed": _placed(body, speaker),
                "graded": "".join(told),
                "cause": speaker.if_any("assessed_cause", cause=cause),
            }
        case PaymentPosted():
            return {
                "amount": f"{body.amount:,} {body.currency}",
                "meant": speaker.meant(body.designates),
                "shared": _shared(body, speaker),
            }
        case WaiverBooked():
            return {"made_of": speaker.made_of(body.made_of.components if body.made_of else ())}
        case PaymentReversed():
            return {"contested": speaker.part("contested") if body.charged_back else ""}
        case CourtStepTaken():
            return {"claim": speaker.if_any("claim", amount=body.claim)}
        case CourtReported():
            return {
                "reference": speaker.if_any("court_reference", reference=body.reference),
                "amount": speaker.if_any("awarded", amount=body.amount),
                "code": speaker.if_any("court_code", code=body.code),
            }
        case _:
            return {}


def _shared(body: PaymentPosted, speaker: Speaker) -> str:
    """Of which payment over several loans it is part, and what the others got."""
    if body.shared is None:
        return ""
    parts = [
        speaker.part("terms.share", loan=share.loan_id, amount=f"{share.amount:,} {body.currency}")
        for share in body.shared.shares
    ]
    return speaker.part("shared", shares=speaker.listed(parts))


def _record(kept: Behaviour | None, speaker: Speaker) -> str:
    """How the account was kept, as far as core banking told it."""
    if kept is None:
        return ""
    told = {
        "months": speaker.listed([str(months) for months in kept.months_past_due]),
        "limit": kept.limit,
        "spent": kept.spent_percent,
        "paid": kept.paid_percent,
        "score": kept.external_score,
    }
    pieces = [speaker.if_any(f"record.{name}", **{name: value}) for name, value in told.items()]
    return "".join([speaker.part("record", as_of=kept.as_of.isoformat()), *pieces])


def _contact(body: Fact, speaker: Speaker) -> dict[str, str]:
    """Attempts, conversations, visits."""
    match body:
        case AttemptReserved(proposal=proposal, verdict=verdict):
            must = speaker.listed([speaker.word(code) for code in verdict.obligations])
            return _proposal(proposal, speaker) | {
                "attempt": proposal.attempt,
                "appointment": speaker.if_any("appointment", at=proposal.appointment, team=proposal.team),
                "obligations": speaker.if_any("obligations", obligations=must),
                "covers": _covers(body.covers, speaker),
                "choice": _choice(proposal, speaker),
            }
        case AttemptRefused(proposal=proposal, verdict=verdict):
            found = [speaker.finding(finding) for finding in verdict.findings]
            return _proposal(proposal, speaker) | {
                "verdict": speaker.word(verdict.verdict),
                "findings": speaker.words.parts["pieces"].join(found),
            }
        case AttemptSending():
            return {"covers": _covers(body.covers, speaker)}
        case AttemptCovered(cover=cover):
            return _proposal(cover.proposal, speaker) | {"arrears": speaker.money(cover.arrears)}
        case CoverEnded():
            return {
                "ended": speaker.part(f"cover.{body.outcome}"),
                "reference": speaker.if_any("reference", reference=body.gateway_reference),
                "shadow": speaker.part("shadow") if body.shadow else "",
                "why": speaker.if_any("cover_code", code=body.code),
            }
        case AttemptSent():
            return {
                "reference": speaker.if_any("reference", reference=body.gateway_reference),
                "shadow": speaker.part("shadow") if body.shadow else "",
            }
        case ContactRecorded():
            willing = speaker.if_any("impression.willingness", level=speaker.word(body.willingness))
            able = speaker.if_any("impression.ability", level=speaker.word(body.ability))
            return {
                "identity": speaker.part("identity") if body.identity_verified else "",
                "came_in": "" if body.attempt else speaker.part("came_in"),
                "impression": willing + able,
                "cause": speaker.if_any("cause", cause=speaker.word(body.overdue_reason)),
                "wish": speaker.if_any("wish", wish=speaker.word(body.wish, "wish")),
                "promise": speaker.promise(body.promise),
                "means": _means(body.means, speaker),
                "quiet": speaker.if_any("quiet", until=body.quiet_until),
                "note": _kept(body, speaker),
            }
        case ContactResultPosted():
            return {"recording": speaker.if_any("recording", recording=body.recording)}
        case VisitReported():
            return {"promise": speaker.promise(body.promise), "note": _kept(body, speaker)}
        case TaskCalledOff():
            return {"too_late": speaker.part("too_late") if body.too_late else ""}
        case ContactPointAdded():
            use = speaker.if_any("point_use", use=speaker.word(body.use, "point_use"))
            return {"party": body.party_id, "point": body.contact_point_id, "use": use}
        case ContactPointInvalid():
            return {"point": body.contact_point_id}
        case _:
            return {}


def _negotiation(body: Fact, speaker: Speaker) -> dict[str, str]:
    """Offers, agreements, approvals."""
    match body:
        case OfferMade():
            return {
                "terms": speaker.terms(body.terms),
                "terms_hash": speaker.shortened(body.terms_hash),
                "approval": speaker.if_any("approved_as", approval=body.approval),
                "row": speaker.if_any("row", row=body.authority),
            }
        case AgreementMade():
            return {
                "terms": speaker.terms(body.terms),
                "channel": speaker.word(body.channel, "agreed_on"),
                "identity": speaker.part("identity") if body.identity_verified else "",
                "representative": speaker.if_any("by_representative", representative=body.representative),
                "offer": speaker.if_any("offered_as", offer=body.offer),
                "approval": speaker.if_any("approved_as", approval=body.approval),
                "row": speaker.if_any("row", row=body.authority),
            }
        case AgreementBroken():
            return {
                "back": speaker.part("taken_back") if body.rule == "agreement.taken_back" else "",
                "revives": speaker.if_any("revives", revives=speaker.word(body.revives)),
            }
        case CertificateIssued():
            return {
                "reference": speaker.if_any("certificate", reference=body.reference),
                "shadow": speaker.part("shadow") if body.shadow else "",
            }
        case ApprovalRequested():
            return {
                "asked": speaker.asked(body.subject, body.terms),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
                "asks": speaker.if_any("asks", asks=body.asks),
                "worth": speaker.worth(body.worth),
            }
        case ApprovalDecided():
            return {
                "decided": speaker.part("approved" if body.approved else "not_approved"),
                "as_role": speaker.if_any("as_role", role=body.role),
                "row": speaker.if_any("row", row=body.authority),
            }
        case _:
            return {}


def _people(body: Fact, speaker: Speaker) -> dict[str, str]:
    """What stops a case, what the borrower agreed to, and what people decided about contact."""
    match body:
        case ConsentGiven():
            between = {"open": body.open and f"{body.open:%H:%M}", "close": body.close and f"{body.close:%H:%M}"}
            return {
                "grants": speaker.part(f"grants.{body.grants}"),
                "channels": speaker.listed([speaker.word(channel) for channel in body.channels]),
                "hours": speaker.if_any("agreed_hours", **between),
                "most": speaker.if_any("agreed_most", most=body.maximum),
                "until": speaker.if_any("until", until=body.until),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case PartyRefused():
            return {"party": body.party_id}
        case NoticeGiven():
            return {
                "notice": speaker.word(body.notice, "notice"),
                "arrived": speaker.part("notice_arrived") if body.arrived else "",
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case ContactReviewed():
            return {
                "decided": speaker.part("allows" if body.approved else "forbids"),
                "until": speaker.if_any("until", until=body.until),
            }
        case Paused():
            return {"until": speaker.if_any("until", until=body.until)}
        case HoldOpened():
            return {
                "scope": speaker.scope(body.hold_kind),
                "review": speaker.if_any("review", at=body.review_at),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case ComplaintOpened():
            return {
                "against": speaker.if_any("against", against=speaker.listed(body.against)),
                "complicated": speaker.part("complicated") if body.complicated else "",
                "received": speaker.if_any("received", at=body.received_at),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case CollectorsRemoved():
            return {"against": speaker.listed(body.against)}
        case ComplaintExtended():
            return {"asked": speaker.if_any("asked_for_by", asked_by=body.asked_by)}
        case ComplaintDecided():
            return {
                "outcome": speaker.word(body.outcome, "complaint_outcome"),
                "correction": speaker.if_any("correction", correction=body.correction),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case CreditReported():
            return {
                "status": speaker.word(body.status, "report"),
                "notice": speaker.if_any("told_before", attempt=body.notice),
                "shadow": speaker.part("shadow") if body.shadow else "",
            }
        case RestrictionSet():
            return {
                "change": speaker.word(body.change),
                "approval": speaker.if_any("approved_as", approval=body.approval),
                "shadow": speaker.part("shadow") if body.shadow else "",
            }
        case CreditErrorTold():
            return {"evidence": speaker.if_any("evidence", evidence=body.evidence)}
        case CreditErrorAnswered():
            return {"outcome": speaker.word(body.outcome, "report")}
        case RepresentativeNamed():
            return {
                "may": speaker.part(f"may.{body.scope}"),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case RepresentativeRemoved() | RacketSuspected():
            return {"evidence": speaker.if_any("evidence", evidence=body.evidence)}
        case RacketReviewed():
            return {
                "found": speaker.word(body.found, "racket"),
                "evidence": speaker.if_any("evidence", evidence=body.evidence),
            }
        case _:
            return {}


def _means(means: Means | None, speaker: Speaker) -> str:
    """What a borrower said they can pay a month, and from what."""
    if means is None:
        return ""
    told = {
        name: speaker.money(getattr(means, name)) for name in ("income", "obligations", "living_minimum", "monthly")
    }
    return speaker.part("means", **told)


def _kept(body: ContactRecorded | VisitReported, speaker: Speaker) -> str:
    """What is kept elsewhere of a conversation or visit, by its ids."""
    return speaker.if_any("note", note=body.note_id) + speaker.if_any("recording", recording=body.recording)


def _proposal(proposal: ContactProposal, speaker: Speaker) -> dict[str, str]:
    return {
        "channel": speaker.word(proposal.channel),
        "party": proposal.party_id,
        "point": proposal.contact_point_id,
        "template": proposal.template,
        "purpose": speaker.part(f"purpose.{proposal.purpose}"),
    }


def _choice(proposal: ContactProposal, speaker: Speaker) -> str:
    """What the choice of the channel rested on, where there was one."""
    if proposal.choice is None:
        return ""
    tallies = [
        speaker.part("tally", channel=speaker.word(one.channel), answered=str(one.answered), tried=str(one.tried))
        for one in proposal.choice.tallies
    ]
    return speaker.part("choice", tallies=speaker.listed(tallies))


def _covers(covers: tuple[Cover, ...], speaker: Speaker) -> str:
    """The other loans that a message speaks of."""
    loans = speaker.listed([f"{cover.loan_id} ({speaker.money(cover.arrears)})" for cover in covers])
    return speaker.if_any("covers", loans=loans)


def _placed(body: Assessed, speaker: Speaker) -> str:
    """Segment, treatment and arm, as the strategy names them."""
    placed = body.placed
    if placed is None:
        return ""
    arm = speaker.if_any("assessed_arm", arm=placed.arm, experiment=placed.experiment) if placed.arm else ""
    return speaker.part("assessed_placed", segment=placed.segment, treatment=placed.treatment, arm=arm)
