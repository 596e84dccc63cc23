"""Headings, what is next, and the pieces that sentences are made of, in English."""

from __future__ import annotations

HEADINGS = {
    "case": "Case of loan {loan}: {state}",
    "state.open": "open, {stage}, handled by {handled_by}",
    "state.watched": "open, cured and watched, handled by {handled_by}",
    "state.closed": "closed, {outcome}",
    "state.unopened": "not yet opened",
    "parties": "Parties",
    "money": "Money on {on} ({zone})",
    "transactions": "Payments, reversals and waivers",
    "standing": "Where it stands",
    "facts": "What happened (times in {zone})",
    "next": "What is next",
    "none": "none",
}

STEPS = {
    "act": "Now: {action}, because {why} [{rule}]",
    "decide": "Now: to decide, because {why} [{rule}]",
    "wait": "Until {until}: {why} [{rule}]",
    "wait_open": "Until something happens: {why} [{rule}]",
    "wait_person": "A person is asked: {why} [{rule}]",
    "done": "Nothing: {why}",
    "opening": "The case is being opened",
    "workflow": "The workflow at {now}, fact {head}: {doing}",
    "workflow_silent": "Its workflow gave no answer; the above is what the ledger says",
    "workflow_none": "No workflow is running for it",
    "recover": "No workflow carries this open case: `starter.py recover` starts it again",
}

_HEAD = {
    "party": "{role}: {party} ({kind}, zone {zone}, {language}){points}",
    "points": "; {points}",
    "no_zone": "unknown",
    "money": "{arrears} overdue since {since} ({days} days, {bucket}); {outstanding} outstanding; {paid} paid{waived}",
    "money_clear": "nothing overdue; {outstanding} outstanding; {paid} paid{waived}",
    "money_unread": "the account has not been read yet",
    "waived": "; {amount} waived",
    "payment": "{value_date}  {amount}  payment {reference}",
    "reversal": "{value_date}  {amount}  {reference} takes back {reverses}",
    "waiver": "{value_date}  {amount}  waiver {reference}",
}

_STANDING = {
    "hold": "hold {hold}: {kind} ({reason}), on {scope}{until}",
    "accelerated": "the whole balance is due since {on}",
    "written_off": "written off on {on}: the claim lives",
    "agreement": "agreed, {agreement}: {terms}",
    "agreement_runs": "of it {paid} paid; {due} is due by {due_on}, judged {at}",
    "offered": "offered by {made_by}, {offer}: {terms}; open until {expires}",
    "waiting": "approval {approval}, asked for by {asked_by}: {asked}; {why}",
    "wishes": "the borrower asked for {wish}",
    "agreements_before": "agreements before: {past}",
    "agreement_before": "{kind} {ended}",
    "visit": "visit {attempt} at {at}: {came}",
    "visit_open": "no report yet",
    "visit_off": "called off",
    "suit": "suit{reference}: {milestones}",
    "milestone": "{milestone} {on}",
    "papers": "papers: {pieces}",
    "kept_back": "A text was kept back since {since} ({code})",
    "silent": "{system} does not answer since {since} ({code}, {count} times)",
}

_TERMS = {
    "terms.promise": "a promise of {parts}",
    "terms.plan": "a plan of {count} parts over the {covers}, {total} in all: {parts}",
    "terms.settlement": "a settlement of {parts}, after which {waived} is waived",
    "terms.part": "{amount} by {due_on}",
    "terms.tolerance": " (tolerated: {amount} less, {days} days late)",
    "asked.acceleration": "to call the whole balance due",
    "approved_as": ", approval {approval}",
    "offered_as": ", offer {offer}",
    "taken_back": ", for a payment was taken back",
    "approved": "approved",
    "not_approved": "did not approve",
}

_CONTACT = {
    "obligations": "; it must {obligations}",
    "purpose.dunning": "",
    "purpose.reply": ", in reply to the borrower",
    "purpose.statutory_notice": ", a notice of the law",
    "purpose.court_service": ", served for the court",
    "purpose.locate": ", to ask how the borrower is reached",
    "grants.hours": "contact at other hours",
    "grants.attempts": "more attempts",
    "agreed_hours": ", from {open} to {close} on their clock",
    "agreed_most": ", at most {most}",
    "notice_arrived": ", its arrival is proven",
    "allows": "allows",
    "forbids": "forbids",
    "appointment": ", for {at}, {team} people",
    "finding": "{rule}",
    "finding_until": "{rule} until {until}",
    "finding_release": "{rule} until {release}",
    "reference": " (gateway reference {reference})",
    "shadow": "; on paper only, for shadow mode was on",
    "identity": ", identity verified",
    "came_in": ", in a call that came in",
    "impression.willingness": ", willingness {level}",
    "impression.ability": ", ability {level}",
    "cause": ", cause: {cause}",
    "wish": ", wishes for {wish}",
    "promise": ", promised {amount} by {due_on}",
    "quiet": ", no contact before {until}",
    "note": " (note {note})",
    "recording": " (recording {recording})",
    "too_late": ", too late: it was under way and will be reported",
}

_KNOWN = {
    "piece": "{piece} {state}",
    "provisional": "provisionally",
    "heard": "after a conversation",
    "graded": "; {what} {figure} of 100, {grade} ({reasons})",
    "nothing_known": "nothing known",
    "record": "; kept, up to {as_of}",
    "record.months": ": months past due {months}, newest first",
    "record.limit": ", limit {limit}",
    "record.spent": ", {spent} % of it drawn in the newest month",
    "record.paid": ", {paid} % of the statements paid",
    "record.score": ", score from outside {score}",
    "assessed_placed": "; segment {segment}, treatment {treatment}{arm}",
    "assessed_arm": ", arm {arm} of {experiment}",
    "assessed_cause": "; cause: {cause}",
}

_COURT = {
    "claim": ", for {amount}",
    "court_reference": " ({reference})",
    "awarded": ", {amount}",
    "court_code": ", {code}",
}

_GENERAL = {
    "list": ", ",
    "pieces": "; ",
    "until": " until {until}",
    "review": ", to be reviewed {at}",
    "evidence": " (papers {evidence})",
    "against": ", against {against}",
    "complicated": ", a complicated matter",
    "received": ", received {at}",
    "asked_for_by": ", for {asked_by} asked",
    "correction": ", put right: {correction}",
    "complaint": "complaint {complaint} ({reason}){against}, to be answered by {due}",
    "told_before": ", told before by {attempt}",
    "may.contact": "may be spoken with",
    "may.agreements": "may agree to terms",
    "scope.debt": "this debt",
    "scope.borrower": "all loans of the borrower",
    "asked": "to do: {ask}{about}{deadline}",
    "about": " ({about})",
    "deadline": ", by {deadline}",
}

PARTS = {**_HEAD, **_STANDING, **_TERMS, **_CONTACT, **_KNOWN, **_COURT, **_GENERAL}
