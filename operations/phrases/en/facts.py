"""A sentence for each kind of fact, in English."""

from __future__ import annotations

_LIFE = {
    "episode_opened": "Case opened: overdue since {overdue_since}; strategy {policy}; epoch {epoch}",
    "episode_reopened": "Case reopened, for money is owed again; epoch {epoch}",
    "taken_over": "Another run carries the case from here; epoch {epoch}",
    "rebuilt": "Workflow and ledger disagreed about the past: the case was folded anew from the ledger",
    "stage_entered": "Stage {stage}: {why} [{rule}]",
    "cured": "Cured: {why} [{rule}]",
    "relapsed": "Overdue again: {why} [{rule}]",
    "policy_adopted": "The case goes on under strategy {policy}, by {actor} ({reason})",
    "case_closed": "Case closed, {outcome}: {why} [{rule}]",
    "handed_to_person": "Handed to a collector: {why} [{rule}]",
    "parked": "Parked until an operator looks: {why} [{rule}]",
}

_KNOWN = {
    "account_read": "Account read at core banking as of {as_of}: {arrears} overdue, {outstanding} outstanding{record}",
    "credit_record_read": "Credit record under {authorisation}: grade {grade}, {lenders:lender|lenders}, "
    "{past_due:account|accounts} past due elsewhere",
    "file_checked": "Papers in the archive: {pieces}",
    "documents_requested": "Missing papers asked for: {pieces}",
    "document_arrived": "Paper arrived: {piece}",
    "assessed": "Assessed, {view}: {segment}, {tier} tier; {reasons}{placed}{graded}{cause} [{rule}]",
    "outside_failed": "{system} did not do its part ({code})",
}

_CONTACT = {
    "attempt_reserved": "{channel} to {party} at {point} ({template}{purpose}) allowed and reserved as {attempt}{appointment}"
    "{choice}{obligations}{covers}",
    "attempt_refused": "{channel} to {party} at {point} {verdict}, nothing went out: {findings}",
    "attempt_sending": "Contact {attempt} is going out{covers}",
    "attempt_sent": "Contact {attempt} went out{reference}{shadow}",
    "attempt_unknown": "Contact {attempt}: no answer from the gateway ({code}); it counts until the gateway says",
    "attempt_released": "Contact {attempt} given up before it went out ({code})",
    "attempt_covered": "Contact {attempt} of loan {by_loan}, {channel} to {party} at {point}, covers this loan too, "
    "{arrears} overdue",
    "cover_ended": "Contact {attempt}, which covers this loan too, {ended}{reference}{shadow}{why}",
    "contact_result": "Contact {attempt}: {result}{recording}",
    "contact_recorded": "Conversation with collector {collector}: {result}{identity}{came_in}{impression}{cause}{wish}"
    "{promise}{means}{quiet}{note}",
    "inbound_contact": "The borrower got in touch by {channel} and {intent} ({inbound})",
    "credit_reported": "Credit bureau told: {status}, {amount} overdue, {days_past_due:day|days} past due"
    "{notice}{shadow}",
    "credit_error_told": "{taken_by} took in that the credit bureau was told something wrong, {error} ({reason}){evidence}",
    "credit_error_answered": "{answered_by} looked into {error}: {outcome} ({reason})",
    "complaint_opened": "Complaint {complaint} taken in by {taken_by} ({reason}){against}{complicated}{received}{evidence}",
    "complaint_extended": "More time to answer complaint {complaint}, {more_time} ({reason}), by {approved_by}{asked}",
    "collectors_removed": "Off all loans of the borrower: {against}, by complaint {complaint} on loan {loan_id}",
    "collectors_cleared": "Complaint {complaint} on loan {loan_id} was rejected: whom it was against may go on",
    "complaint_decided": "Complaint {complaint} {outcome} by {decided_by} ({reason}){correction}{evidence}",
    "task_called_off": "Task {attempt} called off ({code}){too_late}",
    "visit_reported": "Visit {attempt}, {staff:person|people}: {result}{promise}{note}",
}

