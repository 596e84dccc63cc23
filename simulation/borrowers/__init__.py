"""Borrowers who behave, each by their character. What they do is a pure function: no clock, no global chance.

`react` answers what follows from one contact that a gateway took, `unasked` what a borrower does without any, `sued` what a
suit moves them to, `keeps` how an agreement is paid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulation.borrowers import aggrieved, others, paying, pressed, stricken
from simulation.borrowers.alone import unasked
from simulation.borrowers.keeping import accepts, keeps
from simulation.borrowers.sued import sued
from simulation.model import AcceptedContact, Act, Character, SimulatedBorrower
from simulation.occasion import History
from simulation.scene import Scene

__all__ = ["accepts", "keeps", "react", "sued", "unasked"]


def react(seed: int, borrower: SimulatedBorrower, contact: AcceptedContact, history: History) -> tuple[Act, ...]:
    """The acts that follow from `contact`, by time; the same arguments, the same acts to the byte.

    `history` holds the earlier contacts about the same loan, its money and acts, those already on their way included.
    """
    scene = Scene.of(seed, borrower, contact, history)
    who = others.REACHED.get(contact.template) or _CHARACTERS[borrower.character]
    return tuple(sorted(who(scene), key=lambda act: (act.at, act.id)))


_CHARACTERS: dict[Character, Callable[[Scene], Iterator[Act]]] = {
    "forgets": paying.forgets,
    "needs_time": paying.needs_time,
    "pays_unasked": paying.pays_unasked,
    "pays_then_reverses": paying.pays_then_reverses,
    "opts_out": paying.opts_out,
    "disputes": aggrieved.disputes,
    "complains": aggrieved.complains,
    "is_hostile": aggrieved.is_hostile,
    "cannot_pay": stricken.cannot_pay,
    "falls_ill": stricken.falls_ill,
    "is_distressed": stricken.is_distressed,
    "dies": stricken.dies,
    "goes_insolvent": stricken.goes_insolvent,
    "lost_contact": pressed.lost_contact,
    "breaks_promises": pressed.breaks_promises,
    "promises_at_visit": pressed.promises_at_visit,
    "will_not_pay": pressed.will_not_pay,
    "refuses": pressed.refuses,
    "settles": pressed.settles,
    "gives_in_at_court": pressed.gives_in_at_court,
}
