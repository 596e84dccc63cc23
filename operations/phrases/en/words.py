"""Codes whose English words are not the code itself with blanks for underscores."""

from __future__ import annotations

_CONTACT = {
    "sms": "SMS",
    "email": "e-mail",
    "app_push": "app message",
    "im": "instant message",
    "point_kind.im": "messenger",
    "robot_call": "robot call",
    "human_call": "collector's call",
    "inbound_call": "phone",
    "block": "blocked",
    "defer": "deferred",
    "review": "sent to review",
    "hostile": "the talk got out of hand",
    "distressed": "in distress",
    "self_harm": "spoke of self-harm",
    "met": "met the borrower",
    "moved": "moved away",
    "nobody": "nobody was met",
    "unsafe": "it was not safe",
    "says_paid": "says it was paid",
    "asks_for_time": "asks for time",
    "wants_plan": "wants a plan",
    "wants_settlement": "wants a settlement",
    "wants_call": "wants to be called",
    "disputes": "disputes the debt",
    "intent.other": "wants something else",
    "wish.plan": "a plan",
    "wish.settlement": "a settlement",
    "wish.call": "a call",
}

_MUST = {
    "name_sender": "name the sender",
    "opt_out_line": "say how to opt out",
    "objection_route": "say how to object",
    "sealed_envelope": "be sealed",
    "record_call": "record the call",
    "identity_script": "check the identity first",
    "end_by_close": "end by closing time",
    "direct_conversation": "be a direct conversation",
    "show_id": "show staff cards",
    "record_visit": "record the visit",
    "consent_to_enter": "enter with consent alone",
}

_STANDING = {
    "hold_kind.deceased": "the borrower died",
    "hold_kind.stopped": "no contact wanted",
    "hold_kind.self_harm": "the borrower spoke of self-harm",
    "hold_kind.minor": "the borrower is a minor",
    "hold_kind.incapacity": "the borrower cannot manage their affairs",
    "hold_kind.moratorium": "a respite of debts",
    "hold_kind.military": "service in the forces",
    "hold_kind.represented": "somebody acts for the borrower",
    "more_time.complicated": "a complicated matter",
    "more_time.senior": "a senior's approval",
    "extinguished": "claim extinguished",
    "covers.balance": "whole balance",
    "by.complaint": "the served complaint",
}

_COURT = {
    "ready": "papers ready",
    "demanded": "last demand sent",
    "demand_arrived": "last demand arrived",
    "returned": "returned for want of papers",
    "accepted": "accepted by the court",
    "mediated": "settled before the court",
    "effective": "in effect",
    "enforcement_applied": "enforcement applied for",
    "terminated": "this enforcement ended for want of property",
    "file": "suit filed",
    "apply_for_enforcement": "enforcement applied for",
    "check_property": "property looked into",
    "withdraw": "suit withdrawn",
    "identity": "identity papers",
    "statements": "statements of account",
    "service_address": "address for service",
    "requested": "asked for",
}

_SYSTEMS = {
    "core_banking": "Core banking",
    "credit_bureau": "The credit bureau",
    "messaging": "Messaging",
    "telephony": "Telephony",
    "field_force": "The field force",
    "wording": "The check of the wording",
    "system.documents": "The archive",
    "system.court": "The court",
}

_ACTIONS = {
    "read_account": "read the account",
    "report_credit": "tell the credit bureau",
    "read_credit_record": "ask the credit bureau",
    "make_contact": "make a contact",
    "resolve_attempt": "find out what became of a contact",
    "call_off": "call a task off",
    "check_file": "look into the archive",
    "request_documents": "ask for missing papers",
    "book_waiver": "have the rest waived",
    "take_court_step": "take a step at court",
}

_ASKS = {
    "ask.call": "a collector calls and says what came of it (`record-contact`)",
    "ask.visit": "the visit is made and reported (`record-visit`)",
    "ask.offer": "somebody puts down an offer to the borrower (`offer-plan`, `accept-promise`)",
    "ask.approval": "somebody who did not ask for it decides (`decide-approval`)",
    "ask.court": "somebody asks at the court and records its word (`record-court-step`)",
    "ask.documents": "the missing papers are found",
    "ask.collect": "a collector has the case; `resume` lets it go on by itself",
    "ask.look": "an operator looks, then `resume`",
    "ask.small_arrears": "somebody decides what becomes of so small a debt",
    "ask.reconcile": "somebody finds out why core banking's figures and its books differ",
    "ask.pause": "an operator ends the pause (`resume`)",
    "ask.dispute": "somebody answers the dispute (`end-hold`)",
    "ask.complaint": "somebody uninvolved answers the complaint (`decide-complaint`)",
    "ask.hardship": "somebody looks at what the borrower can bear (`offer-plan`, `end-hold`)",
    "ask.estate": "somebody deals with the estate (`end-hold`, `close`)",
    "ask.review": "somebody decides whether the rule's contacts may be made (`review-contact`)",
    "ask.insolvency": "somebody files the claim and heeds the stay (`end-hold`, `close`)",
    "ask.stopped": "somebody decides: the borrower is not to be contacted",
    "ask.complaint_overdue": "**late**: somebody uninvolved answers the complaint now (`decide-complaint`)",
    "ask.dispute_overdue": "**late**: somebody answers the dispute now (`end-hold`)",
    "ask.self_harm": "**now**: a supervisor sees to a borrower who spoke of harming themselves (`end-hold`)",
    "ask.credit_notice": "somebody sees to it that the borrower is told before the report to the credit bureau",
    "ask.credit_error": "somebody looks into what the credit bureau was told (`answer-credit-error`)",
    "ask.credit_error_overdue": "**late**: somebody answers what the credit bureau was told (`answer-credit-error`)",
    "ask.guardian": "somebody finds out who may act for the borrower (`fact BORROWER representative`, `end-hold`)",
    "ask.military": "somebody sees to what protects a borrower who serves (`end-hold`)",
    "ask.represented": "somebody checks the authority and deals with who acts for the borrower (`end-hold`)",
    "ask.identity_fraud": "somebody finds out who took the loan (`end-hold`, `close`)",
}

_MEASURED = {
    "risk_low": "low risk of default",
    "risk_medium": "medium risk of default",
    "risk_high": "high risk of default",
    "late_6": "times late in six months",
    "late_12": "times late in twelve months",
    "long_late_6": "times late by two months or more in six",
    "worst_6": "longest delay in six months",
    "worst_12": "longest delay in twelve months",
    "trend_3": "change of the delay over three months",
    "utilisation": "use of the limit",
    "reasons.spent": "drawn in the newest month",
    "reasons.paid": "share of the statements paid",
    "external_score": "score from outside",
}

_LANGUAGES = {
    "zh-CN": "Chinese",
    "en": "English",
}

WORDS = {**_CONTACT, **_MUST, **_STANDING, **_COURT, **_SYSTEMS, **_ACTIONS, **_ASKS, **_MEASURED, **_LANGUAGES}