_MONEY = {
    "payment_posted": "Payment {reference}: {amount}, value date {value_date}{meant}{shared}",
    "payment_reversed": "Payment {reverses} taken back in full ({reference}), value date {value_date}{contested}",
    "waiver_booked": "Core banking waived {amount}{made_of} ({reference}), value date {value_date}",
    "waiver_reversed": "Core banking took waiver {reverses} of {amount} back ({reference}), value date {value_date}",
    "difference_explained": "{explained_by} explained why core banking's figures are {differs} than its books give, "
    "{explanation} ({reason}), approved by {approved_by}: they are the ones quoted{evidence}",
    "explanation_lapsed": "Explanation {explanation} is over: {why} [{rule}]",
    "explanation_withdrawn": "{withdrawn_by} took explanation {explanation} back ({reason})",
    "interest_charged": "Core banking charged {amount} of the plan's interest ({reference}), value date {value_date}",
}

_NEGOTIATION = {
    "offer_made": "{made_by} offered {terms}; open until {expires_at} ({offer}, terms {terms_hash}{approval}{row})",
    "offer_lapsed": "Offer {offer} is over: {why} [{rule}]",
    "agreement_made": "Agreed by {channel}: {terms}; taken by {taken_by}{representative}{identity} "
    "({agreement}{offer}{approval}{row})",
    "agreement_kept": "Kept: {agreement}, {paid} paid [{rule}]",
    "agreement_broken": "Broken: {agreement}, {paid} paid of {due} due by {due_on}{back}{revives} [{rule}]",
    "certificate_issued": "Settlement {agreement} certified to the borrower{reference}{shadow}",
    "certificate_voided": "The certificate of {agreement} is void: {why} [{rule}]",
    "approval_requested": "{asked_by} asks for an approval, {approval}: {asked}; {why} [{limit}]{asks}{worth}"
    "{evidence}; until {deadline}",
    "approval_decided": "{decided_by}{as_role} {decided} {approval} ({reason}{row})",
    "approval_lapsed": "Approval {approval} is over: {why} [{rule}]",
    "restriction_set": "Core banking told: {restriction} {change} ({reason}){approval}{shadow}",
    "restriction_lift_asked": "{asked_by} has the {restriction} lifted ({reason})",
}

_LITIGATION = {
    "accelerated": "The whole balance is due from {on}, by {by}: {why} [{rule}]",
    "milestone_reached": "Suit, {on}: {milestone}; {why} [{rule}]",
    "court_step_taken": "Suit, {on}: {step} ({reference}){claim}",
    "court_reported": "The court's word of {on}: {milestone}{reference}{amount}{code}",
}

_PEOPLE = {
    "paused": "Paused by {actor} ({reason}){until}",
    "resumed": "Resumed by {actor} ({reason})",
    "command_refused": "{actor}'s command {command} was refused: {why} [{rule}]",
    "signal_rejected": "A message {signal} could not be understood: {errors}",
    "fact_conflicted": "{fact_id} came again with other content; the first stands, a person should look",
    "hold_opened": "Hold {hold} by {actor}, {hold_kind} ({reason}), on {scope}{review}{evidence}",
    "hold_ended": "Hold {hold} ended by {actor} ({reason})",
    "consent_given": "The borrower agrees to {grants}, {consent}: by {channels}{hours}{most}{until}{evidence}",
    "consent_withdrawn": "The borrower takes back consent {consent}",
    "party_refused": "{party} wants no contact about the borrower",
    "notice_given": "{actor} recorded a notice: {notice}{arrived}{evidence}",
    "contact_reviewed": "{actor} {decided} contacts under {rule} ({reason}){until}",
    "channel_opted_out": "The borrower does not want to hear by {channel}",
    "channel_opted_in": "The borrower may be reached by {channel}",
    "contact_stopped": "All contact with the borrower stops ({reason})",
    "contact_allowed": "Contact with the borrower is allowed again ({reason})",
    "borrower_deceased": "The borrower died",
    "representative_named": "{party_id} acts for the borrower as {role}, and {may}{evidence}",
    "representative_removed": "{party_id} does not act for the borrower any more ({reason}){evidence}",
    "racket_suspected": "{suspected_by} suspects {party_id}, who acts for the borrower, of a racket ({reason}){evidence}",
    "racket_reviewed": "{decided_by} looked into the suspicion against {party_id}: {found} ({reason}){evidence}",
    "contact_point_added": "New {point_kind} of {party}{use}: {point}",
    "contact_point_invalid": "{point} does not reach its party any more",
}

FACTS = {**_LIFE, **_KNOWN, **_CONTACT, **_MONEY, **_NEGOTIATION, **_LITIGATION, **_PEOPLE}
