"""What people may do to a case: each command becomes the fact it causes, or a refusal that names its rule.

Each module holds the commands of one matter, in a table from a command's class to the function that judges it.
"""

from __future__ import annotations

from domain.commands import (
    complaining,
    holding,
    negotiating,
    operating,
    reconciling,
    recording,
    reporting,
    representing,
    restricting,
    reviewing,
)
from domain.commands.table import NAMES, Judges, Refused
from domain.explaining import unexplained
from domain.stages.situation import Situation
from schemas.facts import CommandRefused, Fact
from schemas.messages import AcceptPlan, Command, OfferPlan

JUDGES: Judges = {
    **operating.JUDGES,
    **recording.JUDGES,
    **negotiating.JUDGES,
    **holding.JUDGES,
    **reviewing.JUDGES,
    **complaining.JUDGES,
    **reporting.JUDGES,
    **restricting.JUDGES,
    **representing.JUDGES,
    **reconciling.JUDGES,
}


def decide_command(s: Situation, command: Command, command_id: str) -> Fact:
    """The fact that `command` causes in the situation `s`; a CommandRefused if the rules do not allow it.

    `command_id` is its source's own: what the command creates (an offer, an approval, a hold) bears it.
    """
    name = NAMES[type(command)]
    if s.case.status != "open":
        return CommandRefused(command=name, rule="case.closed", why=f"the case is {s.case.status}, not open")
    if isinstance(command, OfferPlan | AcceptPlan) and unexplained(s.case, s.strategy):
        why = "core banking's figures are not what its books give: nothing is quoted before a person has explained it"
        return CommandRefused(command=name, rule="account.differs", why=why)
    try:
        complaining.refuse_removed(s, command)
        return JUDGES[type(command)](s, command, command_id)
    except Refused as refused:
        return CommandRefused(command=name, rule=refused.rule, why=refused.why)
