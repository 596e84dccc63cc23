"""What to type where a case's rule has refused a command for want of something, or as the wrong one.

A rule speaks to whoever sent the command, from whatever system: it names no option. Here they are named for who types.
"""

from __future__ import annotations

OPTIONS = {
    "agree.identity": "--identity-verified",
    "approval.role": "--role ROLE",
    "authority.unknown_role": "--role ROLE",
    "complaint.correction": "--correction CODE",
    "complaint.future": "--received-at TIME",
    "complaint.senior": "--asked-by WHO",
    "hold.no_end": "--review-at TIME",
    "hold.no_review": "--review-at TIME",
    "hold.past": "--review-at TIME",
    "pause.past": "--until TIME",
    "record.identity": "--identity-verified",
    "record.past": "--quiet-until TIME",
    "record.unknown_attempt": "--attempt ATTEMPT",
    "review.past": "--until TIME",
}
"""The option that a rule is about."""

COMMANDS = {
    "close.at_court": "record-court-step {loan} withdrawn --by WHO --on DATE",
    "hold.is_complaint": "decide-complaint {loan} COMPLAINT upheld|rejected --by WHO --reason CODE",
    "hold.pause": "resume {loan} --by WHO --reason CODE",
    "resume.nothing": "end-hold {loan} HOLD --by WHO --reason CODE",
}
"""The command that a rule asks for instead, for `{loan}`."""
